//! RSA against the crate `rsa`, forgeries, malformed blocks, limits.

use crate::support::{Failing, Seeded, Stuck, hex, run};
use crypto_bigint::modular::{FixedMontyForm, FixedMontyParams};
use crypto_bigint::{Odd, U2048};
use embertls_crypto::hash::{SHA256, SHA384, SHA512};
use embertls_crypto::limits::{
    RSA_EXPONENT_BYTES_MAX, RSA_EXPONENT_MIN, RSA_MODULUS_BITS_MAX, RSA_MODULUS_BITS_MIN, RSA_PADDING_ROUNDS,
};
use embertls_crypto::rsa::{Components, RsaPrivateKey, encrypt_pkcs1, pss, verify_pkcs1};
use embertls_crypto::signature::{ECDSA_SHA256, RSA_PKCS1_SHA256, RSA_PKCS1_SHA384, RSA_PKCS1_SHA512};
use embertls_crypto::{Error, KeyType, PrivateKey, PublicKey, Rng, SignatureAlgorithm};
use proptest::prelude::*;
use rsa::rand_core::{TryCryptoRng, TryRng};
use rsa::{BoxedUint, Pkcs1v15Encrypt, Pkcs1v15Sign, Pss};
use std::convert::Infallible;

static ROWS: [&SignatureAlgorithm; 3] = [&RSA_PKCS1_SHA256, &RSA_PKCS1_SHA384, &RSA_PKCS1_SHA512];

/// A committed test key, here and for the oracle.
struct Key {
    modulus: Vec<u8>,
    exponent: Vec<u8>,
    private: RsaPrivateKey,
    oracle: rsa::PrivateKey,
}

impl Key {
    fn new(text: &str) -> Self {
        let [n, e, d, p, q, dp, dq, qinv]: [Vec<u8>; 8] = text
            .lines()
            .map(|line| hex(line.split_once(' ').unwrap().1))
            .collect::<Vec<_>>()
            .try_into()
            .unwrap();
        let private = RsaPrivateKey::new(&Components {
            modulus: &n,
            public_exponent: &e,
            private_exponent: &d,
            prime1: &p,
            prime2: &q,
            exponent1: &dp,
            exponent2: &dq,
            coefficient: &qinv,
        })
        .unwrap();
        let [bn, be, bd, bp, bq] =
            [&n, &e, &d, &p, &q].map(|number| BoxedUint::from_be_slice_vartime(number));
        let oracle = rsa::PrivateKey::from_components(bn, be, bd, vec![bp, bq]).unwrap();
        Self { modulus: n, exponent: e, private, oracle }
    }

    fn public(&self) -> PublicKey<'_> {
        PublicKey::Rsa { modulus: &self.modulus, exponent: &self.exponent }
    }

    /// A signature over anything that follows the padding's end.
    fn sign_raw(&self, info: &[u8]) -> Vec<u8> {
        self.oracle.sign(Pkcs1v15Sign::new_unprefixed(), info).unwrap()
    }
}

macro_rules! key {
    ($name:literal) => {
        Key::new(include_str!(concat!("../data/rsa/", $name, ".txt")))
    };
}

/// Keys of every size that is compiled in, one between the sizes, one with e = 3.
fn keys() -> [Key; 5] {
    [key!("2048"), key!("2048-e3"), key!("2050"), key!("3072"), key!("4096")]
}

impl TryRng for Seeded {
    type Error = Infallible;
    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        let mut bytes = [0; 4];
        Rng::fill(self, &mut bytes).unwrap();
        Ok(u32::from_be_bytes(bytes))
    }
    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        let mut bytes = [0; 8];
        Rng::fill(self, &mut bytes).unwrap();
        Ok(u64::from_be_bytes(bytes))
    }
    fn try_fill_bytes(&mut self, out: &mut [u8]) -> Result<(), Infallible> {
        Rng::fill(self, out).unwrap();
        Ok(())
    }
}

impl TryCryptoRng for Seeded {}

fn oracle_scheme(row: &SignatureAlgorithm) -> Pkcs1v15Sign {
    match row.hash.output_len {
        32 => Pkcs1v15Sign::new::<sha2::Sha256>(),
        48 => Pkcs1v15Sign::new::<sha2::Sha384>(),
        64 => Pkcs1v15Sign::new::<sha2::Sha512>(),
        other => panic!("no row with digests of {other} bytes"),
    }
}

