//! Connections that sleep: every suite goes on after a thaw, on either side and both, over streams and over datagrams; no
//! nonce is used twice, not even when a blob is thawed twice; and what a connection knew it knows after.
#![expect(clippy::indexing_slicing, clippy::unwrap_used, reason = "a test that fails panics")]

use codec::{ExtensionType, ProtocolVersion};
use embertls::{
    Error, FreezeError,
    registry::{self, profiles::LEGACY, srtp::SRTP_AEAD_AES_128_GCM, suites as rows, versions},
};
use embertls_testkit::{
    conversation::{SIDES, Sessions},
    credentials::{certificates_for, chain, client_config, private_key, server_config, trust_anchors},
    pair::Side,
    sleepers::{Counter, Sleepers, freezer, freezer_with},
};
use handshake::{AuthMode, ClientConfig, Credential, OwnConnectionId, Renegotiation, ServerConfig};
use std::collections::BTreeSet;
use suites::{Profile, SizeLimits, Suite, Version};

/// Every suite with every version that permits it, and those of CBC with and without encrypt-then-MAC.
fn profiles() -> Vec<&'static Profile<'static>> {
    let mut all = Vec::new();
    for version in versions::ALL.iter().chain(versions::ALL_DATAGRAM) {
        for suite in registry::suites::ALL.iter().filter(|suite| version.permits(suite)) {
            all.push(profile(version, suite, true));
            if suite.bulk.block_cipher {
                all.push(profile(version, suite, false));
            }
        }
    }
    all
}

fn profile(version: &'static Version, suite: &'static Suite, with_etm: bool) -> &'static Profile<'static> {
    let rows = LEGACY.extensions.iter().copied();
    let rows = rows.filter(|row| with_etm || row.id != ExtensionType::ENCRYPT_THEN_MAC);
    Box::leak(Box::new(Profile {
        versions: Vec::leak(vec![version]),
        suites: Vec::leak(vec![suite]),
        extensions: Vec::leak(rows.collect()),
        ..LEGACY
    }))
}

fn configs(
    profile: &'static Profile<'static>,
) -> (&'static ClientConfig<'static>, &'static ServerConfig<'static>) {
    let certificate = certificates_for(profile.suites[0]).next().unwrap();
    (client_config(profile), server_config(profile, certificate))
}

fn connected(profile: &'static Profile<'static>, seed: u64) -> Sleepers {
    let (client, server) = configs(profile);
    Sleepers::connected(client, server, seed)
}

fn name(profile: &Profile<'_>) -> String {
    format!("{} {}", profile.versions[0].display, profile.suites[0].name)
}

/// Whether nonces are the sequence number, or IVs the record before.
fn needs_counter(profile: &Profile<'_>) -> bool {
    let implicit = profile.suites[0].bulk.before == 0;
    implicit || profile.suites[0].bulk.block_cipher && profile.versions[0].wire == ProtocolVersion::TLS1_0
}

const REFUSED: Error = Error::Freeze(FreezeError::CounterNeeded);

#[test]
fn every_suite_goes_on_after_either_end_and_both_have_slept() {
    let (mut counted, mut uncounted, mut longest) = (0, 0, 0);
    for profile in profiles() {
        let what = name(profile);
        let mut sleepers = connected(profile, 1);
        sleepers.exchange(&what);
        let mut counters = [Counter { value: 7, ..Counter::default() }, Counter::default()];
        for asleep in [&SIDES[..1], &SIDES[1..], &SIDES[..]] {
            for with_counter in [true, false] {
                let blobs: Vec<_> = asleep
                    .iter()
                    .map(|side| {
                        let counter = &mut counters[usize::from(*side == Side::Server)];
                        sleepers.freeze(*side, &mut freezer_with(Some(counter).filter(|_| with_counter)))
                    })
                    .collect();
                for (side, blob) in asleep.iter().zip(blobs) {
                    if !with_counter && needs_counter(profile) {
                        assert_eq!(blob.err(), Some(REFUSED), "{what}");
                        continue;
                    }
                    let blob = blob.unwrap();
                    longest = longest.max(blob.len());
                    let counter = &mut counters[usize::from(*side == Side::Server)];
                    let mut freezer = freezer_with(Some(counter).filter(|_| with_counter));
                    sleepers.thaw(*side, &blob, &mut freezer).unwrap();
                    if with_counter { counted += 1 } else { uncounted += 1 }
                }
                // Also after a refusal.
                sleepers.exchange(&what);
            }
        }
        assert_eq!(counters.map(|counter| counter.value), [9, 2]);
    }
    println!("{counted} thaws with a counter, {uncounted} without; the longest blob has {longest} bytes");
    assert!(counted > 400 && uncounted > 300);
}

