//! Why a connection ended, by whose fault it was, with the alert that the peer is told and mbedTLS's number for
//! people who come from there.

use codec::{AlertDescription as A, HandshakeType, Reason};
use handshake::FreezeError;
use x509::{Flags, Reasons};

/// What went wrong. All but [`Error::Misuse`], [`Error::OutputTooSmall`] and [`Error::Freeze`] are fatal to the connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Error {
    /// The peer sent a handshake message that cannot be decoded.
    Decode {
        /// Which message.
        message_type: HandshakeType,
        /// What is wrong, and at which byte of its body.
        error: codec::Error,
    },
    /// The peer sent a message out of order.
    UnexpectedMessage(HandshakeType),
    /// The peer broke an RFC.
    Violation(Reason),
    /// Nothing in common: version, suite, group, scheme or protocol.
    Incompatible(Reason),
    /// The peer's certificate was refused for these reasons.
    Certificate(Flags),
    /// A certificate of the peer cannot be decoded.
    CertificateDecode(x509::Error),
    /// The server's certificate is good, and its status by OCSP is not, for these reasons (RFC 6066 section 8).
    CertificateStatus(Reasons),
    /// A record could not be authenticated; it was changed on the way.
    RecordRejected,
    /// The peer ended the connection with this alert.
    AlertReceived(A),
    /// The transport ended without close_notify: what was received may be cut off.
    Truncated,
    /// The peer has not answered for too long (datagrams only).
    TimedOut,
    /// A protected record is larger than the receive buffer: this many bytes are needed for it.
    RecordTooLarge {
        /// Bytes of the whole record, header included.
        needed: usize,
    },
    /// A limit was reached, named here.
    Exhausted(Limit),
    /// The allocator refused.
    OutOfMemory,
    /// The random source failed, or none is seeded.
    Entropy,
    /// The output buffer is too small for anything; at least this many bytes are needed. Call again.
    OutputTooSmall {
        /// Bytes needed.
        needed: usize,
    },
    /// The call does not fit the connection's state or configuration: the caller's bug.
    Misuse(Misuse),
    /// The connection is not frozen, and goes on; or it is not thawed.
    Freeze(FreezeError),
    /// The private key is in an element that did not answer, or refused.
    PrivateKey,
    /// A primitive found a fault in its own result, or EmberTLS has a bug.
    Internal,
}

/// Limits that end a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Limit {
    /// Records under one key, or the sequence number (RFC 5246 section 6.1).
    Records,
    /// Records that could not be authenticated, in datagrams.
    RejectedRecords,
}

/// Calls that cannot be answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Misuse {
    /// Data is sent before the handshake is complete.
    NotConnected,
    /// The connection has failed or was closed.
    Closed,
    /// `poll_transmit` has something that goes out first.
    TransmitFirst,
    /// `advance` without work.
    NoWork,
    /// A request waits for its answer.
    AnswerFirst,
    /// `answer` without a request.
    NoRequest,
    /// A renegotiation that the configuration, the build or the peer does not allow.
    Renegotiation,
    /// Keying material of a connection whose master secret is not bound to its handshake, or more than there can be.
    Export,
    /// A range outside its buffer, or without the room that `headroom` and `tailroom` ask for.
    BadRange,
    /// The configuration offers nothing, or something that cannot be encoded.
    Configuration,
    /// A host name that is neither a DNS name nor an IP address.
    ServerName,
    /// Bytes from before TLS wait to be read: after STARTTLS someone may have put them in front of the handshake.
    BytesBeforeTls,
}

/// By whose fault a connection ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The peer's: it broke an RFC, or its certificate is not good.
    Peer,
    /// Either end's: both are right, and do not fit together.
    Either,
    /// The transport's, or of somebody who meddles with it.
    Transport,
    /// The device's: memory, randomness or arithmetic failed it.
    Device,
    /// The caller's.
    Caller,
    /// Nobody's: keys are used up.
    Nobody,
}

