//! What an authority writes: keys in every form, certificates (RFC 5280 section 4), requests (RFC 2986) and revocation
//! lists (RFC 5280 section 5). For hosts: it uses `std` and allocates freely; devices read with `pki` and `x509`.
//!
//! Signatures are made by the library's own keys, whose jobs run to their end at once; only the primes of an RSA key
//! come from elsewhere.
#![forbid(unsafe_code)]

mod certificate;
mod crl;
mod der;
mod error;
mod extensions;
mod key;
mod key_file;
mod name;
mod pem;
mod request;
mod signature;

pub use certificate::{Issuer, Template, issue, self_signed};
pub use crl::{Crl, Reason, Revoked};
pub use error::Error;
pub use extensions::{AltName, Extensions, KeyPurpose, key_usage, subject_key_id};
pub use key::{KeyPair, NewKey};
pub use key_file::{Encryption, Form};
pub use name::Name;
pub use pem::{decode as decode_pem, encode as encode_pem};
pub use request::Request;
