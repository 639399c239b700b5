//! AES-GCM (RFC 5288): the nonce is the salt of the key_block and an explicit part, for which this end uses the
//! sequence number, so that none is ever used twice under a key.

use crate::limits;
use core::ops::Range;
use crypto::{
    Error, Rng,
    cipher::aead::{self, Aead, AeadAlgorithm},
};
use memory::{Box, Boxed};
use suites::{Bulk, Protect, Protection, RecordHeader, TrafficKey};
use zeroize::Zeroize;

/// Bytes of the salt.
const SALT_LEN: usize = 4;
/// Bytes of nonce_explicit.
const EXPLICIT_NONCE_LEN: usize = 8;
/// Bytes of the tag.
const TAG_LEN: usize = 16;

struct Gcm {
    aead: Box<dyn Aead + Send>,
    salt: [u8; SALT_LEN],
}

impl Gcm {
    fn nonce(&self, explicit: [u8; EXPLICIT_NONCE_LEN]) -> [u8; 12] {
        let mut nonce = [0; 12];
        for (to, from) in nonce.iter_mut().zip(self.salt.into_iter().chain(explicit)) {
            *to = from;
        }
        nonce
    }
}

impl Drop for Gcm {
    fn drop(&mut self) {
        self.salt.zeroize();
    }
}

impl Protection for Gcm {
    fn seal(
        &mut self,
        header: RecordHeader,
        buffer: &mut [u8],
        plaintext: Range<usize>,
        _rng: &mut dyn Rng,
    ) -> Result<usize, Error> {
        let additional_data = header.additional_data(plaintext.len())?;
        let explicit = header.sequence_number.to_be_bytes();
        let (nonce_explicit, rest) = buffer.split_first_chunk_mut().ok_or(Error::BufferTooSmall)?;
        *nonce_explicit = explicit;
        let (data, rest) = rest.split_at_mut_checked(plaintext.len()).ok_or(Error::BufferTooSmall)?;
        let tag = rest.get_mut(..TAG_LEN).ok_or(Error::BufferTooSmall)?;
        self.aead.seal(&self.nonce(explicit), &additional_data, data, tag)?;
        Ok(EXPLICIT_NONCE_LEN + plaintext.len() + TAG_LEN)
    }

    fn open(&mut self, header: RecordHeader, fragment: &mut [u8]) -> Result<Range<usize>, Error> {
        let (explicit, sealed) = fragment.split_first_chunk_mut().ok_or(Error::OpenFailed)?;
        let len = sealed.len().checked_sub(TAG_LEN).ok_or(Error::OpenFailed)?;
        let (data, tag) = sealed.split_at_mut_checked(len).ok_or(Error::OpenFailed)?;
        let additional_data = header.additional_data(len)?;
        self.aead.open(&self.nonce(*explicit), &additional_data, data, tag)?;
        Ok(EXPLICIT_NONCE_LEN..EXPLICIT_NONCE_LEN + len)
    }
}

fn protect(algorithm: &AeadAlgorithm, key: &TrafficKey<'_>) -> Result<Box<dyn Protection + Send>, Error> {
    let salt = key.fixed_iv.try_into().map_err(|_| Error::InvalidKey)?;
    let aead = (algorithm.new)(key.key)?;
    Ok(Boxed::try_new(Gcm { aead, salt })?.into_array_box())
}

/// A row of this shape.
const fn row(name: &'static str, key_len: usize, protect: Protect) -> Bulk {
    Bulk {
        name,
        key_len,
        fixed_iv_len: SALT_LEN,
        before: EXPLICIT_NONCE_LEN,
        after: TAG_LEN,
        block_cipher: false,
        max_records: limits::MAX_RECORDS_GCM,
        protect,
    }
}

/// AES-128-GCM.
pub static AES_128_GCM: Bulk = row("AES_128_GCM", 16, |key, _, _| protect(&aead::AES_128_GCM, key));

/// AES-256-GCM.
pub static AES_256_GCM: Bulk = row("AES_256_GCM", 32, |key, _, _| protect(&aead::AES_256_GCM, key));
