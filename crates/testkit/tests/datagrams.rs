//! DTLS over networks that lose, repeat, delay and damage.
#![expect(clippy::indexing_slicing, clippy::unwrap_used, reason = "a test that fails panics")]

use embertls::{DatagramSettings, Error, Event, Reason, registry};
use embertls_testkit::{
    credentials::{client_config, server_config, server_name},
    datagrams::{DatagramPair, End, Fate, LATENCY_MS},
    null,
    pair::{Setup, Side},
};
use suites::{Profile, Suite, Version};

fn profile(version: &'static Version, suite: &'static Suite) -> &'static Profile<'static> {
    Box::leak(Box::new(Profile {
        versions: Vec::leak(vec![version]),
        suites: Vec::leak(vec![suite]),
        ..registry::profiles::LEGACY
    }))
}

fn ordinary() -> &'static Profile<'static> {
    profile(&registry::versions::DTLS1_2, &registry::suites::TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256)
}

fn pair<F: FnMut(usize, Side, &[u8]) -> Fate>(
    profile: &'static Profile<'static>,
    certificate: &str,
    settings: DatagramSettings,
    fate: F,
) -> DatagramPair<'static, F> {
    DatagramPair::new(
        End::client(client_config(profile), server_name("localhost"), settings, Setup::new(1)),
        End::server(server_config(profile, certificate), settings, Setup::new(2)),
        fate,
    )
}

fn assert_connected<F: FnMut(usize, Side, &[u8]) -> Fate>(pair: &mut DatagramPair<'_, F>, what: &str) {
    for side in [Side::Client, Side::Server] {
        let end = pair.end(side);
        assert!(end.is_connected(), "{what}: {side:?} {:?} {:?}", end.error, end.events);
    }
    for (from, text) in [(Side::Client, &b"question"[..]), (Side::Server, b"answer")] {
        let datagram = pair.end(from).send(text).unwrap();
        let to = pair.end(from.other());
        to.receive(&datagram);
        assert_eq!(to.received.last().map(Vec::as_slice), Some(text), "{what}");
        let count = to.received.len();
        to.receive(&datagram);
        assert_eq!(to.received.len(), count, "{what}: a record a second time");
    }
}

#[test]
fn both_versions_with_every_kind_of_suite() {
    use registry::{suites as rows, versions};
    let cases: [(&'static Version, &'static Suite, &str); 13] = [
        (&versions::DTLS1_2, &rows::TLS_PSK_WITH_AES_128_CCM_8, "rsa"),
        (&versions::DTLS1_2, &rows::TLS_ECDHE_PSK_WITH_CHACHA20_POLY1305_SHA256, "rsa"),
        (&versions::DTLS1_2, &rows::TLS_DHE_PSK_WITH_AES_256_CCM, "rsa"),
        (&versions::DTLS1_2, &rows::TLS_RSA_PSK_WITH_AES_256_GCM_SHA384, "rsa"),
        (&versions::DTLS1_0, &rows::TLS_PSK_WITH_AES_128_CBC_SHA, "rsa"),
        (&versions::DTLS1_2, &rows::TLS_ECDHE_ECDSA_WITH_AES_128_CCM_8, "p256"),
        (&versions::DTLS1_2, &rows::TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256, "p256"),
        (&versions::DTLS1_2, &rows::TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256, "rsa"),
        (&versions::DTLS1_2, &rows::TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA384, "rsa"),
        (&versions::DTLS1_2, &rows::TLS_DHE_RSA_WITH_AES_128_GCM_SHA256, "rsa"),
        (&versions::DTLS1_2, &rows::TLS_RSA_WITH_AES_128_CBC_SHA, "rsa"),
        (&versions::DTLS1_0, &rows::TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA, "rsa"),
        (&versions::DTLS1_0, &rows::TLS_RSA_WITH_AES_256_CBC_SHA, "rsa"),
    ];
    for (version, suite, certificate) in cases {
        let settings = DatagramSettings::default();
        let mut pair = pair(profile(version, suite), certificate, settings, |_, _, _| Fate::Passes);
        pair.drive();
        assert_connected(&mut pair, suite.name);
        assert_eq!(pair.client.facts().unwrap().version.wire, version.wire);
        assert_eq!(pair.now, 4 * LATENCY_MS, "{}: two round trips", suite.name);
    }
}

