//! Pre-shared keys (RFC 4279, RFC 5489): wrong keys and unknown identities, which nobody can tell apart, limits, hints, and
//! what else a key decides.
#![expect(clippy::indexing_slicing, reason = "a test that fails panics")]

use codec::{AlertDescription as A, HandshakeType, Reason, message::ClientHello};
use embertls::{
    Error, Event, Misuse,
    registry::{profiles::LEGACY, suites as rows, versions},
};
use embertls_testkit::{
    conversation::{SIDES, Sessions, converse, resumed},
    credentials::{PSK, PSKS, chain, private_key, server_config, server_name, trust_anchors},
    null,
    pair::{End, Pair, Setup, Side},
    tamper,
};
use handshake::{
    AuthMode, ClientConfig, Credential, Psk, PskLookup, Renegotiation, Resumption, ServerConfig, ServerPsk,
    limits::{MAX_PSK_BYTES, MAX_PSK_IDENTITY_BYTES},
};
use std::sync::atomic::{AtomicUsize, Ordering};
use suites::{Profile, Suite, Version};

/// One suite for each key exchange and each way in which a record shows that its key is wrong.
const SUITES: [&Suite; 8] = [
    &rows::TLS_PSK_WITH_AES_128_CCM_8,
    &rows::TLS_PSK_WITH_AES_256_CBC_SHA384,
    &rows::TLS_ECDHE_PSK_WITH_CHACHA20_POLY1305_SHA256,
    &rows::TLS_ECDHE_PSK_WITH_AES_128_CBC_SHA,
    &rows::TLS_DHE_PSK_WITH_AES_128_GCM_SHA256,
    &rows::TLS_DHE_PSK_WITH_AES_128_CBC_SHA256,
    &rows::TLS_RSA_PSK_WITH_AES_256_GCM_SHA384,
    &rows::TLS_RSA_PSK_WITH_AES_128_CBC_SHA,
];

const WRONG_KEY: Psk<'static> = Psk { key: b"another 16 bytes", ..PSK };
/// As long as the identity that is known.
const UNKNOWN: Psk<'static> = Psk { identity: b"thing 2", ..PSK };

static LONG: [u8; 16_000] = [b'x'; 16_000];

fn profile(version: &'static Version, suite: &'static Suite) -> &'static Profile<'static> {
    Box::leak(Box::new(Profile {
        versions: Vec::leak(vec![version]),
        suites: Vec::leak(vec![suite]),
        ..LEGACY
    }))
}

fn client(profile: &'static Profile<'static>, psk: Psk<'static>) -> &'static ClientConfig<'static> {
    Box::leak(Box::new(ClientConfig { psk: Some(psk), ..ClientConfig::new(profile, trust_anchors()) }))
}

fn server(profile: &'static Profile<'static>, psk: ServerPsk<'static>) -> &'static ServerConfig<'static> {
    Box::leak(Box::new(ServerConfig { psk: Some(psk), ..*server_config(profile, "rsa") }))
}

fn pair(
    client: &'static ClientConfig<'static>,
    server: &'static ServerConfig<'static>,
) -> Pair<'static, 'static> {
    Pair::new(
        End::client(client, server_name("localhost"), Setup::new(1)),
        End::server(server, Setup::new(2)),
    )
}

/// The messages of an end in the clear, by number.
fn messages(end: &End<'_>) -> Vec<Vec<u8>> {
    let clear = tamper::records(&end.sent).into_iter().take_while(|record| record[0] == 22);
    let fragments: Vec<u8> =
        clear.flat_map(|record| record[tamper::RECORD_HEADER_BYTES..].to_vec()).collect();
    tamper::messages(&fragments)
}

fn types(end: &End<'_>) -> Vec<u8> {
    messages(end).iter().map(|message| message[0]).collect()
}

/// Changes the messages before the first record of another type.
fn edit_clear(bytes: &mut Vec<u8>, change: impl FnOnce(&mut Vec<Vec<u8>>)) {
    let records = tamper::records(bytes);
    let count = records.iter().take_while(|record| record[0] == 22).count();
    let (clear, rest) = records.split_at(count);
    let mut clear = clear.concat();
    if count > 0 {
        tamper::edit_messages(&mut clear, change);
    }
    *bytes = [clear, rest.concat()].concat();
}