/// The explicit nonces or IVs of what went over the wire; none where there are none.
fn nonces(profile: &Profile<'_>, mut wire: &[u8]) -> Vec<Vec<u8>> {
    let before = profile.suites[0].bulk.before(profile.versions[0].record_iv);
    let header = if profile.versions[0].datagram { 13 } else { 5 };
    let mut all = Vec::new();
    while !wire.is_empty() {
        let len = usize::from(u16::from_be_bytes([wire[header - 2], wire[header - 1]]));
        all.push(wire[header..header + before].to_vec());
        wire = &wire[header + len..];
    }
    all
}

/// A tree of blobs: each is thawed twice on both ends, the ends talk, are frozen again, and so on.
#[test]
fn no_nonce_is_used_twice_by_connections_that_are_thawed_twice() {
    let mut logged = 0;
    for profile in profiles().into_iter().filter(|profile| !needs_counter(profile)) {
        let what = name(profile);
        let mut sleepers = connected(profile, 1);
        let mut seen: [BTreeSet<Vec<u8>>; 2] = Default::default();
        let mut talk = |sleepers: &mut Sleepers| {
            for (side, seen) in SIDES.into_iter().zip(&mut seen) {
                for payload in [&b"one"[..], b"two", b"three"] {
                    let wire = sleepers.say(side, payload).unwrap();
                    for nonce in nonces(profile, &wire) {
                        assert!(!nonce.is_empty() && seen.insert(nonce), "{what}: {side:?} repeats a nonce");
                        logged += 1;
                    }
                }
            }
        };
        talk(&mut sleepers);
        let freeze =
            |sleepers: &mut Sleepers| SIDES.map(|side| sleepers.freeze(side, &mut freezer()).unwrap());
        let mut generation = vec![freeze(&mut sleepers)];
        for _ in 0..2 {
            let mut next = Vec::new();
            for blobs in &generation {
                for _ in 0..2 {
                    for (side, blob) in SIDES.into_iter().zip(blobs) {
                        sleepers.thaw(side, blob, &mut freezer()).unwrap();
                    }
                    talk(&mut sleepers);
                    next.push(freeze(&mut sleepers));
                }
            }
            generation = next;
        }
    }
    println!("{logged} nonces, each one once under its key");
}

/// With a counter nonces go on where they were.
#[test]
fn a_counter_lets_explicit_nonces_and_sequence_numbers_go_on_in_order() {
    for version in [&versions::TLS1_2, &versions::DTLS1_2] {
        let profile = profile(version, &rows::TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256, true);
        let mut sleepers = connected(profile, 1);
        let mut counter = Counter::default();
        let number = |sleepers: &mut Sleepers| {
            let wire = sleepers.say(Side::Client, b"one").unwrap();
            u64::from_be_bytes(nonces(profile, &wire)[0].as_slice().try_into().unwrap())
        };
        let first = number(&mut sleepers);
        for step in 1..4 {
            let blob = sleepers.freeze(Side::Client, &mut freezer().with_counter(&mut counter)).unwrap();
            sleepers.thaw(Side::Client, &blob, &mut freezer().with_counter(&mut counter)).unwrap();
            assert_eq!(number(&mut sleepers), first + step);
        }
        // Begun anew once, it goes on from there too.
        let blob = sleepers.freeze(Side::Client, &mut freezer()).unwrap();
        sleepers.thaw(Side::Client, &blob, &mut freezer()).unwrap();
        let other = number(&mut sleepers);
        assert_ne!(other, first + 4);
        let blob = sleepers.freeze(Side::Client, &mut freezer().with_counter(&mut counter)).unwrap();
        sleepers.thaw(Side::Client, &blob, &mut freezer().with_counter(&mut counter)).unwrap();
        assert_eq!(number(&mut sleepers), other.wrapping_add(1));
    }
}

