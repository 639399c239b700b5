//! SubjectPublicKeyInfo.

use crate::load;
use crypto::{Curve, KeyType, PublicKey, curve};
use embertls_pki::{ErrorKind, key_type, public_key};

const CURVES: &[&Curve] = &[&curve::secp256r1::CURVE, &curve::secp384r1::CURVE];

fn error(spki: &[u8]) -> Option<ErrorKind> {
    public_key(spki, CURVES).err().map(|error| error.kind)
}

#[test]
fn keys_are_read() {
    let rsa = load("rsa-public");
    let key = public_key(&rsa, CURVES).unwrap();
    assert_eq!((key.key_type(), key.bits()), (KeyType::Rsa, 2048));
    assert!(matches!(key, PublicKey::Rsa { exponent: &[1, 0, 1], .. }));
    for (name, bits) in [("P-256-public", 256), ("P-384-public", 384)] {
        let spki = load(name);
        let key = public_key(&spki, CURVES).unwrap();
        assert_eq!((key.key_type(), key.bits()), (KeyType::Ec, bits));
        assert!(matches!(key, PublicKey::Ec { point: [4, ..], .. }));
    }
}

#[test]
fn curves_that_are_not_listed_and_explicit_parameters_are_not_supported() {
    assert_eq!(error(&load("P-521-public")), Some(ErrorKind::Unsupported));
    assert_eq!(error(&load("P-256-explicit-public")), Some(ErrorKind::Unsupported));
    assert!(public_key(&load("P-256-public"), &[]).is_err());
    assert_eq!(key_type(&load("P-521-public")), Some(KeyType::Ec));
    assert_eq!(key_type(&load("rsa-public")), Some(KeyType::Rsa));
    assert_eq!(key_type(&load("ed25519-public")), Some(KeyType::Ed25519));
    assert_eq!(error(&load("ed25519-public")), Some(ErrorKind::Unsupported));
    assert_eq!(key_type(&load("ed25519-pkcs8")), None);
    assert_eq!(key_type(&[]), None);
}

#[test]
fn ed25519_has_no_parameters_and_is_no_named_curve() {
    const EDWARDS: &[&Curve] = &[&curve::ed25519::CURVE];
    let good = load("ed25519-public");
    let key = public_key(&good, EDWARDS).unwrap();
    assert_eq!((key.key_type(), key.bits()), (KeyType::Ed25519, 255));
    assert!(matches!(key, PublicKey::Ec { point, .. } if point.len() == 32));
    // with NULL, as careless writers have it
    let with_null = [&[0x30, 44, 0x30, 7], &good[4..9], &[5, 0], &good[9..]].concat();
    assert_eq!(public_key(&with_null, EDWARDS).err().map(|error| error.kind), Some(ErrorKind::TrailingBytes));
    // id-ecPublicKey with Ed25519's number as its curve
    let named = [
        &[0x30, 0x33, 0x30, 14, 6, 7, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 2, 1, 6, 3, 0x2B, 0x65, 0x70][..],
        &good[9..],
    ]
    .concat();
    assert_eq!(public_key(&named, EDWARDS).err().map(|error| error.kind), Some(ErrorKind::Unsupported));
    assert_eq!(error(&load("P-521-public")), Some(ErrorKind::Unsupported));
    assert_eq!(public_key(&load("P-521-public"), &[&curve::secp521r1::CURVE]).unwrap().bits(), 521);
}

#[test]
fn rsa_parameters_are_null_and_nothing_trails() {
    let good = load("rsa-public");
    let null = good.windows(2).position(|pair| pair == [5, 0]).unwrap();
    let mut other = good.clone();
    other[null] = 4;
    assert_eq!(error(&other), Some(ErrorKind::UnexpectedTag));
    assert_eq!(error(&[&good[..], &[0]].concat()), Some(ErrorKind::TrailingBytes));
    for cut in 0..good.len() {
        assert_eq!(error(&good[..cut]), Some(ErrorKind::Truncated));
    }
}