/// Changes the first message of that type from that side.
fn tampered<'t>(
    pair: Pair<'t, 't>,
    from: Side,
    message_type: HandshakeType,
    change: impl Fn(&mut Vec<u8>) + 't,
) -> Pair<'t, 't> {
    let mut done = false;
    pair.tampered(move |side, bytes| {
        if side != from || done {
            return;
        }
        edit_clear(bytes, |messages| {
            for message in messages.iter_mut().filter(|message| message[0] == message_type.0) {
                let mut body = message.split_off(4);
                change(&mut body);
                *message = tamper::message(message_type.0, &body);
                done = true;
            }
        });
    })
}

#[test]
fn a_wrong_key_and_an_unknown_identity_get_the_same_bytes() {
    for version in versions::ALL {
        for suite in SUITES.into_iter().filter(|suite| version.permits(suite)) {
            let what = format!("{} {}", version.name, suite.name);
            let profile = profile(version, suite);
            let [wrong, unknown] = [WRONG_KEY, UNKNOWN].map(|psk| {
                let mut pair = pair(client(profile, psk), server(profile, ServerPsk::new(&PSKS)));
                pair.drive();
                assert_eq!(pair.server.error, Some(Error::RecordRejected), "{what}");
                assert_eq!(pair.client.error, Some(Error::AlertReceived(A::BAD_RECORD_MAC)), "{what}");
                assert_eq!(pair.server.facts().map(|_| ()), None, "{what}");
                pair
            });
            assert!(!wrong.server.sent.is_empty());
            // Hellos, certificate, ephemeral values, alert: what the seed makes of them is the same to the last byte.
            assert!(wrong.server.sent == unknown.server.sent, "{what}: the server's bytes differ");
            let draws = [&wrong, &unknown].map(|pair| pair.server.setup.rng.draws);
            assert_eq!(draws[0], draws[1], "{what}: a draw more or less");
        }
    }
}

#[test]
fn identities_of_every_length_end_like_a_wrong_key() {
    for suite in SUITES {
        let profile = profile(&versions::TLS1_2, suite);
        let mut sent = Vec::new();
        for len in [0, 1, MAX_PSK_IDENTITY_BYTES, MAX_PSK_IDENTITY_BYTES + 1, LONG.len()] {
            let pair = pair(client(profile, PSK), server(profile, ServerPsk::new(&PSKS)));
            let mut pair = tampered(pair, Side::Client, HandshakeType::CLIENT_KEY_EXCHANGE, move |body| {
                let own = 2 + PSK.identity.len();
                let [high, low] = u16::try_from(len).unwrap().to_be_bytes();
                body.splice(..own, [&[high, low], &LONG[..len]].concat());
            });
            pair.drive();
            assert_eq!(pair.server.error, Some(Error::RecordRejected), "{} {len}", suite.name);
            sent.push(std::mem::take(&mut pair.server.sent));
        }
        sent.dedup();
        assert_eq!(sent.len(), 1, "{}: the server's bytes differ", suite.name);
    }
}

#[test]
fn an_unknown_identity_is_told_when_the_configuration_says_so() {
    for suite in SUITES {
        let profile = profile(&versions::TLS1_2, suite);
        let telling = ServerPsk { reveals_unknown_identity: true, ..ServerPsk::new(&PSKS) };
        let mut told = pair(client(profile, UNKNOWN), server(profile, telling));
        told.drive();
        assert_eq!(told.server.error, Some(Error::Violation(Reason::UnknownPskIdentity)), "{}", suite.name);
        assert_eq!(told.client.error, Some(Error::AlertReceived(A::UNKNOWN_PSK_IDENTITY)), "{}", suite.name);
        let mut wrong = pair(client(profile, WRONG_KEY), server(profile, telling));
        wrong.drive();
        assert_eq!(wrong.server.error, Some(Error::RecordRejected), "{}", suite.name);
        converse(&mut pair(client(profile, PSK), server(profile, telling)), suite.name);
    }
}

#[test]
fn keys_and_identities_of_the_shortest_and_longest_length_are_of_use() {
    static LONGEST_IDENTITY: [u8; MAX_PSK_IDENTITY_BYTES] = [0; MAX_PSK_IDENTITY_BYTES];
    static LONGEST_KEY: [u8; MAX_PSK_BYTES] = [7; MAX_PSK_BYTES];
    static KEYS: [Psk<'static>; 3] = [
        Psk { identity: b"", key: b"nameless" },
        Psk { identity: &LONGEST_IDENTITY, key: &LONGEST_KEY },
        Psk { identity: b"short", key: b"k" },
    ];
    for suite in SUITES {
        for psk in KEYS {
            let profile = profile(&versions::TLS1_2, suite);
            let mut pair = pair(client(profile, psk), server(profile, ServerPsk::new(&KEYS)));
            converse(&mut pair, suite.name);
            for side in SIDES {
                assert_eq!(pair.end(side).psk_identity(), Some(psk.identity), "{}", suite.name);
            }
        }
    }
}

