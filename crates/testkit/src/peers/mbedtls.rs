//! mbedTLS 2.28's `ssl_client2` and `ssl_server2`, built by `mbedtls_build.rs`.

use super::{
    ClientAuth, Peer, Program, RESUMED, Resume, Talk, Wishes, certificate_file, key_file, mbedtls_build,
};
use std::path::Path;
use std::process::Command;

/// mbedTLS.
pub static MBEDTLS: Peer = Peer {
    name: "mbedtls",
    package: "gcc",
    prepare: mbedtls_build::build,
    version: || {
        let mut command = Command::new(mbedtls_build::program("ssl_client2"));
        command.arg("build_version=1");
        command
    },
    client: Some(Program { command: client, talk: Talk::Own { said, heard, waits: "< Read from server:" } }),
    server: Some(Program { command: server, talk: Talk::Own { said, heard, waits: "< Read from client:" } }),
    // At debug level 2.
    alert_text: |alert| format!("got an alert message, type: [{}:{alert}]", if alert == 100 { 1 } else { 2 }),
    // At debug level 3.
    resumed_text: "|3| a session has been resumed",
    client_resumes: RESUMED,
    lacks: |wishes| match wishes.certificate {
        // There is no option that says with which hash to sign, and no such version.
        _ if wishes.scheme.is_some() => Some("unrecognized param: 'sig_algs'"),
        // RSASSA-PSS came with its TLS 1.3.
        _ if wishes.taken_scheme.is_some_and(|scheme| scheme.starts_with("rsa_pss")) => {
            Some("None of the common ciphersuites is usable")
        }
        // It cuts no handshake message, nor joins one.
        _ if wishes.max_fragment_length == Some(512) => Some("mbedtls_ssl_handshake returned"),
        _ if wishes.version == "tls13" => Some("unrecognized value for 'force_version'"),
        // It looks at the usages of its own certificate and finds no suite for them.
        "wrong-key-usage" | "wrong-ext-key-usage" => Some("None of the common ciphersuites is usable"),
        _ => None,
    },
};

fn version<'n>(wishes: &Wishes, name: &'n str) -> &'n str {
    match name {
        "tls11" if wishes.datagrams => "dtls1",
        _ if wishes.datagrams => "dtls12",
        "ssl3" => "ssl3",
        "tls10" => "tls1",
        "tls11" => "tls1_1",
        other => other,
    }
}

/// What both sides share.
fn common(command: &mut Command, wishes: &Wishes) {
    command.arg(format!("force_version={}", version(wishes, wishes.version)));
    if let Some(lowest) = wishes.lowest_version {
        command.arg(format!("min_version={}", version(wishes, lowest)));
    }
    command.arg(format!("tickets={}", u8::from(wishes.resume == Some(Resume::Ticket))));
    command.arg(format!("allow_sha1={}", u8::from(wishes.sha1_is_enough())));
    if let Some(suite) = wishes.suite {
        // It has the words of RFC 6655 in another order.
        let suite = suite.replace("TLS_PSK_DHE_", "TLS_DHE_PSK_").replace('_', "-");
        command.arg(format!("force_ciphersuite={suite}"));
    }
    if let Some(key) = wishes.psk {
        command.args([format!("psk_identity={}", key.identity), format!("psk={}", key.hex)]);
    }
    if let Some(group) = wishes.group {
        command.arg(format!("curves={group}"));
    }
    if let Some(scheme) = wishes.scheme {
        command.arg(format!("sig_algs={scheme}"));
    }
    if !wishes.alpn.is_empty() {
        command.arg(format!("alpn={}", wishes.alpn.join(",")));
    }
    if !wishes.encrypt_then_mac {
        command.arg("etm=0");
    }
    if !wishes.extended_master_secret {
        command.arg("extended_ms=0");
    }
    if wishes.datagrams {
        command.arg("dtls=1");
    }
    if wishes.lossy {
        command.arg("hs_timeout=300-20000");
    }
    if let Some(mtu) = wishes.mtu {
        command.arg(format!("mtu={mtu}"));
    }
    match (wishes.tells_alerts, wishes.resume) {
        (_, Some(_)) => command.arg("debug_level=3"),
        (true, None) => command.arg("debug_level=2"),
        (false, None) => command.arg("debug_level=0"),
    };
}

