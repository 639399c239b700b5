//! AES-CCM (NIST SP 800-38C, RFC 3610), with tags of 16 bytes and of 8.

use super::aead::{Aead, AeadAlgorithm, NONCE_LEN, aead};
use crate::Error;
use aes::{Aes128Enc, Aes256Enc};
use ccm::{
    Ccm,
    consts::{U8, U12, U16},
};

// CCM runs the block cipher forwards only, so there is no schedule to decrypt with.
aead!(Aes128Ccm, 16, ccm, Ccm::<Aes128Enc, U16, U12>);
aead!(Aes256Ccm, 32, ccm, Ccm::<Aes256Enc, U16, U12>);
aead!(Aes128Ccm8, 16, ccm, Ccm::<Aes128Enc, U8, U12>);
aead!(Aes256Ccm8, 32, ccm, Ccm::<Aes256Enc, U8, U12>);

/// AES-128-CCM.
pub static AES_128_CCM: AeadAlgorithm =
    AeadAlgorithm { name: "AES_128_CCM", key_len: 16, tag_len: 16, new: Aes128Ccm::boxed };

/// AES-256-CCM.
pub static AES_256_CCM: AeadAlgorithm =
    AeadAlgorithm { name: "AES_256_CCM", key_len: 32, tag_len: 16, new: Aes256Ccm::boxed };

/// AES-128-CCM with a tag of 8 bytes.
pub static AES_128_CCM_8: AeadAlgorithm =
    AeadAlgorithm { name: "AES_128_CCM_8", key_len: 16, tag_len: 8, new: Aes128Ccm8::boxed };

/// AES-256-CCM with a tag of 8 bytes.
pub static AES_256_CCM_8: AeadAlgorithm =
    AeadAlgorithm { name: "AES_256_CCM_8", key_len: 32, tag_len: 8, new: Aes256Ccm8::boxed };

#[cfg(test)]
mod tests {
    use super::*;
    use std::{vec, vec::Vec};

    const ALL: [&AeadAlgorithm; 4] = [&AES_128_CCM, &AES_256_CCM, &AES_128_CCM_8, &AES_256_CCM_8];

    /// NIST SP 800-38C, example 3: the one with a nonce of 12 bytes; its tag has 8.
    #[test]
    fn seals_and_opens_as_example_3_of_sp_800_38c() {
        let key: Vec<u8> = (0x40..=0x4F).collect();
        let nonce: [u8; 12] = core::array::from_fn(|at| 0x10 + u8::try_from(at).unwrap());
        let additional_data: Vec<u8> = (0x00..=0x13).collect();
        let plaintext: Vec<u8> = (0x20..=0x37).collect();
        let aead = (AES_128_CCM_8.new)(&key).unwrap();
        let (mut data, mut tag) = (plaintext.clone(), [0; 8]);
        aead.seal(&nonce, &additional_data, &mut data, &mut tag).unwrap();
        let expected = [
            0xE3, 0xB2, 0x01, 0xA9, 0xF5, 0xB7, 0x1A, 0x7A, 0x9B, 0x1C, 0xEA, 0xEC, 0xCD, 0x97, 0xE7, 0x0B,
            0x61, 0x76, 0xAA, 0xD9, 0xA4, 0x42, 0x8A, 0xA5,
        ];
        assert_eq!(data, expected);
        assert_eq!(u64::from_be_bytes(tag), 0x4843_92FB_C1B0_9951);
        aead.open(&nonce, &additional_data, &mut data, &tag).unwrap();
        assert_eq!(data, plaintext);
    }

    #[test]
    fn a_failed_open_leaves_zeros() {
        for row in ALL {
            let aead = (row.new)(&[1; 32][..row.key_len]).unwrap();
            let (mut data, mut tag) = (*b"attack at dawn", vec![0; row.tag_len]);
            aead.seal(&[2; 12], b"header", &mut data, &mut tag).unwrap();
            let mut copy = data;
            aead.open(&[2; 12], b"header", &mut copy, &tag).unwrap();
            assert_eq!(&copy, b"attack at dawn", "{}", row.name);
            let short = &tag[..row.tag_len - 1];
            for wrong in [short, &[0; 16], &[0; 8], &[0; 4]] {
                let mut copy = data;
                assert_eq!(aead.open(&[2; 12], b"header", &mut copy, wrong), Err(Error::OpenFailed));
                assert_eq!(copy, [0; 14]);
            }
            assert_eq!(aead.open(&[2; 12], b"other", &mut data, &tag), Err(Error::OpenFailed));
            assert_eq!(data, [0; 14]);
        }
    }

    #[test]
    fn keys_and_tags_of_other_lengths_are_refused() {
        for row in ALL {
            assert!((row.new)(&[0; 48][..48 - row.key_len]).is_err());
            let aead = (row.new)(&[0; 32][..row.key_len]).unwrap();
            for len in (0..=17).filter(|len| *len != row.tag_len) {
                assert_eq!(
                    aead.seal(&[0; 12], &[], &mut [0; 3], &mut vec![0; len]),
                    Err(Error::BufferTooSmall)
                );
            }
        }
    }
}
