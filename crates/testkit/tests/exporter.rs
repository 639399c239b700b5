//! Keying material for the application (RFC 5705) and channel bindings (RFC 5929, RFC 9266): the same on both ends, and
//! the same as computed here from the master secret and the wire.
#![expect(clippy::indexing_slicing, clippy::unwrap_used, reason = "a test that fails panics")]

use codec::{ExtensionType, ProtocolVersion};
use crypto::{Hash, hash};
use embertls::{
    DatagramSettings, Error, Misuse,
    registry::{profiles::LEGACY, suites as rows, versions},
};
use embertls_testkit::{
    conversation::{SIDES, Sessions, resumed},
    credentials::{client_config, server_config, server_name, trust_anchors},
    datagrams::{self, DatagramPair, Fate},
    pair::{End, Pair, Setup, Shared, Side},
    tamper,
};
use handshake::{ClientConfig, KeyLog, Resumption};
use std::{cell::RefCell, rc::Rc};
use suites::{Profile, Suite, Version};

/// The secrets of one end, by client random.
#[derive(Default)]
struct Secrets(Vec<([u8; 32], [u8; 48])>);

impl KeyLog for Secrets {
    fn log(&mut self, client_random: &[u8; 32], master_secret: &[u8; 48]) {
        self.0.push((*client_random, *master_secret));
    }
}

/// RFC 5246 section 5, written anew.
fn p_hash(hash: &Hash, secret: &[u8], seed: &[u8], len: usize) -> Vec<u8> {
    let mut a = (hash.hmac)(secret, &[seed]);
    let mut all = Vec::new();
    while all.len() < len {
        all.extend((hash.hmac)(secret, &[a.as_ref(), seed]).as_ref());
        a = (hash.hmac)(secret, &[a.as_ref()]);
    }
    all.truncate(len);
    all
}

/// RFC 5246 section 5, or RFC 2246 section 5 for a secret of even length.
fn prf(version: &Version, suite: &Suite, secret: &[u8], label: &[u8], seed: &[u8], len: usize) -> Vec<u8> {
    let seed = [label, seed].concat();
    if [ProtocolVersion::TLS1_2, ProtocolVersion::DTLS1_2].contains(&version.wire) {
        return p_hash(suite.prf, secret, &seed, len);
    }
    let (first, second) = secret.split_at(secret.len() / 2);
    let (md5, sha1) = (p_hash(&hash::MD5, first, &seed, len), p_hash(&hash::SHA1, second, &seed, len));
    md5.iter().zip(sha1).map(|(a, b)| a ^ b).collect()
}

/// The handshake messages that an end sent before ChangeCipherSpec.
fn readable(end: &End<'_>) -> Vec<u8> {
    let records = tamper::records(&end.sent);
    let before = records.iter().take_while(|record| record[0] == 22);
    before.flat_map(|record| record[5..].to_vec()).collect()
}

/// The random of the first message.
fn random(messages: &[u8]) -> Vec<u8> {
    messages[6..38].to_vec()
}

fn profile(version: &'static Version, suite: &'static Suite, extended: bool) -> &'static Profile<'static> {
    let rows = LEGACY.extensions.iter().copied();
    let rows = rows.filter(|row| extended || row.id != ExtensionType::EXTENDED_MASTER_SECRET);
    Box::leak(Box::new(Profile {
        versions: Vec::leak(vec![version]),
        suites: Vec::leak(vec![suite]),
        extensions: Vec::leak(rows.collect()),
        ..LEGACY
    }))
}

fn pair(profile: &'static Profile<'static>, client: Setup, server: Setup) -> Pair<'static, 'static> {
    let config: &'static _ = Box::leak(Box::new(ClientConfig::new(profile, trust_anchors())));
    Pair::new(
        End::client(config, server_name("localhost"), client),
        End::server(server_config(profile, "p256"), server),
    )
}

fn export(end: &mut End<'_>, label: &[u8], context: Option<&[u8]>, len: usize) -> Result<Vec<u8>, Error> {
    let mut out = vec![0; len];
    let exported = end.call(|connection, _| connection.export_keying_material(label, context, &mut out));
    exported.unwrap().map(|()| out)
}

