//! Why a command did not do what it was asked, and the exit code for it.

use crate::output;
use std::{fmt, process::ExitCode};

/// A failed command.
#[derive(Debug)]
pub(crate) enum Failure {
    /// The peer or the network failed: exit code 1.
    Peer(String),
    /// The command line, or a file that it names, cannot be used: exit code 2.
    Usage(String),
    /// The peer's certificate was refused: exit code 3.
    Certificate(String),
}

impl Failure {
    pub(crate) fn code(&self) -> ExitCode {
        ExitCode::from(self.number())
    }

    pub(crate) const fn number(&self) -> u8 {
        match self {
            Self::Peer(_) => 1,
            Self::Usage(_) => 2,
            Self::Certificate(_) => 3,
        }
    }

    /// What the TLS stream ended with.
    pub(crate) fn tls(error: &std::io::Error) -> Self {
        match io::tls_error(error) {
            Some(error @ embertls::Error::Certificate(_)) => Self::Certificate(error.to_string()),
            Some(error @ embertls::Error::Misuse(_)) => Self::Usage(error.to_string()),
            Some(error) => Self::Peer(error.to_string()),
            None => Self::Peer(error.to_string()),
        }
    }

    pub(crate) fn print(&self) {
        output::report(format_args!("ember: {self}"));
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Peer(text) | Self::Usage(text) | Self::Certificate(text) => f.write_str(text),
        }
    }
}
