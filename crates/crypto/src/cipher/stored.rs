//! The ciphers of encrypted key files: CBC under a key that is used once (RFC 8018 appendix B.2, RFC 1423).

use crate::Error;
use cbc::cipher::{
    Block, BlockCipherDecrypt, BlockCipherEncrypt, BlockModeDecrypt, BlockModeEncrypt, InnerIvInit, KeyInit,
};

/// A cipher's row. Naming it links both directions.
pub struct StoredCipher {
    /// As PEM headers and OpenSSL's programs name it: `AES-128-CBC`.
    pub name: &'static str,
    /// The content bytes of its object identifier in PBES2.
    pub oid: &'static [u8],
    /// Bytes of the key.
    pub key_len: usize,
    /// Bytes of a block, and of the IV.
    pub block_len: usize,
    /// Encrypts whole blocks in place.
    pub encrypt: CbcOperation,
    /// Decrypts whole blocks in place.
    pub decrypt: CbcOperation,
}

/// CBC over `data` in place: [`Error::InvalidKey`] for a key or IV of another length, [`Error::OpenFailed`] when `data`
/// does not end with a block.
pub type CbcOperation = fn(key: &[u8], iv: &[u8], data: &mut [u8]) -> Result<(), Error>;

fn encrypt<C: BlockCipherEncrypt + KeyInit>(key: &[u8], iv: &[u8], data: &mut [u8]) -> Result<(), Error> {
    let cipher = C::new_from_slice(key).map_err(|_| Error::InvalidKey)?;
    let mut mode = cbc::Encryptor::inner_iv_slice_init(cipher, iv).map_err(|_| Error::InvalidKey)?;
    let (blocks, []) = Block::<C>::slice_as_chunks_mut(data) else { return Err(Error::OpenFailed) };
    mode.encrypt_blocks(blocks);
    Ok(())
}

fn decrypt<C: BlockCipherDecrypt + KeyInit>(key: &[u8], iv: &[u8], data: &mut [u8]) -> Result<(), Error> {
    let cipher = C::new_from_slice(key).map_err(|_| Error::InvalidKey)?;
    let mut mode = cbc::Decryptor::inner_iv_slice_init(cipher, iv).map_err(|_| Error::InvalidKey)?;
    let (blocks, []) = Block::<C>::slice_as_chunks_mut(data) else { return Err(Error::OpenFailed) };
    mode.decrypt_blocks(blocks);
    Ok(())
}

/// Declares the rows.
macro_rules! stored_ciphers {
    ($(#[cfg($cfg:meta)] $row:ident $name:literal $cipher:ty { key: $key:literal, block: $block:literal, oid: $oid:expr })*) => {
        $(
            #[cfg($cfg)]
            #[doc = concat!("`", $name, "`.")]
            pub static $row: StoredCipher = StoredCipher {
                name: $name,
                oid: &$oid,
                key_len: $key,
                block_len: $block,
                encrypt: encrypt::<$cipher>,
                decrypt: decrypt::<$cipher>,
            };
        )*
    };
}

stored_ciphers! {
    // 2.16.840.1.101.3.4.1.2 and so on
    #[cfg(feature = "aes")]
    AES_128_CBC "AES-128-CBC" aes::Aes128 { key: 16, block: 16, oid: [0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x01, 2] }
    #[cfg(feature = "aes")]
    AES_192_CBC "AES-192-CBC" aes::Aes192 { key: 24, block: 16, oid: [0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x01, 22] }
    #[cfg(feature = "aes")]
    AES_256_CBC "AES-256-CBC" aes::Aes256 { key: 32, block: 16, oid: [0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x01, 42] }
    // 1.2.840.113549.3.7
    #[cfg(feature = "des")]
    DES_EDE3_CBC "DES-EDE3-CBC" des::TdesEde3 { key: 24, block: 8, oid: [0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 3, 7] }
    // 1.3.14.3.2.7
    #[cfg(feature = "des")]
    DES_CBC "DES-CBC" des::Des { key: 8, block: 8, oid: [0x2B, 14, 3, 2, 7] }
}

#[cfg(test)]
#[cfg(all(feature = "aes", feature = "des"))]
mod tests {
    use super::*;

    /// NIST SP 800-38A, F.2.3: the first block; FIPS 81 appendix C1, the first two blocks.
    #[test]
    fn encrypts_as_the_standards_say() {
        let key = [
            0x8e, 0x73, 0xb0, 0xf7, 0xda, 0x0e, 0x64, 0x52, 0xc8, 0x10, 0xf3, 0x2b, 0x80, 0x90, 0x79, 0xe5,
            0x62, 0xf8, 0xea, 0xd2, 0x52, 0x2c, 0x6b, 0x7b,
        ];
        let iv = 0x0001_0203_0405_0607_0809_0a0b_0c0d_0e0f_u128.to_be_bytes();
        let mut data = 0x6bc1_bee2_2e40_9f96_e93d_7e11_7393_172a_u128.to_be_bytes();
        (AES_192_CBC.encrypt)(&key, &iv, &mut data).unwrap();
        assert_eq!(u128::from_be_bytes(data), 0x4f02_1db2_43bc_633d_7178_183a_9fa0_71e8);

        let des_key = 0x0123_4567_89ab_cdef_u64.to_be_bytes();
        let des_iv = 0x1234_5678_90ab_cdef_u64.to_be_bytes();
        let mut des = *b"Now is the time ";
        (DES_CBC.encrypt)(&des_key, &des_iv, &mut des).unwrap();
        assert_eq!(u128::from_be_bytes(des), 0xe5c7_cdde_872b_f27c_43e9_3400_8c38_9c0f);
        let mut triple = *b"Now is the time ";
        (DES_EDE3_CBC.encrypt)(&[des_key; 3].concat(), &des_iv, &mut triple).unwrap();
        assert_eq!(triple, des);
    }

    #[test]
    fn decrypting_undoes_and_odd_lengths_are_refused() {
        for row in [&AES_128_CBC, &AES_192_CBC, &AES_256_CBC, &DES_EDE3_CBC, &DES_CBC] {
            let (key, iv) = ([0x5A; 32], [0xC3; 16]);
            let (key, iv) = (&key[..row.key_len], &iv[..row.block_len]);
            let mut data = [7; 48];
            (row.encrypt)(key, iv, &mut data).unwrap();
            assert_ne!(data, [7; 48], "{}", row.name);
            (row.decrypt)(key, iv, &mut data).unwrap();
            assert_eq!(data, [7; 48], "{}", row.name);
            assert_eq!((row.decrypt)(key, iv, &mut data[1..]), Err(Error::OpenFailed));
            assert_eq!((row.encrypt)(key, iv, &mut data[1..]), Err(Error::OpenFailed));
            assert_eq!((row.decrypt)(&key[1..], iv, &mut data), Err(Error::InvalidKey));
            assert_eq!((row.encrypt)(key, &iv[1..], &mut data), Err(Error::InvalidKey));
        }
    }
}