#[test]
fn what_is_longer_than_its_limit_is_a_misuse() {
    let profile = profile(&versions::TLS1_2, SUITES[0]);
    let refused = Some(Error::Misuse(Misuse::Configuration));
    for psk in [
        Psk { identity: &LONG[..=MAX_PSK_IDENTITY_BYTES], ..PSK },
        Psk { key: &LONG[..=MAX_PSK_BYTES], ..PSK },
        Psk { key: b"", ..PSK },
    ] {
        assert_eq!(End::client(client(profile, psk), server_name("localhost"), Setup::new(1)).error, refused);
    }
    for len in [MAX_PSK_IDENTITY_BYTES, MAX_PSK_IDENTITY_BYTES + 1] {
        let psk = ServerPsk { identity_hint: &LONG[..len], ..ServerPsk::new(&PSKS) };
        let end = End::server(server(profile, psk), Setup::new(2));
        assert_eq!(end.error, refused.filter(|_| len > MAX_PSK_IDENTITY_BYTES));
    }
}

#[test]
fn a_hint_is_sent_where_there_is_one_and_changes_nothing() {
    for suite in SUITES {
        for len in [0, 1, MAX_PSK_IDENTITY_BYTES] {
            let profile = profile(&versions::TLS1_2, suite);
            let hint = &LONG[..len];
            let psk = ServerPsk { identity_hint: hint, ..ServerPsk::new(&PSKS) };
            let mut pair = pair(client(profile, PSK), server(profile, psk));
            converse(&mut pair, suite.name);
            let sent = messages(&pair.server);
            let message = sent.iter().find(|message| message[0] == HandshakeType::SERVER_KEY_EXCHANGE.0);
            assert_eq!(message.is_some(), suite.kx.is_ephemeral() || len > 0, "{} {len}", suite.name);
            if let Some(message) = message {
                let [high, low] = u16::try_from(len).unwrap().to_be_bytes();
                assert!(message[4..].starts_with(&[&[high, low], hint].concat()), "{} {len}", suite.name);
            }
            let with_certificate = types(&pair.server).contains(&HandshakeType::CERTIFICATE.0);
            assert_eq!(with_certificate, suite.kx.certificate_key().is_some(), "{}", suite.name);
        }
    }
}

/// Null rows, whose Finished does not depend on what came before.
fn null_profile(suite: &'static Suite) -> &'static Profile<'static> {
    Box::leak(Box::new(Profile { suites: Vec::leak(vec![suite]), ..null::PROFILE }))
}

#[test]
fn a_client_reads_over_hints_of_every_length_and_refuses_what_is_malformed() {
    for suite in [&null::PSK, &null::ECDHE_PSK, &null::RSA_PSK] {
        let hinting = ServerPsk { identity_hint: b"hint", ..ServerPsk::new(&PSKS) };
        let profile = null_profile(suite);
        let config =
            Box::leak(Box::new(ServerConfig { psk: Some(hinting), ..*server_config(profile, "null-rsa") }));
        let run = |change: Box<dyn Fn(&mut Vec<u8>)>| {
            let pair = pair(client(profile, PSK), config);
            let mut pair = tampered(pair, Side::Server, HandshakeType::SERVER_KEY_EXCHANGE, change);
            pair.drive();
            pair.client.error.map(|error| error.alert().unwrap())
        };
        for len in [0, 1, MAX_PSK_IDENTITY_BYTES + 1, LONG.len()] {
            let [high, low] = u16::try_from(len).unwrap().to_be_bytes();
            let hint = [&[high, low], &LONG[..len]].concat();
            let outcome = run(Box::new(move |body| drop(body.splice(..6, hint.clone()))));
            assert_eq!(outcome, None, "{} {len}", suite.name);
        }
        assert_eq!(run(Box::new(|body| body.push(0))), Some(A::DECODE_ERROR), "{}", suite.name);
        assert_eq!(run(Box::new(|body| body.truncate(1))), Some(A::DECODE_ERROR), "{}", suite.name);
        assert_eq!(run(Box::new(|body| body[1] += 200)), Some(A::DECODE_ERROR), "{}", suite.name);
    }
}

