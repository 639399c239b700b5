//! Pre-shared keys, of tool and tool, over TCP and UDP.

use crate::tool::{Server, code, run, stderr, stdout};
use std::{fs, path::PathBuf};

/// A file of keys that ends with its test.
struct KeyFile(PathBuf);

impl KeyFile {
    fn new(name: &str, lines: &str) -> Self {
        let path = std::env::temp_dir().join(format!("ember-psk-{name}-{}", std::process::id()));
        fs::write(&path, lines).unwrap();
        Self(path)
    }

    fn option(&self) -> String {
        format!("--psk-file {}", self.0.display())
    }
}

impl Drop for KeyFile {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.0);
    }
}

#[test]
fn a_server_without_a_certificate_knows_its_clients_by_their_keys() {
    let file = KeyFile::new("known", "a:00ff\nb:with:colons:6b6579\r\n\n:0123\n");
    for transport in ["", "--dtls"] {
        let server =
            Server::plain(&format!("--echo {transport} --psk-identity own --psk 01 {}", file.option()));
        for (identity, key) in [("a", "00FF"), ("b:with:colons", "6b6579"), ("own", "01"), ("", "0123")] {
            let line = server.client(&format!("{transport} --psk-identity={identity} --psk {key}"));
            let output = run(&line, b"hello\n");
            let report = stderr(&output);
            assert_eq!((code(&output), stdout(&output)), (0, "hello\n".into()), "{line}: {report}");
            assert!(report.contains(&format!("pre-shared key: {identity}\n")), "{report}");
            assert!(report.contains("suite: TLS_ECDHE_PSK_WITH_CHACHA20_POLY1305_SHA256\n"), "{report}");
            let log = server.log_line();
            assert!(log.contains(&format!(" pre-shared key {identity} ")), "{log}");
        }
    }
}

#[test]
fn a_wrong_key_and_an_unknown_identity_are_told_the_same() {
    let server = Server::plain("--echo --psk-identity a --psk 00");
    let told = ["--psk-identity a --psk 01", "--psk-identity b --psk 00"].map(|key| {
        let output = run(&server.client(key), b"");
        assert_eq!(code(&output), 1);
        let log = server.log_line();
        assert!(log.contains("a record could not be authenticated"), "{log}");
        stderr(&output)
    });
    assert!(told[0].contains("bad_record_mac"), "{}", told[0]);
    assert_eq!(told[0], told[1]);
}

#[test]
fn keys_and_certificates_are_served_side_by_side() {
    let server = Server::start("--echo --psk-identity a --psk 00");
    let with_key = run(&server.client("--psk-identity a --psk 00 --json"), b"");
    assert!(stderr(&with_key).contains(r#""psk_identity":"a""#), "{}", stderr(&with_key));
    assert!(stderr(&with_key).contains(r#""chain":[]"#), "{}", stderr(&with_key));
    let without = run(&server.client("--json"), b"");
    assert!(stderr(&without).contains(r#""psk_identity":null"#), "{}", stderr(&without));
    assert!(stderr(&without).contains("ECDHE_ECDSA"), "{}", stderr(&without));
    let server =
        Server::with("rsa", "--echo --psk-identity a --psk 00 --suites TLS_RSA_PSK_WITH_AES_128_GCM_SHA256");
    let both =
        run(&server.client("--psk-identity a --psk 00 --suites TLS_RSA_PSK_WITH_AES_128_GCM_SHA256"), b"");
    assert!(stderr(&both).contains("verification: the certificate is valid"), "{}", stderr(&both));
    assert!(stderr(&both).contains("pre-shared key: a\n"), "{}", stderr(&both));
}

#[test]
fn a_session_of_a_key_is_resumed_with_its_identity() {
    let server = Server::plain("--www --psk-identity a --psk 00");
    let output = run(&server.client("--get / --resume 1 --psk-identity a --psk 00"), b"");
    let report = stderr(&output);
    assert_eq!(report.matches("pre-shared key: a\n").count(), 2, "{report}");
    assert!(report.contains("resumed: ticket\n"), "{report}");
}

#[test]
fn files_and_options_that_cannot_be_used_exit_2_and_keep_the_key_to_themselves() {
    for (name, lines, why) in [
        ("none", "a\n", "line 1: it is not identity:hex"),
        ("odd", "a:00\nb:5ec\n", "line 2: the key is not hexadecimal"),
        ("twice", "a:00\n\na:01\n", "line 3: the identity has a key already"),
        ("empty", "a:\n", "line 1: a key has 1 to 64 bytes"),
        ("long", &format!("{}:00\n", "i".repeat(129)), "line 1: an identity has at most 128 bytes"),
    ] {
        let file = KeyFile::new(name, lines);
        let output = run(&format!("server --listen 127.0.0.1:0 {}", file.option()), b"");
        assert_eq!(code(&output), 2, "{name}");
        assert!(stderr(&output).contains(why), "{}", stderr(&output));
        assert!(!stderr(&output).contains("5ec"), "{}", stderr(&output));
    }
    for line in [
        "client localhost:1 --psk 5ec4e7",
        "client localhost:1 --psk-identity a",
        "client localhost:1 --psk-identity a --psk 5ec4e",
        "client localhost:1 --suites TLS_PSK_WITH_AES_128_CCM_8",
        "server --listen 127.0.0.1:0 --psk-file /nowhere/keys",
        "server --listen 127.0.0.1:0 --psk 5ec4e7",
    ] {
        let output = run(line, b"");
        assert_eq!(code(&output), 2, "{line}: {}", stderr(&output));
        assert!(!stderr(&output).contains("5ec4e"), "{}", stderr(&output));
    }
}
