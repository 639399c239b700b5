//! Keys, certificates and configurations for tests, from `testdata/certs`; what is made here lives to the program's end.
#![expect(clippy::panic, reason = "a committed file that is missing or damaged ends the test")]

use crypto::{KeyType, PrivateKey};
use handshake::{ClientConfig, Credential, Peer, Psk, ServerConfig, ServerPsk};
use std::sync::OnceLock;
use suites::{Profile, Suite};
use x509::{Certificate, ServerName, Time, TrustAnchor};

/// The date of all tests: the first day of 2026.
pub const NOW: Time = Time::Known(1_767_225_600);

/// Certificates with their kinds of key.
pub const CERTIFICATES: &[(&str, KeyType)] =
    &[("rsa", KeyType::Rsa), ("p256", KeyType::Ec), ("p384", KeyType::Ec)];

/// The certificates that serve a suite; of one without, a single one that it does not use.
pub fn certificates_for(suite: &'static Suite) -> impl Iterator<Item = &'static str> {
    let key = suite.kx.certificate_key();
    let serving = CERTIFICATES.iter().filter(move |(_, own)| key.is_none_or(|key| key == *own));
    serving.map(|(name, _)| *name).take(if key.is_some() { usize::MAX } else { 1 })
}

/// The pre-shared key of all tests.
pub static PSK: Psk<'static> = Psk { identity: b"thing 1", key: b"sixteen bytes: 16" };

/// What the tests' server has.
pub static PSKS: [Psk<'static>; 1] = [PSK];

/// The binary contents of every block of a PEM file (RFC 7468). Of its own, so that fixtures do not depend on the code
/// under test.
#[must_use]
pub fn pem_blocks(text: &str) -> Vec<Vec<u8>> {
    let mut blocks = Vec::new();
    let mut base64 = None::<String>;
    for line in text.lines() {
        if line.starts_with("-----BEGIN ") {
            base64 = Some(String::new());
        } else if line.starts_with("-----END ") {
            blocks.extend(base64.take().map(|base64| decode_base64(&base64)));
        } else if let Some(base64) = &mut base64 {
            base64.push_str(line.trim());
        }
    }
    blocks
}

fn decode_base64(text: &str) -> Vec<u8> {
    let mut bytes = Vec::new();
    let (mut bits, mut count) = (0_u32, 0);
    for c in text.bytes() {
        let value = match c {
            b'A'..=b'Z' => c - b'A',
            b'a'..=b'z' => c - b'a' + 26,
            b'0'..=b'9' => c - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            _ => continue,
        };
        bits = bits << 6 | u32::from(value);
        count += 6;
        if count >= 8 {
            count -= 8;
            let [.., byte] = (bits >> count).to_be_bytes();
            bytes.push(byte);
        }
    }
    bytes
}

/// A file of `testdata/certs`.
///
/// # Panics
/// When there is none of that name.
#[must_use]
pub fn file(name: &str) -> String {
    let path = crate::peers::certificates().join(name);
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// What a server with this certificate sends, the leaf first.
#[must_use]
pub fn chain(name: &str) -> &'static [&'static [u8]] {
    let blocks = pem_blocks(&file(&format!("{name}-chain.pem")));
    Vec::leak(blocks.into_iter().map(|block| &*block.leak()).collect())
}

/// The roots that clients trust.
///
/// # Panics
/// When the committed file is damaged.
#[must_use]
pub fn trust_anchors() -> &'static [TrustAnchor<'static>] {
    static ANCHORS: OnceLock<Vec<TrustAnchor<'static>>> = OnceLock::new();
    ANCHORS.get_or_init(|| {
        let blocks = pem_blocks(&file("roots.pem"));
        blocks.into_iter().map(|block| anchor(block.leak())).collect()
    })
}

fn anchor(certificate: &'static [u8]) -> TrustAnchor<'static> {
    match Certificate::decode(certificate) {
        Ok(certificate) => TrustAnchor::of(&certificate),
        Err(error) => panic!("a root: {error:?}"),
    }
}

/// The private key of a certificate; a name that begins with `null-` has one without a secret.
///
/// # Panics
/// When there is no such key, or the committed file is damaged.
#[must_use]
pub fn private_key(certificate: &str) -> &'static (dyn PrivateKey + Sync) {
    match certificate {
        "null-rsa" => &crate::null::Key(KeyType::Rsa),
        "null-p256" => &crate::null::Key(KeyType::Ec),
        _ => key_from_file(certificate),
    }
}

fn key_from_file(certificate: &str) -> &'static (dyn PrivateKey + Sync) {
    let path = crate::peers::key_file(certificate);
    let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let blocks = pem_blocks(&text);
    let der = blocks.first().unwrap_or_else(|| panic!("{}: no key", path.display()));
    match pki::private_key(der, embertls::registry::keys::ALL) {
        Ok(key) => Box::leak(key),
        Err(error) => panic!("{}: {error:?}", path.display()),
    }
}

/// A client that trusts the tests' roots, and has the pre-shared key.
#[must_use]
pub fn client_config(profile: &'static Profile<'static>) -> &'static ClientConfig<'static> {
    Box::leak(Box::new(ClientConfig { psk: Some(PSK), ..ClientConfig::new(profile, trust_anchors()) }))
}

/// A server with this certificate and the pre-shared key.
#[must_use]
pub fn server_config(
    profile: &'static Profile<'static>,
    certificate: &str,
) -> &'static ServerConfig<'static> {
    let chain = chain(certificate.trim_start_matches("null-"));
    let credential = Credential::new(chain, private_key(certificate));
    let psk = Some(ServerPsk::new(&PSKS));
    Box::leak(Box::new(ServerConfig { psk, ..ServerConfig::new(profile, Vec::leak(vec![credential])) }))
}

/// Everything of the build, with one suite.
#[must_use]
pub fn only_suite(suite: &'static Suite) -> &'static Profile<'static> {
    let legacy = &embertls::registry::profiles::LEGACY;
    Box::leak(Box::new(Profile { suites: Vec::leak(vec![suite]), ..*legacy }))
}

/// A DNS name to reach.
#[must_use]
pub const fn server_name(name: &'static str) -> Peer<'static> {
    Peer::Named(ServerName::Dns(name))
}
