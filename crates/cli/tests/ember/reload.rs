//! SIGHUP: a server that runs takes new certificates and ticket keys.
#![expect(clippy::unwrap_used, reason = "a test that fails panics")]

use crate::tool::{Server, certificate, code, ember, run, stderr};
use std::{
    fs,
    io::{Read, Write},
    path::PathBuf,
    process::Stdio,
};

/// Files of a server's, which can be replaced.
struct Files(PathBuf);

impl Files {
    fn new(name: &str) -> Self {
        let directory = std::env::temp_dir().join(format!("ember-{name}-{}", std::process::id()));
        fs::create_dir_all(&directory).unwrap();
        let files = Self(directory);
        files.put("p256");
        files
    }

    fn put(&self, kind: &str) {
        fs::copy(certificate(&format!("{kind}-chain.pem")), self.0.join("cert.pem")).unwrap();
        fs::copy(certificate(&format!("{kind}.key")), self.0.join("key.pem")).unwrap();
    }

    fn server(&self, options: &str) -> Server {
        Server::of(&self.path("cert.pem"), &self.path("key.pem"), options)
    }

    fn path(&self, name: &str) -> String {
        self.0.join(name).to_str().unwrap().to_owned()
    }
}

impl Drop for Files {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// The report of a client that succeeds.
fn reports(server: &Server, options: &str) -> String {
    let output = run(&server.client(options), b"x");
    assert_eq!(code(&output), 0, "{options}: {}", stderr(&output));
    stderr(&output)
}

#[test]
fn new_connections_have_the_new_certificate_and_old_ones_go_on() {
    let files = Files::new("reload");
    let server = files.server("--echo");
    let mut old = ember(&server.client(""))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let (mut stdin, mut stdout) = (old.stdin.take().unwrap(), old.stdout.take().unwrap());
    let mut echoes = |text: &[u8; 6]| {
        let mut back = [0; 6];
        stdin.write_all(text).unwrap();
        stdout.read_exact(&mut back).unwrap();
        assert_eq!(&back, text);
    };
    echoes(b"before");
    assert!(reports(&server, "").contains("certificate 0: CN=EmberTLS test p256"));
    files.put("rsa");
    assert!(server.hang_up().starts_with("reloaded"));
    let new = reports(&server, "");
    assert!(new.contains("certificate 0: CN=EmberTLS test rsa"), "{new}");
    echoes(b"after ");

    fs::copy(certificate("p256.key"), files.path("key.pem")).unwrap();
    let refusal = server.hang_up();
    assert!(refusal.starts_with("not reloaded") && refusal.contains("it is not the key of"), "{refusal}");
    fs::remove_file(files.path("cert.pem")).unwrap();
    assert!(server.hang_up().starts_with("not reloaded"));
    assert!(reports(&server, "").contains("certificate 0: CN=EmberTLS test rsa"));
    echoes(b"at end");
    drop(stdin);
    assert!(old.wait().unwrap().success());
}

#[test]
fn new_peers_of_a_server_of_datagrams_have_the_new_certificate_and_old_ones_go_on() {
    let files = Files::new("reload-datagrams");
    let server = files.server("--dtls --echo");
    let mut old = ember(&server.client("--dtls"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let (mut stdin, mut stdout) = (old.stdin.take().unwrap(), old.stdout.take().unwrap());
    let mut echoes = |text: &[u8; 6]| {
        let mut back = [0; 6];
        stdin.write_all(text).unwrap();
        stdout.read_exact(&mut back).unwrap();
        assert_eq!(&back, text);
    };
    echoes(b"before");
    assert!(reports(&server, "--dtls").contains("certificate 0: CN=EmberTLS test p256"));
    files.put("rsa");
    assert!(server.hang_up().starts_with("reloaded"));
    assert!(reports(&server, "--dtls").contains("certificate 0: CN=EmberTLS test rsa"));
    echoes(b"after ");
    fs::remove_file(files.path("cert.pem")).unwrap();
    assert!(server.hang_up().starts_with("not reloaded"));
    assert!(reports(&server, "--dtls").contains("certificate 0: CN=EmberTLS test rsa"));
    echoes(b"at end");
    drop(stdin);
    assert!(old.wait().unwrap().success());
}

#[test]
fn authorities_and_named_certificates_are_read_anew() {
    let files = Files::new("reload-names");
    fs::copy(certificate("root-stranger.pem"), files.path("authority.pem")).unwrap();
    let rsa = format!("{},{}", certificate("rsa-chain.pem"), certificate("rsa.key"));
    let named = format!("localhost={},{}", files.path("cert.pem"), files.path("key.pem"));
    let (cert, key) = rsa.split_once(',').unwrap();
    let authority = files.path("authority.pem");
    let server = Server::of(
        cert,
        key,
        &format!("--echo --sni {named} --client-auth required --client-ca {authority}"),
    );
    let client = format!("--cert {} --key {}", certificate("p256-chain.pem"), certificate("p256.key"));
    assert_eq!(code(&run(&server.client(&client), b"x")), 1, "nobody vouches for the client");
    files.put("p384");
    fs::copy(certificate("roots.pem"), &authority).unwrap();
    assert!(server.hang_up().starts_with("reloaded"));
    let report = reports(&server, &client);
    assert!(report.contains("certificate 0: CN=EmberTLS test p384"), "{report}");
}

#[test]
fn tickets_outlive_one_new_key_and_not_two() {
    let files = Files::new("reload-tickets");
    let server = files.server("--www --no-cache");
    let session = files.path("session");
    assert!(reports(&server, &format!("--get / --session-out {session}")).contains("resumed: no\n"));
    for resumed in ["resumed: ticket\n", "resumed: no\n"] {
        assert!(server.hang_up().starts_with("reloaded"));
        let report = reports(&server, &format!("--get / --session-in {session}"));
        assert!(report.contains(resumed), "{report}");
    }
}
