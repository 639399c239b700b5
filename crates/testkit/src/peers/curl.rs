//! `curl`: a client that asks for a file by HTTP. Debian's is built on OpenSSL.

use super::{Peer, Program, Talk, Wishes, certificate_file, key_file, openssl};
use std::path::Path;
use std::process::Command;

/// curl.
pub static CURL: Peer = Peer {
    name: "curl",
    package: "curl",
    prepare: || Ok(()),
    version: || {
        let mut command = Command::new("curl");
        command.arg("--version");
        command
    },
    client: Some(Program { command: client, talk: Talk::Http }),
    server: None,
    // `TLSv1.2 (IN), TLS alert, handshake failure (552)`: the level stands in the upper byte.
    alert_text: |alert| format!("({})", if alert == 100 { 0x100 } else { 0x200 } + u32::from(alert)),
    // It does not tell.
    resumed_text: "",
    client_resumes: 0,
    lacks: |wishes| match wishes.psk {
        Some(_) => Some("option --psk: is unknown"),
        None => None,
    },
};

fn client(wishes: &Wishes, port: u16, scratch: &Path) -> Command {
    let mut command = Command::new("curl");
    command.args([
        "--silent",
        "--show-error",
        "--verbose",
        "--noproxy",
        "*",
        "--http1.1",
        "--max-time",
        "60",
    ]);
    command.arg("--cacert").arg(certificate_file(wishes.roots, ".pem"));
    let (lowest, highest) = match wishes.version {
        "tls10" => ("--tlsv1.0", "1.0"),
        "tls11" => ("--tlsv1.1", "1.1"),
        "tls13" => ("--tlsv1.3", "1.3"),
        _ => ("--tlsv1.2", "1.2"),
    };
    command.args([lowest, "--tls-max", highest]);
    if wishes.version != "tls13" {
        command.args(["--ciphers", &openssl::suites(wishes)]);
    }
    if let Some(key) = wishes.psk {
        command.args(["--psk", key.hex]);
    }
    if let Some(name) = wishes.client_certificate {
        command.arg("--cert").arg(certificate_file(name, "-chain.pem"));
        command.arg("--key").arg(key_file(name));
    }
    if wishes.alpn.is_empty() {
        command.arg("--no-alpn");
    }
    openssl::configure(&mut command, wishes, scratch);
    match wishes.server_name {
        Some(name) => {
            command.args(["--resolve", &format!("{name}:{port}:127.0.0.1")]);
            command.arg(format!("https://{name}:{port}/data"));
        }
        // An address is no name to send.
        None => {
            command.arg(format!("https://127.0.0.1:{port}/data"));
        }
    }
    command
}