#[test]
fn a_record_of_datagrams_keeps_its_sequence_number_apart_from_its_nonce() {
    let suite = &rows::TLS_PSK_WITH_AES_128_CCM_8;
    let mut sleepers = connected(profile(&versions::DTLS1_2, suite, true), 1);
    let before = sleepers.say(Side::Client, b"one").unwrap();
    assert_eq!(before[3..11], before[13..21]);
    let blob = sleepers.freeze(Side::Client, &mut freezer()).unwrap();
    sleepers.thaw(Side::Client, &blob, &mut freezer()).unwrap();
    let after = sleepers.say(Side::Client, b"two").unwrap();
    let number = |record: &[u8]| u64::from_be_bytes(record[3..11].try_into().unwrap());
    assert_eq!(number(&after), number(&before) + 1);
    assert_ne!(after[3..11], after[13..21]);
}

#[test]
fn what_was_received_before_is_a_repetition_after() {
    let suite = &rows::TLS_PSK_WITH_AES_128_CCM_8;
    let mut sleepers = connected(profile(&versions::DTLS1_2, suite, true), 1);
    let early = sleepers.datagrams().client.send(b"late").unwrap();
    let seen = sleepers.say(Side::Client, b"once").unwrap();
    let blob = sleepers.freeze(Side::Server, &mut freezer()).unwrap();
    sleepers.thaw(Side::Server, &blob, &mut freezer()).unwrap();
    let server = &mut sleepers.datagrams().server;
    let count = server.received.len();
    server.receive(&seen);
    assert_eq!(server.received.len(), count);
    server.receive(&early);
    server.receive(&early);
    assert_eq!(server.received[count..], [b"late".to_vec()]);
    assert_eq!(server.call(|connection, _| connection.rejected_records()), Some(2));
}

/// The server is up when it has the client's Finished; its own last flight is lost, and it sleeps at once.
#[test]
fn a_last_flight_that_was_lost_is_sent_again_by_who_has_slept() {
    let profile = profile(&versions::DTLS1_2, &rows::TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256, true);
    let (client, server) = configs(profile);
    let mut sleepers = Sleepers::new(client, server, 1);
    let pair = sleepers.datagrams();
    while !pair.server.is_connected() {
        assert!(pair.step());
    }
    assert_eq!(sleepers.freeze(Side::Server, &mut freezer()).err(), Some(FreezeError::Unsent.into()));
    let lost = sleepers.datagrams().server.transmit();
    assert_eq!(lost.len(), 1);
    let blob = sleepers.freeze(Side::Server, &mut freezer()).unwrap();
    sleepers.thaw(Side::Server, &blob, &mut freezer()).unwrap();
    assert!(!sleepers.datagrams().client.is_connected());
    sleepers.drive();
    assert!(sleepers.datagrams().client.is_connected(), "{:?}", sleepers.error(Side::Client));
    sleepers.exchange("after it");
    println!("with a last flight: {} bytes", blob.len());
}

/// Resumed, ended by the client's flight, which it may have to repeat.
#[test]
fn a_resumed_connection_sleeps_on_both_sides() {
    for version in [&versions::TLS1_2, &versions::DTLS1_2] {
        let profile = profile(version, &rows::TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256, true);
        let (client, server) = configs(profile);
        let mut sessions = Sessions::new(&[handshake::Resumption::Ticket]);
        for round in 0..2 {
            let mut sleepers = Sleepers::with_setups(client, server, sessions.setups());
            sleepers.drive();
            let before = SIDES.map(|side| sleepers.facts(side).unwrap().resumed);
            assert_eq!(before.map(|how| how.is_some()), [round > 0; 2]);
            for side in SIDES {
                let blob = sleepers.freeze(side, &mut freezer()).unwrap();
                sleepers.thaw(side, &blob, &mut freezer()).unwrap();
            }
            assert_eq!(SIDES.map(|side| sleepers.facts(side).unwrap().resumed), before);
            sleepers.exchange("resumed");
        }
    }
}

