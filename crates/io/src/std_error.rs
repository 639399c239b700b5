//! TLS errors as `std::io` errors and back: the [`embertls::Error`] stays inside.

use crate::{
    StreamError,
    error::{Kind, kind},
};
use embertls::Error;
use std::io;

/// Wraps a TLS error in the kind that `std::io` users expect; [`tls_error`] takes it out again.
#[must_use]
pub fn to_io(error: Error) -> io::Error {
    let kind = match kind(error) {
        Kind::CutOff => io::ErrorKind::UnexpectedEof,
        Kind::Aborted => io::ErrorKind::ConnectionAborted,
        Kind::OutOfMemory => io::ErrorKind::OutOfMemory,
        Kind::NotConnected => io::ErrorKind::NotConnected,
        Kind::InvalidInput => io::ErrorKind::InvalidInput,
        Kind::InvalidData => io::ErrorKind::InvalidData,
        Kind::Other => io::ErrorKind::Other,
    };
    io::Error::new(kind, error)
}

impl From<StreamError<Self>> for io::Error {
    fn from(error: StreamError<Self>) -> Self {
        match error {
            StreamError::Tls(error) => to_io(error),
            StreamError::Transport(error) => error,
            StreamError::WriteZero => io::ErrorKind::WriteZero.into(),
            StreamError::Miscounted => Self::other("the transport moved more bytes than it was given"),
        }
    }
}

/// The TLS error inside an `io::Error`; None when the transport failed.
#[must_use]
pub fn tls_error(error: &io::Error) -> Option<Error> {
    error.get_ref().and_then(|inner| inner.downcast_ref::<Error>()).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_comes_out_as_it_went_in() {
        let wrapped = to_io(Error::Truncated);
        assert_eq!(wrapped.kind(), io::ErrorKind::UnexpectedEof);
        assert_eq!(tls_error(&wrapped), Some(Error::Truncated));
        let wrapped = to_io(Error::RecordTooLarge { needed: 9000 });
        assert_eq!(tls_error(&wrapped), Some(Error::RecordTooLarge { needed: 9000 }));
        assert_eq!(tls_error(&io::Error::from(io::ErrorKind::BrokenPipe)), None);
    }
}
