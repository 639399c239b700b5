//! What becomes of the integer that an RSA operation comes to: a type for each end, so that an end that nobody
//! names is not linked.

use crate::Error;

/// The end of an RSA operation, given its result as big-endian bytes of the modulus' length.
pub(super) trait Finish {
    /// Judges or writes the result; the length of what stands in `out`.
    fn finish(&self, result: &[u8], out: &mut [u8]) -> Result<usize, Error>;
}

/// The result itself: a signature or a ciphertext.
pub(super) struct Emit;

impl Finish for Emit {
    fn finish(&self, result: &[u8], out: &mut [u8]) -> Result<usize, Error> {
        out.get_mut(..result.len()).ok_or(Error::BufferTooSmall)?.copy_from_slice(result);
        Ok(result.len())
    }
}
