//! Raw public keys in place of certificates (RFC 7250): which type is agreed, and whose key is trusted.
#![expect(clippy::indexing_slicing, clippy::unwrap_used, reason = "a test that fails panics")]

use codec::{ExtensionType, HandshakeType};
use embertls::{AlertDescription, CertificateTypes, Error, Flags, Reason, registry::profiles};
use embertls_testkit::{
    conversation::{Sessions, converse, resumed},
    credentials::{chain, client_config, private_key, server_config, server_name},
    datagrams,
    pair::{End, Pair, Setup, Side},
    tamper,
};
use handshake::{AuthMode, ClientConfig, Credential, Resumption, ServerConfig};
use std::collections::BTreeSet;
use x509::{Certificate, PinRole, Pins};

const ALL: [CertificateTypes; 3] =
    [CertificateTypes::X509, CertificateTypes::RawPublicKey, CertificateTypes::Either];

fn spki(name: &str) -> &'static [u8] {
    Certificate::decode(chain(name)[0]).unwrap().spki
}

/// What an end has to show: its chain, its key, or both.
fn credential(name: &str, types: CertificateTypes) -> &'static [Credential<'static>] {
    let shown = if types.has_x509() { chain(name) } else { &[] };
    let raw_public_key = if types.has_raw_public_key() { spki(name) } else { &[] };
    let credential = Credential { raw_public_key, ..Credential::new(shown, private_key(name)) };
    Vec::leak(vec![credential])
}

fn pins(name: &str, role: PinRole) -> Option<Pins<'static>> {
    let digest = (crypto::hash::SHA256.digest)(&[spki(name)]);
    let keys = Vec::leak(vec![digest.as_ref().try_into().unwrap()]);
    Some(Pins { sha256: &crypto::hash::SHA256, keys, role })
}

fn client(types: CertificateTypes) -> ClientConfig<'static> {
    let pins = pins("p256", PinRole::Anchor);
    ClientConfig { server_certificate: types, pins, ..*client_config(&profiles::DEFAULT) }
}

fn server(types: CertificateTypes) -> ServerConfig<'static> {
    ServerConfig { credentials: credential("p256", types), ..*server_config(&profiles::DEFAULT, "p256") }
}

fn pair<'c>(client: &'c ClientConfig<'c>, server: &'c ServerConfig<'c>) -> Pair<'c, 'static> {
    // Any name will do: a bare key has none.
    let setup = |seed| Setup { budget: Some(1), ..Setup::new(seed) };
    Pair::new(End::client(client, server_name("localhost"), setup(1)), End::server(server, setup(2)))
}

/// The body of the first Certificate that an end sent in the clear.
fn certificate(sent: &[u8]) -> Option<Vec<u8>> {
    let plain = tamper::records(sent).into_iter().take_while(|record| record[0] == 22);
    let fragments: Vec<u8> =
        plain.flat_map(|record| record[tamper::RECORD_HEADER_BYTES..].to_vec()).collect();
    let found =
        tamper::messages(&fragments).into_iter().find(|message| message[0] == HandshakeType::CERTIFICATE.0);
    found.map(|message| message[4..].to_vec())
}

fn bare(name: &str) -> Vec<u8> {
    let key = spki(name);
    [&u32::try_from(key.len()).unwrap().to_be_bytes()[1..], key].concat()
}

#[test]
fn the_server_shows_what_both_ends_have_the_key_before_certificates() {
    for takes in ALL {
        for has in ALL {
            let (client, server) = (client(takes), server(has));
            let mut pair = pair(&client, &server);
            let Some(agreed) = takes.in_common(has) else {
                pair.drive();
                // A client that takes keys only says so; one that knows nothing of them is not told.
                let none = Some(Error::Incompatible(Reason::NoCommonCertificateType));
                let alert = Some(Error::AlertReceived(AlertDescription::UNSUPPORTED_CERTIFICATE));
                assert_eq!((pair.server.error, pair.client.error), (none, alert), "{takes:?} {has:?}");
                continue;
            };
            converse(&mut pair, "raw keys");
            let is_bare = certificate(&pair.server.sent).unwrap() == bare("p256");
            assert_eq!(is_bare, agreed == suites::CertificateKind::RawPublicKey, "{takes:?} {has:?}");
            assert!(pair.client.facts().unwrap().verdict.unwrap().flags.is_empty());
        }
    }
}