impl Error {
    /// Whose fault it is.
    #[must_use]
    pub const fn fault(&self) -> Fault {
        match self {
            Self::Decode { error, .. } if matches!(error.kind, codec::ErrorKind::OutOfMemory) => {
                Fault::Device
            }
            Self::Decode { .. }
            | Self::UnexpectedMessage(_)
            | Self::Violation(_)
            | Self::Certificate(_)
            | Self::CertificateDecode(_)
            | Self::CertificateStatus(_) => Fault::Peer,
            Self::Incompatible(_) | Self::AlertReceived(_) => Fault::Either,
            Self::RecordRejected
            | Self::Truncated
            | Self::TimedOut
            | Self::Freeze(FreezeError::NotAuthentic)
            | Self::Exhausted(Limit::RejectedRecords) => Fault::Transport,
            Self::OutOfMemory
            | Self::Entropy
            | Self::PrivateKey
            | Self::Internal
            | Self::Freeze(FreezeError::CounterFailed) => Fault::Device,
            Self::RecordTooLarge { .. } | Self::OutputTooSmall { .. } | Self::Freeze(_) | Self::Misuse(_) => {
                Fault::Caller
            }
            Self::Exhausted(Limit::Records) => Fault::Nobody,
        }
    }

    /// The alert that the peer is told; None when it is told nothing: it caused the end itself, or may go on.
    #[must_use]
    pub const fn alert(&self) -> Option<A> {
        Some(match self {
            Self::Decode { error, .. } => match error.kind {
                codec::ErrorKind::IllegalValue => A::ILLEGAL_PARAMETER,
                codec::ErrorKind::OutOfMemory => A::INTERNAL_ERROR,
                codec::ErrorKind::Truncated
                | codec::ErrorKind::TrailingBytes
                | codec::ErrorKind::TooShort
                | codec::ErrorKind::TooLong
                | codec::ErrorKind::Uneven
                | codec::ErrorKind::Duplicate => A::DECODE_ERROR,
            },
            Self::UnexpectedMessage(_) => A::UNEXPECTED_MESSAGE,
            Self::Violation(reason) | Self::Incompatible(reason) => reason.alert(),
            Self::Certificate(flags) => certificate_alert(*flags),
            Self::CertificateDecode(_) => A::BAD_CERTIFICATE,
            Self::CertificateStatus(_) => A::BAD_CERTIFICATE_STATUS_RESPONSE,
            Self::RecordRejected => A::BAD_RECORD_MAC,
            // RFC 5246 has no alert for a receiver whose buffer is too small; this one names the matter.
            Self::RecordTooLarge { .. } => A::RECORD_OVERFLOW,
            Self::Exhausted(_) | Self::OutOfMemory | Self::Entropy | Self::PrivateKey | Self::Internal => {
                A::INTERNAL_ERROR
            }
            Self::AlertReceived(_)
            | Self::Truncated
            | Self::TimedOut
            | Self::OutputTooSmall { .. }
            | Self::Freeze(_)
            | Self::Misuse(_) => {
                return None;
            }
        })
    }

    /// The number of mbedTLS 2.28 that is nearest, `-0x7200` and so on.
    #[must_use]
    pub const fn mbedtls_code(&self) -> i32 {
        match self {
            Self::Decode { message_type, .. } => malformed(*message_type),
            Self::UnexpectedMessage(_) => -0x7700,
            Self::Violation(reason) | Self::Incompatible(reason) => reason_code(*reason),
            Self::Certificate(_) | Self::CertificateStatus(_) => -0x2700,
            Self::CertificateDecode(error) => field_code(error.field),
            Self::RecordRejected => -0x7180,
            Self::AlertReceived(_) => -0x7780,
            Self::Truncated => -0x7280,
            Self::TimedOut => -0x6800,
            Self::RecordTooLarge { .. } => -0x7200,
            Self::Exhausted(Limit::Records) => -0x6B80,
            Self::Exhausted(Limit::RejectedRecords) => -0x7180,
            Self::OutOfMemory => -0x7F00,
            Self::Entropy => -0x0034,
            Self::OutputTooSmall { .. } => -0x6A00,
            Self::Freeze(FreezeError::Format | FreezeError::Configuration) => -0x5F00,
            Self::Freeze(_) | Self::Misuse(_) => -0x7100,
            Self::PrivateKey => -0x3880,
            Self::Internal => -0x6C00,
        }
    }
}

