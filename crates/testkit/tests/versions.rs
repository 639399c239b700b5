//! TLS 1.0 and 1.1 beside TLS 1.2: which version two ranges come to, every suite and certificate in each, what stands on
//! the wire, and what only opted in may be offered.
#![expect(clippy::indexing_slicing, clippy::unwrap_used, reason = "a test that fails panics")]

use codec::{
    AlertDescription as A, ExtensionType, ProtocolVersion, Reason, SignatureScheme, message::ClientHello,
};
use crypto::KeyType;
use embertls::{
    Error, Misuse,
    registry::{profiles, profiles::LEGACY, suites as rows, versions},
};
use embertls_testkit::{
    conversation::{SIDES, converse, exchange},
    credentials::{certificates_for, client_config, server_config, server_name},
    pair::{End, Pair, Setup, Side},
    tamper,
};
use suites::{Profile, RecordIv, Since, Suite, Version};

fn leak(profile: Profile<'static>) -> &'static Profile<'static> {
    Box::leak(Box::new(profile))
}

fn only(version: &'static Version, suite: &'static Suite) -> &'static Profile<'static> {
    leak(Profile { versions: Vec::leak(vec![version]), suites: Vec::leak(vec![suite]), ..LEGACY })
}

fn pair(
    client: &'static Profile<'static>,
    server: &'static Profile<'static>,
    certificate: &str,
) -> Pair<'static, 'static> {
    Pair::new(
        End::client(client_config(client), server_name("localhost"), Setup::new(1)),
        End::server(server_config(server, certificate), Setup::new(2)),
    )
}

#[test]
fn every_suite_speaks_every_version_that_permits_it() {
    let mut count = 0;
    for version in versions::ALL {
        for suite in rows::ALL.iter().filter(|suite| version.permits(suite)) {
            for certificate in certificates_for(suite) {
                let what = format!("{} {} {certificate}", version.name, suite.name);
                let profile = only(version, suite);
                let mut pair = pair(profile, profile, certificate);
                converse(&mut pair, &what);
                for side in SIDES {
                    let facts = pair.end(side).facts().unwrap();
                    assert_eq!((facts.version.name, facts.suite.name), (version.name, suite.name));
                    assert!(facts.extended_master_secret && facts.secure_renegotiation, "{what}");
                    assert_eq!(facts.encrypt_then_mac, suite.bulk.block_cipher, "{what}");
                    assert_eq!(facts.group.is_some(), suite.kx.is_ephemeral(), "{what}");
                }
                count += 1;
            }
        }
    }
    // 84 in TLS 1.2; before it 8 suites of SHA-1, of which 2 have ECDSA keys on two curves, and 16 of CBC with a
    // pre-shared key.
    assert_eq!(count, 84 + 2 * (10 + 16));
}

#[test]
fn the_extensions_of_the_master_secret_and_the_mac_may_be_missing_in_every_version() {
    let without = |profile: &Profile<'static>, id| {
        let rows = profile.extensions.iter().copied().filter(|row| row.id != id);
        leak(Profile { extensions: Vec::leak(rows.collect()), ..*profile })
    };
    for version in versions::ALL {
        for suite in [&rows::TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA, &rows::TLS_RSA_WITH_AES_256_CBC_SHA] {
            let base = only(version, suite);
            for id in [ExtensionType::EXTENDED_MASTER_SECRET, ExtensionType::ENCRYPT_THEN_MAC] {
                for lacking in 1..4 {
                    let [client, server] =
                        [1, 2].map(|bit| if lacking & bit != 0 { without(base, id) } else { base });
                    let what = format!("{} {} {id:?} {lacking}", version.name, suite.name);
                    let mut pair = pair(client, server, certificates_for(suite).next().unwrap());
                    converse(&mut pair, &what);
                    let is_master_secret = id == ExtensionType::EXTENDED_MASTER_SECRET;
                    for side in SIDES {
                        let facts = pair.end(side).facts().unwrap();
                        assert_eq!(facts.extended_master_secret, !is_master_secret, "{what}");
                        assert_eq!(facts.encrypt_then_mac, is_master_secret, "{what}");
                    }
                }
            }
        }
    }
}

/// Every range of versions: newest first, from `max` to `min`.
fn ranges() -> impl Iterator<Item = &'static [&'static Version]> {
    let all = versions::ALL;
    (0..all.len()).flat_map(move |max| (max..all.len()).map(move |min| &all[max..=min]))
}

