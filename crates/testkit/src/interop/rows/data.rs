//! What flows: writes of one byte, much at once, long chains.

use super::{CBC_RSA, GCM_ECDSA, GCM_RSA, KEY_TRANSPORT};
use crate::interop::cells::{Payload, Role, Table};
use crate::interop::wire::Mischief;
use crate::peers::{self, Talk};

pub(super) fn data(table: &mut Table) {
    for (row, suite, certificate) in [
        ("ECDHE_RSA GCM", GCM_RSA, "rsa"),
        ("ECDHE_ECDSA GCM", GCM_ECDSA, "p256"),
        ("ECDHE_RSA CBC", CBC_RSA, "rsa"),
        ("RSA CBC", KEY_TRANSPORT, "rsa"),
    ] {
        table.row(&format!("one-byte writes ({row})"), |cell| {
            cell.suite(suite);
            cell.wishes.certificate = certificate;
            cell.wire = Mischief::OneByteWrites;
        });
    }
    for (row, suite, etm) in
        [("GCM", GCM_RSA, true), ("CBC", CBC_RSA, false), ("CBC, encrypt-then-MAC", CBC_RSA, true)]
    {
        for (peer, role) in peers::ALL.iter().flat_map(|peer| [(*peer, Role::Client), (*peer, Role::Server)])
        {
            let how = match peer.against(role == Role::Client).map(|program| program.talk) {
                Some(Talk::Http) => "as one file",
                Some(Talk::Own { .. }) if role == Role::Server => "both ways by turns",
                _ => "both ways at once",
            };
            table.cell(&format!("10 MiB {how} ({row})"), peer, role, |cell| {
                cell.suite(suite);
                cell.payload = Payload::TenMebibytes;
                cell.wishes.messages = (640, 16384);
                if !etm {
                    cell.flag("--no-etm");
                }
            });
        }
    }
    table.row("a chain of 12 KiB", |cell| {
        cell.suite(GCM_RSA);
        cell.wishes.certificate = "long";
    });
}
