//! Why a command did not do what it was asked, and the exit code for it.

use crate::output;
use embertls::Error;
use std::{fmt, process::ExitCode};

/// A failed command.
#[derive(Debug)]
pub(crate) enum Failure {
    /// The peer or the network failed: exit code 1.
    Peer(String),
    /// The command line, or a file that it names, cannot be used: exit code 2.
    Usage(String),
    /// TLS failed: exit code 3 when the peer's certificate was refused, or its status, 2 when the command line does not fit, else 1.
    Tls(Error),
}

impl Failure {
    pub(crate) fn code(&self) -> ExitCode {
        ExitCode::from(self.number())
    }

    pub(crate) const fn number(&self) -> u8 {
        match self {
            Self::Peer(_) => 1,
            Self::Usage(_) => 2,
            Self::Tls(Error::Certificate(_) | Error::CertificateStatus(_)) => 3,
            Self::Tls(Error::Misuse(_)) => 2,
            Self::Tls(_) => 1,
        }
    }

    /// What the TLS stream ended with.
    pub(crate) fn tls(error: &std::io::Error) -> Self {
        io::tls_error(error).map_or_else(|| Self::Peer(error.to_string()), Self::Tls)
    }

    pub(crate) fn print(&self) {
        output::report(format_args!("ember: {self}"));
        // Of a certificate the report has said it already.
        if let Self::Tls(error) = self
            && !matches!(error, Error::Certificate(_) | Error::CertificateStatus(_))
        {
            output::report(format_args!("  {}", error.advice()));
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Peer(text) | Self::Usage(text) => f.write_str(text),
            Self::Tls(error) => error.fmt(f),
        }
    }
}
