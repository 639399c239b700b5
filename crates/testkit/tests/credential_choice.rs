//! Which credential a server uses: by the name that the client asks for, by what the client can verify, or by the
//! application's answer; and a server that has none for a client.
#![expect(clippy::unwrap_used, reason = "a test that fails panics")]

use codec::{AlertDescription as A, ExtensionType, Reason};
use embertls::{
    Error, Event, Misuse,
    registry::{groups, profiles::LEGACY, suites as rows, versions},
};
use embertls_testkit::{
    conversation::{Sessions, converse, resumed},
    credentials::{chain, private_key, server_name, trust_anchors},
    pair::{End, Pair, Setup, Side},
};
use handshake::{
    AuthMode, ClientConfig, Credential, CredentialChoice, Peer, Request, Resumption, ServerConfig,
};
use suites::{Profile, Suite};

const ECDSA: &Suite = &rows::TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA;
const RSA: &Suite = &rows::TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA;
const KEY_TRANSPORT: &Suite = &rows::TLS_RSA_WITH_AES_128_CBC_SHA;

fn profile(suites: &[&'static Suite]) -> &'static Profile<'static> {
    Box::leak(Box::new(Profile { versions: versions::MODERN, suites: Vec::leak(suites.to_vec()), ..LEGACY }))
}

fn credential(name: &str, server_names: &'static [&'static str]) -> Credential<'static> {
    Credential { server_names, ..Credential::new(chain(name), private_key(name)) }
}

