//! Finite-field Diffie-Hellman: groups of RFC 7919, and groups that a server brings.

use super::{DHE, DHE_SHA};
use crate::interop::cells::{Role, Table};
use crate::peers;

/// What DHE adds to the suites: who chooses the group, and what is refused.
pub(super) fn dhe(table: &mut Table) {
    for group in ["ffdhe2048", "ffdhe3072"] {
        table.row_as(Role::Server, &format!("DHE with {group}"), |cell| {
            cell.suite(DHE);
            cell.option("--dh-group", group);
        });
    }
    // gnutls-serv takes no group from a file when the client offers groups of RFC 7919; curl is a client.
    for peer in [&peers::openssl::OPENSSL, &peers::mbedtls::MBEDTLS, &peers::python::PYTHON] {
        for suite in [DHE, DHE_SHA] {
            table.cell(
                &format!("DHE with the server's own group of 2048 bits ({suite})"),
                peer,
                Role::Client,
                |cell| {
                    cell.suite(suite);
                    cell.wishes.dh_file = Some("dh-own-2048");
                },
            );
        }
        table.cell("DHE with a group of 1024 bits: the peer sees an alert", peer, Role::Client, |cell| {
            cell.suite(DHE);
            cell.wishes.dh_file = Some("dh-1024");
            // RFC 7919 section 4: insufficient_security.
            cell.ember_refuses(71, 1);
        });
    }
}
