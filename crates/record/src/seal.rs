//! The write state: plaintext to records, in place (RFC 5246 section 6.2).

use crate::{Error, Protected, limits};
use codec::{ContentType, ProtocolVersion};
use core::ops::Range;
use crypto::Rng;

/// Makes records.
pub struct Writer {
    protected: Option<Protected>,
    version: ProtocolVersion,
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
        Self { protected: None, version: ProtocolVersion::TLS1_0 }
    }

    /// The version of the records from now on.
    pub const fn set_version(&mut self, version: ProtocolVersion) {
        self.version = version;
    }

    /// Protects the records from now on: ChangeCipherSpec has been sent.
    pub fn install(&mut self, protected: Protected) {
        self.protected = Some(protected);
    }

    /// Bytes that a record needs before its plaintext.
    #[must_use]
    pub fn headroom(&self) -> usize {
        limits::HEADER_BYTES + self.protected.as_ref().map_or(0, Protected::before)
    }

    /// The most bytes that a record needs after its plaintext.
    #[must_use]
    pub fn tailroom(&self) -> usize {
        self.protected.as_ref().map_or(0, Protected::after)
    }

    /// Makes a record of the plaintext at `plaintext` in `buffer`, with [`Writer::headroom`] bytes before it and
    /// [`Writer::tailroom`] bytes after it, and says where the record stands.
    ///
    /// # Errors
    /// [`Error::BadRange`] without that room, for a range that ends before it starts, or for more than 2^14
    /// bytes; [`Error::Exhausted`], [`Error::Entropy`].
    pub fn seal(
        &mut self,
        content_type: ContentType,
        buffer: &mut [u8],
        plaintext: Range<usize>,
        rng: &mut dyn Rng,
    ) -> Result<Range<usize>, Error> {
        let len = plaintext.end.checked_sub(plaintext.start).ok_or(Error::BadRange)?;
        if len > limits::MAX_PLAINTEXT_BYTES {
            return Err(Error::BadRange);
        }
        let start = plaintext.start.checked_sub(self.headroom()).ok_or(Error::BadRange)?;
        let end = plaintext.end.checked_add(self.tailroom()).ok_or(Error::BadRange)?;
        let record = buffer.get_mut(start..end).ok_or(Error::BadRange)?;
        let (header, fragment) = record.split_first_chunk_mut().ok_or(Error::BadRange)?;
        let len = match &mut self.protected {
            Some(protected) => {
                let before = protected.before();
                let plaintext = before..before + len;
                protected.seal(content_type, self.version, fragment, plaintext, rng)?
            }
            None => len,
        };
        let [major, minor] = self.version.0.to_be_bytes();
        let [high, low] = u16::try_from(len).map_err(|_| Error::BadRange)?.to_be_bytes();
        *header = [content_type.0, major, minor, high, low];
        Ok(start..start + limits::HEADER_BYTES + len)
    }
}