/// Everything that can be agreed on and asked for.
fn rich(
    profile: &'static Profile<'static>,
) -> (&'static ClientConfig<'static>, &'static ServerConfig<'static>) {
    let credential = Credential::new(chain("p256"), private_key("p256"));
    let limits = SizeLimits { max_fragment_length: None, record_size_limit: Some(700) };
    let client = ClientConfig {
        alpn: &[b"one", b"two"],
        credentials: Vec::leak(vec![credential]),
        size_limits: limits,
        srtp: const { &[&SRTP_AEAD_AES_128_GCM] },
        renegotiation: Renegotiation::Allowed(1),
        keep_peer_chain: true,
        ..*client_config(profile)
    };
    let server = ServerConfig {
        alpn: &[b"two"],
        auth_mode: AuthMode::Required,
        trust_anchors: trust_anchors(),
        size_limits: limits,
        srtp: const { &[&SRTP_AEAD_AES_128_GCM] },
        renegotiation: Renegotiation::Allowed(1),
        keep_peer_chain: true,
        ..*server_config(profile, "p256")
    };
    (Box::leak(Box::new(client)), Box::leak(Box::new(server)))
}

/// Facts, chain, identity, binding and exported keys of an end, as text.
fn knowledge(sleepers: &mut Sleepers, side: Side) -> String {
    let facts = sleepers.facts(side).unwrap();
    let mut exported = [0; 32];
    let rest = if facts.version.datagram {
        sleepers.datagrams().end(side).call(|connection, _| {
            connection.export_keying_material(b"label", Some(b"context"), &mut exported).unwrap();
            let chain: Vec<_> = connection.peer_chain().map(<[u8]>::to_vec).collect();
            format!("{chain:?} {:?} {:?}", connection.psk_identity(), connection.tls_unique())
        })
    } else {
        sleepers.stream().end(side).call(|connection, _| {
            connection.export_keying_material(b"label", Some(b"context"), &mut exported).unwrap();
            let chain: Vec<_> = connection.peer_chain().map(<[u8]>::to_vec).collect();
            format!("{chain:?} {:?} {:?}", connection.psk_identity(), connection.tls_unique())
        })
    };
    let handshake::Facts {
        version,
        suite,
        group,
        scheme,
        resumed,
        extended_master_secret,
        encrypt_then_mac,
        secure_renegotiation,
        alpn,
        max_fragment_length,
        record_size_limit,
        srtp,
        verdict,
        client_certificate_requested,
        client_certificate_sent,
    } = facts;
    let (version, suite, srtp) = (version.name, suite.name, srtp.map(|profile| profile.name));
    let flags = [
        extended_master_secret,
        encrypt_then_mac,
        secure_renegotiation,
        client_certificate_requested,
        client_certificate_sent,
    ];
    let numbers = (max_fragment_length, record_size_limit);
    format!(
        "{version} {suite} {group:?} {scheme:?} {resumed:?} {flags:?} {alpn:?} {numbers:?} {srtp:?} {verdict:?} \
         {exported:?} {rest:?}"
    )
}

#[test]
fn what_a_connection_knew_it_knows_after() {
    for version in [&versions::TLS1_2, &versions::DTLS1_2] {
        for suite in [
            &rows::TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256,
            &rows::TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA384,
            &rows::TLS_ECDHE_PSK_WITH_AES_128_CBC_SHA256,
        ] {
            let (client, server) = rich(profile(version, suite, true));
            let mut sleepers = Sleepers::connected(client, server, 1);
            for side in SIDES {
                let before = knowledge(&mut sleepers, side);
                let facts = sleepers.facts(side).unwrap();
                assert!(facts.alpn.is_some() && facts.record_size_limit == Some(700));
                assert_eq!(facts.srtp.is_some(), version.datagram);
                let blob = sleepers.freeze(side, &mut freezer()).unwrap();
                assert!(sleepers.facts(side).is_none(), "a connection that was frozen has no facts");
                sleepers.thaw(side, &blob, &mut freezer()).unwrap();
                assert_eq!(knowledge(&mut sleepers, side), before);
                println!("{} {} {side:?}: {} bytes", version.name, suite.name, blob.len());
            }
            // The limits hold too.
            if !version.datagram {
                let wire = sleepers.say(Side::Client, &[7; 2000]).unwrap();
                assert_eq!(nonces(client.profile, &wire).len(), 3);
            }
        }
    }
}

