//! Bulk ciphers as rows.

#[cfg(all(feature = "aes", feature = "gcm"))]
pub mod aead;
#[cfg(all(feature = "aes", feature = "cbc"))]
pub mod cbc;
