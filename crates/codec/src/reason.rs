//! Why a peer's bytes or messages are wrong: named by the deviation, shared by the record layer and the handshake.

use crate::AlertDescription as A;

/// The peer's own mistake: nothing at this end helps.
const PEER: &str = "update the peer, or report it to its maker with a capture (`ember client --pcap FILE`)";
/// Not what the record layer can make sense of.
const NOT_RECORDS: &str =
    "check the port, that nothing else uses the socket, and that every byte is shown once and in order";

/// Declares the reasons, each with its alert, its text and its advice.
macro_rules! reasons {
    ($($(#[$doc:meta])* $name:ident => $alert:ident, $text:literal, $advice:expr;)*) => {
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
                        | Self::NoCommonCertificateType
                        | Self::NoCommonProtocol
                )
            }

            /// One sentence for people.
            #[must_use]
            pub const fn text(self) -> &'static str {
                match self { $(Self::$name => $text,)* }
            }

            /// What to do about it.
            #[must_use]
            pub const fn advice(self) -> &'static str {
                match self { $(Self::$name => $advice,)* }
            }
        }
    };
}

reasons! {
    /// RFC 5246 section 6.2.1: a content type that is none of the four.
    UnknownContentType => UNEXPECTED_MESSAGE, "a record has an unknown content type",
        NOT_RECORDS;
    /// RFC 5246 section 6.2.1: a record of another major version.
    RecordVersion => PROTOCOL_VERSION, "a record has another protocol version",
        NOT_RECORDS;
    /// RFC 5246 section 6.2.1: a plaintext fragment over 2^14 bytes.
    RecordOverflow => RECORD_OVERFLOW, "a record is longer than allowed",
        "update the peer, or ask for no size limit that it does not keep";
    /// RFC 5246 section 6.2.1: empty fragments of handshake, alert and ChangeCipherSpec are forbidden.
    EmptyRecord => UNEXPECTED_MESSAGE, "a record that must not be empty is empty",
        PEER;
    /// RFC 5246 section 6.2.3: MAC, padding, tag or length, never told apart.
    BadRecordMac => BAD_RECORD_MAC, "a record could not be authenticated",
        "see RecordRejected";
    /// RFC 5246 section 7.1: ChangeCipherSpec is one byte of value 1.
    BadChangeCipherSpec => ILLEGAL_PARAMETER, "ChangeCipherSpec is not the byte 1",
        PEER;
    /// RFC 5246 section 7.1: ChangeCipherSpec where the handshake has none.
    UnexpectedChangeCipherSpec => UNEXPECTED_MESSAGE, "ChangeCipherSpec arrived out of order",
        PEER;
    /// RFC 5246 section 7.1: ChangeCipherSpec while a handshake message is incomplete.
    ChangeCipherSpecWithinMessage => UNEXPECTED_MESSAGE, "ChangeCipherSpec interrupts a handshake message",
        PEER;
    /// A record of another type between the fragments of a handshake message.
    InterleavedRecord => UNEXPECTED_MESSAGE, "another record interrupts a handshake message",
        PEER;
    /// A handshake message that is longer than this stack accepts.
    MessageTooLong => ILLEGAL_PARAMETER, "a handshake message is longer than the limit",
        "make the peer's message smaller: fewer or smaller certificates, fewer authorities";
    /// A message or record that the state does not expect.
    UnexpectedMessage => UNEXPECTED_MESSAGE, "a message arrived out of order",
        PEER;
    /// Records without progress beyond the limit: empty data, warnings, HelloRequests.
    TooManyRecordsWithoutProgress => UNEXPECTED_MESSAGE, "too many records that carry nothing",
        "close the connection; limit how soon this peer may come again";
    /// RFC 5246 section 7.3: more of a record after the message that this end answers.
    BytesAfterFlight => UNEXPECTED_MESSAGE, "a record goes on after the end of the peer's flight",
        PEER;
    /// An alert of another length.
    BadAlert => DECODE_ERROR, "an alert is malformed",
        PEER;
    /// RFC 5246 section 7.2: a level other than warning and fatal.
    BadAlertLevel => ILLEGAL_PARAMETER, "an alert has an unknown level",
        PEER;
    /// RFC 5246 section 7.4.1.3: a version outside those offered.
    VersionNotOffered => PROTOCOL_VERSION, "the peer chose a protocol version that was not offered",
        "offer that version if it is safe enough (a profile that names it, its feature), or update the server";
    /// No version in common.
    NoCommonVersion => PROTOCOL_VERSION, "no protocol version in common",
        "let both ends have TLS 1.2, or one more version in common (a profile that names it, its feature)";
    /// RFC 5246 section 7.4.1.3: a suite that was not offered.
    SuiteNotOffered => ILLEGAL_PARAMETER, "the server chose a cipher suite that was not offered",
        PEER;
    /// No suite in common, or none that any credential of this server serves.
    NoCommonSuite => HANDSHAKE_FAILURE, "no cipher suite in common",
        "name a suite that the peer has (`ember suites` lists ours), and give the server a key of the kind that suites in common need";
    /// No named group in common although a suite needs one.
    NoCommonGroup => HANDSHAKE_FAILURE, "no named group in common",
        "name a group that the peer has too: x25519 or secp256r1";
    /// No signature scheme in common.
    NoCommonSignatureScheme => HANDSHAKE_FAILURE, "no signature scheme in common",
        "name a scheme that the peer has too, or give this end a key that serves one of the peer's";
    /// RFC 5246 section 7.4.1.2: compression other than null.
    CompressionNotOffered => ILLEGAL_PARAMETER, "a compression method other than null",
        PEER;
    /// RFC 5246 section 7.4.1.2: a hello without the null compression method.
    NullCompressionMissing => ILLEGAL_PARAMETER, "the null compression method is not offered",
        PEER;
    /// RFC 5246 section 7.4.1.4: an extension that was not asked for.
    UnsolicitedExtension => UNSUPPORTED_EXTENSION, "the server answered an extension that was not offered",
        PEER;
    /// RFC 7627 section 5.2 and RFC 7366: an answer that does not fit the suite.
    EncryptThenMacWithoutCbc => UNSUPPORTED_EXTENSION, "encrypt-then-MAC for a suite without CBC",
        PEER;
    /// RFC 8422 section 5.1: the uncompressed format is missing.
    UncompressedPointsMissing => ILLEGAL_PARAMETER, "the peer does not support uncompressed points",
        PEER;
    /// RFC 5746 section 3.4: a non-empty or wrong renegotiated_connection.
    BadRenegotiationInfo => HANDSHAKE_FAILURE, "renegotiation_info is wrong",
        "somebody may sit between the two ends; if not, update the peer, whose renegotiation is broken";
    /// RFC 5746 section 5, RFC 7627 section 5.4: a renegotiation with another certificate, or another pre-shared key.
    PeerChangedInRenegotiation => HANDSHAKE_FAILURE, "the peer became another in a renegotiation",
        "let the peer keep its certificate or key for the length of a connection, or connect anew";
    /// RFC 7627 section 5.3 and 5.4: a session or connection that has it goes on without.
    ExtendedMasterSecretMissing => HANDSHAKE_FAILURE, "the extended master secret is missing",
        "connect anew without the session; a peer that has the extension must not drop it";
    /// RFC 7627 section 5.3: a session without it is resumed with it.
    ExtendedMasterSecretUnexpected => HANDSHAKE_FAILURE, "the extended master secret came up in a resumption",
        "connect anew without the session; if it comes again, update the peer";
    /// RFC 5246 section 7.4.1.3: a resumption with another suite or version than the session's.
    SessionChanged => ILLEGAL_PARAMETER, "a session was resumed with another version or cipher suite",
        "connect anew without the session; if it comes again, update the server";
    /// RFC 6066 section 4, RFC 8449 section 5: a record size that was not asked for, or both extensions at once.
    SizeLimitNotOffered => ILLEGAL_PARAMETER, "the server chose a record size that was not asked for",
        PEER;
    /// RFC 7507 section 3: the client falls back from a version that this server has.
    InappropriateFallback => INAPPROPRIATE_FALLBACK, "the client fell back although a newer version is in common",
        "let the client offer its newest version; find out why its first attempt failed";
    /// RFC 7301 section 3.2: a protocol that was not offered.
    ProtocolNotOffered => ILLEGAL_PARAMETER, "the server chose an application protocol that was not offered",
        PEER;
    /// RFC 7301 section 3.2: no protocol in common.
    NoCommonProtocol => NO_APPLICATION_PROTOCOL, "no application protocol in common",
        "name a protocol (ALPN) that both ends speak, or none";
    /// RFC 5764 section 4.1.1: not one protection profile of the offer, or an MKI that was not offered (section 4.1.3).
    SrtpNotOffered => ILLEGAL_PARAMETER, "the server chose SRTP parameters that were not offered",
        PEER;
    /// RFC 5246 section 7.4.2: a server Certificate without certificates.
    NoCertificate => DECODE_ERROR, "the server sent no certificate",
        "give the server a certificate";
    /// RFC 7250 section 4.2: the other end takes no certificate of a type that this one has.
    NoCommonCertificateType => UNSUPPORTED_CERTIFICATE, "no certificate type in common",
        "let both ends take X.509 certificates, or both raw public keys (RFC 7250)";
    /// RFC 7250 section 4.2: a certificate type that was not offered.
    CertificateTypeNotOffered => ILLEGAL_PARAMETER, "the server chose a certificate type that was not offered",
        PEER;
    /// RFC 5246 section 7.4.6: a client that must have a certificate has none.
    NoClientCertificate => HANDSHAKE_FAILURE, "the client has no certificate",
        "give the client a certificate and its key, or let the server take clients without (`AuthMode::Optional`)";
    /// RFC 5246 section 7.4.2: the key does not serve the suite.
    CertificateKeyDoesNotFitSuite => ILLEGAL_PARAMETER, "the certificate's key does not fit the cipher suite",
        "give the server a key that fits its suites: RSA or ECDSA, as they are named";
    /// A public key of a type, size or curve that is not compiled in.
    UnsupportedKey => UNSUPPORTED_CERTIFICATE, "a certificate has a key that is not supported",
        "have the certificate issued for RSA of 2048 to 4096 bits, or for a curve that is compiled in";
    /// RFC 8422 section 5.4: a group that was not offered, or not a named curve.
    GroupNotOffered => ILLEGAL_PARAMETER, "the peer chose a group that was not offered",
        "offer the group that the peer insists on, or update the peer";
    /// RFC 7919 section 4: a finite field that is too small.
    FiniteFieldTooSmall => INSUFFICIENT_SECURITY, "the server's finite field is too small",
        "give the server a field of 2048 bits or more (ffdhe2048), or let it use ECDHE";
    /// RFC 5246 appendix F.1.1.3: a modulus that is not a safe prime, or too large, or a generator out of its range.
    BadFiniteField => ILLEGAL_PARAMETER, "the server's finite field is not one to rely on",
        "give the server a group of RFC 7919, or let it use ECDHE";
    /// RFC 8422 section 5.11: a public value that is no valid element.
    InvalidPublicValue => ILLEGAL_PARAMETER, "a public value is not a valid element of its group",
        "update the peer; if it was right before, somebody may be trying something";
    /// RFC 7919 sections 3 and 4: a public value of a finite field that is not from 2 to p-2.
    PublicValueOutOfRange => HANDSHAKE_FAILURE, "a public value is out of its field's range",
        "update the peer; if it was right before, somebody may be trying something";
    /// RFC 5246 section 7.4.3: a signature scheme that was not offered or does not fit the key.
    SignatureSchemeNotOffered => ILLEGAL_PARAMETER, "a signature scheme that was not offered",
        "offer the scheme if it is safe enough (SHA-1 is an opt-in), or update the peer";
    /// RFC 5246 section 7.4.3: the signature over the parameters does not verify.
    BadSignature => DECRYPT_ERROR, "a signature does not verify",
        "see that the peer's key belongs to its certificate; if it does, somebody may sit between the two ends";
    /// RFC 4279 section 2: the client names a pre-shared key that this server does not have, and is told so.
    UnknownPskIdentity => UNKNOWN_PSK_IDENTITY, "no pre-shared key has this identity",
        "give both ends the same identity and key";
    /// RFC 5246 section 7.4.9: verify_data differs.
    BadFinished => DECRYPT_ERROR, "Finished does not verify",
        "somebody changed the handshake on its way, or the peer is wrong: connect anew, and look at the way if it comes again";
    /// RFC 5246 section 7.4.1.2: a hello of SSL 2.0.
    SslV2Hello => PROTOCOL_VERSION, "an SSL 2.0 hello",
        "let the client begin with a TLS hello: its SSL 2.0 compatibility must be off";
    /// The bytes are not TLS at all (plain HTTP, for one).
    NotTls => UNEXPECTED_MESSAGE, "the peer does not speak TLS",
        "check the port: HTTP or another protocol without TLS answers there, or wants STARTTLS first";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mac_failure_has_one_alert() {
        assert_eq!(Reason::BadRecordMac.alert(), A::BAD_RECORD_MAC);
    }
}
