//! Certificates and paths as a caller of this crate meets them.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test that fails panics")]

mod common;
mod constraints;
mod malformed;
mod paths;
#[cfg(feature = "x509-crl-parse")]
mod pkits;
#[cfg(feature = "x509-crl-parse")]
mod revocation;
mod streams;
mod trust;
