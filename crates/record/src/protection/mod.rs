//! The protections of records, one file a shape; each ends in its rows.

#[cfg(all(feature = "aes", feature = "cbc"))]
mod cbc;
#[cfg(all(feature = "aes", feature = "cbc", feature = "encrypt-then-mac"))]
mod cbc_etm;
#[cfg(all(feature = "aes", feature = "cbc"))]
mod cbc_iv;
#[cfg(all(feature = "aes", feature = "cbc"))]
mod cbc_keys;
#[cfg(all(feature = "aes", feature = "ccm"))]
mod ccm;
#[cfg(feature = "chachapoly")]
mod chacha20_poly1305;
#[cfg(all(feature = "aes", any(feature = "ccm", feature = "gcm")))]
mod explicit_nonce;
#[cfg(all(feature = "aes", feature = "gcm"))]
mod gcm;

#[cfg(all(feature = "aes", feature = "cbc", feature = "encrypt-then-mac"))]
use cbc_etm::encrypt_then_mac;
#[cfg(all(feature = "aes", feature = "cbc", not(feature = "encrypt-then-mac")))]
use cbc_keys::without_encrypt_then_mac as encrypt_then_mac;

#[cfg(all(feature = "aes", feature = "cbc"))]
pub use cbc::{AES_128_CBC, AES_256_CBC};
#[cfg(all(feature = "aes", feature = "ccm"))]
pub use ccm::{AES_128_CCM, AES_128_CCM_8, AES_256_CCM, AES_256_CCM_8};
#[cfg(feature = "chachapoly")]
pub use chacha20_poly1305::CHACHA20_POLY1305;
#[cfg(all(feature = "aes", feature = "gcm"))]
pub use gcm::{AES_128_GCM, AES_256_GCM};
