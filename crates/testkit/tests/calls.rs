//! The calls of a connection at their edges: buffers of every small size, ranges that do not fit, calls at the wrong
//! time. None loses a byte or disturbs the connection.
#![expect(clippy::indexing_slicing, clippy::unwrap_used, reason = "a test that fails panics")]

use embertls::{Error, Event, Misuse, registry};
use embertls_testkit::{
    credentials::{client_config, only_suite, server_config, server_name},
    null,
    pair::{End, Pair, Setup, Side},
    rng::Failing,
    tamper,
};
use suites::{Profile, Suite};

const SIDES: [Side; 2] = [Side::Client, Side::Server];
/// Bytes of the smallest record of all: the header and one byte.
const SMALLEST_RECORD: usize = tamper::RECORD_HEADER_BYTES + 1;

/// One suite for each shape of record.
fn suites() -> [(&'static Suite, &'static str); 3] {
    [
        (&registry::suites::TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256, "p256"),
        (&registry::suites::TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256, "p256"),
        (&null::ECDHE, "null-p256"),
    ]
}

fn pair(suite: &'static Suite, certificate: &str) -> Pair<'static, 'static> {
    let is_null = certificate.starts_with("null-");
    let profile: &'static Profile<'static> = if is_null { &null::PROFILE } else { only_suite(suite) };
    Pair::new(
        End::client(client_config(profile), server_name("localhost"), Setup::new(1)),
        End::server(server_config(profile, certificate), Setup::new(2)),
    )
}

/// Everything that waits, asked for with buffers that are too small until the connection says what it needs.
fn transmit_reluctantly(end: &mut End<'_>, mut room: usize) -> Vec<u8> {
    let mut all = Vec::new();
    let mut out = [0; 512];
    loop {
        let written = end.call(|connection, host| connection.poll_transmit(host, &mut out[..room])).unwrap();
        match written {
            Ok(0) => return all,
            Ok(written) => all.extend(&out[..written]),
            Err(Error::OutputTooSmall { needed }) => {
                assert!(needed > room, "{room} bytes should have been enough, not {needed}");
                room = needed;
            }
            Err(error) => unreachable!("{error:?}"),
        }
    }
}

#[test]
fn poll_transmit_loses_nothing_however_little_room_there_is() {
    for (suite, certificate) in suites() {
        for room in (0..20).chain([40, 85, 86, 87, 130]) {
            let mut pair = pair(suite, certificate);
            for turn in 0..4 {
                let from = SIDES[turn % 2];
                let bytes = transmit_reluctantly(pair.end(from), room);
                assert!(bytes.len() > SMALLEST_RECORD, "{} {room}", suite.name);
                pair.carry(from, bytes);
                while pair.end(from.other()).step() {}
            }
            for side in SIDES {
                assert!(pair.end(side).is_connected(), "{} {room}: {:?}", suite.name, pair.end(side).error);
            }
            let _ = pair.client.call(|connection, _| connection.close());
            let bytes = transmit_reluctantly(&mut pair.client, room);
            pair.carry(Side::Client, bytes);
            pair.drive();
            assert!(pair.server.is_closed(), "{} {room}", suite.name);
        }
    }
}

/// A record that could not be made takes those before it along: the connection has failed, and does not go on without
/// them.
#[test]
fn randomness_that_fails_within_a_flight_ends_the_connection() {
    let (suite, certificate) = suites()[1];
    let mut whole = pair(suite, certificate);
    whole.drive();
    let draws = whole.client.setup.rng.draws;
    // The last draw is for the record of Finished, after ClientKeyExchange.
    let profile = only_suite(suite);
    let mut pair = Pair::new(
        End::client(
            client_config(profile),
            server_name("localhost"),
            Setup { rng: Failing::at(1, draws), ..Setup::new(1) },
        ),
        End::server(server_config(profile, certificate), Setup::new(2)),
    );
    pair.drive();
    assert_eq!(pair.client.error, Some(Error::Entropy));
    let again = pair.client.send(b"more").err();
    assert_eq!(again, Some(Error::Misuse(Misuse::Closed)));
}

#[test]
fn receive_takes_buffers_of_any_size() {
    for (suite, certificate) in suites() {
        for side in SIDES {
            let mut pair = pair(suite, certificate);
            let mut buffer = Vec::new();
            for _ in 0..4 {
                for from in SIDES {
                    let bytes = pair.end(from).transmit();
                    if from == side {
                        pair.carry(from, bytes);
                        while pair.end(from.other()).step() {}
                        continue;
                    }
                    for byte in bytes {
                        buffer.push(byte);
                        // Whether or not it asked for so little: first without a byte, then with all.
                        for seen in [0, buffer.len()] {
                            present(pair.end(side), &mut buffer, seen);
                        }
                    }
                }
            }
            let end = pair.end(side);
            assert!(end.is_connected() && buffer.is_empty(), "{} {side:?}: {:?}", suite.name, end.error);
        }
    }
}

