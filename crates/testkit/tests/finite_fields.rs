//! Diffie-Hellman in finite fields (RFC 7919, RFC 5246 section 7.4.3): each group with a name, fields that a server
//! brings itself, and public values out of range.
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
    null,
    pair::{End, Pair, Setup, Side},
    tamper,
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
        kind: GroupKind::FiniteField { p, g: &[2], compiled: suites::presence::Present },
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

#[test]
fn fields_that_cannot_be_counted_in_are_refused() {
    let even: &'static [u8] = Vec::leak(add(safe(), -1));
    let huge: &'static [u8] = Vec::leak([&[1], &vec![0xFF; 1024][..]].concat());
    let suite = SUITES[0];
    for (what, p) in [("an even modulus", even), ("8193 bits", huge)] {
        let client = profile(&versions::TLS1_2, suite, groups::ELLIPTIC_CURVES);
        let mut pair = pair(client, profile(&versions::TLS1_2, suite, &[own(&null::AGREEMENT, p)]));
        pair.drive();
        assert_eq!(pair.client.error, Some(Error::Violation(Reason::BadFiniteField)), "{what}");
        assert_eq!(pair.server.error, Some(Error::AlertReceived(A::ILLEGAL_PARAMETER)), "{what}");
    }
}

/// A big-endian number and a small one.
fn add(number: &[u8], small: i16) -> Vec<u8> {
    let mut carry = small;
    let mut sum: Vec<u8> = number.to_vec();
    for byte in sum.iter_mut().rev() {
        let [_, low] = (i16::from(*byte) + carry).to_be_bytes();
        carry = (i16::from(*byte) + carry).div_euclid(256);
        *byte = low;
    }
    if carry > 0 {
        sum.insert(0, 1);
    }
    sum
}

/// Real finite fields; signatures, hashes and records are null, so that a changed value is not stopped by them.
static NULL_SIGNED: Suite = Suite { kx: &handshake::kx::DHE_RSA, ..null::DHE };

/// A vector with its length in front.
fn vector(value: &[u8]) -> Vec<u8> {
    [&u16::try_from(value.len()).unwrap().to_be_bytes(), value].concat()
}

/// The error and the alert of the other side when `from` puts these for dh_g and for its public value, which is dh_Ys
/// or dh_Yc.
fn told(
    group: &'static Group,
    from: Side,
    generator: Option<&[u8]>,
    value: &[u8],
) -> Option<(Error, Option<A>)> {
    let profile = |groups: &[&'static Group]| -> &'static Profile<'static> {
        Box::leak(Box::new(Profile {
            suites: Vec::leak(vec![&NULL_SIGNED]),
            groups: Vec::leak(groups.to_vec()),
            schemes: Vec::leak(vec![&null::RSA_SCHEME]),
            ..null::PROFILE
        }))
    };
    let GroupKind::FiniteField { p, g, .. } = group.kind else { return None };
    let named = groups::ALL.iter().copied().find(|named| named.id == group.id);
    let mut pair = Pair::new(
        End::client(
            client_config(profile(&[named.unwrap_or(&null::GROUP)])),
            server_name("localhost"),
            Setup::new(1),
        ),
        End::server(server_config(profile(&[group]), "null-rsa"), Setup::new(2)),
    )
    .tampered(|sender, bytes| {
        let message_type = if from == Side::Client { 16 } else { 12 };
        if sender == from && tamper::records(bytes).iter().any(|record| record.first() == Some(&22)) {
            let mut records = tamper::records(bytes);
            let others =
                records.iter().position(|record| record.first() == Some(&20)).unwrap_or(records.len());
            let rest = records.split_off(others);
            let mut readable = records.concat();
            tamper::edit_messages(&mut readable, |messages| {
                for message in messages.iter_mut().filter(|message| message.first() == Some(&message_type)) {
                    let body = match from {
                        Side::Client => vector(value),
                        Side::Server => {
                            let signed = [&[4, 1][..], &vector(&[1; 8])].concat();
                            [vector(p), vector(generator.unwrap_or(g)), vector(value), signed].concat()
                        }
                    };
                    *message = tamper::message(message_type, &body);
                }
            });
            *bytes = [readable, rest.concat()].concat();
        }
    });
    pair.drive();
    let victim = pair.end(from.other());
    let alert = match victim.sent.as_slice() {
        [.., 21, 3, _, 0, 2, 2, alert] => Some(A(*alert)),
        _ => None,
    };
    assert!(victim.error.is_some() || victim.is_connected());
    victim.error.map(|error| (error, alert))
}

#[test]
fn public_values_from_2_to_p_minus_2_are_taken_and_no_others() {
    // RFC 7919 section 3 for dh_Ys, section 4 for dh_Yc: handshake_failure.
    let refused = Some((Error::Violation(Reason::PublicValueOutOfRange), Some(A::HANDSHAKE_FAILURE)));
    for group in [&groups::FFDHE2048, own(&SAFE, safe())] {
        let GroupKind::FiniteField { p, .. } = group.kind else { unreachable!() };
        let zeros = vec![0; p.len()];
        let outside = [
            zeros.clone(),
            vec![0],
            add(&zeros, 1),
            vec![1],
            add(p, -1),
            p.to_vec(),
            add(p, 1),
            vec![0xFF; p.len()],
            vec![0xFF; p.len() + 1],
        ];
        let inside = [add(&zeros, 2), vec![2], add(p, -2), add(p, -3), [&[0], &*add(p, -2)].concat()];
        for from in SIDES {
            for value in &outside {
                assert_eq!(told(group, from, None, value), refused, "{from:?} {value:02x?}");
            }
            for value in &inside {
                assert_eq!(told(group, from, None, value), None, "{from:?} {value:02x?}");
            }
        }
    }
}

#[test]
fn generators_from_2_to_p_minus_2_are_taken_and_no_others() {
    let refused = Some((Error::Violation(Reason::BadFiniteField), Some(A::ILLEGAL_PARAMETER)));
    let group = own(&SAFE, safe());
    for generator in [vec![0], vec![1], add(safe(), -1), safe().to_vec(), add(safe(), 1)] {
        let told = told(group, Side::Server, Some(&generator), &[2]);
        assert_eq!(told, refused, "{generator:02x?}");
    }
    for generator in [vec![2], vec![5], add(safe(), -2)] {
        assert_eq!(told(group, Side::Server, Some(&generator), &[2]), None, "{generator:02x?}");
    }
}
