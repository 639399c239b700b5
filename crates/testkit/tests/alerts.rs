//! Alerts and records that a peer must not send so, or that a receiver must not mind; and what follows an end.

use codec::{AlertDescription, Reason};
use embertls::{Error, Event, Misuse, registry};
use embertls_testkit::{
    credentials::{client_config, only_suite, server_config, server_name},
    null,
    pair::{End, Pair, Setup, Side},
    tamper,
};

const SIDES: [Side; 2] = [Side::Client, Side::Server];
const ALERT: u8 = 21;
const HANDSHAKE: u8 = 22;
const APPLICATION_DATA: u8 = 23;
const CLOSE_NOTIFY: [u8; 7] = [ALERT, 3, 3, 0, 2, 1, 0];

fn pair(connected: bool) -> Pair<'static, 'static> {
    let mut pair = Pair::new(
        End::client(client_config(&null::PROFILE), server_name("localhost"), Setup::new(1)),
        End::server(server_config(&null::PROFILE, "null-p256"), Setup::new(2)),
    );
    if connected {
        pair.drive();
        assert!(pair.client.is_connected() && pair.server.is_connected());
    } else {
        // Both know the version: the server's flight has arrived.
        let hello = pair.client.transmit();
        pair.carry(Side::Client, hello);
        while pair.server.step() {}
        let flight = pair.server.transmit();
        pair.carry(Side::Server, flight);
        while pair.client.step() {}
        let _ = pair.client.transmit();
    }
    pair
}

/// What the end makes of these bytes, and what it then sends.
fn taken(end: &mut End<'_>, bytes: &[u8]) -> (Option<Error>, Vec<u8>) {
    end.wire.extend(bytes);
    while end.step() {}
    (end.error, end.transmit())
}

fn fatal(description: AlertDescription) -> Vec<u8> {
    tamper::record(ALERT, &[2, description.0])
}

#[test]
fn alerts_of_another_length_or_level_are_refused_wherever_they_come() {
    let bodies: [&[u8]; 6] = [&[1], &[2], &[1, 90, 1, 90], &[1, 90, 0], &[0, 90], &[3, 90]];
    for side in SIDES {
        for connected in [false, true] {
            for body in bodies {
                let mut pair = pair(connected);
                let (error, sent) = taken(pair.end(side), &tamper::record(ALERT, body));
                let (reason, description) = if body.len() == 2 {
                    (Reason::BadAlertLevel, AlertDescription::ILLEGAL_PARAMETER)
                } else {
                    (Reason::BadAlert, AlertDescription::DECODE_ERROR)
                };
                assert_eq!(error, Some(Error::Violation(reason)), "{side:?} {body:?}");
                assert_eq!(sent, fatal(description), "{side:?} {body:?}");
            }
        }
    }
}

#[test]
fn alerts_that_nobody_knows_have_the_meaning_of_their_level() {
    let unknown = AlertDescription(0xEE);
    for side in SIDES {
        for connected in [false, true] {
            let mut warned = pair(connected);
            let (error, sent) = taken(warned.end(side), &tamper::record(ALERT, &[1, unknown.0]));
            assert_eq!((error, sent), (None, vec![]), "{side:?}");
            assert!(warned.end(side).events.contains(&Event::Warning(unknown)));
            let mut ended = pair(connected);
            let (error, sent) = taken(ended.end(side), &tamper::record(ALERT, &[2, unknown.0]));
            assert_eq!((error, sent), (Some(Error::AlertReceived(unknown)), vec![]), "{side:?}");
        }
    }
}

#[test]
fn records_of_another_type_version_or_length_are_refused_wherever_they_come() {
    let cases: [(&str, &[u8], Reason); 8] = [
        ("heartbeat", &[24, 3, 3, 0, 3, 1, 0, 0], Reason::UnknownContentType),
        ("type 0", &[0, 3, 3, 0, 1, 0], Reason::UnknownContentType),
        ("type 255", &[255, 3, 3, 0, 1, 0], Reason::UnknownContentType),
        ("TLS 1.0", &[ALERT, 3, 1, 0, 2, 1, 90], Reason::RecordVersion),
        ("TLS 1.3", &[ALERT, 3, 4, 0, 2, 1, 90], Reason::RecordVersion),
        ("major 2", &[HANDSHAKE, 2, 3, 0, 4, 0, 0, 0, 0], Reason::RecordVersion),
        ("2^14 + 2049 bytes", &[HANDSHAKE, 3, 3, 0x48, 1], Reason::RecordOverflow),
        ("65535 bytes", &[ALERT, 3, 3, 0xFF, 0xFF], Reason::RecordOverflow),
    ];
    for side in SIDES {
        for connected in [false, true] {
            for (what, record, reason) in cases {
                let mut pair = pair(connected);
                let (error, sent) = taken(pair.end(side), record);
                assert_eq!(error, Some(Error::Violation(reason)), "{side:?} {what}");
                assert_eq!(sent, fatal(reason.alert()), "{side:?} {what}");
            }
        }
    }
}

