//! Where random bytes come from, as every user of them sees it.

use crate::Error;

/// A source of cryptographically strong bytes. Every draw can fail, and every user must pass the failure on.
pub trait Rng {
    /// Fills `out`.
    ///
    /// # Errors
    /// [`Error::Entropy`] when the source is missing, failed or unhealthy; `out` must then not be used.
    fn fill(&mut self, out: &mut [u8]) -> Result<(), Error>;
}
