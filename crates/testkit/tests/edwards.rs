//! Ed25519 in a handshake (RFC 8422 sections 5.1.3, 5.3, 5.5 and 5.10): keys of either side, over streams and datagrams, and
//! what does not fit.
#![expect(clippy::unwrap_used, reason = "a test that fails panics")]

use codec::{AlertDescription as A, Reason, SignatureScheme};
use embertls::{
    DatagramSettings, Error,
    registry::{
        profiles::{DEFAULT, DEFAULT_DATAGRAM, LEGACY},
        schemes, suites as rows, versions,
    },
};
use embertls_testkit::{
    conversation::{SIDES, converse},
    credentials::{chain, file, pem_blocks, private_key, server_name, trust_anchors},
    datagrams::{DatagramPair, End as DatagramEnd, Fate},
    pair::{End, Pair, Setup},
    tamper,
};
use handshake::{AuthMode, ClientConfig, Credential, ServerConfig};
use suites::{Profile, Scheme, Version};
use x509::{Certificate, TrustAnchor};

/// The tests' roots, and that of Ed25519.
fn roots() -> &'static [TrustAnchor<'static>] {
    let own = pem_blocks(&file("root-ed25519.pem")).remove(0).leak();
    let own = TrustAnchor::of(&Certificate::decode(own).unwrap());
    Vec::leak(trust_anchors().iter().copied().chain([own]).collect())
}

fn credentials(names: &[&str]) -> &'static [Credential<'static>] {
    Vec::leak(names.iter().map(|name| Credential::new(chain(name), private_key(name))).collect())
}

fn client(profile: &'static Profile<'static>, names: &[&str]) -> &'static ClientConfig<'static> {
    let credentials = credentials(names);
    Box::leak(Box::new(ClientConfig { credentials, ..ClientConfig::new(profile, roots()) }))
}

fn server(profile: &'static Profile<'static>, names: &[&str]) -> &'static ServerConfig<'static> {
    let config = ServerConfig::new(profile, credentials(names));
    Box::leak(Box::new(ServerConfig { auth_mode: AuthMode::Required, trust_anchors: roots(), ..config }))
}

fn pair(
    ours: &'static ClientConfig<'static>,
    theirs: &'static ServerConfig<'static>,
) -> Pair<'static, 'static> {
    Pair::new(End::client(ours, server_name("localhost"), Setup::new(1)), End::server(theirs, Setup::new(2)))
}

fn with_schemes(schemes: &[&'static Scheme]) -> &'static Profile<'static> {
    Box::leak(Box::new(Profile { schemes: Vec::leak(schemes.to_vec()), ..DEFAULT }))
}

#[test]
fn either_side_has_any_kind_of_key() {
    for theirs in ["rsa", "p256", "p521", "ed25519"] {
        for ours in ["rsa", "p384", "p521", "ed25519"] {
            let what = format!("server {theirs}, client {ours}");
            let legacy: &'static Profile<'static> =
                Box::leak(Box::new(Profile { versions: versions::MODERN, ..LEGACY }));
            let mut pair = pair(client(legacy, &[ours]), server(legacy, &[theirs]));
            converse(&mut pair, &what);
            for side in SIDES {
                let facts = pair.end(side).facts().unwrap();
                assert!(facts.client_certificate_sent, "{what}");
                let ed25519 = facts.scheme == Some(SignatureScheme::ED25519);
                assert_eq!(ed25519, theirs == "ed25519", "{what}");
            }
            assert!(pair.server.facts().unwrap().verdict.unwrap().flags.is_empty(), "{what}");
        }
    }
}

#[test]
fn over_datagrams_too_with_loss() {
    let (ours, theirs) = (client(&DEFAULT_DATAGRAM, &["ed25519"]), server(&DEFAULT_DATAGRAM, &["ed25519"]));
    for lost in 0..6 {
        let settings = DatagramSettings::default();
        let mut pair = DatagramPair::new(
            DatagramEnd::client(ours, server_name("localhost"), settings, Setup::new(1)),
            DatagramEnd::server(theirs, settings, Setup::new(2)),
            move |index, _, _| if index == lost { Fate::Lost } else { Fate::Passes },
        );
        pair.drive();
        for side in SIDES {
            let end = pair.end(side);
            assert_eq!(end.error, None, "{lost}");
            assert!(end.facts().unwrap().client_certificate_sent, "{lost}");
        }
    }
}

/// A CertificateVerify over anything but all messages: here with a bit of it damaged.
#[test]
fn rejects_a_damaged_signature_of_either_side() {
    const SERVER_KEY_EXCHANGE: u8 = 12;
    const CERTIFICATE_VERIFY: u8 = 15;
    for message in [SERVER_KEY_EXCHANGE, CERTIFICATE_VERIFY] {
        let damage = move |messages: &mut Vec<Vec<u8>>| {
            let signed = messages.iter_mut().find(|found| found.first() == Some(&message));
            if let Some(signed) = signed {
                *signed.last_mut().unwrap() ^= 1;
            }
        };
        let both = pair(client(&DEFAULT, &["ed25519"]), server(&DEFAULT, &["ed25519"]));
        let mut pair = both.tampered(move |_, bytes| {
            // What is behind ChangeCipherSpec is no message that can be read.
            let mut readable = tamper::records(bytes);
            let sealed = readable.iter().position(|record| record.first() == Some(&20));
            let rest = readable.split_off(sealed.unwrap_or(readable.len())).concat();
            let mut readable = readable.concat();
            if readable.first() == Some(&22) {
                tamper::edit_messages(&mut readable, damage);
            }
            *bytes = [readable, rest].concat();
        });
        pair.drive();
        let found = if message == SERVER_KEY_EXCHANGE { pair.client.error } else { pair.server.error };
        assert_eq!(found.map(|error| error.alert()), Some(Some(A::DECRYPT_ERROR)), "{message}");
    }
}

#[test]
fn a_scheme_of_another_kind_of_key_is_not_taken() {
    // The server signs with its key by the only scheme of that key; the client has not offered it.
    let ecdsa_only = with_schemes(&[&schemes::ECDSA_SHA256]);
    let mut missing = pair(client(ecdsa_only, &[]), server(&DEFAULT, &["ed25519"]));
    missing.drive();
    assert_eq!(missing.client.error, Some(Error::AlertReceived(A::HANDSHAKE_FAILURE)));
    // A client has no credential for a server that does not list the scheme, and is then without.
    let mut unlisted = pair(client(&DEFAULT, &["ed25519"]), server(ecdsa_only, &["p256"]));
    unlisted.drive();
    assert_eq!(unlisted.server.error, Some(Error::Violation(Reason::NoClientCertificate)));
    // The first that serves is taken.
    let mut second = pair(client(&DEFAULT, &["ed25519", "p256"]), server(ecdsa_only, &["p256"]));
    converse(&mut second, "the second credential");
}

#[test]
fn before_tls_1_2_there_is_no_such_signature() {
    for version in [&versions::TLS1_0, &versions::TLS1_1] {
        let version: &'static Version = version;
        let profile: &'static Profile<'static> = Box::leak(Box::new(Profile {
            versions: Vec::leak(vec![version]),
            suites: Vec::leak(vec![&rows::TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA]),
            ..LEGACY
        }));
        let mut old = pair(client(profile, &[]), server(profile, &["ed25519"]));
        old.drive();
        assert_eq!(old.server.error.map(|error| error.alert()), Some(Some(A::HANDSHAKE_FAILURE)));
        let mut second = pair(client(profile, &["ed25519", "p384"]), server(profile, &["ed25519", "p521"]));
        converse(&mut second, "a second credential at both sides");
    }
}
