//! Resumption by session ID and by ticket, on both sides; the fallback signal of RFC 7507.

use super::{CBC_SHA_RSA, DHE, GCM_ECDSA, GCM_RSA, KEY_TRANSPORT};
use crate::interop::capability::Need;
use crate::interop::cells::{Cell, Expect, Role, Table};
use crate::peers::{self, Resume};

/// Resumed connections after the first.
const COUNT: usize = 2;

/// Both forms of resumption, and none where one end does not want it.
pub(super) fn sessions(table: &mut Table) {
    let forms = [("session ID", Resume::SessionId), ("ticket", Resume::Ticket)];
    let kinds = [
        ("ECDHE_RSA", GCM_RSA, "rsa", "tls12"),
        ("ECDHE_ECDSA", GCM_ECDSA, "p256", "tls12"),
        ("DHE_RSA", DHE, "rsa", "tls12"),
        ("RSA", KEY_TRANSPORT, "rsa", "tls12"),
        ("TLS 1.1", CBC_SHA_RSA, "rsa", "tls11"),
        ("TLS 1.0", CBC_SHA_RSA, "rsa", "tls10"),
    ];
    for (form, resume) in forms {
        for (words, suite, certificate, version) in kinds {
            resuming(table, &format!("resumption by {form} ({words})"), |cell| {
                cell.suite(suite);
                cell.version(version);
                cell.wishes.certificate = certificate;
                resumes(cell, resume, true);
            });
        }
        for peer in peers::ALL.iter().filter(|peer| peer.name != "curl") {
            table.cell(&format!("no resumption by {form}: off at ember"), peer, Role::Server, |cell| {
                cell.suite(GCM_RSA);
                resumes(cell, resume, false);
                cell.flag("--no-cache");
                if !cell.options.iter().any(|option| option == "--no-ticket") {
                    cell.flag("--no-ticket");
                }
            });
        }
    }
    // OpenSSL and Python resume by session ID where they may not by ticket.
    for peer in [&peers::gnutls::GNUTLS, &peers::mbedtls::MBEDTLS] {
        table.cell("no resumption by ticket: off at ember", peer, Role::Client, |cell| {
            cell.suite(GCM_RSA);
            resumes(cell, Resume::Ticket, false);
            cell.flag("--no-ticket");
        });
    }
    fallback(table);
}

/// curl does not tell whether a connection was resumed.
fn resuming(table: &mut Table, row: &str, build: impl Fn(&mut Cell)) {
    for peer in peers::ALL.iter().filter(|peer| peer.name != "curl") {
        for role in [Role::Client, Role::Server] {
            table.cell(row, peer, role, &build);
        }
    }
}

pub(super) fn resumes(cell: &mut Cell, resume: Resume, resumed: bool) {
    cell.wishes.resume = Some(resume);
    cell.expect = Expect::Resumes { count: COUNT, resumed };
    cell.needs.push(Need::Feature("session-cache"));
    match cell.role {
        Role::Client => cell.option("--resume", &COUNT.to_string()),
        // Ready to do both; what the client asks for decides, but gnutls-cli always asks for a ticket.
        Role::Server if resume == Resume::SessionId && cell.peer.name == "gnutls" => cell.flag("--no-ticket"),
        Role::Server => cell.needs.push(Need::Option(Role::Server, "--no-ticket")),
    }
    if resume == Resume::Ticket {
        cell.needs.push(Need::Feature("session-tickets"));
    }
}

/// A server that has a better version refuses a client that has fallen back.
fn fallback(table: &mut Table) {
    for peer in peers::ALL {
        table.cell("fallback: the peer's inappropriate_fallback is reported", peer, Role::Client, |cell| {
            cell.suite(CBC_SHA_RSA);
            cell.wishes.lowest_version = Some("tls10");
            cell.option("--min", "tls10");
            cell.option("--max", "tls11");
            cell.needs_version("tls11");
            cell.needs_version("tls10");
            cell.flag("--fallback");
            cell.peer_refuses("inappropriate_fallback");
        });
        // Python and curl never send it.
        if ["python", "curl"].contains(&peer.name) {
            continue;
        }
        table.cell("fallback: inappropriate_fallback to the peer", peer, Role::Server, |cell| {
            cell.suite(CBC_SHA_RSA);
            cell.wishes.version = "tls11";
            cell.wishes.fallback = true;
            cell.option("--min", "tls10");
            cell.needs_version("tls10");
            cell.needs_version("tls11");
            cell.needs.push(Need::Feature("fallback-scsv"));
            cell.ember_refuses(86, 1);
        });
    }
}
