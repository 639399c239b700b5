//! ECDSA through rows and keys: what verifies, what must not, and how nonces depend on randomness.

use crate::support::{Failing, Seeded, Stuck, run};
use embertls_crypto::curve::{secp256r1, secp384r1};
use embertls_crypto::hash::{SHA256, SHA384, SHA512};
use embertls_crypto::limits::ECDSA_DIGEST_BYTES_MIN;
use embertls_crypto::signature::{ECDSA_SHA256, ECDSA_SHA384, ECDSA_SHA512, RSA_PKCS1_SHA256};
use embertls_crypto::{Curve, Error, KeyType, PrivateKey, PublicKey, SignatureAlgorithm};
use proptest::prelude::*;

static ROWS: [&SignatureAlgorithm; 3] = [&ECDSA_SHA256, &ECDSA_SHA384, &ECDSA_SHA512];

struct Pair {
    private: Box<dyn PrivateKey>,
    curve: &'static Curve,
    point: Vec<u8>,
}

impl Pair {
    fn public(&self) -> PublicKey<'_> {
        PublicKey::Ec { curve: self.curve, point: &self.point }
    }
}

fn pairs() -> [Pair; 2] {
    let mut point = [0; 97];
    let p256 = secp256r1::SigningKey::new(&[0x42; 32]).unwrap();
    let len = p256.public(&mut point).unwrap();
    assert_eq!(p256.public(&mut [0; 64]), Err(Error::BufferTooSmall));
    assert!(p256.matches(&point[..len]));
    assert!(!p256.matches(&point[..len - 1]));
    let p256 = Pair { private: Box::new(p256), curve: &secp256r1::CURVE, point: point[..len].to_vec() };
    let p384 = secp384r1::SigningKey::new(&[0x42; 48]).unwrap();
    let len = p384.public(&mut point).unwrap();
    assert!(p384.matches(&point[..len]));
    assert!(!p384.matches(&p256.point));
    let p384 = Pair { private: Box::new(p384), curve: &secp384r1::CURVE, point: point[..len].to_vec() };
    [p256, p384]
}

