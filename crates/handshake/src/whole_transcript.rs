//! All handshake messages as they are, for a CertificateVerify of Ed25519, which signs no digest (RFC 8422 section 5.10).

use crate::{Error, limits::MAX_TRANSCRIPT_BYTES};
use memory::{Bytes, OutOfMemory};

/// The messages so far, where they are needed.
#[derive(Default)]
pub(crate) enum WholeTranscript {
    #[default]
    NotNeeded,
    Held(Bytes),
    /// The limit was reached.
    TooLong,
}

impl WholeTranscript {
    pub(crate) const fn start() -> Self {
        Self::Held(Bytes::with_cap(MAX_TRANSCRIPT_BYTES))
    }

    pub(crate) const fn is_held(&self) -> bool {
        matches!(self, Self::Held(_))
    }

    pub(crate) fn stop(&mut self) {
        *self = Self::NotNeeded;
    }

    pub(crate) fn update(&mut self, bytes: &[u8]) -> Result<(), OutOfMemory> {
        match self {
            Self::Held(messages) if bytes.len() > messages.cap() - messages.len() => {
                *self = Self::TooLong;
                Ok(())
            }
            Self::Held(messages) => messages.extend(bytes),
            Self::NotNeeded | Self::TooLong => Ok(()),
        }
    }

    pub(crate) fn bytes(&self) -> Result<&[u8], Error> {
        match self {
            Self::NotNeeded => Err(Error::Internal),
            Self::Held(messages) => Ok(messages),
            Self::TooLong => Err(Error::OutOfMemory),
        }
    }
}
