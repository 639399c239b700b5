//! Encrypted private keys: EncryptedPrivateKeyInfo (RFC 5958 section 3) under PBES2 and PBES1 (RFC 8018 section 6)
//! and the password scheme of PKCS#12 (RFC 7292 appendix C).
//!
//! What a file may cost is limited before anything is derived from the password: see [`crate::limits`].

#[cfg(all(feature = "pkcs5", feature = "des", any(feature = "md5", feature = "sha1")))]
mod pbes1;
#[cfg(feature = "pkcs5")]
mod pbes2;
#[cfg(feature = "pkcs12")]
mod pkcs12;
#[cfg(feature = "scrypt")]
mod scrypt;

use crate::{
    Error, ErrorKind,
    der::{Reader, tag},
    limits,
    stored::Opening,
};
use memory::Bytes;

/// A password-based encryption scheme.
struct Scheme {
    /// The content bytes of its object identifier.
    oid: &'static [u8],
    /// The cipher, its key and IV, from what follows that object identifier.
    derive: fn(parameters: Reader<'_>, password: &[u8]) -> Result<Opening, Error>,
}

const SCHEMES: &[&Scheme] = &[
    #[cfg(feature = "pkcs5")]
    &pbes2::PBES2,
    #[cfg(all(feature = "pkcs5", feature = "des", feature = "sha1"))]
    &pbes1::SHA1_DES,
    #[cfg(all(feature = "pkcs5", feature = "des", feature = "md5"))]
    &pbes1::MD5_DES,
    #[cfg(feature = "pkcs12")]
    &pkcs12::SHA1_DES_EDE3,
    #[cfg(feature = "pkcs12")]
    &pkcs12::SHA1_DES_EDE2,
];

/// The PrivateKeyInfo in an EncryptedPrivateKeyInfo, both in DER.
///
/// # Errors
/// Malformed DER; [`ErrorKind::Unsupported`] for a scheme, hash or cipher that is not compiled in;
/// [`ErrorKind::TooCostly`], [`ErrorKind::WrongPassword`], [`ErrorKind::Damaged`], [`ErrorKind::OutOfMemory`].
pub fn decrypt(der: &[u8], password: &[u8]) -> Result<Bytes, Error> {
    let mut outer = Reader::new(der);
    let mut fields = outer.sequence()?;
    outer.finish()?;
    let algorithm = fields.value(tag::SEQUENCE)?;
    let ciphertext = fields.value(tag::OCTET_STRING)?;
    fields.finish()?;
    if ciphertext.contents.len() > limits::MAX_PEM_BYTES {
        return Err(ciphertext.error(ErrorKind::TooLong));
    }
    let (scheme, parameters) = scheme(algorithm.reader())?;
    // Every cipher of ours has blocks of 8 or 16 bytes: what does not fit needs no password to be told.
    if ciphertext.contents.is_empty() || !ciphertext.contents.len().is_multiple_of(8) {
        return Err(ciphertext.error(ErrorKind::Damaged));
    }
    (scheme.derive)(parameters, password)?
        .open(ciphertext.contents)
        .map_err(|error| Error { at: ciphertext.reader().offset(), ..error })
}

/// What encrypts `key_info` as a scheme asks, given its whole AlgorithmIdentifier in DER: the contents of the OCTET
/// STRING that follows it in an EncryptedPrivateKeyInfo.
///
/// # Errors
/// As [`decrypt`], but for those about the password and damage.
pub fn encrypt(algorithm: &[u8], password: &[u8], key_info: &[u8]) -> Result<Bytes, Error> {
    let mut outer = Reader::new(algorithm);
    let fields = outer.sequence()?;
    outer.finish()?;
    let (scheme, parameters) = scheme(fields)?;
    (scheme.derive)(parameters, password)?.seal(key_info)
}

/// The scheme that the fields of an AlgorithmIdentifier name, and its parameters.
fn scheme(mut algorithm: Reader<'_>) -> Result<(&'static Scheme, Reader<'_>), Error> {
    let unsupported = algorithm.error(ErrorKind::Unsupported);
    let oid = algorithm.oid()?;
    let scheme = SCHEMES.iter().find(|scheme| scheme.oid == oid).ok_or(unsupported)?;
    Ok((scheme, algorithm))
}

/// The parameters of PBES1 and of PKCS#12's scheme: salt and iterations.
#[cfg(feature = "des")]
fn salt_and_iterations<'a>(parameters: &mut Reader<'a>) -> Result<(&'a [u8], u32), Error> {
    let mut fields = parameters.sequence()?;
    parameters.finish()?;
    let salt = salt(&mut fields)?;
    let iterations = iterations(&mut fields)?;
    fields.finish()?;
    Ok((salt, iterations))
}

/// A salt, of limited length.
fn salt<'a>(fields: &mut Reader<'a>) -> Result<&'a [u8], Error> {
    let unsupported = fields.error(ErrorKind::Unsupported);
    if !fields.peek(tag::OCTET_STRING) {
        return Err(unsupported);
    }
    let salt = fields.value(tag::OCTET_STRING)?;
    if salt.contents.len() > limits::MAX_SALT_BYTES {
        return Err(salt.error(ErrorKind::TooLong));
    }
    Ok(salt.contents)
}

/// An iteration count, at least 1 and limited.
fn iterations(fields: &mut Reader<'_>) -> Result<u32, Error> {
    let at = *fields;
    let magnitude = fields.unsigned()?;
    if magnitude.len() > 4 {
        return Err(at.error(ErrorKind::TooCostly));
    }
    match magnitude.iter().fold(0, |value, octet| value << 8 | u32::from(*octet)) {
        0 => Err(at.error(ErrorKind::IllegalValue)),
        iterations if iterations > limits::MAX_ITERATIONS => Err(at.error(ErrorKind::TooCostly)),
        iterations => Ok(iterations),
    }
}
