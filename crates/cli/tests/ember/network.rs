//! Client and server of the tool over the loopback: what goes where, and the exit codes.

use crate::tool::{Server, certificate, code, ember, run, stderr, stdout};
use std::{
    io::{Read, Write},
    net::{TcpListener, TcpStream},
    process::Stdio,
    thread,
    time::{Duration, Instant},
};

/// Bytes without a pattern that a mistake would repeat.
fn noise(len: usize, seed: u64) -> Vec<u8> {
    testkit::rng::Seeded::new(seed).bytes(len)
}

#[test]
fn get_prints_the_body_and_reports_on_standard_error() {
    let server = Server::start("--www --alpn h2,http/1.1");
    let output = run(&server.client("--get / --alpn http/1.1"), b"");
    assert_eq!(code(&output), 0, "{}", stderr(&output));
    assert_eq!(stdout(&output), "EmberTLS serves this page: the connection works.\n");
    let report = stderr(&output);
    for line in [
        "version: TLSv1.2\n",
        "suite: TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384\n",
        "group: x25519\n",
        "signature scheme: ecdsa_secp256r1_sha256\n",
        "extended master secret: yes\n",
        "encrypt-then-MAC: no\n",
        "ALPN: http/1.1\n",
        "verification: the certificate is valid\n",
        "bytes: ",
        "handshake: ",
        "certificate 0: ",
    ] {
        assert!(report.contains(line), "{line} is not in {report}");
    }
    let log = server.log_line();
    assert!(log.contains("GET / 200 OK") && log.contains("TLSv1.2") && log.ends_with("closed"), "{log}");
}

