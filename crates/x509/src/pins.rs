//! Keys that are known beforehand (RFC 7469 section 2.4).

use crypto::Hash;

/// Bytes of a pin: a SHA-256.
pub const PIN_LEN: usize = 32;

/// Pinned keys.
#[derive(Clone, Copy)]
pub struct Pins<'c> {
    /// The row of SHA-256, so that nobody links it who pins nothing.
    pub sha256: &'static Hash,
    /// SHA-256 of each key's SubjectPublicKeyInfo, all of its DER.
    pub keys: &'c [[u8; PIN_LEN]],
    /// What a pinned key does.
    pub role: PinRole,
}

/// What a pinned key does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PinRole {
    /// It is trusted as an anchor is: the path ends at the first certificate that holds it, the end entity or a CA.
    Anchor,
    /// A path to an anchor is trusted only if a certificate on it, or the anchor, holds a pinned key.
    Required,
}

impl Pins<'_> {
    /// Whether a key is pinned. CT: no secret is involved.
    pub(crate) fn lists(&self, spki: &[u8]) -> bool {
        let digest = (self.sha256.digest)(&[spki]);
        self.keys.iter().any(|key| key == digest.as_ref())
    }
}
