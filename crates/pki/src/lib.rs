//! Keys and the formats around them: strict DER, PEM, public keys (SubjectPublicKeyInfo) and private keys (PKCS#1,
//! PKCS#8, SEC1), encrypted ones too.
#![no_std]
#![forbid(unsafe_code)]
#[cfg(test)]
extern crate std;

pub mod der;
#[cfg(all(
    feature = "pk-parse",
    any(feature = "pkcs12", all(feature = "pkcs5", any(feature = "aes", feature = "des")))
))]
pub mod encrypted;
#[cfg(all(
    feature = "pk-parse",
    not(any(feature = "pkcs12", all(feature = "pkcs5", any(feature = "aes", feature = "des"))))
))]
#[path = "encrypted_off.rs"]
pub mod encrypted;
mod error;
#[cfg(feature = "pk-parse")]
mod key_file;
pub mod limits;
#[cfg(feature = "pem-parse")]
pub mod pem;
#[cfg(feature = "pk-parse")]
pub mod private_key;
mod spki;
#[cfg(any(
    feature = "pkcs12",
    all(feature = "pkcs5", any(feature = "aes", feature = "des")),
    all(feature = "pem-parse", feature = "cbc", feature = "md5", any(feature = "aes", feature = "des"))
))]
mod stored;

pub use error::{Error, ErrorKind};
#[cfg(feature = "pk-parse")]
pub use key_file::{encrypted_private_key, key_der};
#[cfg(all(feature = "pk-parse", feature = "pem-parse"))]
pub use key_file::{key_file, key_file_der};
#[cfg(feature = "pk-parse")]
pub use private_key::{BoxedKey, KeyKind, private_key};
pub use spki::{key_type, public_key};
