//! Ed25519 as RFC 8032 has it, and what its verification refuses.

use super::*;
use std::vec::Vec;

fn hex(digits: &str) -> Vec<u8> {
    let digits: Vec<u8> = digits.chars().map(|c| u8::try_from(c.to_digit(16).unwrap()).unwrap()).collect();
    digits.chunks(2).map(|pair| pair[0] << 4 | pair[1]).collect()
}

/// No randomness: the scheme needs none.
struct Dead;

impl Rng for Dead {
    fn fill(&mut self, _: &mut [u8]) -> Result<(), Error> {
        Err(Error::Entropy)
    }
}

fn run(job: Result<BoxedJob, Error>) -> Result<Vec<u8>, Error> {
    let mut out = [0; 64];
    match job?.advance(Budget::UNLIMITED, &mut out) {
        Progress::Ready(len) => Ok(out[..len?].to_vec()),
        Progress::Pending => Err(Error::Unsupported),
    }
}

fn verify(public: &[u8], message: &[u8], signature: &[u8]) -> Result<Vec<u8>, Error> {
    run((CURVE.verify)(public, message, signature))
}

/// RFC 8032 section 7.1, tests 1 and 3.
const VECTORS: [[&str; 4]; 2] = [
    [
        "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
    ],
    [
        "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        "af82",
        "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a",
    ],
];

#[test]
fn signs_and_verifies_as_the_rfc_says() {
    for vector in VECTORS {
        let [private, public, message, signature] = vector.map(hex);
        let key = SigningKey::new(&private).unwrap();
        assert_eq!(key.public()[..], public);
        assert!(key.matches(&public));
        assert_eq!(run(key.sign(&ALGORITHM, &message, &mut Dead)), Ok(signature.clone()));
        assert_eq!(verify(&public, &message, &signature), Ok(Vec::new()));
        for bit in 0..512 {
            let mut wrong = signature.clone();
            wrong[bit / 8] ^= 1 << (bit % 8);
            assert_eq!(verify(&public, &message, &wrong), Err(Error::BadSignature), "bit {bit}");
        }
        assert_eq!(verify(&public, b"another", &signature), Err(Error::BadSignature));
        assert_eq!(verify(&public, &message, &signature[1..]), Err(Error::BadSignature));
        assert_eq!(verify(&public[1..], &message, &signature), Err(Error::InvalidPoint));
    }
}

/// The order, 2^252 + 27742317777372353535851937790883648493, little-endian.
const ORDER: &str = "edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010";

#[test]
fn rejects_s_that_is_not_reduced() {
    let [_, public, message, mut signature] = VECTORS[0].map(hex);
    let mut carry = 0;
    for (byte, order) in signature[32..].iter_mut().zip(hex(ORDER)) {
        let sum = u16::from(*byte) + u16::from(order) + carry;
        *byte = u8::try_from(sum & 0xFF).unwrap();
        carry = sum >> 8;
    }
    assert_eq!(verify(&public, &message, &signature), Err(Error::BadSignature));
}

/// The points of order 1, 2, 4 and 8 and their other encodings: with such a key, R and S of zero sign everything.
#[test]
fn rejects_keys_and_r_of_small_order_and_odd_encodings() {
    let small = [
        "0100000000000000000000000000000000000000000000000000000000000000",
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "0000000000000000000000000000000000000000000000000000000000000000",
        "0000000000000000000000000000000000000000000000000000000000000080",
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
        "0100000000000000000000000000000000000000000000000000000000000080",
        "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
    ];
    // y = 3 + p: the point of y = 3, of large order, in an encoding that is not canonical
    let odd = "f0ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f";
    let reduced = "0300000000000000000000000000000000000000000000000000000000000000";
    assert!(public_key(&hex(reduced)).is_some());
    let [_, public, message, signature] = VECTORS[0].map(hex);
    for point in small.into_iter().chain([odd]) {
        let forged = [&hex(small[0])[..], &[0; 32]].concat();
        assert_eq!(verify(&hex(point), b"anything", &forged), Err(Error::InvalidPoint), "{point}");
        let weak = [&hex(point)[..], &signature[32..]].concat();
        assert_eq!(verify(&public, &message, &weak), Err(Error::BadSignature), "{point}");
    }
}

#[test]
fn a_key_signs_by_its_own_algorithm_only() {
    let key = SigningKey::new(&[7; 32]).unwrap();
    assert!(SigningKey::new(&[7; 31]).is_err());
    static OTHER: SignatureAlgorithm = SignatureAlgorithm { key: KeyType::Ec, ..ALGORITHM };
    assert!(matches!(key.sign(&OTHER, b"message", &mut Dead), Err(Error::Unsupported)));
    assert!(matches!(key.decrypt_or(&[], &[], &mut Dead), Err(Error::Unsupported)));
    let rsa = PublicKey::Rsa { modulus: &[1], exponent: &[3] };
    assert!(matches!((ALGORITHM.verify)(&rsa, b"", &[0; 64]), Err(Error::InvalidKey)));
}
