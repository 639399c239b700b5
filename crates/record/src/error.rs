//! Why a record could not be read or made.

use codec::Reason;

/// An error of the record layer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Error {
    /// The peer's record is wrong.
    Violation(Reason),
    /// The buffer lacks the room that a record needs.
    BadRange,
    /// The limit of records under one key, or the sequence number's end (RFC 5246 section 6.1).
    Exhausted,
    /// The random source failed.
    Entropy,
    /// A primitive failed for a reason that is not the peer's.
    Internal,
}

impl From<Reason> for Error {
    fn from(reason: Reason) -> Self {
        Self::Violation(reason)
    }
}

impl From<crypto::Error> for Error {
    fn from(error: crypto::Error) -> Self {
        match error {
            crypto::Error::OpenFailed => Self::Violation(Reason::BadRecordMac),
            crypto::Error::Entropy => Self::Entropy,
            crypto::Error::BufferTooSmall => Self::BadRange,
            crypto::Error::OutOfMemory
            | crypto::Error::InvalidKey
            | crypto::Error::InvalidPoint
            | crypto::Error::OutOfRange
            | crypto::Error::BadSignature
            | crypto::Error::Fault
            | crypto::Error::PrivateKey
            | crypto::Error::Unsupported => Self::Internal,
        }
    }
}
