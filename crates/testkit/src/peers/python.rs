//! Python's `ssl`, by the script `testdata/python/peer.py`.

use super::{ClientAuth, Peer, Program, RESUMED, Resume, Talk, Wishes, certificate_file, key_file, openssl};
use std::path::Path;
use std::process::Command;

/// Python.
pub static PYTHON: Peer = Peer {
    name: "python",
    package: "python3",
    prepare: || Ok(()),
    version: || {
        let mut command = python();
        command.args(["-c", "import ssl, sys; print('Python', sys.version.split()[0], ssl.OPENSSL_VERSION)"]);
        command
    },
    client: Some(Program { command: client, talk: Talk::Pipe }),
    server: Some(Program { command: server, talk: Talk::Pipe }),
    alert_text: |alert| format!("received alert {alert}\n"),
    resumed_text: "resumed True",
    client_resumes: RESUMED,
    lacks: |wishes| match wishes.psk {
        // Since 3.13.
        Some(_) => Some("has no attribute 'set_psk_"),
        None => None,
    },
};

/// The distribution's, rather than one that a version manager puts before it.
fn python() -> Command {
    let own = Path::new("/usr/bin/python3");
    Command::new(if own.exists() { own } else { Path::new("python3") })
}

/// What both sides share.
fn script(side: &str, wishes: &Wishes, port: u16, scratch: &Path) -> Command {
    let mut command = python();
    command.arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/python/peer.py"));
    command.args([side, "--port", &port.to_string(), "--version", wishes.version]);
    command.args(["--lowest-version", wishes.lowest_version.unwrap_or(wishes.version)]);
    if wishes.resume.is_some() {
        command.args(["--resume", &RESUMED.to_string()]);
    }
    if wishes.resume == Some(Resume::Ticket) {
        command.arg("--tickets");
    }
    command.args(["--ciphers", &openssl::suites(wishes)]);
    if let Some(key) = wishes.psk {
        command.args(["--psk-identity", key.identity, "--psk", key.hex]);
    }
    if !wishes.alpn.is_empty() {
        command.args(["--alpn", &wishes.alpn.join(",")]);
    }
    openssl::configure(&mut command, wishes, scratch);
    command
}

fn client(wishes: &Wishes, port: u16, scratch: &Path) -> Command {
    let mut command = script("client", wishes, port, scratch);
    command.arg("--ca").arg(certificate_file(wishes.roots, ".pem"));
    if let Some(name) = wishes.client_certificate {
        command.arg("--cert").arg(certificate_file(name, "-chain.pem"));
        command.arg("--key").arg(key_file(name));
    }
    if let Some(name) = wishes.server_name {
        command.args(["--server-name", name]);
    }
    command
}

fn server(wishes: &Wishes, port: u16, scratch: &Path) -> Command {
    let mut command = script("server", wishes, port, scratch);
    command.arg("--cert").arg(certificate_file(wishes.certificate, "-chain.pem"));
    command.arg("--key").arg(key_file(wishes.certificate));
    if wishes.client_auth != ClientAuth::None {
        let mode = if wishes.client_auth == ClientAuth::Required { "required" } else { "optional" };
        command.args(["--client-auth", mode]).arg("--ca").arg(certificate_file(wishes.roots, ".pem"));
    }
    // It has no group of its own.
    if let Some(name) = wishes.dh_file.or(wishes.is_dhe().then_some("dh-own-2048")) {
        command.arg("--dh").arg(certificate_file(name, ".pem"));
    }
    if let Some(name) = wishes.server_name {
        // The right certificate is for the name only; who does not ask for it gets one for another name.
        command.args(["--server-name", name]);
        command.arg("--other-cert").arg(certificate_file("wrong-name", "-chain.pem"));
        command.arg("--other-key").arg(key_file("wrong-name"));
    }
    command
}
