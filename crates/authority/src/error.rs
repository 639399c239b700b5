//! Why something could not be written.

use std::fmt;

/// What went wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Error {
    /// A key or a structure cannot be read.
    Malformed(pki::Error),
    /// A key cannot be made or cannot sign.
    Crypto(crypto::Error),
    /// What was asked for makes no sense, in words.
    Refused(String),
}

impl Error {
    pub(crate) fn refused(why: impl Into<String>) -> Self {
        Self::Refused(why.into())
    }
}

impl From<pki::Error> for Error {
    fn from(error: pki::Error) -> Self {
        Self::Malformed(error)
    }
}

impl From<crypto::Error> for Error {
    fn from(error: crypto::Error) -> Self {
        Self::Crypto(error)
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Malformed(error) => error.fmt(f),
            Self::Crypto(error) => write!(f, "the key does not do its work: {error:?}"),
            Self::Refused(why) => f.write_str(why),
        }
    }
}

impl std::error::Error for Error {}
