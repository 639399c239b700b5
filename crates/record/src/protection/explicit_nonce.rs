//! The AEADs whose records carry a part of the nonce (RFC 5288 section 3, RFC 6655 section 3): the nonce is the salt of
//! the key_block and that explicit part, for which this end uses the sequence number, so that none is ever used twice
//! under a key; a connection that was thawed counts from another number. The rows are in `gcm` and `ccm`.

use core::ops::Range;
use crypto::{
    Error, Rng,
    cipher::aead::{Aead, AeadAlgorithm},
};
use memory::{Box, Boxed};
use suites::{Bulk, Nonces, Protect, Protection, RecordHeader, TrafficKey};
use zeroize::Zeroize;

/// Bytes of the salt.
const SALT_LEN: usize = 4;
/// Bytes of nonce_explicit.
const EXPLICIT_NONCE_LEN: usize = 8;
struct ExplicitNonce {
    aead: Box<dyn Aead + Send>,
    salt: [u8; SALT_LEN],
    /// nonce_explicit of the record with the sequence number 0.
    first_nonce: u64,
    tag_len: u8,
}

impl ExplicitNonce {
    const fn nonce(&self, explicit: [u8; EXPLICIT_NONCE_LEN]) -> [u8; 12] {
        let [s0, s1, s2, s3] = self.salt;
        let [e0, e1, e2, e3, e4, e5, e6, e7] = explicit;
        [s0, s1, s2, s3, e0, e1, e2, e3, e4, e5, e6, e7]
    }
}

impl Drop for ExplicitNonce {
    fn drop(&mut self) {
        self.salt.zeroize();
    }
}

impl Protection for ExplicitNonce {
    fn seal(
        &mut self,
        header: RecordHeader<'_>,
        buffer: &mut [u8],
        plaintext: Range<usize>,
        _rng: &mut dyn Rng,
    ) -> Result<usize, Error> {
        let additional_data = header.additional_data(plaintext.len())?;
        let explicit = self.first_nonce.wrapping_add(header.sequence_number).to_be_bytes();
        let (nonce_explicit, rest) = buffer.split_first_chunk_mut().ok_or(Error::BufferTooSmall)?;
        *nonce_explicit = explicit;
        let (data, rest) = rest.split_at_mut_checked(plaintext.len()).ok_or(Error::BufferTooSmall)?;
        let tag_len = usize::from(self.tag_len);
        let tag = rest.get_mut(..tag_len).ok_or(Error::BufferTooSmall)?;
        self.aead.seal(&self.nonce(explicit), &additional_data, data, tag)?;
        Ok(EXPLICIT_NONCE_LEN + plaintext.len() + tag_len)
    }

    fn open(&mut self, header: RecordHeader<'_>, fragment: &mut [u8]) -> Result<Range<usize>, Error> {
        let (explicit, sealed) = fragment.split_first_chunk_mut().ok_or(Error::OpenFailed)?;
        let len = sealed.len().checked_sub(usize::from(self.tag_len)).ok_or(Error::OpenFailed)?;
        let (data, tag) = sealed.split_at_mut_checked(len).ok_or(Error::OpenFailed)?;
        let additional_data = header.additional_data(len)?;
        self.aead.open(&self.nonce(*explicit), &additional_data, data, tag)?;
        Ok(EXPLICIT_NONCE_LEN..EXPLICIT_NONCE_LEN + len)
    }

    fn nonces(&self) -> Nonces {
        Nonces::Explicit { first: self.first_nonce }
    }
}

/// Makes a protection of this shape.
pub(super) fn protect(
    algorithm: &AeadAlgorithm,
    key: &TrafficKey<'_>,
) -> Result<Box<dyn Protection + Send>, Error> {
    let salt = key.fixed_iv.try_into().map_err(|_| Error::InvalidKey)?;
    let tag_len = u8::try_from(algorithm.tag_len).map_err(|_| Error::InvalidKey)?;
    let aead = (algorithm.new)(key.key)?;
    let first_nonce = key.first_nonce;
    Ok(Boxed::try_new(ExplicitNonce { aead, salt, first_nonce, tag_len })?.into_array_box())
}

/// A row of this shape.
pub(super) const fn row(
    name: &'static str,
    [key_len, tag_len]: [usize; 2],
    max_records: u64,
    protect: Protect,
) -> Bulk {
    Bulk {
        name,
        key_len,
        fixed_iv_len: SALT_LEN,
        before: EXPLICIT_NONCE_LEN,
        after: tag_len,
        block_cipher: false,
        max_records,
        protect,
    }
}
