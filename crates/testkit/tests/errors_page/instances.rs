//! An error, or several, for every name.

use codec::ErrorKind;
use embertls::{AlertDescription, Error, Flags, FreezeError, HandshakeType, Limit, Misuse, Reason};
use io::session::SessionError;
use x509::Field;

pub(crate) const DECODE_KINDS: &[ErrorKind] = &[
    ErrorKind::Truncated,
    ErrorKind::TrailingBytes,
    ErrorKind::TooShort,
    ErrorKind::TooLong,
    ErrorKind::Uneven,
    ErrorKind::IllegalValue,
    ErrorKind::Duplicate,
    ErrorKind::OutOfMemory,
];

pub(crate) const MESSAGES: &[HandshakeType] = &[
    HandshakeType::CLIENT_HELLO,
    HandshakeType::SERVER_HELLO,
    HandshakeType::CERTIFICATE,
    HandshakeType::CERTIFICATE_STATUS,
    HandshakeType::SERVER_KEY_EXCHANGE,
    HandshakeType::CERTIFICATE_REQUEST,
    HandshakeType::SERVER_HELLO_DONE,
    HandshakeType::CLIENT_KEY_EXCHANGE,
    HandshakeType::CERTIFICATE_VERIFY,
    HandshakeType::NEW_SESSION_TICKET,
    HandshakeType::FINISHED,
];

pub(crate) const FIELDS: &[Field] = &[
    Field::Certificate,
    Field::Version,
    Field::SerialNumber,
    Field::SignatureAlgorithm,
    Field::Issuer,
    Field::Validity,
    Field::Subject,
    Field::SubjectPublicKeyInfo,
    Field::Extensions,
    Field::BasicConstraints,
    Field::KeyUsage,
    Field::ExtendedKeyUsage,
    Field::SubjectAltName,
    Field::NameConstraints,
    Field::CrlDistributionPoints,
    Field::SignatureValue,
    Field::CertificateList,
    Field::RevokedCertificates,
    Field::OcspResponse,
    Field::OcspAnswers,
];

pub(crate) const MISUSES: &[Misuse] = &[
    Misuse::NotConnected,
    Misuse::Closed,
    Misuse::TransmitFirst,
    Misuse::NoWork,
    Misuse::AnswerFirst,
    Misuse::NoRequest,
    Misuse::Renegotiation,
    Misuse::Export,
    Misuse::BadRange,
    Misuse::Configuration,
    Misuse::ServerName,
    Misuse::BytesBeforeTls,
];

pub(crate) const FREEZES: &[FreezeError] = &[
    FreezeError::Handshaking,
    FreezeError::Unsent,
    FreezeError::Unread,
    FreezeError::Ended,
    FreezeError::CounterNeeded,
    FreezeError::CounterFailed,
    FreezeError::Counter,
    FreezeError::AlreadyThawed,
    FreezeError::Key,
    FreezeError::NotAuthentic,
    FreezeError::Format,
    FreezeError::Configuration,
];

pub(crate) const LIMITS: &[Limit] = &[Limit::Records, Limit::RejectedRecords];

/// Every instance of a variant of [`Error`] that differs in what is said of it.
pub(crate) fn of(variant: &str) -> Vec<Error> {
    let of_reasons = |incompatible| {
        let reasons = Reason::ALL.iter().filter(move |reason| reason.is_incompatibility() == incompatible);
        // A record that is not authentic has an error of its own.
        reasons.map(|reason| Error::from(*reason)).filter(|error| *error != Error::RecordRejected).collect()
    };
    let decoding = |message_type| {
        let kinds = DECODE_KINDS.iter();
        kinds.map(move |kind| Error::Decode { message_type, error: codec::Error::new(*kind, 0) })
    };
    match variant {
        "Decode" => MESSAGES.iter().flat_map(|message_type| decoding(*message_type)).collect(),
        "UnexpectedMessage" => vec![Error::UnexpectedMessage(HandshakeType::FINISHED)],
        "Violation" => of_reasons(false),
        "Incompatible" => of_reasons(true),
        "Certificate" => Flags::from_bits(u32::MAX).iter().map(|row| Error::Certificate(row.flag)).collect(),
        "CertificateDecode" => FIELDS
            .iter()
            .map(|field| x509::Error { kind: pki::ErrorKind::Truncated, field: *field, at: 0 })
            .map(Error::CertificateDecode)
            .collect(),
        "CertificateStatus" => x509::REASONS.iter().map(|row| Error::CertificateStatus(row.reason)).collect(),
        "RecordRejected" => vec![Error::RecordRejected],
        "AlertReceived" => (1..=u8::MAX)
            .map(AlertDescription)
            .filter(|alert| alert.name().is_some())
            .map(Error::AlertReceived)
            .collect(),
        "Truncated" => vec![Error::Truncated],
        "TimedOut" => vec![Error::TimedOut],
        "RecordTooLarge" => vec![Error::RecordTooLarge { needed: 0 }],
        "Exhausted" => LIMITS.iter().map(|limit| Error::Exhausted(*limit)).collect(),
        "OutOfMemory" => vec![Error::OutOfMemory],
        "Entropy" => vec![Error::Entropy],
        "OutputTooSmall" => vec![Error::OutputTooSmall { needed: 0 }],
        "Misuse" => MISUSES.iter().map(|misuse| Error::Misuse(*misuse)).collect(),
        "Freeze" => FREEZES.iter().map(|error| Error::Freeze(*error)).collect(),
        "PrivateKey" => vec![Error::PrivateKey],
        "Internal" => vec![Error::Internal],
        other => panic!("no instance of {other}"),
    }
}

/// The error of a session by its name; None for the errors of connections.
pub(crate) fn session(variant: &str) -> Option<SessionError> {
    let refused = std::io::ErrorKind::ConnectionRefused;
    Some(match variant {
        "WantRead" => SessionError::WantRead,
        "WantWrite" => SessionError::WantWrite,
        "PeerCloseNotify" => SessionError::PeerCloseNotify,
        "OutOfOrder" => SessionError::OutOfOrder,
        "NoRoots" => SessionError::NoRoots,
        "UnknownHost" => SessionError::UnknownHost,
        "Connect" => SessionError::Connect(refused),
        "Network" => SessionError::Network(refused),
        "Tls" => return None,
        other => panic!("no instance of {other}"),
    })
}
