//! Keys that are encrypted by PEM itself (RFC 1421 section 4.6, RFC 1423), as OpenSSL's "traditional" formats are: two
//! headers name the cipher and its IV, whose first 8 bytes are also the salt of a key from MD5.

use super::{BEGIN, Block, DASHES, END, find};
use crate::{
    Error, ErrorKind,
    stored::{Opening, ciphers},
};
use crypto::hash::MD5;
use memory::Bytes;

/// Bytes of the salt at the start of the IV.
const SALT_LEN: usize = 8;

/// The longest IV, of AES.
const MAX_IV_LEN: usize = 16;

pub(super) fn decrypt(block: &Block<'_>, password: &[u8]) -> Result<Bytes, Error> {
    let headers = Headers::of(block).ok_or(Error::new(ErrorKind::BadPem))?;
    let opening = opening(headers.cipher, headers.iv, password)?;
    let ciphertext = block.decode_text(&plain_text(block, headers.body)?)?;
    opening.open(&ciphertext)
}

/// What encrypts a key as PEM does: the bytes for the base64 behind the headers, which name `cipher` and, in hexadecimal
/// digits, `iv`.
///
/// # Errors
/// [`ErrorKind::Unsupported`] for a cipher that is not compiled in; [`ErrorKind::BadPem`] for an IV of another length;
/// [`ErrorKind::OutOfMemory`].
pub fn encrypt(cipher: &str, iv: &str, password: &[u8], key: &[u8]) -> Result<Bytes, Error> {
    opening(cipher.as_bytes(), iv.as_bytes(), password)?.seal(key)
}

/// What the headers of a block say, and the base64 after them.
struct Headers<'a> {
    cipher: &'a [u8],
    iv: &'a [u8],
    body: &'a [u8],
}

impl<'a> Headers<'a> {
    /// None for headers of another form.
    fn of(block: &Block<'a>) -> Option<Self> {
        let mut dek_info = None;
        let mut proc_type = None;
        // behind the line that begins the block
        let mut rest = block.text.get(line_len(block.text)..)?;
        loop {
            let len = line_len(rest);
            let (line, after) = rest.split_at_checked(len)?;
            rest = after;
            let line = line.trim_ascii();
            if line.is_empty() {
                break;
            }
            let colon = line.iter().position(|byte| *byte == b':')?;
            let (name, value) = (line.get(..colon)?, line.get(colon + 1..)?.trim_ascii());
            match name {
                b"Proc-Type" => proc_type = Some(value),
                b"DEK-Info" => dek_info = Some(value),
                _ => {}
            }
        }
        if proc_type? != b"4,ENCRYPTED" {
            return None;
        }
        let dek_info = dek_info?;
        let comma = dek_info.iter().position(|byte| *byte == b',')?;
        let end = find(rest, END)?;
        Some(Self {
            cipher: dek_info.get(..comma)?.trim_ascii(),
            iv: dek_info.get(comma + 1..)?.trim_ascii(),
            body: rest.get(..end)?,
        })
    }
}

/// With the line feed; 0 at the end of the text.
fn line_len(text: &[u8]) -> usize {
    text.iter().position(|byte| *byte == b'\n').map_or(0, |at| at + 1)
}

/// The block as if it had no headers.
fn plain_text(block: &Block<'_>, body: &[u8]) -> Result<Bytes, Error> {
    let mut text = Bytes::with_cap(block.text.len());
    text.reserve(block.text.len())?;
    for part in [BEGIN, block.label.as_bytes(), DASHES, b"\n", body, END, block.label.as_bytes(), DASHES] {
        text.extend(part)?;
    }
    Ok(text)
}

/// The cipher that a header names, with its IV in hexadecimal digits.
fn opening(name: &[u8], iv_digits: &[u8], password: &[u8]) -> Result<Opening, Error> {
    let cipher = ciphers::ALL
        .iter()
        .find(|row| row.name.as_bytes().eq_ignore_ascii_case(name))
        .ok_or(Error::new(ErrorKind::Unsupported))?;
    let mut iv = [0; MAX_IV_LEN];
    let iv = iv.get_mut(..cipher.block_len).ok_or(Error::new(ErrorKind::Unsupported))?;
    let (digits, []) = iv_digits.as_chunks::<2>() else { return Err(Error::new(ErrorKind::BadPem)) };
    if digits.len() != iv.len() {
        return Err(Error::new(ErrorKind::BadPem));
    }
    for (to, pair) in iv.iter_mut().zip(digits) {
        *to = byte(*pair).ok_or(Error::new(ErrorKind::BadPem))?;
    }
    let mut opening = Opening::new(cipher, iv)?;
    derive(password, iv.get(..SALT_LEN).unwrap_or_default(), &mut opening.key);
    Ok(opening)
}

fn byte(digits: [u8; 2]) -> Option<u8> {
    let text = core::str::from_utf8(&digits).ok().filter(|text| !text.starts_with('+'))?;
    u8::from_str_radix(text, 16).ok()
}

/// EVP_BytesToKey of OpenSSL with MD5 and one iteration.
fn derive(password: &[u8], salt: &[u8], key: &mut [u8]) {
    let mut digest = (MD5.digest)(&[password, salt]);
    for part in key.chunks_mut(MD5.output_len) {
        for (to, from) in part.iter_mut().zip(digest.as_ref()) {
            *to = *from;
        }
        digest = (MD5.digest)(&[digest.as_ref(), password, salt]);
    }
}