#[test]
fn every_row_signs_and_verifies_on_every_curve() {
    for pair in pairs() {
        assert_eq!(pair.private.key_type(), KeyType::Ec);
        assert_eq!(pair.private.curve_oid(), Some(pair.curve.oid));
        assert_eq!(pair.point.len(), pair.curve.public_len);
        for row in ROWS {
            let digest = (row.hash.digest)(&[b"message"]);
            let signature = run(pair.private.sign(row, digest.as_ref(), &mut Seeded(1))).unwrap();
            assert_eq!(run((row.verify)(&pair.public(), digest.as_ref(), &signature)), Ok(vec![]));
            // FIPS 186-5 section 6.4.2: the digest's leftmost bits count, as many as the order has
            let mut tail = digest.as_ref().to_vec();
            *tail.last_mut().unwrap() ^= 1;
            let counts = digest.as_ref().len() * 8 <= pair.curve.bits;
            let verified = run((row.verify)(&pair.public(), &tail, &signature));
            assert_eq!(verified.is_err(), counts, "{} {}", pair.curve.name, row.name);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]
    #[test]
    fn a_changed_bit_anywhere_is_a_bad_signature(seed in 1_u64.., bit in any::<prop::sample::Index>()) {
        for pair in pairs() {
            let mut digest = (SHA256.digest)(&[&seed.to_be_bytes()]).as_ref().to_vec();
            let mut signature = run(pair.private.sign(&ECDSA_SHA256, &digest, &mut Seeded(seed))).unwrap();
            prop_assert_eq!(run((pair.curve.verify)(&pair.point, &digest, &signature)), Ok(vec![]));
            let changed = bit.index(signature.len() * 8);
            signature[changed / 8] ^= 1 << (changed % 8);
            let refused = run((pair.curve.verify)(&pair.point, &digest, &signature));
            prop_assert_eq!(refused, Err(Error::BadSignature));
            signature[changed / 8] ^= 1 << (changed % 8);
            let changed = bit.index(digest.len() * 8);
            digest[changed / 8] ^= 1 << (changed % 8);
            let refused = run((pair.curve.verify)(&pair.point, &digest, &signature));
            prop_assert_eq!(refused, Err(Error::BadSignature));
        }
    }

    #[test]
    fn arbitrary_bytes_are_a_bad_signature(bytes in proptest::collection::vec(any::<u8>(), 0..120)) {
        for pair in pairs() {
            let refused = run((pair.curve.verify)(&pair.point, &[1; 32], &bytes));
            prop_assert_eq!(refused, Err(Error::BadSignature));
        }
    }
}

/// DER of two integers, minimal but for what the caller puts in.
fn der(r: &[u8], s: &[u8]) -> Vec<u8> {
    let integer = |value: &[u8]| [&[2, value.len() as u8], value].concat();
    let contents = [integer(r), integer(s)].concat();
    [&[0x30, contents.len() as u8][..], &contents].concat()
}

#[test]
fn scalars_out_of_range_are_a_bad_signature() {
    let [p256, _] = pairs();
    let order = crate::support::hex("00FFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551");
    let one = [1];
    for (r, s) in
        [(&[0][..], &[0][..]), (&[0], &one), (&one, &[0]), (&order, &one), (&one, &order), (&order, &order)]
    {
        let refused = run((p256.curve.verify)(&p256.point, &[0; 32], &der(r, s)));
        assert_eq!(refused, Err(Error::BadSignature));
    }
    // in range and well formed, so that the mathematics refuses it
    let refused = run((p256.curve.verify)(&p256.point, &[0; 32], &der(&one, &one)));
    assert_eq!(refused, Err(Error::BadSignature));
}

#[test]
fn only_the_der_of_a_signature_verifies() {
    for pair in pairs() {
        let digest = (SHA256.digest)(&[b"der"]);
        let good = run(pair.private.sign(&ECDSA_SHA256, digest.as_ref(), &mut Seeded(1))).unwrap();
        let verify = |signature: &[u8]| run((pair.curve.verify)(&pair.point, digest.as_ref(), signature));
        assert_eq!(verify(&good), Ok(vec![]));
        let inner = &good[2..];
        let wrong = [
            [&good[..], &[0]].concat(),
            [&[0x30, 0x81, inner.len() as u8], inner].concat(),
            [&[0x30, 0x82, 0, inner.len() as u8], inner].concat(),
            [&[0x30, 0x80], inner, &[0, 0]].concat(),
            [&[0x30, inner.len() as u8 + 2], inner, &[5, 0]].concat(),
            good[..good.len() - 1].to_vec(),
            vec![],
        ];
        for signature in wrong {
            assert_eq!(verify(&signature), Err(Error::BadSignature));
        }
    }
}

#[test]
fn a_digest_of_another_length_than_the_rows_is_refused() {
    for pair in pairs() {
        for row in ROWS {
            for len in [0, 20, 31, 33, 63, 65] {
                let digest = vec![1; len];
                let refused = run((row.verify)(&pair.public(), &digest, &der(&[1], &[1])));
                assert_eq!(refused, Err(Error::BadSignature));
                let refused = run(pair.private.sign(row, &digest, &mut Seeded(1)));
                assert_eq!(refused, Err(Error::Unsupported));
            }
        }
    }
}

#[test]
fn the_shortest_digest_that_a_curve_takes_is_that_of_the_limit() {
    let [p256, _] = pairs();
    // r and s that fit digest 0: r = x(Q), s = r (u1 = 0, u2 = 1), a forgery that only a chosen digest allows
    let x = &p256.point[1..33];
    let integer = if x[0] >= 0x80 { [&[0], x].concat() } else { x.to_vec() };
    let forged = der(&integer, &integer);
    for (len, verified) in
        [(ECDSA_DIGEST_BYTES_MIN, Ok(vec![])), (ECDSA_DIGEST_BYTES_MIN - 1, Err(Error::BadSignature))]
    {
        assert_eq!(run((p256.curve.verify)(&p256.point, &vec![0; len], &forged)), verified);
    }
}

#[test]
fn keys_and_rows_of_another_kind_are_refused() {
    let rsa = PublicKey::Rsa { modulus: &[0xFF; 256], exponent: &[3] };
    assert_eq!(run((ECDSA_SHA256.verify)(&rsa, &[0; 32], &[])), Err(Error::InvalidKey));
    for pair in pairs() {
        assert_eq!(run((RSA_PKCS1_SHA256.verify)(&pair.public(), &[0; 32], &[])), Err(Error::InvalidKey));
        assert_eq!(
            run(pair.private.sign(&RSA_PKCS1_SHA256, &[0; 32], &mut Seeded(1))),
            Err(Error::Unsupported)
        );
        assert_eq!(
            run(pair.private.decrypt_or(&[0; 256], &[0; 48], &mut Seeded(1))),
            Err(Error::Unsupported)
        );
    }
}

#[test]
fn an_invalid_public_point_is_not_a_signature_question() {
    for mut pair in pairs() {
        *pair.point.last_mut().unwrap() ^= 1;
        assert_eq!(
            run((pair.curve.verify)(&pair.point, &[1; 32], &der(&[1], &[1]))),
            Err(Error::InvalidPoint)
        );
    }
}

#[test]
fn private_keys_out_of_range_are_refused() {
    let order = crate::support::hex("FFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551");
    for wrong in [vec![], vec![0; 32], vec![1; 31], vec![1; 33], vec![0xFF; 32], order] {
        assert_eq!(secp256r1::SigningKey::new(&wrong).err(), Some(Error::InvalidKey));
    }
    assert_eq!(secp384r1::SigningKey::new(&[1; 32]).err(), Some(Error::InvalidKey));
}

/// The encoded r, which stands for the nonce.
fn r(signature: &[u8]) -> &[u8] {
    &signature[4..4 + usize::from(signature[3])]
}

#[test]
fn a_stuck_random_source_repeats_no_nonce_for_different_digests() {
    for pair in pairs() {
        let mut seen = std::collections::HashSet::new();
        for message in 0..16_u8 {
            for row in ROWS {
                let digest = (row.hash.digest)(&[&[message]]);
                let signature = run(pair.private.sign(row, digest.as_ref(), &mut Stuck(0))).unwrap();
                assert!(seen.insert(r(&signature).to_vec()));
            }
        }
        // nothing new goes in, nothing new comes out
        let digest = (SHA384.digest)(&[b"again"]);
        let sign = |byte| run(pair.private.sign(&ECDSA_SHA384, digest.as_ref(), &mut Stuck(byte))).unwrap();
        assert_eq!(sign(0), sign(0));
        assert_ne!(r(&sign(0)), r(&sign(1)));
    }
}

#[test]
fn fresh_randomness_changes_the_nonce_of_the_same_digest() {
    for pair in pairs() {
        let digest = (SHA512.digest)(&[b"the same"]);
        let mut rng = Seeded(9);
        let mut sign = || run(pair.private.sign(&ECDSA_SHA512, digest.as_ref(), &mut rng)).unwrap();
        assert_ne!(r(&sign()), r(&sign()));
    }
}

#[test]
fn a_random_source_that_fails_signs_nothing() {
    for pair in pairs() {
        assert_eq!(run(pair.private.sign(&ECDSA_SHA256, &[1; 32], &mut Failing(0))), Err(Error::Entropy));
    }
}
