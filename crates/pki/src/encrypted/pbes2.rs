//! PBES2 (RFC 8018 section 6.2): a key derivation function, PBKDF2 (section 5.2) or scrypt (RFC 7914 section 7), and a
//! cipher in CBC mode.

use super::{Scheme, iterations, salt};
use crate::{
    Error, ErrorKind,
    der::{Reader, tag},
    stored::{Opening, ciphers},
};
use crypto::password::{self, Pbkdf2};

/// 1.2.840.113549.1.5.13
pub(super) static PBES2: Scheme =
    Scheme { oid: &[0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x05, 0x0D], derive };

/// A key derivation function.
pub(super) struct Derivation {
    /// The content bytes of its object identifier.
    pub(super) oid: &'static [u8],
    /// Fills `key` from what follows that object identifier.
    pub(super) derive: fn(parameters: Reader<'_>, password: &[u8], key: &mut [u8]) -> Result<(), Error>,
}

/// 1.2.840.113549.1.5.12
static PBKDF2: Derivation =
    Derivation { oid: &[0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x05, 0x0C], derive: pbkdf2 };

const DERIVATIONS: &[&Derivation] = &[
    &PBKDF2,
    #[cfg(feature = "scrypt")]
    &super::scrypt::SCRYPT,
];

/// The pseudorandom functions of PBKDF2.
const FUNCTIONS: &[&Pbkdf2] = &[
    #[cfg(feature = "sha1")]
    &password::PBKDF2_SHA1,
    #[cfg(feature = "sha256")]
    &password::PBKDF2_SHA224,
    #[cfg(feature = "sha256")]
    &password::PBKDF2_SHA256,
    #[cfg(feature = "sha384")]
    &password::PBKDF2_SHA384,
    #[cfg(feature = "sha512")]
    &password::PBKDF2_SHA512,
];

/// hmacWithSHA1, which counts when nothing is said.
const HMAC_WITH_SHA1: &[u8] = &[0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x02, 0x07];

fn derive(mut parameters: Reader<'_>, password: &[u8]) -> Result<Opening, Error> {
    let mut fields = parameters.sequence()?;
    parameters.finish()?;
    let mut derivation = fields.sequence()?;
    let mut cipher = fields.sequence()?;
    fields.finish()?;

    let unsupported = cipher.error(ErrorKind::Unsupported);
    let oid = cipher.oid()?;
    let row = ciphers::ALL.iter().find(|row| row.oid == oid).ok_or(unsupported)?;
    let iv = cipher.value(tag::OCTET_STRING)?;
    cipher.finish()?;
    if iv.contents.len() != row.block_len {
        return Err(iv.error(ErrorKind::IllegalValue));
    }

    let unsupported = derivation.error(ErrorKind::Unsupported);
    let oid = derivation.oid()?;
    let function = DERIVATIONS.iter().find(|function| function.oid == oid).ok_or(unsupported)?;
    let mut opening = Opening::new(row, iv.contents)?;
    (function.derive)(derivation, password, &mut opening.key)?;
    Ok(opening)
}

/// PBKDF2-params (RFC 8018 appendix A.2).
fn pbkdf2(mut parameters: Reader<'_>, password: &[u8], key: &mut [u8]) -> Result<(), Error> {
    let mut fields = parameters.sequence()?;
    parameters.finish()?;
    let salt = salt(&mut fields)?;
    let iterations = iterations(&mut fields)?;
    key_length(&mut fields, key)?;
    let at = fields.error(ErrorKind::Unsupported);
    let oid = if fields.is_empty() { HMAC_WITH_SHA1 } else { function(&mut fields)? };
    fields.finish()?;
    let function = FUNCTIONS.iter().find(|function| function.oid == oid).ok_or(at)?;
    (function.derive)(password, salt, iterations, key);
    Ok(())
}

/// The AlgorithmIdentifier of a pseudorandom function, whose parameters are NULL.
fn function<'a>(fields: &mut Reader<'a>) -> Result<&'a [u8], Error> {
    let mut algorithm = fields.sequence()?;
    let oid = algorithm.oid()?;
    if !algorithm.is_empty() {
        algorithm.null()?;
    }
    algorithm.finish()?;
    Ok(oid)
}

/// keyLength, which may be absent and says what the cipher says.
pub(super) fn key_length(fields: &mut Reader<'_>, key: &[u8]) -> Result<(), Error> {
    let at = *fields;
    if fields.peek(tag::INTEGER) && usize::try_from(fields.small()?) != Ok(key.len()) {
        return Err(at.error(ErrorKind::IllegalValue));
    }
    Ok(())
}
