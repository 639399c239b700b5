//! Sessions that are not resumed: damaged, foreign, expired, forgotten, made under another configuration. Each time a
//! full handshake, never an error; but where RFC 7627 section 5.3 asks for one.

use codec::AlertDescription;
use embertls::{
    Error,
    registry::{profiles::LEGACY, suites as rows, versions},
};
use embertls_testkit::{
    conversation::{SIDES, Sessions, converse, exchange, resumed},
    credentials::{chain, private_key, server_config, server_name, trust_anchors},
    pair::{End, Pair, Shared},
    rng::Seeded,
};
use handshake::{
    AuthMode, ClientConfig, Credential, Instant, Resumption, ServerConfig, SessionCache,
    limits::SESSION_WITHOUT_TICKET_BYTES,
};
use std::{cell::RefCell, rc::Rc};
use suites::{Profile, Suite};
use x509::Time;

const BY_ID: &[Resumption] = &[Resumption::SessionId];
const BY_TICKET: &[Resumption] = &[Resumption::Ticket];
/// Where the flag of the extended master secret stands in a session's bytes, and its fingerprint.
const EXTENDED_AT: usize = 5;
const FINGERPRINT_AT: usize = 54;
/// A session of a server with a certificate: the ticket is its last field.
const TICKET_AT: usize = SESSION_WITHOUT_TICKET_BYTES;

const CBC: &Suite = &rows::TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA;
const GCM: &Suite = &rows::TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256;
static PROFILE: Profile<'static> = Profile { versions: versions::MODERN, suites: &[CBC, GCM], ..LEGACY };

fn client_config() -> ClientConfig<'static> {
    ClientConfig::new(&PROFILE, trust_anchors())
}

fn server() -> ServerConfig<'static> {
    *server_config(&PROFILE, "p256")
}

/// The profile without the last of its algorithms for certificates.
fn stricter() -> Profile<'static> {
    let [certificate_algorithms @ .., _] = PROFILE.certificate_algorithms else { return PROFILE };
    Profile { certificate_algorithms, ..PROFILE }
}

fn pair<'c>(
    sessions: &mut Sessions,
    client: &'c ClientConfig<'c>,
    server: &'c ServerConfig<'c>,
    name: &'static str,
) -> Pair<'c, 'static> {
    let [ours, theirs] = sessions.setups();
    Pair::new(End::client(client, server_name(name), ours), End::server(server, theirs))
}

/// How a whole connection was resumed.
fn connect<'c>(
    sessions: &mut Sessions,
    client: &'c ClientConfig<'c>,
    server: &'c ServerConfig<'c>,
    what: &str,
) -> Option<Resumption> {
    let mut pair = pair(sessions, client, server, "localhost");
    converse(&mut pair, what);
    resumed(&pair, what)
}

/// After a first connection.
fn prepared(by: &'static [Resumption]) -> Sessions {
    let mut sessions = Sessions::new(by);
    assert_eq!(connect(&mut sessions, &client_config(), &server(), "first"), None);
    sessions
}

/// Changes all that the client keeps.
fn change(sessions: &Sessions, mut what: impl FnMut(&mut Vec<u8>)) {
    sessions.client.borrow_mut().0.values_mut().for_each(&mut what);
}

#[test]
fn a_ticket_that_is_damaged_or_cut_off_anywhere_is_ignored() {
    let mut sessions = prepared(BY_TICKET);
    let kept = sessions.client.borrow().clone();
    let len = kept.0.values().next().unwrap().len() - TICKET_AT;
    assert!(len > SESSION_WITHOUT_TICKET_BYTES, "{len}");
    for at in 0..len {
        for cut in [false, true] {
            *sessions.client.borrow_mut() = kept.clone();
            change(&sessions, |session| {
                if cut {
                    session.truncate(TICKET_AT + at);
                    let len = u16::try_from(at).unwrap().to_be_bytes();
                    session[TICKET_AT - 2..TICKET_AT].copy_from_slice(&len);
                } else {
                    session[TICKET_AT + at] ^= 0x10;
                }
            });
            let what = format!("byte {at}, cut {cut}");
            assert_eq!(connect(&mut sessions, &client_config(), &server(), &what), None, "{what}");
        }
    }
    *sessions.client.borrow_mut() = kept;
    assert_eq!(connect(&mut sessions, &client_config(), &server(), "whole"), Some(Resumption::Ticket));
}

