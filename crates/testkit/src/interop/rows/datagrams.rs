//! DTLS 1.2 and 1.0 (RFC 6347, RFC 4347): the same over UDP, and what only datagrams have.

use super::client_certificates::{asks, sends};
use super::sessions::resumes;
use super::suites::{SUITES, belongs, certificates};
use super::{CBC_RSA, CBC_SHA_RSA, DHE, GCM_ECDSA, GCM_RSA, KEY_TRANSPORT};
use crate::interop::cells::{Cell, Role, Table};
use crate::peers::{self, ClientAuth, Resume};

/// The versions, as `ember` names them, with the words for a row and a suite that both have a form of.
const VERSIONS: [(&str, &str, &str); 2] =
    [("tls12", "DTLS 1.2", GCM_RSA), ("tls11", "DTLS 1.0", CBC_SHA_RSA)];

pub(super) fn datagrams(table: &mut Table) {
    suites(table);
    for (version, words, suite) in VERSIONS {
        let build = |cell: &mut Cell| {
            cell.suite(suite);
            cell.datagrams(version);
        };
        cookies(table, words, build);
        small(table, words, |cell| {
            build(cell);
            asks(cell, ClientAuth::Required);
            sends(cell, "rsa");
        });
    }
    extensions(table);
    sessions(table);
    clients(table);
    refusals(table);
}

/// Each version, suite and kind of key.
fn suites(table: &mut Table) {
    for (version, words, _) in VERSIONS {
        for suite in SUITES.into_iter().filter(|suite| belongs(suite, version)) {
            for certificate in certificates(suite) {
                both(table, &format!("{words} {suite} ({certificate})"), |cell| {
                    cell.suite(suite);
                    cell.datagrams(version);
                    cell.wishes.certificate = certificate;
                    cell.sampled = true;
                });
            }
        }
    }
}

/// RFC 6347 section 4.2.1. Other rows have cookies where `ember` is the server, or the peer cannot do without.
pub(super) fn cookies(table: &mut Table, words: &str, build: impl Fn(&mut Cell)) {
    as_server(table, &format!("{words}, no cookie"), |cell| {
        build(cell);
        cell.flag("--no-cookie");
    });
    for peer in [&peers::openssl::OPENSSL, &peers::mbedtls::MBEDTLS] {
        table.cell(&format!("{words}, the peer's cookie"), peer, Role::Client, |cell| {
            build(cell);
            cell.wishes.cookie = true;
        });
    }
}

/// Flights of several datagrams; at most so many bytes in each.
pub(super) fn small(table: &mut Table, words: &str, build: impl Fn(&mut Cell)) {
    let build = |cell: &mut Cell| {
        build(cell);
        cell.sampled = true;
    };
    for (bytes, mtu) in [(256, "256"), (300, "300"), (512, "512"), (1024, "1024")] {
        both(table, &format!("{words}, datagrams of {mtu} bytes from ember"), |cell| {
            build(cell);
            cell.option("--mtu", mtu);
        });
        both(table, &format!("{words}, datagrams of {mtu} bytes from the peer"), |cell| {
            build(cell);
            cell.wishes.mtu = Some(bytes);
        });
        both(table, &format!("{words}, datagrams of {mtu} bytes from both"), |cell| {
            build(cell);
            cell.option("--mtu", mtu);
            cell.wishes.mtu = Some(bytes);
        });
    }
}

fn extensions(table: &mut Table) {
    for (version, words, suite) in VERSIONS {
        both(table, &format!("{words}, ALPN, the second protocol in common"), |cell| {
            cell.suite(suite);
            cell.datagrams(version);
            cell.wishes.alpn = &["coap"];
            cell.option("--alpn", "other,coap");
            cell.fact("alpn", "coap");
        });
        both(table, &format!("{words}, server name"), |cell| {
            cell.suite(suite);
            cell.datagrams(version);
            cell.wishes.server_name = Some("ember.test");
            cell.wishes.expected_name = "ember.test";
            if cell.role == Role::Client {
                cell.option("--server-name", "ember.test");
            }
        });
        both(table, &format!("{words}, extended master secret off at ember"), |cell| {
            cell.suite(suite);
            cell.datagrams(version);
            cell.flag("--no-ems");
            cell.fact_is("ems", "false".to_owned());
        });
        both(table, &format!("{words}, extended master secret off at the peer"), |cell| {
            cell.suite(suite);
            cell.datagrams(version);
            cell.wishes.extended_master_secret = false;
            cell.fact_is("ems", "false".to_owned());
        });
        let cbc = if version == "tls12" { CBC_RSA } else { suite };
        for (etm, where_off) in [(true, "on"), (false, "off at ember")] {
            both(table, &format!("{words}, encrypt-then-MAC {where_off} ({cbc})"), |cell| {
                cell.suite(cbc);
                cell.datagrams(version);
                if !etm {
                    cell.flag("--no-etm");
                }
                cell.fact_is("etm", etm.to_string());
            });
        }
        both(table, &format!("{words}, encrypt-then-MAC off at the peer ({cbc})"), |cell| {
            cell.suite(cbc);
            cell.datagrams(version);
            cell.wishes.encrypt_then_mac = false;
            cell.fact_is("etm", "false".to_owned());
        });
    }
}

