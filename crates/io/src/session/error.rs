//! What the calls of a session fail with: mbedTLS's numbers, and sentences.

use core::fmt;
use embertls::Error;
use std::io::{self, ErrorKind};

/// Why a call did not come to its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SessionError {
    /// The socket has nothing at the moment: call again.
    WantRead,
    /// The socket takes nothing at the moment: call again, with the same bytes.
    WantWrite,
    /// The peer has closed in order; every later read is 0.
    PeerCloseNotify,
    /// The call before this one has not been made, or the session is closed.
    OutOfOrder,
    /// Verification is required, and there are no roots to verify by.
    NoRoots,
    /// The host name is not known.
    UnknownHost,
    /// Nothing answers at the host and port, or no socket could be had.
    Connect(ErrorKind),
    /// The network failed.
    Network(ErrorKind),
    /// TLS failed.
    Tls(Error),
}

impl SessionError {
    /// mbedTLS's number.
    #[must_use]
    pub const fn code(&self) -> i32 {
        match self {
            Self::WantRead => -0x6900,
            Self::WantWrite => -0x6880,
            Self::PeerCloseNotify => -0x7880,
            Self::OutOfOrder => -0x7100,
            Self::NoRoots => -0x7680,
            Self::UnknownHost => -0x0052,
            Self::Connect(_) => -0x0044,
            Self::Network(ErrorKind::ConnectionReset | ErrorKind::BrokenPipe) => -0x0050,
            Self::Network(_) => -0x004C,
            Self::Tls(error) => error.mbedtls_code(),
        }
    }

    /// Whether the call is to be made again.
    #[must_use]
    pub const fn is_want(&self) -> bool {
        matches!(self, Self::WantRead | Self::WantWrite)
    }

    /// `is_writing` says whether records of ours wait.
    pub(super) fn of(error: &io::Error, is_writing: bool) -> Self {
        match crate::tls_error(error) {
            Some(error) => Self::Tls(error),
            None if error.kind() != ErrorKind::WouldBlock => Self::Network(error.kind()),
            None if is_writing => Self::WantWrite,
            None => Self::WantRead,
        }
    }
}

impl From<Error> for SessionError {
    fn from(error: Error) -> Self {
        Self::Tls(error)
    }
}

impl fmt::Display for SessionError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::WantRead => f.write_str("the network has nothing yet; call again"),
            Self::WantWrite => f.write_str("the network takes nothing yet; call again"),
            Self::PeerCloseNotify => f.write_str("the peer has closed the connection in order"),
            Self::OutOfOrder => f.write_str("the call that must come before has not been made"),
            Self::NoRoots => f.write_str(
                "verification is required, but there are no roots; configure some, or those of certs/",
            ),
            Self::UnknownHost => f.write_str("the host name is not known; check it, and the name server"),
            Self::Connect(kind) => write!(f, "the host cannot be reached at this port: {kind}"),
            Self::Network(kind) => write!(f, "the network failed: {kind}"),
            Self::Tls(error) => error.fmt(f),
        }
    }
}

impl core::error::Error for SessionError {}
