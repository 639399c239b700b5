//! Renegotiation (RFC 5746): refused unless both configurations allow it, bound to the handshake before, bounded in
//! number, with data around it and within it.
#![expect(clippy::unwrap_used, reason = "a test that fails panics")]

use codec::{AlertDescription as A, ExtensionType, Reason};
use crypto::{BoxedJob, KeyType, PrivateKey, Rng, SignatureAlgorithm};
use embertls::{
    Error, Event, Misuse,
    registry::{extensions, profiles::LEGACY, suites as rows, versions},
};
use embertls_testkit::{
    conversation::{SIDES, Sessions, converse, exchange},
    credentials::{chain, private_key, server_config, server_name, trust_anchors},
    pair::{End, Pair, Setup, Side},
};
use handshake::{
    AuthMode, ClientConfig, Credential, CredentialChoice, Renegotiation, Resumption, ServerConfig,
    extension::{EXTENDED_MASTER_SECRET, SESSION_TICKET},
};
use std::sync::atomic::{AtomicBool, Ordering};
use suites::{Extension, OnServer, Profile};

static PROFILE: Profile<'static> = Profile {
    versions: versions::ALL,
    suites: &[&rows::TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256, &rows::TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA],
    ..LEGACY
};

fn configs(ours: Renegotiation, theirs: Renegotiation) -> (ClientConfig<'static>, ServerConfig<'static>) {
    (
        ClientConfig { renegotiation: ours, ..ClientConfig::new(&PROFILE, trust_anchors()) },
        ServerConfig { renegotiation: theirs, ..*server_config(&PROFILE, "p256") },
    )
}

const ALLOWED: Renegotiation = Renegotiation::Allowed(3);

fn connected<'c>(client: &'c ClientConfig<'c>, server: &'c ServerConfig<'c>) -> Pair<'c, 'static> {
    let mut pair = Pair::new(
        End::client(client, server_name("localhost"), Setup::new(1)),
        End::server(server, Setup::new(2)),
    );
    pair.drive();
    pair
}

fn renegotiate(end: &mut End<'_>) -> Result<(), Error> {
    end.call(|connection, host| connection.renegotiate(host)).unwrap()
}

/// Handshakes that an end has completed.
fn handshakes(end: &End<'_>) -> usize {
    end.events.iter().filter(|event| **event == Event::Connected).count()
}

#[test]
fn it_is_refused_unless_both_sides_allow_it() {
    for (ours, theirs) in [
        (Renegotiation::Refused, Renegotiation::Refused),
        (Renegotiation::Allowed(0), Renegotiation::Refused),
        (ALLOWED, Renegotiation::Refused),
        (Renegotiation::Refused, ALLOWED),
    ] {
        let (client, server) = configs(ours, theirs);
        for side in SIDES {
            let mut pair = connected(&client, &server);
            let own = if side == Side::Client { ours } else { theirs };
            let asked = renegotiate(pair.end(side));
            if own == ALLOWED {
                asked.unwrap();
                pair.drive();
                assert!(pair.end(side).events.contains(&Event::Warning(A::NO_RENEGOTIATION)), "{side:?}");
            } else {
                assert_eq!(asked, Err(Error::Misuse(Misuse::Renegotiation)));
            }
            assert_eq!(SIDES.map(|side| handshakes(pair.end(side))), [1, 1]);
            converse(&mut pair, "as if nothing had been");
        }
    }
}

#[test]
fn it_is_done_as_often_as_allowed_from_either_side_in_every_version() {
    for version in versions::ALL {
        let profile =
            Profile { versions: Vec::leak(vec![*version]), suites: &PROFILE.suites[1..], ..PROFILE };
        let (mut client, mut server) = configs(ALLOWED, ALLOWED);
        (client.profile, server.profile) = (&profile, &profile);
        for sides in [[Side::Client; 3], [Side::Server; 3], [Side::Client, Side::Server, Side::Client]] {
            for budget in [None, Some(1)] {
                let mut pair = connected(&client, &server);
                SIDES.into_iter().for_each(|side| pair.end(side).setup.budget = budget);
                exchange(&mut pair, "before");
                let mut bindings = Vec::new();
                for (turn, side) in sides.into_iter().enumerate() {
                    renegotiate(pair.end(side)).unwrap();
                    pair.drive();
                    let what = format!("{} {side:?} {turn}", version.name);
                    assert_eq!(SIDES.map(|side| handshakes(pair.end(side))), [turn + 2; 2], "{what}");
                    exchange(&mut pair, &what);
                    let unique = SIDES.map(|side| {
                        pair.end(side)
                            .call(|connection, _| connection.tls_unique().copied())
                            .unwrap()
                            .unwrap()
                    });
                    assert_eq!(unique[0], unique[1], "{what}");
                    assert!(!bindings.contains(&unique[0]), "{what}");
                    bindings.push(unique[0]);
                }
                for side in SIDES {
                    let again = renegotiate(pair.end(side));
                    assert_eq!(again, Err(Error::Misuse(Misuse::Renegotiation)), "{side:?}");
                }
                converse(&mut pair, version.name);
            }
        }
    }
}

