//! Client certificates (RFC 5246 sections 7.4.4, 7.4.6 and 7.4.8, RFC 8422 section 5.5): asked for or not, fitting or
//! not, in each version.
#![expect(clippy::indexing_slicing, clippy::unwrap_used, reason = "a test that fails panics")]

use codec::{AlertDescription as A, Reason};
use crypto::KeyType;
use embertls::{
    Error,
    registry::{profiles::LEGACY, suites as rows, versions},
};
use embertls_testkit::{
    conversation::{SIDES, converse, exchange},
    credentials::{chain, file, pem_blocks, private_key, server_config, server_name, trust_anchors},
    pair::{End, Pair, Setup, Side},
    tamper,
};
use handshake::{AuthMode, ClientConfig, Credential, Renegotiation, ServerConfig};
use suites::{Profile, Suite, Version};
use x509::{Certificate, Flags, TrustAnchor};

const MODES: [AuthMode; 3] = [AuthMode::None, AuthMode::Optional, AuthMode::Required];
const CERTIFICATE_VERIFY: u8 = 15;

fn profile(version: &'static Version, suite: &'static Suite) -> &'static Profile<'static> {
    Box::leak(Box::new(Profile {
        versions: Vec::leak(vec![version]),
        suites: Vec::leak(vec![suite]),
        ..LEGACY
    }))
}

/// TLS 1.2 with ECDHE_RSA, whatever the schemes.
fn modern() -> &'static Profile<'static> {
    profile(&versions::TLS1_2, &rows::TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256)
}

fn credentials(names: &[&str]) -> &'static [Credential<'static>] {
    Vec::leak(names.iter().map(|name| Credential::new(chain(name), private_key(name))).collect())
}

fn configs(
    profile: &'static Profile<'static>,
    mode: AuthMode,
    names: &[&str],
) -> (ClientConfig<'static>, ServerConfig<'static>) {
    let rsa = profile.suites[0].kx.certificate_key() == Some(KeyType::Rsa);
    let server = *server_config(profile, if rsa { "rsa" } else { "p256" });
    (
        ClientConfig { credentials: credentials(names), ..ClientConfig::new(profile, trust_anchors()) },
        ServerConfig { auth_mode: mode, trust_anchors: trust_anchors(), keep_peer_chain: true, ..server },
    )
}

fn pair<'c>(client: &'c ClientConfig<'c>, server: &'c ServerConfig<'c>) -> Pair<'c, 'static> {
    Pair::new(
        End::client(client, server_name("localhost"), Setup::new(1)),
        End::server(server, Setup::new(2)),
    )
}

fn peer_chain(end: &mut End<'_>) -> Vec<Vec<u8>> {
    end.call(|connection, _| connection.peer_chain().map(<[u8]>::to_vec).collect()).unwrap()
}

#[test]
fn every_mode_and_credential_comes_to_what_it_should_in_every_version() {
    for version in versions::ALL {
        for mode in MODES {
            for names in [&[][..], &["rsa"], &["p256"], &["p384"]] {
                let what = format!("{} {mode:?} {names:?}", version.name);
                let suite = &rows::TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA;
                let (client, server) = configs(profile(version, suite), mode, names);
                let mut pair = pair(&client, &server);
                if mode == AuthMode::Required && names.is_empty() {
                    pair.drive();
                    assert_eq!(pair.server.error, Some(Error::Violation(Reason::NoClientCertificate)));
                    assert_eq!(pair.client.error, Some(Error::AlertReceived(A::HANDSHAKE_FAILURE)), "{what}");
                    continue;
                }
                converse(&mut pair, &what);
                let (asked, sent) = (mode != AuthMode::None, mode != AuthMode::None && !names.is_empty());
                for side in SIDES {
                    let facts = pair.end(side).facts().unwrap();
                    assert_eq!(facts.client_certificate_requested, asked, "{what} {side:?}");
                    assert_eq!(facts.client_certificate_sent, sent, "{what} {side:?}");
                }
                let found = pair.server.facts().unwrap().verdict.map(|verdict| verdict.flags);
                let clean = Flags::default();
                let expected = asked.then_some(if sent { clean } else { Flags::MISSING });
                assert_eq!(found, expected, "{what}");
                let shown = if sent { chain(names[0]) } else { &[] };
                assert_eq!(peer_chain(&mut pair.server), shown, "{what}");
                assert!(peer_chain(&mut pair.client).is_empty(), "{what}: kept without being asked");
            }
        }
    }
}

