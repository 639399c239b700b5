//! GnuTLS's `gnutls-cli` and `gnutls-serv`.

use super::{ClientAuth, Peer, Program, Resume, Talk, Wishes, certificate_file, gcc, key_file};
use std::path::{Path, PathBuf};
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
    prepare: build_preload,
    client: Some(Program { command: client, talk: Talk::Pipe }),
    server: Some(Program { command: server, talk: Talk::Echo }),
    // As debug level 5 prints a received alert: `Alert[2|48] - Unknown CA - was received`.
    alert_text: |alert| format!("Alert[{}|{alert}]", if alert == 100 { 1 } else { 2 }),
    resumed_text: "*** This is a resumed session",
    client_resumes: 1,
    lacks: |wishes| match wishes.certificate {
        // Over UDP its server says nothing to a client whose hello it refuses.
        _ if wishes.datagrams && wishes.refuses_hello => Some("No supported cipher suites have been found"),
        // It looks at the usage of its own certificate and finds no suite for it.
        "wrong-key-usage" => Some("No supported cipher suites have been found"),
        _ => None,
    },
};

fn version(wishes: &Wishes, name: &str) -> &'static str {
    match name {
        "tls11" if wishes.datagrams => "+VERS-DTLS1.0",
        _ if wishes.datagrams => "+VERS-DTLS1.2",
        "tls10" => "+VERS-TLS1.0",
        "tls11" => "+VERS-TLS1.1",
        "tls13" => "+VERS-TLS1.3",
        _ => "+VERS-TLS1.2",
    }
}

const PRELOAD: &str = include_str!("../../testdata/gnutls/preload.c");

/// What keeps its client alive with some suites.
fn preload() -> PathBuf {
    gcc::folder("gnutls", PRELOAD).join("preload.so")
}

fn build_preload() -> Result<(), String> {
    let file = preload();
    if file.exists() {
        return Ok(());
    }
    let folder = file.with_file_name("");
    std::fs::create_dir_all(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    // Others may build at the same time; the last one's stays.
    let made = folder.join(format!("{}.so", std::process::id()));
    let mut command = Command::new("gcc");
    command.args(["-shared", "-fPIC", "-o"]).arg(&made);
    command.arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/gnutls/preload.c"));
    gcc::run(&mut command)?;
    std::fs::rename(&made, &file).map_err(|error| format!("{}: {error}", file.display()))
}

/// The priority string: everything named, nothing by default.
fn priority(wishes: &Wishes) -> String {
    let mut words = vec!["NONE", version(wishes, wishes.version)];
    words.extend(wishes.lowest_version.map(|name| version(wishes, name)));
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
        _ if iana.starts_with("TLS_ECDHE_PSK_") => "+ECDHE-PSK",
        _ if iana.starts_with("TLS_DHE_PSK_") || iana.starts_with("TLS_PSK_DHE_") => "+DHE-PSK",
        _ if iana.starts_with("TLS_RSA_PSK_") => "+RSA-PSK",
        _ if iana.starts_with("TLS_PSK_") => "+PSK",
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

/// What both sides share beside the priority string.
fn common(command: &mut Command, wishes: &Wishes) {
    for protocol in wishes.alpn {
        command.arg(format!("--alpn={protocol}"));
    }
    if wishes.tells_alerts {
        command.args(["-d", "5"]);
    }
    if wishes.datagrams {
        command.arg("--udp");
    }
    if let Some(mtu) = wishes.mtu {
        command.arg(format!("--mtu={mtu}"));
    }
    command.arg("--priority").arg(priority(wishes));
}

fn client(wishes: &Wishes, port: u16, scratch: &Path) -> Command {
    let mut command = Command::new("gnutls-cli");
    if wishes.psk.is_some() {
        command.env("LD_PRELOAD", preload());
    }
    command.args(["-p", &port.to_string()]);
    command.arg("--x509cafile").arg(certificate_file(wishes.roots, ".pem"));
    command.args([&format!("--verify-hostname={}", wishes.expected_name)]);
    match wishes.server_name {
        Some(name) => command.arg(format!("--sni-hostname={name}")),
        None => command.arg("--disable-sni"),
    };
    // What is not data stays away from standard output, but where it says what was resumed.
    if wishes.resume.is_none() {
        command.arg(format!("--logfile={}", scratch.join(format!("gnutls-cli-{port}.log")).display()));
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
    if let Some(key) = wishes.psk {
        command.args([&format!("--pskusername={}", key.identity), &format!("--pskkey={}", key.hex)]);
    }
    if let Some(name) = wishes.client_certificate {
        command.arg("--x509certfile").arg(certificate_file(name, "-chain.pem"));
        command.arg("--x509keyfile").arg(key_file(name));
    }
    common(&mut command, wishes);
    command.arg("127.0.0.1");
    command
}

fn server(wishes: &Wishes, port: u16, scratch: &Path) -> Command {
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
    if let Some(key) = wishes.psk {
        let file = scratch.join("keys.txt");
        // Without the file the program knows no key, and the cell fails.
        if std::fs::write(&file, format!("{}:{}\n", key.identity, key.hex)).is_ok() {
            command.arg("--pskpasswd").arg(file);
        }
        command.args(key.hint.map(|hint| format!("--pskhint={hint}")));
    }
    if wishes.is_certified() {
        command.arg("--x509certfile").arg(certificate_file(wishes.certificate, "-chain.pem"));
        command.arg("--x509keyfile").arg(key_file(wishes.certificate));
    }
    if let Some(name) = wishes.server_name {
        command.args([&format!("--sni-hostname={name}"), "--sni-hostname-fatal"]);
    }
    common(&mut command, wishes);
    command
}
