//! What is not frozen, and what is not thawed: the typed error of each, and that a connection goes on after a refusal.
#![expect(clippy::unwrap_used, reason = "a test that fails panics")]

use crypto::cipher::aead::{AES_128_CCM_8, AES_128_GCM, AES_256_GCM, CHACHA20_POLY1305};
use embertls::{
    Connection, DatagramConnection, DatagramSettings, Error, FreezeError, Freezer,
    registry::{profiles::LEGACY, srtp, suites as rows, versions},
};
use embertls_testkit::{
    allocator,
    conversation::SIDES,
    credentials::{PSK, PSKS, chain, client_config, private_key, server_config, server_name, trust_anchors},
    null,
    pair::{Setup, Side, with_host},
    rng::Failing,
    sleepers::{Counter, DEVICE_KEY, Sleepers, freezer, freezer_with},
};
use handshake::{AuthMode, ClientConfig, Credential, Peer, Psk, ServerConfig, ServerPsk};
use suites::{Profile, Suite, Version};
use x509::{IpAddress, ServerName};

#[global_allocator]
static ALLOCATOR: allocator::Counting = allocator::Counting;

type Configs = (&'static ClientConfig<'static>, &'static ServerConfig<'static>);

fn profile(
    versions: &'static [&'static Version],
    suites: &'static [&'static Suite],
) -> &'static Profile<'static> {
    Box::leak(Box::new(Profile { versions, suites, ..LEGACY }))
}

static GCM: &[&Suite] = &[&rows::TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256];
static CHACHA: &[&Suite] = &[&rows::TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256];
static CCM_8: &[&Suite] = &[&rows::TLS_PSK_WITH_AES_128_CCM_8];

fn configs(versions: &'static [&'static Version], suites: &'static [&'static Suite]) -> Configs {
    let profile = profile(versions, suites);
    (client_config(profile), server_config(profile, "p256"))
}

/// Over a stream and over datagrams.
fn both(suites: &'static [&'static Suite]) -> [Configs; 2] {
    [configs(versions::MODERN, suites), configs(versions::MODERN_DATAGRAM, suites)]
}

fn refused<T>(result: Result<T, Error>) -> FreezeError {
    let error = result.err().unwrap();
    let Error::Freeze(refusal) = error else { unreachable!("{error:?}") };
    refusal
}

/// What the connection says to being frozen.
fn says(sleepers: &mut Sleepers, side: Side) -> FreezeError {
    refused(sleepers.freeze(side, &mut freezer()))
}

#[test]
fn a_handshake_that_is_not_complete_is_not_frozen() {
    for (client, server) in both(GCM) {
        let datagram = client.profile.versions[0].datagram;
        let mut sleepers = Sleepers::new(client, server, 1);
        let mut steps = 0;
        loop {
            let done = SIDES.map(|side| sleepers.facts(side).is_some());
            for (side, done) in SIDES.into_iter().zip(done) {
                if !done {
                    assert_eq!(says(&mut sleepers, side), FreezeError::Handshaking);
                }
            }
            if done == [true; 2] {
                break;
            }
            steps += 1;
            if datagram {
                sleepers.datagrams().step();
            } else {
                let pair = sleepers.stream();
                for side in SIDES {
                    let waiting = pair.end(side).transmit();
                    pair.carry(side, waiting);
                    pair.end(side).step();
                }
            }
        }
        assert!(steps > 3);
        sleepers.drive();
        sleepers.exchange("after refusals");
    }
}

#[test]
fn what_waits_to_be_sent_goes_out_first() {
    // The server's last flight, after the client's Finished.
    let (client, server) = configs(versions::MODERN, GCM);
    let mut sleepers = Sleepers::new(client, server, 1);
    let pair = sleepers.stream();
    while pair.server.facts().is_none() {
        for side in SIDES {
            if !pair.server.is_connected() {
                let waiting = pair.end(side).transmit();
                pair.carry(side, waiting);
            }
            pair.end(side).step();
        }
    }
    assert_eq!(says(&mut sleepers, Side::Server), FreezeError::Unsent);
    sleepers.drive();
    // The warning that answers a HelloRequest.
    let (client, server) = configs(versions::MODERN, GCM);
    let server =
        Box::leak(Box::new(ServerConfig { renegotiation: handshake::Renegotiation::Allowed(1), ..*server }));
    let mut sleepers = Sleepers::connected(client, server, 1);
    let pair = sleepers.stream();
    pair.server.call(|connection, host| connection.renegotiate(host)).unwrap().unwrap();
    assert_eq!(says(&mut sleepers, Side::Server), FreezeError::Unsent);
    let pair = sleepers.stream();
    let asks = pair.server.transmit();
    pair.carry(Side::Server, asks);
    assert!(pair.client.step());
    assert_eq!(says(&mut sleepers, Side::Client), FreezeError::Unsent);
    sleepers.drive();
    sleepers.exchange("after refusals");
    let blob = sleepers.freeze(Side::Client, &mut freezer()).unwrap();
    sleepers.thaw(Side::Client, &blob, &mut freezer()).unwrap();
    sleepers.exchange("after sleep");
}

