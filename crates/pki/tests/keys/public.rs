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
    assert_eq!(key_type(&load("ed25519-pkcs8")), None);
    assert_eq!(key_type(&[]), None);
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
