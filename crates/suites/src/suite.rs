//! Cipher suites, groups and signature schemes as rows.

use crate::{Bulk, Ephemeral, KeyExchange, Mac, Method, presence::Fields};
use codec::{CipherSuite, NamedGroup, SignatureScheme};
use crypto::{Agreement, Hash, SignatureAlgorithm};

/// A cipher suite: key exchange, bulk cipher, MAC and PRF (RFC 5246 section 7.4.1.2, appendix C).
pub struct Suite {
    /// The IANA number.
    pub id: CipherSuite,
    /// The IANA name.
    pub name: &'static str,
    /// How keys are agreed and the server proves itself.
    pub kx: &'static KeyExchange,
    /// How records are enciphered.
    pub bulk: &'static Bulk,
    /// How records are authenticated.
    pub mac: Mac,
    /// The hash of the PRF and of Finished, since TLS 1.2.
    pub prf: &'static Hash,
    /// The first version that may use it.
    pub since: Since,
}

/// The first version that may use a suite.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Since {
    /// CBC with HMAC-SHA-1, as RFC 2246 and RFC 4492 have it, and with a pre-shared key with any HMAC (RFC 5487 section 3).
    Tls1_0,
    /// AEAD, and HMAC with the hashes of SHA-2.
    Tls1_2,
}

/// A named group for ephemeral key agreement (RFC 8422 section 5.1.1).
pub struct Group {
    /// The IANA number.
    pub id: NamedGroup,
    /// The primitive.
    pub agreement: &'static Agreement,
    /// What kind of group it is.
    pub kind: GroupKind,
}

/// What kind of group a named group is.
#[derive(Clone, Copy)]
pub enum GroupKind {
    /// An elliptic curve, with the content bytes of its object identifier where ECDSA keys use it.
    Curve(Option<&'static [u8]>),
    /// A finite field, with its prime and generator as they go over the wire (RFC 7919).
    FiniteField {
        /// dh_p.
        p: &'static [u8],
        /// dh_g.
        g: &'static [u8],
        /// That there are such groups at all.
        compiled: Fields,
    },
}

impl Group {
    /// The IANA name.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        self.agreement.name
    }

    /// The content bytes of the curve's object identifier, for curves that ECDSA keys use.
    #[must_use]
    pub const fn curve_oid(&self) -> Option<&'static [u8]> {
        match self.kind {
            GroupKind::Curve(oid) => oid,
            GroupKind::FiniteField { .. } => None,
        }
    }

    /// Whether a key exchange by this method uses such groups.
    #[must_use]
    pub const fn serves(&self, method: &Method) -> bool {
        match self.kind {
            GroupKind::Curve(_) => matches!(method, Method::Ephemeral(Ephemeral::Ecdhe(_))),
            GroupKind::FiniteField { .. } => matches!(method, Method::Ephemeral(Ephemeral::Dhe(..))),
        }
    }
}

/// A signature scheme: its number in signature_algorithms and the algorithm behind it.
pub struct Scheme {
    /// The pair of hash and signature (RFC 5246 section 7.4.1.4.1).
    pub id: SignatureScheme,
    /// As in RFC 8446 section 4.2.3: `ecdsa_secp256r1_sha256`.
    pub name: &'static str,
    /// Verification, and the same algorithm's name in certificates.
    pub algorithm: &'static SignatureAlgorithm,
}
