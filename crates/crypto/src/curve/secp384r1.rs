//! The curve secp384r1, also called P-384 (SP 800-186 section 3.2.1.4, RFC 8422 section 5.1.1).

/// The content bytes of 1.3.132.0.34 (RFC 5480 section 2.1.1.1).
pub const OID: &[u8] = &[0x2B, 0x81, 0x04, 0x00, 0x22];

/// ECDHE over secp384r1.
#[cfg(feature = "ecdh")]
pub static AGREEMENT: crate::Agreement = super::ecdh::agreement::<p384::NistP384>("secp384r1");

/// ECDSA verification on secp384r1.
#[cfg(feature = "ecdsa")]
pub static CURVE: crate::Curve = super::ecdsa::curve::<p384::NistP384>();

/// An ECDSA private key on secp384r1.
#[cfg(feature = "ecdsa")]
pub type SigningKey = super::ecdsa::SigningKey<p384::NistP384>;

#[cfg(feature = "ecdsa")]
impl super::ecdsa::SigningCurve for p384::NistP384 {
    const NAME: &'static str = "secp384r1";
    const OID: &'static [u8] = OID;
    const BITS: usize = 384;
}
