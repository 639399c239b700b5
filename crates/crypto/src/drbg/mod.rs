//! Deterministic random bit generators (NIST SP 800-90A) and their seeding.

mod ctr;
#[cfg(feature = "entropy")]
mod seeded;

pub use ctr::CtrDrbg;
#[cfg(feature = "entropy")]
pub use seeded::SeededRng;
