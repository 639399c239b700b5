//! Why a peer's bytes or messages are wrong: named by the deviation, shared by the record layer and the handshake.

use crate::AlertDescription as A;

/// Declares the reasons, each with its alert and its text.
macro_rules! reasons {
    ($($(#[$doc:meta])* $name:ident => $alert:ident, $text:literal;)*) => {
        /// A deviation of the peer from the RFCs, or a point on which both sides have nothing in common.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Reason { $($(#[$doc])* $name,)* }

        impl Reason {
            /// Every reason, in the order of this file.
            pub const ALL: &[Self] = &[$(Self::$name,)*];

            /// The alert that the RFC asks for.
            #[must_use]
            pub const fn alert(self) -> A {
                match self { $(Self::$name => A::$alert,)* }
            }

            /// Whether both sides are right and have nothing in common.
            #[must_use]
            pub const fn is_incompatibility(self) -> bool {
                matches!(
                    self,
                    Self::NoCommonVersion
                        | Self::NoCommonSuite
                        | Self::NoCommonGroup
                        | Self::NoCommonSignatureScheme
                        | Self::NoCommonProtocol
                )
            }

            /// One sentence for people.
            #[must_use]
            pub const fn text(self) -> &'static str {
                match self { $(Self::$name => $text,)* }
            }
        }
    };
}

reasons! {
    /// RFC 5246 section 6.2.1: a content type that is none of the four.
    UnknownContentType => UNEXPECTED_MESSAGE, "a record has an unknown content type";
    /// RFC 5246 section 6.2.1: a record of another major version.
    RecordVersion => PROTOCOL_VERSION, "a record has another protocol version";
    /// RFC 5246 section 6.2.1: a plaintext fragment over 2^14 bytes.
    RecordOverflow => RECORD_OVERFLOW, "a record is longer than allowed";
    /// RFC 5246 section 6.2.1: empty fragments of handshake, alert and ChangeCipherSpec are forbidden.
    EmptyRecord => UNEXPECTED_MESSAGE, "a record that must not be empty is empty";
    /// RFC 5246 section 6.2.3: MAC, padding, tag or length, never told apart.
    BadRecordMac => BAD_RECORD_MAC, "a record could not be authenticated";
    /// RFC 5246 section 7.1: ChangeCipherSpec is one byte of value 1.
    BadChangeCipherSpec => ILLEGAL_PARAMETER, "ChangeCipherSpec is not the byte 1";
    /// RFC 5246 section 7.1: ChangeCipherSpec where the handshake has none.
    UnexpectedChangeCipherSpec => UNEXPECTED_MESSAGE, "ChangeCipherSpec arrived out of order";
    /// RFC 5246 section 7.1: ChangeCipherSpec while a handshake message is incomplete.
    ChangeCipherSpecWithinMessage => UNEXPECTED_MESSAGE, "ChangeCipherSpec interrupts a handshake message";
    /// A record of another type between the fragments of a handshake message.
    InterleavedRecord => UNEXPECTED_MESSAGE, "another record interrupts a handshake message";
    /// A handshake message that is longer than this stack accepts.
    MessageTooLong => ILLEGAL_PARAMETER, "a handshake message is longer than the limit";
    /// A message or record that the state does not expect.
    UnexpectedMessage => UNEXPECTED_MESSAGE, "a message arrived out of order";
    /// Records without progress beyond the limit: empty data, warnings, HelloRequests.
    TooManyRecordsWithoutProgress => UNEXPECTED_MESSAGE, "too many records that carry nothing";
    /// RFC 5246 section 7.3: more of a record after the message that this end answers.
    BytesAfterFlight => UNEXPECTED_MESSAGE, "a record goes on after the end of the peer's flight";
    /// An alert of another length.
    BadAlert => DECODE_ERROR, "an alert is malformed";
    /// RFC 5246 section 7.2: a level other than warning and fatal.
    BadAlertLevel => ILLEGAL_PARAMETER, "an alert has an unknown level";
    /// RFC 5246 section 7.4.1.3: a version outside those offered.
    VersionNotOffered => PROTOCOL_VERSION, "the peer chose a protocol version that was not offered";
    /// No version in common.
    NoCommonVersion => PROTOCOL_VERSION, "no protocol version in common";
    /// RFC 5246 section 7.4.1.3: a suite that was not offered.
    SuiteNotOffered => ILLEGAL_PARAMETER, "the server chose a cipher suite that was not offered";
    /// No suite in common, or none that any credential of this server serves.
    NoCommonSuite => HANDSHAKE_FAILURE, "no cipher suite in common";
    /// No named group in common although a suite needs one.
    NoCommonGroup => HANDSHAKE_FAILURE, "no named group in common";
    /// No signature scheme in common.
    NoCommonSignatureScheme => HANDSHAKE_FAILURE, "no signature scheme in common";
    /// RFC 5246 section 7.4.1.2: compression other than null.
    CompressionNotOffered => ILLEGAL_PARAMETER, "a compression method other than null";
    /// RFC 5246 section 7.4.1.2: a hello without the null compression method.
    NullCompressionMissing => ILLEGAL_PARAMETER, "the null compression method is not offered";
    /// RFC 5246 section 7.4.1.4: an extension that was not asked for.
    UnsolicitedExtension => UNSUPPORTED_EXTENSION, "the server answered an extension that was not offered";
    /// RFC 7627 section 5.2 and RFC 7366: an answer that does not fit the suite.
    EncryptThenMacWithoutCbc => UNSUPPORTED_EXTENSION, "encrypt-then-MAC for a suite without CBC";
    /// RFC 8422 section 5.1: the uncompressed format is missing.
    UncompressedPointsMissing => ILLEGAL_PARAMETER, "the peer does not support uncompressed points";
    /// RFC 5746 section 3.4: a non-empty or wrong renegotiated_connection.
    BadRenegotiationInfo => HANDSHAKE_FAILURE, "renegotiation_info is wrong";
    /// RFC 5746 section 5, RFC 7627 section 5.4: a renegotiation with another certificate, or another pre-shared key.
    PeerChangedInRenegotiation => HANDSHAKE_FAILURE, "the peer became another in a renegotiation";
    /// RFC 7627 section 5.3 and 5.4: a session or connection that has it goes on without.
    ExtendedMasterSecretMissing => HANDSHAKE_FAILURE, "the extended master secret is missing";
    /// RFC 7627 section 5.3: a session without it is resumed with it.
    ExtendedMasterSecretUnexpected => HANDSHAKE_FAILURE, "the extended master secret came up in a resumption";
    /// RFC 5246 section 7.4.1.3: a resumption with another suite or version than the session's.
    SessionChanged => ILLEGAL_PARAMETER, "a session was resumed with another version or cipher suite";
    /// RFC 6066 section 4, RFC 8449 section 5: a record size that was not asked for, or both extensions at once.
    SizeLimitNotOffered => ILLEGAL_PARAMETER, "the server chose a record size that was not asked for";
    /// RFC 7507 section 3: the client falls back from a version that this server has.
    InappropriateFallback => INAPPROPRIATE_FALLBACK, "the client fell back although a newer version is in common";
    /// RFC 7301 section 3.2: a protocol that was not offered.
    ProtocolNotOffered => ILLEGAL_PARAMETER, "the server chose an application protocol that was not offered";
    /// RFC 7301 section 3.2: no protocol in common.
    NoCommonProtocol => NO_APPLICATION_PROTOCOL, "no application protocol in common";
    /// RFC 5764 section 4.1.1: not one protection profile of the offer, or an MKI that was not offered (section 4.1.3).
    SrtpNotOffered => ILLEGAL_PARAMETER, "the server chose SRTP parameters that were not offered";
    /// RFC 5246 section 7.4.2: a server Certificate without certificates.
    NoCertificate => DECODE_ERROR, "the server sent no certificate";
    /// RFC 5246 section 7.4.6: a client that must have a certificate has none.
    NoClientCertificate => HANDSHAKE_FAILURE, "the client has no certificate";
    /// RFC 5246 section 7.4.2: the key does not serve the suite.
    CertificateKeyDoesNotFitSuite => ILLEGAL_PARAMETER, "the certificate's key does not fit the cipher suite";
    /// A public key of a type, size or curve that is not compiled in.
    UnsupportedKey => UNSUPPORTED_CERTIFICATE, "a certificate has a key that is not supported";
    /// RFC 8422 section 5.4: a group that was not offered, or not a named curve.
    GroupNotOffered => ILLEGAL_PARAMETER, "the peer chose a group that was not offered";
    /// RFC 7919 section 4: a finite field that is too small.
    FiniteFieldTooSmall => INSUFFICIENT_SECURITY, "the server's finite field is too small";
    /// RFC 5246 appendix F.1.1.3: a modulus that is not a safe prime, or too large, or a generator out of its range.
    BadFiniteField => ILLEGAL_PARAMETER, "the server's finite field is not one to rely on";
    /// RFC 8422 section 5.11: a public value that is no valid element.
    InvalidPublicValue => ILLEGAL_PARAMETER, "a public value is not a valid element of its group";
    /// RFC 7919 sections 3 and 4: a public value of a finite field that is not from 2 to p-2.
    PublicValueOutOfRange => HANDSHAKE_FAILURE, "a public value is out of its field's range";
    /// RFC 5246 section 7.4.3: a signature scheme that was not offered or does not fit the key.
    SignatureSchemeNotOffered => ILLEGAL_PARAMETER, "a signature scheme that was not offered";
    /// RFC 5246 section 7.4.3: the signature over the parameters does not verify.
    BadSignature => DECRYPT_ERROR, "a signature does not verify";
    /// RFC 4279 section 2: the client names a pre-shared key that this server does not have, and is told so.
    UnknownPskIdentity => UNKNOWN_PSK_IDENTITY, "no pre-shared key has this identity";
    /// RFC 5246 section 7.4.9: verify_data differs.
    BadFinished => DECRYPT_ERROR, "Finished does not verify";
    /// RFC 5246 section 7.4.1.2: a hello of SSL 2.0.
    SslV2Hello => PROTOCOL_VERSION, "an SSL 2.0 hello";
    /// The bytes are not TLS at all (plain HTTP, for one).
    NotTls => UNEXPECTED_MESSAGE, "the peer does not speak TLS";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mac_failure_has_one_alert() {
        assert_eq!(Reason::BadRecordMac.alert(), A::BAD_RECORD_MAC);
    }
}
