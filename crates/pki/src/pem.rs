//! PEM (RFC 7468): blocks with text around them, several in a file.

#[cfg(all(feature = "cbc", feature = "md5", any(feature = "aes", feature = "des")))]
mod encrypted;
#[cfg(not(all(feature = "cbc", feature = "md5", any(feature = "aes", feature = "des"))))]
#[path = "pem/encrypted_off.rs"]
mod encrypted;

#[cfg(all(feature = "cbc", feature = "md5", any(feature = "aes", feature = "des")))]
pub use encrypted::encrypt;

use crate::{Error, ErrorKind, limits};
use memory::Bytes;

const BEGIN: &[u8] = b"-----BEGIN ";
const END: &[u8] = b"-----END ";
const DASHES: &[u8] = b"-----";

/// One block of a file, not decoded yet.
#[derive(Clone, Copy)]
pub struct Block<'a> {
    /// The label between the dashes: `CERTIFICATE`.
    pub label: &'a str,
    text: &'a [u8],
    /// Offset in the file, which errors have.
    at: usize,
}

/// The blocks of a file; whatever stands between them is skipped.
#[must_use]
pub const fn blocks(file: &[u8]) -> Blocks<'_> {
    Blocks { rest: file, at: 0 }
}

/// Iterates over the blocks of a file.
#[derive(Clone, Copy)]
pub struct Blocks<'a> {
    rest: &'a [u8],
    at: usize,
}

impl<'a> Iterator for Blocks<'a> {
    type Item = Result<Block<'a>, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        let start = find(self.rest, BEGIN)?;
        let from_begin = self.rest.get(start..)?;
        let at = self.at + start;
        let block = block(from_begin, at);
        self.rest = match &block {
            Ok(block) => {
                self.at = at + block.text.len();
                from_begin.get(block.text.len()..).unwrap_or_default()
            }
            Err(_) => &[],
        };
        Some(block)
    }
}

fn block(from_begin: &[u8], at: usize) -> Result<Block<'_>, Error> {
    let bad = Error { kind: ErrorKind::BadPem, at };
    let after = from_begin.get(BEGIN.len()..).ok_or(bad)?;
    let label = after.get(..find(after, DASHES).ok_or(bad)?).ok_or(bad)?;
    let label = core::str::from_utf8(label).map_err(|_| bad)?;
    let end = find(from_begin, END).ok_or(bad)?;
    let from_end = from_begin.get(end + END.len()..).ok_or(bad)?;
    let len = end + END.len() + find(from_end, DASHES).ok_or(bad)? + DASHES.len();
    Ok(Block { label, text: from_begin.get(..len).ok_or(bad)?, at })
}

fn find(bytes: &[u8], pattern: &[u8]) -> Option<usize> {
    bytes.windows(pattern.len()).position(|window| window == pattern)
}

impl Block<'_> {
    /// The bytes that the base64 stands for. Errors have the offset of the block in its file.
    ///
    /// # Errors
    /// [`ErrorKind::BadPem`]; [`ErrorKind::Encrypted`] for a block with the headers of an encrypted key;
    /// [`ErrorKind::TooLong`], [`ErrorKind::OutOfMemory`].
    pub fn decode(&self) -> Result<Bytes, Error> {
        if self.is_encrypted() {
            return Err(Error { kind: ErrorKind::Encrypted, at: self.at });
        }
        self.decode_text(self.text)
    }

    /// Whether the block has the headers of an encrypted key (RFC 1421 section 4.6), which [`Block::decrypt`] opens.
    /// An `ENCRYPTED PRIVATE KEY` has none: its DER is what is encrypted.
    #[must_use]
    pub fn is_encrypted(&self) -> bool {
        find(self.text, b"Proc-Type:").is_some()
    }

    /// The bytes of a block with the headers of an encrypted key, as OpenSSL's "traditional" formats have them. Errors
    /// have the offset of the block in its file.
    ///
    /// # Errors
    /// As [`Block::decode`]; [`ErrorKind::BadPem`] for headers that are not `Proc-Type: 4,ENCRYPTED` and `DEK-Info`;
    /// [`ErrorKind::Unsupported`] for a cipher that is not compiled in; [`ErrorKind::WrongPassword`],
    /// [`ErrorKind::Damaged`].
    pub fn decrypt(&self, password: &[u8]) -> Result<Bytes, Error> {
        encrypted::decrypt(self, password).map_err(|error| Error { at: self.at, ..error })
    }

    /// An error at this block.
    #[cfg(feature = "pk-parse")]
    pub(crate) const fn error(&self, kind: ErrorKind) -> Error {
        Error { kind, at: self.at }
    }

    fn decode_text(&self, text: &[u8]) -> Result<Bytes, Error> {
        let bad = Error { kind: ErrorKind::BadPem, at: self.at };
        let mut decoder = pem_rfc7468::Decoder::new_detect_wrap(text).map_err(|_| bad)?;
        let len = decoder.remaining_len();
        if len > limits::MAX_PEM_BYTES {
            return Err(Error { kind: ErrorKind::TooLong, at: self.at });
        }
        let mut der = Bytes::zeroed(len)?;
        let decoded = decoder.decode(&mut der).map_err(|_| bad)?.len();
        der.truncate(decoded);
        Ok(der)
    }
}
