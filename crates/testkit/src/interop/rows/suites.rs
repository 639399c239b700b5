//! Versions and suites, with a certificate for each kind of key.

use super::{GCM_ECDSA, GCM_RSA};
use crate::interop::cells::{Role, Table};

/// The versions, as `ember` names them, with the words for a row.
const VERSIONS: [(&str, &str); 3] = [("tls12", ""), ("tls11", "TLS 1.1 "), ("tls10", "TLS 1.0 ")];

/// The suites of RFC 5246, 5288, 5289, 6655, 7251, 7905 and 8422 with certificates and AES or ChaCha20.
pub(super) const SUITES: [&str; 39] = [
    "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
    "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256",
    "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
    "TLS_ECDHE_ECDSA_WITH_AES_256_CCM",
    "TLS_ECDHE_ECDSA_WITH_AES_128_CCM",
    "TLS_ECDHE_ECDSA_WITH_AES_256_CCM_8",
    "TLS_ECDHE_ECDSA_WITH_AES_128_CCM_8",
    "TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA384",
    "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256",
    "TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA",
    "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA",
    "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
    "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256",
    "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
    "TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA384",
    "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256",
    "TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA",
    "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA",
    "TLS_DHE_RSA_WITH_AES_256_GCM_SHA384",
    "TLS_DHE_RSA_WITH_CHACHA20_POLY1305_SHA256",
    "TLS_DHE_RSA_WITH_AES_128_GCM_SHA256",
    "TLS_DHE_RSA_WITH_AES_256_CCM",
    "TLS_DHE_RSA_WITH_AES_128_CCM",
    "TLS_DHE_RSA_WITH_AES_256_CCM_8",
    "TLS_DHE_RSA_WITH_AES_128_CCM_8",
    "TLS_DHE_RSA_WITH_AES_256_CBC_SHA256",
    "TLS_DHE_RSA_WITH_AES_128_CBC_SHA256",
    "TLS_DHE_RSA_WITH_AES_256_CBC_SHA",
    "TLS_DHE_RSA_WITH_AES_128_CBC_SHA",
    "TLS_RSA_WITH_AES_256_GCM_SHA384",
    "TLS_RSA_WITH_AES_128_GCM_SHA256",
    "TLS_RSA_WITH_AES_256_CCM",
    "TLS_RSA_WITH_AES_128_CCM",
    "TLS_RSA_WITH_AES_256_CCM_8",
    "TLS_RSA_WITH_AES_128_CCM_8",
    "TLS_RSA_WITH_AES_256_CBC_SHA256",
    "TLS_RSA_WITH_AES_128_CBC_SHA256",
    "TLS_RSA_WITH_AES_256_CBC_SHA",
    "TLS_RSA_WITH_AES_128_CBC_SHA",
];

/// Certificates whose key fits the suite.
pub(super) fn certificates(suite: &str) -> &'static [&'static str] {
    if suite.contains("_ECDSA_") { &["p256", "p384"] } else { &["rsa"] }
}

/// RFC 5246 section 1.2: SHA-256 and AEAD came with TLS 1.2; RFC 4492 and 3268 are for all of TLS.
pub(super) fn belongs(suite: &str, version: &str) -> bool {
    version == "tls12" || suite.ends_with("_CBC_SHA")
}

/// Each version, suite and kind of key.
pub(super) fn suites(table: &mut Table) {
    for (version, words) in VERSIONS {
        for suite in SUITES.into_iter().filter(|suite| belongs(suite, version)) {
            for certificate in certificates(suite) {
                table.row(&format!("{words}{suite} ({certificate})"), |cell| {
                    cell.suite(suite);
                    cell.version(version);
                    cell.wishes.certificate = certificate;
                    cell.sampled = true;
                });
            }
        }
    }
}

/// A server with two certificates takes the one that serves the suite.
pub(super) fn two_certificates(table: &mut Table) {
    for (suite, second) in [(GCM_ECDSA, "p256"), (GCM_RSA, "p256"), (GCM_ECDSA, "p384")] {
        table.row_as(Role::Server, &format!("two certificates, rsa and {second}: {suite}"), |cell| {
            cell.wishes.suite = Some(suite);
            cell.fact("suite", suite);
            cell.credential(second);
        });
    }
}