/// RFC 5246 section 7.2.2 names the alerts. Where it names none: a wrong name is bad_certificate, a usage or an
/// algorithm that is not permitted is unsupported_certificate. Of several reasons the first of this list is told.
const fn certificate_alert(flags: Flags) -> A {
    if flags.contains(Flags::NOT_TRUSTED) {
        A::UNKNOWN_CA
    } else if flags.contains(Flags::REVOKED) {
        A::CERTIFICATE_REVOKED
    } else if flags.intersects(Flags::EXPIRED.or(Flags::FUTURE)) {
        A::CERTIFICATE_EXPIRED
    } else if flags.contains(Flags::CN_MISMATCH) {
        A::BAD_CERTIFICATE
    } else if flags.intersects(
        Flags::KEY_USAGE
            .or(Flags::EXT_KEY_USAGE)
            .or(Flags::NS_CERT_TYPE)
            .or(Flags::BAD_MD)
            .or(Flags::BAD_PK)
            .or(Flags::BAD_KEY),
    ) {
        A::UNSUPPORTED_CERTIFICATE
    } else {
        A::CERTIFICATE_UNKNOWN
    }
}

/// Of a field that cannot be read.
const fn field_code(field: x509::Field) -> i32 {
    use x509::Field as F;
    match field {
        F::Certificate | F::CertificateList | F::RevokedCertificates | F::OcspResponse | F::OcspAnswers => {
            -0x2180
        }
        F::Version => -0x2200,
        F::SerialNumber => -0x2280,
        F::SignatureAlgorithm => -0x2300,
        F::Issuer | F::Subject => -0x2380,
        F::Validity => -0x2400,
        F::SubjectPublicKeyInfo => -0x3B00,
        F::Extensions
        | F::BasicConstraints
        | F::KeyUsage
        | F::ExtendedKeyUsage
        | F::SubjectAltName
        | F::NameConstraints
        | F::CrlDistributionPoints => -0x2500,
        F::SignatureValue => -0x2480,
    }
}

const fn malformed(message_type: HandshakeType) -> i32 {
    match message_type {
        HandshakeType::CLIENT_HELLO => -0x7900,
        HandshakeType::SERVER_HELLO => -0x7980,
        HandshakeType::CERTIFICATE | HandshakeType::CERTIFICATE_STATUS => -0x7A00,
        HandshakeType::CERTIFICATE_REQUEST => -0x7A80,
        HandshakeType::SERVER_KEY_EXCHANGE => -0x7B00,
        HandshakeType::SERVER_HELLO_DONE => -0x7B80,
        HandshakeType::CLIENT_KEY_EXCHANGE => -0x7C00,
        HandshakeType::CERTIFICATE_VERIFY => -0x7D80,
        HandshakeType::NEW_SESSION_TICKET => -0x6E00,
        HandshakeType::FINISHED => -0x7E80,
        HandshakeType(_) => -0x7700,
    }
}

