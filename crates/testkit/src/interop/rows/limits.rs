//! Limits of a record's size: RFC 6066 section 4 and RFC 8449.

use super::{CBC_RSA, GCM_RSA};
use crate::interop::cells::{Payload, Role, Table};
use crate::peers;

/// Records of at most so many bytes, asked for by either end.
pub(super) fn limits(table: &mut Table) {
    for (words, suite) in [("GCM", GCM_RSA), ("CBC", CBC_RSA)] {
        for (value, len) in [("512", 512), ("4096", 4096)] {
            let row = format!("max_fragment_length {value} ({words})");
            table.row_as(Role::Client, &row, |cell| {
                cell.suite(suite);
                cell.payload = Payload::SixtyKibibytes;
                cell.option("--mfl", value);
                cell.wishes.max_fragment_length = Some(len);
            });
            for peer in [&peers::openssl::OPENSSL, &peers::mbedtls::MBEDTLS] {
                table.cell(&row, peer, Role::Server, |cell| {
                    cell.suite(suite);
                    cell.payload = Payload::SixtyKibibytes;
                    cell.wishes.messages = (8, 8192);
                    cell.wishes.max_fragment_length = Some(len);
                    // Served without being asked for; there is no option to wait for.
                    cell.needs.push(crate::interop::capability::Need::Feature("max-fragment-length"));
                });
            }
        }
        for role in [Role::Client, Role::Server] {
            table.cell(&format!("record_size_limit 1024 ({words})"), &peers::gnutls::GNUTLS, role, |cell| {
                cell.suite(suite);
                cell.payload = Payload::SixtyKibibytes;
                match role {
                    Role::Client => cell.option("--rsl", "1024"),
                    // Answered with the server's own limit.
                    Role::Server => {
                        cell.needs.push(crate::interop::capability::Need::Feature("record-size-limit"));
                    }
                }
            });
        }
    }
}
