//! Why a handshake ended.

use codec::{HandshakeType, Reason};
use memory::OutOfMemory;
use suites::ExtensionError;
use x509::{Flags, Reasons};

/// A handshake's end, by whose fault it was. Every one of them is fatal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Error {
    /// The peer's message cannot be decoded.
    Decode {
        /// Which message.
        message_type: HandshakeType,
        /// What is wrong, and at which byte of its body.
        error: codec::Error,
    },
    /// The peer broke an RFC, or nothing is in common.
    Violation(Reason),
    /// A message that the state does not expect.
    Unexpected(HandshakeType),
    /// A certificate of the peer cannot be decoded.
    CertificateDecode(x509::Error),
    /// The peer's certificate was refused.
    Certificate(Flags),
    /// The certificate's path is good, and its status by OCSP is not.
    CertificateStatus(Reasons),
    /// The allocator refused.
    OutOfMemory,
    /// The random source failed.
    Entropy,
    /// The private key, or the element that has it, gave no result.
    PrivateKey,
    /// A primitive found a fault in its own result.
    Internal,
    /// The caller's calls do not fit the state.
    Misuse,
    /// The connection cannot be frozen, or not be thawed.
    Freeze(FreezeError),
}

/// Why a connection is not frozen, and goes on as it is, or is not thawed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FreezeError {
    /// A handshake is under way.
    Handshaking,
    /// `poll_transmit` has something that goes out first.
    Unsent,
    /// Something that was received has not been taken in to its end.
    Unread,
    /// The connection has failed or was closed, by either side.
    Ended,
    /// The suite's nonces are the sequence number, or the version's IVs the record before: thawed twice, they would
    /// repeat. A counter must see to it that they are not.
    CounterNeeded,
    /// The counter could not be read, or not be moved.
    CounterFailed,
    /// The blob was sealed with a counter and there is none now, or the other way round.
    Counter,
    /// The counter does not stand where it did when the blob was sealed: it was thawed before, or a newer one was.
    AlreadyThawed,
    /// The device's key is not one of the AEAD's length, or all zero, or the AEAD's tag is short.
    Key,
    /// The blob was not sealed under this key, or was changed since.
    NotAuthentic,
    /// It is no blob, or one of a format that this version of EmberTLS does not read.
    Format,
    /// The blob belongs to another configuration, server, side or transport, or what was agreed on is not offered any more.
    Configuration,
}

impl From<FreezeError> for Error {
    fn from(error: FreezeError) -> Self {
        Self::Freeze(error)
    }
}

impl From<Reason> for Error {
    fn from(reason: Reason) -> Self {
        Self::Violation(reason)
    }
}

impl From<OutOfMemory> for Error {
    fn from(_: OutOfMemory) -> Self {
        Self::OutOfMemory
    }
}

impl From<crypto::Error> for Error {
    fn from(error: crypto::Error) -> Self {
        match error {
            crypto::Error::OutOfMemory => Self::OutOfMemory,
            crypto::Error::Entropy => Self::Entropy,
            crypto::Error::InvalidKey => Self::Violation(Reason::UnsupportedKey),
            crypto::Error::InvalidPoint => Self::Violation(Reason::InvalidPublicValue),
            crypto::Error::OutOfRange => Self::Violation(Reason::PublicValueOutOfRange),
            crypto::Error::BadSignature => Self::Violation(Reason::BadSignature),
            crypto::Error::PrivateKey => Self::PrivateKey,
            crypto::Error::OpenFailed
            | crypto::Error::Fault
            | crypto::Error::BufferTooSmall
            | crypto::Error::Unsupported => Self::Internal,
        }
    }
}

impl Error {
    /// An error while decoding the body of a message; running out of memory is not the peer's fault.
    pub(crate) fn decoding(message_type: HandshakeType) -> impl Fn(codec::Error) -> Self {
        move |error| Self::Decode { message_type, error }
    }

    /// An extension that was refused, in a hello.
    pub(crate) fn extension(message_type: HandshakeType) -> impl Fn(ExtensionError) -> Self {
        move |error| match error {
            ExtensionError::Decode(error) => Self::Decode { message_type, error },
            ExtensionError::Violation(reason) => Self::Violation(reason),
        }
    }

    /// An error of the certificate verifier.
    #[must_use]
    pub(crate) fn certificate(error: x509::VerifyError) -> Self {
        match error {
            x509::VerifyError::Malformed(error) => Self::CertificateDecode(error),
            x509::VerifyError::Crypto(error) => Self::from(error),
        }
    }

    /// An error while encoding one of our own messages.
    #[must_use]
    pub(crate) fn encoding(error: codec::Error) -> Self {
        match error.kind {
            codec::ErrorKind::OutOfMemory => Self::OutOfMemory,
            codec::ErrorKind::Truncated
            | codec::ErrorKind::TrailingBytes
            | codec::ErrorKind::TooShort
            | codec::ErrorKind::TooLong
            | codec::ErrorKind::Uneven
            | codec::ErrorKind::IllegalValue
            | codec::ErrorKind::Duplicate => Self::Misuse,
        }
    }
}
