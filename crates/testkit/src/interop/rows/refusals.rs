//! What one end refuses, and the alert that the other sees.

use super::{CBC_RSA, CBC_SHA_RSA, GCM_RSA, KEY_TRANSPORT};
use crate::interop::cells::{Cell, Role, Table};
use crate::interop::wire::{From, Mischief};
use crate::peers;

pub(super) fn refused_certificates(table: &mut Table) {
    /// Where RFC 5246 section 7.2.2 names no alert, the one that `error.rs` documents.
    const CASES: [(&str, &str, u8, &str); 7] = [
        ("unknown CA", "stranger", 48, "unknown_ca"),
        ("wrong name", "wrong-name", 42, "bad_certificate"),
        ("expired", "expired", 45, "certificate_expired"),
        ("not yet valid", "future", 45, "certificate_expired"),
        ("wrong key usage", "wrong-key-usage", 43, "unsupported_certificate"),
        ("wrong extended key usage", "wrong-ext-key-usage", 43, "unsupported_certificate"),
        ("unknown CA, key transport", "stranger", 48, "unknown_ca"),
    ];
    for (row, certificate, alert, name) in CASES {
        table.row_as(Role::Client, &format!("{row}: {name} to the peer"), |cell| {
            cell.suite(if row.ends_with("key transport") { KEY_TRANSPORT } else { GCM_RSA });
            cell.wishes.certificate = certificate;
            cell.ember_refuses(alert, 3);
        });
    }
    for certificate in ["stranger", "expired", "wrong-name"] {
        for peer in peers::ALL {
            // curl looks at the name when the handshake is over, and tells nobody.
            if certificate == "wrong-name" && peer.name == "curl" {
                continue;
            }
            let row = format!("the peer refuses a certificate ({certificate})");
            table.cell(&row, peer, Role::Server, |cell| {
                cell.suite(GCM_RSA);
                cell.wishes.certificate = certificate;
                cell.peer_refuses("");
            });
        }
    }
}

pub(super) fn nothing_in_common(table: &mut Table) {
    table.row_as(Role::Server, "no common suite: handshake_failure to the peer", |cell| {
        cell.wishes.suite = Some(CBC_RSA);
        cell.option("--suites", GCM_RSA);
        cell.ember_refuses(40, 1);
    });
    table.row_as(Role::Client, "no common suite: handshake_failure from the peer", |cell| {
        cell.wishes.suite = Some(CBC_RSA);
        cell.option("--suites", GCM_RSA);
        cell.peer_refuses("handshake_failure");
    });
    for version in ["tls11", "tls10"] {
        table.row(&format!("no common version, {version}: protocol_version to the peer"), |cell| {
            cell.suite(CBC_SHA_RSA);
            cell.wishes.version = version;
            cell.option("--min", "tls12");
            cell.ember_refuses(70, 1);
        });
    }
    // A client of TLS 1.3 alone says 1.2 where a server of TLS 1.2 looks (RFC 8446 section 4.1.2), and has no suite of it.
    table.row_as(Role::Server, "no common version, tls13: handshake_failure to the peer", |cell| {
        cell.wishes.version = "tls13";
        cell.ember_refuses(40, 1);
    });
    table.row_as(Role::Client, "no common version, tls13: the peer's alert is reported", |cell| {
        cell.wishes.version = "tls13";
        cell.peer_refuses(if cell.peer.name == "gnutls" { "handshake_failure" } else { "protocol_version" });
    });
    table.row_as(Role::Server, "no common group: handshake_failure to the peer", |cell| {
        cell.suite(GCM_RSA);
        cell.wishes.group = Some("secp384r1");
        cell.option("--groups", "x25519");
        cell.ember_refuses(40, 1);
    });
}

pub(super) fn damage(table: &mut Table) {
    for (row, suite) in [("GCM", GCM_RSA), ("CBC", CBC_RSA), ("CBC without encrypt-then-MAC", CBC_RSA)] {
        let no_etm = row.ends_with("encrypt-then-MAC");
        let build = move |cell: &mut Cell| {
            cell.suite(suite);
            if no_etm {
                cell.flag("--no-etm");
            }
            let peer = match cell.role {
                Role::Client => From::Server,
                Role::Server => From::Client,
            };
            cell.wire = Mischief::DamagedRecord(peer);
            cell.ember_refuses(20, 1);
        };
        table.row(&format!("damaged record ({row}): bad_record_mac to the peer"), build);
        table.row(&format!("damaged Finished record ({row}): bad_record_mac to the peer"), |cell| {
            build(cell);
            if let Mischief::DamagedRecord(from) = cell.wire {
                cell.wire = Mischief::DamagedFinishedRecord(from);
            }
        });
    }
    // The client's Finished is the first that a server sees: the end that finds out is the server.
    for (row, suite) in [("ECDHE", GCM_RSA), ("key transport", KEY_TRANSPORT)] {
        table.row_as(Role::Server, &format!("wrong Finished ({row}): decrypt_error to the peer"), |cell| {
            cell.suite(suite);
            cell.flag("--no-ems");
            cell.wire = Mischief::OtherTranscript;
            cell.ember_refuses(51, 1);
        });
        table.row_as(
            Role::Client,
            &format!("wrong Finished ({row}): the peer's alert is reported"),
            |cell| {
                cell.suite(suite);
                cell.flag("--no-ems");
                cell.wire = Mischief::OtherTranscript;
                cell.peer_refuses("");
            },
        );
    }
}

/// RFC 5246 section 7.2.2: refused by a warning. Most peers then end the connection, GnuTLS's client after many tries.
pub(super) fn renegotiation(table: &mut Table) {
    let build = |cell: &mut Cell| {
        cell.suite(GCM_RSA);
        cell.wishes.renegotiates = true;
        // mbedTLS goes on without what was refused.
        cell.ember_refuses(100, if cell.peer.name == "mbedtls" { 0 } else { 1 });
    };
    // gnutls-serv asks only when a client's certificate is wanted; Python and curl never ask.
    for (peer, role) in [
        (&peers::openssl::OPENSSL, Role::Client),
        (&peers::openssl::OPENSSL, Role::Server),
        (&peers::gnutls::GNUTLS, Role::Server),
        (&peers::mbedtls::MBEDTLS, Role::Client),
        (&peers::mbedtls::MBEDTLS, Role::Server),
    ] {
        table.cell("renegotiation: no_renegotiation to the peer", peer, role, build);
    }
}
