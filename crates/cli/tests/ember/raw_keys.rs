//! Raw public keys (RFC 7250): the tool with itself, and with the servers and clients of GnuTLS.

use crate::{
    stapling::Other,
    tool::{Server, certificate, code, run, stderr, stdout},
};
use std::{
    fs,
    path::PathBuf,
    process::{Command, Stdio},
};

/// The SHA-256 of a test certificate's key, as the option has it.
fn pin(name: &str) -> String {
    let file = fs::read(certificate(&format!("{name}.pem"))).unwrap();
    let der = pki::pem::blocks(&file).next().unwrap().unwrap().decode().unwrap().to_vec();
    let digest = (crypto::hash::SHA256.digest)(&[x509::Certificate::decode(&der).unwrap().spki]);
    digest.as_ref().iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A file with the key of `p256` in PEM, which is gone at the end.
struct PublicKey(PathBuf);

impl PublicKey {
    fn make(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("ember-raw-{name}-{}.pem", std::process::id()));
        let key = certificate("p256.key");
        let output = Command::new("openssl").args(["pkey", "-pubout", "-in", &key]).output().unwrap();
        fs::write(&path, output.stdout).unwrap();
        Self(path)
    }

    fn file(&self) -> &str {
        self.0.to_str().unwrap()
    }
}

impl Drop for PublicKey {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.0);
    }
}

const PRIORITY: &str = "NORMAL:-VERS-ALL:+VERS-TLS1.2:-CTYPE-ALL:";

#[test]
fn a_pinned_key_is_taken_and_another_is_not() {
    let server = Server::start("--www --raw-key");
    let client = |options: &str| {
        let output = run(&format!("client localhost:{} --no-default-roots {options}", server.port), b"");
        (code(&output), stderr(&output))
    };
    let (number, report) = client(&format!("--raw-pin {} --get /", pin("p256")));
    assert_eq!(number, 0, "{report}");
    assert!(report.contains("verification: the certificate is valid"), "{report}");
    assert!(!report.contains("certificate 0:"), "{report}");
    let (number, report) = client(&format!("--raw-pin {} --get /", pin("rsa")));
    assert_eq!(number, 3, "{report}");
    // Who does not ask for it gets certificates.
    let (number, _) = client(&format!("--ca {} --get /", certificate("roots.pem")));
    assert_eq!(number, 0);
    let without = Server::start("--www");
    let line = format!("client localhost:{} --raw-pin {} --get /", without.port, pin("p256"));
    let output = run(&line, b"");
    assert_eq!(code(&output), 1);
    assert!(stderr(&output).contains("unsupported_certificate"), "{}", stderr(&output));
}

#[test]
fn a_client_shows_a_pinned_key() {
    let options = format!("--www --client-auth required --client-raw-pin {}", pin("rsa"));
    let server = Server::start(&options);
    let client = |name: &str| {
        let (chain, key) = (certificate(&format!("{name}-chain.pem")), certificate(&format!("{name}.key")));
        let output = run(&server.client(&format!("--cert {chain} --key {key} --raw-key --get /")), b"");
        (code(&output), stderr(&output))
    };
    let (number, report) = client("rsa");
    assert_eq!(number, 0, "{report}");
    let (number, report) = client("p256");
    assert!(number == 1 && report.contains("unknown_ca"), "{report}");
}

#[test]
fn the_client_takes_a_key_of_gnutls() {
    let (key, public) = (certificate("p256.key"), PublicKey::make("server"));
    let priority = format!("{PRIORITY}+CTYPE-SRV-RAWPK:+CTYPE-CLI-X509");
    let server = Other::start(
        "gnutls-serv",
        &[
            "--http",
            "--port",
            "PORT",
            "--priority",
            &priority,
            "--rawpkkeyfile",
            &key,
            "--rawpkfile",
            public.file(),
        ],
    );
    for (name, expected) in [("p256", 0), ("rsa", 3)] {
        let line = format!(
            "client localhost:{} --no-default-roots --raw-pin {} --status off --get /",
            server.port,
            pin(name)
        );
        let output = run(&line, b"");
        assert_eq!(code(&output), expected, "{}", stderr(&output));
    }
}

#[test]
fn the_client_of_gnutls_takes_a_key_and_shows_one() {
    let public = PublicKey::make("client");
    let server =
        Server::start(&format!("--www --raw-key --client-auth required --client-raw-pin {}", pin("p256")));
    let priority = format!("{PRIORITY}+CTYPE-SRV-RAWPK:+CTYPE-CLI-RAWPK");
    let key = certificate("p256.key");
    let output = Command::new("gnutls-cli")
        .args(["--no-ca-verification", "--priority", &priority, "--rawpkkeyfile", &key])
        .args(["--rawpkfile", public.file(), &format!("localhost:{}", server.port)])
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let text = format!("{}{}", stdout(&output), stderr(&output));
    assert!(text.contains("Handshake was completed"), "{text}");
    assert!(server.log_line().contains("client certificate"));
}
