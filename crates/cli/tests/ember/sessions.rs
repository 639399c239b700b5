//! Versions, resumption, client certificates, sizes of records and renegotiation, of tool and tool.

use crate::tool::{Server, certificate, code, run, stderr, stdout};

fn reports(server: &Server, options: &str) -> String {
    let output = run(&server.client(options), b"");
    assert_eq!(code(&output), 0, "{options}: {}", stderr(&output));
    stderr(&output)
}

fn credential(kind: &str) -> String {
    format!(
        "--cert {} --key {}",
        certificate(&format!("{kind}-chain.pem")),
        certificate(&format!("{kind}.key"))
    )
}

#[test]
fn every_version_is_an_opt_in_on_both_sides() {
    let old = Server::with("rsa", "--www --min tls10 --suites TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA");
    for (version, name) in [("tls10", "TLSv1.0"), ("tls11", "TLSv1.1"), ("tls12", "TLSv1.2")] {
        let line =
            format!("--get / --min {version} --max {version} --suites TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA");
        let output = run(&old.client(&line), b"");
        assert!(stdout(&output).contains("EmberTLS serves this page"), "{}", stderr(&output));
        assert!(stderr(&output).contains(&format!("version: {name}\n")), "{}", stderr(&output));
    }
    let new = Server::with("rsa", "--www");
    let refused =
        run(&new.client("--get / --min tls10 --max tls11 --suites TLS_RSA_WITH_AES_128_CBC_SHA"), b"");
    assert_eq!(code(&refused), 1);
    assert!(stderr(&refused).contains("protocol_version"), "{}", stderr(&refused));
}

#[test]
fn a_session_is_resumed_by_ticket_or_by_session_id_or_not_at_all() {
    for (server, client, resumed) in [
        ("", "", "resumed: ticket\n"),
        ("--no-cache", "", "resumed: ticket\n"),
        ("--no-ticket", "", "resumed: session ID\n"),
        ("", "--no-ticket", "resumed: session ID\n"),
        ("--no-ticket --no-cache", "", "resumed: no\n"),
    ] {
        let server = Server::start(&format!("--www {server}"));
        let report = reports(&server, &format!("--get / --resume 2 {client}"));
        let lines: Vec<&str> = report.lines().filter(|line| line.starts_with("resumed: ")).collect();
        let resumed = resumed.trim_end();
        assert_eq!(lines, ["resumed: no", resumed, resumed], "{report}");
    }
}

