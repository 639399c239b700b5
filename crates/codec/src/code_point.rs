//! Numbers of the IANA registries as newtypes: an unknown value survives, and can be compared and echoed.

/// Declares a newtype over a wire integer with named constants.
macro_rules! code_points {
    ($(#[$doc:meta])* $name:ident($int:ty) { $($(#[$value_doc:meta])* $value:ident = $number:literal,)* }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub $int);

        impl $name {
            $($(#[$value_doc])* pub const $value: Self = Self($number);)*

            /// The RFC's name, when this value has one here.
            #[must_use]
            pub const fn name(self) -> Option<&'static str> {
                match self {
                    $(Self::$value => Some(stringify!($value)),)*
                    Self(_) => None,
                }
            }
        }

        impl core::fmt::Debug for $name {
            fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                match self.name() {
                    Some(name) => f.write_str(name),
                    None => write!(f, concat!(stringify!($name), "({:#x})"), self.0),
                }
            }
        }
    };
}

code_points! {
    /// ContentType of a record (RFC 5246 section 6.2.1).
    ContentType(u8) {
        /// change_cipher_spec.
        CHANGE_CIPHER_SPEC = 20,
        /// alert.
        ALERT = 21,
        /// handshake.
        HANDSHAKE = 22,
        /// application_data.
        APPLICATION_DATA = 23,
    }
}

code_points! {
    /// HandshakeType (RFC 5246 section 7.4).
    HandshakeType(u8) {
        /// hello_request.
        HELLO_REQUEST = 0,
        /// client_hello.
        CLIENT_HELLO = 1,
        /// server_hello.
        SERVER_HELLO = 2,
        /// hello_verify_request (RFC 6347 section 4.3.2).
        HELLO_VERIFY_REQUEST = 3,
        /// session_ticket, whose message is NewSessionTicket (RFC 5077 section 3.3).
        NEW_SESSION_TICKET = 4,
        /// certificate.
        CERTIFICATE = 11,
        /// server_key_exchange.
        SERVER_KEY_EXCHANGE = 12,
        /// certificate_request.
        CERTIFICATE_REQUEST = 13,
        /// server_hello_done.
        SERVER_HELLO_DONE = 14,
        /// certificate_verify.
        CERTIFICATE_VERIFY = 15,
        /// client_key_exchange.
        CLIENT_KEY_EXCHANGE = 16,
        /// finished.
        FINISHED = 20,
        /// certificate_status (RFC 6066 section 8).
        CERTIFICATE_STATUS = 22,
    }
}

code_points! {
    /// ProtocolVersion (RFC 5246 appendix A.1).
    ProtocolVersion(u16) {
        /// SSL 3.0 (RFC 6101).
        SSL3 = 0x0300,
        /// TLS 1.0 (RFC 2246).
        TLS1_0 = 0x0301,
        /// TLS 1.1 (RFC 4346).
        TLS1_1 = 0x0302,
        /// TLS 1.2 (RFC 5246).
        TLS1_2 = 0x0303,
        /// DTLS 1.0 (RFC 4347).
        DTLS1_0 = 0xFEFF,
        /// DTLS 1.2 (RFC 6347).
        DTLS1_2 = 0xFEFD,
    }
}

code_points! {
    /// ExtensionType (IANA "TLS ExtensionType Values").
    ExtensionType(u16) {
        /// server_name (RFC 6066 section 3).
        SERVER_NAME = 0,
        /// max_fragment_length (RFC 6066 section 4).
        MAX_FRAGMENT_LENGTH = 1,
        /// status_request (RFC 6066 section 8).
        STATUS_REQUEST = 5,
        /// supported_groups (RFC 8422 section 5.1.1).
        SUPPORTED_GROUPS = 10,
        /// ec_point_formats (RFC 8422 section 5.1.2).
        EC_POINT_FORMATS = 11,
        /// signature_algorithms (RFC 5246 section 7.4.1.4.1).
        SIGNATURE_ALGORITHMS = 13,
        /// use_srtp (RFC 5764 section 4.1).
        USE_SRTP = 14,
        /// application_layer_protocol_negotiation (RFC 7301 section 3.1).
        APPLICATION_LAYER_PROTOCOL_NEGOTIATION = 16,
        /// client_certificate_type (RFC 7250 section 3).
        CLIENT_CERTIFICATE_TYPE = 19,
        /// server_certificate_type (RFC 7250 section 3).
        SERVER_CERTIFICATE_TYPE = 20,
        /// encrypt_then_mac (RFC 7366).
        ENCRYPT_THEN_MAC = 22,
        /// extended_master_secret (RFC 7627).
        EXTENDED_MASTER_SECRET = 23,
        /// record_size_limit (RFC 8449).
        RECORD_SIZE_LIMIT = 28,
        /// SessionTicket (RFC 5077 section 3.2).
        SESSION_TICKET = 35,
        /// connection_id (RFC 9146 section 3).
        CONNECTION_ID = 54,
        /// renegotiation_info (RFC 5746 section 3.2).
        RENEGOTIATION_INFO = 0xFF01,
    }
}

code_points! {
    /// CertificateType (RFC 7250 section 3): what a Certificate message holds.
    CertificateType(u8) {
        /// X.509.
        X509 = 0,
        /// RawPublicKey.
        RAW_PUBLIC_KEY = 2,
    }
}

code_points! {
    /// A cipher suite's number (RFC 5246 section 7.4.1.2), signalling values included.
    CipherSuite(u16) {
        /// TLS_EMPTY_RENEGOTIATION_INFO_SCSV (RFC 5746 section 3.3).
        EMPTY_RENEGOTIATION_INFO_SCSV = 0x00FF,
        /// TLS_FALLBACK_SCSV (RFC 7507).
        FALLBACK_SCSV = 0x5600,
    }
}

code_points! {
    /// NamedCurve, since RFC 7919 NamedGroup (RFC 8422 section 5.1.1).
    NamedGroup(u16) {
        /// NIST P-256.
        SECP256R1 = 23,
        /// NIST P-384.
        SECP384R1 = 24,
        /// NIST P-521.
        SECP521R1 = 25,
        /// Curve25519 (RFC 7748).
        X25519 = 29,
        /// 2048-bit finite field (RFC 7919 appendix A.1).
        FFDHE2048 = 256,
        /// 3072-bit finite field (RFC 7919 appendix A.2).
        FFDHE3072 = 257,
        /// 4096-bit finite field (RFC 7919 appendix A.3).
        FFDHE4096 = 258,
        /// 6144-bit finite field (RFC 7919 appendix A.4).
        FFDHE6144 = 259,
        /// 8192-bit finite field (RFC 7919 appendix A.5).
        FFDHE8192 = 260,
    }
}

code_points! {
    /// A pair of SignatureAndHashAlgorithm (RFC 5246 section 7.4.1.4.1), named as RFC 8446 does.
    SignatureScheme(u16) {
        /// rsa_pkcs1_sha1.
        RSA_PKCS1_SHA1 = 0x0201,
        /// ecdsa_sha1.
        ECDSA_SHA1 = 0x0203,
        /// rsa_pkcs1_sha256.
        RSA_PKCS1_SHA256 = 0x0401,
        /// rsa_pkcs1_sha384.
        RSA_PKCS1_SHA384 = 0x0501,
        /// rsa_pkcs1_sha512.
        RSA_PKCS1_SHA512 = 0x0601,
        /// ecdsa with SHA-256; in TLS 1.2 on any curve.
        ECDSA_SHA256 = 0x0403,
        /// ecdsa with SHA-384; in TLS 1.2 on any curve.
        ECDSA_SHA384 = 0x0503,
        /// ecdsa with SHA-512; in TLS 1.2 on any curve.
        ECDSA_SHA512 = 0x0603,
        /// rsa_pss_rsae_sha256.
        RSA_PSS_RSAE_SHA256 = 0x0804,
        /// rsa_pss_rsae_sha384.
        RSA_PSS_RSAE_SHA384 = 0x0805,
        /// rsa_pss_rsae_sha512.
        RSA_PSS_RSAE_SHA512 = 0x0806,
        /// ed25519 (RFC 8422 section 5.1.3).
        ED25519 = 0x0807,
    }
}

code_points! {
    /// SRTPProtectionProfile (RFC 5764 section 4.1.2, RFC 7714 section 14.2).
    SrtpProtectionProfile(u16) {
        /// SRTP_AES128_CM_HMAC_SHA1_80.
        AES128_CM_HMAC_SHA1_80 = 1,
        /// SRTP_AES128_CM_HMAC_SHA1_32.
        AES128_CM_HMAC_SHA1_32 = 2,
        /// SRTP_AEAD_AES_128_GCM.
        AEAD_AES_128_GCM = 7,
        /// SRTP_AEAD_AES_256_GCM.
        AEAD_AES_256_GCM = 8,
    }
}

pub(crate) use code_points;
