//! Hello extensions, in the order in which they are written.

use suites::Extension;

/// Every extension of this build.
pub static ALL: &[&Extension] = &[
    #[cfg(feature = "server-name-indication")]
    &handshake::extension::SERVER_NAME,
    #[cfg(feature = "ocsp-stapling")]
    &handshake::extension::STATUS_REQUEST,
    #[cfg(feature = "record-size-limit")]
    &handshake::extension::RECORD_SIZE_LIMIT,
    #[cfg(feature = "max-fragment-length")]
    &handshake::extension::MAX_FRAGMENT_LENGTH,
    #[cfg(feature = "extended-master-secret")]
    &handshake::extension::EXTENDED_MASTER_SECRET,
    &handshake::extension::RENEGOTIATION_INFO,
    #[cfg(any(feature = "ecdh", feature = "dhm"))]
    &handshake::extension::SUPPORTED_GROUPS,
    #[cfg(feature = "ecdh")]
    &handshake::extension::EC_POINT_FORMATS,
    #[cfg(any(feature = "x509-crt-parse", feature = "raw-public-keys"))]
    &handshake::extension::SIGNATURE_ALGORITHMS,
    #[cfg(feature = "session-tickets")]
    &handshake::extension::SESSION_TICKET,
    #[cfg(feature = "alpn")]
    &handshake::extension::APPLICATION_LAYER_PROTOCOL_NEGOTIATION,
    #[cfg(feature = "dtls-connection-id")]
    &handshake::extension::CONNECTION_ID,
    #[cfg(feature = "dtls-srtp")]
    &handshake::extension::USE_SRTP,
    #[cfg(feature = "raw-public-keys")]
    &handshake::extension::CLIENT_CERTIFICATE_TYPE,
    #[cfg(feature = "raw-public-keys")]
    &handshake::extension::SERVER_CERTIFICATE_TYPE,
    #[cfg(feature = "encrypt-then-mac")]
    &handshake::extension::ENCRYPT_THEN_MAC,
];