#[test]
fn what_follows_close_notify_is_not_read() {
    for side in SIDES {
        for after in
            [tamper::record(APPLICATION_DATA, b"late"), fatal(AlertDescription::INTERNAL_ERROR), vec![7; 50]]
        {
            let mut pair = pair(true);
            let (error, sent) = taken(pair.end(side), &[&CLOSE_NOTIFY[..], &after].concat());
            assert_eq!((error, sent.as_slice()), (None, &CLOSE_NOTIFY[..]), "{side:?}");
            assert!(pair.end(side).received.is_empty());
            pair.end(side).end_of_stream();
            assert_eq!(pair.end(side).error, None);
        }
    }
}

#[test]
fn close_notify_before_finished_ends_the_handshake() {
    for side in SIDES {
        let mut pair = pair(false);
        let (error, sent) = taken(pair.end(side), &CLOSE_NOTIFY);
        assert_eq!((error, sent.as_slice()), (None, &CLOSE_NOTIFY[..]), "{side:?}");
        assert!(pair.end(side).is_closed() && !pair.end(side).is_connected());
    }
}

#[test]
fn a_close_before_finished_is_the_last_that_is_sent() {
    let flight = pair(true).server.sent.clone();
    let mut client = End::client(client_config(&null::PROFILE), server_name("localhost"), Setup::new(1));
    let _ = client.transmit();
    let _ = client.call(|connection, _| connection.close());
    let sent = client.transmit();
    assert_eq!(sent[5..], CLOSE_NOTIFY[5..]);
    let (error, sent) = taken(&mut client, &flight);
    assert_eq!((error, sent), (Some(Error::Misuse(Misuse::Closed)), vec![]));
}

#[test]
fn a_close_at_once_after_the_handshake_stands_behind_finished() {
    let mut pair = pair(false);
    let keys = pair.client.sent.clone();
    let flight: Vec<u8> = tamper::records(&keys).into_iter().skip(1).flatten().collect();
    pair.server.wire.extend(flight);
    while pair.server.step() {}
    assert!(pair.server.is_connected());
    let _ = pair.server.call(|connection, _| connection.close());
    let sent = pair.server.transmit();
    let (error, _) = taken(&mut pair.client, &sent);
    assert_eq!((error, pair.client.is_connected(), pair.client.is_closed()), (None, true, true));
}

#[test]
fn nothing_follows_our_close_notify() {
    for side in SIDES {
        let mut complete = pair(true);
        let hello = tamper::records(&complete.client.sent).into_iter().next().unwrap();
        let asks = match side {
            Side::Client => tamper::message(0, &[]),
            Side::Server => hello[tamper::RECORD_HEADER_BYTES..].to_vec(),
        };
        let end = complete.end(side);
        let _ = end.call(|connection, _| connection.close());
        let (error, sent) = taken(end, &tamper::record(HANDSHAKE, &asks));
        assert_eq!((error, sent.as_slice()), (None, &CLOSE_NOTIFY[..]), "{side:?}: renegotiation");
        let (error, sent) = taken(end, &tamper::record(APPLICATION_DATA, b"still open on your side"));
        assert_eq!((error, sent), (None, vec![]));
        assert_eq!(end.received, b"still open on your side");
        let (error, sent) = taken(end, &tamper::record(HANDSHAKE, &tamper::message(99, &[])));
        assert!(matches!(error, Some(Error::UnexpectedMessage(_))));
        assert_eq!(sent, [], "{side:?}: the alert would come after close_notify");
    }
}

#[test]
fn after_an_error_nothing_is_opened_and_the_alert_is_told_once() {
    let suite = only_suite(&registry::suites::TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256);
    for side in SIDES {
        let mut pair = Pair::new(
            End::client(client_config(suite), server_name("localhost"), Setup::new(1)),
            End::server(server_config(suite, "p256"), Setup::new(2)),
        );
        pair.drive();
        let (good, _) = pair.end(side.other()).send(b"good").unwrap();
        let mut bad = good.clone();
        bad[20] ^= 1;
        let end = pair.end(side);
        let (error, sent) = taken(end, &bad);
        assert_eq!(error, Some(Error::RecordRejected));
        assert_eq!(tamper::records(&sent).len(), 1);
        let closed = Error::Misuse(Misuse::Closed);
        let mut untouched = good.clone();
        for _ in 0..3 {
            let again = end.call(|connection, host| connection.receive(host, &mut untouched));
            assert_eq!(again, Some(Err(closed)));
            assert_eq!(untouched, good, "{side:?}");
            assert_eq!(end.send(b"more").err(), Some(closed));
            let refused = end.call(|connection, _| connection.refuse_record(1 << 15));
            assert_eq!(refused, Some(Error::RecordTooLarge { needed: 1 << 15 }));
            let work = end.call(|connection, host| connection.advance(host));
            assert_eq!(work, Some(Err(Error::Misuse(Misuse::NoWork))));
            assert_eq!(end.transmit(), [], "{side:?}");
        }
    }
}
