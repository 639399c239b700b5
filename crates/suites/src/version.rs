//! Protocol versions as rows, so that no code compares version numbers.

use crate::{RecordIv, Scheme, Since, Suite};
use codec::ProtocolVersion;
use crypto::Hash;

/// What a protocol version means. Rows; nothing asks whether one version is greater than another.
pub struct Version {
    /// As in `--min` and `--max`: `tls12`.
    pub name: &'static str,
    /// As people write it: `TLSv1.2`.
    pub display: &'static str,
    /// The number on the wire.
    pub wire: ProtocolVersion,
    /// Whether records travel in datagrams (RFC 6347).
    pub datagram: bool,
    /// Whether its records may have connection IDs (RFC 9146).
    pub connection_ids: bool,
    /// The PRF, with the hash of the transcript; None where the suite says it (RFC 5246 section 5).
    pub prf: Option<&'static Prf>,
    /// Where the IV of a block cipher comes from.
    pub record_iv: RecordIv,
    /// The scheme of every signature, by the key's type; None where signature_algorithms decides (RFC 5246 section
    /// 7.4.1.4.1).
    pub schemes: Option<&'static [&'static Scheme]>,
}

/// A pseudorandom function that belongs to a version (RFC 2246 section 5).
pub struct Prf {
    /// The hash of the transcript.
    pub hash: &'static Hash,
    /// `PRF(secret, label, seed)`, the seed in parts, as long as `out`.
    pub expand: fn(secret: &[u8], label: &[u8], seed: [&[u8]; 2], out: &mut [u8]),
}

impl Version {
    /// Whether a suite may be used with this version: those of TLS 1.2 need a version whose PRF is the suite's (RFC
    /// 5246 appendix A.5, RFC 5288 section 4, RFC 7905 section 2).
    #[must_use]
    pub fn permits(&self, suite: &Suite) -> bool {
        self.prf.is_none() || suite.since == Since::Tls1_0
    }

    /// Whether it is `offered` or older. In datagrams newer versions have smaller numbers (RFC 6347 section 4.1); those of
    /// streams are none there.
    #[must_use]
    pub fn is_at_most(&self, offered: ProtocolVersion) -> bool {
        let [major, _] = offered.0.to_be_bytes();
        if self.datagram { major >= 0x80 && self.wire >= offered } else { self.wire <= offered }
    }

    /// The hash of the transcript under a suite.
    #[must_use]
    pub fn hash(&self, suite: &Suite) -> &'static Hash {
        self.prf.map_or(suite.prf, |prf| prf.hash)
    }

    /// Whether signatures name their algorithm on the wire.
    #[must_use]
    pub const fn names_schemes(&self) -> bool {
        self.schemes.is_none()
    }
}