fn client(wishes: &Wishes, port: u16, _scratch: &Path) -> Command {
    let (count, size) = wishes.messages;
    let mut command = Command::new(mbedtls_build::program("ssl_client2"));
    command.args(["server_addr=127.0.0.1", &format!("server_port={port}"), "auth_mode=required"]);
    command.args([&format!("request_size={size}"), &format!("exchanges={count}")]);
    match wishes.server_name {
        Some(name) => command.arg(format!("server_name={name}")),
        None => command.arg("set_hostname=NULL"),
    };
    command.arg(format!("ca_file={}", certificate_file(wishes.roots, ".pem").display()));
    if wishes.lossy {
        command.args(["read_timeout=1000", "max_resend=30"]);
    }
    if wishes.renegotiates {
        command.args(["renegotiation=1", "renegotiate=1"]);
    }
    if wishes.resume.is_some() {
        command.arg(format!("reconnect={RESUMED}"));
    }
    if let Some(len) = wishes.max_fragment_length {
        command.arg(format!("max_frag_len={len}"));
    }
    if wishes.fallback {
        command.arg("fallback=1");
    }
    if let Some(name) = wishes.client_certificate {
        command.arg(format!("crt_file={}", certificate_file(name, "-chain.pem").display()));
        command.arg(format!("key_file={}", key_file(name).display()));
    } else {
        command.args(["crt_file=none", "key_file=none"]);
    }
    common(&mut command, wishes);
    command
}

fn server(wishes: &Wishes, port: u16, _scratch: &Path) -> Command {
    let mut command = Command::new(mbedtls_build::program("ssl_server2"));
    command.args(["server_addr=127.0.0.1", &format!("server_port={port}")]);
    // Goes on until the client ends; an answer to each message.
    command.args([&format!("response_size={}", wishes.messages.1), "exchanges=1000000"]);
    let chain = certificate_file(wishes.certificate, "-chain.pem").display().to_string();
    let key = key_file(wishes.certificate).display().to_string();
    match wishes.server_name {
        // The right certificate is for the name only; who does not ask for it gets one for another name.
        Some(name) => {
            command.arg(format!("crt_file={}", certificate_file("wrong-name", "-chain.pem").display()));
            command.arg(format!("key_file={}", key_file("wrong-name").display()));
            command.arg(format!("sni={name},{chain},{key},-,-,-"));
        }
        None if !wishes.is_certified() => {
            command.args(["crt_file=none", "key_file=none"]);
        }
        None => {
            command.args([format!("crt_file={chain}"), format!("key_file={key}")]);
        }
    }
    if wishes.renegotiates {
        command.args(["renegotiation=1", "renegotiate=1"]);
    }
    command.arg(match wishes.client_auth {
        ClientAuth::None => "auth_mode=none",
        ClientAuth::Optional => "auth_mode=optional",
        ClientAuth::Required => "auth_mode=required",
    });
    command.arg(format!("ca_file={}", certificate_file(wishes.roots, ".pem").display()));
    if wishes.resume != Some(Resume::SessionId) {
        command.arg("cache_max=0");
    }
    if wishes.datagrams {
        command.arg(format!("cookies={}", u8::from(wishes.cookie)));
    }
    if let Some(name) = wishes.dh_file {
        command.arg(format!("dhm_file={}", certificate_file(name, ".pem").display()));
    }
    common(&mut command, wishes);
    command
}

/// After ` N bytes written in M fragments` and an empty line.
fn said(log: &[u8]) -> Vec<u8> {
    after(log, b" bytes written in ")
}

/// After ` N bytes read` and an empty line.
fn heard(log: &[u8]) -> Vec<u8> {
    after(log, b" bytes read")
}

/// The bytes that follow each line with the words, as many as the number before them says.
fn after(log: &[u8], words: &[u8]) -> Vec<u8> {
    let mut found = Vec::new();
    let mut rest = log;
    while let Some(at) = position(rest, words) {
        let (before, following) = rest.split_at(at);
        let digits = before.iter().rev().take_while(|byte| byte.is_ascii_digit()).count();
        let number = before.get(before.len() - digits..).unwrap_or_default();
        let len = number.iter().fold(0, |sum, digit| sum * 10 + usize::from(digit - b'0'));
        let start = position(following, b"\n\n").map_or(following.len(), |end| end + 2);
        let text = following.get(start..).unwrap_or_default();
        let (text, tail) = text.split_at(len.min(text.len()));
        found.extend_from_slice(text);
        rest = tail;
    }
    found
}

fn position(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
    let first = *wanted.first()?;
    let mut from = 0;
    loop {
        let at = from + bytes.get(from..)?.iter().position(|byte| *byte == first)?;
        if bytes.get(at..)?.starts_with(wanted) {
            return Some(at);
        }
        from = at + 1;
    }
}

#[cfg(test)]
mod tests {
    use super::{heard, said};

    #[test]
    fn what_was_said_and_heard_is_in_the_log() {
        let log = b"  > Write to server: 7 bytes written in 1 fragments\n\nGET /\r\n\n  < Read from server: 1 bytes read\n\nG \
                    4 bytes read\n\nET\r\n  . Closing";
        assert_eq!(said(log), b"GET /\r\n");
        assert_eq!(heard(log), b"GET\r\n");
        assert_eq!(heard(b" 5 bytes read (2 + 3)\n\nabcd\n\n"), b"abcd\n");
    }
}
