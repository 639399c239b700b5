//! OpenSSL's `s_client` and `s_server`.

use super::{Peer, Program, Wishes, certificate_file, key_file};
use std::path::Path;
use std::process::Command;

/// OpenSSL.
pub static OPENSSL: Peer = Peer {
    name: "openssl",
    package: "openssl",
    version: || {
        let mut command = Command::new("openssl");
        command.arg("version");
        command
    },
    client: Program { executable: "openssl", command: client },
    server: Program { executable: "openssl", command: server },
    server_echoes: false,
    alert_text,
    lacks: |_| None,
};

/// `TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256` is `ECDHE-RSA-AES128-SHA256` here, `TLS_RSA_WITH_AES_128_GCM_SHA256` is
/// `AES128-GCM-SHA256`.
fn suite(iana: &str) -> String {
    let short = iana.trim_start_matches("TLS_").replace("_CBC_", "_").replace("AES_", "AES");
    short
        .replace("RSA_WITH_", if short.starts_with("RSA_WITH_") { "" } else { "RSA_" })
        .replace("WITH_", "")
        .replace('_', "-")
}

fn scheme(name: &str) -> &str {
    match name {
        "rsa_pkcs1_sha256" => "RSA+SHA256",
        "rsa_pkcs1_sha384" => "RSA+SHA384",
        "rsa_pkcs1_sha512" => "RSA+SHA512",
        "ecdsa_secp256r1_sha256" => "ECDSA+SHA256",
        "ecdsa_secp384r1_sha384" => "ECDSA+SHA384",
        "ecdsa_secp521r1_sha512" => "ECDSA+SHA512",
        other => other,
    }
}

fn group(name: &str) -> &str {
    match name {
        "secp256r1" => "P-256",
        "secp384r1" => "P-384",
        "x25519" => "X25519",
        other => other,
    }
}

/// What both sides share.
fn common(command: &mut Command, wishes: &Wishes, scratch: &Path) {
    command.arg(match wishes.version {
        "tls10" => "-tls1",
        "tls11" => "-tls1_1",
        "tls13" => "-tls1_3",
        _ => "-tls1_2",
    });
    // Security level 0, since Debian's default of 2 turns away old versions before the peer has a say.
    if wishes.version != "tls13" {
        let suite = wishes.suite.map_or("ALL".to_owned(), suite);
        command.args(["-cipher", &format!("{suite}:@SECLEVEL=0")]);
    }
    if let Some(name) = wishes.group {
        command.args(["-groups", group(name)]);
    }
    if let Some(name) = wishes.scheme {
        command.args(["-sigalgs", scheme(name)]);
    }
    if !wishes.alpn.is_empty() {
        command.args(["-alpn", &wishes.alpn.join(",")]);
    }
    if !wishes.encrypt_then_mac {
        command.arg("-no_etm");
    }
    if !wishes.extended_master_secret {
        // No option for it; a configuration file turns it off (since 3.0).
        let file = scratch.join("no-ems.cnf");
        let text = "openssl_conf = all\n[all]\nssl_conf = ssl\n[ssl]\nsystem_default = tls\n[tls]\nOptions = -ExtendedMasterSecret\n";
        if std::fs::write(&file, text).is_ok() {
            command.env("OPENSSL_CONF", file);
        }
    }
}

fn client(wishes: &Wishes, port: u16, scratch: &Path) -> Command {
    let mut command = Command::new("openssl");
    command.args(["s_client", "-connect", &format!("127.0.0.1:{port}")]);
    command.args(["-no_ign_eof", "-verify_return_error"]);
    if !wishes.renegotiates {
        command.args(["-brief", "-nocommands"]);
    }
    command.arg("-CAfile").arg(certificate_file(wishes.roots, ".pem"));
    command.args(["-verify_hostname", wishes.expected_name]);
    match wishes.server_name {
        Some(name) => command.args(["-servername", name]),
        None => command.arg("-noservername"),
    };
    common(&mut command, wishes, scratch);
    command
}

fn server(wishes: &Wishes, port: u16, scratch: &Path) -> Command {
    let mut command = Command::new("openssl");
    command.args(["s_server", "-accept", &format!("127.0.0.1:{port}"), "-naccept", "1"]);
    if !wishes.renegotiates {
        command.arg("-quiet");
    }
    command.arg("-key").arg(key_file(wishes.certificate));
    let issuers = issuers(wishes.certificate, scratch);
    match wishes.server_name {
        // The right certificate is for the name only; who does not ask for it gets one for another name.
        Some(name) => {
            command.arg("-cert").arg(certificate_file("wrong-name", ".pem"));
            command.arg("-cert2").arg(certificate_file(wishes.certificate, ".pem"));
            command.arg("-key2").arg(key_file(wishes.certificate));
            command.args(["-servername", name]);
            // For a second certificate there is no -cert_chain; both chains are built from what is trusted.
            if let Some(issuers) = issuers {
                command.arg("-CAfile").arg(issuers);
            }
        }
        None => {
            command.arg("-cert").arg(certificate_file(wishes.certificate, ".pem"));
            if let Some(issuers) = issuers {
                command.arg("-cert_chain").arg(issuers);
            }
        }
    }
    common(&mut command, wishes, scratch);
    command
}

/// The chain without its leaf, which `-cert_chain` would send twice.
fn issuers(certificate: &str, scratch: &Path) -> Option<std::path::PathBuf> {
    const END: &str = "-----END CERTIFICATE-----\n";
    let chain = std::fs::read_to_string(certificate_file(certificate, "-chain.pem")).ok()?;
    let (_, issuers) = chain.split_once(END)?;
    let file = scratch.join(format!("{certificate}-issuers.pem"));
    (!issuers.is_empty()).then(|| std::fs::write(&file, issuers).ok().map(|()| file))?
}

fn alert_text(alert: u8) -> &'static str {
    match alert {
        10 => "SSL alert number 10",
        20 => "SSL alert number 20",
        40 => "SSL alert number 40",
        42 => "SSL alert number 42",
        43 => "SSL alert number 43",
        45 => "SSL alert number 45",
        47 => "SSL alert number 47",
        48 => "SSL alert number 48",
        51 => "SSL alert number 51",
        70 => "SSL alert number 70",
        // A warning that is not printed by its number.
        100 => "ssl3_read_bytes:no renegotiation",
        120 => "SSL alert number 120",
        _ => "SSL alert number",
    }
}

#[cfg(test)]
mod tests {
    use super::suite;

    #[test]
    fn suites_are_named_as_the_program_names_them() {
        assert_eq!(suite("TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256"), "ECDHE-RSA-AES128-SHA256");
        assert_eq!(suite("TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384"), "ECDHE-ECDSA-AES256-GCM-SHA384");
        assert_eq!(suite("TLS_RSA_WITH_AES_128_GCM_SHA256"), "AES128-GCM-SHA256");
        assert_eq!(suite("TLS_RSA_WITH_AES_256_CBC_SHA"), "AES256-SHA");
    }
}