#[test]
fn json_is_one_line_on_standard_error() {
    let server = Server::with("rsa", "--www");
    let output = run(&server.client("--get / --json --no-ems --suites TLS_RSA_WITH_AES_128_CBC_SHA"), b"");
    assert_eq!(code(&output), 1, "DEFAULT has no such suite: {}", stderr(&output));
    let json = stderr(&output);
    assert_eq!(json.lines().count(), 1, "an error is in the line: {json}");
    assert!(json.starts_with('{') && json.contains(r#""version":null"#), "{json}");
    assert!(json.contains("with the alert handshake_failure\"}"), "{json}");
    let server = Server::with("rsa", "--www --suites TLS_RSA_WITH_AES_128_CBC_SHA");
    let output = run(&server.client("--get / --json --no-ems --suites TLS_RSA_WITH_AES_128_CBC_SHA"), b"");
    assert_eq!(code(&output), 0, "{}", stderr(&output));
    let json = stderr(&output);
    assert_eq!(json.lines().count(), 1, "{json}");
    for member in [
        r#""version":"TLSv1.2""#,
        r#""suite":"TLS_RSA_WITH_AES_128_CBC_SHA""#,
        r#""group":null"#,
        r#""signature_scheme":null"#,
        r#""ems":false"#,
        r#""etm":true"#,
        r#""alpn":null"#,
        r#""chain":[{"subject":""#,
        r#""not_before":"2020-"#,
        r#""verify":{"flags":[],"texts":[]}"#,
        r#""status":"HTTP/1.1 200 OK""#,
        r#""error":null"#,
    ] {
        assert!(json.contains(member), "{member} is not in {json}");
    }
}

#[test]
fn a_refused_certificate_exits_3_with_text_and_advice() {
    let server = Server::start("--www");
    let line = format!("client localhost:{} --no-default-roots --get /", server.port);
    let output = run(&line, b"");
    assert_eq!(code(&output), 3);
    assert!(output.stdout.is_empty());
    assert!(stderr(&output).contains("verification: No trusted CA vouches for the certificate\n"));
    assert!(server.log_line().contains("alert unknown_ca"));
    let output = run(&server.client("--get / --server-name other.test"), b"");
    assert_eq!(code(&output), 3);
    assert!(stderr(&output).contains("does not match with the expected CN"));
    let output = run(&server.client("--get / --time 2200-01-01T00:00:00Z --json"), b"");
    assert_eq!(code(&output), 3);
    assert!(
        stderr(&output).contains(r#""verify":{"flags":["MBEDTLS_X509_BADCERT_EXPIRED"#),
        "{}",
        stderr(&output)
    );
    let output = run(&server.client("--get / --time 1999-01-01T00:00:00Z"), b"");
    assert_eq!(code(&output), 3);
    assert!(stderr(&output).contains("The certificate validity starts in the future"));
}

#[test]
fn without_demand_a_bad_certificate_is_reported_and_the_exit_code_is_0() {
    let server = Server::start("--www");
    for mode in ["--insecure", "--auth-mode none", "--auth-mode optional"] {
        let line = format!("client localhost:{} --no-default-roots --get / {mode}", server.port);
        let output = run(&line, b"");
        assert_eq!(code(&output), 0, "{mode}: {}", stderr(&output));
        assert!(stderr(&output).contains("No trusted CA vouches"), "{mode}: {}", stderr(&output));
        assert!(stdout(&output).starts_with("EmberTLS serves"));
    }
    let line = format!("client localhost:{} --no-default-roots --get / --auth-mode required", server.port);
    assert_eq!(code(&run(&line, b"")), 3);
}

#[test]
fn input_goes_to_the_peer_and_after_a_quiet_second_the_client_closes() {
    let server = Server::start("--once");
    let start = Instant::now();
    let output = run(&server.client(""), b"hello, server\n");
    assert_eq!(code(&output), 0, "{}", stderr(&output));
    assert!(output.stdout.is_empty());
    assert!(start.elapsed() >= Duration::from_secs(1));
    assert_eq!(server.end(), (0, b"hello, server\n".to_vec()));
}

#[test]
fn ten_mebibytes_go_both_ways_at_once_byte_for_byte() {
    for (kind, suite) in [
        ("p256", "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256"),
        ("rsa", "TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA384"),
    ] {
        let server = Server::with(kind, &format!("--echo --once --suites {suite}"));
        let sent = noise(10 << 20, 1);
        let output = run(&server.client(&format!("--suites {suite}")), &sent);
        assert_eq!(code(&output), 0, "{}", stderr(&output));
        assert!(output.stdout == sent, "{} of {} bytes came back", output.stdout.len(), sent.len());
        assert_eq!(server.end().0, 0);
    }
}

#[test]
fn a_peer_that_writes_everything_before_it_reads_is_echoed() {
    let server = Server::start("--echo");
    let mut child = ember(&server.client(""))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let sent = noise(8 << 20, 2);
    let (mut stdin, mut stdout) = (child.stdin.take().unwrap(), child.stdout.take().unwrap());
    let feeding = {
        let sent = sent.clone();
        thread::spawn(move || stdin.write_all(&sent).unwrap())
    };
    thread::sleep(Duration::from_secs(1));
    let mut back = Vec::new();
    stdout.read_to_end(&mut back).unwrap();
    feeding.join().unwrap();
    assert!(child.wait().unwrap().success());
    assert!(back == sent);
}

#[test]
fn files_are_served_and_nothing_outside_the_directory_is() {
    let root = std::env::temp_dir().join(format!("ember-network-{}", std::process::id()));
    std::fs::create_dir_all(root.join("www")).unwrap();
    let page = noise(3 << 20, 3);
    std::fs::write(root.join("www/big.bin"), &page).unwrap();
    std::fs::write(root.join("secret"), "secret").unwrap();
    let server = Server::start(&format!("--www {}", root.join("www").display()));
    let output = run(&server.client("--get /big.bin"), b"");
    assert_eq!(code(&output), 0, "{}", stderr(&output));
    assert!(output.stdout == page);
    for path in ["/../secret", "/%2e%2e/secret", "/..%2fsecret", "//../secret"] {
        let output = run(&server.client(&format!("--get {path}")), b"");
        assert!(!stdout(&output).contains("secret"), "{path}");
        assert!(stderr(&output).contains("HTTP/1.1 40"), "{path}: {}", stderr(&output));
    }
    std::fs::remove_dir_all(root).unwrap();
}

#[test]
fn requests_share_a_connection() {
    let server = Server::start("--www");
    let requests = b"DELETE / HTTP/1.1\r\n\r\nGET / HTTP/1.1\r\nHost: x\r\n\r\nHEAD /nothing HTTP/1.1\r\n\r\nGET / HTTP/1.0\r\n\r\nGET / HTTP/1.1\r\n\r\n";
    let output = run(&server.client(""), requests);
    assert_eq!(code(&output), 0, "{}", stderr(&output));
    let answers = stdout(&output);
    assert_eq!(answers.matches("HTTP/1.1 200 OK").count(), 2, "HTTP/1.0 ends the connection: {answers}");
    assert_eq!(answers.matches("HTTP/1.1 405 Method Not Allowed\r\nAllow: GET, HEAD\r\n").count(), 1);
    assert_eq!(answers.matches("HTTP/1.1 404 Not Found").count(), 1);
    assert_eq!(answers.matches("EmberTLS serves this page").count(), 2);
}

#[test]
fn many_clients_at_once_and_hostile_ones_are_survived() {
    let server = Server::start("--www");
    let address = ("127.0.0.1", server.port);
    let mut idle: Vec<TcpStream> = (0..20).map(|_| TcpStream::connect(address).unwrap()).collect();
    for (seed, socket) in (0..).zip(&mut idle).take(15) {
        // Half of what they send looks like the start of a record.
        let mut bytes = noise(600, seed);
        if seed % 2 == 0 {
            bytes.splice(..5, [22, 3, 1, 2, 0]);
        }
        let _ = socket.write_all(&bytes);
    }
    idle.truncate(18);
    let clients: Vec<_> = (0..8)
        .map(|_| {
            let line = server.client("--get /");
            thread::spawn(move || run(&line, b""))
        })
        .collect();
    for client in clients {
        let output = client.join().unwrap();
        assert_eq!(code(&output), 0, "{}", stderr(&output));
    }
}

#[test]
fn a_network_that_fails_exits_1() {
    let free = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = free.local_addr().unwrap().port();
    drop(free);
    assert_eq!(code(&run(&format!("client 127.0.0.1:{port} --insecure"), b"")), 1);
    assert_eq!(code(&run("client host.invalid:443 --insecure", b"")), 1);
    for answer in [b"".as_slice(), b"HTTP/1.1 400 Bad Request\r\n\r\n", &[21, 3, 3, 0, 2, 2, 40]] {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let peer = thread::spawn(move || {
            let (mut socket, _) = listener.accept().unwrap();
            let mut hello = [0; 16];
            socket.read_exact(&mut hello).unwrap();
            socket.write_all(answer).unwrap();
        });
        let output = run(&format!("client 127.0.0.1:{port} --insecure"), b"");
        assert_eq!(code(&output), 1, "{}", stderr(&output));
        peer.join().unwrap();
    }
}

#[test]
fn an_end_without_close_notify_exits_1_after_data_has_flowed() {
    let server = Server::start("--www");
    let wire = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = wire.local_addr().unwrap().port();
    let target = server.port;
    let relay = thread::spawn(move || {
        let (client, _) = wire.accept().unwrap();
        let server = TcpStream::connect(("127.0.0.1", target)).unwrap();
        let (mut from_client, mut to_server) = (client.try_clone().unwrap(), server.try_clone().unwrap());
        thread::spawn(move || std::io::copy(&mut from_client, &mut to_server));
        // Whole records are passed on until the first alert, close_notify, which never arrives.
        let (mut server, mut client) = (server, client);
        loop {
            let mut header = [0; 5];
            server.read_exact(&mut header).unwrap();
            if header[0] == 21 {
                break;
            }
            let mut fragment = vec![0; usize::from(u16::from_be_bytes([header[3], header[4]]))];
            server.read_exact(&mut fragment).unwrap();
            client.write_all(&header).unwrap();
            client.write_all(&fragment).unwrap();
        }
        let _ = client.shutdown(std::net::Shutdown::Both);
    });
    let roots = certificate("roots.pem");
    let line = format!("client localhost:{port} --no-default-roots --ca {roots}");
    let output = run(&line, b"GET / HTTP/1.0\r\n\r\n");
    assert_eq!(code(&output), 1, "{}", stderr(&output));
    assert!(stdout(&output).ends_with("the connection works.\n"), "the data had flowed");
    assert!(stderr(&output).contains("without close_notify"), "{}", stderr(&output));
    relay.join().unwrap();
}

#[test]
fn options_shape_the_handshake() {
    let server = Server::with("rsa", "--www --groups secp384r1,x25519");
    let output = run(&server.client("--get / --groups secp384r1 --sigalgs rsa_pkcs1_sha384 --json"), b"");
    assert!(stderr(&output).contains(r#""signature_scheme":"rsa_pkcs1_sha384""#), "{}", stderr(&output));
    assert!(stderr(&output).contains(r#""group":"secp384r1""#), "{}", stderr(&output));
    let output = run(&server.client("--get / --groups secp256r1"), b"");
    assert_eq!(code(&output), 1);
    assert!(stderr(&output).contains("alert handshake_failure"), "{}", stderr(&output));
    let server = Server::start("--www --alpn h2");
    let output = run(&server.client("--get / --alpn http/1.1"), b"");
    assert_eq!(code(&output), 1);
    let advice = "alert no_application_protocol\n  name a protocol (ALPN) that the server has, or none\n";
    assert!(stderr(&output).ends_with(advice), "{}", stderr(&output));
}

#[test]
fn verify_tells_valid_from_invalid() {
    let (roots, leaf) = (certificate("roots.pem"), certificate("p256.pem"));
    let chain = certificate("mid-ec.pem");
    let base = format!("verify --roots {roots} --untrusted {chain}");
    let output = run(&format!("{base} --host localhost --usage server --json {leaf}"), b"");
    assert_eq!(
        (code(&output), stdout(&output).as_str()),
        (0, "{\"valid\":true,\"flags\":[],\"texts\":[],\"reasons\":[]}\n")
    );
    let output = run(&format!("{base} --host 127.0.0.1 {leaf}"), b"");
    assert_eq!(code(&output), 0, "{}", stdout(&output));
    let output = run(&format!("{base} --host other.test --json {leaf}"), b"");
    assert_eq!(code(&output), 1);
    assert!(
        stdout(&output)
            .starts_with(r#"{"valid":false,"flags":["MBEDTLS_X509_BADCERT_CN_MISMATCH"],"texts":["The"#)
    );
    let output = run(&format!("verify --roots {roots} --json {leaf}"), b"");
    assert_eq!(code(&output), 1, "the intermediate is missing");
    assert!(stdout(&output).contains("MBEDTLS_X509_BADCERT_NOT_TRUSTED"));
    let output = run(&format!("{base} --time 2200-01-01T00:00:00Z {leaf}"), b"");
    assert_eq!(code(&output), 1);
    assert!(stdout(&output).contains("past its validity period"), "{}", stdout(&output));
    let output = run(&format!("{base} --depth 0 {leaf}"), b"");
    assert_eq!(code(&output), 1, "one intermediate is one too many");
    let output = run(&format!("verify --roots {leaf} --host localhost {leaf}"), b"");
    assert_eq!(code(&output), 0, "any certificate in --roots is an anchor: {}", stdout(&output));
    let broken = std::env::temp_dir().join(format!("ember-broken-{}.der", std::process::id()));
    std::fs::write(&broken, [0x30, 0x03, 2, 1]).unwrap();
    let output = run(&format!("{base} {}", broken.display()), b"");
    assert_eq!(code(&output), 1, "a malformed certificate is invalid");
    for content in ["", "text", "-----BEGIN CERTIFICATE-----\n!\n-----END CERTIFICATE-----\n"] {
        std::fs::write(&broken, content).unwrap();
        let output = run(&format!("{base} --json {}", broken.display()), b"");
        assert_eq!(code(&output), 1, "{content}");
        let flag = r#"{"valid":false,"flags":["MBEDTLS_X509_BADCERT_OTHER"],"texts":["The certificate was refused for a reason set by the application",""#;
        assert!(stdout(&output).starts_with(flag), "{}", stdout(&output));
        assert_eq!(code(&run(&format!("cert show {}", broken.display()), b"")), 1, "{content}");
    }
    let output = run(&format!("verify --roots {} --json {leaf}", broken.display()), b"");
    assert_eq!(code(&output), 1, "a root that cannot be read vouches for nothing");
    assert!(stdout(&output).contains("NOT_TRUSTED"));
    std::fs::remove_file(broken).unwrap();
}

#[test]
fn verify_knows_profiles_pins_and_purposes_and_explains_itself() {
    let (roots, leaf, chain) = (certificate("roots.pem"), certificate("p256.pem"), certificate("mid-ec.pem"));
    let base = format!("verify --roots {roots} --untrusted {chain}");
    let verify = |options: &str| {
        let output = run(&format!("{base} {options} {leaf}"), b"");
        (code(&output), stdout(&output))
    };
    for (options, expected) in [
        ("--profile default", 0),
        ("--profile next", 0),
        ("--profile suiteb", 0),
        ("--profile legacy", 0),
        ("--usage server", 0),
        ("--usage 1.3.6.1.5.5.7.3.1", 0),
        ("--usage code-signing", 1),
        ("--usage 1.3.6.1.5.5.7.3.3", 1),
        ("--usage nothing", 2),
        ("--profile nothing", 2),
        ("--pin nothing", 2),
    ] {
        assert_eq!(verify(options).0, expected, "{options}");
    }
    let rsa = certificate("rsa-chain.pem");
    let output = run(&format!("verify --roots {roots} --untrusted {rsa} --profile suiteb --json {rsa}"), b"");
    assert_eq!(code(&output), 1, "{}", stdout(&output));
    assert!(stdout(&output).contains("MBEDTLS_X509_BADCERT_BAD_PK"), "{}", stdout(&output));

    let spki = |path: &str| {
        let file = std::fs::read(path).unwrap();
        let der = pki::pem::blocks(&file).next().unwrap().unwrap().decode().unwrap();
        let digest = (crypto::hash::SHA256.digest)(&[x509::Certificate::decode(&der).unwrap().spki]);
        digest.as_ref().iter().map(|byte| format!("{byte:02x}")).collect::<String>()
    };
    let (right, mid, wrong) = (spki(&leaf), spki(&chain), "00".repeat(32));
    assert_eq!(verify(&format!("--pin {right}")).0, 0);
    assert_eq!(verify(&format!("--pin {wrong} --pin {mid}")).0, 0);
    let (refused, text) = verify(&format!("--pin {wrong} --json"));
    assert_eq!(refused, 1);
    assert!(text.contains(r#""reasons":["not-pinned"]"#), "{text}");
    for (pin, expected) in [(&right, 0), (&wrong, 1)] {
        let output = run(&format!("verify --pin {pin} --host localhost {leaf}"), b"");
        assert_eq!(code(&output), expected, "a pin instead of roots: {}", stdout(&output));
    }

    let (valid, story) = verify("--explain");
    assert!(valid == 0 && story.starts_with("valid\n0: "), "{story}");
    assert!(story.contains("ends the path: good"), "{story}");
    let output = run(&format!("verify --roots {roots} --explain --json {leaf}"), b"");
    let story = stdout(&output);
    assert!(story.contains(r#""reasons":["no-issuer"],"explain":["0: "#), "{story}");
    assert!(story.contains("the path ends without"), "{story}");
}

/// A file that ends with its owner.
struct Scratch(std::path::PathBuf);

impl Scratch {
    fn with(name: &str, contents: impl AsRef<[u8]>) -> Self {
        let path = std::env::temp_dir().join(format!("ember-{}-{name}", std::process::id()));
        std::fs::write(&path, contents).unwrap();
        Self(path)
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.0);
    }
}

impl std::fmt::Display for Scratch {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.display().fmt(f)
    }
}

#[test]
fn verify_looks_certificates_up_in_lists_and_follows_policies() {
    let pkits = |file: &str| format!("{}/../x509/tests/pkits/{file}", env!("CARGO_MANIFEST_DIR"));
    let (certificates, lists) = (pkits("certs.pem"), pkits("crls.pem"));
    // A block of one of the suite's files: it stands under its name.
    let block = |file: &str, name: &str| {
        let text = std::fs::read_to_string(file).unwrap();
        let (_, after) = text.split_once(&format!("\n{name}\n")).unwrap();
        let lines: Vec<_> = after.split_inclusive('\n').collect();
        let end = lines.iter().position(|line| line.starts_with("-----END")).unwrap();
        lines[..=end].concat()
    };
    let of = |name: &str| Scratch::with(name, block(&certificates, name));
    let root = of("TrustAnchorRootCertificate");
    let base = format!("verify --roots {root} --untrusted {certificates} --time 2015-01-01T00:00:00Z");
    let verify = |options: &str, leaf: &str| {
        let leaf = of(leaf);
        let output = run(&format!("{base} {options} {leaf}"), b"");
        (code(&output), stdout(&output))
    };
    let (good, revoked) = ("ValidCertificatePathTest1EE", "InvalidRevokedEETest3EE");
    let all = format!("--crl {lists}");
    assert_eq!(verify("", revoked).0, 0, "nobody asked");
    assert_eq!(verify(&all, good), (0, "valid\n".into()));
    let (refused, text) = verify(&format!("{all} --json"), revoked);
    assert_eq!(refused, 1);
    assert!(text.contains(r#""flags":["MBEDTLS_X509_BADCERT_REVOKED"]"#), "{text}");
    for (leaf, flag, reason) in [
        ("InvalidOldCRLnextUpdateTest11EE", "MBEDTLS_X509_BADCRL_EXPIRED", ""),
        ("InvalidMissingCRLTest1EE", "MBEDTLS_X509_BADCRL_NOT_TRUSTED", "no-crl"),
        ("InvaliddeltaCRLTest4EE", "MBEDTLS_X509_BADCRL_NOT_TRUSTED", "delta-crl"),
    ] {
        let (refused, text) = verify(&format!("{all} --json"), leaf);
        assert!(refused == 1 && text.contains(flag) && text.contains(reason), "{leaf}: {text}");
    }
    let (mine, roots) = (block(&lists, "GoodCACRL"), block(&lists, "TrustAnchorRootCRL"));
    let (mine, roots) = (Scratch::with("mine.pem", mine), Scratch::with("roots.pem", roots));
    assert_eq!(verify(&format!("--crl {mine} --crl {roots}"), good).0, 0);
    let (refused, text) = verify(&format!("--crl {mine} --explain"), good);
    assert!(refused == 1 && text.contains("in the CRLs: no CRL at hand covers a certificate"), "{text}");
    assert_eq!(verify(&format!("--crl {mine} --crl-check leaf"), good).0, 0);
    assert_eq!(verify(&format!("--crl {mine} --crl-missing allow"), good).0, 0);
    let broken = Scratch::with("broken.pem", "no list");
    assert_eq!(verify(&format!("--crl {broken}"), good).0, 1);
    assert_eq!(verify(&format!("--crl {broken} --crl-missing allow"), good).0, 1);
    assert_eq!(verify("--crl /nowhere", good).0, 2);

    let policy = |number: u8| format!("--policy 2.16.840.1.101.3.2.1.48.{number}");
    assert_eq!(verify(&policy(1), good).0, 0);
    assert_eq!(verify(&format!("{} {}", policy(2), policy(1)), good).0, 0);
    let (refused, text) = verify(&format!("{} --json", policy(2)), good);
    assert!(refused == 1 && text.contains(r#""reasons":["no-policy"]"#), "{text}");
    assert_eq!(verify("", "InvalidrequireExplicitPolicyTest3EE").0, 1);
    assert_eq!(verify("", "ValidrequireExplicitPolicyTest1EE").0, 0);
    assert_eq!(verify("--policy nothing", good).0, 2);
}

#[test]
fn cert_show_tells_what_a_certificate_says() {
    let output = run(&format!("cert show {}", certificate("p256-chain.pem")), b"");
    assert_eq!(code(&output), 0, "{}", stderr(&output));
    let text = stdout(&output);
    for part in
        ["subject: ", "issuer: ", "valid from: 2020-", "valid to: 2119-", "DNS:localhost", "secp256r1"]
    {
        assert!(text.contains(part), "{part} is not in {text}");
    }
}

#[test]
fn srtp_is_reported_by_both_sides_and_its_keys_by_neither() {
    let server = Server::start("--dtls --echo --srtp SRTP_AEAD_AES_256_GCM,SRTP_AES128_CM_HMAC_SHA1_80");
    for (list, name) in [
        ("SRTP_AES128_CM_SHA1_32:SRTP_AES128_CM_SHA1_80", Some("SRTP_AES128_CM_HMAC_SHA1_80")),
        ("SRTP_AES128_CM_HMAC_SHA1_80,SRTP_AEAD_AES_256_GCM", Some("SRTP_AEAD_AES_256_GCM")),
        ("SRTP_AEAD_AES_128_GCM", None),
    ] {
        let output = run(&server.client(&format!("--dtls --srtp {list}")), b"hello");
        assert_eq!((code(&output), stdout(&output).as_str()), (0, "hello"), "{}", stderr(&output));
        let said = stderr(&output).lines().find_map(|line| line.strip_prefix("SRTP: ").map(str::to_owned));
        assert_eq!(said.as_deref(), name);
        let log = server.log_line();
        assert_eq!(log.split([' ', ',']).find(|word| word.starts_with("SRTP_")), name, "{log}");
    }
    let output = run(&server.client("--dtls --json --srtp SRTP_AEAD_AES_256_GCM"), b"");
    assert!(stderr(&output).contains(r#""srtp":"SRTP_AEAD_AES_256_GCM""#), "{}", stderr(&output));
    let output = run(&server.client("--srtp SRTP_AEAD_AES_256_GCM"), b"");
    assert_eq!(code(&output), 2, "not over a stream");
    let output = run(&server.client("--dtls --srtp SRTP_NULL"), b"");
    assert!(code(&output) == 2 && stderr(&output).contains("there are: SRTP_AEAD_AES_128_GCM"));
}

#[test]
fn connection_ids_are_reported_by_both_sides() {
    let server = Server::start("--dtls --echo --cid");
    let output = run(&server.client("--dtls --cid"), b"hello");
    assert_eq!((code(&output), stdout(&output).as_str()), (0, "hello"), "{}", stderr(&output));
    let said = stderr(&output);
    let of = |whose: &str| {
        let line = format!("connection ID of {whose} records: ");
        said.lines().find_map(|said| said.strip_prefix(&line)).unwrap_or_default().to_owned()
    };
    let (own, peer) = (of("the peer's"), of("our"));
    assert_eq!((own.len(), peer.len()), (16, 16), "{said}");
    assert!(server.log_line().contains(&format!("connection IDs {peer} and {own}")), "{said}");
    let output = run(&server.client("--dtls --json --cid"), b"");
    let json = stderr(&output);
    assert!(json.contains(r#""cid":{"own":""#), "{json}");
    server.log_line();
    let output = run(&server.client("--dtls --json"), b"");
    assert!(stderr(&output).contains(r#""cid":null"#), "{}", stderr(&output));
    assert!(!server.log_line().contains("connection IDs"));
}
