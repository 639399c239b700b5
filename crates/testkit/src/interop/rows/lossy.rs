//! Handshakes over a network that loses, doubles and reorders (RFC 6347 section 4.2.4), with each peer in each direction.

use super::client_certificates::{asks, sends};
use super::psk::{CBC_SHA, CCM_8, KEY};
use super::rust::{certified, shared};
use super::sessions::resumes;
use super::{CBC_SHA_RSA, GCM_ECDSA, GCM_RSA};
use crate::interop::cells::{Cell, Expect, Role, Table};
use crate::peers::{self, ClientAuth, Peer, Resume, gnutls::GNUTLS, openssl::OPENSSL, webrtc::WEBRTC};
use crate::relay::Faults;

/// So many networks for each kind of handshake.
const SEEDS: u64 = 3;

/// Flights of certificates have a dozen datagrams: with 30 percent of them lost, GnuTLS, which joins a fragment only to one
/// beside it, and OpenSSL, whose timer doubles from a second, take more than the minute that they allow.
pub(super) fn lossy(table: &mut Table) {
    for (percent, percent_of_short_flights) in [(10, 10), (20, 30)] {
        for seed in 1..=SEEDS {
            let faults = Faults { seed, percent: percent_of_short_flights };
            for (version, words, suite) in [("tls12", "DTLS 1.2", CCM_8), ("tls11", "DTLS 1.0", CBC_SHA)] {
                survives(table, &format!("{words}, {suite}"), faults, |cell| {
                    cell.suite(suite);
                    cell.psk(KEY);
                    cell.datagrams(version);
                });
            }
            let faults = Faults { seed, percent };
            for (version, words, suite) in
                [("tls12", "DTLS 1.2", GCM_RSA), ("tls11", "DTLS 1.0", CBC_SHA_RSA)]
            {
                survives(table, &format!("{words}, both certificates in 512 bytes"), faults, |cell| {
                    cell.suite(suite);
                    cell.datagrams(version);
                    asks(cell, ClientAuth::Required);
                    sends(cell, "rsa");
                    cell.option("--mtu", "512");
                    cell.wishes.mtu = Some(512);
                });
            }
            survives(table, "DTLS 1.2, the server's certificate", faults, |cell| {
                cell.suite(GCM_ECDSA);
                cell.datagrams("tls12");
                cell.wishes.certificate = "p256";
                cell.wishes.cookie = true;
            });
        }
    }
    half(table);
    sessions(table);
    rust(table);
}

/// Half of all datagrams, of handshakes whose flights have one; on a network by which each gets through before its peer gives
/// up. On a busy machine GnuTLS's server does not: that is left out.
fn half(table: &mut Table) {
    let plays = |peer: &Peer, role| role == Role::Server || peer.name != GNUTLS.name;
    let (words, faults) = (format!("DTLS 1.2, {CCM_8}"), Faults { seed: 1, percent: 50 });
    survives_with(table, peers::DATAGRAMS, plays, &words, faults, |cell| {
        cell.suite(CCM_8);
        cell.psk(KEY);
        cell.datagrams("tls12");
    });
}

/// A first connection, and those that resume its session, each over a network of its own.
fn sessions(table: &mut Table) {
    for seed in 1..=SEEDS {
        for (form, resume) in [("session ID", Resume::SessionId), ("ticket", Resume::Ticket)] {
            let words = format!("DTLS 1.2, {CCM_8}, resumption by {form}");
            // OpenSSL's client reads its input on one connection and says it on the next.
            let plays = |peer: &Peer, role| role == Role::Client || peer.name != OPENSSL.name;
            survives_with(table, peers::DATAGRAMS, plays, &words, Faults { seed, percent: 10 }, |cell| {
                cell.suite(CCM_8);
                cell.psk(KEY);
                cell.datagrams("tls12");
                resumes(cell, resume, true);
            });
        }
    }
}

fn rust(table: &mut Table) {
    // webrtc's server never sends its last flight again, as RFC 6347 section 4.2.4 asks it to.
    let plays = |peer: &Peer, role| role == Role::Server || peer.name != WEBRTC.name;
    for (percent, percent_of_short_flights) in [(10, 10), (20, 30)] {
        for seed in 1..=SEEDS {
            let faults = Faults { seed, percent: percent_of_short_flights };
            survives_with(table, peers::RUST, plays, &format!("DTLS 1.2, {CCM_8}"), faults, |cell| {
                shared(cell, CCM_8);
            });
            let faults = Faults { seed, percent };
            survives_with(table, peers::RUST, plays, "DTLS 1.2, the server's certificate", faults, |cell| {
                certified(cell, GCM_ECDSA, "p256");
                cell.wishes.cookie = true;
            });
        }
    }
}

fn survives(table: &mut Table, words: &str, faults: Faults, build: impl Fn(&mut Cell)) {
    survives_with(table, peers::DATAGRAMS, |_, _| true, words, faults, build);
}

/// Those peers in those roles of `ember` that `plays` lets.
fn survives_with(
    table: &mut Table,
    peers: &[&'static Peer],
    plays: impl Fn(&Peer, Role) -> bool,
    words: &str,
    faults: Faults,
    build: impl Fn(&mut Cell),
) {
    let Faults { seed, percent } = faults;
    let row = format!("{words}, {percent} percent lost, network {seed}");
    for peer in peers {
        for role in [Role::Client, Role::Server].into_iter().filter(|role| plays(peer, *role)) {
            table.cell(&row, peer, role, |cell| {
                build(cell);
                cell.faults = Some(faults);
                cell.wishes.lossy = true;
                cell.option("--timeout-min", "300");
                cell.option("--timeout-max", "20000");
                if let Expect::Exchange(facts) = &cell.expect {
                    cell.expect = Expect::Survives(facts.clone());
                }
                // One network of each loss is tried in every run.
                cell.sampled = seed > 1;
            });
        }
    }
}
