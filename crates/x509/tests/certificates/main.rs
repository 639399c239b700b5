//! Certificates and paths as a caller of this crate meets them.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test that fails panics")]

mod common;
mod constraints;
mod malformed;
mod paths;
mod streams;
mod trust;
