//! GnuTLS's `gnutls-cli` and `gnutls-serv`.

use super::{ClientAuth, Peer, Program, Resume, Talk, Wishes, certificate_file, key_file};
use std::path::Path;
use std::process::Command;

/// GnuTLS.
pub static GNUTLS: Peer = Peer {
    name: "gnutls",
    package: "gnutls-bin",
    version: || {
        let mut command = Command::new("gnutls-cli");
        command.arg("--version");
        command
    },
    prepare: || Ok(()),
    client: Some(Program { command: client, talk: Talk::Pipe }),
    server: Some(Program { command: server, talk: Talk::Echo }),
    // As debug level 5 prints a received alert: `Alert[2|48] - Unknown CA - was received`.
    alert_text: |alert| format!("Alert[{}|{alert}]", if alert == 100 { 1 } else { 2 }),
    resumed_text: "*** This is a resumed session",
    client_resumes: 1,
    lacks: |wishes| match wishes.certificate {
        // It looks at the usage of its own certificate and finds no suite for it.
        "wrong-key-usage" => Some("No supported cipher suites have been found"),
        _ => None,
    },
};

fn version(name: &str) -> &'static str {
    match name {
        "tls10" => "+VERS-TLS1.0",
        "tls11" => "+VERS-TLS1.1",
        "tls13" => "+VERS-TLS1.3",
        _ => "+VERS-TLS1.2",
    }
}

/// The priority string: everything named, nothing by default.
fn priority(wishes: &Wishes) -> String {
    let mut words = vec!["NONE", version(wishes.version)];
    words.extend(wishes.lowest_version.map(version));
    if wishes.lowest_version == Some("tls10") {
        words.push("+VERS-TLS1.1");
    }
    words.extend(["+COMP-NULL", "+CTYPE-X509"]);
    match wishes.suite {
        Some(suite) => words.extend(self::suite(suite)),
        None => words.extend([
            "+ECDHE-ECDSA",
            "+ECDHE-RSA",
            "+RSA",
            "+AES-256-GCM",
            "+AES-128-GCM",
            "+AES-256-CBC",
            "+AES-128-CBC",
            "+AEAD",
            "+SHA384",
            "+SHA256",
            "+SHA1",
        ]),
    }
    words.push(match wishes.group {
        Some("secp256r1") => "+GROUP-SECP256R1",
        Some("secp384r1") => "+GROUP-SECP384R1",
        Some("x25519") => "+GROUP-X25519",
        _ => "+GROUP-ALL",
    });
    match wishes.scheme {
        // The certificates are signed by these; what the handshake is signed with is the last word.
        Some("rsa_pkcs1_sha256") => words.push("+SIGN-RSA-SHA256"),
        Some("rsa_pkcs1_sha384") => words.push("+SIGN-RSA-SHA384"),
        Some("rsa_pkcs1_sha512") => words.push("+SIGN-RSA-SHA512"),
        Some("ecdsa_secp256r1_sha256") => words.push("+SIGN-ECDSA-SHA256"),
        Some("ecdsa_secp384r1_sha384") => words.push("+SIGN-ECDSA-SHA384"),
        Some("ecdsa_secp521r1_sha512") => words.push("+SIGN-ECDSA-SHA512"),
        Some("rsa_pss_rsae_sha256") => words.push("+SIGN-RSA-PSS-RSAE-SHA256"),
        Some("rsa_pss_rsae_sha384") => words.push("+SIGN-RSA-PSS-RSAE-SHA384"),
        Some("rsa_pss_rsae_sha512") => words.push("+SIGN-RSA-PSS-RSAE-SHA512"),
        Some("rsa_pkcs1_sha1") => words.push("+SIGN-RSA-SHA1"),
        Some("ecdsa_sha1") => words.push("+SIGN-ECDSA-SHA1"),
        _ => words.push("+SIGN-ALL"),
    }
    if !wishes.encrypt_then_mac {
        words.push("%NO_ETM");
    }
    if wishes.fallback {
        words.push("%FALLBACK_SCSV");
    }
    if !wishes.extended_master_secret {
        words.push("%NO_SESSION_HASH");
    }
    words.join(":")
}

