//! The curve secp256r1, also called P-256 (SP 800-186 section 3.2.1.3, RFC 8422 section 5.1.1).

/// The content bytes of 1.2.840.10045.3.1.7 (RFC 5480 section 2.1.1.1).
pub const OID: &[u8] = &[0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x03, 0x01, 0x07];

/// ECDHE over secp256r1.
#[cfg(feature = "ecdh")]
pub static AGREEMENT: crate::Agreement = super::ecdh::agreement::<p256::NistP256>("secp256r1");

/// ECDSA verification on secp256r1.
#[cfg(feature = "ecdsa")]
pub static CURVE: crate::Curve = super::ecdsa::curve::<p256::NistP256>();

/// An ECDSA private key on secp256r1.
#[cfg(feature = "ecdsa")]
pub type SigningKey = super::ecdsa::SigningKey<p256::NistP256>;

#[cfg(feature = "ecdsa")]
impl super::ecdsa::SigningCurve for p256::NistP256 {
    const NAME: &'static str = "secp256r1";
    const OID: &'static [u8] = OID;
    const BITS: usize = 256;
}
