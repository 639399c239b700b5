//! Private keys in every form, each proved by a signature that its public key verifies.

use crate::load;
use crypto::{
    Budget, Curve, Error as CryptoError, Job, KeyType, Progress, Rng, SignatureAlgorithm, ToBeSigned, curve,
    signature,
};
use embertls_pki::{
    BoxedKey, ErrorKind, KeyKind, private_key,
    private_key::{ED25519, RSA, SECP256R1, SECP384R1, SECP521R1},
    public_key,
};
use proptest::prelude::*;

pub(crate) const KINDS: &[&KeyKind] = &[&RSA, &SECP256R1, &SECP384R1];
/// Those of [`KINDS`], and the others.
const ALL: &[&KeyKind] = &[&RSA, &SECP256R1, &SECP384R1, &SECP521R1, &ED25519];
const CURVES: &[&Curve] =
    &[&curve::secp256r1::CURVE, &curve::secp384r1::CURVE, &curve::secp521r1::CURVE, &curve::ed25519::CURVE];

/// Counts up: good enough for signatures that protect nothing.
struct Counting(u8);

impl Rng for Counting {
    fn fill(&mut self, out: &mut [u8]) -> Result<(), CryptoError> {
        for byte in out {
            self.0 = self.0.wrapping_mul(5).wrapping_add(17);
            *byte = self.0;
        }
        Ok(())
    }
}

fn read(der: &[u8]) -> Result<BoxedKey, ErrorKind> {
    private_key(der, KINDS).map_err(|error| error.kind)
}

fn finish(job: &mut dyn Job, out: &mut [u8]) -> Result<usize, CryptoError> {
    loop {
        if let Progress::Ready(outcome) = job.advance(Budget::UNLIMITED, out) {
            return outcome;
        }
    }
}

pub(crate) fn belongs(key: &BoxedKey, spki: &[u8], algorithm: &'static SignatureAlgorithm) -> bool {
    let signed = ToBeSigned::of(algorithm, b"message");
    let mut out = [0; 512];
    let mut job = key.sign(algorithm, signed.as_ref(), &mut Counting(1)).unwrap();
    let len = finish(&mut *job, &mut out).unwrap();
    let public = public_key(spki, CURVES).unwrap();
    let mut job = (algorithm.verify)(&public, signed.as_ref(), &out[..len]).unwrap();
    finish(&mut *job, &mut []).is_ok()
}

#[test]
fn every_form_of_a_key_is_that_key() {
    for (form, public, algorithm, kind) in [
        ("rsa-pkcs8", "rsa-public", &signature::RSA_PKCS1_SHA256, KeyType::Rsa),
        ("rsa-pkcs1", "rsa-public", &signature::RSA_PKCS1_SHA256, KeyType::Rsa),
        ("P-256-pkcs8", "P-256-public", &signature::ECDSA_SHA256, KeyType::Ec),
        ("P-256-sec1", "P-256-public", &signature::ECDSA_SHA256, KeyType::Ec),
        ("P-256-with-parameters", "P-256-public", &signature::ECDSA_SHA256, KeyType::Ec),
        ("P-384-pkcs8", "P-384-public", &signature::ECDSA_SHA384, KeyType::Ec),
        ("P-384-sec1", "P-384-public", &signature::ECDSA_SHA384, KeyType::Ec),
    ] {
        // The file with parameters ends in its key.
        let key = read(&load(form)).unwrap_or_else(|error| panic!("{form}: {error:?}"));
        assert_eq!(key.key_type(), kind, "{form}");
        assert!(belongs(&key, &load(public), algorithm), "{form}");
    }
}

#[test]
fn p_521_and_ed25519_are_read_where_they_are_listed() {
    let read = |der: &[u8]| private_key(der, ALL).map_err(|error| error.kind);
    let key = read(&load("P-521-pkcs8")).unwrap();
    assert!(belongs(&key, &load("P-521-public"), &signature::ECDSA_SHA512));
    let version1 = load("ed25519-pkcs8");
    let public = load("ed25519-public");
    let key = read(&version1).unwrap();
    assert_eq!((key.key_type(), key.curve_oid()), (KeyType::Ed25519, None));
    assert!(belongs(&key, &public, &signature::ED25519));
    // OneAsymmetricKey of version 2 has the public key (RFC 8410 section 7, RFC 5958 section 2), and must be believed.
    let body = &version1[5..];
    let point = &public[public.len() - 32..];
    let with = |version: u8, point: &[u8], unused: u8| {
        let bits = [&[0x81, 33, unused][..], point].concat();
        let contents = [&[2, 1, version][..], body, &bits].concat();
        [&[0x30, u8::try_from(contents.len()).unwrap()], &contents[..]].concat()
    };
    assert!(belongs(&read(&with(1, point, 0)).unwrap(), &public, &signature::ED25519));
    let other: Vec<u8> = point.iter().rev().copied().collect();
    assert_eq!(read(&with(1, &other, 0)).err(), Some(ErrorKind::InvalidKey));
    assert_eq!(read(&with(1, point, 4)).err(), Some(ErrorKind::IllegalValue));
    assert_eq!(read(&with(2, point, 0)).err(), Some(ErrorKind::Unsupported));
    // the private key without the OCTET STRING around it, and of another length
    let short = [&version1[..1], &[version1[1] - 1], &version1[2..version1.len() - 1]].concat();
    assert_eq!(read(&short).err(), Some(ErrorKind::Truncated));
    for at in 0..version1.len() {
        assert!(read(&version1[..at]).is_err());
    }
}

