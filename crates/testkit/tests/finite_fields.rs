//! Diffie-Hellman in finite fields (RFC 7919, RFC 5246 section 7.4.3): each group with a name, and fields that a server
//! brings itself.
#![expect(clippy::unwrap_used, reason = "a test that fails panics")]

use codec::{AlertDescription as A, NamedGroup, Reason};
use crypto::{Agreement, ffdhe};
use embertls::{
    Error,
    registry::{groups, profiles::LEGACY, suites as rows, versions},
};
use embertls_testkit::{
    conversation::{SIDES, converse},
    credentials::{client_config, file, pem_blocks, server_config, server_name},
    pair::{End, Pair, Setup},
};
use std::sync::OnceLock;
use suites::{Group, GroupKind, Profile, Suite, Version};

const SUITES: [&Suite; 2] =
    [&rows::TLS_DHE_RSA_WITH_AES_128_GCM_SHA256, &rows::TLS_DHE_RSA_WITH_AES_256_CBC_SHA];

fn profile(
    version: &'static Version,
    suite: &'static Suite,
    groups: &[&'static Group],
) -> &'static Profile<'static> {
    Box::leak(Box::new(Profile {
        versions: Vec::leak(vec![version]),
        suites: Vec::leak(vec![suite]),
        groups: Vec::leak(groups.to_vec()),
        ..LEGACY
    }))
}

fn pair(client: &'static Profile<'static>, server: &'static Profile<'static>) -> Pair<'static, 'static> {
    Pair::new(
        End::client(client_config(client), server_name("localhost"), Setup::new(1)),
        End::server(server_config(server, "rsa"), Setup::new(2)),
    )
}

/// The prime of a file of parameters: the first INTEGER of a SEQUENCE of two (PKCS #3).
fn prime(name: &str) -> &'static [u8] {
    let der = pem_blocks(&file(name)).remove(0);
    let start = der.windows(2).position(|window| window == [0x02, 0x81] || window == [0x02, 0x82]).unwrap();
    let lengths = if der.get(start + 1) == Some(&0x81) { 1 } else { 2 };
    let content = start + 2 + lengths;
    let len = der.get(start + 2..content).unwrap().iter().fold(0, |len, byte| len << 8 | usize::from(*byte));
    let prime = der.get(content..content + len).unwrap();
    Vec::leak(prime.strip_prefix(&[0]).unwrap_or(prime).to_vec())
}

/// Declares a group of a server's own, over the prime that a function yields.
macro_rules! own_group {
    ($name:ident $prime:ident $len:literal $private:literal) => {
        static $name: Agreement = Agreement {
            name: "own",
            private_len: $private,
            public_len: $len,
            shared_len: $len,
            generate: |rng| ffdhe::generate($prime(), &[2], rng),
            agree: |private, public| ffdhe::agree($prime(), private, public),
        };
    };
}

fn safe() -> &'static [u8] {
    static PRIME: OnceLock<&[u8]> = OnceLock::new();
    PRIME.get_or_init(|| prime("dh-own-2048.pem"))
}

fn small() -> &'static [u8] {
    static PRIME: OnceLock<&[u8]> = OnceLock::new();
    PRIME.get_or_init(|| prime("dh-1024.pem"))
}

/// Odd, of 2048 bits, and divisible by three: a safe prime is 2 modulo 3.
fn composite() -> &'static [u8] {
    static NUMBER: OnceLock<Vec<u8>> = OnceLock::new();
    NUMBER.get_or_init(|| {
        let mut number = safe().to_vec();
        let last = number.last_mut().unwrap();
        *last = last.checked_add(4).or(last.checked_sub(8)).unwrap();
        let digits: u32 = number.iter().map(|byte| u32::from(*byte)).sum();
        assert_eq!(digits % 3, 0);
        number
    })
}

