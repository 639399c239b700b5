//! Pre-shared keys (RFC 4279, 5487, 5489, 6655, 7905), over TCP and UDP: suites, keys, sessions, and what is refused.

use super::datagrams;
use super::sessions::resumes;
use super::suites::belongs;
use crate::interop::cells::{Cell, Role, Table};
use crate::peers::{self, Resume, SharedKey};

/// All that the library has.
const SUITES: [&str; 34] = [
    "TLS_ECDHE_PSK_WITH_CHACHA20_POLY1305_SHA256",
    "TLS_ECDHE_PSK_WITH_AES_256_CBC_SHA384",
    "TLS_ECDHE_PSK_WITH_AES_128_CBC_SHA256",
    "TLS_ECDHE_PSK_WITH_AES_256_CBC_SHA",
    "TLS_ECDHE_PSK_WITH_AES_128_CBC_SHA",
    "TLS_DHE_PSK_WITH_AES_256_GCM_SHA384",
    "TLS_DHE_PSK_WITH_CHACHA20_POLY1305_SHA256",
    "TLS_DHE_PSK_WITH_AES_128_GCM_SHA256",
    "TLS_DHE_PSK_WITH_AES_256_CCM",
    "TLS_DHE_PSK_WITH_AES_128_CCM",
    "TLS_PSK_DHE_WITH_AES_256_CCM_8",
    "TLS_PSK_DHE_WITH_AES_128_CCM_8",
    "TLS_DHE_PSK_WITH_AES_256_CBC_SHA384",
    "TLS_DHE_PSK_WITH_AES_128_CBC_SHA256",
    "TLS_DHE_PSK_WITH_AES_256_CBC_SHA",
    "TLS_DHE_PSK_WITH_AES_128_CBC_SHA",
    "TLS_RSA_PSK_WITH_AES_256_GCM_SHA384",
    "TLS_RSA_PSK_WITH_CHACHA20_POLY1305_SHA256",
    "TLS_RSA_PSK_WITH_AES_128_GCM_SHA256",
    "TLS_RSA_PSK_WITH_AES_256_CBC_SHA384",
    "TLS_RSA_PSK_WITH_AES_128_CBC_SHA256",
    "TLS_RSA_PSK_WITH_AES_256_CBC_SHA",
    "TLS_RSA_PSK_WITH_AES_128_CBC_SHA",
    "TLS_PSK_WITH_AES_256_GCM_SHA384",
    "TLS_PSK_WITH_CHACHA20_POLY1305_SHA256",
    "TLS_PSK_WITH_AES_128_GCM_SHA256",
    "TLS_PSK_WITH_AES_256_CCM",
    "TLS_PSK_WITH_AES_128_CCM",
    "TLS_PSK_WITH_AES_256_CCM_8",
    "TLS_PSK_WITH_AES_128_CCM_8",
    "TLS_PSK_WITH_AES_256_CBC_SHA384",
    "TLS_PSK_WITH_AES_128_CBC_SHA256",
    "TLS_PSK_WITH_AES_256_CBC_SHA",
    "TLS_PSK_WITH_AES_128_CBC_SHA",
];

pub(super) const CCM_8: &str = "TLS_PSK_WITH_AES_128_CCM_8";
const GCM: &str = "TLS_PSK_WITH_AES_128_GCM_SHA256";
pub(super) const CBC_SHA: &str = "TLS_PSK_WITH_AES_128_CBC_SHA";
const ECDHE_CBC_SHA: &str = "TLS_ECDHE_PSK_WITH_AES_128_CBC_SHA";
const ECDHE_CHACHA: &str = "TLS_ECDHE_PSK_WITH_CHACHA20_POLY1305_SHA256";
const DHE_GCM: &str = "TLS_DHE_PSK_WITH_AES_128_GCM_SHA256";
const RSA_GCM: &str = "TLS_RSA_PSK_WITH_AES_128_GCM_SHA256";

pub(super) const KEY: SharedKey =
    SharedKey { identity: "meter-7", hex: "6b65792d6f662d6f6e652d6d65746572", hint: None };

