//! Errors in the kinds of `embedded-io`.

use crate::{StreamError, error};
use ::embedded_io::{Error, ErrorKind};

impl<E: Error> Error for StreamError<E> {
    /// `embedded-io` has no kind for a stream that was cut off; it counts as reset.
    fn kind(&self) -> ErrorKind {
        match self {
            Self::Transport(error) => error.kind(),
            Self::WriteZero => ErrorKind::WriteZero,
            Self::Miscounted => ErrorKind::Other,
            Self::Tls(error) => match error::kind(*error) {
                error::Kind::CutOff => ErrorKind::ConnectionReset,
                error::Kind::Aborted => ErrorKind::ConnectionAborted,
                error::Kind::OutOfMemory => ErrorKind::OutOfMemory,
                error::Kind::NotConnected => ErrorKind::NotConnected,
                error::Kind::InvalidInput => ErrorKind::InvalidInput,
                error::Kind::InvalidData => ErrorKind::InvalidData,
                error::Kind::Other => ErrorKind::Other,
            },
        }
    }
}
