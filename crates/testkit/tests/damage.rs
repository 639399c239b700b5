//! Damage on the wire: each kind ends in its own error at the end that sees it, and in the right alert at the other.

use codec::{AlertDescription, Reason};
use embertls::{Error, Event, registry};
use embertls_testkit::{
    credentials::{client_config, only_suite, server_config, server_name},
    null,
    pair::{End, Pair, Setup, Side},
    tamper::{self, RECORD_HEADER_BYTES},
};
use suites::{Profile, Suite};

const CHANGE_CIPHER_SPEC: u8 = 20;
const HANDSHAKE: u8 = 22;
const APPLICATION_DATA: u8 = 23;

const SIDES: [Side; 2] = [Side::Client, Side::Server];

fn ends(profile: &'static Profile<'static>, certificate: &str) -> Pair<'static, 'static> {
    Pair::new(
        End::client(client_config(profile), server_name("localhost"), Setup::new(1)),
        End::server(server_config(profile, certificate), Setup::new(2)),
    )
}

/// One suite for each shape of record.
fn suites() -> [(&'static Suite, &'static str); 4] {
    [
        (&registry::suites::TLS_ECDHE_ECDSA_WITH_AES_128_CCM_8, "p256"),
        (&registry::suites::TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256, "p256"),
        (&registry::suites::TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256, "rsa"),
        (&registry::suites::TLS_RSA_WITH_AES_256_CBC_SHA, "rsa"),
    ]
}

/// The same suites without encrypt-then-MAC.
fn without_encrypt_then_mac(suite: &'static Suite) -> &'static Profile<'static> {
    let profile = only_suite(suite);
    let extensions: Vec<_> = profile
        .extensions
        .iter()
        .copied()
        .filter(|extension| extension.id != codec::ExtensionType::ENCRYPT_THEN_MAC)
        .collect();
    Box::leak(Box::new(Profile { extensions: extensions.leak(), ..*profile }))
}

#[test]
fn every_damaged_byte_of_a_record_is_the_same_error_and_the_same_alert() {
    for (suite, certificate) in suites() {
        for profile in [only_suite(suite), without_encrypt_then_mac(suite)] {
            for from in SIDES {
                let mut len = usize::MAX;
                let mut at = RECORD_HEADER_BYTES;
                while at < len {
                    let mut pair = ends(profile, certificate);
                    pair.drive();
                    let (mut record, _) = pair.end(from).send(b"a little data").unwrap();
                    len = record.len();
                    record[at] ^= 0x10;
                    pair.carry(from, record);
                    pair.drive();
                    let what = format!("{} from {from:?}, byte {at}", suite.name);
                    assert_eq!(pair.end(from.other()).error, Some(Error::RecordRejected), "{what}");
                    let alert = Error::AlertReceived(AlertDescription::BAD_RECORD_MAC);
                    assert_eq!(pair.end(from).error, Some(alert), "{what}");
                    assert!(pair.end(from.other()).received.is_empty(), "{what}");
                    // A handshake costs: the ends of the record and some bytes between them are enough.
                    at += if at < RECORD_HEADER_BYTES + 2 || at + 3 > len { 1 } else { 13 };
                }
            }
        }
    }
}

#[test]
fn a_damaged_record_of_finished_is_bad_record_mac() {
    for (suite, certificate) in suites() {
        for from in SIDES {
            let mut protected = false;
            let mut pair = ends(only_suite(suite), certificate).tampered(|sender, bytes| {
                if sender != from {
                    return;
                }
                let mut records = tamper::records(bytes);
                for record in &mut records {
                    if protected && let Some(byte) = record.last_mut() {
                        *byte ^= 1;
                        protected = false;
                    }
                    protected |= record[0] == CHANGE_CIPHER_SPEC;
                }
                *bytes = records.concat();
            });
            pair.drive();
            let alert = Error::AlertReceived(AlertDescription::BAD_RECORD_MAC);
            assert_eq!(pair.end(from.other()).error, Some(Error::RecordRejected), "{} {from:?}", suite.name);
            assert_eq!(pair.end(from).error, Some(alert), "{} {from:?}", suite.name);
        }
    }
}

#[test]
fn a_wrong_verify_data_is_decrypt_error() {
    for from in SIDES {
        let mut pair = ends(&null::PROFILE, "null-p256").tampered(|sender, bytes| {
            let mut records = tamper::records(bytes);
            for record in &mut records {
                // Finished: type 20, 12 bytes.
                if sender == from && record[0] == HANDSHAKE && record.get(5..9) == Some(&[20, 0, 0, 12]) {
                    record[12] ^= 1;
                }
            }
            *bytes = records.concat();
        });
        pair.drive();
        assert_eq!(pair.end(from.other()).error, Some(Error::Violation(Reason::BadFinished)), "{from:?}");
        let alert = Error::AlertReceived(AlertDescription::DECRYPT_ERROR);
        assert_eq!(pair.end(from).error, Some(alert), "{from:?}");
    }
}

#[test]
fn records_that_are_replayed_dropped_or_exchanged_are_rejected() {
    let (suite, certificate) = suites()[0];
    for change in ["replayed", "dropped", "exchanged"] {
        let mut pair = ends(only_suite(suite), certificate);
        pair.drive();
        let first = pair.client.send(b"first").unwrap().0;
        let second = pair.client.send(b"second").unwrap().0;
        let bytes = match change {
            "replayed" => [first.clone(), first].concat(),
            "dropped" => second,
            _ => [second, first].concat(),
        };
        pair.carry(Side::Client, bytes);
        pair.drive();
        assert_eq!(pair.server.error, Some(Error::RecordRejected), "{change}");
    }
}

