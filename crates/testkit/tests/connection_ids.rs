//! DTLS connection IDs (RFC 9146): what is negotiated, what stands in records, what is dropped.
#![expect(clippy::indexing_slicing, clippy::unwrap_used, reason = "a test that fails panics")]

use codec::{AlertDescription as A, ErrorKind, HandshakeType as H, Reason};
use embertls::{DatagramSettings, Error, Misuse, datagram::connection_id, registry};
use embertls_testkit::{
    conversation::{SIDES, Sessions},
    credentials::{client_config, server_config, server_name},
    datagrams::{DatagramPair, End, Fate, LATENCY_MS},
    pair::{Setup, Side},
    rng::Seeded,
};
use handshake::{
    ClientConfig,
    OwnConnectionId::{self, Given, None as Unwanted, Random},
    Resumption, ServerConfig,
    extension::CONNECTION_ID,
};
use registry::{suites as rows, versions};
use suites::{Extension, Profile, SizeLimits, Suite, Version};

const TLS12_CID: u8 = 25;
const HEADER_BYTES: usize = 13;
/// The number of the extension.
const EXTENSION: [u8; 2] = [0, 54];

fn profile(all: &'static [&'static Version], suite: &'static Suite) -> Profile<'static> {
    Profile { versions: all, suites: Vec::leak(vec![suite]), ..registry::profiles::LEGACY }
}

fn ordinary() -> Profile<'static> {
    profile(versions::MODERN_DATAGRAM, &rows::TLS_PSK_WITH_AES_128_CCM_8)
}

