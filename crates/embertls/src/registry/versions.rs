//! Protocol versions, newest first.

use suites::Version;

/// TLS 1.2 (RFC 5246): the suite's PRF, explicit IVs, signature_algorithms.
#[cfg(feature = "tls1-2")]
pub static TLS1_2: Version = Version {
    name: "tls12",
    display: "TLSv1.2",
    wire: codec::ProtocolVersion::TLS1_2,
    datagram: false,
    connection_ids: false,
    prf: None,
    record_iv: suites::RecordIv::Explicit,
    schemes: None,
};

/// TLS 1.1 (RFC 4346): MD5 with SHA-1, explicit IVs.
#[cfg(feature = "tls1-1")]
pub static TLS1_1: Version = Version {
    name: "tls11",
    display: "TLSv1.1",
    wire: codec::ProtocolVersion::TLS1_1,
    datagram: false,
    connection_ids: false,
    prf: Some(&handshake::prf::MD5_SHA1),
    record_iv: suites::RecordIv::Explicit,
    schemes: Some(super::schemes::BEFORE_TLS1_2),
};

/// TLS 1.0 (RFC 2246): MD5 with SHA-1, and each record's IV is the last block of the one before.
#[cfg(feature = "tls1-0")]
pub static TLS1_0: Version = Version {
    name: "tls10",
    display: "TLSv1.0",
    wire: codec::ProtocolVersion::TLS1_0,
    datagram: false,
    connection_ids: false,
    prf: Some(&handshake::prf::MD5_SHA1),
    record_iv: suites::RecordIv::Chained,
    schemes: Some(super::schemes::BEFORE_TLS1_2),
};

/// DTLS 1.2 (RFC 6347): TLS 1.2 in datagrams.
#[cfg(all(feature = "dtls", feature = "tls1-2"))]
pub static DTLS1_2: Version = Version {
    name: "dtls12",
    display: "DTLSv1.2",
    wire: codec::ProtocolVersion::DTLS1_2,
    datagram: true,
    connection_ids: true,
    ..TLS1_2
};

/// DTLS 1.0 (RFC 4347): TLS 1.1 in datagrams.
#[cfg(all(feature = "dtls", feature = "tls1-1"))]
pub static DTLS1_0: Version = Version {
    name: "dtls10",
    display: "DTLSv1.0",
    wire: codec::ProtocolVersion::DTLS1_0,
    datagram: true,
    ..TLS1_1
};

/// Every version of this build that runs over a stream.
pub static ALL: &[&Version] = &[
    #[cfg(feature = "tls1-2")]
    &TLS1_2,
    #[cfg(feature = "tls1-1")]
    &TLS1_1,
    #[cfg(feature = "tls1-0")]
    &TLS1_0,
];

/// Those that are offered without being asked for: TLS 1.2.
pub static MODERN: &[&Version] = &[
    #[cfg(feature = "tls1-2")]
    &TLS1_2,
];

/// Every version of this build that runs over datagrams.
pub static ALL_DATAGRAM: &[&Version] = &[
    #[cfg(all(feature = "dtls", feature = "tls1-2"))]
    &DTLS1_2,
    #[cfg(all(feature = "dtls", feature = "tls1-1"))]
    &DTLS1_0,
];

/// Those that are safe to offer to anyone.
pub static MODERN_DATAGRAM: &[&Version] = &[
    #[cfg(all(feature = "dtls", feature = "tls1-2"))]
    &DTLS1_2,
];
