//! Opening what a password encrypted in CBC mode, and telling a wrong password from damage.

#[cfg(any(feature = "pkcs5", all(feature = "pem-parse", feature = "md5")))]
pub(crate) mod ciphers;

use crate::{
    Error, ErrorKind,
    der::{Reader, tag},
};
use crypto::cipher::stored::StoredCipher;
use memory::{Bytes, OutOfMemory};

/// A cipher, its key and its IV.
pub(crate) struct Opening {
    cipher: &'static StoredCipher,
    pub(crate) key: Bytes,
    iv: Bytes,
}

impl Opening {
    /// Of a key that is all zeros yet.
    pub(crate) fn new(cipher: &'static StoredCipher, iv: &[u8]) -> Result<Self, OutOfMemory> {
        Ok(Self { cipher, key: Bytes::zeroed(cipher.key_len)?, iv: Bytes::copy_of(iv)? })
    }

    /// The key structure in `ciphertext`, without its padding.
    pub(crate) fn open(&self, ciphertext: &[u8]) -> Result<Bytes, Error> {
        if ciphertext.is_empty() || !ciphertext.len().is_multiple_of(self.cipher.block_len) {
            return Err(Error::new(ErrorKind::Damaged));
        }
        let mut data = Bytes::copy_of(ciphertext)?;
        (self.cipher.decrypt)(&self.key, &self.iv, &mut data)
            .map_err(|_| Error::new(ErrorKind::IllegalValue))?;
        let len = judge(&data, self.cipher.block_len).map_err(Error::new)?;
        data.truncate(len);
        Ok(data)
    }

    /// `plaintext`, padded (RFC 8018 section 6.1.1) and encrypted.
    pub(crate) fn seal(&self, plaintext: &[u8]) -> Result<Bytes, Error> {
        let block_len = self.cipher.block_len;
        let padding = block_len - plaintext.len() % block_len;
        let mut data = Bytes::zeroed(plaintext.len() + padding)?;
        data.fill(u8::try_from(padding).unwrap_or_default());
        for (to, from) in data.iter_mut().zip(plaintext) {
            *to = *from;
        }
        (self.cipher.encrypt)(&self.key, &self.iv, &mut data)
            .map_err(|_| Error::new(ErrorKind::IllegalValue))?;
        Ok(data)
    }
}

/// What stands in keys of every kind: the arcs of RSA, of ECC, of its curves (RFC 5480 section 2.1.1.1), of Edwards
/// curves, and the exponent 65537.
const MARKS: [&[u8]; 5] = [
    &[0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x01],
    &[0x2A, 0x86, 0x48, 0xCE, 0x3D],
    &[0x06, 0x05, 0x2B, 0x81, 0x04, 0x00],
    &[0x06, 0x03, 0x2B, 0x65],
    &[0x02, 0x03, 0x01, 0x00, 0x01],
];

/// Bytes of padding from which on it is no chance.
const PROOF: usize = 4;

/// The length without padding. A wrong password makes noise of every block; damage to a ciphertext, of two blocks at
/// most: so where the start, the end or a mark in the middle is as it should be, the password was right. An end of one
/// byte looks right by chance in one of 256 cases, so that only longer ones are a proof.
fn judge(plaintext: &[u8], block_len: usize) -> Result<usize, ErrorKind> {
    let len = plaintext.len();
    let padding = padding(plaintext, block_len);
    let start = structure(plaintext).filter(|used| (1..=block_len).contains(&(len - used)));
    match (start, padding) {
        (Some(used), Some(padding)) if used + padding == len => Ok(used),
        (None, None | Some(1..PROOF)) if !marked(plaintext) => Err(ErrorKind::WrongPassword),
        _ => Err(ErrorKind::Damaged),
    }
}

/// How many bytes of padding there are, each of which says so.
fn padding(plaintext: &[u8], block_len: usize) -> Option<usize> {
    let last = *plaintext.last()?;
    let padding = usize::from(last);
    let start = plaintext.len().checked_sub(padding)?;
    let all = plaintext.get(start..)?.iter().all(|byte| *byte == last);
    (all && (1..=block_len).contains(&padding)).then_some(padding)
}

/// How many bytes the structure has that begins with the version of a private key.
fn structure(plaintext: &[u8]) -> Option<usize> {
    let outer = Reader::new(plaintext).value(tag::SEQUENCE).ok()?;
    (outer.reader().small().ok()? <= 1).then_some(outer.bytes.len())
}

fn marked(plaintext: &[u8]) -> bool {
    MARKS.iter().any(|mark| plaintext.windows(mark.len()).any(|window| window == *mark))
}