fn sessions(table: &mut Table) {
    for (form, resume) in [("session ID", Resume::SessionId), ("ticket", Resume::Ticket)] {
        for (version, words, suite) in VERSIONS {
            both(table, &format!("{words}, resumption by {form}"), |cell| {
                cell.suite(suite);
                cell.datagrams(version);
                resumes(cell, resume, true);
            });
        }
    }
}

fn clients(table: &mut Table) {
    // Suite, the server's certificate, the client's, version.
    for (suite, server, client, version, words) in [
        (GCM_RSA, "rsa", "rsa", "tls12", "DTLS 1.2"),
        (GCM_ECDSA, "p256", "p384", "tls12", "DTLS 1.2"),
        (DHE, "rsa", "rsa", "tls12", "DTLS 1.2"),
        (KEY_TRANSPORT, "rsa", "rsa", "tls12", "DTLS 1.2"),
        (CBC_SHA_RSA, "rsa", "rsa", "tls11", "DTLS 1.0"),
        (KEY_TRANSPORT, "rsa", "p256", "tls11", "DTLS 1.0"),
    ] {
        both(table, &format!("{words}, client certificate required, {client} sent ({suite})"), |cell| {
            cell.suite(suite);
            cell.datagrams(version);
            cell.wishes.certificate = server;
            asks(cell, ClientAuth::Required);
            sends(cell, client);
        });
    }
    for (version, words, suite) in VERSIONS {
        both(table, &format!("{words}, client certificate optional, none sent"), |cell| {
            cell.suite(suite);
            cell.datagrams(version);
            asks(cell, ClientAuth::Optional);
        });
        // RFC 5246 section 7.4.6.
        let row = "client certificate required, none sent: handshake_failure to the peer";
        as_server(table, &format!("{words}, {row}"), |cell| {
            cell.suite(suite);
            cell.datagrams(version);
            asks(cell, ClientAuth::Required);
            cell.ember_refuses(40, 1);
        });
        let row = "client certificate refused (stranger): unknown_ca to the peer";
        as_server(table, &format!("{words}, {row}"), |cell| {
            cell.suite(suite);
            cell.datagrams(version);
            asks(cell, ClientAuth::Required);
            sends(cell, "stranger");
            cell.ember_refuses(48, 1);
        });
        let row = "client certificate refused (stranger): the peer's alert is reported";
        as_client(table, &format!("{words}, {row}"), |cell| {
            cell.suite(suite);
            cell.datagrams(version);
            asks(cell, ClientAuth::Required);
            sends(cell, "stranger");
            cell.peer_refuses("");
        });
    }
}

/// What one end refuses, and the alert that the other sees; without protection while the handshake goes on.
fn refusals(table: &mut Table) {
    for (version, words, suite) in VERSIONS {
        for (row, certificate, alert, name) in [
            ("unknown CA", "stranger", 48, "unknown_ca"),
            ("wrong name", "wrong-name", 42, "bad_certificate"),
        ] {
            as_client(table, &format!("{words}, {row}: {name} to the peer"), |cell| {
                cell.suite(suite);
                cell.datagrams(version);
                cell.wishes.certificate = certificate;
                cell.ember_refuses(alert, 3);
            });
        }
        as_server(table, &format!("{words}, the peer refuses a certificate (stranger)"), |cell| {
            cell.suite(suite);
            cell.datagrams(version);
            cell.wishes.certificate = "stranger";
            cell.peer_refuses("");
        });
        as_server(table, &format!("{words}, no common suite: handshake_failure to the peer"), |cell| {
            cell.datagrams(version);
            cell.wishes.suite = Some(KEY_TRANSPORT);
            cell.option("--suites", suite);
            cell.ember_refuses(40, 1);
        });
        as_client(table, &format!("{words}, no common suite: handshake_failure from the peer"), |cell| {
            cell.datagrams(version);
            cell.wishes.suite = Some(KEY_TRANSPORT);
            cell.wishes.refuses_hello = true;
            cell.option("--suites", suite);
            cell.peer_refuses("handshake_failure");
        });
    }
    both(table, "DTLS 1.2, the peer has 1.0 only: protocol_version to the peer", |cell| {
        cell.suite(CBC_SHA_RSA);
        cell.datagrams("tls12");
        cell.wishes.version = "tls11";
        cell.ember_refuses(70, 1);
    });
}

fn both(table: &mut Table, row: &str, build: impl Fn(&mut Cell)) {
    as_client(table, row, &build);
    as_server(table, row, &build);
}

fn as_client(table: &mut Table, row: &str, build: impl Fn(&mut Cell)) {
    for peer in peers::DATAGRAMS {
        table.cell(row, peer, Role::Client, &build);
    }
}

fn as_server(table: &mut Table, row: &str, build: impl Fn(&mut Cell)) {
    for peer in peers::DATAGRAMS {
        table.cell(row, peer, Role::Server, &build);
    }
}
