//! Bulk ciphers and the protection of records (RFC 5246 section 6.2.3).

use crate::connection_id::{self, AdditionalData, RecordConnectionId};
use codec::{ContentType, ProtocolVersion};
use core::ops::Range;
use crypto::{Error, Rng, mac::MacAlgorithm};
use memory::Box;

/// What of a record's header the protection authenticates; the length is the plaintext's and each protection's own
/// business (RFC 5246 sections 6.2.3.1 and 6.2.3.3, RFC 7366 section 3).
#[derive(Clone, Copy, Debug)]
pub struct RecordHeader<'r> {
    /// The implicit 64-bit sequence number.
    pub sequence_number: u64,
    /// ContentType.
    pub content_type: ContentType,
    /// ProtocolVersion of the record.
    pub version: ProtocolVersion,
    /// The connection ID of the record, if it has one.
    pub connection_id: RecordConnectionId<'r>,
}

impl RecordHeader<'_> {
    /// additional_data of AEAD (RFC 5246 section 6.2.3.3, RFC 9146 section 5.3) and the start of what a MAC covers (RFC 5246
    /// section 6.2.3.1, RFC 7366 section 3, RFC 9146 sections 5.1 and 5.2).
    ///
    /// # Errors
    /// [`Error::BufferTooSmall`] for a length that no record can have.
    pub fn additional_data(&self, len: usize) -> Result<AdditionalData, Error> {
        let len = u16::try_from(len).map_err(|_| Error::BufferTooSmall)?;
        connection_id::additional_data(self, len.to_be_bytes())
    }
}

/// Seals and opens the fragments of records under one key, in place.
///
/// The buffer given holds the *fragment* (no 5-byte header). A sealed fragment is laid out as
/// `before` bytes (explicit IV or nonce), ciphertext, at most `after` bytes (MAC, padding, tag).
pub trait Protection {
    /// Seals the plaintext that stands at `plaintext` in `buffer`. `plaintext.start` is exactly `before`; at least
    /// `after` bytes follow `plaintext.end`. The sealed fragment begins at 0 and its length is returned.
    ///
    /// # Errors
    /// [`Error::BufferTooSmall`] when the room is not there; [`Error::Entropy`] for an explicit IV.
    fn seal(
        &mut self,
        header: RecordHeader<'_>,
        buffer: &mut [u8],
        plaintext: Range<usize>,
        rng: &mut dyn Rng,
    ) -> Result<usize, Error>;

    /// Opens a fragment and says where its plaintext stands.
    ///
    /// # Errors
    /// [`Error::OpenFailed`], the fragment is then wiped; tag, MAC, padding and length are not told apart.
    fn open(&mut self, header: RecordHeader<'_>, fragment: &mut [u8]) -> Result<Range<usize>, Error>;

    /// What the next record's nonce comes of, for a connection that sleeps.
    fn nonces(&self) -> Nonces {
        Nonces::SequenceNumber
    }
}

impl<P: Protection> Protection for [P; 1] {
    fn seal(
        &mut self,
        header: RecordHeader<'_>,
        buffer: &mut [u8],
        plaintext: Range<usize>,
        rng: &mut dyn Rng,
    ) -> Result<usize, Error> {
        let [protection] = self;
        protection.seal(header, buffer, plaintext, rng)
    }
    fn open(&mut self, header: RecordHeader<'_>, fragment: &mut [u8]) -> Result<Range<usize>, Error> {
        let [protection] = self;
        protection.open(header, fragment)
    }
    fn nonces(&self) -> Nonces {
        let [protection] = self;
        protection.nonces()
    }
}

/// What the nonce, or the IV, of a record comes of.
#[derive(Clone, Copy)]
pub enum Nonces {
    /// The sequence number, which is not in the record, so that the peer knows it.
    SequenceNumber,
    /// The sequence number too, but counted from `first`, and it is in the record.
    Explicit {
        /// The nonce of the record with the sequence number 0.
        first: u64,
    },
    /// Drawn for each record.
    Drawn,
    /// The last block of the record before.
    Chained([u8; 16]),
}

/// Whether a protection will seal or open, so that it holds one key schedule only.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// Write state.
    Seal,
    /// Read state.
    Open,
}

/// The parts of the key_block for one direction (RFC 5246 section 6.3).
pub struct TrafficKey<'a> {
    /// MAC write key; empty for AEAD.
    pub mac_key: &'a [u8],
    /// Write key.
    pub key: &'a [u8],
    /// Fixed IV: the AEAD salt, or the first record's IV of a block cipher with chained ones; else empty.
    pub fixed_iv: &'a [u8],
    /// The explicit nonce of the record with the sequence number 0, from which this end counts; 0 but for a connection that
    /// was thawed.
    pub first_nonce: u64,
    /// What this end will do with it.
    pub direction: Direction,
}

/// How MAC and cipher are joined, as negotiated. Of AEAD ciphers nothing is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Construction {
    /// RFC 7366; else MAC-then-encrypt.
    pub encrypt_then_mac: bool,
    /// Where the IV of a block cipher comes from.
    pub record_iv: RecordIv,
}

/// Where the IV of a block cipher comes from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum RecordIv {
    /// Each record carries its own (RFC 4346 section 6.2.3.2).
    #[default]
    Explicit,
    /// The first is from the key_block, each other is the last block of the record before (RFC 2246 section 6.2.3.2).
    Chained,
}

/// A suite's record MAC.
#[derive(Clone, Copy)]
pub enum Mac {
    /// The cipher authenticates.
    Aead,
    /// HMAC (RFC 5246 section 6.2.3.1).
    Hmac(&'static MacAlgorithm),
}

impl Mac {
    /// Bytes of the MAC key in the key_block.
    #[must_use]
    pub const fn key_len(&self) -> usize {
        match self {
            Self::Aead => 0,
            Self::Hmac(algorithm) => algorithm.len,
        }
    }
}

/// A bulk cipher with its shape of record.
pub struct Bulk {
    /// As in the suite's name: `AES_128_GCM`.
    pub name: &'static str,
    /// Bytes of the write key.
    pub key_len: usize,
    /// Bytes of the fixed IV of an AEAD in the key_block.
    pub fixed_iv_len: usize,
    /// Bytes before the ciphertext of a sealed fragment: explicit IV (a block of the cipher) or nonce.
    pub before: usize,
    /// The most bytes after the plaintext's end: MAC, padding, tag.
    pub after: usize,
    /// Whether it is a CBC cipher, for which encrypt-then-MAC may be negotiated.
    pub block_cipher: bool,
    /// Records that may be sealed or opened under one key; at the limit the connection ends.
    pub max_records: u64,
    /// Makes one direction's protection.
    pub protect: Protect,
}

impl Bulk {
    /// Bytes of the IV of one side in the key_block.
    #[must_use]
    pub const fn iv_len(&self, record_iv: RecordIv) -> usize {
        match record_iv {
            RecordIv::Chained if self.block_cipher => self.before,
            RecordIv::Chained | RecordIv::Explicit => self.fixed_iv_len,
        }
    }

    /// Bytes before the ciphertext of a sealed fragment.
    #[must_use]
    pub const fn before(&self, record_iv: RecordIv) -> usize {
        match record_iv {
            RecordIv::Chained if self.block_cipher => 0,
            RecordIv::Chained | RecordIv::Explicit => self.before,
        }
    }
}

/// Makes the protection of one direction from its keys.
pub type Protect = fn(
    key: &TrafficKey<'_>,
    mac: Mac,
    construction: Construction,
) -> Result<Box<dyn Protection + Send>, Error>;
