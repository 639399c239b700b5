//! Bulk ciphers as rows.

#[cfg(any(all(feature = "aes", any(feature = "ccm", feature = "gcm")), feature = "chachapoly"))]
pub mod aead;
#[cfg(all(feature = "aes", feature = "cbc"))]
pub mod cbc;
#[cfg(all(feature = "aes", feature = "ccm"))]
mod ccm;
#[cfg(feature = "chachapoly")]
mod chacha20_poly1305;
#[cfg(all(feature = "aes", feature = "gcm"))]
mod gcm;
#[cfg(all(feature = "cbc", any(feature = "aes", feature = "des")))]
pub mod stored;