#[test]
fn datagrams_of_every_size_from_256_bytes_up() {
    for datagram_bytes in (256..1500).step_by(97) {
        let settings = DatagramSettings { datagram_bytes, ..DatagramSettings::default() };
        let mut largest = 0;
        let mut pair = pair(ordinary(), "p256", settings, |_, _, bytes| {
            largest = largest.max(bytes.len());
            Fate::Passes
        });
        pair.drive();
        assert_connected(&mut pair, &datagram_bytes.to_string());
        drop(pair);
        assert!(largest <= datagram_bytes && largest > datagram_bytes / 2, "{largest} of {datagram_bytes}");
    }
}

#[test]
fn records_keep_to_the_size_that_was_agreed_on() {
    use handshake::ClientConfig;
    use suites::SizeLimits;
    for (size_limits, most) in [
        (SizeLimits { max_fragment_length: Some(512), ..SizeLimits::default() }, 512),
        (SizeLimits { record_size_limit: Some(300), ..SizeLimits::default() }, 300),
    ] {
        let profile = ordinary();
        let config = ClientConfig { size_limits, ..*client_config(profile) };
        let settings = DatagramSettings::default();
        let mut largest = 0;
        let mut pair = DatagramPair::new(
            End::client(&config, server_name("localhost"), settings, Setup::new(1)),
            End::server(server_config(profile, "p256"), settings, Setup::new(2)),
            |_, from, mut datagram: &[u8]| {
                // ServerHello, in which the size is agreed on, and all records after it.
                while let [content_type, .., _] = datagram
                    && let Some([high, low]) = datagram.get(11..13)
                {
                    let len = usize::from(u16::from_be_bytes([*high, *low]));
                    if from == Side::Server && *content_type == 22 {
                        largest = largest.max(len);
                    }
                    datagram = &datagram[13 + len..];
                }
                Fate::Passes
            },
        );
        pair.drive();
        assert_connected(&mut pair, &most.to_string());
        assert_eq!(pair.server.call(|connection, _| connection.max_payload()), Some(most));
        drop(pair);
        assert!(largest <= most && largest > most / 2, "{largest} of {most}");
    }
}

#[test]
fn damage_in_an_encrypted_record_is_dropped_and_the_flight_comes_again() {
    for at in 0..60 {
        let settings = DatagramSettings::default();
        let mut pair = pair(ordinary(), "p256", settings, |number, from, bytes| {
            // The server's last flight: ChangeCipherSpec and Finished.
            if number == 3 && from == Side::Server {
                Fate::Damaged(8 * (bytes.len() - 1 - at))
            } else {
                Fate::Passes
            }
        });
        pair.drive();
        assert_connected(&mut pair, &at.to_string());
    }
}

/// The records of a flight, each a datagram, its ChangeCipherSpec before the messages that it follows.
fn change_cipher_spec_first(flight: &[Vec<u8>]) -> Vec<Vec<u8>> {
    const CHANGE_CIPHER_SPEC: u8 = 20;
    let mut records = Vec::new();
    for mut datagram in flight.iter().map(Vec::as_slice) {
        while let [_, .., high, low] = datagram.get(..13).unwrap_or_default() {
            let len = 13 + usize::from(u16::from_be_bytes([*high, *low]));
            records.push(datagram[..len].to_vec());
            datagram = &datagram[len..];
        }
    }
    records.sort_by_key(|record| record[0] != CHANGE_CIPHER_SPEC);
    records
}