#[test]
fn an_end_of_the_stream_without_close_notify_is_truncation_wherever_it_comes() {
    let (suite, certificate) = suites()[0];
    for side in SIDES {
        // During the handshake.
        let mut pair = ends(only_suite(suite), certificate);
        pair.end(side).end_of_stream();
        assert_eq!(pair.end(side).error, Some(Error::Truncated));
        // After data.
        let mut pair = ends(only_suite(suite), certificate);
        pair.drive();
        pair.send(side.other(), b"the first half").unwrap();
        pair.end(side).end_of_stream();
        assert_eq!(pair.end(side).error, Some(Error::Truncated));
        assert_eq!(pair.end(side).received, b"the first half");
        assert!(pair.end(side).transmit().is_empty(), "there is nobody to tell");
        // Within a record.
        let mut pair = ends(only_suite(suite), certificate);
        pair.drive();
        let (mut record, _) = pair.end(side.other()).send(b"data").unwrap();
        record.truncate(10);
        pair.carry(side.other(), record);
        pair.drive();
        pair.end(side).end_of_stream();
        assert_eq!(pair.end(side).error, Some(Error::Truncated));
        assert!(pair.end(side).received.is_empty());
    }
}

#[test]
fn nothing_is_sent_after_a_failure_or_a_close() {
    let (suite, certificate) = suites()[0];
    let mut pair = ends(only_suite(suite), certificate);
    pair.drive();
    pair.close(Side::Client);
    assert_eq!(pair.client.send(b"more").err(), Some(Error::Misuse(embertls::Misuse::Closed)));
    assert!(pair.server.is_closed() && pair.client.is_closed(), "close_notify is answered");

    let mut pair = ends(only_suite(suite), certificate);
    pair.drive();
    pair.carry(Side::Client, tamper::record(APPLICATION_DATA, &[0; 40]));
    pair.drive();
    assert_eq!(pair.server.error, Some(Error::RecordRejected));
    assert_eq!(pair.server.send(b"more").err(), Some(Error::Misuse(embertls::Misuse::Closed)));
    let _ = pair.server.call(|connection, _| connection.close());
    assert!(pair.server.transmit().is_empty(), "a failed connection does not close in order");
}

#[test]
fn renegotiation_is_refused_with_a_warning_and_the_connection_goes_on() {
    for side in SIDES {
        let mut pair = ends(&null::PROFILE, "null-p256");
        pair.drive();
        let hello = tamper::records(&pair.client.sent).into_iter().next().unwrap();
        let asking = match side {
            Side::Client => tamper::record(HANDSHAKE, &hello[RECORD_HEADER_BYTES..]),
            Side::Server => tamper::record(HANDSHAKE, &tamper::message(0, &[])),
        };
        pair.carry(side, asking);
        pair.drive();
        assert_eq!(pair.end(side).error, None, "{side:?}");
        let warning = Event::Warning(AlertDescription::NO_RENEGOTIATION);
        assert!(pair.end(side).events.contains(&warning), "{side:?}: {:?}", pair.end(side).events);
        pair.send(Side::Client, b"still").unwrap();
        pair.send(Side::Server, b"here").unwrap();
        assert_eq!(pair.server.received, b"still");
        assert_eq!(pair.client.received, b"here");
    }
}

#[test]
fn data_before_finished_is_refused() {
    for side in SIDES {
        let mut pair = ends(&null::PROFILE, "null-p256");
        pair.carry(side, tamper::record(APPLICATION_DATA, b"early"));
        pair.drive();
        let victim = pair.end(side.other());
        assert_eq!(victim.error.and_then(|error| error.alert()), Some(AlertDescription::UNEXPECTED_MESSAGE));
        assert!(victim.received.is_empty());
    }
}

#[test]
fn a_fatal_alert_ends_the_connection_without_an_answer() {
    for side in SIDES {
        for during_handshake in [true, false] {
            let mut pair = ends(&null::PROFILE, "null-p256");
            if !during_handshake {
                pair.drive();
            }
            pair.carry(side.other(), tamper::record(21, &[2, AlertDescription::INTERNAL_ERROR.0]));
            let end = pair.end(side);
            let _ = end.transmit();
            while end.step() {}
            assert_eq!(end.error, Some(Error::AlertReceived(AlertDescription::INTERNAL_ERROR)));
            assert!(end.transmit().is_empty());
        }
    }
}

/// Each certificate that is wrong in one point ends in its own flag and in the alert that `error.rs` documents.
#[test]
fn refused_certificates_end_in_their_flag_and_alert() {
    use x509::Flags;
    let suite = &registry::suites::TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256;
    for (certificate, flag, alert) in [
        ("stranger", Flags::NOT_TRUSTED, AlertDescription::UNKNOWN_CA),
        ("wrong-name", Flags::CN_MISMATCH, AlertDescription::BAD_CERTIFICATE),
        ("expired", Flags::EXPIRED, AlertDescription::CERTIFICATE_EXPIRED),
        ("future", Flags::FUTURE, AlertDescription::CERTIFICATE_EXPIRED),
        ("wrong-key-usage", Flags::KEY_USAGE, AlertDescription::UNSUPPORTED_CERTIFICATE),
        ("wrong-ext-key-usage", Flags::EXT_KEY_USAGE, AlertDescription::UNSUPPORTED_CERTIFICATE),
    ] {
        let mut pair = ends(only_suite(suite), certificate);
        pair.drive();
        assert_eq!(pair.client.error, Some(Error::Certificate(flag)), "{certificate}");
        assert_eq!(pair.server.error, Some(Error::AlertReceived(alert)), "{certificate}");
    }
}