#[test]
fn a_ticket_or_session_of_another_server_is_ignored() {
    for by in [BY_ID, BY_TICKET] {
        let mut sessions = prepared(by);
        let mut other = Sessions::new(by);
        other.seed = 1000;
        other.rotate();
        other.rotate();
        other.client = Rc::clone(&sessions.client);
        assert_eq!(connect(&mut other, &client_config(), &server(), "another server"), None);
        assert!(connect(&mut other, &client_config(), &server(), "the other again").is_some());
        assert_eq!(connect(&mut sessions, &client_config(), &server(), "the first again"), None);
    }
}

#[test]
fn a_session_is_not_resumed_under_another_configuration_of_the_server() {
    const NEWER: &[&[u8]] = &[b"h2"];
    let base = server();
    let other = *server_config(&PROFILE, "p384");
    let gcm: &'static Profile<'static> = Box::leak(Box::new(Profile { suites: &[GCM], ..PROFILE }));
    let reordered: &'static Profile<'static> =
        Box::leak(Box::new(Profile { suites: &[GCM, CBC], ..PROFILE }));
    let older: &'static Profile<'static> = Box::leak(Box::new(Profile {
        versions: Vec::leak(vec![&versions::TLS1_1]),
        suites: &[CBC],
        ..PROFILE
    }));
    let more = [base.credentials[0], other.credentials[0]];
    let stricter = stricter();
    let changes: [(&str, ServerConfig<'_>); 9] = [
        ("certificate algorithms", ServerConfig { profile: &stricter, ..base }),
        ("credentials", other),
        ("more credentials", ServerConfig { credentials: &more, ..base }),
        ("alpn", ServerConfig { alpn: NEWER, ..base }),
        ("anchors", ServerConfig { trust_anchors: trust_anchors(), ..base }),
        ("auth mode", ServerConfig { auth_mode: AuthMode::Optional, trust_anchors: trust_anchors(), ..base }),
        ("suite", ServerConfig { profile: gcm, ..base }),
        ("first suite", ServerConfig { profile: reordered, ..base }),
        ("version", ServerConfig { profile: older, ..base }),
    ];
    let client = ClientConfig {
        profile: Box::leak(Box::new(Profile { versions: versions::ALL, ..PROFILE })),
        ..client_config()
    };
    for by in [BY_ID, BY_TICKET] {
        for (what, changed) in &changes {
            let mut sessions = Sessions::new(by);
            connect(&mut sessions, &client, &base, "first");
            let kept = sessions.client.borrow().clone();
            let how = connect(&mut sessions, &client, changed, what);
            // The hash of a fingerprint is the first suite's; that of both suites is the same.
            let same = *what == "first suite";
            assert_eq!(how.is_some(), same, "{what} {by:?}");
            *sessions.client.borrow_mut() = kept;
            assert!(connect(&mut sessions, &client, &base, "as before").is_some(), "{what}");
        }
    }
}

#[test]
fn a_session_is_not_resumed_under_another_configuration_of_the_client() {
    let base = client_config();
    let anchors = [trust_anchors(), &trust_anchors()[..1]].concat();
    let credentials = [Credential::new(chain("rsa"), private_key("rsa"))];
    let gcm: &'static Profile<'static> = Box::leak(Box::new(Profile { suites: &[GCM], ..PROFILE }));
    let older: &'static Profile<'static> =
        Box::leak(Box::new(Profile { versions: Vec::leak(vec![&versions::TLS1_1]), ..PROFILE }));
    let stricter = stricter();
    let changes: [(&str, ClientConfig<'_>, &'static str); 8] = [
        ("certificate algorithms", ClientConfig { profile: &stricter, ..base }, "localhost"),
        ("name", base, "ember.test"),
        ("anchors", ClientConfig { trust_anchors: &anchors, ..base }, "localhost"),
        ("alpn", ClientConfig { alpn: &[b"h2"], ..base }, "localhost"),
        ("auth mode", ClientConfig { auth_mode: AuthMode::Optional, ..base }, "localhost"),
        ("credentials", ClientConfig { credentials: &credentials, ..base }, "localhost"),
        ("suite", ClientConfig { profile: gcm, ..base }, "localhost"),
        ("version", ClientConfig { profile: older, ..base }, "localhost"),
    ];
    let server = ServerConfig {
        profile: Box::leak(Box::new(Profile { versions: versions::ALL, ..PROFILE })),
        ..server()
    };
    for by in [BY_ID, BY_TICKET] {
        for (what, changed, name) in &changes {
            let mut sessions = Sessions::new(by);
            connect(&mut sessions, &base, &server, "first");
            let mut pair = pair(&mut sessions, changed, &server, name);
            converse(&mut pair, what);
            assert_eq!(resumed(&pair, what), None, "{what} {by:?}");
        }
    }
}

/// A client that shows a session under another name than the one under which it was made.
#[test]
fn a_session_is_not_resumed_under_another_name() {
    for by in [BY_ID, BY_TICKET] {
        let mut sessions = prepared(by);
        let kept = sessions.client.borrow().0.values().next().unwrap().clone();
        let mut other = Sessions::new(by);
        let mut first = pair(
            &mut other,
            Box::leak(Box::new(client_config())),
            Box::leak(Box::new(server())),
            "ember.test",
        );
        converse(&mut first, "to learn the fingerprint");
        let fingerprint = other.client.borrow().0.keys().next().unwrap().clone();
        let mut moved = kept;
        moved[FINGERPRINT_AT..FINGERPRINT_AT + 32].copy_from_slice(&fingerprint);
        sessions.client.borrow_mut().0.insert(fingerprint, moved);
        let (client, server) = (client_config(), server());
        let mut pair = pair(&mut sessions, &client, &server, "ember.test");
        converse(&mut pair, "another name");
        assert_eq!(resumed(&pair, "another name"), None);
    }
}

#[test]
fn a_session_expires_on_the_server_and_on_the_client() {
    let server = ServerConfig { session_lifetime: 100, ..server() };
    for by in [BY_ID, BY_TICKET] {
        for (now, known, alive) in [(100_000, 100, true), (100_001, 0, false), (0, 101, by == BY_ID)] {
            let mut sessions = Sessions::new(by);
            connect(&mut sessions, &client_config(), &server, "first");
            sessions.now = Instant(now);
            let [mut ours, theirs] = sessions.setups();
            let Time::Known(today) = ours.time else { unreachable!() };
            ours.time = Time::Known(today + known);
            let client = client_config();
            let mut pair =
                Pair::new(End::client(&client, server_name("localhost"), ours), End::server(&server, theirs));
            converse(&mut pair, "later");
            assert_eq!(resumed(&pair, "later").is_some(), alive, "{by:?} {now} ms, {known} s");
        }
    }
}

#[test]
fn a_ticket_is_not_opened_after_two_rotations() {
    for (rotations, alive) in [(1, true), (2, false), (3, false)] {
        let mut sessions = prepared(BY_TICKET);
        (0..rotations).for_each(|_| sessions.rotate());
        let how = connect(&mut sessions, &client_config(), &server(), "rotated");
        assert_eq!(how.is_some(), alive, "{rotations} rotations");
        assert!(connect(&mut sessions, &client_config(), &server(), "afterwards").is_some());
    }
}

#[test]
fn a_full_cache_forgets_its_oldest_session() {
    let cache = Rc::new(RefCell::new(SessionCache::<2>::new()));
    let mut clients: Vec<Sessions> = (0..3).map(|_| Sessions::new(BY_ID)).collect();
    let mut turn = |client: usize, seed: u64| {
        let sessions = &mut clients[client];
        sessions.seed = 100 * seed;
        let [ours, mut theirs] = sessions.setups();
        theirs.sessions = Some(Shared(Rc::clone(&cache) as _));
        let (config, server) = (client_config(), server());
        let mut pair =
            Pair::new(End::client(&config, server_name("localhost"), ours), End::server(&server, theirs));
        converse(&mut pair, "cache");
        resumed(&pair, "cache").is_some()
    };
    let outcomes: Vec<bool> =
        [0, 1, 0, 1, 2, 2, 1, 0, 2, 1].iter().zip(1..).map(|(n, seed)| turn(*n, seed)).collect();
    assert_eq!(outcomes, [false, false, true, true, false, true, true, false, true, false]);
}

#[test]
fn garbage_in_the_clients_store_is_a_full_handshake() {
    let mut rng = Seeded::new(7);
    let mut sessions = prepared(BY_TICKET);
    let kept = sessions.client.borrow().clone();
    for turn in 0..200 {
        let len = rng.below(400);
        let garbage = rng.bytes(len);
        change(&sessions, |session| match turn % 3 {
            0 => *session = garbage.clone(),
            1 => session.truncate(len.min(session.len() - 1)),
            _ => session.extend(&garbage[..garbage.len().max(1).min(garbage.len())]),
        });
        let expected = if turn % 3 == 2 && garbage.is_empty() { Some(Resumption::Ticket) } else { None };
        let how = connect(&mut sessions, &client_config(), &server(), "garbage");
        assert_eq!(how, expected, "turn {turn}, {len} bytes");
        *sessions.client.borrow_mut() = kept.clone();
    }
}

/// RFC 5246 section 7.2.2.
#[test]
fn a_session_of_a_connection_that_failed_is_forgotten_on_both_sides() {
    for by in [BY_ID, BY_TICKET] {
        for resume_first in [false, true] {
            for from in SIDES {
                let mut sessions = Sessions::new(by);
                let (client, server) = (client_config(), server());
                if resume_first {
                    connect(&mut sessions, &client, &server, "first");
                }
                let mut failing = pair(&mut sessions, &client, &server, "localhost");
                failing.drive();
                exchange(&mut failing, "before");
                assert_eq!(sessions.client.borrow().0.len(), 1);
                let (mut record, _) = failing.end(from).send(b"data").unwrap();
                *record.last_mut().unwrap() ^= 1;
                failing.carry(from, record);
                failing.drive();
                assert_eq!(failing.end(from.other()).error, Some(Error::RecordRejected));
                let told = Some(Error::AlertReceived(AlertDescription::BAD_RECORD_MAC));
                assert_eq!(failing.end(from).error, told);
                for store in [&sessions.client, &sessions.server] {
                    assert!(store.borrow().0.is_empty(), "{by:?} {from:?} {resume_first}");
                }
                assert_eq!(connect(&mut sessions, &client, &server, "after"), None);
            }
        }
    }
}

/// The master secret in the client's store is another: the connection fails, the session is forgotten.
#[test]
fn a_session_with_another_master_secret_fails_once() {
    for by in [BY_ID, BY_TICKET] {
        let mut sessions = prepared(by);
        change(&sessions, |session| session[EXTENDED_AT + 1] ^= 1);
        let (client, server) = (client_config(), server());
        let mut failing = pair(&mut sessions, &client, &server, "localhost");
        failing.drive();
        assert_eq!(failing.client.error, Some(Error::RecordRejected));
        assert_eq!(connect(&mut sessions, &client, &server, "after"), None);
        assert!(connect(&mut sessions, &client, &server, "then").is_some());
    }
}
