//! Sessions that are resumed (RFC 5246 section 7.4.1.2, RFC 5077): in each version and form, again and again, with what
//! is negotiated anew, and with a client's identity.
#![expect(clippy::indexing_slicing, clippy::unwrap_used, reason = "a test that fails panics")]

use codec::{ExtensionType, message::ClientHello};
use embertls_testkit::{
    conversation::{Map, SIDES, Sessions, converse, resumed},
    credentials::{PSK, certificates_for, chain, private_key, server_config, server_name, trust_anchors},
    pair::{End, Pair, Shared, Side},
    tamper,
};
use handshake::{
    AuthMode, ClientConfig, Credential, Instant, Resumption, ServerConfig, TicketKeys,
    limits::SESSION_WITHOUT_TICKET_BYTES,
};
use std::{cell::RefCell, rc::Rc};
use suites::{Profile, Suite, Version};

use embertls::registry::{profiles::LEGACY, suites as rows, versions};

const BY_ID: &[Resumption] = &[Resumption::SessionId];
const BY_TICKET: &[Resumption] = &[Resumption::Ticket];
const BY_BOTH: &[Resumption] = &[Resumption::SessionId, Resumption::Ticket];
/// What a server may use, and what then happens.
const FORMS: [(&[Resumption], Resumption); 3] =
    [(BY_ID, Resumption::SessionId), (BY_TICKET, Resumption::Ticket), (BY_BOTH, Resumption::Ticket)];

fn profile(version: &'static Version, suite: &'static Suite) -> &'static Profile<'static> {
    Box::leak(Box::new(Profile {
        versions: Vec::leak(vec![version]),
        suites: Vec::leak(vec![suite]),
        ..LEGACY
    }))
}

fn cbc() -> &'static Profile<'static> {
    profile(&versions::TLS1_2, &rows::TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA)
}

fn configs(
    profile: &'static Profile<'static>,
    certificate: &str,
) -> (ClientConfig<'static>, ServerConfig<'static>) {
    let client = ClientConfig { psk: Some(PSK), ..ClientConfig::new(profile, trust_anchors()) };
    (client, *server_config(profile, certificate))
}

fn pair<'c>(
    sessions: &mut Sessions,
    client: &'c ClientConfig<'c>,
    server: &'c ServerConfig<'c>,
) -> Pair<'c, 'static> {
    let [ours, theirs] = sessions.setups();
    Pair::new(End::client(client, server_name("localhost"), ours), End::server(server, theirs))
}

/// A whole connection, and how it was resumed.
fn connect<'c>(
    sessions: &mut Sessions,
    client: &'c ClientConfig<'c>,
    server: &'c ServerConfig<'c>,
    what: &str,
) -> (Pair<'c, 'static>, Option<Resumption>) {
    let mut pair = pair(sessions, client, server);
    converse(&mut pair, what);
    let how = resumed(&pair, what);
    (pair, how)
}

#[test]
fn every_suite_is_resumed_in_every_version_and_form() {
    let mut count = 0;
    for version in versions::ALL {
        for suite in rows::ALL.iter().filter(|suite| version.permits(suite)) {
            for (by, form) in FORMS {
                let certificate = certificates_for(suite).next().unwrap();
                let (client, server) = configs(profile(version, suite), certificate);
                let what = format!("{} {} {by:?}", version.name, suite.name);
                let mut sessions = Sessions::new(by);
                assert_eq!(connect(&mut sessions, &client, &server, &what).1, None, "{what}");
                for _ in 0..2 {
                    let (pair, how) = connect(&mut sessions, &client, &server, &what);
                    assert_eq!(how, Some(form), "{what}");
                    let facts = [&pair.client, &pair.server].map(|end| end.facts().unwrap());
                    for facts in facts {
                        assert_eq!((facts.version.name, facts.suite.name), (version.name, suite.name));
                        assert!(facts.extended_master_secret && facts.secure_renegotiation, "{what}");
                        assert_eq!(facts.encrypt_then_mac, suite.bulk.block_cipher, "{what}");
                        assert_eq!((facts.group, facts.scheme), (None, None), "{what}");
                    }
                    let verdict = facts[0].verdict.map(|verdict| verdict.flags.is_empty());
                    assert_eq!(verdict, suite.kx.certificate_key().map(|_| true), "{what}");
                    for end in [&pair.client, &pair.server] {
                        assert_eq!(end.psk_identity(), suite.kx.psk.map(|_| PSK.identity), "{what}");
                    }
                }
                count += 1;
            }
        }
    }
    println!("{count} combinations");
    assert!(count >= (27 + 2 * 8) * 3, "only {count}");
}

#[test]
fn a_session_is_resumed_many_times_in_a_row() {
    for (by, form) in FORMS {
        let (client, server) = configs(cbc(), "p256");
        let mut sessions = Sessions::new(by);
        let hows: Vec<_> = (0..40).map(|_| connect(&mut sessions, &client, &server, "in a row").1).collect();
        assert_eq!(hows[0], None);
        assert!(hows[1..].iter().all(|how| *how == Some(form)), "{hows:?}");
    }
}

