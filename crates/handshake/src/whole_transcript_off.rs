//! In builds without Ed25519 every signature is made over a digest, and nobody holds messages.

use crate::Error;
use memory::OutOfMemory;

#[derive(Default)]
pub(crate) struct WholeTranscript;

#[expect(clippy::unused_self, reason = "the same signatures as with the feature")]
impl WholeTranscript {
    pub(crate) const fn start() -> Self {
        Self
    }

    pub(crate) const fn is_held(&self) -> bool {
        false
    }

    pub(crate) const fn stop(&mut self) {}

    pub(crate) const fn update(&mut self, _: &[u8]) -> Result<(), OutOfMemory> {
        Ok(())
    }

    pub(crate) const fn bytes(&self) -> Result<&[u8], Error> {
        Err(Error::Internal)
    }
}
