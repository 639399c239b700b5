//! Ed25519 (RFC 8422) with OpenSSL's and GnuTLS's programs: the server's key, the client's key, and both ways; P-521 too.

use crate::tool::{Server, certificate, code, run, stderr, stdout};
use std::{
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};
use testkit::peers::{Transport, free_port, listens};

const SUITE: &str = "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256";

/// Key, its root, the scheme of its signatures.
const KINDS: [[&str; 3]; 2] =
    [["ed25519", "root-ed25519.pem", "ed25519"], ["p521", "root-ec.pem", "ecdsa_secp521r1_sha512"]];

/// Another stack's server, which asks for a certificate and ends with its owner.
struct Other {
    child: Child,
    port: u16,
}

impl Other {
    fn start(program: &str, arguments: &[&str]) -> Self {
        let port = free_port(Transport::Tcp).unwrap();
        let port_text = port.to_string();
        let arguments = arguments.iter().map(|word| if *word == "PORT" { &port_text } else { *word });
        let mut command = Command::new(program);
        command.args(arguments).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        let child = command.spawn().unwrap();
        let start = Instant::now();
        while !listens(Transport::Tcp, port) {
            assert!(start.elapsed() < Duration::from_secs(10), "{program} does not listen");
            thread::sleep(Duration::from_millis(20));
        }
        Self { child, port }
    }
}

impl Drop for Other {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The tool's client proves itself with the same key.
fn visit(server: &Other, [kind, root, scheme]: [&str; 3]) {
    let (chain, key) = (certificate(&format!("{kind}-chain.pem")), certificate(&format!("{kind}.key")));
    let line = format!(
        "client localhost:{} --no-default-roots --ca {} --cert {chain} --key {key} --suites {SUITE} --sigalgs {scheme} \
         --groups secp521r1,secp256r1,x25519 --get / --json",
        server.port,
        certificate(root)
    );
    let output = run(&line, b"");
    let report = stderr(&output) + &stdout(&output);
    assert_eq!(code(&output), 0, "{kind}: {report}");
    assert!(report.contains(&format!("\"signature_scheme\":\"{scheme}\"")), "{kind}: {report}");
}

#[test]
fn the_tools_client_at_openssls_and_gnutlss_servers_that_ask_for_a_certificate() {
    for kind @ [name, root, _] in KINDS {
        let (chain, key) = (certificate(&format!("{name}-chain.pem")), certificate(&format!("{name}.key")));
        let root = certificate(root);
        visit(
            &Other::start(
                "openssl",
                &[
                    "s_server",
                    "-accept",
                    "PORT",
                    "-tls1_2",
                    "-www",
                    "-cert",
                    &chain,
                    "-cert_chain",
                    &chain,
                    "-key",
                    &key,
                    "-CAfile",
                    &root,
                    "-Verify",
                    "3",
                    "-verify_return_error",
                ],
            ),
            kind,
        );
        visit(
            &Other::start(
                "gnutls-serv",
                &[
                    "--http",
                    "--port",
                    "PORT",
                    "--x509certfile",
                    &chain,
                    "--x509keyfile",
                    &key,
                    "--x509cafile",
                    &root,
                    "--require-client-cert",
                    "--verify-client-cert",
                    "--priority",
                    "NORMAL:-VERS-ALL:+VERS-TLS1.2",
                ],
            ),
            kind,
        );
    }
}

#[test]
fn openssls_and_gnutlss_clients_at_the_tools_server_that_asks_for_a_certificate() {
    for [name, root, scheme] in KINDS {
        let (chain, key) = (certificate(&format!("{name}-chain.pem")), certificate(&format!("{name}.key")));
        let root = certificate(root);
        let options =
            format!("--client-auth required --client-ca {root} --suites {SUITE} --sigalgs {scheme} --www");
        let server = Server::with(name, &options);
        let port = server.port.to_string();
        let connect = format!("localhost:{port}");
        for (program, arguments) in [
            (
                "openssl",
                vec![
                    "s_client",
                    "-connect",
                    &connect,
                    "-tls1_2",
                    "-CAfile",
                    &root,
                    "-verify_return_error",
                    "-quiet",
                    "-verify_hostname",
                    "localhost",
                    "-cert_chain",
                    &chain,
                    "-cert",
                    &chain,
                    "-cert_chain",
                    &chain,
                    "-key",
                    &key,
                    "-sigalgs",
                    if name == "ed25519" { "ed25519" } else { "ECDSA+SHA512:ECDSA+SHA256:ECDSA+SHA384" },
                ],
            ),
            (
                "gnutls-cli",
                vec![
                    "localhost",
                    "--port",
                    &port,
                    "--x509cafile",
                    &root,
                    "--x509certfile",
                    &chain,
                    "--x509keyfile",
                    &key,
                    "--priority",
                    "NORMAL:-VERS-ALL:+VERS-TLS1.2",
                ],
            ),
        ] {
            let mut command = Command::new(program);
            command.args(&arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
            let mut child = command.spawn().unwrap();
            let mut input = child.stdin.take().unwrap();
            std::io::Write::write_all(&mut input, b"GET / HTTP/1.0\r\n\r\n").unwrap();
            // the tool's server ends the connection
            let output = child.wait_with_output().unwrap();
            drop(input);
            let text = stdout(&output) + &stderr(&output);
            assert!(text.contains("200"), "{program} {name}: {text}");
        }
    }
}

#[test]
fn a_client_that_does_not_list_the_scheme_is_refused() {
    let server = Server::with("ed25519", &format!("--suites {SUITE}"));
    let root = certificate("root-ed25519.pem");
    let line = format!(
        "client localhost:{} --no-default-roots --ca {root} --sigalgs ecdsa_secp256r1_sha256 --get /",
        server.port
    );
    let output = run(&line, b"");
    assert_ne!(code(&output), 0);
    assert!(stderr(&output).contains("handshake_failure"), "{}", stderr(&output));
}
