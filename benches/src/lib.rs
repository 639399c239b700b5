//! What the benches share: keys made for the run, and both stacks as in-memory pairs of client and server.

pub mod ember;
pub mod identity;
pub mod openssl_pair;
pub mod verifiers;
