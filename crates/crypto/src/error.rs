//! Why a primitive failed.

use memory::OutOfMemory;

/// The outcome of a primitive that did not work. No variant tells more than a remote peer may learn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Error {
    /// The allocator refused, or a fixed limit on memory was reached.
    OutOfMemory,
    /// The random source failed, is not seeded, or did not pass its health tests (SP 800-90B section 4.4).
    Entropy,
    /// A key is malformed, inconsistent or of a size that is not compiled in.
    InvalidKey,
    /// A public value of key agreement is not a valid element: off the curve, infinity, low order, wrong length.
    InvalidPoint,
    /// A public value of a finite field is not from 2 to p-2.
    OutOfRange,
    /// A signature does not verify, or is not in its one permitted encoding.
    BadSignature,
    /// An authenticated decryption failed: tag, MAC, padding or length, which are not told apart.
    OpenFailed,
    /// A result did not pass its own check before leaving (a fault during RSA-CRT, for one).
    Fault,
    /// A private key that is not here gave no result: its element did not answer, or refused.
    PrivateKey,
    /// The caller's buffer is too small for the result.
    BufferTooSmall,
    /// The key or row cannot do this operation.
    Unsupported,
}

impl From<OutOfMemory> for Error {
    fn from(_: OutOfMemory) -> Self {
        Self::OutOfMemory
    }
}
