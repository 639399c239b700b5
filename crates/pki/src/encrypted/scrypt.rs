//! scrypt as the key derivation function of PBES2 (RFC 7914 section 7).

use super::{
    pbes2::{Derivation, key_length},
    salt,
};
use crate::{Error, ErrorKind, der::Reader, limits};
use crypto::password::{ScryptCost, scrypt};

/// 1.3.6.1.4.1.11591.4.11
pub(super) static SCRYPT: Derivation =
    Derivation { oid: &[0x2B, 0x06, 0x01, 0x04, 0x01, 0xDA, 0x47, 0x04, 0x0B], derive };

/// scrypt-params.
fn derive(mut parameters: Reader<'_>, password: &[u8], key: &mut [u8]) -> Result<(), Error> {
    let mut fields = parameters.sequence()?;
    parameters.finish()?;
    let salt = salt(&mut fields)?;
    let at = fields;
    let cost = ScryptCost {
        entries: figure(&mut fields)?,
        block_size: figure(&mut fields)?,
        parallelization: figure(&mut fields)?,
    };
    key_length(&mut fields, key)?;
    fields.finish()?;
    let table = cost.table_bytes().ok_or(at.error(ErrorKind::IllegalValue))?;
    if table > limits::MAX_SCRYPT_BYTES || cost.parallelization > limits::MAX_SCRYPT_PARALLELIZATION {
        return Err(at.error(ErrorKind::TooCostly));
    }
    scrypt(password, salt, cost, key).map_err(|_| at.error(ErrorKind::OutOfMemory))
}

/// One of the three figures of the cost.
fn figure(fields: &mut Reader<'_>) -> Result<usize, Error> {
    let at = *fields;
    let magnitude = fields.unsigned()?;
    if magnitude.len() > 4 {
        return Err(at.error(ErrorKind::TooCostly));
    }
    Ok(magnitude.iter().fold(0, |value, octet| value << 8 | usize::from(*octet)))
}