#[test]
fn a_connection_that_slept_is_negotiated_anew_and_not_more_often_than_allowed() {
    let suite = &rows::TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256;
    let (client, server) = rich(profile(&versions::TLS1_2, suite, true));
    let mut sleepers = Sleepers::connected(client, server, 1);
    let nap = |sleepers: &mut Sleepers| {
        for side in SIDES {
            let blob = sleepers.freeze(side, &mut freezer()).unwrap();
            sleepers.thaw(side, &blob, &mut freezer()).unwrap();
        }
    };
    let renegotiate = |sleepers: &mut Sleepers| {
        let client = &mut sleepers.stream().client;
        client.call(|connection, host| connection.renegotiate(host)).unwrap()
    };
    nap(&mut sleepers);
    renegotiate(&mut sleepers).unwrap();
    assert_eq!(
        sleepers.freeze(Side::Client, &mut freezer()).err(),
        Some(FreezeError::Handshaking.into()),
        "in the middle of a handshake"
    );
    sleepers.drive();
    sleepers.exchange("after it");
    nap(&mut sleepers);
    let allowed = renegotiate(&mut sleepers);
    assert_eq!(allowed, Err(Error::Misuse(embertls::Misuse::Renegotiation)));
    sleepers.exchange("at the end");
}

/// What arrived and was not taken in is presented to the thawed connection.
#[test]
fn records_that_wait_in_the_callers_buffer_are_read_after() {
    let suite = &rows::TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA384;
    let mut sleepers = connected(profile(&versions::TLS1_2, suite, true), 1);
    let pair = sleepers.stream();
    let (mut record, _) = pair.server.send(b"while you slept").unwrap();
    let rest = record.split_off(9);
    pair.carry(Side::Server, record);
    pair.drive();
    let blob = sleepers.freeze(Side::Client, &mut freezer()).unwrap();
    sleepers.stream().carry(Side::Server, rest);
    sleepers.thaw(Side::Client, &blob, &mut freezer()).unwrap();
    sleepers.drive();
    assert_eq!(sleepers.stream().client.received, b"while you slept");
}

#[test]
fn connection_ids_and_padding_are_kept() {
    let suite = &rows::TLS_PSK_WITH_AES_128_CCM_8;
    let (client, server) = configs(profile(&versions::DTLS1_2, suite, true));
    let client = ClientConfig { connection_id: OwnConnectionId::Given(b""), ..*client };
    let server = ServerConfig { connection_id: OwnConnectionId::Random(9), ..*server };
    let mut sleepers = Sleepers::connected(Box::leak(Box::new(client)), Box::leak(Box::new(server)), 1);
    let end = &mut sleepers.datagrams().client;
    end.call(|connection, _| connection.set_padding(64));
    sleepers.exchange("before");
    let know = |sleepers: &mut Sleepers, side| {
        let end = sleepers.datagrams().end(side);
        end.call(|connection, _| {
            let (own, peer) = connection.connection_ids().unwrap();
            (own.to_vec(), peer.to_vec(), connection.newest_record(), connection.max_payload())
        })
    };
    for side in SIDES {
        let before = know(&mut sleepers, side);
        let blob = sleepers.freeze(side, &mut freezer()).unwrap();
        sleepers.thaw(side, &blob, &mut freezer()).unwrap();
        assert_eq!(know(&mut sleepers, side), before);
    }
    let record = sleepers.say(Side::Client, b"padded").unwrap();
    let (_, id, ..) = know(&mut sleepers, Side::Client).unwrap();
    assert_eq!((record[0], &record[11..20], record.len()), (25, &id[..], 13 + 9 + 8 + 64 + 8));
    sleepers.exchange("after");
}

#[test]
fn a_close_reaches_who_has_slept() {
    let suite = &rows::TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256;
    let mut sleepers = connected(profile(&versions::TLS1_2, suite, true), 1);
    for side in SIDES {
        let blob = sleepers.freeze(side, &mut freezer()).unwrap();
        sleepers.thaw(side, &blob, &mut freezer()).unwrap();
    }
    let pair = sleepers.stream();
    pair.close(Side::Client);
    assert!(pair.client.is_closed() && pair.server.is_closed());
}