#[test]
fn two_ranges_come_to_the_newest_version_in_common_or_none() {
    let suite = &rows::TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA;
    let profile = |versions| leak(Profile { versions, suites: Vec::leak(vec![suite]), ..LEGACY });
    let mut count = 0;
    for ours in ranges() {
        for theirs in ranges() {
            let names = [ours, theirs].map(|range| range.iter().map(|v| v.name).collect::<Vec<_>>());
            let mut pair = pair(profile(ours), profile(theirs), "p256");
            let common = ours.iter().find(|version| theirs.iter().any(|other| other.wire == version.wire));
            match common {
                Some(version) => {
                    converse(&mut pair, &format!("{names:?}"));
                    for side in SIDES {
                        assert_eq!(pair.end(side).facts().unwrap().version.name, version.name, "{names:?}");
                    }
                }
                None => {
                    pair.drive();
                    let told = Some(Error::AlertReceived(A::PROTOCOL_VERSION));
                    let expected = if ours[0].wire < theirs[0].wire {
                        [told, Some(Error::Incompatible(Reason::NoCommonVersion))]
                    } else {
                        [Some(Error::Violation(Reason::VersionNotOffered)), told]
                    };
                    assert_eq!([pair.client.error, pair.server.error], expected, "{names:?}");
                }
            }
            count += 1;
        }
    }
    assert_eq!(count, 36);
}

#[test]
fn suites_of_tls_1_2_are_neither_offered_nor_chosen_before_it() {
    for version in &versions::ALL[1..] {
        let profile = leak(Profile { versions: Vec::leak(vec![*version]), ..LEGACY });
        let mut client = End::client(client_config(profile), server_name("localhost"), Setup::new(1));
        let sent = client.transmit();
        let message = tamper::messages(&tamper::records(&sent)[0][5..]).remove(0);
        let hello = ClientHello::decode(&message[4..]).unwrap();
        assert_eq!(hello.version, version.wire);
        for id in hello.cipher_suites.iter() {
            let suite = rows::ALL.iter().find(|suite| suite.id == id);
            assert!(suite.is_none_or(|suite| suite.since == Since::Tls1_0), "{}", suite.unwrap().name);
        }
        for suite in rows::ALL.iter().filter(|suite| suite.since == Since::Tls1_2) {
            assert!(!version.permits(suite), "{} {}", version.name, suite.name);
            let certificate = certificates_for(suite).next().unwrap();
            // A client that offers it for TLS 1.2 only, to a server that has it and speaks the older version.
            let ours = leak(Profile {
                versions: versions::ALL,
                suites: Vec::leak(vec![*suite, &rows::TLS_DHE_RSA_WITH_AES_128_CBC_SHA]),
                ..LEGACY
            });
            let mut refused = pair(ours, only(version, suite), certificate);
            refused.drive();
            assert_eq!(refused.server.error, Some(Error::Incompatible(Reason::NoCommonSuite)));
            // A client that has nothing else for this version.
            let nothing = pair(only(version, suite), ours, certificate).client.error;
            assert_eq!(nothing, Some(Error::Misuse(Misuse::Configuration)), "{}", suite.name);
        }
    }
}

#[test]
fn a_server_that_chooses_such_a_suite_in_an_older_version_is_refused() {
    let suite = &rows::TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256;
    let client = leak(Profile { versions: versions::ALL, ..LEGACY });
    for older in [ProtocolVersion::TLS1_1, ProtocolVersion::TLS1_0] {
        let mut pair = pair(client, only(&versions::TLS1_2, suite), "p256").tampered(move |from, bytes| {
            if from == Side::Server && bytes[0] == 22 && bytes[5] == 2 {
                for at in [1, 9] {
                    bytes[at..at + 2].copy_from_slice(&older.0.to_be_bytes());
                }
            }
        });
        pair.drive();
        assert_eq!(pair.client.error, Some(Error::Violation(Reason::SuiteNotOffered)), "{older:?}");
        assert_eq!(pair.client.error.unwrap().alert(), Some(A::ILLEGAL_PARAMETER));
    }
}

/// Lengths of the records of application data that carry `len` bytes.
fn records_of(pair: &mut Pair<'_, '_>, len: usize) -> Vec<usize> {
    let (record, consumed) = pair.client.send(&vec![7; len]).unwrap();
    assert_eq!(consumed, len);
    let lengths = tamper::records(&record).iter().map(|record| record.len() - 5).collect();
    pair.carry(Side::Client, record);
    pair.drive();
    lengths
}

