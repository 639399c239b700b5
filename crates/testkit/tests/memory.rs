//! What a connection costs: idle, during a handshake, and under a peer that announces much.
#![expect(clippy::unwrap_used, reason = "a test that fails panics")]

use embertls::{Connection, DatagramConnection, DatagramSettings, registry};
use embertls_testkit::{
    allocator,
    credentials::{certificates_for, client_config, only_suite, server_config, server_name},
    datagrams::{self, DatagramPair, Fate},
    null,
    pair::{End, Pair, Setup, Side},
    tamper,
};
use handshake::{ClientConfig, OwnConnectionId, ServerConfig};
use std::fmt::Write as _;
use suites::{Profile, Suite};

#[global_allocator]
static ALLOCATOR: allocator::Counting = allocator::Counting;

/// What the issue allows for an idle client connection, `size_of` and heap together.
const IDLE_CLIENT_BYTES: usize = 1536;

fn certificate(suite: &'static Suite) -> &'static str {
    certificates_for(suite).next().unwrap()
}

/// A driven handshake in which only one side's memory is counted.
fn handshake(suite: &'static Suite, watched: Side) -> Pair<'static, 'static> {
    let profile = only_suite(suite);
    let configs = (client_config(profile), server_config(profile, certificate(suite)));
    let client = Setup { watched: watched == Side::Client, ..Setup::new(1) };
    let server = Setup { watched: watched == Side::Server, ..Setup::new(2) };
    allocator::reset();
    let mut pair =
        Pair::new(End::client(configs.0, server_name("localhost"), client), End::server(configs.1, server));
    pair.drive();
    assert!(pair.end(watched).is_connected(), "{}: {:?}", suite.name, pair.end(watched).error);
    pair
}

#[test]
fn an_idle_client_fits_into_a_kibibyte_and_a_half() {
    for suite in registry::suites::ALL {
        let pair = handshake(suite, Side::Client);
        let heap = usize::try_from(allocator::counts().live).unwrap();
        let all = size_of::<Connection<'_>>() + heap;
        println!("{}: {} + {heap} = {all} bytes idle", suite.name, size_of::<Connection<'_>>());
        assert!(all <= IDLE_CLIENT_BYTES, "{}: {all} bytes", suite.name);
        drop(pair);
        assert_eq!(allocator::counts().live, 0, "{}: bytes leaked", suite.name);
    }
}

/// What the issue allows for an idle connection of constrained nodes over datagrams.
const IDLE_DATAGRAM_BYTES: usize = 1024;

#[test]
fn an_idle_connection_of_constrained_nodes_over_datagrams_fits_into_a_kibibyte() {
    let profile: &Profile<'_> = Box::leak(Box::new(Profile {
        versions: registry::versions::MODERN_DATAGRAM,
        suites: const { &[&registry::suites::TLS_PSK_WITH_AES_128_CCM_8] },
        ..registry::profiles::DEFAULT
    }));
    let ids = [OwnConnectionId::None, OwnConnectionId::Random(8)];
    for (watched, id) in ids.map(|id| [(Side::Client, id), (Side::Server, id)]).into_iter().flatten() {
        let setup = |side| Setup { watched: side == watched, ..Setup::new(1) };
        let settings = DatagramSettings::default();
        allocator::reset();
        let client = ClientConfig { connection_id: id, ..*client_config(profile) };
        let server = ServerConfig { connection_id: id, ..*server_config(profile, "p256") };
        let mut pair = DatagramPair::new(
            datagrams::End::client(&client, server_name("localhost"), settings, setup(Side::Client)),
            datagrams::End::server(&server, settings, setup(Side::Server)),
            |_, _, _: &[u8]| Fate::Passes,
        );
        pair.drive();
        assert!(pair.client.is_connected() && pair.server.is_connected(), "{:?}", pair.client.error);
        // The server keeps its last flight until the client is heard under the new keys.
        let datagram = pair.client.send(b"heard").unwrap();
        pair.server.receive(&datagram);
        let heap = usize::try_from(allocator::counts().live).unwrap();
        let all = size_of::<DatagramConnection<'_>>() + heap;
        let size = size_of::<DatagramConnection<'_>>();
        println!("{watched:?}, connection ID {id:?}: {size} + {heap} = {all} bytes idle");
        assert!(all <= IDLE_DATAGRAM_BYTES, "{watched:?}: {all} bytes");
    }
}

const PEAK_STEP_BYTES: usize = 512;

/// Allocations, and the peak of the heap, of each side's full handshake. A change here is a decision.
#[test]
fn a_full_handshake_costs_what_the_snapshot_says() {
    let mut text = String::from(
        "# suite: allocations and peak heap in bytes of the client's and of the server's handshake\n",
    );
    for suite in registry::suites::ALL {
        write!(text, "{}", suite.name).unwrap();
        for side in [Side::Client, Side::Server] {
            let pair = handshake(suite, side);
            let counts = allocator::counts();
            // In steps, so that a field more in a state is no decision yet.
            let peak = usize::try_from(counts.peak).unwrap().next_multiple_of(PEAK_STEP_BYTES);
            write!(text, " {} {peak}", counts.allocations).unwrap();
            drop(pair);
        }
        text.push('\n');
    }
    print!("{text}");
    let file = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/handshake-memory.txt");
    if std::env::var("EMBERTLS_ACCEPT").is_ok() {
        std::fs::write(&file, &text).unwrap();
    }
    let committed = std::fs::read_to_string(&file).unwrap();
    assert_eq!(text, committed, "run again with EMBERTLS_ACCEPT=1 when this is meant");
}

/// The largest request beyond what has arrived: the box of a handshake, or a flight that goes out.
const FIXED_LIMIT_BYTES: usize = 4096;

/// Every message of a handshake, cut after each byte, with its length field raised to all ones: nothing larger is
/// requested than what has arrived and a fixed limit.
#[test]
fn announced_lengths_allocate_nothing() {
    let configs = (client_config(&null::PROFILE), server_config(&null::PROFILE, "null-p256"));
    let quiet = |seed| Setup { watched: false, ..Setup::new(seed) };
    let mut pair = Pair::new(
        End::client(configs.0, server_name("localhost"), quiet(1)),
        End::server(configs.1, quiet(2)),
    );
    pair.drive();
    assert!(pair.client.is_connected(), "{:?}", pair.client.error);
    let transcripts = [(Side::Server, pair.client.sent.clone()), (Side::Client, pair.server.sent.clone())];
    let mut tried = 0;
    for (victim, transcript) in transcripts {
        let records = tamper::records(&transcript);
        for n in 0..records.len() {
            for (at, step) in [(3, 1), (4, 1), (6, 1), (9, 3), (12, 3), (20, 7), (40, 11)] {
                let mut mutated = records.clone();
                let Some(field) = mutated[n].get_mut(at..at + 2.min(step)) else { continue };
                field.fill(0x3F);
                let arrived = mutated.concat();
                allocator::reset();
                let mut end = match victim {
                    Side::Client => End::client(configs.0, server_name("localhost"), Setup::new(1)),
                    Side::Server => End::server(configs.1, Setup::new(2)),
                };
                let len = arrived.len();
                end.wire = arrived;
                let _ = end.transmit();
                while end.step() {
                    let _ = end.transmit();
                }
                let largest = allocator::counts().largest;
                assert!(largest <= len + FIXED_LIMIT_BYTES, "record {n}, byte {at}: {largest} bytes at once");
                tried += 1;
            }
        }
    }
    println!("{tried} lengths raised");
    assert!(tried > 30);
}
