//! What the tool refuses before it does anything, and what it answers without a network.

use crate::tool::{certificate, code, run, stderr, stdout};
use std::path::Path;

#[test]
fn wrong_usage_exits_2() {
    for line in [
        "",
        "serve",
        "client",
        "client localhost",
        "client localhost:99999",
        "client localhost:1 --nonsense",
        "client localhost:1 --cid",
        "client localhost:1 --suites TLS_NOTHING",
        "client localhost:1 --groups nothing",
        "client localhost:1 --sigalgs nothing",
        "client localhost:1 --max ssl3",
        "client localhost:1 --min tls12 --max ssl3",
        "client localhost:1 --min tls13",
        "client localhost:1 --time yesterday",
        "client localhost:1 --insecure --auth-mode none",
        "client localhost:1 --ca /nowhere/roots.pem",
        "client localhost:1 --cert /nowhere",
        "client localhost:1 --cert /nowhere --key /nowhere",
        "client localhost:1 --mfl 1000",
        "client localhost:1 --rsl 10",
        "client localhost:1 --session-in /nowhere/session",
        "server --listen 127.0.0.1:0 --cert a --key b --client-auth sometimes",
        "server --listen 127.0.0.1:0 --cert a --key b --sni a=b",
        "client not_a_name!:1",
        "server --listen 127.0.0.1:0",
        "server --listen 127.0.0.1:0 --cert /nowhere --key /nowhere",
        "server --listen nowhere --cert a --key b",
        "suites --profile NOTHING",
        "suites --all --compiled",
        "cert show /nowhere/cert.pem",
        "verify --roots /nowhere/roots.pem /nowhere/leaf.pem",
        "verify leaf.pem",
    ] {
        let output = run(line, b"");
        assert_eq!(code(&output), 2, "{line}: {}", stderr(&output));
        assert!(!output.stderr.is_empty(), "{line}");
    }
}

#[test]
fn a_key_that_does_not_belong_to_its_certificate_exits_2() {
    for (cert, key) in
        [("rsa-chain.pem", "p256.key"), ("rsa-chain.pem", "mid-rsa.key"), ("rsa.key", "rsa.key")]
    {
        let (cert, key) = (certificate(cert), certificate(key));
        let output = run(&format!("server --listen 127.0.0.1:0 --cert {cert} --key {key}"), b"");
        assert_eq!(code(&output), 2, "{}", stderr(&output));
    }
}

#[test]
fn help_and_version_exit_0() {
    for line in
        ["--version", "--help", "client --help", "server --help", "verify --help", "man", "completions bash"]
    {
        let output = run(line, b"");
        assert_eq!(code(&output), 0, "{line}");
        assert!(!output.stdout.is_empty(), "{line}");
    }
    assert!(stdout(&run("--version", b"")).starts_with("ember 0."));
    for line in ["client --help", "man", "completions bash", "completions zsh"] {
        let text = stdout(&run(line, b"")).replace("\\-", "-");
        assert!(text.contains("--server-name") && text.contains("--key-pass"), "{line}");
    }
    assert!(stdout(&run("man", b"")).contains("ember cert show"));
}

#[test]
fn suites_are_listed_by_number_and_name() {
    let compiled = stdout(&run("suites", b""));
    assert_eq!(compiled, stdout(&run("suites --compiled", b"")));
    assert!(compiled.contains("0xC02B TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256\n"));
    assert_eq!(compiled.lines().count(), 73);
    let all = stdout(&run("suites --all --json", b""));
    assert_eq!(all.lines().count(), 1);
    assert!(all.contains(r#"{"id":"0x0000","name":"#) || all.contains(r#""id":"0x0001""#), "{all}");
    assert!(all.contains(r#""name":"TLS_RSA_WITH_AES_128_CBC_SHA","compiled":true,"default":false"#));
}

#[test]
fn features_are_listed_with_their_switches() {
    let features = stdout(&run("features", b""));
    assert!(features.lines().any(|line| line.starts_with("on ") && line.ends_with("MBEDTLS_GCM_C")));
    let json = stdout(&run("features --json", b""));
    assert!(json.contains(r#"{"name":"kx-rsa-server","switch":null,"compiled":true}"#), "{json}");
}

/// Everything that a profile offers. A change here is a decision.
#[test]
fn a_profile_offers_what_its_snapshot_says() {
    for name in
        ["DEFAULT", "DEFAULT_DATAGRAM", "LEGACY", "SUITE_B", "MANUAL", "IOT_7925", "IOT_7925_DATAGRAM"]
    {
        let text = stdout(&run(&format!("suites --profile {name}"), b""));
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/profiles/{name}.txt"));
        if std::env::var("EMBERTLS_ACCEPT").is_ok() {
            std::fs::write(&file, &text).unwrap();
        }
        let committed = std::fs::read_to_string(&file).unwrap();
        assert_eq!(text, committed, "{name}: run again with EMBERTLS_ACCEPT=1 when this is meant");
    }
    // A profile without a snapshot fails here.
    let output = run("suites --profile NOTHING", b"");
    let all = "DEFAULT, DEFAULT_DATAGRAM, LEGACY, SUITE_B, MANUAL, IOT_7925, IOT_7925_DATAGRAM\n";
    assert!(stderr(&output).ends_with(&format!("there are: {all}")), "{}", stderr(&output));
}
