//! Whole connections over a `Pair`: every suite with every certificate, and every way in which bytes may arrive.
#![expect(clippy::unwrap_used, reason = "a test that fails panics")]

use embertls::{Event, registry};
use embertls_testkit::{
    credentials::{PSK, certificates_for, client_config, only_suite, server_config, server_name},
    pair::{End, Pair, Setup, Side, Split},
    rng::Seeded,
};
use suites::{Profile, Suite};

/// Both ends with one profile and this certificate, not yet driven.
fn pair(
    profile: &'static Profile<'static>,
    certificate: &str,
    client: Setup,
    server: Setup,
) -> Pair<'static, 'static> {
    Pair::new(
        End::client(client_config(profile), server_name("localhost"), client),
        End::server(server_config(profile, certificate), server),
    )
}

/// Drives to the end of a conversation: handshake, data both ways, both closes.
fn converse(pair: &mut Pair<'_, '_>, what: &str) {
    pair.drive();
    for side in [Side::Client, Side::Server] {
        assert!(pair.end(side).is_connected(), "{what}: {side:?} {:?}", pair.end(side).error);
    }
    let (question, answer) = (Seeded::new(1).bytes(20_000), Seeded::new(2).bytes(33_000));
    pair.send(Side::Client, &question).unwrap();
    pair.send(Side::Server, &answer).unwrap();
    assert!(pair.server.received == question, "{what}: the client's data");
    assert!(pair.client.received == answer, "{what}: the server's data");
    pair.close(Side::Client);
    pair.close(Side::Server);
    for side in [Side::Client, Side::Server] {
        let end = pair.end(side);
        end.end_of_stream();
        assert!(end.is_closed(), "{what}: {side:?} saw no close_notify");
        assert_eq!(end.error, None, "{what}: {side:?}");
    }
}

/// Suites with the certificates that serve them.
fn suites_and_certificates() -> impl Iterator<Item = (&'static Suite, &'static str)> {
    registry::suites::ALL.iter().flat_map(|suite| certificates_for(suite).map(|name| (*suite, name)))
}

#[test]
fn every_suite_shakes_hands_with_every_certificate_that_fits() {
    let mut count = 0;
    for (suite, certificate) in suites_and_certificates() {
        let what = format!("{} {certificate}", suite.name);
        let mut pair = pair(only_suite(suite), certificate, Setup::new(1), Setup::new(2));
        converse(&mut pair, &what);
        for side in [Side::Client, Side::Server] {
            let facts = pair.end(side).facts().unwrap();
            assert_eq!(facts.suite.name, suite.name);
            assert_eq!(facts.version.name, "tls12");
            assert!(facts.extended_master_secret && facts.secure_renegotiation, "{what}");
            assert_eq!(facts.encrypt_then_mac, suite.bulk.block_cipher, "{what}");
            assert_eq!(facts.group.is_some(), suite.kx.is_ephemeral(), "{what}");
            assert_eq!(facts.scheme.is_some(), suite.kx.is_signed(), "{what}");
            let identity = pair.end(side).psk_identity().map(<[u8]>::to_vec);
            assert_eq!(identity.as_deref(), suite.kx.psk.map(|_| PSK.identity), "{what}");
        }
        count += 1;
    }
    // 35 suites with RSA keys, 11 with ECDSA keys on two curves, 27 without certificates.
    assert_eq!(count, 84);
}

/// One suite for each shape of handshake and record.
fn representative() -> [(&'static Suite, &'static str); 3] {
    [
        (&registry::suites::TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256, "p256"),
        (&registry::suites::TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256, "rsa"),
        (&registry::suites::TLS_RSA_WITH_AES_256_CBC_SHA, "rsa"),
    ]
}

#[test]
fn bytes_may_arrive_one_at_a_time() {
    for (suite, certificate) in representative() {
        let every = |seed| Setup { split: Split::Every(1), ..Setup::new(seed) };
        converse(&mut pair(only_suite(suite), certificate, every(1), every(2)), suite.name);
    }
}

#[test]
fn bytes_may_arrive_in_any_split() {
    for (suite, certificate) in representative() {
        for seed in 0..8 {
            let random = |seed| Setup { split: Split::Random(Seeded::new(seed), 700), ..Setup::new(seed) };
            let what = format!("{} seed {seed}", suite.name);
            converse(&mut pair(only_suite(suite), certificate, random(seed), random(seed + 100)), &what);
        }
    }
}

#[test]
fn buffers_of_two_kibibytes_are_enough_for_a_peer_that_sends_small_records() {
    for (suite, certificate) in representative() {
        let small = |seed| Setup { receive_buffer: 2048, send_buffer: 2048, ..Setup::new(seed) };
        converse(&mut pair(only_suite(suite), certificate, small(1), small(2)), suite.name);
    }
}

#[test]
fn flights_leave_through_the_smallest_buffers() {
    for (suite, certificate) in representative() {
        for size in [120, 130, 200, 333] {
            let small = |seed| Setup { send_buffer: size, ..Setup::new(seed) };
            converse(
                &mut pair(only_suite(suite), certificate, small(1), small(2)),
                &format!("{} {size}", suite.name),
            );
        }
    }
}

#[test]
fn a_budget_of_one_shows_work_and_comes_to_the_same_end() {
    for (suite, certificate) in representative() {
        let slow = |seed| Setup { budget: Some(1), ..Setup::new(seed) };
        let mut pair = pair(only_suite(suite), certificate, slow(1), slow(2));
        converse(&mut pair, suite.name);
        for side in [Side::Client, Side::Server] {
            assert!(pair.end(side).events.contains(&Event::Work), "{}: {side:?} shows no work", suite.name);
        }
    }
}

#[test]
fn a_record_larger_than_the_receive_buffer_is_refused_with_the_size_that_it_needs() {
    let suite = &registry::suites::TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256;
    let small = Setup { receive_buffer: 2048, ..Setup::new(2) };
    let mut pair = pair(only_suite(suite), "p256", Setup::new(1), small);
    pair.drive();
    assert!(pair.server.is_connected(), "{:?}", pair.server.error);
    pair.send(Side::Client, &[7; 4000]).unwrap();
    // header, explicit nonce, data, tag
    assert_eq!(pair.server.error, Some(embertls::Error::RecordTooLarge { needed: 5 + 8 + 4000 + 16 }));
    assert_eq!(
        pair.client.error,
        Some(embertls::Error::AlertReceived(codec::AlertDescription::RECORD_OVERFLOW))
    );
}
