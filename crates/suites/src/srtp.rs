//! What an SRTP protection profile *is* to DTLS: a number and the lengths of its keys (RFC 5764 section 4.1.2).

use codec::SrtpProtectionProfile;

/// A protection profile. The cipher itself is the application's, which protects the media.
#[derive(Debug)]
pub struct SrtpProfile {
    /// Its number.
    pub id: SrtpProtectionProfile,
    /// Its name in the IANA registry.
    pub name: &'static str,
    /// Bytes of an SRTP master key.
    pub key_len: usize,
    /// Bytes of an SRTP master salt.
    pub salt_len: usize,
}