#[test]
fn what_cannot_be_read_says_why() {
    for (name, kind) in [
        ("P-521-pkcs8", ErrorKind::Unsupported),
        ("P-256-explicit", ErrorKind::Unsupported),
        ("ed25519-pkcs8", ErrorKind::Unsupported),
        ("P-256-encrypted-pkcs8", ErrorKind::Encrypted),
    ] {
        assert_eq!(read(&load(name)).err(), Some(kind), "{name}");
    }
    let only_rsa = private_key(&load("P-256-pkcs8"), &[&RSA]);
    assert_eq!(only_rsa.err().map(|error| error.kind), Some(ErrorKind::Unsupported));
    let only_ec = private_key(&load("rsa-pkcs1"), &[&SECP256R1]);
    assert_eq!(only_ec.err().map(|error| error.kind), Some(ErrorKind::Unsupported));
    assert_eq!(read(&[]).err(), Some(ErrorKind::Truncated));
    // A public key is no private one.
    assert!(read(&load("rsa-public")).is_err());
}

#[test]
fn an_rsa_key_whose_numbers_disagree_is_refused() {
    let good = load("rsa-pkcs1");
    // Within the coefficient, the two exponents and the two primes, each of 128 bytes and its header, from the end.
    for back in [64, 195, 326, 457, 588] {
        let mut damaged = good.clone();
        let at = damaged.len() - back;
        damaged[at] ^= 2;
        assert_eq!(read(&damaged).err(), Some(ErrorKind::InvalidKey), "{back}");
    }
}

#[test]
fn an_ec_scalar_is_within_its_order() {
    let good = load("P-256-sec1");
    for byte in [0, 0xFF] {
        let mut damaged = good.clone();
        damaged[7..39].fill(byte);
        assert_eq!(read(&damaged).err(), Some(ErrorKind::InvalidKey));
    }
}

#[test]
fn an_ec_key_whose_point_is_anothers_is_refused() {
    for name in ["P-256-sec1", "P-384-pkcs8"] {
        let mut damaged = load(name);
        let last = damaged.len() - 1;
        damaged[last] ^= 1;
        assert_eq!(read(&damaged).err(), Some(ErrorKind::InvalidKey), "{name}");
    }
}

#[test]
fn a_key_that_names_two_curves_is_refused() {
    // ECPrivateKey of P-256, its curve inside, within PKCS#8 that says P-384.
    let mut inner = load("P-256-sec1");
    let oid = inner.windows(3).position(|bytes| bytes == [0xA0, 0x0A, 0x06]).unwrap();
    inner.truncate(oid + 12);
    inner[1] = u8::try_from(inner.len() - 2).unwrap();
    assert!(read(&inner).is_ok());
    let wrap = |curve: &[u8]| {
        let algorithm = [
            &[6, 7, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 2, 1][..],
            &[6, u8::try_from(curve.len()).unwrap()],
            curve,
        ]
        .concat();
        let len = |bytes: &[u8]| u8::try_from(bytes.len()).unwrap();
        let body = [&[2, 1, 0, 0x30, len(&algorithm)][..], &algorithm, &[4, len(&inner)], &inner].concat();
        [&[0x30, len(&body)][..], &body].concat()
    };
    assert!(read(&wrap(curve::secp256r1::OID)).is_ok());
    assert_eq!(read(&wrap(curve::secp384r1::OID)).err(), Some(ErrorKind::InvalidKey));
}

proptest! {
    #[test]
    fn mutations_of_a_key_do_no_harm(
        name in prop::sample::select(vec!["P-256-sec1", "P-256-pkcs8", "P-384-sec1"]),
        edits in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..4),
    ) {
        let mut der = load(name);
        for (index, byte) in edits {
            let at = index.index(der.len());
            der[at] = byte;
        }
        let _ = read(&der);
    }
}
