//! Private keys as they lie in files: DER or PEM, encrypted or not.

#[cfg(feature = "pem-parse")]
use crate::pem;
use crate::{
    BoxedKey, Error, ErrorKind, KeyKind,
    der::{Reader, tag},
    encrypted, private_key,
};
use memory::Bytes;

/// Reads a private key from DER, as [`private_key()`](crate::private_key()) does, or from an EncryptedPrivateKeyInfo
/// that the password opens.
///
/// # Errors
/// As [`private_key()`](crate::private_key()) and [`encrypted::decrypt`]. What a password opened and is yet no key is
/// [`ErrorKind::Damaged`].
pub fn encrypted_private_key(
    der: &[u8],
    password: &[u8],
    kinds: &[&'static KeyKind],
) -> Result<BoxedKey, Error> {
    if is_encrypted(der) {
        private_key(&encrypted::decrypt(der, password)?, kinds).map_err(damaged)
    } else {
        private_key(der, kinds)
    }
}

/// The DER of a private key: itself, or what the password opens.
///
/// # Errors
/// [`ErrorKind::Encrypted`] for an encrypted one without a password; as [`encrypted::decrypt`].
pub fn key_der(der: &[u8], password: Option<&[u8]>) -> Result<Bytes, Error> {
    match password {
        _ if !is_encrypted(der) => Ok(Bytes::copy_of(der)?),
        Some(password) => encrypted::decrypt(der, password),
        None => Err(Error::new(ErrorKind::Encrypted)),
    }
}

/// EncryptedPrivateKeyInfo begins with an AlgorithmIdentifier, all others with a version.
fn is_encrypted(der: &[u8]) -> bool {
    let algorithm = Reader::new(der).sequence().and_then(|mut fields| fields.sequence());
    algorithm.is_ok_and(|algorithm| algorithm.peek(tag::OID))
}

/// What is wrong with a key whose password was right.
const fn damaged(error: Error) -> Error {
    let kind = match error.kind {
        ErrorKind::Unsupported | ErrorKind::OutOfMemory => error.kind,
        ErrorKind::Truncated
        | ErrorKind::TrailingBytes
        | ErrorKind::UnexpectedTag
        | ErrorKind::NotDer
        | ErrorKind::IllegalValue
        | ErrorKind::Encrypted
        | ErrorKind::WrongPassword
        | ErrorKind::Damaged
        | ErrorKind::TooCostly
        | ErrorKind::NoKey
        | ErrorKind::InvalidKey
        | ErrorKind::BadPem
        | ErrorKind::TooLong => ErrorKind::Damaged,
    };
    Error { kind, at: error.at }
}

/// The first private key of a file, PEM or DER. A password that is not needed does no harm.
///
/// # Errors
/// As [`key_file_der`] and [`private_key()`](crate::private_key()); what a password opened and is yet no key is
/// [`ErrorKind::Damaged`].
#[cfg(feature = "pem-parse")]
pub fn key_file(file: &[u8], password: Option<&[u8]>, kinds: &[&'static KeyKind]) -> Result<BoxedKey, Error> {
    let (der, was_encrypted) = open(file, password)?;
    private_key(&der, kinds).map_err(|error| if was_encrypted { damaged(error) } else { error })
}

/// The DER of the first private key of a file, PEM or DER, as PKCS#1, PKCS#8 or SEC1 has it.
///
/// # Errors
/// [`ErrorKind::NoKey`] when there is none; [`ErrorKind::Encrypted`] for an encrypted one without a password; as
/// [`encrypted::decrypt`] and [`pem::Block::decrypt`].
#[cfg(feature = "pem-parse")]
pub fn key_file_der(file: &[u8], password: Option<&[u8]>) -> Result<Bytes, Error> {
    Ok(open(file, password)?.0)
}

/// The DER of a key, and whether it had to be decrypted.
#[cfg(feature = "pem-parse")]
fn open(file: &[u8], password: Option<&[u8]>) -> Result<(Bytes, bool), Error> {
    if file.first() == Some(&tag::SEQUENCE) {
        return Ok((key_der(file, password)?, is_encrypted(file)));
    }
    for block in pem::blocks(file) {
        let block = block?;
        if !block.label.ends_with("PRIVATE KEY") {
            continue;
        }
        if !block.is_encrypted() {
            let der = block.decode()?;
            return Ok((key_der(&der, password)?, is_encrypted(&der)));
        }
        let needed = password.ok_or_else(|| block.error(ErrorKind::Encrypted))?;
        return Ok((block.decrypt(needed)?, true));
    }
    Err(Error::new(ErrorKind::NoKey))
}
