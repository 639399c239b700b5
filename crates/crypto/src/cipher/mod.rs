//! Bulk ciphers as rows.

#[cfg(any(all(feature = "aes", feature = "gcm"), feature = "chachapoly"))]
pub mod aead;
#[cfg(all(feature = "aes", feature = "cbc"))]
pub mod cbc;
#[cfg(feature = "chachapoly")]
mod chacha20_poly1305;
#[cfg(all(feature = "aes", feature = "gcm"))]
mod gcm;
