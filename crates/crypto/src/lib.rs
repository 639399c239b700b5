//! The primitives of EmberTLS behind rows of const tables; knows nothing of TLS.
//!
//! RustCrypto's crates do the work; RSA, DRBGs, entropy health tests and the constant-time record MAC are ours.
#![no_std]
#![forbid(unsafe_code)]

mod error;
mod hash;
mod job;
mod key;
mod rng;

pub use error::Error;
pub use hash::{Digest, Hash, RunningHash};
pub use job::{BoxedJob, Budget, Job, Progress, boxed};
pub use key::{Agreement, Curve, KeyType, Parameters, PrivateKey, PublicKey, SignatureAlgorithm};
pub use rng::Rng;