/// Key exchange, cipher and MAC of a suite.
fn suite(iana: &str) -> [&'static str; 3] {
    let kx = match iana {
        _ if iana.starts_with("TLS_ECDHE_ECDSA_") => "+ECDHE-ECDSA",
        _ if iana.starts_with("TLS_ECDHE_RSA_") => "+ECDHE-RSA",
        _ if iana.starts_with("TLS_DHE_RSA_") => "+DHE-RSA",
        _ => "+RSA",
    };
    let cipher = match iana {
        _ if iana.contains("CHACHA20") => "+CHACHA20-POLY1305",
        _ if iana.contains("AES_128_GCM") => "+AES-128-GCM",
        _ if iana.contains("AES_256_GCM") => "+AES-256-GCM",
        _ if iana.ends_with("AES_128_CCM") => "+AES-128-CCM",
        _ if iana.ends_with("AES_256_CCM") => "+AES-256-CCM",
        _ if iana.ends_with("AES_128_CCM_8") => "+AES-128-CCM-8",
        _ if iana.ends_with("AES_256_CCM_8") => "+AES-256-CCM-8",
        _ if iana.contains("AES_128_CBC") => "+AES-128-CBC",
        _ => "+AES-256-CBC",
    };
    let mac = match iana {
        _ if iana.contains("_GCM_") || iana.contains("_CCM") || iana.contains("CHACHA20") => "+AEAD",
        _ if iana.ends_with("_SHA384") => "+SHA384",
        _ if iana.ends_with("_SHA256") => "+SHA256",
        _ => "+SHA1",
    };
    [kx, cipher, mac]
}

fn client(wishes: &Wishes, port: u16, scratch: &Path) -> Command {
    let mut command = Command::new("gnutls-cli");
    command.args(["-p", &port.to_string()]);
    command.arg("--x509cafile").arg(certificate_file(wishes.roots, ".pem"));
    command.args([&format!("--verify-hostname={}", wishes.expected_name)]);
    match wishes.server_name {
        Some(name) => command.arg(format!("--sni-hostname={name}")),
        None => command.arg("--disable-sni"),
    };
    for protocol in wishes.alpn {
        command.arg(format!("--alpn={protocol}"));
    }
    // What is not data stays away from standard output, but where it says what was resumed.
    if wishes.resume.is_none() {
        command.arg(format!("--logfile={}", scratch.join(format!("gnutls-cli-{port}.log")).display()));
    }
    if wishes.tells_alerts {
        command.args(["-d", "5"]);
    }
    if wishes.renegotiates {
        command.arg("--rehandshake");
    }
    if wishes.resume.is_some() {
        command.arg("--resume");
    }
    if wishes.resume != Some(Resume::Ticket) {
        command.arg("--noticket");
    }
    if let Some(name) = wishes.client_certificate {
        command.arg("--x509certfile").arg(certificate_file(name, "-chain.pem"));
        command.arg("--x509keyfile").arg(key_file(name));
    }
    command.arg("--priority").arg(priority(wishes));
    command.arg("127.0.0.1");
    command
}

fn server(wishes: &Wishes, port: u16, _scratch: &Path) -> Command {
    let mut command = Command::new("gnutls-serv");
    command.args(["-p", &port.to_string(), "--echo"]);
    if wishes.resume != Some(Resume::Ticket) {
        command.arg("--noticket");
    }
    if wishes.resume != Some(Resume::SessionId) {
        command.arg("--nodb");
    }
    match wishes.client_auth {
        ClientAuth::None => command.arg("--disable-client-cert"),
        ClientAuth::Optional => command.arg("--verify-client-cert"),
        ClientAuth::Required => command.args(["--require-client-cert", "--verify-client-cert"]),
    };
    if wishes.client_auth != ClientAuth::None {
        command.arg("--x509cafile").arg(certificate_file(wishes.roots, ".pem"));
    }
    if let Some(name) = wishes.dh_file {
        command.arg("--dhparams").arg(certificate_file(name, ".pem"));
    }
    command.arg("--x509certfile").arg(certificate_file(wishes.certificate, "-chain.pem"));
    command.arg("--x509keyfile").arg(key_file(wishes.certificate));
    if let Some(name) = wishes.server_name {
        command.args([&format!("--sni-hostname={name}"), "--sni-hostname-fatal"]);
    }
    for protocol in wishes.alpn {
        command.arg(format!("--alpn={protocol}"));
    }
    if wishes.tells_alerts {
        command.args(["-d", "5"]);
    }
    command.arg("--priority").arg(priority(wishes));
    command
}