#[test]
fn a_key_that_is_not_pinned_as_an_anchor_is_not_trusted() {
    let server = server(CertificateTypes::RawPublicKey);
    for pins in [None, pins("rsa", PinRole::Anchor), pins("p256", PinRole::Required)] {
        let client = ClientConfig { pins, ..client(CertificateTypes::RawPublicKey) };
        let mut refused = pair(&client, &server);
        refused.drive();
        assert_eq!(refused.client.error, Some(Error::Certificate(Flags::NOT_TRUSTED)));
        let alert = AlertDescription::UNKNOWN_CA;
        assert_eq!(refused.server.error, Some(Error::AlertReceived(alert)));
        let client = ClientConfig { auth_mode: AuthMode::Optional, ..client };
        let mut seen = pair(&client, &server);
        converse(&mut seen, "optional");
        let verdict = seen.client.facts().unwrap().verdict.unwrap();
        assert_eq!((verdict.flags, verdict.reasons), (Flags::NOT_TRUSTED, x509::Reasons::NOT_PINNED));
    }
}

#[test]
fn a_server_without_the_extension_is_refused_by_a_client_that_takes_keys_only() {
    let client = client(CertificateTypes::RawPublicKey);
    let extensions: Vec<_> = profiles::DEFAULT
        .extensions
        .iter()
        .copied()
        .filter(|row| row.id != ExtensionType::SERVER_CERTIFICATE_TYPE)
        .collect();
    let profile =
        Box::leak(Box::new(suites::Profile { extensions: Vec::leak(extensions), ..profiles::DEFAULT }));
    let server = ServerConfig { profile, ..server(CertificateTypes::X509) };
    let mut pair = pair(&client, &server);
    pair.drive();
    assert_eq!(pair.client.error, Some(Error::Incompatible(Reason::NoCommonCertificateType)));
}

/// The server's choice of a type, changed.
fn choose(choice: u8) -> impl FnMut(Side, &mut Vec<u8>) {
    move |side, bytes| {
        let answer = [0, 20, 0, 1, 2];
        let at = bytes.windows(5).position(|window| window == answer);
        if let (Side::Server, Some(at)) = (side, at) {
            bytes[at + 4] = choice;
        }
    }
}

#[test]
fn a_type_that_was_not_offered_is_refused() {
    let server = server(CertificateTypes::RawPublicKey);
    for (takes, choice, expected) in [
        (CertificateTypes::Either, 1, Error::Violation(Reason::CertificateTypeNotOffered)),
        (CertificateTypes::RawPublicKey, 0, Error::Violation(Reason::CertificateTypeNotOffered)),
    ] {
        let client = client(takes);
        let mut pair = pair(&client, &server).tampered(choose(choice));
        pair.drive();
        assert_eq!(pair.client.error, Some(expected));
    }
    // A key that is read as a list of certificates.
    let client = client(CertificateTypes::Either);
    let mut pair = pair(&client, &server).tampered(choose(0));
    pair.drive();
    assert_eq!(pair.server.error, Some(Error::AlertReceived(AlertDescription::DECODE_ERROR)));
}

#[test]
fn a_key_that_is_changed_on_the_way_ends_the_handshake() {
    let (client, server) = (client(CertificateTypes::RawPublicKey), server(CertificateTypes::RawPublicKey));
    let key = bare("p256");
    let mut errors = BTreeSet::new();
    for at in 0..key.len() {
        let key = key.clone();
        let mut pair = pair(&client, &server).tampered(move |side, bytes| {
            let here = bytes.windows(key.len()).position(|window| window == key);
            if let (Side::Server, Some(here)) = (side, here) {
                bytes[here + at] ^= 1;
            }
        });
        pair.drive();
        let error = pair.client.error.unwrap();
        errors.insert(format!("{error:?}").split('(').next().unwrap().to_owned());
        assert!(!pair.client.is_connected() && !pair.server.is_connected(), "{at}");
    }
    assert!(errors.contains("Certificate"), "{errors:?}");
}

