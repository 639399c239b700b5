//! The table's rows, by what they are about.

mod client_certificates;
mod data;
mod datagrams;
mod dhe;
mod extensions;
mod limits;
mod lossy;
mod psk;
mod refusals;
mod rust;
mod sessions;
mod suites;

use super::cells::{Cell, Table};

pub(super) const GCM_RSA: &str = "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256";
pub(super) const GCM_ECDSA: &str = "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256";
pub(super) const CBC_RSA: &str = "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256";
pub(super) const CBC_SHA_RSA: &str = "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA";
pub(super) const CBC_SHA_ECDSA: &str = "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA";
pub(super) const KEY_TRANSPORT: &str = "TLS_RSA_WITH_AES_128_CBC_SHA";
pub(super) const DHE: &str = "TLS_DHE_RSA_WITH_AES_128_GCM_SHA256";
pub(super) const DHE_SHA: &str = "TLS_DHE_RSA_WITH_AES_128_CBC_SHA";

/// Every cell.
#[must_use]
pub fn all() -> Vec<Cell> {
    let mut table = Table(Vec::new());
    suites::suites(&mut table);
    suites::two_certificates(&mut table);
    extensions::extensions(&mut table);
    extensions::groups_and_schemes(&mut table);
    dhe::dhe(&mut table);
    data::data(&mut table);
    limits::limits(&mut table);
    sessions::sessions(&mut table);
    client_certificates::client_certificates(&mut table);
    refusals::refused_certificates(&mut table);
    refusals::nothing_in_common(&mut table);
    refusals::damage(&mut table);
    refusals::renegotiation(&mut table);
    datagrams::datagrams(&mut table);
    psk::psk(&mut table);
    rust::rust(&mut table);
    lossy::lossy(&mut table);
    table.0
}
