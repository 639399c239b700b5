//! The write state: plaintext to records, in place (RFC 5246 section 6.2).

use crate::{Error, Protected, limits, split};
use codec::{ContentType, ProtocolVersion};
use core::ops::Range;
use crypto::Rng;
use suites::RecordConnectionId;

/// Makes records.
pub struct Writer {
    pub(crate) protected: Option<Protected>,
    version: ProtocolVersion,
    /// Bytes of plaintext that a record may have.
    max_plaintext: usize,
}

impl Default for Writer {
    fn default() -> Self {
        Self::new()
    }
}

impl Writer {
    /// Without protection. The first records say TLS 1.0, which servers of every age accept (RFC 5246 appendix E.1).
    #[must_use]
    pub const fn new() -> Self {
        Self { protected: None, version: ProtocolVersion::TLS1_0, max_plaintext: limits::MAX_PLAINTEXT_BYTES }
    }

    /// The version of the records from now on.
    pub const fn set_version(&mut self, version: ProtocolVersion) {
        self.version = version;
    }

    /// The most bytes of plaintext in the records from now on, as it was agreed on.
    pub fn set_max_plaintext(&mut self, bytes: usize) {
        self.max_plaintext = bytes.min(limits::MAX_PLAINTEXT_BYTES);
    }

    /// The most bytes of plaintext in a record.
    #[must_use]
    pub const fn max_plaintext(&self) -> usize {
        self.max_plaintext
    }

    /// Protects the records from now on: ChangeCipherSpec has been sent.
    pub fn install(&mut self, protected: Protected) {
        self.protected = Some(protected);
    }

    /// Bytes that a record needs before its plaintext; application data under a predictable IV needs room for a record
    /// more.
    #[must_use]
    pub fn headroom(&self, content_type: ContentType) -> usize {
        let split = if content_type == ContentType::APPLICATION_DATA { self.split_headroom() } else { 0 };
        limits::HEADER_BYTES + self.protected.as_ref().map_or(0, Protected::before) + split
    }

    fn split_headroom(&self) -> usize {
        self.protected.as_ref().map_or(0, split::headroom)
    }

    /// The most bytes that a record needs after its plaintext.
    #[must_use]
    pub fn tailroom(&self) -> usize {
        self.protected.as_ref().map_or(0, Protected::after)
    }

    /// Makes a record of the plaintext at `plaintext` in `buffer`, with [`Writer::headroom`] bytes before it and
    /// [`Writer::tailroom`] bytes after it, and says where the record stands. Application data under a predictable IV
    /// becomes two records. The room that was not needed is left before the record.
    ///
    /// # Errors
    /// [`Error::BadRange`] without that room, for a range that ends before it starts, or for more than
    /// [`Writer::max_plaintext`] bytes; [`Error::Exhausted`], [`Error::Entropy`].
    pub fn seal(
        &mut self,
        content_type: ContentType,
        buffer: &mut [u8],
        plaintext: Range<usize>,
        rng: &mut dyn Rng,
    ) -> Result<Range<usize>, Error> {
        let len = plaintext.end.checked_sub(plaintext.start).ok_or(Error::BadRange)?;
        if len > self.max_plaintext {
            return Err(Error::BadRange);
        }
        let headroom = self.headroom(content_type);
        let start = plaintext.start.checked_sub(headroom).ok_or(Error::BadRange)?;
        let end = plaintext.end.checked_add(self.tailroom()).ok_or(Error::BadRange)?;
        let room = buffer.get_mut(start..end).ok_or(Error::BadRange)?;
        let skipped = if content_type == ContentType::APPLICATION_DATA { self.split_headroom() } else { 0 };
        if skipped == 0 || len <= 1 {
            let record = room.get_mut(skipped..).ok_or(Error::BadRange)?;
            let written = self.seal_one(content_type, record, len, rng)?;
            return Ok(start + skipped..start + skipped + written);
        }
        // The first byte goes into a record of its own, before the header of the second, which then lies over its place.
        let byte = *room.get(headroom).ok_or(Error::BadRange)?;
        let second = headroom + 1 - limits::HEADER_BYTES;
        let (front, record) = room.split_at_mut_checked(second).ok_or(Error::BadRange)?;
        *front.get_mut(limits::HEADER_BYTES).ok_or(Error::BadRange)? = byte;
        let one = self.seal_one(content_type, front, 1, rng)?;
        let rest = self.seal_one(content_type, record, len - 1, rng)?;
        // The room before the first record was for its longest form.
        room.copy_within(..one, second - one);
        Ok(start + second - one..start + second + rest)
    }

    /// A record of the plaintext that stands behind the room of the header and what else goes before; returns its
    /// length.
    fn seal_one(
        &mut self,
        content_type: ContentType,
        record: &mut [u8],
        len: usize,
        rng: &mut dyn Rng,
    ) -> Result<usize, Error> {
        let (header, fragment) = record.split_first_chunk_mut().ok_or(Error::BadRange)?;
        let len = match &mut self.protected {
            Some(protected) => {
                let before = protected.before();
                let header = protected.header(content_type, self.version, RecordConnectionId::NONE)?;
                protected.seal(header, fragment, before..before + len, rng)?
            }
            None => len,
        };
        let [major, minor] = self.version.0.to_be_bytes();
        let [high, low] = u16::try_from(len).map_err(|_| Error::BadRange)?.to_be_bytes();
        *header = [content_type.0, major, minor, high, low];
        Ok(limits::HEADER_BYTES + len)
    }
}
