//! DTLS 1.2 with the crates that are peers: full handshakes of the suites that both have, with either kind of key, cookies,
//! small datagrams, client certificates.

use super::GCM_ECDSA;
use super::client_certificates::{asks, sends};
use super::psk::{CCM_8, KEY};
use crate::interop::cells::{Cell, Role, Table};
use crate::peers::{self, ClientAuth, Peer, certificate_file, dimpl::DIMPL, webrtc::WEBRTC};

const CCM_8_ECDSA: &str = "TLS_ECDHE_ECDSA_WITH_AES_128_CCM_8";

/// With a certificate.
const DIMPL_SUITES: [&str; 3] =
    ["TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384", "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256", GCM_ECDSA];
const WEBRTC_SUITES: [&str; 8] = [
    "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256",
    GCM_ECDSA,
    "TLS_ECDHE_ECDSA_WITH_AES_128_CCM",
    CCM_8_ECDSA,
    "TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA",
    "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256",
    "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
    "TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA",
];
const WEBRTC_PSK_SUITES: [&str; 3] = [CCM_8, "TLS_PSK_WITH_AES_128_CCM", "TLS_PSK_WITH_AES_128_GCM_SHA256"];

pub(super) fn rust(table: &mut Table) {
    suites(table);
    cookies(table);
    small(table);
    for peer in peers::RUST {
        for role in [Role::Client, Role::Server] {
            let row = format!("DTLS 1.2, client certificate required, p256 sent ({GCM_ECDSA})");
            table.cell(&row, peer, role, |cell| {
                both_certified(cell);
            });
        }
    }
    for role in [Role::Client, Role::Server] {
        table.cell("DTLS 1.2, extended master secret off at the peer", &WEBRTC, role, |cell| {
            certified(cell, GCM_ECDSA, "p256");
            cell.wishes.extended_master_secret = false;
            cell.fact_is("ems", "false".to_owned());
        });
        // RFC 8422 section 5.1.1: the key of a certificate is of such a group too.
        let groups: &[(&str, &str)] = match role {
            Role::Client => &[("x25519", "p256"), ("secp256r1", "p256"), ("secp384r1", "p256")],
            Role::Server => &[("secp256r1", "p256"), ("secp384r1", "p384")],
        };
        for (group, certificate) in groups {
            table.cell(&format!("DTLS 1.2, group {group} at the peer only"), &DIMPL, role, |cell| {
                certified(cell, GCM_ECDSA, certificate);
                cell.wishes.group = Some(group);
                cell.fact("group", group);
            });
        }
    }
    table.cell("DTLS 1.2, unknown CA: unknown_ca to the peer", &DIMPL, Role::Client, |cell| {
        certified(cell, GCM_ECDSA, "p256");
        // The issuer of its certificate is none of them.
        cell.wishes.roots = "roots";
        cell.ember_refuses(48, 3);
    });
}

fn suites(table: &mut Table) {
    for role in [Role::Client, Role::Server] {
        for suite in DIMPL_SUITES {
            for certificate in ["p256", "p384"] {
                let row = format!("DTLS 1.2 {suite} ({certificate})");
                table.cell(&row, &DIMPL, role, |cell| certified(cell, suite, certificate));
            }
        }
        for suite in WEBRTC_SUITES {
            // Its keys are of P-256 only.
            let (certificate, as_client) =
                if suite.contains("_ECDSA_") { ("p256", true) } else { ("rsa", role == Role::Server) };
            if as_client {
                let row = format!("DTLS 1.2 {suite} ({certificate})");
                table.cell(&row, &WEBRTC, role, |cell| certified(cell, suite, certificate));
            }
        }
        let psk: [(&'static Peer, &[&'static str]); 2] = [(&DIMPL, &[CCM_8]), (&WEBRTC, &WEBRTC_PSK_SUITES)];
        for (peer, suites) in psk {
            for suite in suites {
                table.cell(&format!("DTLS 1.2 {suite}"), peer, role, |cell| shared(cell, suite));
            }
        }
    }
}

fn cookies(table: &mut Table) {
    for peer in peers::RUST {
        table.cell("DTLS 1.2, no cookie", peer, Role::Server, |cell| {
            certified(cell, GCM_ECDSA, "p256");
            cell.flag("--no-cookie");
        });
        // webrtc's server has one always.
        table.cell("DTLS 1.2, the peer's cookie", peer, Role::Client, |cell| {
            certified(cell, GCM_ECDSA, "p256");
            cell.wishes.cookie = true;
        });
    }
}

/// Flights of several datagrams, with both certificates.
fn small(table: &mut Table) {
    for (bytes, mtu) in [(256, "256"), (512, "512")] {
        for (from, by_ember, by_peer) in
            [("ember", true, false), ("the peer", false, true), ("both", true, true)]
        {
            for peer in peers::RUST {
                for role in [Role::Client, Role::Server] {
                    let row = format!("DTLS 1.2, datagrams of {mtu} bytes from {from}");
                    table.cell(&row, peer, role, |cell| {
                        both_certified(cell);
                        if by_ember {
                            cell.option("--mtu", mtu);
                        }
                        cell.wishes.mtu = by_peer.then_some(bytes);
                    });
                }
            }
        }
    }
}

/// The server has this certificate.
pub(super) fn certified(cell: &mut Cell, suite: &'static str, certificate: &'static str) {
    cell.suite(suite);
    cell.datagrams("tls12");
    cell.wishes.certificate = certificate;
    // dimpl leaves out what is between its certificate and a root.
    if cell.peer.name == DIMPL.name && cell.role == Role::Client {
        cell.wishes.roots = "mid-ec";
    }
}

/// Both have a certificate.
fn both_certified(cell: &mut Cell) {
    certified(cell, GCM_ECDSA, "p256");
    asks(cell, ClientAuth::Required);
    if cell.peer.name == DIMPL.name && cell.role == Role::Server {
        cell.option("--client-ca", &certificate_file("mid-ec", ".pem").display().to_string());
    }
    sends(cell, "p256");
}

/// Both have the pre-shared key.
pub(super) fn shared(cell: &mut Cell, suite: &'static str) {
    cell.suite(suite);
    cell.psk(KEY);
    cell.datagrams("tls12");
}