#[test]
fn a_short_handshake_has_neither_certificates_nor_key_exchange() {
    for (by, _) in FORMS {
        let (client, server) = configs(cbc(), "p256");
        let mut sessions = Sessions::new(by);
        connect(&mut sessions, &client, &server, "full");
        let mut pair = pair(&mut sessions, &client, &server);
        pair.drive();
        let kinds: Vec<u8> = tamper::records(&pair.server.sent)
            .iter()
            .filter(|record| record[0] == 22)
            .flat_map(|record| tamper::messages(&record[5..]).first().map(|message| message[0]))
            .collect();
        // ServerHello, then Finished, which is enciphered.
        assert_eq!((kinds[0], kinds.len()), (2, 2), "{by:?}");
        assert!(pair.server.sent.len() < 250, "{} bytes", pair.server.sent.len());
    }
}

#[test]
fn alpn_encrypt_then_mac_and_the_name_are_negotiated_anew() {
    let without: &'static Profile<'static> = Box::leak(Box::new(Profile {
        extensions: Vec::leak(
            LEGACY
                .extensions
                .iter()
                .copied()
                .filter(|row| row.id != ExtensionType::ENCRYPT_THEN_MAC)
                .collect(),
        ),
        ..*cbc()
    }));
    for (by, form) in FORMS {
        let (mut client, mut server) = configs(cbc(), "p256");
        client.alpn = &[b"h2", b"http/1.1"];
        server.alpn = &[b"http/1.1"];
        let credential = Credential { server_names: &["localhost"], ..server.credentials[0] };
        let credentials = [credential];
        server.credentials = &credentials;
        let mut sessions = Sessions::new(by);
        connect(&mut sessions, &client, &server, "full");
        for (profile, encrypt_then_mac) in [(without, false), (cbc(), true), (without, false)] {
            client.profile = profile;
            let (pair, how) = connect(&mut sessions, &client, &server, "anew");
            assert_eq!(how, Some(form));
            let facts = [&pair.client, &pair.server].map(|end| end.facts().unwrap());
            assert_eq!(facts.map(|facts| facts.encrypt_then_mac), [encrypt_then_mac; 2]);
            assert_eq!(facts[0].alpn, Some(suites::AlpnChoice(1)));
            assert_eq!(facts[1].alpn, Some(suites::AlpnChoice(0)));
        }
    }
}

#[test]
fn a_ticket_is_renewed_after_a_rotation_of_the_key() {
    let (client, server) = configs(cbc(), "p256");
    let mut sessions = Sessions::new(BY_TICKET);
    connect(&mut sessions, &client, &server, "full");
    for turn in 0..5 {
        let before = sessions.client.borrow().clone();
        assert_eq!(connect(&mut sessions, &client, &server, "same key").1, Some(Resumption::Ticket));
        assert_eq!(sessions.client.borrow().0, before.0, "turn {turn}: the ticket was renewed too early");
        sessions.rotate();
        let what = format!("turn {turn}, after the rotation");
        assert_eq!(connect(&mut sessions, &client, &server, &what).1, Some(Resumption::Ticket), "{what}");
        assert_ne!(sessions.client.borrow().0, before.0, "{what}: no new ticket");
    }
}

#[test]
fn a_renewed_ticket_lasts_no_longer_than_the_session() {
    let (client, mut server) = configs(cbc(), "p256");
    server.session_lifetime = 100;
    let mut sessions = Sessions::new(BY_TICKET);
    connect(&mut sessions, &client, &server, "full");
    sessions.now = Instant(60_000);
    sessions.rotate();
    assert_eq!(connect(&mut sessions, &client, &server, "renewed").1, Some(Resumption::Ticket));
    sessions.now = Instant(100_001);
    assert_eq!(connect(&mut sessions, &client, &server, "too old").1, None);
}

#[test]
fn a_session_goes_through_bytes_into_a_new_process() {
    for (by, form) in FORMS {
        let (client, server) = configs(cbc(), "p256");
        let mut sessions = Sessions::new(by);
        connect(&mut sessions, &client, &server, "full");
        let exported: Vec<(Vec<u8>, Vec<u8>)> = sessions.client.borrow().0.clone().into_iter().collect();
        let (client, _) = configs(cbc(), "p256");
        sessions.client = Rc::new(RefCell::new(Map(exported.into_iter().collect())));
        assert_eq!(connect(&mut sessions, &client, &server, "imported").1, Some(form));
        sessions.client = Rc::default();
        assert_eq!(connect(&mut sessions, &client, &server, "nothing imported").1, None);
    }
}