#[test]
fn a_server_refuses_a_malformed_client_key_exchange() {
    for suite in [&null::PSK, &null::ECDHE_PSK, &null::RSA_PSK] {
        let profile = null_profile(suite);
        let config = server_config(profile, "null-rsa");
        let cases: [fn(&mut Vec<u8>); 4] =
            [|body| body.clear(), |body| body.truncate(8), |body| body.push(0), |body| body[0] = 0xFF];
        for (number, change) in cases.into_iter().enumerate() {
            let pair = pair(client(profile, PSK), config);
            let mut pair = tampered(pair, Side::Client, HandshakeType::CLIENT_KEY_EXCHANGE, change);
            pair.drive();
            let alert = pair.server.error.and_then(|error| error.alert());
            assert_eq!(alert, Some(A::DECODE_ERROR), "{} {number}", suite.name);
        }
    }
}

#[test]
fn suites_with_a_key_are_neither_offered_nor_accepted_without_one() {
    let keyed = profile(&versions::TLS1_2, SUITES[0]);
    let without = Box::leak(Box::new(ClientConfig::new(keyed, trust_anchors())));
    let nothing = End::client(without, server_name("localhost"), Setup::new(1));
    assert_eq!(nothing.error, Some(Error::Misuse(Misuse::Configuration)));

    let all = Box::leak(Box::new(ClientConfig::new(&LEGACY, trust_anchors())));
    let mut end = End::client(all, server_name("localhost"), Setup::new(1));
    let hello = end.transmit();
    let hello = ClientHello::decode(&hello[9..]).unwrap();
    let expected: Vec<u16> =
        LEGACY.suites.iter().filter(|suite| suite.kx.psk.is_none()).map(|suite| suite.id.0).collect();
    let signal = codec::CipherSuite::EMPTY_RENEGOTIATION_INFO_SCSV;
    let offered: Vec<u16> = hello.cipher_suites.iter().filter(|id| *id != signal).map(|id| id.0).collect();
    assert_eq!(offered, expected);

    let keyless = Box::leak(Box::new(ServerConfig { psk: None, ..*server_config(keyed, "rsa") }));
    let mut pair = pair(client(keyed, PSK), keyless);
    pair.drive();
    assert_eq!(pair.server.error, Some(Error::Incompatible(Reason::NoCommonSuite)));
    assert_eq!(pair.client.error, Some(Error::AlertReceived(A::HANDSHAKE_FAILURE)));
}

#[test]
fn a_server_that_chooses_a_suite_with_a_key_that_was_not_offered_is_refused() {
    let without = Box::leak(Box::new(ClientConfig::new(&LEGACY, trust_anchors())));
    let pair = pair(without, server(&LEGACY, ServerPsk::new(&PSKS)));
    let mut pair = tampered(pair, Side::Server, HandshakeType::SERVER_HELLO, |body| {
        let id = rows::TLS_PSK_WITH_AES_128_CCM_8.id.0.to_be_bytes();
        let at = 35 + usize::from(body[34]);
        body[at..at + 2].copy_from_slice(&id);
    });
    pair.drive();
    assert_eq!(pair.client.error, Some(Error::Violation(Reason::SuiteNotOffered)));
}

#[test]
fn a_certificate_comes_before_a_key_and_a_key_before_nothing() {
    let both = client(&LEGACY, PSK);
    let mut pair = pair(both, server(&LEGACY, ServerPsk::new(&PSKS)));
    converse(&mut pair, "both");
    assert!(pair.client.facts().unwrap().suite.kx.psk.is_none());
    let no_certificate: &ServerConfig<'_> = Box::leak(Box::new(ServerConfig {
        psk: Some(ServerPsk::new(&PSKS)),
        ..ServerConfig::new(&LEGACY, &[])
    }));
    let mut pair = Pair::new(
        End::client(both, server_name("localhost"), Setup::new(1)),
        End::server(no_certificate, Setup::new(2)),
    );
    converse(&mut pair, "no certificate");
    let facts = pair.client.facts().unwrap();
    assert_eq!((facts.suite.kx.name, facts.verdict.is_none()), ("ECDHE_PSK", true));
}

#[test]
fn who_has_a_key_is_not_asked_for_a_certificate() {
    for suite in SUITES {
        let profile = profile(&versions::TLS1_2, suite);
        let own = Vec::leak(vec![Credential::new(chain("p256"), private_key("p256"))]);
        let client = Box::leak(Box::new(ClientConfig { credentials: own, ..*client(profile, PSK) }));
        let server = Box::leak(Box::new(ServerConfig {
            auth_mode: AuthMode::Required,
            trust_anchors: trust_anchors(),
            ..*server(profile, ServerPsk::new(&PSKS))
        }));
        let mut pair = pair(client, server);
        converse(&mut pair, suite.name);
        for side in SIDES {
            let facts = pair.end(side).facts().unwrap();
            assert!(!facts.client_certificate_requested && !facts.client_certificate_sent, "{}", suite.name);
        }
        assert!(pair.server.facts().unwrap().verdict.is_none(), "{}", suite.name);
        assert_eq!(pair.server.psk_identity(), Some(PSK.identity), "{}", suite.name);
    }
}

