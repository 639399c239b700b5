//! Where the IV of a CBC record comes from: the record itself (RFC 4346 section 6.2.3.2), or the record before (RFC 2246
//! section 6.2.3.2).

use super::cbc::BLOCK_LEN;
use crypto::{Error, Rng};
use suites::{Nonces, RecordIv, TrafficKey};

/// An IV.
pub(super) type Iv = [u8; BLOCK_LEN];

/// One direction's IVs.
pub(super) enum Ivs {
    /// Random, at the front of each fragment.
    Explicit,
    /// The last block of ciphertext before; in the beginning from the key_block.
    Chained(Iv),
}

impl Ivs {
    pub(super) fn new(record_iv: RecordIv, key: &TrafficKey<'_>) -> Result<Self, Error> {
        Ok(match record_iv {
            RecordIv::Explicit => Self::Explicit,
            RecordIv::Chained => Self::Chained(key.fixed_iv.try_into().map_err(|_| Error::InvalidKey)?),
        })
    }

    /// Bytes of the IV in each fragment.
    pub(super) const fn len(&self) -> usize {
        match self {
            Self::Explicit => BLOCK_LEN,
            Self::Chained(_) => 0,
        }
    }

    /// The IV to encrypt with, which is at the front of `fragment` if it is explicit.
    pub(super) fn draw(&self, fragment: &mut [u8], rng: &mut dyn Rng) -> Result<Iv, Error> {
        match self {
            Self::Explicit => {
                let iv = fragment.first_chunk_mut().ok_or(Error::BufferTooSmall)?;
                rng.fill(iv)?;
                Ok(*iv)
            }
            Self::Chained(iv) => Ok(*iv),
        }
    }

    /// The IV to decrypt a fragment with.
    pub(super) fn read(&self, fragment: &[u8]) -> Result<Iv, Error> {
        match self {
            Self::Explicit => fragment.first_chunk().copied().ok_or(Error::OpenFailed),
            Self::Chained(iv) => Ok(*iv),
        }
    }

    /// Where the next record's comes from.
    pub(super) const fn nonces(&self) -> Nonces {
        match self {
            Self::Explicit => Nonces::Drawn,
            Self::Chained(iv) => Nonces::Chained(*iv),
        }
    }

    /// The ciphertext of this record ends with `last`.
    pub(super) const fn advance(&mut self, last: Option<&Iv>) {
        if let (Self::Chained(iv), Some(last)) = (self, last) {
            *iv = *last;
        }
    }
}
