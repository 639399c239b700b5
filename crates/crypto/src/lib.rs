//! The primitives of EmberTLS behind rows of const tables; knows nothing of TLS.
//!
//! RustCrypto's crates do the work; RSA, DRBGs, entropy health tests and the constant-time record MAC are ours.
#![no_std]
#![forbid(unsafe_code)]
#[cfg(test)]
extern crate std;

pub mod agreement;
pub mod cipher;
pub mod ct;
#[cfg(feature = "ecp")]
pub mod curve;
#[cfg(feature = "ctr-drbg")]
pub mod drbg;
#[cfg(feature = "entropy")]
pub mod entropy;
mod error;
#[cfg(feature = "async-private")]
mod external;
#[cfg(feature = "dhm")]
pub mod ffdhe;
pub mod hash;
#[cfg(any(feature = "rsa", feature = "dhm"))]
mod integer;
mod job;
mod key;
mod key_request;
pub mod limits;
pub mod mac;
#[cfg(feature = "pkcs5")]
pub mod password;
mod rng;
#[cfg(feature = "rsa")]
pub mod rsa;
pub mod signature;
mod to_be_signed;

pub use error::Error;
#[cfg(feature = "async-private")]
pub use external::ExternalKey;
pub use hash::{Digest, Hash, RunningHash};
pub use job::{BoxedJob, Budget, Job, Progress, boxed};
pub use key::{Agreement, Curve, KeyType, Parameters, PrivateKey, PublicKey, SignatureAlgorithm, Signs};
pub use key_request::{KeyFailure, KeyOperation, KeyRequest};
pub use rng::Rng;
pub use to_be_signed::ToBeSigned;
