//! Errors as sentences (feature `error-strings`); without it no text is linked.

use crate::{Error, FreezeError, Limit, Misuse};
use core::fmt::{self, Write as _};

/// A code point as the RFC spells it, `handshake_failure`, or its number.
struct Spelled(Option<&'static str>, u8);

impl fmt::Display for Spelled {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Some(name) => name.chars().try_for_each(|c| f.write_char(c.to_ascii_lowercase())),
            None => write!(f, "{}", self.1),
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Decode { message_type, error } => {
                write!(f, "the peer's {} is malformed: {error}", Spelled(message_type.name(), message_type.0))
            }
            Self::UnexpectedMessage(message_type) => {
                write!(f, "the peer sent {} out of order", Spelled(message_type.name(), message_type.0))
            }
            Self::Violation(reason) | Self::Incompatible(reason) => f.write_str(reason.text()),
            Self::Certificate(flags) => {
                f.write_str("the peer's certificate was refused: ")?;
                for (index, row) in flags.iter().enumerate() {
                    write!(f, "{}{}", if index == 0 { "" } else { "; " }, row.text)?;
                }
                Ok(())
            }
            Self::CertificateDecode(error) => write!(f, "a certificate of the peer is malformed: {error}"),
            Self::CertificateStatus(reasons) => {
                f.write_str("the status of the server's certificate was refused: ")?;
                for (index, row) in reasons.iter().enumerate() {
                    write!(f, "{}{}", if index == 0 { "" } else { "; " }, row.text)?;
                }
                Ok(())
            }
            Self::RecordRejected => f.write_str("a record could not be authenticated"),
            Self::AlertReceived(alert) => {
                write!(f, "the peer ended the connection with the alert {}", Spelled(alert.name(), alert.0))
            }
            Self::Truncated => f.write_str("the transport ended without close_notify"),
            Self::RecordTooLarge { needed } => {
                write!(f, "a record of {needed} bytes does not fit the receive buffer; enlarge it to that")
            }
            Self::Exhausted(Limit::Records) => f.write_str("the limit of records under one key is reached"),
            Self::Exhausted(Limit::RejectedRecords) => {
                f.write_str("too many records could not be authenticated")
            }
            Self::TimedOut => f.write_str("the peer has not answered for too long"),
            Self::OutOfMemory => f.write_str("out of memory"),
            Self::Entropy => f.write_str("the random source failed, or none is seeded"),
            Self::OutputTooSmall { needed } => write!(f, "the output buffer needs at least {needed} bytes"),
            Self::Freeze(error) => f.write_str(match error {
                FreezeError::Handshaking => "a connection is not frozen while a handshake is under way",
                FreezeError::Unsent => {
                    "poll_transmit has something that goes out before the connection is frozen"
                }
                FreezeError::Unread => {
                    "a record or message was received in part: the connection is not frozen yet"
                }
                FreezeError::Ended => "a connection that has ended is not frozen",
                FreezeError::CounterNeeded => {
                    "the suite would repeat nonces if the connection were thawed twice: a counter is needed"
                }
                FreezeError::CounterFailed => "the counter could not be read or moved",
                FreezeError::Counter => {
                    "the connection was frozen with a counter and is thawed without, or the other way round"
                }
                FreezeError::AlreadyThawed => "the counter has moved on: the connection was thawed before",
                FreezeError::Key => "the device's key or AEAD does not serve to freeze connections",
                FreezeError::NotAuthentic => "the frozen connection is damaged, or another key sealed it",
                FreezeError::Format => "this is no frozen connection, or one of another version",
                FreezeError::Configuration => "the frozen connection belongs to another configuration",
            }),
            Self::Misuse(misuse) => f.write_str(match misuse {
                Misuse::NotConnected => "data cannot be sent before the handshake is complete",
                Misuse::Closed => "the connection is closed",
                Misuse::TransmitFirst => "poll_transmit has something that goes out first",
                Misuse::NoWork => "there is no work to advance",
                Misuse::AnswerFirst => "a request of the connection waits for its answer",
                Misuse::NoRequest => "nothing is asked that could be answered",
                Misuse::Renegotiation => "the connection cannot be negotiated anew",
                Misuse::Export => "the connection cannot export keying material",
                Misuse::BadRange => "a range lies outside its buffer or lacks the room around it",
                Misuse::Configuration => "the configuration cannot be used",
                Misuse::ServerName => "the name is neither a DNS name nor an IP address",
                Misuse::BytesBeforeTls => {
                    "bytes from before TLS wait to be read; the peer must be silent when TLS begins"
                }
            }),
            Self::PrivateKey => f.write_str("the private key, or the element that has it, gave no result"),
            Self::Internal => f.write_str("a primitive found a fault in its own result"),
        }
    }
}

impl core::error::Error for Error {}
