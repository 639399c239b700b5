//! Authenticated encryption in place: AES-GCM (NIST SP 800-38D).
//!
//! A cipher holds the raw key and expands it for each record: RustCrypto's portable key schedule takes up to 960 bytes
//! on 64-bit machines, which would be most of what an idle connection may own, and expanding costs little next to a
//! record.

use crate::Error;
use aes_gcm::{AeadInOut, KeyInit, aead::inout::InOutBuf};
use memory::{Box, Boxed};
use zeroize::{Zeroize, Zeroizing};

/// Bytes of a nonce.
pub const NONCE_LEN: usize = 12;

/// An AEAD under one key.
pub trait Aead {
    /// Seals `data` in place and writes the tag, of the row's length.
    ///
    /// # Errors
    /// [`Error::BufferTooSmall`] for a tag of another length.
    fn seal(
        &self,
        nonce: &[u8; NONCE_LEN],
        additional_data: &[u8],
        data: &mut [u8],
        tag: &mut [u8],
    ) -> Result<(), Error>;

    /// Opens `data` in place.
    ///
    /// # Errors
    /// [`Error::OpenFailed`]; `data` is then all zero.
    fn open(
        &self,
        nonce: &[u8; NONCE_LEN],
        additional_data: &[u8],
        data: &mut [u8],
        tag: &[u8],
    ) -> Result<(), Error>;
}

impl<A: Aead> Aead for [A; 1] {
    fn seal(
        &self,
        nonce: &[u8; NONCE_LEN],
        additional_data: &[u8],
        data: &mut [u8],
        tag: &mut [u8],
    ) -> Result<(), Error> {
        let [aead] = self;
        aead.seal(nonce, additional_data, data, tag)
    }
    fn open(
        &self,
        nonce: &[u8; NONCE_LEN],
        additional_data: &[u8],
        data: &mut [u8],
        tag: &[u8],
    ) -> Result<(), Error> {
        let [aead] = self;
        aead.open(nonce, additional_data, data, tag)
    }
}

/// An AEAD's row.
pub struct AeadAlgorithm {
    /// As in the suites' names: `AES_128_GCM`.
    pub name: &'static str,
    /// Bytes of the key.
    pub key_len: usize,
    /// Bytes of the tag.
    pub tag_len: usize,
    /// Makes it from its key.
    pub new: fn(key: &[u8]) -> Result<Box<dyn Aead + Send>, Error>,
}

/// AES-GCM with a key of `N` bytes.
struct Gcm<const N: usize> {
    key: Zeroizing<[u8; N]>,
}

/// Implements a key size over RustCrypto's cipher of that size.
macro_rules! gcm {
    ($len:literal, $cipher:ty) => {
        impl Aead for Gcm<$len> {
            fn seal(
                &self,
                nonce: &[u8; NONCE_LEN],
                additional_data: &[u8],
                data: &mut [u8],
                tag: &mut [u8],
            ) -> Result<(), Error> {
                let cipher = <$cipher>::new((&*self.key).into());
                let made = cipher
                    .encrypt_inout_detached(nonce.into(), additional_data, InOutBuf::from(data))
                    .map_err(|_| Error::BufferTooSmall)?;
                if tag.len() != made.len() {
                    return Err(Error::BufferTooSmall);
                }
                tag.copy_from_slice(&made);
                Ok(())
            }

            fn open(
                &self,
                nonce: &[u8; NONCE_LEN],
                additional_data: &[u8],
                data: &mut [u8],
                tag: &[u8],
            ) -> Result<(), Error> {
                let cipher = <$cipher>::new((&*self.key).into());
                let opened = tag.try_into().map_err(|_| Error::OpenFailed).and_then(|tag| {
                    cipher
                        .decrypt_inout_detached(
                            nonce.into(),
                            additional_data,
                            InOutBuf::from(&mut *data),
                            tag,
                        )
                        .map_err(|_| Error::OpenFailed)
                });
                if opened.is_err() {
                    data.zeroize();
                }
                opened
            }
        }
    };
}

gcm!(16, aes_gcm::Aes128Gcm);
gcm!(32, aes_gcm::Aes256Gcm);

fn new<const N: usize>(key: &[u8]) -> Result<Box<dyn Aead + Send>, Error>
where
    Gcm<N>: Aead,
{
    let key = Zeroizing::new(key.try_into().map_err(|_| Error::InvalidKey)?);
    Ok(Boxed::try_new(Gcm::<N> { key })?.into_array_box())
}

/// AES-128-GCM.
pub static AES_128_GCM: AeadAlgorithm =
    AeadAlgorithm { name: "AES_128_GCM", key_len: 16, tag_len: 16, new: new::<16> };

/// AES-256-GCM.
pub static AES_256_GCM: AeadAlgorithm =
    AeadAlgorithm { name: "AES_256_GCM", key_len: 32, tag_len: 16, new: new::<32> };

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