#[test]
fn signatures_are_those_of_the_oracle_for_every_size_and_hash() {
    for key in keys() {
        assert_eq!(key.private.key_type(), KeyType::Rsa);
        assert_eq!(key.private.curve_oid(), None);
        assert_eq!(key.private.modulus_len(), key.modulus.len());
        assert_eq!(key.private.modulus_bits(), key.public().bits());
        assert!(key.private.matches(&key.modulus, &key.exponent));
        assert!(!key.private.matches(&key.modulus, &[5]));
        for row in ROWS {
            let digest = (row.hash.digest)(&[b"message"]);
            let digest = digest.as_ref();
            let signature = run(key.private.sign(row, digest, &mut Seeded(1))).unwrap();
            assert_eq!(signature, key.oracle.sign(oracle_scheme(row), digest).unwrap());
            assert_eq!(run((row.verify)(&key.public(), digest, &signature)), Ok(vec![]));
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]
    #[test]
    fn signing_and_verifying_agree_with_the_oracle(digest in any::<[u8; 32]>(), seed in 1_u64.., bit in 0..2048_usize) {
        let key = key!("2048");
        let mut signature = run(key.private.sign(&RSA_PKCS1_SHA256, &digest, &mut Seeded(seed))).unwrap();
        prop_assert_eq!(&signature, &key.oracle.sign(oracle_scheme(&RSA_PKCS1_SHA256), &digest).unwrap());
        signature[bit / 8] ^= 1 << (bit % 8);
        let refused = run(verify_pkcs1(&SHA256, &key.public(), &digest, &signature));
        prop_assert_eq!(refused, Err(Error::BadSignature));
    }

    #[test]
    fn encryption_and_decryption_agree_with_the_oracle(
        message in proptest::collection::vec(any::<u8>(), 0..=245),
        seed in 1_u64..,
    ) {
        let key = key!("2048");
        let mut rng = Seeded(seed);
        let substitute = vec![0; message.len()];
        let ours = run(encrypt_pkcs1(&key.public(), &message, &mut rng)).unwrap();
        prop_assert_eq!(&key.oracle.decrypt(Pkcs1v15Encrypt, &ours).unwrap(), &message);
        prop_assert_eq!(&run(key.private.decrypt_or(&ours, &substitute, &mut rng)).unwrap(), &message);
        let theirs = key.oracle.as_public_key().encrypt(&mut rng, Pkcs1v15Encrypt, &message).unwrap();
        prop_assert_eq!(&run(key.private.decrypt_or(&theirs, &substitute, &mut rng)).unwrap(), &message);
    }

    #[test]
    fn arbitrary_signatures_are_refused(bytes in proptest::collection::vec(any::<u8>(), 250..260)) {
        let key = key!("2048-e3");
        prop_assert_eq!(run(verify_pkcs1(&SHA256, &key.public(), &[1; 32], &bytes)), Err(Error::BadSignature));
        prop_assert_eq!(run(pss::verify(&SHA256, &key.public(), &[1; 32], &bytes)), Err(Error::BadSignature));
    }

    #[test]
    fn arbitrary_ciphertexts_come_to_the_substitute(bytes in any::<[u8; 32]>(), seed in 1_u64..) {
        let key = key!("2048");
        let mut ciphertext = bytes.repeat(8);
        ciphertext[0] &= 0x3F;
        let outcome = run(key.private.decrypt_or(&ciphertext, &[0x77; 48], &mut Seeded(seed)));
        prop_assert_eq!(outcome, Ok(vec![0x77; 48]));
    }
}

#[test]
fn every_size_decrypts_what_it_encrypts() {
    for key in keys() {
        let ciphertext = run(encrypt_pkcs1(&key.public(), &[7; 48], &mut Seeded(2))).unwrap();
        assert_eq!(ciphertext.len(), key.modulus.len());
        assert_eq!(run(key.private.decrypt_or(&ciphertext, &[0; 48], &mut Seeded(3))), Ok(vec![7; 48]));
        assert_eq!(run(key.private.decrypt_or(&ciphertext, &[9; 47], &mut Seeded(3))), Ok(vec![9; 47]));
    }
}

#[test]
fn forged_signatures_with_exponent_3_are_refused() {
    // cube roots of a block with little padding, a right DigestInfo for "forged", and then garbage (Bleichenbacher 2006)
    let roots = [
        "32cbfd4a7adc7905583d767520f51640759176d37826f2ef63ae3dc7ace44fc061a4b3170290639a174f250874a9e7dd7fdd6fbebf5ada66cbb490f65737d365fdd6ddcfab5bbdeb4c26fe262c0f3e5c670d001c01",
        "2853cd73e4d3f6855ad265cf866688d02cdb3e7b557cffc5e7b491b93e4ed5cfa54fbcf59ea2b46ad8200bf9527962aa35acbdcbb5709d64515a895e4e93559ae926a8de7339823778dea053257de14145e56c8b3d",
        "32c38624845911817bf125c3cf15343cee1389f8cf0413a7487893c6cd6e979b49ffdd74d9adf1d18a9574185c83c52f6b76b334d35aa08e19db618a17a1be51fe4e0d48a676df90bdcbed80f3dd9968c102a3e2f2",
    ];
    let key = key!("2048-e3");
    let digest = (SHA256.digest)(&[b"forged"]);
    for root in roots {
        let root = hex(root);
        let signature = [vec![0; 256 - root.len()], root].concat();
        // the cube is below the modulus, so that the block is as its maker wanted it
        let cube =
            FixedMontyForm::new(&U2048::from_be_slice(&signature), &params(&key)).pow(&U2048::from_u8(3));
        let block = cube.retrieve().to_be_bytes().as_slice().to_vec();
        assert!(block.windows(32).any(|window| window == digest.as_ref()));
        let refused = run(verify_pkcs1(&SHA256, &key.public(), digest.as_ref(), &signature));
        assert_eq!(refused, Err(Error::BadSignature));
    }
    for trivial in [0, 1] {
        let mut signature = vec![0; 256];
        signature[255] = trivial;
        let refused = run(verify_pkcs1(&SHA256, &key.public(), digest.as_ref(), &signature));
        assert_eq!(refused, Err(Error::BadSignature));
    }
}

#[test]
fn only_one_digest_info_verifies() {
    let key = key!("2048");
    let digest = (SHA256.digest)(&[b"info"]);
    let digest = digest.as_ref();
    let verify = |hash, info: &[u8]| run(verify_pkcs1(hash, &key.public(), digest, &key.sign_raw(info)));
    let right = [SHA256.digest_info, digest].concat();
    assert_eq!(right[..2], [0x30, 0x31]);
    assert_eq!(verify(&SHA256, &right), Ok(vec![]));

    let without_null = [&hex("302f300b0609608648016503040201"), &hex("0420")[..], digest].concat();
    let long_length = [&hex("308131"), &right[2..]].concat();
    let inner_trailing = [&hex("3033"), &right[2..], &[5, 0]].concat();
    let null_with_contents = [&hex("3032300e06096086480165030402010501000420"), digest].concat();
    let wrong = [
        ("missing NULL", without_null),
        ("BER length", long_length),
        ("trailing bytes inside", inner_trailing),
        ("trailing byte", [&right[..], &[0]].concat()),
        ("NULL with contents", null_with_contents),
        ("another hash", [SHA384.digest_info, digest].concat()),
        ("no DigestInfo", digest.to_vec()),
        ("digest cut off", right[..right.len() - 1].to_vec()),
        ("nothing", vec![]),
    ];
    for (what, info) in wrong {
        assert_eq!(verify(&SHA256, &info), Err(Error::BadSignature), "{what}");
    }
    // the digest of one hash under the name of another
    let signature = key.sign_raw(&right);
    for hash in [&SHA384, &SHA512] {
        let refused = run(verify_pkcs1(hash, &key.public(), digest, &signature));
        assert_eq!(refused, Err(Error::BadSignature));
        let padded = vec![1; hash.output_len];
        let refused = run(verify_pkcs1(hash, &key.public(), &padded, &signature));
        assert_eq!(refused, Err(Error::BadSignature));
    }
}

#[test]
fn a_signature_has_the_modulus_length_and_is_below_the_modulus() {
    let key = key!("2048");
    let digest = (SHA256.digest)(&[b"length"]);
    let digest = digest.as_ref();
    let good = run(key.private.sign(&RSA_PKCS1_SHA256, digest, &mut Seeded(1))).unwrap();
    let plus_modulus = {
        let mut carry = 0;
        let mut sum: Vec<u8> = good
            .iter()
            .zip(&key.modulus)
            .rev()
            .map(|(a, b)| {
                let sum = u16::from(*a) + u16::from(*b) + carry;
                carry = sum >> 8;
                sum as u8
            })
            .collect();
        sum.reverse();
        sum
    };
    let wrong = [
        [&[0], &good[..]].concat(),
        [&good[..], &[0]].concat(),
        good[1..].to_vec(),
        vec![],
        vec![0; 256],
        vec![0xFF; 256],
        key.modulus.clone(),
        plus_modulus,
    ];
    for signature in wrong {
        let refused = run(verify_pkcs1(&SHA256, &key.public(), digest, &signature));
        assert_eq!(refused, Err(Error::BadSignature));
        let refused = run(pss::verify(&SHA256, &key.public(), digest, &signature));
        assert_eq!(refused, Err(Error::BadSignature));
    }
}

fn params(key: &Key) -> FixedMontyParams<{ U2048::LIMBS }> {
    FixedMontyParams::new_vartime(Odd::new(U2048::from_be_slice(&key.modulus)).unwrap())
}

/// Encrypts a block as it is.
fn encrypt_block(key: &Key, block: &[u8]) -> Vec<u8> {
    let power =
        FixedMontyForm::new(&U2048::from_be_slice(block), &params(key)).pow(&U2048::from_u32(0x1_0001));
    power.retrieve().to_be_bytes().as_slice().to_vec()
}

#[test]
fn every_malformed_block_comes_to_the_substitute() {
    let key = key!("2048");
    let block = |change: &dyn Fn(&mut [u8])| {
        let mut block = [0x11; 256];
        (block[0], block[1], block[207]) = (0, 2, 0);
        block[208..].fill(0x77);
        change(&mut block);
        block
    };
    let outcome = |block: &[u8]| {
        run(key.private.decrypt_or(&encrypt_block(&key, block), &[0x55; 48], &mut Seeded(8))).unwrap()
    };
    assert_eq!(outcome(&block(&|_| ())), [0x77; 48]);
    // a message that holds zeros is as good as any
    assert_eq!(outcome(&block(&|block| block[208..].fill(0))), [0; 48]);

    type Change<'c> = &'c dyn Fn(&mut [u8]);
    let malformed: [(&str, Change<'_>); 16] = [
        ("first byte", &|block| block[0] = 1),
        ("block type 0", &|block| block[1] = 0),
        ("block type 1", &|block| block[1] = 1),
        ("block type 3", &|block| block[1] = 3),
        ("zero at the first byte of padding", &|block| block[2] = 0),
        ("zero at the eighth byte of padding", &|block| block[9] = 0),
        ("zero at the ninth byte of padding", &|block| block[10] = 0),
        ("zero at the last byte of padding", &|block| block[206] = 0),
        ("message one byte longer", &|block| (block[206], block[207]) = (0, 1)),
        ("message one byte shorter", &|block| (block[207], block[208]) = (1, 0)),
        ("no end of padding", &|block| block[2..].fill(1)),
        ("all zeros", &|block| block.fill(0)),
        ("one", &|block| {
            block.fill(0);
            block[255] = 1;
        }),
        ("empty message", &|block| {
            block[2..].fill(1);
            block[255] = 0;
        }),
        ("no padding", &|block| block[2..].fill(0)),
        ("SSLv2 rollback marks in place of the end", &|block| block[199..=207].fill(3)),
    ];
    for (what, change) in malformed {
        assert_eq!(outcome(&block(change)), [0x55; 48], "{what}");
    }
}

#[test]
fn a_ciphertext_that_is_none_comes_to_the_substitute() {
    let key = key!("2048");
    let good = run(encrypt_pkcs1(&key.public(), &[7; 48], &mut Seeded(2))).unwrap();
    let mut above = key.modulus.clone();
    *above.last_mut().unwrap() += 1;
    let wrong = [
        vec![],
        good[1..].to_vec(),
        [&[0], &good[..]].concat(),
        [&good[..], &[0]].concat(),
        vec![0; 256],
        vec![0xFF; 256],
        key.modulus.clone(),
        above,
        vec![0xAB; 4096],
    ];
    for ciphertext in wrong {
        let outcome = run(key.private.decrypt_or(&ciphertext, &[0x55; 48], &mut Seeded(8)));
        assert_eq!(outcome, Ok(vec![0x55; 48]), "{}", ciphertext.len());
    }
}

#[test]
fn messages_that_leave_no_room_for_padding_are_refused() {
    let key = key!("2048");
    let longest = run(encrypt_pkcs1(&key.public(), &[7; 245], &mut Seeded(2))).unwrap();
    assert_eq!(run(key.private.decrypt_or(&longest, &[0; 245], &mut Seeded(2))), Ok(vec![7; 245]));
    for len in [246, 256, 257, 1000] {
        let message = vec![7; len];
        assert_eq!(run(encrypt_pkcs1(&key.public(), &message, &mut Seeded(2))), Err(Error::Unsupported));
        assert_eq!(run(key.private.decrypt_or(&longest, &message, &mut Seeded(2))), Err(Error::Unsupported));
    }
}

#[test]
fn pss_agrees_with_the_oracle_for_every_size_and_hash() {
    for key in keys() {
        for hash in [&SHA256, &SHA384, &SHA512] {
            let digest = (hash.digest)(&[b"pss"]);
            let digest = digest.as_ref();
            let scheme = || -> Box<dyn Fn(&[u8]) -> bool + '_> {
                let public = key.oracle.as_public_key();
                match hash.output_len {
                    32 => Box::new(|s| public.verify(Pss::<sha2::Sha256>::new(), digest, s).is_ok()),
                    48 => Box::new(|s| public.verify(Pss::<sha2::Sha384>::new(), digest, s).is_ok()),
                    _ => Box::new(|s| public.verify(Pss::<sha2::Sha512>::new(), digest, s).is_ok()),
                }
            };
            let signature = run(key.private.sign_pss(hash, digest, &mut Seeded(6))).unwrap();
            assert!(scheme()(&signature), "{} {}", key.modulus.len(), hash.name);
            assert_eq!(run(pss::verify(hash, &key.public(), digest, &signature)), Ok(vec![]));
            let mut changed = digest.to_vec();
            changed[0] ^= 1;
            let refused = run(pss::verify(hash, &key.public(), &changed, &signature));
            assert_eq!(refused, Err(Error::BadSignature));
            let refused = run(verify_pkcs1(hash, &key.public(), digest, &signature));
            assert_eq!(refused, Err(Error::BadSignature));
        }
        let theirs = key.oracle.sign_with_rng(&mut Seeded(3), Pss::<sha2::Sha256>::new(), &[1; 32]).unwrap();
        assert_eq!(run(pss::verify(&SHA256, &key.public(), &[1; 32], &theirs)), Ok(vec![]));
        // another salt length than the digest's is another scheme
        let short = Pss::<sha2::Sha256>::new_with_salt(20);
        let theirs = key.oracle.sign_with_rng(&mut Seeded(3), short, &[1; 32]).unwrap();
        assert_eq!(run(pss::verify(&SHA256, &key.public(), &[1; 32], &theirs)), Err(Error::BadSignature));
    }
}

/// What becomes of a public key whose signature is certainly wrong: its own fault, or the signature's.
fn judged(modulus: &[u8], exponent: &[u8]) -> Error {
    let key = PublicKey::Rsa { modulus, exponent };
    let signature = vec![0; modulus.len()];
    let verified = run(verify_pkcs1(&SHA256, &key, &[1; 32], &signature)).unwrap_err();
    assert_eq!(run(pss::verify(&SHA256, &key, &[1; 32], &signature)), Err(verified));
    assert_eq!(run(encrypt_pkcs1(&key, &[1; 48], &mut Seeded(1))).is_err(), verified == Error::InvalidKey);
    verified
}

/// An odd number of just so many bits.
fn odd(bits: usize) -> Vec<u8> {
    let mut number = vec![0x5A; bits.div_ceil(8)];
    number[0] = 1 << ((bits - 1) % 8);
    *number.last_mut().unwrap() |= 1;
    number
}

#[test]
fn the_modulus_is_within_its_limits() {
    for bits in [RSA_MODULUS_BITS_MIN, RSA_MODULUS_BITS_MIN + 1, 2056, 3071, 3072, 3073, RSA_MODULUS_BITS_MAX]
    {
        assert_eq!(judged(&odd(bits), &[3]), Error::BadSignature, "{bits}");
    }
    for bits in [1, 8, 512, 1024, RSA_MODULUS_BITS_MIN - 1, RSA_MODULUS_BITS_MAX + 1, 16_384] {
        assert_eq!(judged(&odd(bits), &[3]), Error::InvalidKey, "{bits}");
    }
    let mut even = odd(RSA_MODULUS_BITS_MIN);
    *even.last_mut().unwrap() ^= 1;
    for modulus in [even, [&[0], &odd(2048)[..]].concat(), vec![0; 256], vec![]] {
        assert_eq!(judged(&modulus, &[3]), Error::InvalidKey);
    }
}

#[test]
fn the_public_exponent_is_within_its_limits() {
    assert_eq!(RSA_EXPONENT_MIN, 3);
    assert_eq!(RSA_EXPONENT_BYTES_MAX, 4);
    let modulus = odd(2048);
    for exponent in [&[3][..], &[5], &[0xFF], &[1, 0, 1], &[0xFF; 4]] {
        assert_eq!(judged(&modulus, exponent), Error::BadSignature, "{exponent:?}");
    }
    for exponent in [&[][..], &[0], &[1], &[2], &[4], &[0, 3], &[1, 0, 0], &[1, 0, 0, 0, 1], &[0xFF; 256]] {
        assert_eq!(judged(&modulus, exponent), Error::InvalidKey, "{exponent:?}");
    }
}

#[test]
fn keys_and_rows_of_another_kind_are_refused() {
    let key = key!("2048");
    assert_eq!(run(key.private.sign(&ECDSA_SHA256, &[1; 32], &mut Seeded(1))), Err(Error::Unsupported));
    assert_eq!(run((ECDSA_SHA256.verify)(&key.public(), &[1; 32], &[])), Err(Error::InvalidKey));
    for len in [0, 20, 31, 33, 64] {
        let digest = vec![1; len];
        assert_eq!(
            run(key.private.sign(&RSA_PKCS1_SHA256, &digest, &mut Seeded(1))),
            Err(Error::Unsupported)
        );
        assert_eq!(run(key.private.sign_pss(&SHA256, &digest, &mut Seeded(1))), Err(Error::Unsupported));
        let refused = run(verify_pkcs1(&SHA256, &key.public(), &digest, &[1; 256]));
        assert_eq!(refused, Err(Error::BadSignature));
    }
}

#[test]
fn a_random_source_that_fails_or_is_stuck_at_zero_ends_the_operation() {
    let key = key!("2048");
    let outcomes = |rng: &mut dyn Fn() -> Box<dyn Rng>| {
        [
            run(key.private.sign(&RSA_PKCS1_SHA256, &[1; 32], &mut *rng())),
            run(key.private.sign_pss(&SHA256, &[1; 32], &mut *rng())),
            run(key.private.decrypt_or(&[1; 256], &[1; 48], &mut *rng())),
            run(encrypt_pkcs1(&key.public(), &[1; 48], &mut *rng())),
        ]
    };
    for outcome in
        outcomes(&mut || Box::new(Failing(0))).into_iter().chain(outcomes(&mut || Box::new(Stuck(0))))
    {
        assert_eq!(outcome, Err(Error::Entropy));
    }
    // the salt, then the blinding factor
    assert_eq!(run(key.private.sign_pss(&SHA256, &[1; 32], &mut Failing(1))), Err(Error::Entropy));
    assert!(run(key.private.sign_pss(&SHA256, &[1; 32], &mut Failing(2))).is_ok());
}

/// Zeros for so many draws.
struct ZerosFor(usize);

impl Rng for ZerosFor {
    fn fill(&mut self, out: &mut [u8]) -> Result<(), Error> {
        out.fill(u8::from(self.0 == 0));
        self.0 = self.0.saturating_sub(1);
        Ok(())
    }
}

#[test]
fn padding_is_drawn_again_as_often_as_its_limit() {
    let key = key!("2048");
    let encrypt = |zeros| run(encrypt_pkcs1(&key.public(), &[1; 245], &mut ZerosFor(zeros)));
    assert!(encrypt(RSA_PADDING_ROUNDS - 1).is_ok());
    assert_eq!(encrypt(RSA_PADDING_ROUNDS), Err(Error::Entropy));
}

#[test]
fn blinding_does_not_show_in_the_result() {
    let key = key!("2048");
    let sign = |seed| run(key.private.sign(&RSA_PKCS1_SHA256, &[1; 32], &mut Seeded(seed))).unwrap();
    assert_eq!(sign(1), sign(2));
}
