//! The extended master secret in resumption (RFC 7627 section 5.3): all combinations of session and hello, on both sides.
#![expect(clippy::indexing_slicing, clippy::unwrap_used, reason = "a test that fails panics")]

use codec::{AlertDescription, ExtensionType, Reason, message::ClientHello};
use embertls::{
    Error,
    registry::{profiles::LEGACY, suites as rows, versions},
};
use embertls_testkit::{
    conversation::{Map, Sessions, converse, resumed},
    credentials::{server_config, server_name, trust_anchors},
    pair::{End, Pair},
    tamper,
};
use handshake::{ClientConfig, Resumption};
use std::{cell::RefCell, rc::Rc};
use suites::Profile;

const BY_ID: &[Resumption] = &[Resumption::SessionId];
const BY_TICKET: &[Resumption] = &[Resumption::Ticket];
/// Where the flag stands in a session's bytes.
const EXTENDED_AT: usize = 5;

/// With the extension or without.
fn profile(extended: bool) -> &'static Profile<'static> {
    let rows_of = LEGACY.extensions.iter().copied();
    Box::leak(Box::new(Profile {
        versions: versions::MODERN,
        suites: Vec::leak(vec![&rows::TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256]),
        extensions: Vec::leak(
            rows_of.filter(|row| extended || row.id != ExtensionType::EXTENDED_MASTER_SECRET).collect(),
        ),
        ..LEGACY
    }))
}

/// A connection of a client and a server with the extension or without, not yet checked.
fn connect(sessions: &mut Sessions, client: bool, server: bool) -> Pair<'static, 'static> {
    let client: &'static _ = Box::leak(Box::new(ClientConfig::new(profile(client), trust_anchors())));
    let server = server_config(profile(server), "p256");
    let [ours, theirs] = sessions.setups();
    let mut pair =
        Pair::new(End::client(client, server_name("localhost"), ours), End::server(server, theirs));
    pair.drive();
    pair
}

/// After a full handshake with the extension or without.
fn prepared(by: &'static [Resumption], extended: bool) -> Sessions {
    let mut sessions = Sessions::new(by);
    let mut pair = connect(&mut sessions, extended, extended);
    converse(&mut pair, "first");
    assert_eq!(pair.client.facts().unwrap().extended_master_secret, extended);
    sessions
}

/// Lets a side believe something else about the session that it keeps.
fn believe(store: &Rc<RefCell<Map>>, extended: bool) {
    store.borrow_mut().0.values_mut().for_each(|session| session[EXTENDED_AT] = u8::from(extended));
}

fn assert_fails(pair: &Pair<'_, '_>, on_client: bool, reason: Reason) {
    let told = Some(Error::AlertReceived(AlertDescription::HANDSHAKE_FAILURE));
    let found = Some(Error::Violation(reason));
    let expected = if on_client { [found, told] } else { [told, found] };
    assert_eq!([pair.client.error, pair.server.error], expected);
}

#[test]
fn a_session_and_a_hello_of_one_kind_are_resumed() {
    for by in [BY_ID, BY_TICKET] {
        for extended in [true, false] {
            let mut sessions = prepared(by, extended);
            let mut pair = connect(&mut sessions, extended, extended);
            converse(&mut pair, "again");
            assert!(resumed(&pair, "again").is_some());
            assert_eq!(pair.server.facts().unwrap().extended_master_secret, extended);
        }
    }
}

#[test]
fn a_session_without_it_and_a_hello_with_it_is_a_full_handshake() {
    for by in [BY_ID, BY_TICKET] {
        let mut sessions = prepared(by, false);
        let mut pair = connect(&mut sessions, true, true);
        converse(&mut pair, "upgraded");
        assert_eq!(resumed(&pair, "upgraded"), None);
        assert!(pair.server.facts().unwrap().extended_master_secret);
    }
}

/// "the client MUST send the extended_master_secret extension": a client that does not has no such session to offer.
#[test]
fn a_client_without_it_does_not_offer_a_session_that_has_it() {
    for by in [BY_ID, BY_TICKET] {
        let mut sessions = prepared(by, true);
        let mut pair = connect(&mut sessions, false, true);
        converse(&mut pair, "downgraded");
        assert_eq!(resumed(&pair, "downgraded"), None);
        let message = tamper::messages(&tamper::records(&pair.client.sent)[0][5..]).remove(0);
        let hello = ClientHello::decode(&message[4..]).unwrap();
        let ticket = hello.extensions.find(ExtensionType::SESSION_TICKET).unwrap();
        assert!(hello.session_id.is_empty() && ticket.is_empty());
    }
}

#[test]
fn a_server_refuses_a_session_that_has_it_in_a_hello_that_has_not() {
    for by in [BY_ID, BY_TICKET] {
        let mut sessions = prepared(by, true);
        believe(&sessions.client, false);
        assert_fails(&connect(&mut sessions, false, true), false, Reason::ExtendedMasterSecretMissing);
    }
}

#[test]
fn a_client_refuses_the_resumption_without_it_of_a_session_that_has_it() {
    let mut sessions = prepared(BY_ID, true);
    believe(&sessions.server, false);
    assert_fails(&connect(&mut sessions, true, false), true, Reason::ExtendedMasterSecretMissing);
}

#[test]
fn a_client_refuses_the_resumption_with_it_of_a_session_that_has_not() {
    let mut sessions = prepared(BY_ID, true);
    believe(&sessions.client, false);
    assert_fails(&connect(&mut sessions, true, true), true, Reason::ExtendedMasterSecretUnexpected);
}
