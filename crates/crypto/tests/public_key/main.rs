//! Public-key operations through the crate's public interface: vectors, property tests against other
//! implementations, malformed input, dead random sources.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::cast_possible_truncation,
    reason = "a test that cannot go on fails"
)]

mod ecdh;
mod ecdsa;
mod rsa;
mod support;