#[test]
fn both_ends_export_what_the_rfcs_say_in_every_version() {
    let suites: [&'static Suite; 3] = [
        &rows::TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256,
        &rows::TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384,
        &rows::TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA,
    ];
    let mut count = 0;
    for version in versions::ALL {
        for suite in suites.into_iter().filter(|suite| version.permits(suite)) {
            for by in [&[Resumption::SessionId], &[Resumption::Ticket]] {
                let mut sessions = Sessions::new(by);
                for again in [false, true] {
                    let [mut ours, theirs] = sessions.setups();
                    let log = Rc::new(RefCell::new(Secrets::default()));
                    ours.key_log = Some(Shared(Rc::clone(&log) as _));
                    let mut pair = pair(profile(version, suite, true), ours, theirs);
                    pair.drive();
                    assert_eq!(resumed(&pair, version.name).is_some(), again);
                    let (sent, received) = (readable(&pair.client), readable(&pair.server));
                    let log = log.take();
                    let [(client_random, master_secret)] = log.0.as_slice() else {
                        unreachable!("one handshake has one secret")
                    };
                    assert_eq!(client_random.as_slice(), random(&sent));
                    let randoms = [random(&sent), random(&received)].concat();
                    let contexts: [Option<&[u8]>; 4] =
                        [None, Some(b""), Some(b"context"), Some(&[7; 65_535])];
                    for context in contexts {
                        let mut seed = randoms.clone();
                        if let Some(context) = context {
                            seed.extend(u16::try_from(context.len()).unwrap().to_be_bytes());
                            seed.extend(context);
                        }
                        for len in [0, 1, 32, 33, 200] {
                            let label = b"EXPERIMENTAL test";
                            let expected = prf(version, suite, master_secret, label, &seed, len);
                            for side in SIDES {
                                let exported = export(pair.end(side), label, context, len);
                                assert_eq!(exported.as_ref(), Ok(&expected), "{} {side:?}", version.name);
                            }
                            count += 1;
                        }
                    }
                    let seed = [&randoms[..], &[0, 0]].concat();
                    let binding = prf(version, suite, master_secret, b"EXPORTER-Channel-Binding", &seed, 32);
                    for side in SIDES {
                        let bound = pair.end(side).call(|connection, _| connection.tls_exporter()).unwrap();
                        assert_eq!(bound.unwrap().to_vec(), binding);
                    }
                }
            }
        }
    }
    assert_eq!(count, 5 * 2 * 2 * 4 * 5);
}

/// The first Finished: the client's over everything before it, and in a resumption the server's.
#[test]
fn tls_unique_is_the_first_finished() {
    for version in versions::ALL {
        let suite = &rows::TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA;
        let mut sessions = Sessions::new(&[Resumption::SessionId]);
        for again in [false, true] {
            let [mut ours, theirs] = sessions.setups();
            let log = Rc::new(RefCell::new(Secrets::default()));
            ours.key_log = Some(Shared(Rc::clone(&log) as _));
            let mut pair = pair(profile(version, suite, true), ours, theirs);
            pair.drive();
            assert_eq!(resumed(&pair, version.name).is_some(), again);
            let (sent, received) = (readable(&pair.client), readable(&pair.server));
            let hello = tamper::messages(&sent)[0].clone();
            let transcript = [&hello, &received, &sent[hello.len()..]].concat();
            let handshake_hash = if version.wire == ProtocolVersion::TLS1_2 {
                (suite.prf.digest)(&[&transcript]).as_ref().to_vec()
            } else {
                let digests = [&hash::MD5, &hash::SHA1].map(|hash| (hash.digest)(&[&transcript]));
                digests.iter().flat_map(|digest| digest.as_ref().to_vec()).collect()
            };
            let label: &[u8] = if again { b"server finished" } else { b"client finished" };
            let secret = log.borrow().0[0].1;
            let expected = prf(version, suite, &secret, label, &handshake_hash, 12);
            for side in SIDES {
                let unique = pair.end(side).call(|connection, _| connection.tls_unique().copied()).unwrap();
                assert_eq!(unique.unwrap().to_vec(), expected, "{} {side:?}", version.name);
            }
        }
    }
}