/// The hash of the signature is not always that of the PRF.
#[test]
fn every_suite_takes_a_client_certificate_of_every_key() {
    let mut count = 0;
    for version in versions::ALL {
        // A client that has a pre-shared key is not asked.
        let asking = |suite: &&&'static Suite| version.permits(suite) && suite.kx.psk.is_none();
        for suite in rows::ALL.iter().filter(asking) {
            for name in ["rsa", "p256", "p384"] {
                let what = format!("{} {} {name}", version.name, suite.name);
                let (client, server) = configs(profile(version, suite), AuthMode::Required, &[name]);
                let mut pair = pair(&client, &server);
                converse(&mut pair, &what);
                assert!(pair.server.facts().unwrap().verdict.unwrap().flags.is_empty(), "{what}");
                count += 1;
            }
        }
    }
    println!("{count} combinations");
    assert!(count > 100);
}

#[test]
fn a_certificate_that_is_refused_is_told_or_reported() {
    let wrong = [
        ("stranger", Flags::NOT_TRUSTED, A::UNKNOWN_CA),
        ("expired", Flags::EXPIRED, A::CERTIFICATE_EXPIRED),
        ("future", Flags::FUTURE, A::CERTIFICATE_EXPIRED),
        ("wrong-key-usage", Flags::KEY_USAGE, A::UNSUPPORTED_CERTIFICATE),
        ("wrong-ext-key-usage", Flags::EXT_KEY_USAGE, A::UNSUPPORTED_CERTIFICATE),
        // serverAuth without clientAuth
        ("long", Flags::EXT_KEY_USAGE, A::UNSUPPORTED_CERTIFICATE),
    ];
    for version in versions::ALL {
        for (name, flags, alert) in wrong {
            let what = format!("{} {name}", version.name);
            let profile = profile(version, &rows::TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA);
            let (client, server) = configs(profile, AuthMode::Required, &[name]);
            let mut required = pair(&client, &server);
            required.drive();
            assert_eq!(required.server.error, Some(Error::Certificate(flags)), "{what}");
            assert_eq!(required.client.error, Some(Error::AlertReceived(alert)), "{what}");
            let (client, server) = configs(profile, AuthMode::Optional, &[name]);
            let mut optional = pair(&client, &server);
            converse(&mut optional, &what);
            let facts = optional.server.facts().unwrap();
            assert_eq!(facts.verdict.unwrap().flags, flags, "{what}");
            assert!(facts.client_certificate_sent, "{what}");
        }
    }
}

#[test]
fn a_name_in_a_clients_certificate_does_not_matter() {
    let (client, server) = configs(modern(), AuthMode::Required, &["wrong-name"]);
    converse(&mut pair(&client, &server), "another name");
}

