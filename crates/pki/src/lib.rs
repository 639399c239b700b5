//! Keys and the formats around them: strict DER, PEM, public keys (SubjectPublicKeyInfo) and private keys (PKCS#1,
//! PKCS#8, SEC1).
#![no_std]
#![forbid(unsafe_code)]
#[cfg(test)]
extern crate std;

pub mod der;
mod error;
pub mod limits;
#[cfg(feature = "pem-parse")]
pub mod pem;
#[cfg(feature = "pk-parse")]
pub mod private_key;
mod spki;

pub use error::{Error, ErrorKind};
#[cfg(feature = "pk-parse")]
pub use private_key::{BoxedKey, KeyKind, private_key};
pub use spki::{key_type, public_key};
