//! The deterministic part of the nonces, which callers cannot reach: RFC 6979 appendices A.2.5 and A.2.6.

use super::*;
use crate::curve::weierstrass::decode_scalar;
use p256::NistP256;
use p384::NistP384;
use std::vec::Vec;

fn hex(digits: &str) -> Vec<u8> {
    let digits: Vec<_> = digits.chars().map(|c| u8::try_from(c.to_digit(16).unwrap()).unwrap()).collect();
    digits.chunks(2).map(|pair| pair[0] << 4 | pair[1]).collect()
}

fn signs_as<C: SigningCurve>(key: &str, digest: &str, r: &str, s: &str) {
    let private = decode_scalar::<C>(&hex(key)).unwrap();
    let signature = sign::<C>(&private, &hex(digest), &[]);
    let (actual_r, actual_s) = signature.split_bytes();
    assert_eq!((actual_r.to_vec(), actual_s.to_vec()), (hex(r), hex(s)));
    let hedged = sign::<C>(&private, &hex(digest), &[1]);
    assert_ne!(hedged.split_bytes().0.to_vec(), hex(r));
}

#[test]
fn without_randomness_nonces_are_those_of_rfc_6979_on_p256() {
    let key = "C9AFA9D845BA75166B5C215767B1D6934E50C3DB36E89B127B8A622B120F6721";
    // SHA-256 of "sample"
    signs_as::<NistP256>(
        key,
        "af2bdbe1aa9b6ec1e2ade1d694f41fc71a831d0268e9891562113d8a62add1bf",
        "EFD48B2AACB6A8FD1140DD9CD45E81D69D2C877B56AAF991C34D0EA84EAF3716",
        "F7CB1C942D657C41D436C7A1B6E29F65F3E900DBB9AFF4064DC4AB2F843ACDA8",
    );
    // SHA-256 of "test"
    signs_as::<NistP256>(
        key,
        "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        "F1ABB023518351CD71D881567B1EA663ED3EFCF6C5132B354F28D3B0B7D38367",
        "019F4113742A2B14BD25926B49C649155F267E60D3814B4C0CC84250E46F0083",
    );
}

#[test]
fn without_randomness_nonces_are_those_of_rfc_6979_on_p384() {
    let key =
        "6B9D3DAD2E1B8C1C05B19875B6659F4DE23C3B667BF297BA9AA47740787137D896D5724E4C70A825F872C9EA60D2EDF5";
    // SHA-384 of "sample"
    signs_as::<NistP384>(
        key,
        "9a9083505bc92276aec4be312696ef7bf3bf603f4bbd381196a029f340585312313bca4a9b5b890efee42c77b1ee25fe",
        "94EDBB92A5ECB8AAD4736E56C691916B3F88140666CE9FA73D64C4EA95AD133C81A648152E44ACF96E36DD1E80FABE46",
        "99EF4AEB15F178CEA1FE40DB2603138F130E740A19624526203B6351D0A3A94FA329C145786E679E7B82C71A38628AC8",
    );
    // SHA-384 of "test"
    signs_as::<NistP384>(
        key,
        "768412320f7b0aa5812fce428dc4706b3cae50e02a64caa16a782249bfe8efc4b7ef1ccb126255d196047dfedf17a0a9",
        "8203B63D3C853E8D77227FB377BCF7B7B772E97892A80F36AB775D509D7A5FEB0542A7F0812998DA8F1DD3CA3CF023DB",
        "DDD0760448D42D8A43AF45AF836FCE4DE8BE06B485E9B61B827C2F13173923E06A739F040649A667BF3B828246BAA5A5",
    );
}

#[test]
fn a_wrong_signature_does_not_leave() {
    let private = decode_scalar::<NistP256>(&[7; 32]).unwrap();
    let mut job = Sign::<NistP256> {
        public: ProjectivePoint::<NistP256>::mul_by_generator(&private),
        private: decode_scalar::<NistP256>(&[8; 32]).unwrap(),
        digest: Digest::new(&[1; 32]),
        hedge: Zeroizing::new([2; ECDSA_HEDGE_BYTES]),
    };
    let mut out = [0; 80];
    assert_eq!(job.advance(Budget::UNLIMITED, &mut out), Progress::Ready(Err(Error::Fault)));
    assert_eq!(out, [0; 80]);
    job.private = private;
    assert!(matches!(job.advance(Budget::UNLIMITED, &mut out), Progress::Ready(Ok(70..=72))));
}
