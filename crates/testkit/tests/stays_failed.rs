//! A connection that has failed stays failed (RFC 5246 section 7.2.2): whatever then comes, and whatever it is asked, it
//! gives no data and sends nothing after its one alert. Errors of all kinds at every record of a handshake, a
//! renegotiation and the data behind them, on both sides; then calls in a random order. Half of the seeds come from
//! EMBERTLS_SEED.
#![expect(clippy::indexing_slicing, clippy::unwrap_used, reason = "a test that fails panics")]

use embertls::{Error, Misuse};
use embertls_testkit::{
    conversation::SIDES,
    credentials::{chain, client_config, private_key, server_config, server_name, trust_anchors},
    null,
    pair::{End, Pair, Setup, Side},
    rng::{self, Failing, Seeded},
    tamper,
};
use handshake::{AuthMode, ClientConfig, Credential, Renegotiation, ServerConfig};
use std::collections::BTreeSet;

const ALERT: u8 = 21;
const HANDSHAKE: u8 = 22;
const DATA: u8 = 23;

/// Calls after each failure.
const CALLS: usize = 24;

/// How a connection is made to fail.
#[derive(Clone, Copy, Debug)]
enum Cause {
    /// This record comes.
    Record(&'static [u8]),
    /// The transport ends.
    EndOfStream,
    /// The caller has no room for a record.
    TooLarge,
    /// The random source fails from here on; some later record shows it, if any does.
    Entropy,
    /// The next job finds a fault in its result.
    Fault,
}

const CAUSES: [Cause; 14] = [
    Cause::Record(&[24, 3, 3, 0, 1, 0]),
    Cause::Record(&[HANDSHAKE, 3, 4, 0, 4, 0, 0, 0, 0]),
    Cause::Record(&[HANDSHAKE, 3, 3, 0x60, 0]),
    Cause::Record(&[HANDSHAKE, 3, 3, 0, 0]),
    Cause::Record(&[HANDSHAKE, 3, 3, 0, 4, 99, 0, 0, 0]),
    Cause::Record(&[HANDSHAKE, 3, 3, 0, 4, 20, 0xFF, 0xFF, 0xFF]),
    Cause::Record(&[20, 3, 3, 0, 1, 2]),
    Cause::Record(&[ALERT, 3, 3, 0, 2, 2, 40]),
    Cause::Record(&[ALERT, 3, 3, 0, 2, 3, 40]),
    Cause::Record(&[ALERT, 3, 3, 0, 1, 2]),
    Cause::EndOfStream,
    Cause::TooLarge,
    Cause::Entropy,
    Cause::Fault,
];

fn pair() -> Pair<'static, 'static> {
    let renegotiation = Renegotiation::Allowed(2);
    let own = Credential::new(chain("p256"), private_key("null-p256"));
    let client: &'static ClientConfig<'static> = Box::leak(Box::new(ClientConfig {
        renegotiation,
        credentials: Vec::leak(vec![own]),
        ..*client_config(&null::PROFILE)
    }));
    let server: &'static ServerConfig<'static> = Box::leak(Box::new(ServerConfig {
        renegotiation,
        auth_mode: AuthMode::Optional,
        trust_anchors: trust_anchors(),
        ..*server_config(&null::PROFILE, "null-p256")
    }));
    let quiet = |seed| Setup { watched: false, ..Setup::new(seed) };
    Pair::new(End::client(client, server_name("localhost"), quiet(1)), End::server(server, quiet(2)))
}

/// All records that a side receives of a handshake, data, a renegotiation and data; one message each.
fn received_by(side: Side) -> Vec<Vec<u8>> {
    let mut pair = pair();
    for _ in 0..2 {
        pair.drive();
        for from in SIDES {
            pair.send(from, b"data").unwrap();
        }
        pair.server.call(|connection, host| connection.renegotiate(host)).unwrap().unwrap();
    }
    let mut received = Vec::new();
    for record in tamper::records(&pair.end(side.other()).sent) {
        if record[0] == HANDSHAKE {
            let messages = tamper::messages(&record[tamper::RECORD_HEADER_BYTES..]);
            received.extend(messages.iter().map(|message| tamper::record(HANDSHAKE, message)));
        } else {
            received.push(record);
        }
    }
    received
}

fn feed(end: &mut End<'_>, record: &[u8]) {
    end.wire.extend(record);
    while end.step() {
        let _ = end.transmit();
    }
}

/// Brings the failure about behind the first records; the error, if there was one, and how many bytes were sent before.
fn fail(end: &mut End<'_>, received: &[Vec<u8>], cause: Cause, at: usize) -> Option<Error> {
    let _ = end.transmit();
    for record in &received[..at] {
        feed(end, record);
    }
    assert_eq!(end.error, None);
    // What is sent from here on is left where it is, as a caller may do.
    let take = |end: &mut End<'_>, record: &[u8]| {
        end.wire.extend(record);
        while end.step() {}
    };
    match cause {
        Cause::Record(record) => take(end, record),
        Cause::EndOfStream => end.end_of_stream(),
        Cause::TooLarge => end.error = end.call(|connection, _| connection.refuse_record(1 << 15)),
        Cause::Entropy => {
            end.setup.rng = Failing::at(1, 1);
            received[at..].iter().for_each(|record| feed(end, record));
        }
        Cause::Fault => {
            null::fault_at(1);
            received[at..].iter().for_each(|record| take(end, record));
            let _ = null::disarm();
        }
    }
    end.error
}

