//! PBES1 with DES (RFC 8018 section 6.1), as old programs wrote it. With RC2 it is unsupported.

use super::{Scheme, salt_and_iterations};
use crate::{Error, der::Reader, stored::Opening};
use crypto::{Hash, cipher::stored::DES_CBC};

/// pbeWithMD5AndDES-CBC, 1.2.840.113549.1.5.3
#[cfg(feature = "md5")]
pub(super) static MD5_DES: Scheme = Scheme {
    oid: &[0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x05, 0x03],
    derive: |parameters, password| derive(&crypto::hash::MD5, parameters, password),
};

/// pbeWithSHA1AndDES-CBC, 1.2.840.113549.1.5.10
#[cfg(feature = "sha1")]
pub(super) static SHA1_DES: Scheme = Scheme {
    oid: &[0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x05, 0x0A],
    derive: |parameters, password| derive(&crypto::hash::SHA1, parameters, password),
};

/// PBKDF1 (section 5.1): the key is the first half of 16 octets, the IV the second.
fn derive(hash: &Hash, mut parameters: Reader<'_>, password: &[u8]) -> Result<Opening, Error> {
    let (salt, iterations) = salt_and_iterations(&mut parameters)?;
    let mut digest = (hash.digest)(&[password, salt]);
    for _ in 1..iterations {
        digest = (hash.digest)(&[digest.as_ref()]);
    }
    let (key, rest) = digest.as_ref().split_at_checked(DES_CBC.key_len).unwrap_or_default();
    let iv = rest.get(..DES_CBC.block_len).unwrap_or_default();
    let mut opening = Opening::new(&DES_CBC, iv)?;
    opening.key.copy_from_slice(key);
    Ok(opening)
}
