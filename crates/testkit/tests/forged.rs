//! What anybody on the network can send to a connection of DTLS without reading along, at each of its states: no connection
//! dies of it.
//!
//! A message without protection that is exactly what is awaited cannot be told from the peer's; no version of DTLS up to
//! 1.2 can do that.
#![expect(clippy::unwrap_used, reason = "a test that fails panics")]

use embertls::{DatagramSettings, registry};
use embertls_testkit::{
    credentials::{client_config, server_config, server_name},
    datagrams::{DatagramPair, End, Fate},
    pair::{Setup, Side},
    rng::Seeded,
};
use suites::{Profile, Suite};

const SIDES: [Side; 2] = [Side::Client, Side::Server];
const DTLS1_2: [u8; 2] = [0xFE, 0xFD];

type Unharmed = fn(usize, Side, &[u8]) -> Fate;
type Peers = DatagramPair<'static, Unharmed>;

fn peers(suite: &'static Suite) -> Peers {
    let profile: &'static Profile<'static> = Box::leak(Box::new(Profile {
        versions: Vec::leak(vec![&registry::versions::DTLS1_2]),
        suites: Vec::leak(vec![suite]),
        ..registry::profiles::LEGACY
    }));
    // Several datagrams in a flight, so that there are states between them.
    let settings = DatagramSettings { datagram_bytes: 256, ..DatagramSettings::default() };
    DatagramPair::new(
        End::client(client_config(profile), server_name("localhost"), settings, Setup::new(1)),
        End::server(server_config(profile, "p256"), settings, Setup::new(2)),
        |_, _, _| Fate::Passes,
    )
}

fn suites() -> [&'static Suite; 3] {
    use registry::suites as rows;
    [
        &rows::TLS_PSK_WITH_AES_128_CCM_8,
        &rows::TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256,
        &rows::TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256,
    ]
}

fn assert_alive(pair: &mut Peers, what: &str) {
    for (from, text) in [(Side::Client, &b"question"[..]), (Side::Server, b"answer")] {
        let end = pair.end(from);
        assert!(end.is_connected(), "{what}: {from:?} {:?}", end.error);
        let datagram = end.send(text).unwrap();
        let to = pair.end(from.other());
        to.receive(&datagram);
        assert_eq!(to.received.last().map(Vec::as_slice), Some(text), "{what}");
    }
}

fn record(content_type: u8, epoch: u16, sequence_number: u64, fragment: &[u8]) -> Vec<u8> {
    let len = u16::try_from(fragment.len()).unwrap();
    let [_, _, number @ ..] = sequence_number.to_be_bytes();
    [&[content_type][..], &DTLS1_2, &epoch.to_be_bytes(), &number, &len.to_be_bytes(), fragment].concat()
}

/// Records of every kind, with nothing that only the peer can know.
fn forged() -> Vec<Vec<u8>> {
    let mut dice = Seeded::new(4);
    let mut all: Vec<Vec<u8>> = [0, 1, 12, 13, 40, 1200].map(|len| dice.bytes(len)).into();
    let bodies = [vec![], vec![1], vec![2, 40], vec![1, 0], vec![2, 0], dice.bytes(40), dice.bytes(200)];
    for content_type in [0, 20, 21, 22, 23, 24, 25, 26, 255] {
        for epoch in [0, 1, 2, 0xFFFF] {
            for sequence_number in [0, 1, 7, 100, (1 << 48) - 1] {
                for body in &bodies {
                    all.push(record(content_type, epoch, sequence_number, body));
                }
            }
        }
    }
    all
}

/// Each datagram that arrives is followed by all of this at both ends; the timers must not have run.
fn drive_under_fire(suite: &'static Suite, datagrams: &[Vec<u8>]) {
    let mut pair = peers(suite);
    let mut states = 0;
    // Old messages are answered by a flight, so that there would be no end of datagrams.
    loop {
        for side in SIDES.into_iter().filter(|_| states < 24) {
            for datagram in datagrams {
                pair.end(side).receive(datagram);
                assert_eq!(
                    pair.end(side).error,
                    None,
                    "{}, {side:?}, state {states}: {datagram:?}",
                    suite.name
                );
            }
        }
        states += 1;
        if !pair.step() {
            break;
        }
    }
    assert!(states > 4, "{states}");
    assert!(pair.now < 1000, "{}: {} ms", suite.name, pair.now);
    assert_alive(&mut pair, suite.name);
}

#[test]
fn forged_records_end_no_connection_at_any_state() {
    for suite in suites() {
        drive_under_fire(suite, &forged());
    }
}
