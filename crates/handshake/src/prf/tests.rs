//! The PRF against the test vectors that were published on the IETF's TLS mailing list for TLS 1.2.

use super::*;
use std::vec::Vec;

fn bytes(hex: &str) -> Vec<u8> {
    let digits: Vec<u8> = hex.bytes().filter(|b| !b.is_ascii_whitespace()).collect();
    digits
        .chunks(2)
        .map(|pair| u8::from_str_radix(core::str::from_utf8(pair).unwrap(), 16).unwrap())
        .collect()
}

#[cfg(feature = "sha256")]
#[test]
fn prf_with_sha256() {
    let expected = bytes(
        "e3f229ba727be17b8d122620557cd453c2aab21d07c3d495329b52d4e61edb5a 6b301791e90d35c9c9a46b4e14baf9af
         0fa022f7077def17abfd3797c0564bab4fbc91666e9def9b97fce34f796789ba a48082d122ee42c5a72e5a5110fff701
         87347b66",
    );
    let mut out = std::vec![0; expected.len()];
    of_suite(
        &crypto::hash::SHA256,
        &bytes("9bbe436ba940f017b17652849a71db35"),
        b"test label",
        [&bytes("a0ba9f936cda311827a6f796ffd5198c"), &[]],
        &mut out,
    );
    assert_eq!(out, expected);
}

#[cfg(feature = "sha384")]
#[test]
fn prf_with_sha384() {
    let expected = bytes(
        "7b0c18e9ced410ed1804f2cfa34a336a1c14dffb4900bb5fd7942107e81c83cd e9ca0faa60be9fe34f82b1233c9146a0
         e534cb400fed2700884f9dc236f80edd8bfa961144c9e8d792eca722a7b32fc3 d416d473ebc2c5fd4abfdad05d918425
         9b5bf8cd4d90fa0d31e2dec479e4f1a26066f2eea9a69236a3e52655c9e9aee6 91c8f3a26854308d5eaa3be85e099070
         3d73e56f",
    );
    let mut out = std::vec![0; expected.len()];
    of_suite(
        &crypto::hash::SHA384,
        &bytes("b80b733d6ceefcdc71566ea48e5567df"),
        b"test label",
        [&bytes("cd665cf6a8447dd6ff8b27555edb7465"), &[]],
        &mut out,
    );
    assert_eq!(out, expected);
}