/// Half of a HelloRequest, in a record that needs no key.
#[test]
fn a_message_that_was_received_in_part_is_read_first() {
    let client = client_config(&null::PROFILE);
    let server = server_config(&null::PROFILE, "null-p256");
    let mut sleepers = Sleepers::connected(client, server, 1);
    let half = [22, 3, 3, 0, 2, 0, 0];
    let mut counter = Counter::default();
    sleepers.stream().carry(Side::Server, half.to_vec());
    sleepers.drive();
    let half_read = sleepers.freeze(Side::Client, &mut freezer_with(Some(&mut counter)));
    assert_eq!(refused(half_read), FreezeError::Unread);
    sleepers.stream().carry(Side::Server, half.to_vec());
    sleepers.drive();
    assert!(sleepers.freeze(Side::Client, &mut freezer_with(Some(&mut counter))).is_ok());
}

#[test]
fn what_has_ended_is_not_frozen() {
    for (client, server) in both(GCM) {
        let datagram = client.profile.versions[0].datagram;
        let mut sleepers = Sleepers::connected(client, server, 1);
        if datagram {
            sleepers.datagrams().client.call(|connection, _| connection.close());
        } else {
            sleepers.stream().client.call(|connection, _| connection.close());
        }
        assert_eq!(says(&mut sleepers, Side::Client), FreezeError::Ended);
        sleepers.drive();
        for side in SIDES {
            assert_eq!(says(&mut sleepers, side), FreezeError::Ended);
        }
        // What was frozen is at its end.
        let mut sleepers = Sleepers::connected(client, server, 1);
        for side in SIDES {
            sleepers.freeze(side, &mut freezer()).unwrap();
            assert_eq!(says(&mut sleepers, side), FreezeError::Ended);
            assert_eq!(sleepers.say(side, b"data").err(), Some(Error::Misuse(embertls::Misuse::Closed)));
        }
        sleepers.drive();
        assert_eq!(SIDES.map(|side| sleepers.error(side)), [None; 2], "and says nothing to its peer");
    }
}

#[test]
fn suites_whose_nonces_would_repeat_are_not_frozen_without_a_counter() {
    let cbc: &'static [&'static Suite] = const { &[&rows::TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA] };
    let chained = configs(const { &[&versions::TLS1_0] }, cbc);
    for (client, server) in both(CHACHA).into_iter().chain([chained]) {
        let mut sleepers = Sleepers::connected(client, server, 1);
        for side in SIDES {
            assert_eq!(says(&mut sleepers, side), FreezeError::CounterNeeded);
            let mut counter = Counter::default();
            let blob = sleepers.freeze(side, &mut freezer_with(Some(&mut counter))).unwrap();
            sleepers.thaw(side, &blob, &mut freezer_with(Some(&mut counter))).unwrap();
        }
        sleepers.exchange("after refusals");
    }
    let (client, server) = configs(const { &[&versions::TLS1_1] }, cbc);
    let mut sleepers = Sleepers::connected(client, server, 1);
    assert!(sleepers.freeze(Side::Client, &mut freezer()).is_ok(), "IVs are drawn since TLS 1.1");
}

