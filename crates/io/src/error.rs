//! What a call on a stream may come to, besides what it is for.

use core::fmt;
use embertls::{Error, Misuse};

/// TLS failed, or the transport did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StreamError<E> {
    /// TLS failed, or the call does not fit; every error but [`Error::Misuse`] is for good. A stream that was cut off is
    /// [`Error::Truncated`].
    Tls(Error),
    /// The transport's error. What it did not take or give is asked for again by the next call.
    Transport(E),
    /// The transport takes no bytes any more.
    WriteZero,
    /// The transport says that it moved more bytes than it was given.
    Miscounted,
}

impl<E> From<Error> for StreamError<E> {
    fn from(error: Error) -> Self {
        Self::Tls(error)
    }
}

impl<E: fmt::Debug> fmt::Display for StreamError<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Tls(error) => error.fmt(f),
            Self::Transport(error) => write!(f, "the transport failed: {error:?}"),
            Self::WriteZero => f.write_str("the transport takes no bytes any more"),
            Self::Miscounted => f.write_str("the transport moved more bytes than it was given"),
        }
    }
}

impl<E: fmt::Debug> core::error::Error for StreamError<E> {}

/// What an error is to those who know only kinds of errors.
pub(crate) enum Kind {
    CutOff,
    Aborted,
    OutOfMemory,
    NotConnected,
    InvalidInput,
    InvalidData,
    Other,
}

#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "the enum may grow, and what it grows by is the peer's fault"
)]
pub(crate) const fn kind(error: Error) -> Kind {
    match error {
        Error::Truncated => Kind::CutOff,
        Error::AlertReceived(_) => Kind::Aborted,
        Error::OutOfMemory => Kind::OutOfMemory,
        Error::Misuse(Misuse::NotConnected | Misuse::Closed) => Kind::NotConnected,
        // Someone put them there.
        Error::Misuse(Misuse::BytesBeforeTls) => Kind::InvalidData,
        Error::Misuse(_) | Error::OutputTooSmall { .. } => Kind::InvalidInput,
        Error::Entropy | Error::PrivateKey | Error::Internal | Error::Exhausted(_) => Kind::Other,
        // Something is wrong with what the peer sent.
        _ => Kind::InvalidData,
    }
}
