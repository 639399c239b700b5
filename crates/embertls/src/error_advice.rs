//! What to do about an error (feature `error-strings`); `docs/errors.md` has it all on one page.

use crate::{Error, FreezeError, Limit, Misuse};
use codec::{AlertDescription as A, ErrorKind, Reason};

/// The heap is too small.
const MEMORY: &str =
    "give the heap more, or fewer connections at once; `cargo xtask demo` prints what a handshake needs";

impl Error {
    /// What to do about it, in words. Of several reasons against a certificate it is the first one's: each of
    /// [`crate::Flags::iter`] has its own.
    #[must_use]
    pub fn advice(&self) -> &'static str {
        match self {
            Self::Decode { error, .. } if error.kind == ErrorKind::OutOfMemory => MEMORY,
            Self::Decode { .. } | Self::UnexpectedMessage(_) => Reason::UnexpectedMessage.advice(),
            Self::Violation(reason) | Self::Incompatible(reason) => reason.advice(),
            Self::Certificate(flags) => flags.iter().next().map_or("", |row| row.advice),
            Self::CertificateDecode(_) => {
                "have the certificate issued anew, as RFC 5280 has it; `ember cert show FILE` says what is wrong"
            }
            Self::CertificateStatus(reasons) => reasons.iter().next().map_or("", |row| row.advice),
            Self::RecordRejected => {
                "connect anew; if it comes again, look at the transport (lost or doubled bytes), and with a \
                 pre-shared key see that both ends have the same"
            }
            Self::AlertReceived(alert) => alert_advice(*alert),
            Self::Truncated => {
                "take what was received as incomplete, unless it says itself where it ends, and ask again"
            }
            Self::TimedOut => "check address, port and firewall; then let the timeouts be longer",
            Self::RecordTooLarge { .. } => {
                "make the receive buffer as large as the error says, or ask for smaller records \
                 (`max_fragment_length`, `record_size_limit`)"
            }
            Self::Exhausted(Limit::Records) => "connect anew: no key may serve for longer",
            Self::Exhausted(Limit::RejectedRecords) => "connect anew; somebody sends forged datagrams",
            Self::OutOfMemory => MEMORY,
            Self::Entropy => {
                "seed the generator from a source that passes its health tests, before the connection"
            }
            Self::OutputTooSmall { .. } => "call again with a buffer as large as the error says",
            Self::Misuse(misuse) => misuse.advice(),
            Self::Freeze(error) => freeze_advice(*error),
            Self::PrivateKey => {
                "connect anew when the secure element answers again; see its own report, and whether it has this key"
            }
            Self::Internal => {
                "connect anew; if it comes again, the hardware is faulty or EmberTLS has a bug: report it"
            }
        }
    }
}

impl Misuse {
    /// What to do about it, in words.
    #[must_use]
    pub const fn advice(self) -> &'static str {
        match self {
            Self::NotConnected => "go on with the handshake until `Event::Connected`, then send",
            Self::Closed => "make a new connection",
            Self::TransmitFirst => "call `poll_transmit` until it has nothing more",
            Self::NoWork => "call `advance` only after `Event::Work`",
            Self::AnswerFirst => "answer the request that `request` shows",
            Self::NoRequest => "call `answer` only after `Event::Request`",
            Self::Renegotiation => {
                "permit it in the configuration and compile it in (`renegotiation`), or connect anew"
            }
            Self::Export => "use it after the handshake, with an extended master secret, and ask for less",
            Self::BadRange => "leave `headroom` bytes before the payload and `tailroom` bytes after it",
            Self::Configuration => "name at least one version, suite, group and scheme that fit together",
            Self::ServerName => "give a DNS name without the final dot, or an IP address",
            Self::BytesBeforeTls => "close the connection: somebody may have put commands in front of TLS",
        }
    }
}

/// What to do where a connection is not frozen or not thawed.
const fn freeze_advice(error: FreezeError) -> &'static str {
    match error {
        FreezeError::Handshaking => "go on with the handshake until `Event::Connected`, then freeze",
        FreezeError::Unsent => "call `poll_transmit` until it has nothing more, then freeze",
        FreezeError::Unread => "receive until `Event::NeedMore`, then freeze",
        FreezeError::Ended => "connect anew after the sleep",
        FreezeError::CounterNeeded => "give the freezer a counter, or offer suites of AES-GCM or AES-CCM",
        FreezeError::CounterFailed => "look at what keeps the counter; then try again, or connect anew",
        FreezeError::Counter => "thaw with a counter where one was there, and only there",
        FreezeError::AlreadyThawed => {
            "connect anew, and keep no blob that was thawed; give each connection a counter of its own"
        }
        FreezeError::Key => "give a key of the AEAD's length, and an AEAD with a tag of 16 bytes",
        FreezeError::NotAuthentic => "connect anew; look at where blobs are kept, and whose key is used",
        FreezeError::Format | FreezeError::Configuration => {
            "connect anew, as after every change of configuration; thaw on the side and transport that froze it"
        }
    }
}

/// What this end can do about an alert of the peer.
const fn alert_advice(alert: A) -> &'static str {
    match alert {
        A::HANDSHAKE_FAILURE => {
            "offer what the peer has: suites (`ember suites`), groups, schemes; or a client certificate, if it wants one"
        }
        A::PROTOCOL_VERSION => "offer a version that the peer has",
        A::INSUFFICIENT_SECURITY => "offer stronger suites or groups",
        A::UNKNOWN_CA => "give the peer our root, or send the intermediate certificates with our own",
        A::BAD_CERTIFICATE
        | A::UNSUPPORTED_CERTIFICATE
        | A::CERTIFICATE_REVOKED
        | A::CERTIFICATE_EXPIRED
        | A::CERTIFICATE_UNKNOWN
        | A::BAD_CERTIFICATE_STATUS_RESPONSE => {
            "look at our own certificate: its dates, names, usages and chain (`ember verify`); and at the peer's clock"
        }
        A::ACCESS_DENIED => "have the peer permit our certificate",
        A::UNRECOGNIZED_NAME => "ask for a name that the server has",
        A::NO_APPLICATION_PROTOCOL => "name a protocol (ALPN) that the server has, or none",
        A::UNKNOWN_PSK_IDENTITY => "give the server our identity and key",
        A::INAPPROPRIATE_FALLBACK => "connect without falling back: the server has a newer version",
        A::NO_RENEGOTIATION => "connect anew in place of renegotiating",
        A::RECORD_OVERFLOW => "the peer's buffer is too small: ask for smaller records, or send smaller ones",
        A::BAD_RECORD_MAC | A::DECRYPT_ERROR => {
            "connect anew; if it comes again, look at the transport, and with a pre-shared key see that both ends have \
             the same"
        }
        A::USER_CANCELED => "nothing is wrong: the peer's user gave up",
        _ => "look at the peer's log: it says what it did not like",
    }
}