#[test]
fn a_peer_that_asks_more_often_than_allowed_is_warned() {
    for (ours, theirs, side) in [(2, 200, Side::Server), (200, 2, Side::Client)] {
        let (client, server) = configs(Renegotiation::Allowed(ours), Renegotiation::Allowed(theirs));
        let mut pair = connected(&client, &server);
        for turn in 0..8 {
            renegotiate(pair.end(side)).unwrap();
            pair.drive();
            assert_eq!(handshakes(pair.end(side.other())), 1 + 2.min(turn + 1));
            assert_eq!((pair.client.error, pair.server.error), (None, None));
        }
        converse(&mut pair, "warned");
    }
}

#[test]
fn data_that_crosses_the_request_arrives() {
    let (client, server) = configs(ALLOWED, ALLOWED);
    for side in SIDES {
        let mut pair = connected(&client, &server);
        renegotiate(pair.end(side)).unwrap();
        let request = pair.end(side).transmit();
        // The other end has not seen it and goes on sending.
        let (record, _) = pair.end(side.other()).send(b"crossing").unwrap();
        pair.carry(side.other(), record);
        while pair.end(side).step() {}
        assert_eq!(pair.end(side).received, b"crossing");
        assert_eq!(pair.end(side).error, None);
        pair.carry(side, request);
        pair.drive();
        assert_eq!(SIDES.map(|side| handshakes(pair.end(side))), [2, 2]);
        converse(&mut pair, "crossed");
    }
}

#[test]
fn nothing_is_sent_within_it() {
    let (client, server) = configs(ALLOWED, ALLOWED);
    let mut pair = connected(&client, &server);
    renegotiate(&mut pair.client).unwrap();
    assert_eq!(pair.client.send(b"now").err(), Some(Error::Misuse(Misuse::TransmitFirst)));
    assert_eq!(renegotiate(&mut pair.client), Err(Error::Misuse(Misuse::TransmitFirst)));
    converse(&mut pair, "afterwards");
}

#[test]
fn a_close_within_it_ends_both_sides_in_order() {
    let (client, server) = configs(ALLOWED, ALLOWED);
    for closer in SIDES {
        for steps in 0..4 {
            let mut pair = connected(&client, &server);
            renegotiate(&mut pair.client).unwrap();
            for turn in 0..steps {
                let from = SIDES[turn % 2];
                let bytes = pair.end(from).transmit();
                pair.carry(from, bytes);
                while pair.end(from.other()).step() {}
            }
            pair.close(closer);
            pair.close(closer.other());
            for side in SIDES {
                let end = pair.end(side);
                end.end_of_stream();
                assert_eq!(end.error, None, "{closer:?} {steps}: {side:?}");
                assert!(end.is_closed(), "{closer:?} {steps}: {side:?}");
            }
        }
    }
}

#[test]
fn a_server_that_changes_its_certificate_is_refused() {
    let names = ["p256", "p384"];
    let credentials = names.map(|name| Credential::new(chain(name), private_key(name)));
    let (client, mut server) = configs(ALLOWED, ALLOWED);
    server.credentials = &credentials;
    server.credential_choice = CredentialChoice::Asked;
    for second in [0, 1] {
        let mut pair = connected(&client, &server);
        pair.server.answer(0);
        pair.drive();
        renegotiate(&mut pair.client).unwrap();
        pair.drive();
        pair.server.answer(second);
        pair.drive();
        if second == 0 {
            converse(&mut pair, "the same");
        } else {
            assert_eq!(pair.client.error, Some(Error::Violation(Reason::PeerChangedInRenegotiation)));
            assert_eq!(pair.server.error, Some(Error::AlertReceived(A::HANDSHAKE_FAILURE)));
        }
    }
}

/// A key that passes for one of another type from some time on, so that the next credential is used.
struct Fickle(AtomicBool);

impl PrivateKey for Fickle {
    fn key_type(&self) -> KeyType {
        if self.0.load(Ordering::Relaxed) { KeyType::Rsa } else { KeyType::Ec }
    }
    fn curve_oid(&self) -> Option<&'static [u8]> {
        private_key("p256").curve_oid()
    }
    fn sign(
        &self,
        algorithm: &'static SignatureAlgorithm,
        digest: &[u8],
        rng: &mut dyn Rng,
    ) -> Result<BoxedJob, crypto::Error> {
        private_key("p256").sign(algorithm, digest, rng)
    }
    fn decrypt_or(&self, _: &[u8], _: &[u8], _: &mut dyn Rng) -> Result<BoxedJob, crypto::Error> {
        Err(crypto::Error::Unsupported)
    }
}