#[test]
fn a_counter_lets_a_blob_be_thawed_once() {
    for (client, server) in both(CHACHA) {
        let mut sleepers = Sleepers::connected(client, server, 1);
        let mut counter = Counter { value: u64::from(u32::MAX), ..Counter::default() };
        let first = sleepers.freeze(Side::Client, &mut freezer_with(Some(&mut counter))).unwrap();
        sleepers.thaw(Side::Client, &first, &mut freezer_with(Some(&mut counter))).unwrap();
        let again = sleepers.thaw(Side::Client, &first, &mut freezer_with(Some(&mut counter)));
        assert_eq!(refused(again), FreezeError::AlreadyThawed);
        sleepers.exchange("the first");
        let second = sleepers.freeze(Side::Client, &mut freezer_with(Some(&mut counter))).unwrap();
        for (counter, expected) in [
            (&mut Counter { is_blind: true, ..counter.clone() }, FreezeError::CounterFailed),
            (&mut Counter { is_stuck: true, ..counter.clone() }, FreezeError::CounterFailed),
            (&mut Counter { is_contended: true, ..counter.clone() }, FreezeError::AlreadyThawed),
            (&mut Counter { value: counter.value - 1, ..counter.clone() }, FreezeError::AlreadyThawed),
            (&mut Counter { value: counter.value + 1, ..counter.clone() }, FreezeError::AlreadyThawed),
        ] {
            let thawed = sleepers.thaw(Side::Client, &second, &mut freezer_with(Some(counter)));
            assert_eq!(refused(thawed), expected);
        }
        let old = sleepers.thaw(Side::Client, &first, &mut freezer_with(Some(&mut counter)));
        assert_eq!(refused(old), FreezeError::AlreadyThawed);
        assert_eq!(refused(sleepers.thaw(Side::Client, &second, &mut freezer())), FreezeError::Counter);
        sleepers.thaw(Side::Client, &second, &mut freezer_with(Some(&mut counter))).unwrap();
        sleepers.exchange("the second");
        counter.is_blind = true;
        let blind = sleepers.freeze(Side::Client, &mut freezer_with(Some(&mut counter)));
        assert_eq!(refused(blind), FreezeError::CounterFailed);
        sleepers.exchange("after a refusal");
    }
    // Without a counter it may be thawed again; with one, not even once.
    let (client, server) = configs(versions::MODERN, GCM);
    let mut sleepers = Sleepers::connected(client, server, 1);
    let blob = sleepers.freeze(Side::Client, &mut freezer()).unwrap();
    let mut counter = Counter::default();
    let counted = sleepers.thaw(Side::Client, &blob, &mut freezer_with(Some(&mut counter)));
    assert_eq!((refused(counted), counter.value), (FreezeError::Counter, 0));
}

#[test]
fn a_blob_that_was_changed_in_any_byte_or_cut_anywhere_is_refused() {
    for (client, server) in both(CCM_8).into_iter().chain(both(GCM)) {
        let mut sleepers = Sleepers::connected(client, server, 1);
        for side in SIDES {
            let mut counter = Counter::default();
            let blob = sleepers.freeze(side, &mut freezer_with(Some(&mut counter))).unwrap();
            for at in 0..blob.len() {
                for bit in 0..8 {
                    let mut damaged = blob.to_vec();
                    damaged[at] ^= 1 << bit;
                    let thawed = sleepers.thaw(side, &damaged, &mut freezer_with(Some(&mut counter)));
                    let expected = if at < 4 { FreezeError::Format } else { FreezeError::NotAuthentic };
                    assert_eq!(refused(thawed), expected, "byte {at}");
                }
                let cut = sleepers.thaw(side, &blob[..at], &mut freezer_with(Some(&mut counter)));
                assert!(matches!(refused(cut), FreezeError::Format | FreezeError::NotAuthentic), "at {at}");
            }
            let longer = [&blob[..], &[0]].concat();
            let longer = sleepers.thaw(side, &longer, &mut freezer_with(Some(&mut counter)));
            assert_eq!((refused(longer), counter.value), (FreezeError::NotAuthentic, 0));
            sleepers.thaw(side, &blob, &mut freezer_with(Some(&mut counter))).unwrap();
        }
        sleepers.exchange("after all of that");
    }
}

#[test]
fn another_device_or_cipher_opens_nothing() {
    let (client, server) = configs(versions::MODERN, GCM);
    let mut sleepers = Sleepers::connected(client, server, 1);
    let blob = sleepers.freeze(Side::Client, &mut freezer()).unwrap();
    for bit in 0..8 * DEVICE_KEY.len() {
        let mut key = DEVICE_KEY;
        key[bit / 8] ^= 1 << (bit % 8);
        let mut other = Freezer::new(&AES_256_GCM, &key).unwrap();
        assert_eq!(refused(sleepers.thaw(Side::Client, &blob, &mut other)), FreezeError::NotAuthentic);
    }
    let mut other = Freezer::new(&CHACHA20_POLY1305, &DEVICE_KEY).unwrap();
    assert_eq!(refused(sleepers.thaw(Side::Client, &blob, &mut other)), FreezeError::NotAuthentic);
    for (algorithm, key) in [
        (&AES_256_GCM, &DEVICE_KEY[1..]),
        (&AES_256_GCM, &[0; 32]),
        (&AES_128_GCM, &DEVICE_KEY),
        (&AES_128_CCM_8, &DEVICE_KEY[..16]),
    ] {
        assert_eq!(Freezer::new(algorithm, key).err(), Some(FreezeError::Key.into()));
    }
}

