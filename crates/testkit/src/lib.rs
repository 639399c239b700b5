//! What the tests of EmberTLS stand on: a client and a server joined in memory, allocators and random sources that
//! fail when told to, rows without cryptography, keys and certificates, and real peers. `std` throughout.

pub mod allocator;
pub mod chains;
pub mod conversation;
pub mod credentials;
pub mod datagrams;
pub mod heap;
pub mod interop;
pub mod null;
pub mod optimum;
pub mod pair;
pub mod peers;
pub mod relay;
pub mod rng;
pub mod sleepers;
pub mod tamper;
