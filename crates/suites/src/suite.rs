//! Cipher suites, groups and signature schemes as rows.

use crate::{Bulk, KeyExchange, Mac};
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
    /// The hash of the PRF and of Finished.
    pub prf: &'static Hash,
}

/// A named group for ephemeral key agreement (RFC 8422 section 5.1.1).
pub struct Group {
    /// The IANA number.
    pub id: NamedGroup,
    /// The primitive.
    pub agreement: &'static Agreement,
    /// The content bytes of the curve's object identifier, for curves that ECDSA keys use.
    pub curve_oid: Option<&'static [u8]>,
}

impl Group {
    /// The IANA name.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        self.agreement.name
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