fn thaw_client(
    config: &'static ClientConfig<'static>,
    peer: Peer<'static>,
    blob: &[u8],
) -> Result<(), Error> {
    let settings = DatagramSettings::default();
    with_host(&mut Setup::new(9), |host| {
        if config.profile.versions.iter().any(|version| version.datagram) {
            DatagramConnection::thaw_client(config, peer, settings, blob, &mut freezer(), host).map(drop)
        } else {
            Connection::thaw_client(config, peer, blob, &mut freezer(), host).map(drop)
        }
    })
}

fn thaw_server(config: &'static ServerConfig<'static>, blob: &[u8]) -> Result<(), Error> {
    let settings = DatagramSettings::default();
    with_host(&mut Setup::new(9), |host| {
        if config.profile.versions.iter().any(|version| version.datagram) {
            DatagramConnection::thaw_server(config, settings, blob, &mut freezer(), host).map(drop)
        } else {
            Connection::thaw_server(config, blob, &mut freezer(), host).map(drop)
        }
    })
}

#[test]
fn another_configuration_or_server_opens_nothing() {
    let name = server_name("localhost");
    for (client, _) in both(GCM) {
        let profile = client.profile;
        let datagram = profile.versions[0].datagram;
        let client: &'static _ = Box::leak(Box::new(ClientConfig {
            alpn: &[b"a", b"b"],
            srtp: srtp::ALL,
            ..*client_config(profile)
        }));
        let server: &'static _ = Box::leak(Box::new(ServerConfig {
            alpn: &[b"b"],
            srtp: srtp::ALL,
            ..*server_config(profile, "p256")
        }));
        let mut sleepers = Sleepers::connected(client, server, 1);
        let [ours, theirs] = SIDES.map(|side| sleepers.freeze(side, &mut freezer()).unwrap());
        thaw_client(client, name, &ours).unwrap();
        thaw_server(server, &theirs).unwrap();

        let with_suites = |suites| Profile { suites, ..*profile };
        let chacha: &'static Profile<'static> = Box::leak(Box::new(with_suites(CHACHA)));
        let old: &[&Version] =
            if datagram { const { &[&versions::DTLS1_0] } } else { const { &[&versions::TLS1_1] } };
        let old: &'static Profile<'static> = Box::leak(Box::new(Profile { versions: old, ..*profile }));
        let credential: &'static [_] =
            Box::leak(Box::new([Credential::new(chain("p384"), private_key("p384"))]));
        let mut others = vec![
            ClientConfig { auth_mode: AuthMode::Optional, ..*client },
            ClientConfig { trust_anchors: &trust_anchors()[1..], ..*client },
            ClientConfig { alpn: &[b"b", b"a"], ..*client },
            ClientConfig { alpn: &[b"ab"], ..*client },
            ClientConfig { credentials: credential, ..*client },
            ClientConfig { psk: None, ..*client },
            ClientConfig { psk: Some(Psk { identity: b"thing 2", ..PSK }), ..*client },
            ClientConfig { profile: chacha, ..*client },
            ClientConfig { profile: old, ..*client },
        ];
        if datagram {
            others.push(ClientConfig { srtp: &[], ..*client });
        }
        for (index, other) in others.into_iter().enumerate() {
            let thawed = thaw_client(Box::leak(Box::new(other)), name, &ours);
            assert_eq!(refused(thawed), FreezeError::Configuration, "client {index}");
        }
        for peer in [
            server_name("localhos"),
            Peer::Unnamed,
            Peer::Named(ServerName::Ip(IpAddress::V4([127, 0, 0, 1]))),
        ] {
            assert_eq!(refused(thaw_client(client, peer, &ours)), FreezeError::Configuration);
        }
        let mut others = vec![
            ServerConfig { auth_mode: AuthMode::Required, ..*server },
            ServerConfig { trust_anchors: trust_anchors(), ..*server },
            ServerConfig { alpn: &[], ..*server },
            ServerConfig { credentials: credential, ..*server },
            ServerConfig { profile: chacha, ..*server },
            ServerConfig { profile: old, ..*server },
        ];
        if datagram {
            others.push(ServerConfig { srtp: &[], ..*server });
        }
        for (index, other) in others.into_iter().enumerate() {
            let thawed = thaw_server(Box::leak(Box::new(other)), &theirs);
            assert_eq!(refused(thawed), FreezeError::Configuration, "server {index}");
        }
        // The other side's, and the other transport's.
        assert_eq!(refused(thaw_client(client, name, &theirs)), FreezeError::Configuration);
        assert_eq!(refused(thaw_server(server, &ours)), FreezeError::Configuration);
        let transported = with_host(&mut Setup::new(9), |host| {
            let settings = DatagramSettings::default();
            if datagram {
                Connection::thaw_client(client, name, &ours, &mut freezer(), host).map(drop)
            } else {
                let versions = versions::MODERN_DATAGRAM;
                let profile = Box::leak(Box::new(Profile { versions, ..*profile }));
                let client = Box::leak(Box::new(ClientConfig { profile, ..*client }));
                DatagramConnection::thaw_client(client, name, settings, &ours, &mut freezer(), host).map(drop)
            }
        });
        assert_eq!(refused(transported), FreezeError::Configuration);
    }
}

