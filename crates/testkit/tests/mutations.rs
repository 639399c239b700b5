//! Mutated transcripts: whatever a peer sends, a connection ends connected or in a typed error, within bounds, and never
//! panics. Null rows let mutations pass signatures, MACs and Finished. Half of the seeds come from EMBERTLS_SEED;
//! EMBERTLS_FULL=1 runs all of the stated count, otherwise a sample.
#![expect(clippy::indexing_slicing, clippy::unwrap_used, reason = "a test that fails panics")]

use embertls::Error;
use embertls_testkit::{
    allocator,
    credentials::{client_config, server_config, server_name},
    null,
    pair::{End, Pair, Setup, Side, Split},
    rng::{self, Seeded},
    tamper::{self, MUTATIONS, Mutation},
};
use handshake::{ClientConfig, ServerConfig};
use std::collections::{BTreeMap, BTreeSet};
use suites::Profile;

#[global_allocator]
static ALLOCATOR: allocator::Counting = allocator::Counting;

/// Transcripts that `EMBERTLS_FULL=1` runs.
const FULL_COUNT: u64 = 1_000_000;
/// Transcripts that a sample has.
const SAMPLE_COUNT: u64 = 200_000;

/// The largest request, and the largest heap, beyond what has arrived.
const FIXED_LIMIT_BYTES: usize = 8 * 1024;

struct Good {
    client: &'static ClientConfig<'static>,
    server: &'static ServerConfig<'static>,
    /// For each victim, what it receives, record by record, one message each.
    received: [Vec<Vec<u8>>; 2],
}

/// One message a record, so that mutations of the record layer hit each of them.
fn one_message_a_record(sent: &[u8]) -> Vec<Vec<u8>> {
    tamper::records(sent)
        .into_iter()
        .flat_map(|record| {
            let fragment = record[tamper::RECORD_HEADER_BYTES..].to_vec();
            match record[0] {
                22 => tamper::messages(&fragment).iter().map(|message| tamper::record(22, message)).collect(),
                _ => vec![record],
            }
        })
        .collect()
}

fn good(profile: &'static Profile<'static>, certificate: &'static str) -> Good {
    let quiet = |seed| Setup { watched: false, ..Setup::new(seed) };
    let (client, server) = (client_config(profile), server_config(profile, certificate));
    let mut pair =
        Pair::new(End::client(client, server_name("localhost"), quiet(1)), End::server(server, quiet(2)));
    pair.drive();
    assert!(
        pair.client.is_connected() && pair.server.is_connected(),
        "{:?} {:?}",
        pair.client.error,
        pair.server.error
    );
    pair.send(Side::Client, b"question").unwrap();
    pair.send(Side::Server, b"answer").unwrap();
    pair.close(Side::Server);
    Good {
        client,
        server,
        received: [one_message_a_record(&pair.server.sent), one_message_a_record(&pair.client.sent)],
    }
}

/// How one mutated transcript ended.
struct Ending {
    victim: Side,
    /// Records before the first mutated one: where the victim stood.
    stood: usize,
    mutation: Mutation,
    outcome: String,
}

fn victim(good: &Good, side: Side, setup: Setup) -> End<'static> {
    match side {
        Side::Client => End::client(good.client, server_name("localhost"), setup),
        Side::Server => End::server(good.server, setup),
    }
}

fn run(goods: &[Good], seed: u64) -> Ending {
    let mut rng = Seeded::new(seed);
    let good = &goods[rng.below(goods.len())];
    let side = if rng.byte() < 128 { Side::Client } else { Side::Server };
    let mut records = good.received[usize::from(side == Side::Server)].clone();
    let stood = rng.below(records.len());
    let mutation = MUTATIONS[rng.below(MUTATIONS.len())];
    tamper::mutate(&mut records, stood, mutation, &mut rng);
    // A second mutation further on, sometimes.
    if rng.byte() < 64 {
        let at = stood + rng.below(4);
        tamper::mutate(&mut records, at, MUTATIONS[rng.below(MUTATIONS.len())], &mut rng);
    }
    let bytes = records.concat();
    let arrived = bytes.len();
    let split = match rng.byte() % 3 {
        0 => Split::Whole,
        1 => Split::Every(1 + rng.below(9)),
        2.. => Split::Random(Seeded::new(seed), 300),
    };
    let own_seed = if side == Side::Client { 1 } else { 2 };
    let budget = (rng.byte() < 32).then_some(1);
    allocator::reset();
    let mut end = victim(good, side, Setup { split, budget, ..Setup::new(own_seed) });
    end.wire = bytes;
    let _ = end.transmit();
    let mut steps = 0;
    while end.step() {
        let _ = end.transmit();
        steps += 1;
        assert!(steps <= 4 * arrived + 1000, "seed {seed}: {steps} steps over {arrived} bytes");
    }
    let _ = end.transmit();
    let counts = allocator::counts();
    assert!(counts.largest <= arrived + FIXED_LIMIT_BYTES, "seed {seed}: {} bytes at once", counts.largest);
    let peak = usize::try_from(counts.peak).unwrap();
    assert!(
        peak <= 2 * arrived + 2 * FIXED_LIMIT_BYTES,
        "seed {seed}: a heap of {peak} bytes over {arrived}"
    );
    let outcome = match end.error {
        None if end.is_closed() => "closed".to_owned(),
        None if end.is_connected() => "connected".to_owned(),
        None => "waits".to_owned(),
        Some(error) => {
            match error.alert() {
                Some(expected) => {
                    assert!(end.sent.ends_with(&[2, expected.0]), "seed {seed}: {error:?} without its alert");
                }
                None => assert!(!end.sent.ends_with(&[2, 80]), "seed {seed}: {error:?} answered by an alert"),
            }
            assert!(!error.to_string().is_empty());
            let internal = matches!(error, Error::Internal | Error::Misuse(_));
            assert!(!internal, "seed {seed}: a peer's bytes end in {error:?}");
            kind(error)
        }
    };
    end.discard();
    assert_eq!(allocator::counts().live, 0, "seed {seed}: bytes leaked");
    Ending { victim: side, stood, mutation, outcome }
}