const fn reason_code(reason: Reason) -> i32 {
    match reason {
        Reason::UnknownContentType
        | Reason::RecordVersion
        | Reason::RecordOverflow
        | Reason::EmptyRecord
        | Reason::BadAlert
        | Reason::BadAlertLevel
        | Reason::SslV2Hello
        | Reason::NotTls
        | Reason::MessageTooLong => -0x7200,
        Reason::BadRecordMac => -0x7180,
        Reason::BadChangeCipherSpec
        | Reason::UnexpectedChangeCipherSpec
        | Reason::ChangeCipherSpecWithinMessage => -0x7E00,
        Reason::InterleavedRecord | Reason::BytesAfterFlight | Reason::UnexpectedMessage => -0x7700,
        Reason::TooManyRecordsWithoutProgress => -0x6700,
        Reason::VersionNotOffered | Reason::NoCommonVersion => -0x6E80,
        Reason::SuiteNotOffered
        | Reason::CompressionNotOffered
        | Reason::UnsolicitedExtension
        | Reason::EncryptThenMacWithoutCbc
        | Reason::BadRenegotiationInfo
        | Reason::PeerChangedInRenegotiation
        | Reason::ExtendedMasterSecretMissing
        | Reason::ExtendedMasterSecretUnexpected
        | Reason::SessionChanged
        | Reason::SizeLimitNotOffered
        | Reason::ProtocolNotOffered
        | Reason::SrtpNotOffered => -0x7980,
        Reason::NoCommonSuite | Reason::NoCommonGroup | Reason::NoCommonSignatureScheme => -0x7380,
        Reason::NullCompressionMissing | Reason::UncompressedPointsMissing | Reason::NoCommonProtocol => {
            -0x7900
        }
        Reason::InappropriateFallback => -0x6E80,
        Reason::UnknownPskIdentity => -0x6C80,
        Reason::NoCertificate => -0x7A00,
        Reason::NoClientCertificate => -0x7480,
        Reason::NoCommonCertificateType | Reason::CertificateKeyDoesNotFitSuite | Reason::UnsupportedKey => {
            -0x6D00
        }
        Reason::CertificateTypeNotOffered => -0x7980,
        Reason::GroupNotOffered
        | Reason::FiniteFieldTooSmall
        | Reason::BadFiniteField
        | Reason::InvalidPublicValue
        | Reason::PublicValueOutOfRange
        | Reason::SignatureSchemeNotOffered
        | Reason::BadSignature => -0x7B00,
        Reason::BadFinished => -0x7E80,
    }
}

impl From<Reason> for Error {
    fn from(reason: Reason) -> Self {
        if reason == Reason::BadRecordMac {
            Self::RecordRejected
        } else if reason.is_incompatibility() {
            Self::Incompatible(reason)
        } else {
            Self::Violation(reason)
        }
    }
}

impl From<handshake::Error> for Error {
    fn from(error: handshake::Error) -> Self {
        match error {
            handshake::Error::Decode { message_type, error } => Self::Decode { message_type, error },
            handshake::Error::Violation(reason) => reason.into(),
            handshake::Error::Unexpected(message_type) => Self::UnexpectedMessage(message_type),
            handshake::Error::CertificateDecode(error) => Self::CertificateDecode(error),
            handshake::Error::Certificate(flags) => Self::Certificate(flags),
            handshake::Error::CertificateStatus(reasons) => Self::CertificateStatus(reasons),
            handshake::Error::OutOfMemory => Self::OutOfMemory,
            handshake::Error::Entropy => Self::Entropy,
            handshake::Error::PrivateKey => Self::PrivateKey,
            handshake::Error::Internal => Self::Internal,
            handshake::Error::Misuse => Self::Misuse(Misuse::Configuration),
            handshake::Error::Freeze(error) => Self::Freeze(error),
        }
    }
}

impl From<memory::OutOfMemory> for Error {
    fn from(_: memory::OutOfMemory) -> Self {
        Self::OutOfMemory
    }
}

impl From<FreezeError> for Error {
    fn from(error: FreezeError) -> Self {
        Self::Freeze(error)
    }
}

impl From<record::Error> for Error {
    fn from(error: record::Error) -> Self {
        match error {
            record::Error::Violation(reason) => reason.into(),
            record::Error::BadRange => Self::Misuse(Misuse::BadRange),
            record::Error::Exhausted => Self::Exhausted(Limit::Records),
            record::Error::Entropy => Self::Entropy,
            record::Error::Internal => Self::Internal,
        }
    }
}