/// Keys that are gone after some look-ups.
struct Revocable(AtomicUsize);

impl PskLookup for Revocable {
    fn find(&self, identity: &[u8], key: &mut dyn FnMut(&[u8])) {
        let left = self.0.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(1));
        if left.is_ok() {
            PSKS.find(identity, key);
        }
    }
}

#[test]
fn a_key_that_is_taken_away_takes_its_sessions_along() {
    for by in [&[Resumption::SessionId][..], &[Resumption::Ticket]] {
        for suite in SUITES {
            let profile = profile(&versions::TLS1_2, suite);
            let keys: &'static Revocable = Box::leak(Box::new(Revocable(AtomicUsize::new(2))));
            let (client, server) = (client(profile, PSK), server(profile, ServerPsk::new(keys)));
            let mut sessions = Sessions::new(by);
            let mut connect = || {
                let [ours, theirs] = sessions.setups();
                Pair::new(End::client(client, server_name("localhost"), ours), End::server(server, theirs))
            };
            let mut first = connect();
            converse(&mut first, suite.name);
            assert_eq!(resumed(&first, suite.name), None);
            let mut second = connect();
            converse(&mut second, suite.name);
            assert_eq!(resumed(&second, suite.name), Some(by[0]));
            assert_eq!(second.server.psk_identity(), Some(PSK.identity), "{}", suite.name);
            let mut third = connect();
            third.drive();
            assert_eq!(third.server.error, Some(Error::RecordRejected), "{}", suite.name);
        }
    }
}

#[test]
fn a_session_is_not_offered_under_another_identity() {
    static KEYS: [Psk<'static>; 2] = [PSK, UNKNOWN];
    let profile = profile(&versions::TLS1_2, SUITES[0]);
    let server = server(profile, ServerPsk::new(&KEYS));
    let mut sessions = Sessions::new(&[Resumption::SessionId]);
    for (psk, expected) in [
        (PSK, None),
        (UNKNOWN, None),
        (UNKNOWN, Some(Resumption::SessionId)),
        (PSK, Some(Resumption::SessionId)),
    ] {
        let [ours, theirs] = sessions.setups();
        let mut pair = Pair::new(
            End::client(client(profile, psk), server_name("localhost"), ours),
            End::server(server, theirs),
        );
        converse(&mut pair, "identities");
        assert_eq!(resumed(&pair, "identities"), expected);
        assert_eq!(pair.server.psk_identity(), Some(psk.identity));
    }
}

#[test]
fn a_renegotiation_keeps_the_identity() {
    const ALLOWED: Renegotiation = Renegotiation::Allowed(1);
    for suite in [&null::PSK, &null::ECDHE_PSK, &null::RSA_PSK] {
        for changed in [false, true] {
            // With a hash that tells identities apart.
            let suite: &Suite = Box::leak(Box::new(Suite { prf: &crypto::hash::SHA256, ..*suite }));
            let profile = null_profile(suite);
            let client =
                Box::leak(Box::new(ClientConfig { renegotiation: ALLOWED, ..*client(profile, PSK) }));
            let server = server_config(profile, "null-rsa");
            let server = Box::leak(Box::new(ServerConfig { renegotiation: ALLOWED, ..*server }));
            let mut seen = 0;
            let mut pair = pair(client, server).tampered(move |side, bytes| {
                let exchange = HandshakeType::CLIENT_KEY_EXCHANGE.0;
                if side == Side::Client {
                    edit_clear(bytes, |messages| {
                        for message in messages.iter_mut().filter(|message| message[0] == exchange) {
                            seen += 1;
                            message[6] ^= u8::from(changed && seen == 2);
                        }
                    });
                }
            });
            pair.drive();
            assert_eq!(pair.client.call(|connection, host| connection.renegotiate(host)), Some(Ok(())));
            pair.drive();
            if changed {
                let refused = Some(Error::Violation(Reason::PeerChangedInRenegotiation));
                assert_eq!(pair.server.error, refused, "{}", suite.name);
            } else {
                let done = pair.server.events.iter().filter(|event| **event == Event::Connected).count();
                assert_eq!((done, pair.server.error), (2, None), "{}", suite.name);
            }
        }
    }
}