/// The kind of an error, without the numbers that the mutation made up.
#[expect(clippy::wildcard_enum_match_arm, reason = "all other errors are their own kind")]
fn kind(error: Error) -> String {
    match error {
        Error::UnexpectedMessage(message_type) if message_type.name().is_none() => {
            "UnexpectedMessage(unknown)".into()
        }
        Error::AlertReceived(alert) if alert.name().is_none() => "AlertReceived(unknown)".into(),
        Error::RecordTooLarge { .. } => "RecordTooLarge".into(),
        Error::Certificate(_) => "Certificate".into(),
        Error::CertificateDecode(_) => "CertificateDecode".into(),
        Error::Decode { message_type, error } => format!("Decode({message_type:?}, {:?})", error.kind),
        other => format!("{other:?}"),
    }
}

/// Reasons that null rows let through. Those of the list that are missing need a real primitive or a configuration of
/// their own, and have tests of their own.
const REACHED: &str = include_str!("../testdata/mutations-reached.txt");

#[test]
fn mutated_transcripts_end_in_bounds_and_reach_every_state_and_reason() {
    let goods = [good(&null::PROFILE, "null-p256"), good(&null::PROFILE_RSA, "null-rsa")];
    let count = if rng::full() { FULL_COUNT } else { SAMPLE_COUNT };
    // Half of the seeds are always the same, so that what must be reached does not depend on the day.
    let day = 1 + rng::seed_from_environment(0);
    let seeds = (0..count / 2).chain(day * FULL_COUNT..day * FULL_COUNT + count / 2);
    let mut outcomes: BTreeMap<String, u64> = BTreeMap::new();
    let mut stood: BTreeSet<(bool, usize)> = BTreeSet::new();
    let mut mutations: BTreeSet<Mutation> = BTreeSet::new();
    for seed in seeds {
        let ending = run(&goods, seed);
        stood.insert((ending.victim == Side::Client, ending.stood));
        mutations.insert(ending.mutation);
        *outcomes.entry(format!("{:?} {}", ending.victim, ending.outcome)).or_default() += 1;
    }
    println!("{count} transcripts of day {day}; {} places, {} kinds of end:", stood.len(), outcomes.len());
    for (outcome, count) in &outcomes {
        println!("{count:>8} {outcome}");
    }
    assert_eq!(mutations.len(), MUTATIONS.len());
    for (client, longest) in [(true, 0), (false, 1)]
        .map(|(client, index)| (client, goods.iter().map(|good| good.received[index].len()).max().unwrap()))
    {
        for at in 0..longest {
            assert!(stood.contains(&(client, at)), "no mutation at record {at}, client: {client}");
        }
    }
    for line in REACHED.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
        assert!(outcomes.contains_key(line), "not reached: {line}");
    }
}

#[test]
fn arbitrary_bytes_end_in_bounds() {
    let good = good(&null::PROFILE, "null-p256");
    let count = if rng::full() { 100_000 } else { 3_000 };
    for seed in 0..count {
        let mut rng = Seeded::new(seed);
        for side in [Side::Client, Side::Server] {
            let len = 1 + rng.below(600);
            let mut bytes = rng.bytes(len);
            // Half of them begin as a record does.
            if rng.byte() < 128 {
                let header = [20 + rng.byte() % 4, 3, rng.byte() % 4, 0, rng.byte()];
                bytes.splice(..bytes.len().min(5), header);
            }
            let mut end = victim(&good, side, Setup::new(1));
            end.wire = bytes;
            while end.step() {
                let _ = end.transmit();
            }
            assert!(!end.is_connected());
        }
    }
}
