//! The password scheme of PKCS#12 with SHA-1 and triple DES (RFC 7292 appendices B and C), as OpenSSL's `-v1` and old
//! exports write keys. With RC2 and RC4 it is unsupported.

use super::{Scheme, salt_and_iterations};
use crate::{Error, der::Reader, stored::Opening};
use crypto::{cipher::stored::DES_EDE3_CBC, hash::SHA1};
use memory::{Bytes, OutOfMemory};

/// pbeWithSHAAnd3-KeyTripleDES-CBC, 1.2.840.113549.1.12.1.3
pub(super) static SHA1_DES_EDE3: Scheme = Scheme {
    oid: &[0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x0C, 0x01, 0x03],
    derive: |parameters, password| derive(24, parameters, password),
};

/// pbeWithSHAAnd2-KeyTripleDES-CBC, 1.2.840.113549.1.12.1.4: the third key is the first one.
pub(super) static SHA1_DES_EDE2: Scheme = Scheme {
    oid: &[0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x0C, 0x01, 0x04],
    derive: |parameters, password| derive(16, parameters, password),
};

/// What is derived (appendix B.3).
const ID_KEY: u8 = 1;
const ID_IV: u8 = 2;

/// Bytes of a block of SHA-1: v of appendix B.2.
const BLOCK_LEN: usize = 64;

fn derive(key_len: usize, mut parameters: Reader<'_>, password: &[u8]) -> Result<Opening, Error> {
    let (salt, iterations) = salt_and_iterations(&mut parameters)?;
    let password = wide(password)?;
    let mut iv = [0; 8];
    fill(ID_IV, &password, salt, iterations, &mut iv)?;
    let mut opening = Opening::new(&DES_EDE3_CBC, &iv)?;
    if let Some((key, rest)) = opening.key.split_at_mut_checked(key_len) {
        fill(ID_KEY, &password, salt, iterations, key)?;
        for (to, from) in rest.iter_mut().zip(&*key) {
            *to = *from;
        }
    }
    Ok(opening)
}

/// The password as a BMPString with its end (appendix B.1): UTF-16, and what is not UTF-8 as Latin-1.
fn wide(password: &[u8]) -> Result<Bytes, OutOfMemory> {
    let mut wide = Bytes::with_cap(2 * password.len() + 2);
    wide.reserve(2 * password.len() + 2)?;
    match core::str::from_utf8(password) {
        Ok(text) => text.encode_utf16().try_for_each(|unit| wide.extend(&unit.to_be_bytes()))?,
        Err(_) => password.iter().try_for_each(|byte| wide.extend(&[0, *byte]))?,
    }
    wide.extend(&[0, 0])?;
    Ok(wide)
}

/// Appendix B.2.
fn fill(id: u8, password: &[u8], salt: &[u8], iterations: u32, out: &mut [u8]) -> Result<(), OutOfMemory> {
    let len = |part: &[u8]| part.len().div_ceil(BLOCK_LEN) * BLOCK_LEN;
    let (salt_len, password_len) = (len(salt), len(password));
    let mut blocks = Bytes::zeroed(salt_len + password_len)?;
    let (salts, passwords) = blocks.split_at_mut(salt_len);
    for (part, to) in [(salt, salts), (password, passwords)] {
        for (to, from) in to.iter_mut().zip(part.iter().cycle()) {
            *to = *from;
        }
    }
    for out in out.chunks_mut(SHA1.output_len) {
        let mut digest = (SHA1.digest)(&[&[id; BLOCK_LEN], &blocks]);
        for _ in 1..iterations {
            digest = (SHA1.digest)(&[digest.as_ref()]);
        }
        for (to, from) in out.iter_mut().zip(digest.as_ref()) {
            *to = *from;
        }
        for block in blocks.chunks_mut(BLOCK_LEN) {
            add(block, digest.as_ref());
        }
    }
    Ok(())
}

/// Adds the digest, repeated, and one to a block as big-endian numbers; what overflows is dropped.
fn add(block: &mut [u8], digest: &[u8]) {
    let mut carry = 1;
    let last = BLOCK_LEN - 1;
    for (index, byte) in block.iter_mut().rev().enumerate() {
        let other = digest.get((last - index) % digest.len().max(1)).copied().unwrap_or_default();
        let sum = u16::from(*byte) + u16::from(other) + carry;
        let [high, low] = sum.to_be_bytes();
        *byte = low;
        carry = u16::from(high);
    }
}
