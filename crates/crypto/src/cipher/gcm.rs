//! AES-GCM (NIST SP 800-38D).

use super::aead::{Aead, AeadAlgorithm, NONCE_LEN, aead};
use crate::Error;

aead!(Aes128Gcm, 16, aes_gcm, aes_gcm::Aes128Gcm);
aead!(Aes256Gcm, 32, aes_gcm, aes_gcm::Aes256Gcm);

/// AES-128-GCM.
pub static AES_128_GCM: AeadAlgorithm =
    AeadAlgorithm { name: "AES_128_GCM", key_len: 16, tag_len: 16, new: Aes128Gcm::boxed };

/// AES-256-GCM.
pub static AES_256_GCM: AeadAlgorithm =
    AeadAlgorithm { name: "AES_256_GCM", key_len: 32, tag_len: 16, new: Aes256Gcm::boxed };

#[cfg(test)]
mod tests {
    use super::*;

    /// Test case 2 of McGrew and Viega's GCM specification: a zero block under a zero key and nonce.
    #[test]
    fn seals_the_zero_block_as_the_specification_says() {
        let aead = (AES_128_GCM.new)(&[0; 16]).unwrap();
        let (mut data, mut tag) = ([0; 16], [0; 16]);
        aead.seal(&[0; 12], &[], &mut data, &mut tag).unwrap();
        assert_eq!(u128::from_be_bytes(data), 0x0388_dace_60b6_a392_f328_c2b9_71b2_fe78);
        assert_eq!(u128::from_be_bytes(tag), 0xab6e_47d4_2cec_13bd_f53a_67b2_1257_bddf);
    }

    /// Test case 14 of the same: AES-256.
    #[test]
    fn seals_the_zero_block_with_a_long_key() {
        let aead = (AES_256_GCM.new)(&[0; 32]).unwrap();
        let (mut data, mut tag) = ([0; 16], [0; 16]);
        aead.seal(&[0; 12], &[], &mut data, &mut tag).unwrap();
        assert_eq!(u128::from_be_bytes(data), 0xcea7_403d_4d60_6b6e_074e_c5d3_baf3_9d18);
        assert_eq!(tag[..8], 0xd0d1_c8a7_9999_6bf0_u64.to_be_bytes());
    }

    #[test]
    fn a_failed_open_leaves_zeros() {
        for row in [&AES_128_GCM, &AES_256_GCM] {
            let aead = (row.new)(&[1; 32][..row.key_len]).unwrap();
            let (mut data, mut tag) = (*b"attack at dawn", [0; 16]);
            aead.seal(&[2; 12], b"header", &mut data, &mut tag).unwrap();
            let mut copy = data;
            aead.open(&[2; 12], b"header", &mut copy, &tag).unwrap();
            assert_eq!(&copy, b"attack at dawn");
            for wrong in [&tag[..15], &[0; 16]] {
                let mut copy = data;
                assert_eq!(aead.open(&[2; 12], b"header", &mut copy, wrong), Err(Error::OpenFailed));
                assert_eq!(copy, [0; 14]);
            }
            assert_eq!(aead.open(&[2; 12], b"other", &mut data, &tag), Err(Error::OpenFailed));
            assert_eq!(data, [0; 14]);
        }
    }

    #[test]
    fn keys_of_other_lengths_are_refused() {
        assert!((AES_128_GCM.new)(&[0; 32]).is_err());
        assert!((AES_256_GCM.new)(&[0; 16]).is_err());
    }
}