#[test]
fn a_client_that_changes_or_drops_its_certificate_is_refused() {
    let schemes = LEGACY.schemes.iter().copied().filter(|row| row.algorithm.key == KeyType::Ec);
    let profile = Profile { versions: versions::MODERN, schemes: Vec::leak(schemes.collect()), ..PROFILE };
    for count in [1, 2] {
        let key = Fickle(AtomicBool::new(false));
        let all = [Credential::new(chain("p256"), &key), Credential::new(chain("p384"), private_key("p384"))];
        let (client, server) = configs(ALLOWED, ALLOWED);
        let credentials = all.get(..count).unwrap();
        let client = ClientConfig { profile: &profile, credentials, ..client };
        let server = ServerConfig {
            profile: &profile,
            auth_mode: AuthMode::Optional,
            trust_anchors: trust_anchors(),
            ..server
        };
        let mut pair = connected(&client, &server);
        assert!(pair.server.facts().unwrap().client_certificate_sent);
        renegotiate(&mut pair.server).unwrap();
        pair.drive();
        exchange(&mut pair, "the same");
        key.0.store(true, Ordering::Relaxed);
        renegotiate(&mut pair.server).unwrap();
        pair.drive();
        assert_eq!(pair.server.error, Some(Error::Violation(Reason::PeerChangedInRenegotiation)));
        assert_eq!(pair.client.error, Some(Error::AlertReceived(A::HANDSHAKE_FAILURE)));
    }
}

/// The extended master secret in the first handshake only.
static ONCE: Extension = Extension {
    offer: |offer, w| match offer.renegotiated {
        None => (EXTENDED_MASTER_SECRET.offer)(offer, w),
        Some(_) => Ok(false),
    },
    server: OnServer {
        answer: |offer, negotiated, w| {
            if offer.renegotiated.is_some() {
                negotiated.extended_master_secret = false;
            }
            (EXTENDED_MASTER_SECRET.server.answer)(offer, negotiated, w)
        },
        ..EXTENDED_MASTER_SECRET.server
    },
    ..EXTENDED_MASTER_SECRET
};

/// Asks for a ticket always, and takes an answer for granted.
static GREEDY: Extension = Extension { offer: |_, _| Ok(true), ..SESSION_TICKET };

/// With this row in the place of the one of its number; without both when there is none.
fn with(id: ExtensionType, row: Option<&'static Extension>) -> &'static Profile<'static> {
    let others = extensions::ALL.iter().copied().filter(|row| row.id != id);
    let extensions = Vec::leak(others.chain(row).collect());
    Box::leak(Box::new(Profile { extensions, versions: versions::MODERN, ..PROFILE }))
}

#[test]
fn without_the_extended_master_secret_or_rfc_5746_there_is_none() {
    for id in [ExtensionType::EXTENDED_MASTER_SECRET, ExtensionType::RENEGOTIATION_INFO] {
        for lacking in SIDES {
            let (mut client, mut server) = configs(ALLOWED, ALLOWED);
            match lacking {
                Side::Client => client.profile = with(id, None),
                Side::Server => server.profile = with(id, None),
            }
            let mut pair = connected(&client, &server);
            for side in SIDES {
                assert_eq!(renegotiate(pair.end(side)), Err(Error::Misuse(Misuse::Renegotiation)));
            }
            converse(&mut pair, "not renegotiated");
        }
    }
}

#[test]
fn the_extended_master_secret_may_not_go_away() {
    for mode in [AuthMode::None, AuthMode::Optional] {
        for lacking in SIDES {
            let (mut client, mut server) = configs(ALLOWED, ALLOWED);
            let once = with(ExtensionType::EXTENDED_MASTER_SECRET, Some(&ONCE));
            match lacking {
                Side::Client => client.profile = once,
                Side::Server => server.profile = once,
            }
            (server.auth_mode, server.trust_anchors) = (mode, trust_anchors());
            let mut pair = connected(&client, &server);
            renegotiate(&mut pair.client).unwrap();
            pair.drive();
            let missing = Some(Error::Violation(Reason::ExtendedMasterSecretMissing));
            assert_eq!(pair.end(lacking.other()).error, missing, "{mode:?} {lacking:?}");
            assert_eq!(pair.end(lacking).error, Some(Error::AlertReceived(A::HANDSHAKE_FAILURE)));
        }
    }
}

/// Other clients ask for a ticket in a renegotiation too; what ServerHello promises must then come.
#[test]
fn a_ticket_is_not_promised_without_being_sent() {
    let (mut client, server) = configs(ALLOWED, ALLOWED);
    client.profile = with(ExtensionType::SESSION_TICKET, Some(&GREEDY));
    let mut sessions = Sessions::new(&[Resumption::Ticket]);
    let [_, theirs] = sessions.setups();
    let mut pair = Pair::new(
        End::client(&client, server_name("localhost"), Setup::new(1)),
        End::server(&server, theirs),
    );
    pair.drive();
    renegotiate(&mut pair.client).unwrap();
    pair.drive();
    assert_eq!(SIDES.map(|side| handshakes(pair.end(side))), [2, 2]);
    converse(&mut pair, "renegotiated");
}
