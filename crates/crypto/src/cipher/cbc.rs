//! CBC in place (NIST SP 800-38A), AES, without padding. A cipher holds the raw key, as in `aead`.

use crate::Error;
use aes::cipher::{Block, BlockModeDecrypt, BlockModeEncrypt, KeyIvInit};
use memory::{Box, Boxed};
use zeroize::Zeroizing;

/// Bytes of a block, and of the IV.
pub const BLOCK_LEN: usize = 16;

/// A block cipher in CBC mode under one key.
pub trait Cbc {
    /// Encrypts whole blocks.
    ///
    /// # Errors
    /// [`Error::BufferTooSmall`] when `data` does not end with a block.
    fn encrypt(&self, iv: &[u8; BLOCK_LEN], data: &mut [u8]) -> Result<(), Error>;

    /// Decrypts whole blocks.
    ///
    /// # Errors
    /// [`Error::OpenFailed`] when `data` does not end with a block.
    fn decrypt(&self, iv: &[u8; BLOCK_LEN], data: &mut [u8]) -> Result<(), Error>;
}

impl<C: Cbc> Cbc for [C; 1] {
    fn encrypt(&self, iv: &[u8; BLOCK_LEN], data: &mut [u8]) -> Result<(), Error> {
        let [cbc] = self;
        cbc.encrypt(iv, data)
    }
    fn decrypt(&self, iv: &[u8; BLOCK_LEN], data: &mut [u8]) -> Result<(), Error> {
        let [cbc] = self;
        cbc.decrypt(iv, data)
    }
}

/// A CBC cipher's row.
pub struct CbcAlgorithm {
    /// As in the suites' names: `AES_128_CBC`.
    pub name: &'static str,
    /// Bytes of the key.
    pub key_len: usize,
    /// Makes it from its key.
    pub new: fn(key: &[u8]) -> Result<Box<dyn Cbc + Send>, Error>,
}

/// AES with a key of `N` bytes.
struct Aes<const N: usize> {
    key: Zeroizing<[u8; N]>,
}

/// Implements a key size over RustCrypto's ciphers of that size.
macro_rules! aes_cbc {
    ($len:literal, $encrypt:ty, $decrypt:ty) => {
        impl Cbc for Aes<$len> {
            fn encrypt(&self, iv: &[u8; BLOCK_LEN], data: &mut [u8]) -> Result<(), Error> {
                let (blocks, []) = Block::<$encrypt>::slice_as_chunks_mut(data) else {
                    return Err(Error::BufferTooSmall);
                };
                cbc::Encryptor::<$encrypt>::new((&*self.key).into(), iv.into()).encrypt_blocks(blocks);
                Ok(())
            }

            fn decrypt(&self, iv: &[u8; BLOCK_LEN], data: &mut [u8]) -> Result<(), Error> {
                let (blocks, []) = Block::<$decrypt>::slice_as_chunks_mut(data) else {
                    return Err(Error::OpenFailed);
                };
                cbc::Decryptor::<$decrypt>::new((&*self.key).into(), iv.into()).decrypt_blocks(blocks);
                Ok(())
            }
        }
    };
}

aes_cbc!(16, aes::Aes128Enc, aes::Aes128Dec);
aes_cbc!(32, aes::Aes256Enc, aes::Aes256Dec);

fn new<const N: usize>(key: &[u8]) -> Result<Box<dyn Cbc + Send>, Error>
where
    Aes<N>: Cbc,
{
    let key = Zeroizing::new(key.try_into().map_err(|_| Error::InvalidKey)?);
    Ok(Boxed::try_new(Aes::<N> { key })?.into_array_box())
}

/// AES-128-CBC.
pub static AES_128_CBC: CbcAlgorithm = CbcAlgorithm { name: "AES_128_CBC", key_len: 16, new: new::<16> };

/// AES-256-CBC.
pub static AES_256_CBC: CbcAlgorithm = CbcAlgorithm { name: "AES_256_CBC", key_len: 32, new: new::<32> };

#[cfg(test)]
mod tests {
    use super::*;

    /// NIST SP 800-38A, F.2.1 and F.2.5: the first block.
    #[test]
    fn encrypts_the_first_blocks_of_sp_800_38a() {
        let iv = 0x0001_0203_0405_0607_0809_0a0b_0c0d_0e0f_u128.to_be_bytes();
        let plaintext = 0x6bc1_bee2_2e40_9f96_e93d_7e11_7393_172a_u128.to_be_bytes();
        let key = 0x2b7e_1516_28ae_d2a6_abf7_1588_09cf_4f3c_u128.to_be_bytes();
        let long = [
            0x60, 0x3d, 0xeb, 0x10, 0x15, 0xca, 0x71, 0xbe, 0x2b, 0x73, 0xae, 0xf0, 0x85, 0x7d, 0x77, 0x81,
            0x1f, 0x35, 0x2c, 0x07, 0x3b, 0x61, 0x08, 0xd7, 0x2d, 0x98, 0x10, 0xa3, 0x09, 0x14, 0xdf, 0xf4,
        ];
        for (row, key, expected) in [
            (&AES_128_CBC, &key[..], 0x7649_abac_8119_b246_cee9_8e9b_12e9_197d_u128),
            (&AES_256_CBC, &long[..], 0xf58c_4c04_d6e5_f1ba_779e_abfb_5f7b_fbd6_u128),
        ] {
            let cbc = (row.new)(key).unwrap();
            let mut data = plaintext;
            cbc.encrypt(&iv, &mut data).unwrap();
            assert_eq!(u128::from_be_bytes(data), expected, "{}", row.name);
            cbc.decrypt(&iv, &mut data).unwrap();
            assert_eq!(data, plaintext);
        }
    }

    #[test]
    fn part_of_a_block_is_refused() {
        let cbc = (AES_128_CBC.new)(&[0; 16]).unwrap();
        assert_eq!(cbc.encrypt(&[0; 16], &mut [0; 17]), Err(Error::BufferTooSmall));
        assert_eq!(cbc.decrypt(&[0; 16], &mut [0; 15]), Err(Error::OpenFailed));
    }
}
