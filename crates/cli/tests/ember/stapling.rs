//! OCSP responses: stapled by the tool's server and others', checked by its client, and from files; and the clients of
//! OpenSSL and GnuTLS with what the tool's server staples.

use crate::tool::{Server, certificate, code, run, stderr, stdout};
use std::{
    fs,
    io::Read,
    path::PathBuf,
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};
use testkit::peers::{Transport, free_port, listens};

/// A folder with responses about `p256`, which is gone at the end.
struct Responses(PathBuf);

impl Responses {
    /// `good` and `revoked`, by its issuer `mid-ec`, and `unknown`, about another serial number.
    fn make(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("ember-ocsp-{name}-{}", std::process::id()));
        let _ = fs::remove_dir_all(&path);
        fs::create_dir(&path).unwrap();
        let made = Self(path);
        let leaf = certificate("p256.pem");
        let printed =
            Command::new("openssl").args(["x509", "-noout", "-serial", "-in", &leaf]).output().unwrap();
        let serial = stdout(&printed).trim().trim_start_matches("serial=").to_owned();
        let line = |state: &str| format!("{state}\t{serial}\tunknown\t/CN=p256\n");
        fs::write(made.0.join("index-good"), line("V\t21260101000000Z\t")).unwrap();
        fs::write(made.0.join("index-revoked"), line("R\t21260101000000Z\t260201000000Z")).unwrap();
        made.respond("good", "index-good", &["-cert", &leaf]);
        made.respond("revoked", "index-revoked", &["-cert", &leaf]);
        made.respond("unknown", "index-good", &["-serial", "0x7777"]);
        made
    }

    fn respond(&self, name: &str, index: &str, about: &[&str]) {
        let (issuer, key) = (certificate("mid-ec.pem"), certificate("mid-ec.key"));
        let openssl = |arguments: &[&str]| {
            let output = Command::new("openssl").args(arguments).current_dir(&self.0).output().unwrap();
            assert!(output.status.success(), "{arguments:?}: {}", stderr(&output));
        };
        openssl(&[&["ocsp", "-no_nonce", "-issuer", &issuer], about, &["-reqout", "request"]].concat());
        openssl(&[
            "ocsp",
            "-index",
            index,
            "-CA",
            &issuer,
            "-rsigner",
            &issuer,
            "-rkey",
            &key,
            "-rmd",
            "sha256",
            "-ndays",
            "7",
            "-resp_no_certs",
            "-reqin",
            "request",
            "-respout",
            name,
        ]);
    }

    fn file(&self, name: &str) -> String {
        self.0.join(name).to_str().unwrap().to_owned()
    }
}

impl Drop for Responses {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// Another stack's server, which ends with its owner.
pub(crate) struct Other {
    child: Child,
    pub(crate) port: u16,
}

impl Other {
    /// Whose argument `PORT` is the port.
    pub(crate) fn start(program: &str, arguments: &[&str]) -> Self {
        let port = free_port(Transport::Tcp).unwrap();
        let port_text = port.to_string();
        let arguments = arguments.iter().map(|word| if *word == "PORT" { &port_text } else { *word });
        let child = Command::new(program)
            .args(arguments)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let start = Instant::now();
        while !listens(Transport::Tcp, port) {
            assert!(start.elapsed() < Duration::from_secs(10), "{program} does not listen");
            thread::sleep(Duration::from_millis(20));
        }
        Self { child, port }
    }

    fn openssl(staple: Option<&str>) -> Self {
        let (chain, key) = (certificate("p256-chain.pem"), certificate("p256.key"));
        let mut arguments =
            vec!["s_server", "-accept", "PORT", "-tls1_2", "-www", "-cert", &chain, "-cert_chain", &chain];
        arguments.extend(["-key", &key]);
        arguments.extend(staple.iter().flat_map(|file| ["-status_file", file]));
        Self::start("openssl", &arguments)
    }

    fn gnutls(staple: Option<&str>) -> Self {
        let (chain, key) = (certificate("p256-chain.pem"), certificate("p256.key"));
        let mut arguments = vec!["--http", "--port", "PORT", "--x509certfile", &chain, "--x509keyfile", &key];
        arguments.push("--ignore-ocsp-response-errors");
        arguments.extend(staple.iter().flat_map(|file| ["--ocsp-response", file]));
        Self::start("gnutls-serv", &arguments)
    }