/// As with sessions: who loses its key loses its connections that sleep.
#[test]
fn a_pre_shared_key_that_was_taken_away_takes_connections_along() {
    static NOBODY: [Psk<'static>; 0] = [];
    for (client, server) in both(CCM_8) {
        let mut sleepers = Sleepers::connected(client, server, 1);
        let blob = sleepers.freeze(Side::Server, &mut freezer()).unwrap();
        for psk in [None, Some(ServerPsk::new(&NOBODY))] {
            let without = Box::leak(Box::new(ServerConfig { psk, ..*server }));
            assert_eq!(refused(thaw_server(without, &blob)), FreezeError::Configuration);
        }
        assert_eq!(PSKS[0].identity, PSK.identity);
        thaw_server(server, &blob).unwrap();
    }
}

#[test]
fn every_allocation_and_every_draw_may_fail() {
    for (client, server) in both(GCM) {
        for side in SIDES {
            let mut sleepers = Sleepers::connected(client, server, 1);
            let mut failed = [0; 2];
            let blob = loop {
                allocator::reset();
                allocator::fail_at(failed[0] + 1);
                let frozen = sleepers.freeze(side, &mut freezer());
                let came = allocator::disarm();
                match frozen {
                    Ok(blob) => break blob,
                    Err(error) => assert!(came && error == Error::OutOfMemory, "{error:?}"),
                }
                failed[0] += 1;
                sleepers.exchange("after a failure");
            };
            loop {
                allocator::reset();
                allocator::fail_at(failed[1] + 1);
                let thawed = sleepers.thaw(side, &blob, &mut freezer());
                let came = allocator::disarm();
                match thawed {
                    Ok(()) => break,
                    Err(error) => assert!(came && error == Error::OutOfMemory, "{error:?}"),
                }
                assert_eq!(allocator::counts().live, 0, "bytes leaked");
                failed[1] += 1;
            }
            assert!(failed[0] >= 2 && failed[1] >= 6, "{failed:?}");
            sleepers.exchange("after all of that");

            let good = Failing::never(5);
            let dead = Failing::at(5, 1);
            let set = |sleepers: &mut Sleepers, rng: &Failing| {
                if client.profile.versions[0].datagram {
                    sleepers.datagrams().end(side).setup.rng = rng.clone();
                } else {
                    sleepers.stream().end(side).setup.rng = rng.clone();
                }
            };
            set(&mut sleepers, &dead);
            assert_eq!(sleepers.freeze(side, &mut freezer()).err(), Some(Error::Entropy));
            set(&mut sleepers, &good);
            sleepers.exchange("after a dead source");
            let blob = sleepers.freeze(side, &mut freezer()).unwrap();
            set(&mut sleepers, &dead);
            assert_eq!(sleepers.thaw(side, &blob, &mut freezer()), Err(Error::Entropy));
            set(&mut sleepers, &good);
            sleepers.thaw(side, &blob, &mut freezer()).unwrap();
            sleepers.exchange("at the end");
        }
    }
}

#[test]
fn no_refusal_is_told_to_the_peer() {
    for error in [FreezeError::Handshaking, FreezeError::NotAuthentic, FreezeError::Configuration] {
        assert_eq!(Error::Freeze(error).alert(), None);
        assert!(!Error::Freeze(error).to_string().is_empty());
    }
    assert_eq!(Error::Freeze(FreezeError::Configuration).mbedtls_code(), -0x5F00);
    assert_eq!(Error::Freeze(FreezeError::Unsent).mbedtls_code(), -0x7100);
}