/// Shows the first bytes of the buffer until nothing more happens.
fn present(end: &mut End<'_>, buffer: &mut Vec<u8>, seen: usize) {
    let mut seen = seen.min(buffer.len());
    loop {
        let received =
            end.call(|connection, host| connection.receive(host, &mut buffer[..seen])).unwrap().unwrap();
        buffer.drain(..received.used);
        seen -= received.used;
        if received.used == 0 || matches!(received.event, Event::NeedMore(_)) {
            return;
        }
    }
}

#[test]
fn ranges_that_do_not_fit_are_refused_and_leave_the_connection_as_it_was() {
    for (suite, certificate) in suites() {
        let mut pair = pair(suite, certificate);
        pair.drive();
        let mut buffer = vec![0; 20_000];
        let (before, after) =
            pair.client.call(|connection, _| (connection.headroom(), connection.tailroom())).unwrap();
        let end = buffer.len();
        #[expect(clippy::reversed_empty_ranges, reason = "that is the mistake")]
        let mut ranges = vec![before + 1..before, 300..40, usize::MAX..0, 0..usize::MAX, before..usize::MAX];
        ranges.extend([before - 1..before + 9, end - after - 9..end - after + 1, end..end + 1]);
        ranges.push(before..before + embertls::limits::MAX_PLAINTEXT_BYTES + 1);
        for range in ranges {
            let sealed = pair
                .client
                .call(|connection, host| connection.seal(host, &mut buffer, range.clone()))
                .unwrap();
            assert_eq!(sealed, Err(Error::Misuse(Misuse::BadRange)), "{} {range:?}", suite.name);
        }
        let fits = end - after - 9..end - after;
        let sealed = pair.client.call(|connection, host| connection.seal(host, &mut buffer, fits)).unwrap();
        let record = buffer[sealed.unwrap()].to_vec();
        pair.carry(Side::Client, record);
        pair.drive();
        assert_eq!(pair.server.received, [0; 9], "{}: {:?}", suite.name, pair.server.error);
    }
}

#[test]
fn an_empty_payload_is_an_empty_record_and_too_little_room_is_told() {
    for (suite, certificate) in suites() {
        let mut pair = pair(suite, certificate);
        pair.drive();
        let (record, consumed) = pair.client.send(b"").unwrap();
        assert_eq!(consumed, 0);
        pair.carry(Side::Client, record);
        pair.drive();
        assert_eq!((pair.server.error, pair.server.received.len()), (None, 0));
        let mut out = [0; 512];
        let needed = (0..out.len()).find(|room| {
            let sent = pair.client.call(|connection, host| connection.send(host, b"data", &mut out[..*room]));
            match sent.unwrap() {
                Ok(sent) => sent.consumed == 1,
                Err(error) => {
                    assert!(matches!(error, Error::OutputTooSmall { needed } if needed > *room), "{error:?}");
                    false
                }
            }
        });
        let room = pair.client.call(|connection, _| connection.headroom() + 1 + connection.tailroom());
        assert_eq!(needed, room, "{}: room for one byte is enough", suite.name);
    }
}

#[test]
fn calls_at_the_wrong_time_are_told_and_change_nothing() {
    let (suite, certificate) = suites()[0];
    let mut pair = pair(suite, certificate);
    for side in SIDES {
        let end = pair.end(side);
        assert_eq!(end.send(b"early").err(), Some(Error::Misuse(Misuse::NotConnected)));
        let work = end.call(|connection, host| connection.advance(host)).unwrap();
        assert_eq!(work, Err(Error::Misuse(Misuse::NoWork)));
    }
    for turn in 0..3 {
        let from = SIDES[turn % 2];
        let bytes = pair.end(from).transmit();
        pair.carry(from, bytes);
        while pair.end(from.other()).step() {}
    }
    // The server's Finished waits.
    assert!(pair.server.is_connected());
    assert_eq!(pair.server.send(b"early").err(), Some(Error::Misuse(Misuse::TransmitFirst)));
    pair.drive();
    pair.send(Side::Server, b"in time").unwrap();
    assert_eq!(pair.client.received, b"in time");
}
