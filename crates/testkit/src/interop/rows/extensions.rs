//! Extensions, groups and signature schemes.

use super::{CBC_RSA, GCM_ECDSA, GCM_RSA, KEY_TRANSPORT};
use crate::interop::capability::Need;
use crate::interop::cells::{Role, Table};
use crate::peers::{certificate_file, key_file};

pub(super) fn extensions(table: &mut Table) {
    table.row("ALPN, the second protocol in common", |cell| {
        cell.suite(GCM_RSA);
        cell.wishes.alpn = &["http/1.1"];
        cell.option("--alpn", "h2,http/1.1");
        cell.fact("alpn", "http/1.1");
    });
    table.row("server name", |cell| {
        cell.suite(GCM_RSA);
        cell.wishes.server_name = Some("ember.test");
        cell.wishes.expected_name = "ember.test";
        if cell.role == Role::Client {
            cell.option("--server-name", "ember.test");
        }
    });
    table.row_as(Role::Server, "no server name", |cell| {
        cell.suite(GCM_RSA);
        cell.wishes.server_name = None;
    });
    table.row_as(Role::Server, "a second certificate for another server name", |cell| {
        cell.suite(GCM_RSA);
        cell.wishes.server_name = Some("other.test");
        cell.wishes.expected_name = "other.test";
        let second = certificate_file("wrong-name", "-chain.pem");
        let key = key_file("wrong-name");
        cell.option("--sni", &format!("other.test={},{}", second.display(), key.display()));
    });
    for (row, suite) in [("GCM", GCM_RSA), ("key transport", KEY_TRANSPORT)] {
        table.row(&format!("extended master secret on ({row})"), |cell| {
            cell.suite(suite);
            cell.fact_is("ems", "true".to_owned());
        });
        table.row(&format!("extended master secret off at ember ({row})"), |cell| {
            cell.suite(suite);
            cell.flag("--no-ems");
            cell.fact_is("ems", "false".to_owned());
        });
        table.row(&format!("extended master secret off at the peer ({row})"), |cell| {
            cell.suite(suite);
            cell.wishes.extended_master_secret = false;
            cell.fact_is("ems", "false".to_owned());
        });
    }
    for suite in [CBC_RSA, "TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA384", KEY_TRANSPORT] {
        table.row(&format!("encrypt-then-MAC on ({suite})"), |cell| {
            cell.suite(suite);
            cell.fact_is("etm", "true".to_owned());
        });
        table.row(&format!("encrypt-then-MAC off at ember ({suite})"), |cell| {
            cell.suite(suite);
            cell.flag("--no-etm");
            cell.fact_is("etm", "false".to_owned());
        });
        table.row(&format!("encrypt-then-MAC off at the peer ({suite})"), |cell| {
            cell.suite(suite);
            cell.wishes.encrypt_then_mac = false;
            cell.fact_is("etm", "false".to_owned());
        });
    }
}

pub(super) fn groups_and_schemes(table: &mut Table) {
    for group in ["x25519", "secp256r1", "secp384r1"] {
        table.row(&format!("group {group} at both ends"), |cell| {
            cell.suite(GCM_RSA);
            cell.wishes.group = Some(group);
            cell.option("--groups", group);
            cell.fact("group", group);
        });
        table.row(&format!("group {group} at the peer only"), |cell| {
            cell.suite(GCM_RSA);
            cell.wishes.group = Some(group);
            cell.fact("group", group);
        });
    }
    for (scheme, suite, certificate) in [
        ("rsa_pkcs1_sha256", GCM_RSA, "rsa"),
        ("rsa_pkcs1_sha384", GCM_RSA, "rsa"),
        ("rsa_pkcs1_sha512", GCM_RSA, "rsa"),
        ("ecdsa_secp256r1_sha256", GCM_ECDSA, "p256"),
        ("ecdsa_secp384r1_sha384", GCM_ECDSA, "p384"),
        ("ecdsa_secp521r1_sha512", GCM_ECDSA, "p256"),
        ("rsa_pss_rsae_sha256", GCM_RSA, "rsa"),
        ("rsa_pss_rsae_sha384", GCM_RSA, "rsa"),
        ("rsa_pss_rsae_sha512", GCM_RSA, "rsa"),
        ("rsa_pkcs1_sha1", GCM_RSA, "rsa"),
        ("ecdsa_sha1", GCM_ECDSA, "p256"),
    ] {
        table.row(&format!("signature {scheme}"), |cell| {
            cell.suite(suite);
            cell.wishes.certificate = certificate;
            cell.needs.push(Need::Scheme(scheme));
            // The server's own choice is what is tested; a client says what it takes by its own list.
            match cell.role {
                Role::Client => {
                    cell.option("--sigalgs", scheme);
                    cell.wishes.taken_scheme = Some(scheme);
                }
                Role::Server => {
                    cell.wishes.scheme = Some(scheme);
                    // Off unless it is named.
                    if scheme.ends_with("_sha1") {
                        cell.option("--sigalgs", scheme);
                    }
                }
            }
            cell.fact("signature_scheme", scheme);
        });
    }
}
