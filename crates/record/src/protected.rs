//! A protection with its place in the sequence: what the read state and the write state own.

use crate::Error;
use codec::{ContentType, ProtocolVersion};
use core::ops::Range;
use crypto::Rng;
use memory::Box;
use suites::{Bulk, Construction, Protection, RecordConnectionId, RecordHeader, RecordIv, Suite, TrafficKey};

/// One direction's protection and sequence number (RFC 5246 section 6.1).
pub struct Protected {
    pub(crate) protection: Box<dyn Protection + Send>,
    pub(crate) bulk: &'static Bulk,
    pub(crate) record_iv: RecordIv,
    /// In datagrams the epoch and 48 bits (RFC 6347 section 4.1).
    pub(crate) sequence_number: u64,
    /// The first sequence number that is not used any more.
    pub(crate) end: u64,
    #[cfg_attr(not(feature = "context-serialization"), expect(dead_code, reason = "it is never thawed"))]
    /// How often explicit nonces have begun anew at random, since the connection was frozen and thawed.
    pub(crate) restarts: u32,
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
        let (bulk, record_iv) = (suite.bulk, construction.record_iv);
        Ok(Self { protection, bulk, record_iv, sequence_number: 0, end: bulk.max_records, restarts: 0 })
    }

    pub(crate) const fn before(&self) -> usize {
        self.bulk.before(self.record_iv)
    }

    pub(crate) const fn after(&self) -> usize {
        self.bulk.after
    }

    /// Seals under [`Protected::header`]. Randomness is drawn before anything is enciphered: without it no record was made,
    /// and the caller may try again. After any other failure the sequence number, which may be a nonce, counts as used.
    pub(crate) fn seal(
        &mut self,
        header: RecordHeader<'_>,
        buffer: &mut [u8],
        plaintext: Range<usize>,
        rng: &mut dyn Rng,
    ) -> Result<usize, Error> {
        let sealed = self.protection.seal(header, buffer, plaintext, rng);
        if sealed != Err(crypto::Error::Entropy) {
            self.sequence_number += 1;
        }
        Ok(sealed?)
    }

    pub(crate) fn open(
        &mut self,
        content_type: ContentType,
        version: ProtocolVersion,
        fragment: &mut [u8],
    ) -> Result<Range<usize>, Error> {
        let header = self.header(content_type, version, RecordConnectionId::NONE)?;
        let plaintext = self.protection.open(header, fragment)?;
        self.sequence_number += 1;
        Ok(plaintext)
    }

    /// The next record's header. Sequence numbers never wrap (RFC 5246 section 6.1), and the bulk cipher's limit ends the
    /// connection long before.
    pub(crate) fn header<'r>(
        &self,
        content_type: ContentType,
        version: ProtocolVersion,
        connection_id: RecordConnectionId<'r>,
    ) -> Result<RecordHeader<'r>, Error> {
        let sequence_number = self.sequence_number;
        if sequence_number >= self.end {
            return Err(Error::Exhausted);
        }
        Ok(RecordHeader { sequence_number, content_type, version, connection_id })
    }
}

/// Records in datagrams say their sequence number themselves.
#[cfg(feature = "dtls")]
impl Protected {
    /// The same keys in an epoch.
    #[must_use]
    pub fn in_epoch(self, epoch: u16) -> Self {
        let first = u64::from(epoch) << 48;
        let records = self.bulk.max_records.min((1 << 48) - 1);
        Self { sequence_number: first, end: first + records, ..self }
    }

    pub(crate) fn open_at(
        &mut self,
        header: RecordHeader<'_>,
        fragment: &mut [u8],
    ) -> Result<Range<usize>, Error> {
        Ok(self.protection.open(header, fragment)?)
    }
}