    fn client(&self, options: &str) -> String {
        let roots = certificate("roots.pem");
        format!("client localhost:{} --no-default-roots --ca {roots} {options}", self.port)
    }
}

impl Drop for Other {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

const STAPLED: &str = "certificate status: an OCSP response is stapled\n";

/// What the client says to a server that staples each of the responses, and to one that staples none.
fn check_client(client: impl Fn(Option<&str>, &str) -> (i32, String), what: &str) {
    let made = Responses::make(what);
    let (number, report) = client(Some(&made.file("good")), "--get /");
    assert_eq!(number, 0, "{what}: {report}");
    assert!(report.contains(STAPLED), "{what}: {report}");
    let (number, report) = client(Some(&made.file("good")), "--get / --status off");
    assert!(number == 0 && !report.contains("status:"), "{what}: {report}");
    let (number, report) = client(Some(&made.file("revoked")), "--get /");
    assert_eq!(number, 3, "{what}: {report}");
    assert!(report.contains("an OCSP response says that the certificate is revoked"), "{what}: {report}");
    let (number, report) = client(Some(&made.file("revoked")), "--get / --json");
    assert!(
        number == 3 && report.contains(r#""ocsp":{"stapled":true,"reasons":["ocsp-revoked"]}"#),
        "{report}"
    );
    let (number, report) = client(Some(&made.file("unknown")), "--get /");
    assert!(number == 3 && report.contains("about other certificates only"), "{what}: {report}");
    let (number, report) = client(Some(&made.file("revoked")), "--get / --insecure");
    assert!(number == 0 && report.contains("certificate is revoked"), "{what}: {report}");
    let (number, report) = client(None, "--get /");
    assert!(number == 0 && !report.contains(STAPLED), "{what}: {report}");
    let (number, report) = client(None, "--get / --status require");
    assert_eq!(number, 3, "{what}: {report}");
    assert!(report.contains("demands a stapled OCSP response, and none came"), "{what}: {report}");
}

#[test]
fn the_client_checks_what_the_server_of_the_tool_staples() {
    check_client(
        |staple, options| {
            let ocsp = staple.map_or_else(String::new, |file| format!("--ocsp {file}"));
            let server = Server::start(&format!("--www {ocsp}"));
            let output = run(&server.client(options), b"");
            (code(&output), stderr(&output))
        },
        "ember",
    );
}

#[test]
fn the_client_checks_what_openssl_staples() {
    check_client(
        |staple, options| {
            let server = Other::openssl(staple);
            let output = run(&server.client(options), b"");
            (code(&output), stderr(&output))
        },
        "openssl",
    );
}

#[test]
fn the_client_checks_what_gnutls_staples() {
    check_client(
        |staple, options| {
            let server = Other::gnutls(staple);
            let output = run(&server.client(options), b"");
            (code(&output), stderr(&output))
        },
        "gnutls",
    );
}

#[test]
fn a_certificate_that_demands_a_response_is_refused_without() {
    let made = Responses::make("demand");
    let ember = |line: &str| {
        let line = line.replace("DIR", made.0.to_str().unwrap());
        let output = run(&line, b"");
        assert_eq!(code(&output), 0, "{line}: {}", stderr(&output));
    };
    ember("cert new-ca --subject CN=Demanding --key-out DIR/ca.key --out DIR/ca.pem");
    ember(
        "cert new --ca DIR/ca.pem --ca-key DIR/ca.key --name localhost --must-staple --key-out DIR/leaf.key --out DIR/leaf.pem",
    );
    let serial =
        Command::new("openssl").args(["x509", "-noout", "-serial", "-in", &made.file("leaf.pem")]).output();
    let serial = stdout(&serial.unwrap()).trim().trim_start_matches("serial=").to_owned();
    fs::write(made.0.join("index"), format!("V\t21260101000000Z\t\t{serial}\tunknown\t/CN=localhost\n"))
        .unwrap();
    let openssl = |arguments: &str| {
        let output =
            Command::new("openssl").args(arguments.split(' ')).current_dir(&made.0).output().unwrap();
        assert!(output.status.success(), "{}", stderr(&output));
    };
    openssl("ocsp -no_nonce -issuer ca.pem -cert leaf.pem -reqout request");
    openssl(
        "ocsp -index index -CA ca.pem -rsigner ca.pem -rkey ca.key -ndays 1 -reqin request -respout response",
    );
    for (ocsp, options, expected) in [
        ("", "", 3),
        ("", "--status off", 0),
        ("", "--insecure", 0),
        ("--ocsp DIR/response", "", 0),
        ("--ocsp DIR/response", "--status require", 0),
    ] {
        let server = Server::of(
            &made.file("leaf.pem"),
            &made.file("leaf.key"),
            &format!("--www {}", ocsp.replace("DIR", made.0.to_str().unwrap())),
        );
        let roots = made.file("ca.pem");
        let line =
            format!("client localhost:{} --no-default-roots --ca {roots} {options} --get /", server.port);
        let output = run(&line, b"");
        assert_eq!(code(&output), expected, "{ocsp} {options}: {}", stderr(&output));
    }
}

#[test]
fn other_clients_take_what_the_server_staples() {
    let made = Responses::make("server");
    let roots = certificate("roots.pem");
    let server = Server::start(&format!("--www --ocsp {}", made.file("good")));
    let target = format!("localhost:{}", server.port);
    for dtls in [false, true] {
        let server = Server::start(&format!(
            "{} --ocsp {}",
            if dtls { "--dtls --echo" } else { "--www" },
            made.file("good")
        ));
        let target = format!("localhost:{}", server.port);
        let version = if dtls { "-dtls1_2" } else { "-tls1_2" };
        let mut child = Command::new("openssl")
            .args(["s_client", "-connect", &target, version, "-status", "-CAfile", &roots])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        drop(child.stdin.take());
        let mut text = String::new();
        child.stdout.take().unwrap().read_to_string(&mut text).unwrap();
        child.wait().unwrap();
        assert!(text.contains("Cert Status: good") && text.contains("Verify return code: 0"), "{text}");
    }
    let output = Command::new("gnutls-cli")
        .args(["--x509cafile", &roots, "--save-ocsp", &made.file("saved"), &target])
        .stdin(Stdio::null())
        .output()
        .unwrap();
    assert!(stdout(&output).contains("Status: The certificate is trusted"), "{}", stdout(&output));
    assert_eq!(fs::read(made.file("saved")).unwrap(), fs::read(made.file("good")).unwrap());
}

#[test]
fn a_file_that_cannot_be_stapled_is_wrong_usage() {
    let (cert, key) = (certificate("p256-chain.pem"), certificate("p256.key"));
    let made = Responses::make("usage");
    fs::write(made.file("later"), [0x30, 3, 0x0A, 1, 3]).unwrap();
    for (options, why) in [
        (format!("--ocsp {cert}"), "there is no OCSP response in it"),
        (format!("--ocsp {}", made.file("request")), "the OCSP response is malformed"),
        (format!("--ocsp {}", made.file("later")), "the responder gave no answer (responseStatus 3)"),
        (format!("--ocsp {0} --ocsp {0}", made.file("good")), "each --ocsp needs a --cert"),
    ] {
        let output = run(&format!("server --listen 127.0.0.1:0 --cert {cert} --key {key} {options}"), b"");
        assert_eq!(code(&output), 2);
        assert!(stderr(&output).contains(why), "{}", stderr(&output));
    }
}

#[test]
fn verify_looks_at_a_response() {
    let made = Responses::make("verify");
    let line = |name: &str, more: &str| {
        let [roots, mid, leaf] = ["roots.pem", "mid-ec.pem", "p256.pem"].map(certificate);
        format!("verify --roots {roots} --untrusted {mid} --ocsp {} {more} {leaf}", made.file(name))
    };
    let output = run(&line("good", "--explain"), b"");
    assert_eq!(code(&output), 0, "{}", stdout(&output));
    assert!(stdout(&output).contains("in the OCSP response: good"), "{}", stdout(&output));
    for (name, text, more) in [
        ("revoked", "an OCSP response says that the certificate is revoked (ocsp-revoked)", ""),
        ("unknown", "an OCSP response is about other certificates only (ocsp-other)", ""),
        ("good", "past its next update, or not valid yet (ocsp-stale)", "--time 2100-01-01T00:00:00Z"),
        ("request", "an OCSP response is malformed", ""),
    ] {
        let output = run(&line(name, more), b"");
        assert!(code(&output) == 1 && stdout(&output).contains(text), "{name}: {}", stdout(&output));
    }
    let json = run(&line("revoked", "--json"), b"");
    assert!(stdout(&json).contains(r#""reasons":["ocsp-revoked"]"#), "{}", stdout(&json));
}