#[test]
fn data_is_split_after_its_first_byte_where_ivs_are_chained() {
    let suite = &rows::TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA;
    for version in versions::ALL {
        let chained = version.record_iv == RecordIv::Chained;
        assert_eq!(chained, version.name == "tls10");
        for len in [1, 2, 100, 5000] {
            let profile = only(version, suite);
            let mut pair = pair(profile, profile, "p256");
            pair.drive();
            // Encrypt-then-MAC: padded to whole blocks, IV before, MAC after.
            let iv = if chained { 0 } else { 16 };
            let sealed = |len: usize| iv + (len / 16 + 1) * 16 + 20;
            let expected = match len {
                1 => vec![sealed(1)],
                _ if chained => vec![sealed(1), sealed(len - 1)],
                _ => vec![sealed(len)],
            };
            assert_eq!(records_of(&mut pair, len), expected, "{} {len}", version.name);
            assert_eq!(pair.server.received, vec![7; len], "{}", version.name);
        }
    }
}

#[test]
fn records_bear_the_version_that_was_agreed_on() {
    let suite = &rows::TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA;
    for version in versions::ALL {
        let client = leak(Profile { versions: versions::ALL, suites: Vec::leak(vec![suite]), ..LEGACY });
        let mut pair = pair(client, only(version, suite), "p256");
        pair.drive();
        exchange(&mut pair, version.name);
        for side in SIDES {
            let sent = tamper::records(&pair.end(side).sent);
            // RFC 5246 appendix E.1: what stands on the first ClientHello's record says nothing.
            for record in &sent[usize::from(side == Side::Client)..] {
                assert_eq!(record[1..3], version.wire.0.to_be_bytes(), "{} {side:?}", version.name);
            }
        }
    }
}

#[test]
fn each_scheme_alone_is_enough() {
    let suites: [&'static Suite; 2] =
        [&rows::TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256, &rows::TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256];
    for scheme in LEGACY.schemes {
        let rsa = scheme.algorithm.key == KeyType::Rsa;
        let profile = leak(Profile {
            schemes: Vec::leak(vec![*scheme]),
            ..*only(&versions::TLS1_2, suites[usize::from(rsa)])
        });
        // Below a root that other tests do not trust; edwards.rs has it.
        if scheme.algorithm.key == KeyType::Ed25519 {
            continue;
        }
        let mut pair = pair(profile, profile, if rsa { "rsa" } else { "p384" });
        converse(&mut pair, scheme.name);
        for side in SIDES {
            assert_eq!(pair.end(side).facts().unwrap().scheme, Some(scheme.id), "{}", scheme.name);
        }
    }
}

#[test]
fn what_is_old_is_in_the_legacy_profile_only() {
    let sha1 = [SignatureScheme::RSA_PKCS1_SHA1, SignatureScheme::ECDSA_SHA1];
    let offers = |profile: &Profile<'_>, id| profile.schemes.iter().any(|scheme| scheme.id == id);
    for (name, profile) in profiles::ALL.iter().filter(|(name, _)| *name != "LEGACY") {
        assert!(sha1.iter().all(|id| !offers(profile, *id)), "{name}");
        assert_eq!(
            profile.versions.iter().map(|version| version.name).collect::<Vec<_>>(),
            [if name.ends_with("_DATAGRAM") { "dtls12" } else { "tls12" }],
            "{name}"
        );
        let sha1_certificates = profile.certificate_algorithms.iter().any(|row| row.name.contains("sha1"));
        assert!(!sha1_certificates, "{name}");
    }
    for suite in profiles::DEFAULT.suites {
        assert!(suite.kx.is_ephemeral() && !suite.bulk.block_cipher, "{}", suite.name);
    }
    assert!(sha1.iter().all(|id| offers(&LEGACY, *id)));
    assert!(offers(&LEGACY, SignatureScheme::RSA_PSS_RSAE_SHA256));
    assert!(LEGACY.suites.iter().any(|suite| suite.bulk.name.contains("CHACHA20")));
    assert_eq!(LEGACY.versions.len(), 3);
    let (ours, theirs) = (leak(LEGACY), leak(profiles::DEFAULT));
    let mut pair = pair(ours, theirs, "p256");
    converse(&mut pair, "LEGACY with DEFAULT");
    assert!(!sha1.contains(&pair.client.facts().unwrap().scheme.unwrap()));
}