#[test]
fn each_resumed_connection_is_a_line_of_json() {
    let server = Server::start("--www");
    let report = reports(&server, "--get / --resume 2 --json");
    let lines: Vec<&str> = report.lines().collect();
    assert_eq!(lines.len(), 3, "{report}");
    assert!(lines[0].contains(r#""resumed":false,"resumed_by":null"#), "{report}");
    assert!(
        lines[1..].iter().all(|line| line.contains(r#""resumed":true,"resumed_by":"ticket""#)),
        "{report}"
    );
}

#[test]
fn a_session_survives_in_a_file() {
    let server = Server::start("--www");
    let file = std::env::temp_dir().join(format!("ember-session-{}", std::process::id()));
    let path = file.to_str().unwrap();
    assert!(reports(&server, &format!("--get / --session-out {path}")).contains("resumed: no\n"));
    let again = reports(&server, &format!("--get / --session-in {path} --session-out {path}"));
    assert!(again.contains("resumed: ticket\n"), "{again}");
    // Another name is another configuration, and garbage is no session.
    let other = reports(&server, &format!("--get / --session-in {path} --alpn h2"));
    assert!(other.contains("resumed: no\n"), "{other}");
    std::fs::write(&file, b"garbage").unwrap();
    assert!(reports(&server, &format!("--get / --session-in {path}")).contains("resumed: no\n"));
    std::fs::remove_file(&file).unwrap();
    assert_eq!(code(&run(&server.client(&format!("--get / --session-in {path}")), b"")), 2);
}

#[test]
fn a_client_certificate_is_asked_for_as_the_server_says() {
    let roots = certificate("roots.pem");
    let required = Server::start(&format!("--www --client-auth required --client-ca {roots}"));
    for kind in ["rsa", "p256", "p384"] {
        let report = reports(&required, &format!("--get / {}", credential(kind)));
        assert!(report.contains("client certificate: sent\n"), "{report}");
    }
    let none = run(&required.client("--get /"), b"");
    assert_eq!(code(&none), 1);
    assert!(stderr(&none).contains("handshake_failure"), "{}", stderr(&none));
    let optional = Server::start(&format!("--www --client-auth optional --client-ca {roots}"));
    assert!(reports(&optional, "--get /").contains("client certificate: asked for, none sent\n"));
    assert!(optional.log_line().contains("The peer sent no certificate"));
    let never = Server::start("--www");
    let report = reports(&never, &format!("--get / {}", credential("rsa")));
    assert!(report.contains("client certificate: not asked for\n"), "{report}");
}

#[test]
fn a_credential_is_chosen_by_name() {
    let sni = format!("{},{}", certificate("p256-chain.pem"), certificate("p256.key"));
    let server = Server::with("rsa", &format!("--www --sni localhost={sni}"));
    assert!(reports(&server, "--get /").contains("certificate 0: CN=EmberTLS test p256"));
    let other = reports(&server, "--get / --server-name 127.0.0.1");
    assert!(other.contains("certificate 0: CN=EmberTLS test rsa"), "{other}");
}

#[test]
fn sizes_of_records_are_agreed_and_reported() {
    let server = Server::start("--www");
    assert!(reports(&server, "--get / --mfl 512").contains("maximum fragment length: 512\n"));
    let both = reports(&server, "--get / --mfl 512 --rsl 300");
    assert!(both.contains("record size limit: 16384\n") && !both.contains("maximum fragment"), "{both}");
    assert_eq!(code(&run(&server.client("--mfl 513"), b"")), 2);
    assert_eq!(code(&run(&server.client("--rsl 63"), b"")), 2);
}

#[test]
fn a_renegotiation_is_refused_unless_the_server_allows_it() {
    let refusing = Server::start("--www");
    assert!(reports(&refusing, "--get / --renegotiate").contains("renegotiation: refused\n"));
    let allowing = Server::start("--www --renegotiation");
    let output = run(&allowing.client("--get / --renegotiate"), b"");
    assert!(stderr(&output).contains("renegotiation: done\n"), "{}", stderr(&output));
    assert!(stdout(&output).contains("EmberTLS serves this page"));
}

#[test]
fn a_fallback_is_noticed() {
    let suite = "--suites TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA";
    let server = Server::start(&format!("--www --min tls10 {suite}"));
    let fallback = run(&server.client(&format!("--get / --min tls11 --max tls11 --fallback {suite}")), b"");
    assert_eq!(code(&fallback), 1);
    assert!(stderr(&fallback).contains("inappropriate_fallback"), "{}", stderr(&fallback));
    reports(&server, &format!("--get / --fallback {suite}"));
}

#[test]
fn the_side_that_is_preferred_decides_about_the_suite() {
    let suites = "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256,TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384";
    let turned = "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384,TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256";
    for (side, chosen) in [("server", "AES_128_GCM_SHA256"), ("client", "AES_256_GCM_SHA384")] {
        let server = Server::start(&format!("--www --suites {suites} --preference {side}"));
        let report = reports(&server, &format!("--get / --suites {turned}"));
        assert!(report.contains(&format!("suite: TLS_ECDHE_ECDSA_WITH_{chosen}\n")), "{report}");
    }
}

#[test]
fn a_finite_field_is_chosen_by_name() {
    let suite = "TLS_DHE_RSA_WITH_AES_128_GCM_SHA256";
    let server = Server::with("rsa", &format!("--www --suites {suite} --dh-group ffdhe3072"));
    assert!(reports(&server, &format!("--get / --suites {suite}")).contains("group: ffdhe3072\n"));
    let none = run("server --listen 127.0.0.1:0 --cert a --key b --dh-group ffdhe1024", b"");
    assert_eq!(code(&none), 2);
}
