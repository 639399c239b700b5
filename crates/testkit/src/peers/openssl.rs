//! OpenSSL's `s_client` and `s_server`.

use super::{ClientAuth, Peer, Program, RESUMED, Resume, Talk, Wishes, certificate_file, key_file};
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
    prepare: || Ok(()),
    client: Some(Program { command: client, talk: Talk::Pipe }),
    server: Some(Program { command: server, talk: Talk::Pipe }),
    alert_text: |alert| match alert {
        // A warning that is not printed by its number.
        100 => "ssl3_read_bytes:no renegotiation".to_owned(),
        alert => format!("SSL alert number {alert}"),
    },
    resumed_text: "Reused",
    // What `-reconnect` does.
    client_resumes: 5,
    lacks: |_| None,
};

/// `TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256` is `ECDHE-RSA-AES128-SHA256` here, `TLS_RSA_WITH_AES_128_GCM_SHA256` is
/// `AES128-GCM-SHA256`.
fn suite(iana: &str) -> String {
    // With ChaCha20-Poly1305 the hash is not named.
    let iana = iana.trim_end_matches(if iana.contains("CHACHA20") { "_SHA256" } else { "" });
    let short =
        iana.trim_start_matches("TLS_").replace("_CBC_", "_").replace("AES_", "AES").replace("CCM_8", "CCM8");
    // Of suites with pre-shared keys the mode is named, even that of each block cipher.
    let short = match iana.contains("_PSK_") && iana.contains("_CBC_") {
        true => short.replace("_SHA", "_CBC_SHA"),
        false => short,
    };
    short
        .replace("PSK_DHE_", "DHE_PSK_")
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
        "rsa_pkcs1_sha1" => "RSA+SHA1",
        "ecdsa_sha1" => "ECDSA+SHA1",
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

fn protocol(version: &str) -> &'static str {
    match version {
        "tls10" => "TLSv1",
        "tls11" => "TLSv1.1",
        "tls13" => "TLSv1.3",
        _ => "TLSv1.2",
    }
}

/// What both sides share.
fn common(command: &mut Command, wishes: &Wishes, scratch: &Path) {
    if wishes.datagrams {
        command.arg(if wishes.version == "tls11" { "-dtls1" } else { "-dtls1_2" });
    } else {
        command.args(["-min_protocol", protocol(wishes.lowest_version.unwrap_or(wishes.version))]);
        command.args(["-max_protocol", protocol(wishes.version)]);
    }
    if wishes.lossy {
        // Else it waits for data when a flight comes again, and reads nothing of its input.
        command.arg("-nbio");
    }
    if let Some(key) = wishes.psk {
        command.args(["-psk_identity", key.identity, "-psk", key.hex]);
    }
    if let Some(mtu) = wishes.mtu {
        command.args(["-mtu", &mtu.to_string()]);
    }
    if wishes.version != "tls13" {
        command.args(["-cipher", &suites(wishes)]);
    }
    if wishes.resume != Some(Resume::Ticket) {
        command.arg("-no_ticket");
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
        // No option for it.
        let only_that = Wishes { extended_master_secret: false, ..Wishes::default() };
        configure(command, &only_that, scratch);
    }
}

/// The suites of TLS 1.2 and before, at security level 0: Debian's default of 2 turns away old versions before the peer
/// has a say.
pub(super) fn suites(wishes: &Wishes) -> String {
    format!("{}:@SECLEVEL=0", wishes.suite.map_or("ALL".to_owned(), suite))
}

/// A configuration file with what programs built on OpenSSL have no options for.
pub(super) fn configure(command: &mut Command, wishes: &Wishes, scratch: &Path) {
    let mut lines = Vec::new();
    let switched_off = [
        // Since 3.0.
        (wishes.extended_master_secret, "-ExtendedMasterSecret"),
        (wishes.encrypt_then_mac, "-EncryptThenMac"),
    ];
    let options: Vec<&str> = switched_off.iter().filter(|(on, _)| !on).map(|(_, name)| *name).collect();
    if !options.is_empty() {
        lines.push(format!("Options = {}", options.join(",")));
    }
    if let Some(name) = wishes.group {
        lines.push(format!("Groups = {}", group(name)));
    }
    if let Some(name) = wishes.scheme {
        lines.push(format!("SignatureAlgorithms = {}", scheme(name)));
    }
    let head = "openssl_conf = all\n[all]\nssl_conf = ssl\n[ssl]\nsystem_default = tls\n[tls]\n";
    let file = scratch.join("openssl.cnf");
    // Without the file the program takes what it should not, and the cell fails.
    if !lines.is_empty() && std::fs::write(&file, format!("{head}{}\n", lines.join("\n"))).is_ok() {
        command.env("OPENSSL_CONF", file);
    }
}