/// Prime or not, half of it is none: ten times the safe prime's distance to the next bit pattern.
fn unsafe_prime() -> &'static [u8] {
    static NUMBER: OnceLock<Vec<u8>> = OnceLock::new();
    NUMBER.get_or_init(|| {
        let mut number = safe().to_vec();
        if let Some(byte) = number.get_mut(100) {
            *byte ^= 0x55;
        }
        number
    })
}

own_group!(SAFE safe 256 29);
own_group!(SMALL small 128 29);
own_group!(COMPOSITE composite 256 29);
own_group!(UNSAFE unsafe_prime 256 29);

/// A group of the server's own; its number never goes over the wire.
fn own(agreement: &'static Agreement, p: &'static [u8]) -> &'static Group {
    Box::leak(Box::new(Group {
        id: NamedGroup(0x01FC),
        agreement,
        kind: GroupKind::FiniteField { p, g: &[2] },
    }))
}

#[test]
fn every_named_group_serves_in_every_version() {
    let all =
        [&groups::FFDHE2048, &groups::FFDHE3072, &groups::FFDHE4096, &groups::FFDHE6144, &groups::FFDHE8192];
    for group in all {
        for version in versions::ALL {
            for suite in SUITES.into_iter().filter(|suite| version.permits(suite)) {
                let big = group.agreement.public_len > 512;
                if big && (version.name != "tls12" || suite.bulk.block_cipher) {
                    continue;
                }
                let what = format!("{} {} {}", group.name(), version.name, suite.name);
                let server = profile(version, suite, &[group]);
                let mut pair = pair(profile(version, suite, groups::ALL), server);
                converse(&mut pair, &what);
                for side in SIDES {
                    assert_eq!(pair.end(side).facts().unwrap().group, Some(group.id), "{what}");
                }
            }
        }
    }
}

#[test]
fn groups_that_are_not_in_common_are_no_handshake() {
    let version = &versions::TLS1_2;
    let suite = SUITES[0];
    let client = profile(version, suite, &[&groups::FFDHE3072]);
    let mut pair = pair(client, profile(version, suite, &[&groups::FFDHE2048]));
    pair.drive();
    assert_eq!(pair.server.error, Some(Error::Incompatible(Reason::NoCommonGroup)));
    assert_eq!(pair.client.error, Some(Error::AlertReceived(A::HANDSHAKE_FAILURE)));
}

#[test]
fn a_safe_prime_of_the_server_is_accepted() {
    for version in versions::ALL {
        for suite in SUITES.into_iter().filter(|suite| version.permits(suite)) {
            for budget in [None, Some(50)] {
                // The client names no field: the choice is the server's.
                let client = profile(version, suite, groups::ELLIPTIC_CURVES);
                let mut pair = pair(client, profile(version, suite, &[own(&SAFE, safe())]));
                pair.client.setup.budget = budget;
                converse(&mut pair, &format!("{} {}", version.name, suite.name));
                assert_eq!(pair.client.facts().unwrap().group, None);
            }
        }
    }
}

#[test]
fn fields_that_are_small_or_no_safe_primes_are_refused() {
    let cases = [
        (own(&SMALL, small()), Reason::FiniteFieldTooSmall, A::INSUFFICIENT_SECURITY),
        (own(&COMPOSITE, composite()), Reason::BadFiniteField, A::ILLEGAL_PARAMETER),
        (own(&UNSAFE, unsafe_prime()), Reason::BadFiniteField, A::ILLEGAL_PARAMETER),
    ];
    for version in versions::ALL {
        for suite in SUITES.into_iter().filter(|suite| version.permits(suite)) {
            for (group, reason, alert) in cases {
                let client = profile(version, suite, groups::ELLIPTIC_CURVES);
                let mut pair = pair(client, profile(version, suite, &[group]));
                pair.drive();
                assert_eq!(pair.client.error, Some(Error::Violation(reason)), "{}", version.name);
                assert_eq!(pair.server.error, Some(Error::AlertReceived(alert)), "{}", version.name);
            }
        }
    }
}
