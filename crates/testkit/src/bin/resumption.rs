//! `resumption`: what a full handshake costs beside one that is resumed by session_id and by ticket, as a table: time of
//! both sides together, bytes on the wire, and each side's heap.

use embertls::registry::{profiles::LEGACY, suites as rows, versions};
use embertls_testkit::{
    allocator,
    conversation::{SIDES, Sessions},
    credentials::{client_config, server_config, server_name},
    pair::{End, Pair, Side},
};
use handshake::{ClientConfig, Resumption, ServerConfig};
use std::{process::ExitCode, time::Instant};
use suites::{Profile, Suite};

#[global_allocator]
static ALLOCATOR: allocator::Counting = allocator::Counting;

/// Handshakes of which the median is taken.
const TURNS: usize = 101;

const SUITES: [(&Suite, &str, &str); 4] = [
    (&rows::TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256, "p256", "ECDHE-ECDSA, P-256"),
    (&rows::TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256, "rsa", "ECDHE-RSA, 2048 bits"),
    (&rows::TLS_DHE_RSA_WITH_AES_128_GCM_SHA256, "rsa", "DHE-RSA, 2048 bits"),
    (&rows::TLS_RSA_WITH_AES_256_CBC_SHA256, "rsa", "RSA, 2048 bits"),
];

const KINDS: [(&str, &[Resumption], Option<Resumption>); 3] = [
    ("full", &[], None),
    ("session ID", &[Resumption::SessionId], Some(Resumption::SessionId)),
    ("ticket", &[Resumption::Ticket], Some(Resumption::Ticket)),
];

fn main() -> ExitCode {
    println!(
        "| handshake | time | bytes sent, client and server | heap peak, client and server | allocations, client and \
         server |"
    );
    println!("| --- | ---: | ---: | ---: | ---: |");
    for (suite, certificate, name) in SUITES {
        for (kind, by, expected) in KINDS {
            let Some(row) = measure(suite, certificate, by, expected) else {
                eprintln!("{name}, {kind}: the handshake is not what it should be");
                return ExitCode::FAILURE;
            };
            println!("| {name}: {kind} | {row} |");
        }
    }
    ExitCode::SUCCESS
}

/// One row; None when a handshake fails or is not of its kind.
fn measure(
    suite: &'static Suite,
    certificate: &str,
    by: &'static [Resumption],
    expected: Option<Resumption>,
) -> Option<String> {
    let profile: &'static Profile<'static> =
        Box::leak(Box::new(Profile { versions: versions::MODERN, suites: Vec::leak(vec![suite]), ..LEGACY }));
    let (client, server) = (client_config(profile), server_config(profile, certificate));
    let mut sessions = Sessions::new(by);
    handshake(&mut sessions, client, server, None)?;
    let mut costs = Vec::new();
    for side in SIDES {
        allocator::reset();
        let (resumed, sent, _) = handshake(&mut sessions, client, server, Some(side))?;
        if resumed != expected {
            return None;
        }
        costs.push((sent, allocator::counts()));
    }
    let mut times = Vec::new();
    for _ in 0..TURNS {
        times.push(handshake(&mut sessions, client, server, None)?.2);
    }
    times.sort_unstable();
    let [(sent, ours), (_, theirs)] = costs.as_slice() else { return None };
    let microseconds = times.get(TURNS / 2)?;
    let [client_sent, server_sent] = sent;
    Some(format!(
        "{microseconds} µs | {client_sent} + {server_sent} | {} + {} | {} + {}",
        ours.peak, theirs.peak, ours.allocations, theirs.allocations
    ))
}

/// How it was resumed, the bytes that each side sent, and microseconds.
fn handshake(
    sessions: &mut Sessions,
    client: &'static ClientConfig<'static>,
    server: &'static ServerConfig<'static>,
    watched: Option<Side>,
) -> Option<(Option<Resumption>, [usize; 2], u128)> {
    let [mut ours, mut theirs] = sessions.setups();
    (ours.watched, theirs.watched) = (watched == Some(Side::Client), watched == Some(Side::Server));
    if sessions.by.is_empty() {
        ours.sessions = None;
    }
    let start = Instant::now();
    let mut pair =
        Pair::new(End::client(client, server_name("localhost"), ours), End::server(server, theirs));
    pair.drive();
    let took = start.elapsed().as_micros();
    let resumed = [&pair.client, &pair.server].map(|end| end.facts().map(|facts| facts.resumed));
    let [Some(client_resumed), Some(server_resumed)] = resumed else { return None };
    (client_resumed == server_resumed).then_some((
        client_resumed,
        [pair.client.sent.len(), pair.server.sent.len()],
        took,
    ))
}