#[test]
fn the_credential_of_a_named_authority_is_preferred() {
    let stranger: &'static [u8] = pem_blocks(&file("root-stranger.pem")).remove(0).leak();
    let strangers = [TrustAnchor::of(&Certificate::decode(stranger).unwrap())];
    let cases: [(&[&str], &[TrustAnchor<'_>], &str); 5] = [
        (&["stranger", "p256"], trust_anchors(), "p256"),
        (&["p256", "stranger"], &strangers, "stranger"),
        (&["rsa", "p256"], trust_anchors(), "rsa"),
        (&["p384", "rsa"], trust_anchors(), "p384"),
        // none of the authorities: the first is sent, and the server judges
        (&["rsa", "p256"], &strangers, "rsa"),
    ];
    for (names, anchors, expected) in cases {
        let (client, mut server) = configs(modern(), AuthMode::Optional, names);
        server.trust_anchors = anchors;
        let mut pair = pair(&client, &server);
        converse(&mut pair, expected);
        assert_eq!(peer_chain(&mut pair.server), chain(expected), "{names:?}");
    }
}

#[test]
fn a_credential_that_the_server_cannot_verify_is_not_sent() {
    let schemes = |key| {
        let rows = LEGACY.schemes.iter().copied().filter(|row| row.algorithm.key == key);
        let schemes = Vec::leak(rows.collect());
        &*Box::leak(Box::new(Profile { schemes, ..*modern() }))
    };
    let (client, mut server) = configs(modern(), AuthMode::Optional, &["p256", "rsa"]);
    server.profile = schemes(KeyType::Rsa);
    let mut second = pair(&client, &server);
    converse(&mut second, "the second credential");
    assert_eq!(peer_chain(&mut second.server), chain("rsa"));
    let (client, mut server) = configs(modern(), AuthMode::Optional, &["p256"]);
    server.profile = schemes(KeyType::Rsa);
    let mut none = pair(&client, &server);
    converse(&mut none, "no credential");
    assert_eq!(none.server.facts().unwrap().verdict.unwrap().flags, Flags::MISSING);
}

/// What the server says to a client's flight that is changed.
fn error_of_change(change: impl Fn(&mut Vec<Vec<u8>>)) -> [Option<Error>; 2] {
    let (client, server) = configs(modern(), AuthMode::Required, &["rsa"]);
    let mut pair = pair(&client, &server);
    for turn in 0..3 {
        let from = SIDES[turn % 2];
        let bytes = pair.end(from).transmit();
        let mut records = tamper::records(&bytes);
        if turn == 2 {
            // What is behind ChangeCipherSpec is no message that can be read.
            let at = records.iter().position(|record| record[0] == 20).unwrap();
            let rest = records.split_off(at).concat();
            let mut readable = records.concat();
            tamper::edit_messages(&mut readable, &change);
            pair.carry(from, [readable, rest].concat());
        } else {
            pair.carry(from, bytes);
        }
        while pair.end(from.other()).step() {}
    }
    pair.drive();
    [pair.server.error, pair.client.error]
}

#[test]
fn a_proof_that_is_wrong_or_missing_is_refused() {
    let told = |alert| Some(Error::AlertReceived(alert));
    let wrong = error_of_change(|messages| {
        let verify = messages.iter_mut().find(|message| message[0] == CERTIFICATE_VERIFY).unwrap();
        *verify.last_mut().unwrap() ^= 1;
    });
    assert_eq!(wrong, [Some(Error::Violation(Reason::BadSignature)), told(A::DECRYPT_ERROR)]);
    let strange = error_of_change(|messages| {
        let verify = messages.iter_mut().find(|message| message[0] == CERTIFICATE_VERIFY).unwrap();
        verify[4..6].copy_from_slice(&[8, 11]);
    });
    let reason = Some(Error::Violation(Reason::SignatureSchemeNotOffered));
    assert_eq!(strange, [reason, told(A::ILLEGAL_PARAMETER)]);
    let missing = error_of_change(|messages| messages.retain(|message| message[0] != CERTIFICATE_VERIFY));
    let reason = Some(Error::Violation(Reason::UnexpectedChangeCipherSpec));
    assert_eq!(missing, [reason, told(A::UNEXPECTED_MESSAGE)]);
}

#[test]
fn a_renegotiation_keeps_the_identity() {
    for mode in MODES {
        for names in [&["p256"][..], &[]] {
            if mode == AuthMode::Required && names.is_empty() {
                continue;
            }
            let (mut client, mut server) = configs(modern(), mode, names);
            client.renegotiation = Renegotiation::Allowed(2);
            client.keep_peer_chain = true;
            server.renegotiation = Renegotiation::Allowed(2);
            let mut pair = pair(&client, &server);
            pair.drive();
            let before = [Side::Client, Side::Server].map(|side| peer_chain(pair.end(side)));
            for side in SIDES {
                pair.end(side).call(|connection, host| connection.renegotiate(host)).unwrap().unwrap();
                pair.drive();
                exchange(&mut pair, "renegotiated");
            }
            let after = [Side::Client, Side::Server].map(|side| peer_chain(pair.end(side)));
            assert_eq!(before, after, "{mode:?} {names:?}");
            assert_eq!(before[0], chain("rsa"));
            let sent = pair.server.facts().unwrap().client_certificate_sent;
            assert_eq!(sent, mode != AuthMode::None && !names.is_empty());
            converse(&mut pair, "to the end");
        }
    }
}