#[test]
fn a_change_cipher_spec_may_overtake_the_messages_before_it() {
    for version in [&registry::versions::DTLS1_2, &registry::versions::DTLS1_0] {
        let profile = profile(version, &registry::suites::TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA);
        let mut pair = pair(profile, "p256", DatagramSettings::default(), |_, _, _| Fate::Passes);
        let mut overtook = 0;
        for from in [Side::Client, Side::Server].into_iter().cycle().take(6) {
            let flight = pair.end(from).transmit();
            let records = change_cipher_spec_first(&flight);
            overtook += usize::from(records.len() > 2 && records[0][0] == 20);
            for record in records {
                pair.end(from.other()).receive(&record);
            }
        }
        assert!(overtook > 0);
        assert_connected(&mut pair, version.name);
    }
}

#[test]
fn a_server_takes_a_hello_of_any_newer_version() {
    for newer in [[0xFE, 0xFC], [0xFE, 0x00], [0xFC, 0xFF], [0x80, 0x00]] {
        let settings = DatagramSettings::default();
        let mut pair = pair(ordinary(), "p256", settings, |_, _, _| Fate::Passes);
        // client_version stands behind the headers of record and message. The transcript then differs: only ServerHello
        // is of interest.
        let mut hello = pair.client.transmit().concat();
        hello[25..27].copy_from_slice(&newer);
        pair.server.receive(&hello);
        assert_eq!(pair.server.error, None, "{newer:x?}");
        assert!(!pair.server.transmit().is_empty());
    }
    // What is no version of DTLS has none in common.
    let mut pair = pair(ordinary(), "p256", DatagramSettings::default(), |_, _, _| Fate::Passes);
    let mut hello = pair.client.transmit().concat();
    hello[25..27].copy_from_slice(&[3, 3]);
    pair.server.receive(&hello);
    assert_eq!(pair.server.error, Some(Error::Incompatible(Reason::NoCommonVersion)));
}

#[test]
fn a_peer_that_never_answers_is_given_up_after_two_minutes() {
    let mut pair = pair(ordinary(), "p256", DatagramSettings::default(), |_, from, _| match from {
        Side::Client => Fate::Lost,
        Side::Server => Fate::Passes,
    });
    pair.drive();
    assert_eq!(pair.client.error, Some(Error::TimedOut));
    assert_eq!((pair.now, pair.client.sent), (123_000, 7));
}

#[test]
fn renegotiation_is_refused_with_a_warning_and_the_connection_goes_on() {
    let profile: &'static Profile<'static> =
        Box::leak(Box::new(Profile { versions: registry::versions::MODERN_DATAGRAM, ..null::PROFILE }));
    let mut pair = pair(profile, "null-p256", DatagramSettings::default(), |_, _, _| Fate::Passes);
    pair.drive();
    assert_connected(&mut pair, "before");
    // HelloRequest to a client and ClientHello to a server, numbered anew or not.
    for (side, kind) in [(Side::Client, 0), (Side::Server, 1)] {
        for (number, message_seq) in [(60, 0), (61, 3), (62, 4), (63, 0x8000)] {
            let mut record = vec![22, 0xFE, 0xFD, 0, 1, 0, 0, 0, 0, 0, number, 0, 12 + 40];
            let [high, low] = u16::to_be_bytes(message_seq);
            record.extend([kind, 0, 0, 40, high, low, 0, 0, 0, 0, 0, 40]);
            record.extend([7; 40]);
            let end = pair.end(side);
            end.receive(&record);
            let answer = end.transmit();
            assert_eq!(answer.len(), 1, "{side:?} {message_seq}");
            assert_eq!(answer[0][13..], [1, 100], "no_renegotiation");
            let other = pair.end(side.other());
            other.receive(&answer[0]);
            let warning = Event::Warning(codec::AlertDescription::NO_RENEGOTIATION);
            assert_eq!(other.events.last(), Some(&warning));
        }
    }
    assert_connected(&mut pair, "after");
}
