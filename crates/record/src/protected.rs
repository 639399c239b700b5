//! A protection with its place in the sequence: what the read state and the write state own.

use crate::Error;
use codec::{ContentType, ProtocolVersion};
use core::ops::Range;
use crypto::Rng;
use memory::Box;
use suites::{Bulk, Construction, Protection, RecordHeader, RecordIv, Suite, TrafficKey};

/// One direction's protection and sequence number (RFC 5246 section 6.1).
pub struct Protected {
    pub(crate) protection: Box<dyn Protection + Send>,
    pub(crate) bulk: &'static Bulk,
    pub(crate) record_iv: RecordIv,
    pub(crate) sequence_number: u64,
}

impl Protected {
    /// Makes the protection of a suite from one direction's keys.
    ///
    /// # Errors
    /// [`crypto::Error::OutOfMemory`], or keys of a wrong length.
    pub fn new(
        suite: &'static Suite,
        construction: Construction,
        key: &TrafficKey<'_>,
    ) -> Result<Self, crypto::Error> {
        let protection = (suite.bulk.protect)(key, suite.mac, construction)?;
        Ok(Self { protection, bulk: suite.bulk, record_iv: construction.record_iv, sequence_number: 0 })
    }

    pub(crate) const fn before(&self) -> usize {
        self.bulk.before(self.record_iv)
    }

    pub(crate) const fn after(&self) -> usize {
        self.bulk.after
    }

    /// Randomness is drawn before anything is enciphered: without it no record was made, and the caller may try again.
    /// After any other failure the sequence number, which may be a nonce, counts as used.
    pub(crate) fn seal(
        &mut self,
        content_type: ContentType,
        version: ProtocolVersion,
        buffer: &mut [u8],
        plaintext: Range<usize>,
        rng: &mut dyn Rng,
    ) -> Result<usize, Error> {
        let (header, next) = self.header(content_type, version)?;
        let sealed = self.protection.seal(header, buffer, plaintext, rng);
        if sealed != Err(crypto::Error::Entropy) {
            self.sequence_number = next;
        }
        Ok(sealed?)
    }

    pub(crate) fn open(
        &mut self,
        content_type: ContentType,
        version: ProtocolVersion,
        fragment: &mut [u8],
    ) -> Result<Range<usize>, Error> {
        let (header, next) = self.header(content_type, version)?;
        let plaintext = self.protection.open(header, fragment)?;
        self.sequence_number = next;
        Ok(plaintext)
    }

    /// The next record's header, and the sequence number after it. Sequence numbers never wrap (RFC 5246 section
    /// 6.1), and the bulk cipher's limit ends the connection long before.
    fn header(
        &self,
        content_type: ContentType,
        version: ProtocolVersion,
    ) -> Result<(RecordHeader, u64), Error> {
        let sequence_number = self.sequence_number;
        let next = sequence_number.checked_add(1).ok_or(Error::Exhausted)?;
        if sequence_number >= self.bulk.max_records {
            return Err(Error::Exhausted);
        }
        Ok((RecordHeader { sequence_number, content_type, version }, next))
    }
}