#[test]
fn a_client_shows_its_key_to_a_server_that_takes_keys() {
    for (takes, has) in ALL.into_iter().flat_map(|takes| ALL.map(|has| (takes, has))) {
        let client = ClientConfig { credentials: credential("rsa", has), ..client(CertificateTypes::X509) };
        let server = ServerConfig {
            auth_mode: AuthMode::Required,
            client_certificate: takes,
            trust_anchors: client.trust_anchors,
            pins: pins("rsa", PinRole::Anchor),
            ..server(CertificateTypes::X509)
        };
        let mut pair = pair(&client, &server);
        pair.drive();
        match takes.in_common(has) {
            Some(agreed) => {
                converse(&mut pair, "a client's key");
                let shown = certificate(&pair.client.sent).unwrap();
                let is_bare = agreed == suites::CertificateKind::RawPublicKey;
                assert_eq!(shown == bare("rsa"), is_bare, "{takes:?} {has:?}");
            }
            // It says nothing of keys, and shows its certificates.
            None if has == CertificateTypes::X509 => converse(&mut pair, "not agreed"),
            None => assert_eq!(
                pair.server.error,
                Some(Error::Violation(Reason::NoClientCertificate)),
                "{takes:?} {has:?}"
            ),
        }
    }
    // Somebody else's key.
    let client = ClientConfig {
        credentials: credential("rsa", CertificateTypes::RawPublicKey),
        ..client(CertificateTypes::X509)
    };
    let server = ServerConfig {
        auth_mode: AuthMode::Required,
        client_certificate: CertificateTypes::RawPublicKey,
        pins: pins("p256", PinRole::Anchor),
        ..server(CertificateTypes::X509)
    };
    let mut pair = pair(&client, &server);
    pair.drive();
    assert_eq!(pair.server.error, Some(Error::Certificate(Flags::NOT_TRUSTED)));
}

#[test]
fn a_session_of_keys_is_resumed_under_the_same_pins_only() {
    let (client, server) = (client(CertificateTypes::RawPublicKey), server(CertificateTypes::RawPublicKey));
    for (forms, how) in
        [(&[Resumption::SessionId][..], Resumption::SessionId), (&[Resumption::Ticket], Resumption::Ticket)]
    {
        let mut sessions = Sessions::new(forms);
        let mut connect = |client: &ClientConfig<'_>, expected| {
            let [ours, theirs] = sessions.setups();
            let mut pair =
                Pair::new(End::client(client, server_name("localhost"), ours), End::server(&server, theirs));
            converse(&mut pair, "resumption");
            assert_eq!(resumed(&pair, "resumption"), expected);
        };
        connect(&client, None);
        connect(&client, Some(how));
        connect(&ClientConfig { server_certificate: CertificateTypes::Either, ..client }, None);
    }
}

#[test]
fn keys_are_shown_over_datagrams() {
    let profile = &profiles::DEFAULT_DATAGRAM;
    let client = ClientConfig { profile, ..client(CertificateTypes::RawPublicKey) };
    let server = ServerConfig { profile, ..server(CertificateTypes::Either) };
    let settings = embertls::DatagramSettings::default();
    let mut network = datagrams::DatagramPair::new(
        datagrams::End::client(&client, server_name("localhost"), settings, Setup::new(1)),
        datagrams::End::server(&server, settings, Setup::new(2)),
        |_, _, _: &[u8]| datagrams::Fate::Passes,
    );
    network.drive();
    assert!(network.client.is_connected() && network.server.is_connected());
    assert!(network.client.facts().unwrap().verdict.unwrap().flags.is_empty());
}
