//! Handshake messages over records in any way: one byte a record, several messages a record, cuts anywhere.
#![expect(clippy::indexing_slicing, clippy::unwrap_used, reason = "a test that fails panics")]

use embertls::registry;
use embertls_testkit::{
    credentials::{client_config, only_suite, server_config, server_name},
    null,
    pair::{End, Pair, Setup, Side},
    rng::Seeded,
    tamper,
};
use suites::Profile;

const CHANGE_CIPHER_SPEC: u8 = 20;
const HANDSHAKE: u8 = 22;

/// How the fragments of a run of handshake records are cut anew.
type Cut = fn(&mut Seeded, usize) -> usize;

const CUTS: [(&str, Cut); 6] = [
    ("one byte a record", |_, _| 1),
    ("three bytes a record", |_, _| 3),
    ("five bytes a record", |_, _| 5),
    ("all of a flight in one record", |_, left| left),
    ("anything up to 40 bytes", |rng, _| 1 + rng.below(40)),
    ("anything up to 2000 bytes", |rng, _| 1 + rng.below(2000)),
];

/// Cuts the handshake records of these bytes anew; records under a real protection stay as they are.
fn cut_anew(bytes: &[u8], cut: Cut, rng: &mut Seeded, protected: &mut bool, is_null: bool) -> Vec<u8> {
    let mut out = Vec::new();
    let mut run: Vec<u8> = Vec::new();
    let mut flush = |run: &mut Vec<u8>, out: &mut Vec<u8>| {
        while !run.is_empty() {
            let len = cut(rng, run.len()).clamp(1, run.len().min(1 << 14));
            let part: Vec<u8> = run.drain(..len).collect();
            out.extend(tamper::record(HANDSHAKE, &part));
        }
    };
    for record in tamper::records(bytes) {
        if record[0] == HANDSHAKE && (is_null || !*protected) {
            run.extend(&record[tamper::RECORD_HEADER_BYTES..]);
            continue;
        }
        flush(&mut run, &mut out);
        *protected |= record[0] == CHANGE_CIPHER_SPEC;
        out.extend(record);
    }
    flush(&mut run, &mut out);
    out
}

fn shake_hands(
    profile: &'static Profile<'static>,
    certificate: &str,
    what: &str,
    cut: Cut,
    seed: u64,
    setup: &Setup,
) {
    let is_null = certificate.starts_with("null-");
    let mut rng = Seeded::new(seed);
    let mut protected = [false, false];
    let own = |seed| Setup { rng: Setup::new(seed).rng, ..setup.clone() };
    let mut pair = Pair::new(
        End::client(client_config(profile), server_name("localhost"), own(1)),
        End::server(server_config(profile, certificate), own(2)),
    )
    .tampered(|from, bytes| {
        let protected = &mut protected[usize::from(from == Side::Server)];
        *bytes = cut_anew(bytes, cut, &mut rng, protected, is_null);
    });
    pair.drive();
    for side in [Side::Client, Side::Server] {
        assert!(
            pair.end(side).is_connected(),
            "{certificate}, {what}, seed {seed}: {:?}",
            pair.end(side).error
        );
    }
    pair.send(Side::Client, b"question").unwrap();
    pair.send(Side::Server, b"answer").unwrap();
    assert_eq!(pair.server.received, b"question");
    assert_eq!(pair.client.received, b"answer");
}

#[test]
fn any_fragmentation_of_messages_over_records_is_the_same_handshake() {
    let suites = &registry::suites::TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256;
    let real = only_suite(suites);
    let whole = Setup::new(1);
    let small = Setup { receive_buffer: 600, ..Setup::new(1) };
    let slow = Setup { budget: Some(1), ..Setup::new(1) };
    for (what, cut) in CUTS {
        for seed in 0..10 {
            for setup in [&whole, &small, &slow] {
                shake_hands(&null::PROFILE, "null-p256", what, cut, seed, setup);
                shake_hands(&null::PROFILE_RSA, "null-rsa", what, cut, seed, setup);
            }
        }
        shake_hands(real, "rsa", what, cut, 1, &whole);
        shake_hands(real, "rsa", what, cut, 1, &small);
        shake_hands(real, "long", what, cut, 1, &small);
    }
}
