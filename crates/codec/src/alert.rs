//! Alerts (RFC 5246 section 7.2).

use crate::{Error, Reader, code_point::code_points};

code_points! {
    /// AlertLevel.
    AlertLevel(u8) {
        /// warning.
        WARNING = 1,
        /// fatal.
        FATAL = 2,
    }
}

code_points! {
    /// AlertDescription (RFC 5246 section 7.2; later ones with their RFC).
    AlertDescription(u8) {
        /// close_notify.
        CLOSE_NOTIFY = 0,
        /// unexpected_message.
        UNEXPECTED_MESSAGE = 10,
        /// bad_record_mac.
        BAD_RECORD_MAC = 20,
        /// decryption_failed (reserved; never sent).
        DECRYPTION_FAILED = 21,
        /// record_overflow.
        RECORD_OVERFLOW = 22,
        /// decompression_failure.
        DECOMPRESSION_FAILURE = 30,
        /// handshake_failure.
        HANDSHAKE_FAILURE = 40,
        /// no_certificate (SSL 3.0 only).
        NO_CERTIFICATE = 41,
        /// bad_certificate.
        BAD_CERTIFICATE = 42,
        /// unsupported_certificate.
        UNSUPPORTED_CERTIFICATE = 43,
        /// certificate_revoked.
        CERTIFICATE_REVOKED = 44,
        /// certificate_expired.
        CERTIFICATE_EXPIRED = 45,
        /// certificate_unknown.
        CERTIFICATE_UNKNOWN = 46,
        /// illegal_parameter.
        ILLEGAL_PARAMETER = 47,
        /// unknown_ca.
        UNKNOWN_CA = 48,
        /// access_denied.
        ACCESS_DENIED = 49,
        /// decode_error.
        DECODE_ERROR = 50,
        /// decrypt_error.
        DECRYPT_ERROR = 51,
        /// export_restriction (reserved).
        EXPORT_RESTRICTION = 60,
        /// protocol_version.
        PROTOCOL_VERSION = 70,
        /// insufficient_security.
        INSUFFICIENT_SECURITY = 71,
        /// internal_error.
        INTERNAL_ERROR = 80,
        /// inappropriate_fallback (RFC 7507).
        INAPPROPRIATE_FALLBACK = 86,
        /// user_canceled.
        USER_CANCELED = 90,
        /// no_renegotiation.
        NO_RENEGOTIATION = 100,
        /// unsupported_extension.
        UNSUPPORTED_EXTENSION = 110,
        /// unrecognized_name (RFC 6066 section 3).
        UNRECOGNIZED_NAME = 112,
        /// bad_certificate_status_response (RFC 6066 section 8).
        BAD_CERTIFICATE_STATUS_RESPONSE = 113,
        /// unknown_psk_identity (RFC 4279 section 6).
        UNKNOWN_PSK_IDENTITY = 115,
        /// no_application_protocol (RFC 7301 section 3.2).
        NO_APPLICATION_PROTOCOL = 120,
    }
}

/// `struct { AlertLevel level; AlertDescription description; } Alert;`
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Alert {
    /// warning or fatal.
    pub level: AlertLevel,
    /// What it is about.
    pub description: AlertDescription,
}

impl Alert {
    /// A fatal alert.
    #[must_use]
    pub const fn fatal(description: AlertDescription) -> Self {
        Self { level: AlertLevel::FATAL, description }
    }

    /// A warning.
    #[must_use]
    pub const fn warning(description: AlertDescription) -> Self {
        Self { level: AlertLevel::WARNING, description }
    }

    /// Reads an alert's two bytes.
    ///
    /// # Errors
    /// A length other than two, or a level other than warning and fatal.
    pub fn decode(bytes: &[u8]) -> Result<Self, Error> {
        let mut r = Reader::new(bytes);
        let level = AlertLevel(r.u8()?);
        if level != AlertLevel::WARNING && level != AlertLevel::FATAL {
            return Err(Error::new(crate::ErrorKind::IllegalValue, 0));
        }
        let description = AlertDescription(r.u8()?);
        r.finish()?;
        Ok(Self { level, description })
    }

    /// The two bytes on the wire.
    #[must_use]
    pub const fn encode(self) -> [u8; 2] {
        [self.level.0, self.description.0]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn round_trips_and_rejects_other_lengths_and_levels() {
        let alert = Alert::fatal(AlertDescription::UNKNOWN_CA);
        assert_eq!(Alert::decode(&alert.encode()), Ok(alert));
        assert!(Alert::decode(&[2]).is_err());
        assert!(Alert::decode(&[2, 48, 0]).is_err());
        assert!(Alert::decode(&[3, 48]).is_err());
    }
}
