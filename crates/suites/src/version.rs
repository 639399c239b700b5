//! Protocol versions as rows, so that no code compares version numbers.

use codec::ProtocolVersion;

/// What a protocol version means. Rows; nothing asks whether one version is greater than another.
#[derive(Debug)]
pub struct Version {
    /// As in `--min` and `--max`: `tls12`.
    pub name: &'static str,
    /// As people write it: `TLSv1.2`.
    pub display: &'static str,
    /// The number on the wire.
    pub wire: ProtocolVersion,
    /// Bytes of verify_data in Finished.
    pub verify_data_len: usize,
}

/// TLS 1.2 (RFC 5246): the suite's PRF, explicit IVs, signature_algorithms.
pub static TLS1_2: Version =
    Version { name: "tls12", display: "TLSv1.2", wire: ProtocolVersion::TLS1_2, verify_data_len: 12 };
