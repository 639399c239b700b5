//! Handshakes over a network that loses, doubles and reorders (RFC 6347 section 4.2.4), with each peer in each direction.

use super::client_certificates::{asks, sends};
use super::psk::{CBC_SHA, CCM_8, KEY};
use super::{CBC_SHA_RSA, GCM_ECDSA, GCM_RSA};
use crate::interop::cells::{Cell, Expect, Role, Table};
use crate::peers::{self, ClientAuth};
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
}

fn survives(table: &mut Table, words: &str, faults: Faults, build: impl Fn(&mut Cell)) {
    let Faults { seed, percent } = faults;
    let row = format!("{words}, {percent} percent lost, network {seed}");
    for peer in peers::DATAGRAMS {
        for role in [Role::Client, Role::Server] {
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