/// A client that takes any certificate, and tells which it was.
fn client(suites: &[&'static Suite]) -> ClientConfig<'static> {
    ClientConfig {
        auth_mode: AuthMode::None,
        keep_peer_chain: true,
        ..ClientConfig::new(profile(suites), trust_anchors())
    }
}

fn pair<'c>(client: &'c ClientConfig<'c>, peer: Peer<'c>, server: &'c ServerConfig<'c>) -> Pair<'c, 'static> {
    Pair::new(End::client(client, peer, Setup::new(1)), End::server(server, Setup::new(2)))
}

fn chain_of(end: &mut End<'_>) -> Vec<Vec<u8>> {
    end.call(|connection, _| connection.peer_chain().map(<[u8]>::to_vec).collect()).unwrap()
}

#[test]
fn the_name_decides_about_the_credential() {
    let credentials = [
        credential("p256", &["a.example", "b.example"]),
        credential("p384", &["*.example"]),
        credential("wrong-name", &["rsa.example"]),
        credential("rsa", &[]),
    ];
    let client = client(&[ECDSA, RSA]);
    let server = ServerConfig::new(client.profile, &credentials);
    let cases = [
        ("a.example", "p256"),
        ("B.EXAMPLE", "p256"),
        ("c.example", "p384"),
        ("rsa.example", "p384"),
        ("a.b.example", "rsa"),
        ("example", "rsa"),
        ("elsewhere.test", "rsa"),
    ];
    for (name, expected) in cases {
        let mut pair = pair(&client, server_name(name), &server);
        converse(&mut pair, name);
        assert_eq!(chain_of(&mut pair.client), chain(expected), "{name}");
    }
    let mut unnamed = pair(&client, Peer::Unnamed, &server);
    converse(&mut unnamed, "unnamed");
    assert_eq!(chain_of(&mut unnamed.client), chain("rsa"));
}

#[test]
fn a_suite_that_the_credentials_do_not_serve_is_passed_over() {
    let client = client(&[ECDSA, RSA]);
    for (name, suite) in [("rsa", RSA), ("p256", ECDSA), ("p384", ECDSA)] {
        let credentials = [credential(name, &[])];
        let server = ServerConfig::new(client.profile, &credentials);
        let mut pair = pair(&client, server_name("localhost"), &server);
        converse(&mut pair, name);
        assert_eq!(pair.client.facts().unwrap().suite.name, suite.name);
    }
}

#[test]
fn a_server_without_a_credential_for_any_suite_says_so() {
    let cases: [(&[&'static Suite], &[&str]); 5] = [
        (&[RSA, KEY_TRANSPORT], &["p256"]),
        (&[ECDSA], &["rsa"]),
        (&[ECDSA], &[]),
        (&[RSA], &[]),
        (&[KEY_TRANSPORT], &["p256", "p384"]),
    ];
    for version in versions::ALL {
        for (suites, names) in cases {
            let offered: &'static Profile<'static> =
                Box::leak(Box::new(Profile { versions: Vec::leak(vec![*version]), ..*profile(suites) }));
            let client = ClientConfig { profile: offered, ..client(suites) };
            let credentials: Vec<_> = names.iter().map(|name| credential(name, &[])).collect();
            let accepted = Profile { suites: LEGACY.suites, ..*offered };
            let server = ServerConfig::new(&accepted, &credentials);
            let mut pair = pair(&client, server_name("localhost"), &server);
            pair.drive();
            assert_eq!(pair.server.error, Some(Error::Incompatible(Reason::NoCommonSuite)), "{names:?}");
            assert_eq!(pair.client.error, Some(Error::AlertReceived(A::HANDSHAKE_FAILURE)), "{names:?}");
        }
    }
}

#[test]
fn a_key_on_a_curve_that_the_client_lacks_serves_nothing() {
    let base = client(&[ECDSA]);
    let only = Profile { groups: Vec::leak(vec![&groups::SECP256R1]), ..*base.profile };
    let client = ClientConfig { profile: &only, ..base };
    let credentials = [credential("p384", &[])];
    let server = ServerConfig::new(base.profile, &credentials);
    let mut pair = pair(&client, server_name("localhost"), &server);
    pair.drive();
    assert_eq!(pair.server.error, Some(Error::Incompatible(Reason::NoCommonGroup)));
    assert_eq!(pair.client.error, Some(Error::AlertReceived(A::HANDSHAKE_FAILURE)));
}

fn asked<'c>(profile: &'c Profile<'c>, credentials: &'c [Credential<'c>]) -> ServerConfig<'c> {
    ServerConfig { credential_choice: CredentialChoice::Asked, ..ServerConfig::new(profile, credentials) }
}

#[test]
fn the_application_chooses_at_once_or_later() {
    let credentials =
        [credential("p256", &[]), credential("p384", &["never.example"]), credential("rsa", &[])];
    let client = client(&[ECDSA, RSA]);
    let server = asked(client.profile, &credentials);
    for (answer, expected) in [(0, "p256"), (1, "p384"), (2, "rsa")] {
        for later in [false, true] {
            for budget in [None, Some(1)] {
                let mut pair = pair(&client, server_name("localhost"), &server);
                pair.server.setup.budget = budget;
                if later {
                    pair.drive();
                    pair.drive();
                } else {
                    let hello = pair.client.transmit();
                    pair.carry(Side::Client, hello);
                    while !pair.server.events.contains(&Event::Request) {
                        assert!(pair.server.step());
                    }
                }
                assert_eq!(pair.server.events, [Event::Request]);
                let name = pair.server.call(|connection, _| match connection.request() {
                    Some(Request::Credential { client_hello }) => {
                        client_hello.extensions.find(ExtensionType::SERVER_NAME).map(<[u8]>::to_vec)
                    }
                    Some(Request::PrivateKey(_) | Request::Certificate { .. }) | None => None,
                });
                assert!(name.unwrap().unwrap().ends_with(b"localhost"));
                assert!(pair.server.transmit().is_empty());
                let early = pair.server.call(|connection, host| connection.advance(host)).unwrap();
                assert_eq!(early, Err(Error::Misuse(Misuse::NoWork)));
                pair.server.answer(answer);
                converse(&mut pair, expected);
                assert_eq!(chain_of(&mut pair.client), chain(expected));
                let again = pair.server.call(|connection, host| connection.answer(host, 0)).unwrap();
                assert_eq!(again, Err(Error::Misuse(Misuse::NoRequest)));
            }
        }
    }
}

#[test]
fn an_answer_that_names_no_credential_refuses_the_client() {
    let credentials = [credential("p256", &[]), credential("rsa", &[])];
    let client = client(&[ECDSA]);
    let server = asked(client.profile, &credentials);
    for answer in [1, 2, usize::MAX] {
        let mut pair = pair(&client, server_name("localhost"), &server);
        pair.drive();
        pair.server.answer(answer);
        pair.drive();
        assert_eq!(pair.server.error, Some(Error::Incompatible(Reason::NoCommonSuite)), "{answer}");
        assert_eq!(pair.client.error, Some(Error::AlertReceived(A::HANDSHAKE_FAILURE)), "{answer}");
    }
}

#[test]
fn a_session_is_resumed_without_asking() {
    let credentials = [credential("p256", &[])];
    let client = ClientConfig::new(profile(&[ECDSA]), trust_anchors());
    let server = asked(client.profile, &credentials);
    for by in [&[Resumption::SessionId][..], &[Resumption::Ticket]] {
        let mut sessions = Sessions::new(if by[0] == Resumption::Ticket {
            &[Resumption::Ticket]
        } else {
            &[Resumption::SessionId]
        });
        for expected in [None, Some(by[0])] {
            let [ours, theirs] = sessions.setups();
            let mut pair =
                Pair::new(End::client(&client, server_name("localhost"), ours), End::server(&server, theirs));
            pair.drive();
            if expected.is_none() {
                pair.server.answer(0);
            }
            converse(&mut pair, "asked once");
            assert_eq!(resumed(&pair, "asked once"), expected);
        }
    }
}