/// What a suite is tried over: how to say so to a cell, and the words for a row.
type Over = (fn(&mut Cell, &'static str), &'static str, &'static str);
const OVER: [Over; 5] = [
    (Cell::version, "tls12", ""),
    (Cell::version, "tls11", "TLS 1.1 "),
    (Cell::version, "tls10", "TLS 1.0 "),
    (Cell::datagrams, "tls12", "DTLS 1.2 "),
    (Cell::datagrams, "tls11", "DTLS 1.0 "),
];

pub(super) fn psk(table: &mut Table) {
    for (over, version, words) in OVER {
        for suite in SUITES.into_iter().filter(|suite| belongs(suite, version)) {
            both(table, &format!("{words}{suite}"), |cell| {
                cell.suite(suite);
                cell.psk(KEY);
                over(cell, version);
                cell.sampled = true;
            });
        }
    }
    lacking(table);
    keys(table);
    sessions(table);
    refusals(table);
    over_datagrams(table);
}

/// Peers without pre-shared keys say so.
fn lacking(table: &mut Table) {
    for peer in [&peers::python::PYTHON, &peers::curl::CURL] {
        for role in [Role::Client, Role::Server] {
            table.cell("a pre-shared key", peer, role, |cell| {
                cell.suite(GCM);
                cell.psk(KEY);
            });
        }
    }
}

fn keys(table: &mut Table) {
    const LONG: &str = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
    for (words, key) in [
        ("of 4 bytes", SharedKey { hex: "2a2b2c2d", ..KEY }),
        ("of 32 bytes with an identity of 64", SharedKey { identity: LONG, hex: LONG, hint: None }),
    ] {
        for suite in [GCM, ECDHE_CHACHA, DHE_GCM, RSA_GCM] {
            both(table, &format!("a pre-shared key {words} ({suite})"), |cell| {
                cell.suite(suite);
                cell.psk(key);
            });
        }
    }
    // RFC 4279 section 2: ServerKeyExchange only where there is a hint. mbedTLS's program has no option for one.
    for peer in [&peers::openssl::OPENSSL, &peers::gnutls::GNUTLS] {
        for suite in [GCM, ECDHE_CHACHA, DHE_GCM, RSA_GCM] {
            let row = format!("the server gives a hint for an identity ({suite})");
            table.cell(&row, peer, Role::Client, |cell| {
                cell.suite(suite);
                cell.psk(SharedKey { hint: Some("which meter?"), ..KEY });
            });
        }
    }
    both(table, "a server with a certificate and a pre-shared key: the client has the key", |cell| {
        cell.suite(GCM);
        cell.psk(KEY);
        cell.wishes.both_credentials = true;
    });
}

fn sessions(table: &mut Table) {
    for (form, resume) in [("session ID", Resume::SessionId), ("ticket", Resume::Ticket)] {
        for (over, version, words) in OVER {
            let suites: &[&str] =
                if version == "tls12" { &[CCM_8, ECDHE_CHACHA, RSA_GCM] } else { &[CBC_SHA, ECDHE_CBC_SHA] };
            for suite in suites {
                both(table, &format!("{words}resumption by {form} ({suite})"), |cell| {
                    cell.suite(suite);
                    cell.psk(KEY);
                    over(cell, version);
                    resumes(cell, resume, true);
                    cell.sampled = true;
                });
            }
        }
    }
}

/// Both ends look the same to who has another key and to who is unknown. Datagrams under a wrong key are dropped in
/// silence (RFC 6347 section 4.1.2.7), which nobody can tell from loss.
fn refusals(table: &mut Table) {
    const WRONG: SharedKey = SharedKey { hex: "00000000", ..KEY };
    const UNKNOWN: SharedKey = SharedKey { identity: "meter-8", ..KEY };
    for suite in [GCM, ECDHE_CHACHA, DHE_GCM, RSA_GCM] {
        for (words, key) in [("a wrong key", WRONG), ("an unknown identity", UNKNOWN)] {
            for peer in peers::DATAGRAMS {
                let row = format!("{words}: bad_record_mac to the peer ({suite})");
                table.cell(&row, peer, Role::Server, |cell| {
                    cell.suite(suite);
                    cell.psk(KEY);
                    cell.wishes.psk = Some(key);
                    cell.ember_refuses(20, 1);
                });
            }
            for peer in peers::DATAGRAMS {
                // OpenSSL's program takes any identity.
                if peer.name == "openssl" && key == UNKNOWN {
                    continue;
                }
                let row = format!("{words}: the peer's alert is reported ({suite})");
                table.cell(&row, peer, Role::Client, |cell| {
                    cell.suite(suite);
                    cell.psk(KEY);
                    cell.wishes.psk = Some(key);
                    cell.peer_refuses("");
                });
            }
        }
    }
}

/// Small datagrams and cookies.
fn over_datagrams(table: &mut Table) {
    for (version, words, suite) in [("tls12", "DTLS 1.2", CCM_8), ("tls11", "DTLS 1.0", CBC_SHA)] {
        let build = |cell: &mut Cell| {
            cell.suite(suite);
            cell.psk(KEY);
            cell.datagrams(version);
        };
        datagrams::small(table, &format!("{words}, {suite}"), build);
        datagrams::cookies(table, &format!("{words}, {suite}"), build);
    }
    // A flight of several datagrams in spite of its key.
    datagrams::small(table, &format!("DTLS 1.2, {RSA_GCM}"), |cell| {
        cell.suite(RSA_GCM);
        cell.psk(KEY);
        cell.datagrams("tls12");
    });
}

/// The peers whose programs have pre-shared keys are those that have DTLS.
fn both(table: &mut Table, row: &str, build: impl Fn(&mut Cell)) {
    for peer in peers::DATAGRAMS {
        for role in [Role::Client, Role::Server] {
            table.cell(row, peer, role, &build);
        }
    }
}
