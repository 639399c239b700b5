//! Floods of records that carry nothing end in an error within a bound, whoever sends them and whenever.
#![expect(clippy::panic, reason = "a test that fails panics")]

use codec::{AlertDescription, Reason};
use embertls::{Error, limits::MAX_RECORDS_WITHOUT_PROGRESS};
use embertls_testkit::{
    allocator,
    credentials::{client_config, server_config, server_name},
    null,
    pair::{End, Pair, Setup, Side},
    tamper,
};

#[global_allocator]
static ALLOCATOR: allocator::Counting = allocator::Counting;

const SIDES: [Side; 2] = [Side::Client, Side::Server];

fn pair(connected: bool) -> Pair<'static, 'static> {
    let mut pair = Pair::new(
        End::client(client_config(&null::PROFILE), server_name("localhost"), Setup::new(1)),
        End::server(server_config(&null::PROFILE, "null-p256"), Setup::new(2)),
    );
    if connected {
        pair.drive();
        assert!(pair.client.is_connected() && pair.server.is_connected());
    }
    pair
}

/// How many copies of `record` the end takes before it gives up.
fn taken(end: &mut End<'_>, record: &[u8]) -> usize {
    let _ = end.transmit();
    for count in 0..10_000 {
        end.wire.extend(record);
        while end.step() {
            let _ = end.transmit();
        }
        if end.error.is_some() {
            return count;
        }
    }
    panic!("ten thousand records were taken");
}

#[test]
fn empty_data_warnings_and_requests_for_renegotiation_are_counted() {
    let limit = usize::from(MAX_RECORDS_WITHOUT_PROGRESS);
    for side in SIDES {
        let client_hello = pair(true).client.sent.clone();
        let asks = match side {
            Side::Client => tamper::record(22, &tamper::message(0, &[])),
            Side::Server => {
                let hello = tamper::records(&client_hello).into_iter().next().unwrap();
                tamper::record(22, &hello[tamper::RECORD_HEADER_BYTES..])
            }
        };
        let warning = tamper::record(21, &[1, AlertDescription::USER_CANCELED.0]);
        for (what, record) in
            [("empty data", tamper::record(23, &[])), ("warnings", warning), ("renegotiation", asks)]
        {
            let mut pair = pair(true);
            allocator::reset();
            let end = pair.end(side);
            assert_eq!(taken(end, &record), limit, "{side:?}: {what}");
            let expected = Some(Error::Violation(Reason::TooManyRecordsWithoutProgress));
            assert_eq!(end.error, expected, "{side:?}: {what}");
            assert_eq!(allocator::counts().peak, 0, "{side:?}: {what} cost memory");
        }
    }
}

#[test]
fn data_between_them_is_progress() {
    for side in SIDES {
        let mut pair = pair(true);
        let end = pair.end(side);
        for _ in 0..100 {
            for _ in 0..MAX_RECORDS_WITHOUT_PROGRESS {
                end.wire.extend(tamper::record(23, &[]));
            }
            end.wire.extend(tamper::record(23, b"x"));
            while end.step() {}
        }
        assert_eq!(end.error, None, "{side:?}");
        assert_eq!(end.received.len(), 100);
    }
}

#[test]
fn warnings_during_the_handshake_are_counted() {
    for side in SIDES {
        let mut pair = pair(false);
        let record = tamper::record(21, &[1, AlertDescription::USER_CANCELED.0]);
        assert!(taken(pair.end(side), &record) <= usize::from(MAX_RECORDS_WITHOUT_PROGRESS), "{side:?}");
    }
}

#[test]
fn hello_requests_during_the_handshake_are_counted() {
    let mut pair = pair(false);
    let record = tamper::record(22, &tamper::message(0, &[]));
    assert_eq!(taken(&mut pair.client, &record), usize::from(handshake::limits::MAX_HELLO_REQUESTS));
}

#[test]
fn empty_records_of_other_types_are_refused_at_once() {
    for side in SIDES {
        for connected in [false, true] {
            for content_type in [20, 21, 22] {
                let mut pair = pair(connected);
                let end = pair.end(side);
                assert_eq!(taken(end, &tamper::record(content_type, &[])), 0, "{side:?} {content_type}");
                let alert = end.error.and_then(|error| error.alert());
                assert!(alert.is_some(), "{side:?} {content_type}: {:?}", end.error);
            }
        }
    }
}

#[test]
fn a_handshake_message_in_many_small_records_costs_what_it_brings() {
    let transcript = pair(true).client.sent.clone();
    let hello = tamper::records(&transcript).into_iter().next().unwrap();
    let hello = tamper::padded_hello(&hello[tamper::RECORD_HEADER_BYTES..], 16 * 1024);
    for split in [1, 2, 100, 5000] {
        let mut end = End::server(server_config(&null::PROFILE, "null-p256"), Setup::new(2));
        for part in hello.chunks(split) {
            end.wire.extend(tamper::record(22, part));
        }
        let arrived = end.wire.len();
        allocator::reset();
        while end.step() {}
        assert_eq!(end.error, None);
        assert!(!end.transmit().is_empty(), "the server answers");
        // All copies of the message together, and the flight that answers.
        let requested = allocator::counts().requested;
        println!("records of {split} bytes: {arrived} bytes arrived, {requested} bytes requested");
        assert!(requested <= 10 * hello.len() + 16 * 1024, "{requested} bytes requested for {arrived}");
    }
}