#[test]
fn a_client_keeps_its_identity() {
    for version in versions::ALL {
        for (by, form) in FORMS {
            let (mut client, mut server) =
                configs(profile(version, &rows::TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA), "p256");
            let credentials = [Credential::new(chain("rsa"), private_key("rsa"))];
            client.credentials = &credentials;
            server.auth_mode = AuthMode::Required;
            server.trust_anchors = trust_anchors();
            let mut sessions = Sessions::new(by);
            for expected in [None, Some(form), Some(form)] {
                let (pair, how) = connect(&mut sessions, &client, &server, version.name);
                assert_eq!(how, expected, "{}", version.name);
                let facts = pair.server.facts().unwrap();
                assert!(facts.verdict.unwrap().flags.is_empty());
                assert!(facts.client_certificate_requested && facts.client_certificate_sent);
            }
        }
    }
}

/// The first ClientHello of a client.
fn hello<T>(client: &End<'_>, read: impl FnOnce(&ClientHello<'_>) -> T) -> T {
    let message = tamper::messages(&tamper::records(&client.sent)[0][5..]).remove(0);
    read(&ClientHello::decode(&message[4..]).unwrap())
}

#[test]
fn without_a_store_nothing_is_offered_and_nothing_is_kept() {
    let (client, server) = configs(cbc(), "p256");
    let mut sessions = Sessions::new(BY_BOTH);
    connect(&mut sessions, &client, &server, "full");
    let [mut ours, theirs] = sessions.setups();
    ours.sessions = None;
    let mut pair =
        Pair::new(End::client(&client, server_name("localhost"), ours), End::server(&server, theirs));
    converse(&mut pair, "no store");
    assert_eq!(resumed(&pair, "no store"), None);
    hello(&pair.client, |hello| {
        assert!(hello.session_id.is_empty());
        assert!(hello.extensions.find(ExtensionType::SESSION_TICKET).is_none());
    });
}

#[test]
fn a_client_that_wants_no_tickets_is_resumed_by_session_id() {
    let (mut client, server) = configs(cbc(), "p256");
    client.tickets = false;
    for (by, form) in [(BY_BOTH, Some(Resumption::SessionId)), (BY_TICKET, None)] {
        let mut sessions = Sessions::new(by);
        connect(&mut sessions, &client, &server, "full");
        let (pair, how) = connect(&mut sessions, &client, &server, "no tickets");
        assert_eq!(how, form);
        assert!(hello(&pair.client, |hello| hello.extensions.find(ExtensionType::SESSION_TICKET).is_none()));
    }
}

#[test]
fn a_server_without_a_key_sends_no_ticket() {
    let (client, server) = configs(cbc(), "p256");
    let mut sessions = Sessions::new(BY_TICKET);
    sessions.keys = Rc::new(RefCell::new(TicketKeys::new(&crypto::cipher::aead::AES_128_GCM)));
    for _ in 0..2 {
        assert_eq!(connect(&mut sessions, &client, &server, "no key").1, None);
        assert!(sessions.client.borrow().0.is_empty());
    }
    sessions.rotate();
    assert_eq!(connect(&mut sessions, &client, &server, "a key").1, None);
    assert_eq!(connect(&mut sessions, &client, &server, "a key").1, Some(Resumption::Ticket));
}

/// RFC 5077 section 3.3: what ServerHello promised is kept with an empty ticket.
#[test]
fn a_key_that_vanishes_within_a_handshake_leaves_an_empty_ticket() {
    let (client, server) = configs(cbc(), "p256");
    let mut sessions = Sessions::new(BY_TICKET);
    let empty = Rc::new(RefCell::new(TicketKeys::new(&crypto::cipher::aead::AES_128_GCM)));
    for gone in [None, Some(Shared(empty as Rc<RefCell<dyn handshake::TicketSealer>>))] {
        let mut pair = pair(&mut sessions, &client, &server);
        let first = pair.client.transmit();
        pair.carry(Side::Client, first);
        while pair.server.step() {}
        pair.server.setup.tickets = gone;
        converse(&mut pair, "vanished");
        assert!(sessions.client.borrow().0.is_empty());
        let sent = tamper::records(&pair.server.sent);
        let ticket: &[u8] = &[22, 3, 3, 0, 10, 4, 0, 0, 6, 0, 0, 0, 0, 0, 0];
        assert!(sent.iter().any(|record| record == ticket), "no empty NewSessionTicket");
    }
}

#[test]
fn a_session_is_as_long_as_its_limit_says() {
    let (client, server) = configs(cbc(), "p256");
    let mut sessions = Sessions::new(BY_ID);
    connect(&mut sessions, &client, &server, "full");
    for side in SIDES {
        let store = if side == Side::Client { &sessions.client } else { &sessions.server };
        let store = store.borrow();
        let session = store.0.values().next().unwrap();
        assert!(session.len() <= SESSION_WITHOUT_TICKET_BYTES + 32, "{side:?}: {}", session.len());
    }
}