/// Any record: one of the good ones, one of the bad ones, or a random one.
fn any_record(received: &[Vec<u8>], random: &mut Seeded) -> Vec<u8> {
    match random.below(4) {
        0 => received[random.below(received.len())].clone(),
        1 => match CAUSES[random.below(CAUSES.len())] {
            Cause::Record(record) => record.to_vec(),
            Cause::EndOfStream | Cause::TooLarge | Cause::Entropy | Cause::Fault => {
                tamper::record(ALERT, &[1, 0])
            }
        },
        2 => tamper::record(DATA, b"late"),
        _ => {
            let len = random.below(50);
            tamper::record(20 + random.byte() % 5, &random.bytes(len))
        }
    }
}

/// One call that a caller may make.
fn call(end: &mut End<'_>, received: &[Vec<u8>], random: &mut Seeded, what: &str) {
    const CLOSED: Error = Error::Misuse(Misuse::Closed);
    match random.below(9) {
        0 => {
            let mut buffer = any_record(received, random);
            let before = buffer.clone();
            let taken = end.call(|connection, host| connection.receive(host, &mut buffer)).unwrap();
            assert_eq!(taken, Err(CLOSED), "{what}");
            assert_eq!(buffer, before, "{what}");
        }
        1 => assert_eq!(end.send(b"more").err(), Some(CLOSED), "{what}"),
        2 => {
            let sealed = end.call(|connection, host| connection.seal(host, &mut [0; 100], 50..60)).unwrap();
            assert_eq!(sealed, Err(CLOSED), "{what}");
        }
        3 => {
            let event = end.call(|connection, host| connection.advance(host)).unwrap();
            assert_eq!(event, Err(Error::Misuse(Misuse::NoWork)), "{what}");
        }
        4 => {
            assert!(end.call(|connection, _| connection.request().is_none()).unwrap(), "{what}");
            let event = end.call(|connection, host| connection.answer(host, 0)).unwrap();
            assert_eq!(event, Err(Error::Misuse(Misuse::NoRequest)), "{what}");
        }
        5 => {
            let started = end.call(|connection, host| connection.renegotiate(host)).unwrap();
            assert_eq!(started, Err(CLOSED), "{what}");
        }
        6 => end.call(|connection, _| connection.close()).unwrap(),
        7 => {
            let ended = end.call(|connection, _| connection.end_of_stream()).unwrap();
            assert_eq!(ended, Err(Error::Truncated), "{what}");
        }
        _ => {
            let needed = random.below(1 << 16);
            let refused = end.call(|connection, _| connection.refuse_record(needed)).unwrap();
            assert_eq!(refused, Error::RecordTooLarge { needed }, "{what}");
        }
    }
    let is_connected = end.call(|connection, _| connection.is_connected() || connection.is_handshaking());
    assert_eq!(is_connected, Some(false), "{what}");
}

#[test]
fn a_connection_that_has_failed_stays_failed() {
    let mut kinds = BTreeSet::new();
    for side in SIDES {
        let received = received_by(side);
        assert_eq!(received.len(), if side == Side::Client { 17 } else { 14 });
        for at in 0..received.len() {
            for cause in CAUSES {
                for seed in [1, rng::seed_from_environment(2)] {
                    let what = format!("{side:?}, {cause:?} behind {at} records, seed {seed}");
                    let mut pair = pair();
                    let end = pair.end(side);
                    let Some(error) = fail(end, &received, cause, at) else {
                        assert!(matches!(cause, Cause::Entropy | Cause::Fault | Cause::Record(_)), "{what}");
                        continue;
                    };
                    kinds.insert(format!("{error:?}"));
                    let had = end.received.clone();
                    let mut random = Seeded::new(seed ^ (at as u64) << 8);
                    let mut sent = Vec::new();
                    for _ in 0..CALLS {
                        if random.below(3) == 0 {
                            sent.extend(end.transmit());
                        }
                        call(end, &received, &mut random, &what);
                    }
                    sent.extend(end.transmit());
                    // The version on it is the one that is agreed on, or what a client begins with.
                    if let Some(version) = sent.get_mut(1..3) {
                        version.copy_from_slice(&[3, 3]);
                    }
                    let told = error.alert().map(|alert| tamper::record(ALERT, &[2, alert.0]));
                    // The call that found the random source failing may have sent the alert.
                    let earlier = matches!(cause, Cause::Entropy) && sent.is_empty();
                    assert!(earlier || sent == told.unwrap_or_default(), "{what}: {error:?}, {sent:?}");
                    assert_eq!(end.received, had, "{what}");
                }
            }
        }
    }
    println!("{} errors: {kinds:?}", kinds.len());
    assert!(kinds.len() >= 10, "{kinds:?}");
}
