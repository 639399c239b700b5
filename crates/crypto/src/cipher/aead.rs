//! Authenticated encryption in place.
//!
//! A cipher holds the raw key and expands it for each record: RustCrypto's portable key schedule takes up to 960 bytes
//! on 64-bit machines, which would be most of what an idle connection may own, and expanding costs little next to a
//! record.

use crate::Error;
use memory::Box;

#[cfg(all(feature = "aes", feature = "ccm"))]
pub use super::ccm::{AES_128_CCM, AES_128_CCM_8, AES_256_CCM, AES_256_CCM_8};
#[cfg(feature = "chachapoly")]
pub use super::chacha20_poly1305::CHACHA20_POLY1305;
#[cfg(all(feature = "aes", feature = "gcm"))]
pub use super::gcm::{AES_128_GCM, AES_256_GCM};

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

/// An AEAD with a key of `N` bytes over `$cipher` of a RustCrypto crate.
macro_rules! aead {
    ($name:ident, $len:literal, $library:ident, $cipher:ty) => {
        struct $name {
            key: zeroize::Zeroizing<[u8; $len]>,
        }

        impl Aead for $name {
            fn seal(
                &self,
                nonce: &[u8; NONCE_LEN],
                additional_data: &[u8],
                data: &mut [u8],
                tag: &mut [u8],
            ) -> Result<(), Error> {
                let cipher = <$cipher as $library::KeyInit>::new((&*self.key).into());
                let buffer = $library::aead::inout::InOutBuf::from(data);
                let made = $library::AeadInOut::encrypt_inout_detached(
                    &cipher,
                    nonce.into(),
                    additional_data,
                    buffer,
                )
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
                let cipher = <$cipher as $library::KeyInit>::new((&*self.key).into());
                let opened = tag.try_into().map_err(|_| Error::OpenFailed).and_then(|tag| {
                    let buffer = $library::aead::inout::InOutBuf::from(&mut *data);
                    $library::AeadInOut::decrypt_inout_detached(
                        &cipher,
                        nonce.into(),
                        additional_data,
                        buffer,
                        tag,
                    )
                    .map_err(|_| Error::OpenFailed)
                });
                if opened.is_err() {
                    zeroize::Zeroize::zeroize(data);
                }
                opened
            }
        }

        impl $name {
            fn boxed(key: &[u8]) -> Result<memory::Box<dyn Aead + Send>, Error> {
                let key = zeroize::Zeroizing::new(key.try_into().map_err(|_| Error::InvalidKey)?);
                Ok(memory::Boxed::try_new(Self { key })?.into_array_box())
            }
        }
    };
}
pub(super) use aead;