/// A profile in which connection IDs have another row.
fn with_row(row: &'static Extension) -> Profile<'static> {
    let extensions = registry::profiles::LEGACY.extensions.iter().copied();
    let extensions = extensions.map(|own| if own.id == CONNECTION_ID.id { row } else { own });
    Profile { extensions: Vec::leak(extensions.collect()), ..ordinary() }
}

type Passing = fn(usize, Side, &[u8]) -> Fate;

/// What both sides want, before they are made.
struct Plan {
    profiles: [Profile<'static>; 2],
    ids: [OwnConnectionId<'static>; 2],
    settings: DatagramSettings,
    size_limits: SizeLimits,
    setups: [Setup; 2],
}

impl Plan {
    fn new(client: OwnConnectionId<'static>, server: OwnConnectionId<'static>) -> Self {
        Self {
            profiles: [ordinary(); 2],
            ids: [client, server],
            settings: DatagramSettings::default(),
            size_limits: SizeLimits::default(),
            setups: [1, 2].map(Setup::new),
        }
    }

    fn with_suite(self, suite: &'static Suite) -> Self {
        Self { profiles: [profile(versions::MODERN_DATAGRAM, suite); 2], ..self }
    }

    fn ends(self) -> [End<'static>; 2] {
        let [ours, theirs] = self.profiles.map(|profile| &*Box::leak(Box::new(profile)));
        let client = Box::leak(Box::new(ClientConfig {
            connection_id: self.ids[0],
            size_limits: self.size_limits,
            ..*client_config(ours)
        }));
        let server = Box::leak(Box::new(ServerConfig {
            connection_id: self.ids[1],
            size_limits: self.size_limits,
            ..*server_config(theirs, if self.is_of_rsa() { "rsa" } else { "p256" })
        }));
        let [a, b] = self.setups;
        [
            End::client(client, server_name("localhost"), self.settings, a),
            End::server(server, self.settings, b),
        ]
    }

    fn is_of_rsa(&self) -> bool {
        self.profiles[0].suites[0].name.contains("_RSA_")
    }

    /// Driven, without faults.
    fn driven(self) -> DatagramPair<'static, Passing> {
        let [client, server] = self.ends();
        let mut pair = DatagramPair::new(client, server, (|_, _, _| Fate::Passes) as Passing);
        pair.drive();
        pair
    }

    fn connected(self) -> DatagramPair<'static, Passing> {
        let mut pair = self.driven();
        for side in SIDES {
            assert!(pair.end(side).is_connected(), "{side:?} {:?}", pair.end(side).error);
        }
        pair
    }
}

/// Own and peer's, as an end sees them.
fn ids(end: &mut End<'_>) -> Option<(Vec<u8>, Vec<u8>)> {
    end.call(|connection, _| connection.connection_ids().map(|(own, peer)| (own.to_vec(), peer.to_vec())))?
}

fn rejected(end: &mut End<'_>) -> u32 {
    end.call(|connection, _| connection.rejected_records()).unwrap()
}

#[track_caller]
fn assert_arrives(end: &mut End<'_>, datagram: &[u8], text: &[u8]) {
    let count = end.received.len();
    end.receive(datagram);
    assert_eq!(end.received.get(count).map(Vec::as_slice), Some(text));
}

#[track_caller]
fn assert_dropped(end: &mut End<'_>, datagram: &[u8], what: &str) {
    let count = end.received.len();
    end.receive(datagram);
    assert_eq!((end.received.len(), end.error), (count, None), "{what}");
}

fn wanted(id: OwnConnectionId<'_>) -> Option<usize> {
    match id {
        Unwanted => None,
        Given(bytes) => Some(bytes.len()),
        Random(len) => Some(len.into()),
    }
}

#[test]
fn every_combination_is_agreed_on_and_stands_in_the_records_of_every_kind_of_suite() {
    static LONGEST: [u8; 255] = [7; 255];
    let choices = [Unwanted, Given(&[]), Given(&[1]), Given(b"eight by"), Random(5), Given(&LONGEST)];
    let kinds: [&'static Suite; 7] = [
        &rows::TLS_PSK_WITH_AES_128_CCM_8,
        &rows::TLS_PSK_WITH_AES_256_GCM_SHA384,
        &rows::TLS_PSK_WITH_CHACHA20_POLY1305_SHA256,
        &rows::TLS_PSK_WITH_AES_128_CBC_SHA,
        &rows::TLS_PSK_WITH_AES_256_CBC_SHA384,
        &rows::TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256,
        &rows::TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,
    ];
    for suite in kinds {
        for encrypt_then_mac in [true, false] {
            for ours in choices {
                for theirs in choices {
                    let mut plan = Plan::new(ours, theirs).with_suite(suite);
                    if !encrypt_then_mac {
                        let all = plan.profiles[0].extensions.iter().copied();
                        let left = all.filter(|row| row.name != "encrypt_then_mac").collect();
                        plan.profiles[0].extensions = Vec::leak(left);
                    }
                    let what = format!("{} {encrypt_then_mac} {ours:?} {theirs:?}", suite.name);
                    let mut pair = plan.connected();
                    assert_eq!(pair.now, 4 * LATENCY_MS, "{what}: two round trips, and nothing was repeated");
                    let found = ids(&mut pair.client);
                    assert_eq!(found, ids(&mut pair.server).map(|(own, peer)| (peer, own)), "{what}");
                    let lengths = found.as_ref().map(|(own, peer)| (own.len(), peer.len()));
                    assert_eq!(lengths, wanted(ours).zip(wanted(theirs)), "{what}");
                    let (of_client, of_server) = found.unwrap_or_default();
                    for (side, id) in [(Side::Client, of_server), (Side::Server, of_client)] {
                        let datagram = pair.end(side).send(b"text").unwrap();
                        assert_eq!(datagram[0], if id.is_empty() { 23 } else { TLS12_CID }, "{what}");
                        assert_eq!(datagram[11..11 + id.len()], id, "{what}");
                        let seen = connection_id(&datagram, id.len());
                        assert_eq!(seen, (!id.is_empty()).then_some(&*id), "{what}");
                        assert_arrives(pair.end(side.other()), &datagram, b"text");
                    }
                }
            }
        }
    }
}

#[test]
fn the_largest_payload_fills_a_datagram_and_pays_for_identifier_and_type() {
    for datagram_bytes in [256, 300, 1232] {
        let settings = DatagramSettings { datagram_bytes, ..DatagramSettings::default() };
        let plain = Plan { settings, ..Plan::new(Unwanted, Unwanted) }.connected();
        let mut with = Plan { settings, ..Plan::new(Given(&[]), Random(9)) }.connected();
        let [mut before, mut after] = [plain.client, with.client]
            .map(|mut end| (end.call(|connection, _| connection.max_payload()).unwrap(), end));
        assert_eq!(before.0, after.0 + 9 + 1, "{datagram_bytes}");
        for (most, end) in [&mut before, &mut after] {
            assert_eq!(end.send(&vec![1; *most]).unwrap().len(), datagram_bytes);
            assert_eq!(end.send(&vec![1; *most + 1]), Err(Error::Misuse(Misuse::BadRange)));
        }
        let whole = after.1.send(&vec![2; after.0]).unwrap();
        assert_arrives(&mut with.server, &whole, &vec![2; after.0]);
    }
}

#[test]
fn padding_hides_lengths_and_keeps_to_the_size_that_was_agreed_on() {
    let limits = [
        (SizeLimits::default(), 16_384),
        (SizeLimits { max_fragment_length: Some(512), ..SizeLimits::default() }, 512),
        (SizeLimits { record_size_limit: Some(70), ..SizeLimits::default() }, 70),
    ];
    // Explicit nonce and tag.
    const OVERHEAD: usize = HEADER_BYTES + 4 + 8 + 8;
    for (size_limits, limit) in limits {
        for granularity in [0, 1, 16, 64, 1000] {
            let mut pair = Plan { size_limits, ..Plan::new(Random(4), Random(4)) }.connected();
            let most = pair.client.call(|connection, _| {
                connection.set_padding(granularity);
                connection.max_payload()
            });
            let most = most.unwrap();
            for len in [0, 1, 15, 16, 17, 63, 64, most - 1, most] {
                // Zeros at the end are content, whatever stands behind them.
                let content: Vec<u8> = vec![0; len.min(most)];
                let datagram = pair.client.send(&content).unwrap();
                let inner = datagram.len() - OVERHEAD;
                let multiple = (content.len() + 1).next_multiple_of(usize::from(granularity).max(1));
                assert_eq!(inner, multiple.min(limit), "{limit} {granularity} {len}");
                assert_arrives(&mut pair.server, &datagram, &content);
            }
        }
    }
}

#[test]
fn neither_side_asks_for_them_where_the_version_has_none() {
    for all in [versions::ALL_DATAGRAM, &versions::ALL_DATAGRAM[1..]] {
        let mut plan = Plan::new(Random(8), Random(8)).with_suite(&rows::TLS_PSK_WITH_AES_128_CBC_SHA);
        plan.profiles[0].versions = all;
        plan.profiles[1].versions = &versions::ALL_DATAGRAM[1..];
        let [mut client, server] = plan.ends();
        let hello = client.transmit().remove(0);
        let offers = hello.windows(4).any(|bytes| bytes == [EXTENSION[0], EXTENSION[1], 0, 9]);
        assert_eq!(offers, all.len() == 2);
        let mut pair = DatagramPair::new(client, server, |_, _, _: &[u8]| Fate::Passes);
        pair.post(Side::Client, hello);
        pair.drive();
        assert_eq!(pair.client.facts().unwrap().version.name, "dtls10");
        assert_eq!((ids(&mut pair.client), ids(&mut pair.server)), (None, None));
        assert_eq!(pair.client.send(b"plain").unwrap()[0], 23);
    }
}

/// The client's answer to a ServerHello whose empty extended_master_secret became an empty connection_id.
fn client_error(profiles: [Profile<'static>; 2], client: OwnConnectionId<'static>) -> (Error, A) {
    let [mut client, mut server] = Plan { profiles, ..Plan::new(client, Unwanted) }.ends();
    server.receive(&client.transmit().remove(0));
    let mut answer = server.transmit().remove(0);
    let at = answer.windows(4).position(|bytes| bytes == [0, 23, 0, 0]).unwrap();
    answer[at + 1] = EXTENSION[1];
    client.receive(&answer);
    let alert = client.transmit().remove(0);
    assert_eq!(alert[0], 21);
    (client.error.unwrap(), A(alert[HEADER_BYTES + 1]))
}

#[test]
fn rejects_an_answer_that_was_not_asked_for() {
    let unsolicited = (Error::Violation(Reason::UnsolicitedExtension), A::UNSUPPORTED_EXTENSION);
    assert_eq!(client_error([ordinary(); 2], Unwanted), unsolicited);
    // It was, but not of this version.
    let old = profile(&versions::ALL_DATAGRAM[1..], &rows::TLS_PSK_WITH_AES_128_CBC_SHA);
    let both = Profile { versions: versions::ALL_DATAGRAM, ..old };
    assert_eq!(client_error([both, old], Random(4)), unsolicited);
}

#[test]
fn rejects_bytes_that_are_no_connection_id() {
    let (error, alert) = client_error([ordinary(); 2], Random(4));
    let expected = |of, error: Error| {
        matches!(error, Error::Decode { message_type, error }
            if message_type == of && error.kind == ErrorKind::Truncated)
    };
    assert!(expected(H::SERVER_HELLO, error), "{error:?}");
    assert_eq!(alert, A::DECODE_ERROR);
    static TOO_SHORT: Extension = Extension {
        offer: |_, w| {
            w.bytes(&[5, 1, 2])?;
            Ok(true)
        },
        ..CONNECTION_ID
    };
    let [ignores, reads] = [Unwanted, Random(4)].map(|own| {
        let mut plan = Plan::new(Random(4), own);
        plan.profiles[0] = with_row(&TOO_SHORT);
        plan
    });
    ignores.connected();
    let pair = reads.driven();
    assert!(expected(H::CLIENT_HELLO, pair.server.error.unwrap()), "{:?}", pair.server.error);
}

#[test]
fn rejects_a_configuration_that_no_extension_can_say() {
    static TOO_LONG: [u8; 256] = [0; 256];
    let [client, _] = Plan::new(Given(&TOO_LONG), Unwanted).ends();
    assert_eq!(client.error, Some(Error::Misuse(Misuse::Configuration)));
}

/// A row that agrees and then does as if nothing had been said.
static DEAF: Extension = Extension { on_answer: |_, _, _| Ok(()), ..CONNECTION_ID };

#[test]
fn protected_records_without_the_connection_id_that_was_agreed_on_are_dropped() {
    let mut plan = Plan::new(Unwanted, Random(8));
    // Its own is empty, so that it reads what comes; its records have none.
    plan.ids[0] = Given(&[]);
    plan.profiles[0] = with_row(&DEAF);
    let mut pair = plan.driven();
    assert_eq!(pair.server.error, Some(Error::TimedOut), "its Finished has never come");
    assert!(rejected(&mut pair.server) > 0);
}

#[test]
fn a_record_of_another_connection_id_is_dropped_and_counted_wherever_it_is_changed() {
    let mut pair = Plan::new(Given(b"mine"), Given(b"yours")).connected();
    for (side, len) in [(Side::Client, 5), (Side::Server, 4)] {
        let datagram = pair.end(side).send(b"text").unwrap();
        let end = pair.end(side.other());
        for at in 0..datagram.len() {
            for bit in [1, 0x80] {
                let mut changed = datagram.clone();
                changed[at] ^= bit;
                let before = rejected(end);
                assert_dropped(end, &changed, &format!("byte {at}"));
                // Of another type, version or epoch it is noise; with another length either.
                let of_length = (11 + len..HEADER_BYTES + len).contains(&at);
                let counted = rejected(end) - before;
                assert!(of_length || counted == u32::from(at >= 5), "byte {at}: {counted}");
            }
        }
        // As a record of the same keys without a connection ID.
        let mut plain = datagram.clone();
        plain.drain(11..11 + len);
        for content_type in 20..=24 {
            plain[0] = content_type;
            assert_dropped(end, &plain, "a record without a connection ID");
        }
        assert!(rejected(end) > 0);
        assert_arrives(end, &datagram, b"text");
        assert_dropped(end, &datagram, "a second time");
    }
}

#[test]
fn records_with_a_connection_id_are_noise_to_who_wants_none() {
    let mut pair = Plan::new(Given(&[]), Given(b"yours")).connected();
    let datagram = pair.client.send(b"text").unwrap();
    let before = rejected(&mut pair.client);
    assert_dropped(&mut pair.client, &datagram, "reflected");
    assert_eq!(rejected(&mut pair.client), before);
}

#[test]
fn alerts_have_the_connection_id_too() {
    let mut pair = Plan::new(Random(3), Random(6)).connected();
    pair.client.call(|connection, _| connection.close());
    let close = pair.client.transmit().remove(0);
    assert_eq!((close[0], close.len()), (TLS12_CID, HEADER_BYTES + 6 + 8 + 3 + 8));
    pair.server.receive(&close);
    let answer = pair.server.transmit().remove(0);
    assert_eq!((answer[0], answer.len()), (TLS12_CID, HEADER_BYTES + 3 + 8 + 3 + 8));
}

#[test]
fn plaintext_records_have_none() {
    let mut types = Vec::new();
    let [client, server] = Plan::new(Random(3), Random(6)).ends();
    let mut pair = DatagramPair::new(client, server, |_, from, mut datagram: &[u8]| {
        while let Some(epoch) = datagram.get(4) {
            let own = if datagram[0] == TLS12_CID { if from == Side::Client { 6 } else { 3 } } else { 0 };
            types.push((datagram[0], *epoch));
            let len = usize::from(u16::from_be_bytes([datagram[11 + own], datagram[12 + own]]));
            datagram = &datagram[HEADER_BYTES + own + len..];
        }
        Fate::Passes
    });
    pair.drive();
    drop(pair);
    let (plain, protected) = ([22, 0], [TLS12_CID, 1]);
    assert!(types.contains(&plain.into()) && types.contains(&protected.into()) && types.contains(&(20, 0)));
    for (content_type, epoch) in types {
        assert_eq!(content_type == TLS12_CID, epoch == 1, "{content_type} in epoch {epoch}");
    }
}

#[test]
fn they_are_negotiated_afresh_when_a_session_is_resumed() {
    for by in [&[Resumption::SessionId][..], &[Resumption::Ticket]] {
        let mut sessions = Sessions::new(by.to_vec().leak());
        let turns = [
            (Random(8), Random(8), None),
            (Random(4), Given(&[]), Some(by[0])),
            (Unwanted, Random(2), Some(by[0])),
            (Random(3), Random(5), Some(by[0])),
        ];
        let mut before = None;
        for (ours, theirs, resumed) in turns {
            let mut pair = Plan { setups: sessions.setups(), ..Plan::new(ours, theirs) }.connected();
            assert_eq!(pair.client.facts().unwrap().resumed, resumed, "{ours:?} {theirs:?}");
            let found = ids(&mut pair.client);
            let lengths = found.as_ref().map(|(own, peer)| (own.len(), peer.len()));
            assert_eq!(lengths, wanted(ours).zip(wanted(theirs)));
            assert!(found.is_none() || found != before, "no connection ID is that of the connection before");
            before = found;
            for side in SIDES {
                let datagram = pair.end(side).send(b"text").unwrap();
                assert_arrives(pair.end(side.other()), &datagram, b"text");
            }
        }
    }
}

#[test]
fn both_hellos_of_a_client_offer_the_same() {
    let [mut client, _] = Plan::new(Random(8), Unwanted).ends();
    let offer = |hello: &[u8]| {
        let at = hello.windows(5).position(|bytes| bytes == [EXTENSION[0], EXTENSION[1], 0, 9, 8]).unwrap();
        hello[at..at + 13].to_vec()
    };
    let first = client.transmit().remove(0);
    // HelloVerifyRequest with a cookie of one byte.
    let request =
        [22, 0xFE, 0xFF, 0, 0, 0, 0, 0, 0, 0, 0, 0, 16, 3, 0, 0, 4, 0, 0, 0, 0, 0, 0, 0, 4, 0xFE, 0xFF, 1, 9];
    client.receive(&request);
    let second = client.transmit().remove(0);
    assert_ne!(first, second);
    assert_eq!(offer(&first), offer(&second));
}

#[test]
fn only_a_newer_authentic_record_moves_the_newest_one() {
    let mut pair = Plan::new(Given(&[]), Random(4)).connected();
    let newest = |end: &mut End<'_>| end.call(|connection, _| connection.newest_record()).unwrap();
    let start = newest(&mut pair.server);
    assert_eq!(start, 1 << 48, "Finished");
    let [first, second, third] = [0; 3].map(|_| pair.client.send(b"text").unwrap());
    let mut forged = third.clone();
    *forged.last_mut().unwrap() ^= 1;
    assert_dropped(&mut pair.server, &forged, "forged");
    assert_eq!(newest(&mut pair.server), start);
    assert_arrives(&mut pair.server, &second, b"text");
    assert_eq!(newest(&mut pair.server), start + 2);
    assert_dropped(&mut pair.server, &second, "replayed");
    assert_arrives(&mut pair.server, &first, b"text");
    assert_eq!(newest(&mut pair.server), start + 2, "an older one that came late");
    assert_arrives(&mut pair.server, &third, b"text");
    assert_eq!(newest(&mut pair.server), start + 3);
}

#[test]
fn a_server_may_be_given_another_one_before_its_first_datagram_only() {
    let [client, mut server] = Plan::new(Given(&[]), Unwanted).ends();
    let set = |end: &mut End<'_>, own: OwnConnectionId<'_>| {
        end.call(|connection, host| connection.set_connection_id(host, own)).unwrap()
    };
    assert_eq!(set(&mut server, Given(&[0; 256])), Err(Error::Misuse(Misuse::Configuration)));
    assert_eq!(set(&mut server, Given(b"first")), Ok(()));
    assert_eq!(set(&mut server, Given(b"second")), Ok(()));
    let mut pair = DatagramPair::new(client, server, |_, _, _: &[u8]| Fate::Passes);
    assert_eq!(set(&mut pair.client, Given(b"late")), Err(Error::Misuse(Misuse::Configuration)));
    pair.drive();
    assert_eq!(ids(&mut pair.client), Some((vec![], b"second".to_vec())));
    assert_eq!(set(&mut pair.server, Given(b"late")), Err(Error::Misuse(Misuse::Configuration)));
}

#[test]
fn handshakes_with_faults_end_connected() {
    const FAULTS: [Fate; 4] = [Fate::Lost, Fate::Doubled, Fate::Delayed(25), Fate::Delayed(1500)];
    let mut dice = Seeded::new(embertls_testkit::rng::seed_from_environment(11));
    for first in 0..8 {
        for second in first + 1..8 {
            let (a, b) = (FAULTS[dice.below(4)], FAULTS[dice.below(4)]);
            let [client, server] = Plan::new(Random(4), Random(7)).ends();
            let mut pair = DatagramPair::new(client, server, |number, _, _: &[u8]| match number {
                n if n == first => a,
                n if n == second => b,
                _ => Fate::Passes,
            });
            pair.drive();
            let what = format!("{a:?} at {first}, {b:?} at {second}");
            for side in SIDES {
                assert!(pair.end(side).is_connected(), "{what}: {side:?} {:?}", pair.end(side).error);
                let datagram = pair.end(side).send(b"text").unwrap();
                assert_arrives(pair.end(side.other()), &datagram, b"text");
            }
        }
    }
}
