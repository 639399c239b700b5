//! SubjectPublicKeyInfo (RFC 5280 section 4.1.2.7, RFC 8017 appendix A.1.1, RFC 5480 section 2, RFC 8410 section 4).

use crate::{
    Error, ErrorKind,
    der::{Reader, tag},
};
use crypto::{Curve, KeyType, PublicKey};

/// rsaEncryption.
pub(crate) const RSA_ENCRYPTION: &[u8] = &[0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x01, 0x01];
/// id-ecPublicKey.
pub(crate) const EC_PUBLIC_KEY: &[u8] = &[0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x02, 0x01];

/// id-Ed25519.
pub(crate) const ID_ED25519: &[u8] = &[0x2B, 0x65, 0x70];

/// The kind of a key, on whatever curve; None for kinds that are not known, and for malformed DER.
#[must_use]
pub fn key_type(spki: &[u8]) -> Option<KeyType> {
    let mut fields = Reader::new(spki).sequence().ok()?;
    match fields.sequence().ok()?.oid().ok()? {
        oid if oid == RSA_ENCRYPTION => Some(KeyType::Rsa),
        oid if oid == EC_PUBLIC_KEY => Some(KeyType::Ec),
        oid if oid == ID_ED25519 => Some(KeyType::Ed25519),
        _ => None,
    }
}

/// A view of a key from the DER of SubjectPublicKeyInfo.
///
/// # Errors
/// Malformed DER; [`ErrorKind::Unsupported`] for an algorithm or a curve that is not in `curves`, explicit curve
/// parameters among them.
pub fn public_key<'a>(spki: &'a [u8], curves: &[&'static Curve]) -> Result<PublicKey<'a>, Error> {
    let mut outer = Reader::new(spki);
    let mut fields = outer.sequence()?;
    outer.finish()?;
    let mut algorithm = fields.sequence()?;
    let unsupported = algorithm.error(ErrorKind::Unsupported);
    let oid = algorithm.oid()?;
    if oid == RSA_ENCRYPTION {
        algorithm.null()?;
        algorithm.finish()?;
        let bits_at = fields;
        let bits = fields.octet_aligned_bits()?;
        fields.finish()?;
        rsa_public_key(bits).map_err(|error| Error { at: bits_at.offset() + error.at, ..error })
    } else if oid == EC_PUBLIC_KEY {
        let at = algorithm.error(ErrorKind::Unsupported);
        if !algorithm.peek(tag::OID) {
            return Err(at);
        }
        let curve_oid = algorithm.oid()?;
        algorithm.finish()?;
        let mut named = curves.iter().filter(|curve| curve.key == KeyType::Ec);
        let curve = named.find(|curve| curve.oid == curve_oid).ok_or(at)?;
        let point = fields.octet_aligned_bits()?;
        fields.finish()?;
        Ok(PublicKey::Ec { curve, point })
    } else {
        // the algorithm is the curve, and has no parameters
        let mut own = curves.iter().filter(|curve| curve.key == KeyType::Ed25519);
        let curve = own.find(|curve| curve.oid == oid).ok_or(unsupported)?;
        algorithm.finish()?;
        let point = fields.octet_aligned_bits()?;
        fields.finish()?;
        Ok(PublicKey::Ec { curve, point })
    }
}

/// RSAPublicKey.
fn rsa_public_key(der: &[u8]) -> Result<PublicKey<'_>, Error> {
    let mut outer = Reader::new(der);
    let mut fields = outer.sequence()?;
    outer.finish()?;
    let modulus = fields.unsigned()?;
    let exponent = fields.unsigned()?;
    fields.finish()?;
    Ok(PublicKey::Rsa { modulus, exponent })
}
