//! The curve secp521r1, also called P-521 (SP 800-186 section 3.2.1.5, RFC 8422 section 5.1.1).

/// The content bytes of 1.3.132.0.35 (RFC 5480 section 2.1.1.1).
pub const OID: &[u8] = &[0x2B, 0x81, 0x04, 0x00, 0x23];

/// ECDHE over secp521r1.
#[cfg(feature = "ecdh")]
pub static AGREEMENT: crate::Agreement = super::ecdh::agreement::<p521::NistP521>("secp521r1");

/// ECDSA verification on secp521r1.
#[cfg(feature = "ecdsa")]
pub static CURVE: crate::Curve = super::ecdsa::curve::<p521::NistP521>();

/// An ECDSA private key on secp521r1.
#[cfg(feature = "ecdsa")]
pub type SigningKey = super::ecdsa::SigningKey<p521::NistP521>;

#[cfg(feature = "ecdsa")]
impl super::ecdsa::SigningCurve for p521::NistP521 {
    const NAME: &'static str = "secp521r1";
    const OID: &'static [u8] = OID;
    const BITS: usize = 521;
}
