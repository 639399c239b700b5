//! Encrypted keys of client and server.

use crate::tool::{Server, certificate, code, run, stderr, stdout};

/// A server with this key and its chain.
fn server(kind: &str, options: &str) -> Server {
    let [chain, key] =
        [format!("{kind}-chain.pem"), format!("{kind}-encrypted.key")].map(|name| certificate(&name));
    Server::of(&chain, &key, options)
}

#[test]
fn both_sides_open_their_keys_with_a_password() {
    for kind in ["p256", "rsa"] {
        let authorities = certificate("roots.pem");
        let server =
            server(kind, &format!("--key-pass ember --www --client-ca {authorities} --client-auth required"));
        let [chain, key] = ["p256-chain.pem", "p256-encrypted.key"].map(certificate);
        let line = server.client(&format!("--get / --cert {chain} --key {key} --key-pass ember"));
        let output = run(&line, b"");
        assert_eq!(code(&output), 0, "{}", stderr(&output));
        assert!(stdout(&output).starts_with("EmberTLS serves"));
        assert!(server.log_line().contains("GET / 200"));
    }
}

#[test]
fn a_wrong_password_a_missing_one_and_damage_are_told_apart() {
    let [chain, key] = ["p256-chain.pem", "p256-encrypted.key"].map(certificate);
    // A character in the middle of the encrypted key becomes another one.
    let text = std::fs::read_to_string(&key).unwrap();
    let at = text.len() / 2;
    let other = if &text[at..=at] == "A" { "B" } else { "A" };
    let damaged = std::env::temp_dir().join(format!("ember-damaged-{}.key", std::process::id()));
    std::fs::write(&damaged, format!("{}{other}{}", &text[..at], &text[at + 1..])).unwrap();
    let damaged = damaged.to_str().unwrap();
    for (key, password, text) in [
        (key.as_str(), "", "the key is encrypted: give its password with --key-pass"),
        (&key, "--key-pass Ember", "the password is wrong for the key"),
        (&key, "--key-pass=", "the password is wrong for the key"),
        (damaged, "--key-pass ember", "the password is right, but the encrypted key is damaged"),
    ] {
        for line in [
            format!("client localhost:1 --cert {chain} --key {key} {password}"),
            format!("server --listen 127.0.0.1:0 --cert {chain} --key {key} {password}"),
        ] {
            let output = run(&line, b"");
            assert_eq!(code(&output), 2, "{line}: {}", stderr(&output));
            assert!(stderr(&output).contains(text), "{line}: {}", stderr(&output));
        }
    }
    std::fs::remove_file(damaged).unwrap();
}