fn client(wishes: &Wishes, port: u16, scratch: &Path) -> Command {
    let mut command = Command::new("openssl");
    command.args(["s_client", "-connect", &format!("127.0.0.1:{port}")]);
    command.args(["-no_ign_eof", "-verify_return_error"]);
    match wishes.resume {
        // Commands and what it tells of each connection.
        None if wishes.renegotiates => {}
        None => {
            command.args(["-brief", "-nocommands"]);
        }
        Some(_) => {
            command.arg("-reconnect");
        }
    }
    if let Some(len) = wishes.max_fragment_length {
        command.args(["-maxfraglen", &len.to_string()]);
    }
    if wishes.fallback {
        command.arg("-fallback_scsv");
    }
    if let Some(name) = wishes.client_certificate {
        command.arg("-cert").arg(certificate_file(name, ".pem"));
        command.arg("-key").arg(key_file(name));
        if let Some(issuers) = issuers(name, scratch) {
            command.arg("-cert_chain").arg(issuers);
        }
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
    let connections = wishes.resume.map_or(1, |_| 1 + RESUMED).to_string();
    command.args(["s_server", "-accept", &format!("127.0.0.1:{port}"), "-naccept", &connections]);
    if !wishes.renegotiates && wishes.resume.is_none() {
        command.arg("-quiet");
    }
    if wishes.cookie {
        command.arg("-listen");
    }
    match wishes.client_auth {
        ClientAuth::None => {}
        ClientAuth::Optional => {
            command.args(["-verify", "5"]);
        }
        ClientAuth::Required => {
            command.args(["-Verify", "5"]);
        }
    }
    if wishes.client_auth != ClientAuth::None {
        command.arg("-verify_return_error").arg("-CAfile").arg(certificate_file(wishes.roots, ".pem"));
    }
    // Without a certificate whose strength says otherwise, its own group has 1024 bits.
    if let Some(name) =
        wishes.dh_file.or((wishes.is_dhe() && !wishes.is_certified()).then_some("dh-own-2048"))
    {
        command.arg("-dhparam").arg(certificate_file(name, ".pem"));
    }
    if let Some(hint) = wishes.psk.and_then(|key| key.hint) {
        command.args(["-psk_hint", hint]);
    }
    if !wishes.is_certified() {
        command.arg("-nocert");
        common(&mut command, wishes, scratch);
        return command;
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

#[cfg(test)]
mod tests {
    use super::suite;

    #[test]
    fn suites_are_named_as_the_program_names_them() {
        assert_eq!(suite("TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256"), "ECDHE-RSA-AES128-SHA256");
        assert_eq!(suite("TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384"), "ECDHE-ECDSA-AES256-GCM-SHA384");
        assert_eq!(suite("TLS_RSA_WITH_AES_128_GCM_SHA256"), "AES128-GCM-SHA256");
        assert_eq!(suite("TLS_RSA_WITH_AES_256_CBC_SHA"), "AES256-SHA");
        assert_eq!(suite("TLS_DHE_RSA_WITH_CHACHA20_POLY1305_SHA256"), "DHE-RSA-CHACHA20-POLY1305");
        assert_eq!(suite("TLS_ECDHE_ECDSA_WITH_AES_128_CCM_8"), "ECDHE-ECDSA-AES128-CCM8");
        assert_eq!(suite("TLS_RSA_WITH_AES_256_CCM"), "AES256-CCM");
        assert_eq!(suite("TLS_PSK_DHE_WITH_AES_128_CCM_8"), "DHE-PSK-AES128-CCM8");
        assert_eq!(suite("TLS_RSA_PSK_WITH_AES_256_CBC_SHA384"), "RSA-PSK-AES256-CBC-SHA384");
        assert_eq!(suite("TLS_ECDHE_PSK_WITH_CHACHA20_POLY1305_SHA256"), "ECDHE-PSK-CHACHA20-POLY1305");
    }
}