#[test]
fn without_the_extended_master_secret_there_is_neither() {
    let suite = &rows::TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256;
    let mut pair = pair(profile(&versions::TLS1_2, suite, false), Setup::new(1), Setup::new(2));
    pair.drive();
    for side in SIDES {
        let end = pair.end(side);
        assert!(end.is_connected());
        assert_eq!(export(end, b"label", None, 8), Err(Error::Misuse(Misuse::Export)));
        let (unique, exporter) =
            end.call(|connection, _| (connection.tls_unique().copied(), connection.tls_exporter())).unwrap();
        assert_eq!((unique, exporter), (None, Err(Error::Misuse(Misuse::Export))));
    }
}

#[test]
fn before_the_end_of_the_handshake_and_for_long_contexts_there_is_none() {
    let suite = &rows::TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256;
    let mut pair = pair(profile(&versions::TLS1_2, suite, true), Setup::new(1), Setup::new(2));
    for side in SIDES {
        assert_eq!(export(pair.end(side), b"label", None, 8), Err(Error::Misuse(Misuse::NotConnected)));
    }
    pair.drive();
    for side in [Side::Client, Side::Server] {
        let long = export(pair.end(side), b"label", Some(&[0; 65_536]), 8);
        assert_eq!(long, Err(Error::Misuse(Misuse::Export)));
    }
}

/// The random of a first hello in a datagram.
fn random_of(datagram: &[u8]) -> [u8; 32] {
    datagram[13 + 12 + 2..][..32].try_into().unwrap()
}

#[test]
fn over_datagrams_both_ends_export_the_same_way() {
    for version in versions::ALL_DATAGRAM {
        let suite = &rows::TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA;
        for extended in [true, false] {
            let profile = profile(version, suite, extended);
            let log = Rc::new(RefCell::new(Secrets::default()));
            let mut ours = Setup::new(1);
            ours.key_log = Some(Shared(Rc::clone(&log) as _));
            let settings = DatagramSettings::default();
            let mut randoms = [None; 2];
            let mut pair = DatagramPair::new(
                datagrams::End::client(client_config(profile), server_name("localhost"), settings, ours),
                datagrams::End::server(server_config(profile, "p256"), settings, Setup::new(2)),
                |_, from, bytes| {
                    randoms[usize::from(from == Side::Server)].get_or_insert(random_of(bytes));
                    Fate::Passes
                },
            );
            let early = pair.client.call(|connection, _| connection.tls_exporter()).unwrap();
            assert_eq!(early, Err(Error::Misuse(Misuse::NotConnected)));
            pair.drive();
            let of_ends = SIDES.map(|side| {
                let call = pair.end(side).call(|connection, _| {
                    let mut out = [0; 70];
                    let exported = connection.export_keying_material(b"label", Some(b"context"), &mut out);
                    (connection.tls_unique().copied(), connection.tls_exporter(), exported.map(|()| out))
                });
                call.unwrap()
            });
            drop(pair);
            assert_eq!(of_ends[0], of_ends[1]);
            let [(unique, binding, exported), _] = of_ends;
            if !extended {
                let refused = Error::Misuse(Misuse::Export);
                assert_eq!((unique, binding, exported), (None, Err(refused), Err(refused)));
                continue;
            }
            assert!(unique.is_some());
            let secret = log.borrow().0[0].1;
            let randoms = randoms.map(Option::unwrap).concat();
            let expected = |label: &[u8], context: &[u8], len| {
                prf(version, suite, &secret, label, &[&randoms, context].concat(), len)
            };
            assert_eq!(exported.unwrap().to_vec(), expected(b"label", b"\0\x07context", 70));
            assert_eq!(binding.unwrap().to_vec(), expected(b"EXPORTER-Channel-Binding", &[0, 0], 32));
        }
    }
}
