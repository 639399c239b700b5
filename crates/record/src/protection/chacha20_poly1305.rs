//! ChaCha20-Poly1305 (RFC 7905): the nonce is the fixed IV xor the sequence number, and nothing of it is in the record.

use crate::limits;
use core::ops::Range;
use crypto::{
    Error, Rng,
    cipher::aead::{Aead, CHACHA20_POLY1305 as CIPHER, NONCE_LEN},
};
use memory::{Box, Boxed};
use suites::{Bulk, Construction, Mac, Protection, RecordHeader, TrafficKey};
use zeroize::Zeroize;

/// Bytes of the tag.
const TAG_LEN: usize = 16;

struct ChaCha20Poly1305 {
    aead: Box<dyn Aead + Send>,
    iv: [u8; NONCE_LEN],
}

impl ChaCha20Poly1305 {
    fn nonce(&self, sequence_number: u64) -> [u8; NONCE_LEN] {
        let mut nonce = self.iv;
        for (to, from) in nonce.iter_mut().rev().zip(sequence_number.to_be_bytes().iter().rev()) {
            *to ^= *from;
        }
        nonce
    }
}

impl Drop for ChaCha20Poly1305 {
    fn drop(&mut self) {
        self.iv.zeroize();
    }
}

impl Protection for ChaCha20Poly1305 {
    fn seal(
        &mut self,
        header: RecordHeader<'_>,
        buffer: &mut [u8],
        plaintext: Range<usize>,
        _rng: &mut dyn Rng,
    ) -> Result<usize, Error> {
        let additional_data = header.additional_data(plaintext.len())?;
        let (data, rest) = buffer.split_at_mut_checked(plaintext.len()).ok_or(Error::BufferTooSmall)?;
        let tag = rest.get_mut(..TAG_LEN).ok_or(Error::BufferTooSmall)?;
        self.aead.seal(&self.nonce(header.sequence_number), &additional_data, data, tag)?;
        Ok(plaintext.len() + TAG_LEN)
    }

    fn open(&mut self, header: RecordHeader<'_>, fragment: &mut [u8]) -> Result<Range<usize>, Error> {
        let len = fragment.len().checked_sub(TAG_LEN).ok_or(Error::OpenFailed)?;
        let (data, tag) = fragment.split_at_mut_checked(len).ok_or(Error::OpenFailed)?;
        let additional_data = header.additional_data(len)?;
        self.aead.open(&self.nonce(header.sequence_number), &additional_data, data, tag)?;
        Ok(0..len)
    }
}

fn protect(key: &TrafficKey<'_>, _: Mac, _: Construction) -> Result<Box<dyn Protection + Send>, Error> {
    let iv = key.fixed_iv.try_into().map_err(|_| Error::InvalidKey)?;
    let aead = (CIPHER.new)(key.key)?;
    Ok(Boxed::try_new(ChaCha20Poly1305 { aead, iv })?.into_array_box())
}

/// ChaCha20-Poly1305.
pub static CHACHA20_POLY1305: Bulk = Bulk {
    name: "CHACHA20_POLY1305",
    key_len: 32,
    fixed_iv_len: NONCE_LEN,
    before: 0,
    after: TAG_LEN,
    block_cipher: false,
    max_records: limits::MAX_RECORDS_CHACHA20_POLY1305,
    protect,
};
