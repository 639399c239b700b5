//! Certificates and paths as a caller of this crate meets them.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test that fails panics")]

mod common;
mod constraints;
mod malformed;
mod paths;
#[cfg(all(feature = "x509-crl-parse", feature = "x509-policies"))]
mod pkits;
#[cfg(all(feature = "x509-crl-parse", feature = "x509-policies"))]
mod revocation;
#[cfg(feature = "ocsp-stapling")]
mod stapling;
mod streams;
mod trust;
