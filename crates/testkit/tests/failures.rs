//! An allocator that fails its n-th call, and a random source that fails its n-th draw, for every n of a handshake on
//! either side: a typed error each time, no abort, no leak, no connection.

use embertls::{Error, registry};
use embertls_testkit::{
    allocator,
    credentials::{client_config, only_suite, server_config, server_name},
    null,
    pair::{End, Pair, Setup, Side},
    rng::Failing,
};
use suites::Suite;

#[global_allocator]
static ALLOCATOR: allocator::Counting = allocator::Counting;

/// One suite for each key exchange and each kind of record.
fn suites() -> [(&'static Suite, &'static str); 4] {
    [
        (&registry::suites::TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256, "p256"),
        (&registry::suites::TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA384, "p384"),
        (&registry::suites::TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384, "rsa"),
        (&registry::suites::TLS_RSA_WITH_AES_256_CBC_SHA256, "rsa"),
    ]
}

/// Handshake, a little data, closes; only `watched`'s memory is counted and may fail.
fn run(
    suite: &'static Suite,
    certificate: &str,
    watched: Side,
    client: Setup,
    server: Setup,
) -> Pair<'static, 'static> {
    let profile = only_suite(suite);
    let (client_config, server_config) = (client_config(profile), server_config(profile, certificate));
    let client = Setup { watched: watched == Side::Client, ..client };
    let server = Setup { watched: watched == Side::Server, ..server };
    let mut pair = Pair::new(
        End::client(client_config, server_name("localhost"), client),
        End::server(server_config, server),
    );
    pair.drive();
    let _ = pair.send(Side::Client, b"data");
    let _ = pair.send(Side::Server, b"more data");
    pair.close(Side::Client);
    pair.close(Side::Server);
    pair
}

#[test]
fn the_nth_allocation_fails_for_every_n() {
    for (suite, certificate) in suites() {
        for side in [Side::Client, Side::Server] {
            let mut n = 0;
            loop {
                n += 1;
                allocator::reset();
                allocator::fail_at(n);
                let mut pair = run(suite, certificate, side, Setup::new(1), Setup::new(2));
                let came = allocator::disarm();
                let what = format!("{} {side:?}, allocation {n}", suite.name);
                let end = pair.end(side);
                if came {
                    assert_eq!(end.error, Some(Error::OutOfMemory), "{what}");
                } else {
                    assert_eq!(end.error, None, "{what}");
                    assert!(end.is_closed(), "{what}");
                }
                end.discard();
                assert_eq!(allocator::counts().live, 0, "{what}: bytes leaked");
                if !came {
                    break;
                }
            }
            println!("{} {side:?}: {} allocations failed in turn", suite.name, n - 1);
            assert!(n > 5, "only {n} allocations were seen");
        }
    }
}

#[test]
fn the_nth_draw_fails_for_every_n() {
    for (suite, certificate) in suites() {
        for side in [Side::Client, Side::Server] {
            let mut n = 0;
            loop {
                n += 1;
                allocator::reset();
                let (mut client, mut server) = (Setup::new(1), Setup::new(2));
                match side {
                    Side::Client => client.rng = Failing::at(1, n),
                    Side::Server => server.rng = Failing::at(2, n),
                }
                let mut pair = run(suite, certificate, side, client, server);
                let end = pair.end(side);
                let what = format!("{} {side:?}, draw {n}", suite.name);
                let came = end.setup.rng.draws >= n;
                if came {
                    assert_eq!(end.error, Some(Error::Entropy), "{what}");
                } else {
                    assert_eq!(end.error, None, "{what}");
                    assert!(end.is_closed(), "{what}");
                }
                end.discard();
                assert_eq!(allocator::counts().live, 0, "{what}: bytes leaked");
                if !came {
                    break;
                }
            }
            println!("{} {side:?}: {} draws failed in turn", suite.name, n - 1);
            assert!(n > 1, "no draw was seen");
        }
    }
}

/// A primitive that finds a fault in its own result at its n-th use, on either side: RSA-CRT under a glitch, for one.
#[test]
fn the_nth_primitive_is_faulty_for_every_n() {
    for (profile, certificate) in [(&null::PROFILE, "null-p256"), (&null::PROFILE_RSA, "null-rsa")] {
        let mut n = 0;
        loop {
            n += 1;
            null::fault_at(n);
            let mut pair = Pair::new(
                End::client(client_config(profile), server_name("localhost"), Setup::new(1)),
                End::server(server_config(profile, certificate), Setup::new(2)),
            );
            pair.drive();
            let came = null::disarm();
            let errors = [pair.client.error, pair.server.error];
            if !came {
                assert_eq!(errors, [None, None]);
                break;
            }
            let told = Some(Error::AlertReceived(codec::AlertDescription::INTERNAL_ERROR));
            assert!(errors.contains(&Some(Error::Internal)) && errors.contains(&told), "job {n}: {errors:?}");
        }
        println!("{certificate}: {} jobs failed in turn", n - 1);
        assert!(n > 3, "only {n} jobs were seen");
    }
}
