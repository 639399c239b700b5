//! Records into datagrams.

use super::{DatagramHeader, HEADER_BYTES, connection_id::Outgoing};
use crate::{Error, Protected, limits};
use codec::{ContentType, ProtocolVersion};
use core::ops::Range;
use crypto::Rng;

/// Makes records of either epoch: a flight that is sent again has records of both.
pub struct DatagramWriter {
    pub(super) version: ProtocolVersion,
    /// Of epoch 0.
    pub(super) sequence_number: u64,
    pub(super) protected: Option<Protected>,
    pub(super) connection_ids: Outgoing,
}

impl DatagramWriter {
    /// Without keys; the records say `version`.
    #[must_use]
    pub const fn new(version: ProtocolVersion) -> Self {
        Self { version, sequence_number: 0, protected: None, connection_ids: Outgoing::new() }
    }

    /// The version of the records from now on.
    pub const fn set_version(&mut self, version: ProtocolVersion) {
        self.version = version;
    }

    /// Goes on after the records that were sent without state (RFC 6347 section 4.2.1).
    pub const fn start_at(&mut self, sequence_number: u64) {
        self.sequence_number = sequence_number;
    }

    /// There is an epoch 1 now.
    pub fn install(&mut self, protected: Protected) {
        self.protected = Some(protected.in_epoch(1));
    }

    /// Whether there is an epoch 1.
    #[must_use]
    pub const fn is_protected(&self) -> bool {
        self.protected.is_some()
    }

    /// Bytes that a record of this epoch needs before its plaintext.
    #[must_use]
    pub fn headroom(&self, epoch: u16) -> usize {
        self.header_bytes(epoch) + self.protection(epoch).map_or(0, Protected::before)
    }

    fn header_bytes(&self, epoch: u16) -> usize {
        HEADER_BYTES + if epoch == 0 { 0 } else { self.connection_ids.len() }
    }

    /// The most bytes that it needs after it.
    #[must_use]
    pub fn tailroom(&self, epoch: u16) -> usize {
        self.protection(epoch).map_or(0, |protected| protected.after() + self.connection_ids.after())
    }

    fn protection(&self, epoch: u16) -> Option<&Protected> {
        self.protected.as_ref().filter(|_| epoch == 1)
    }

    /// Makes a record at the front of `buffer` of the plaintext at `plaintext`, which begins after
    /// [`DatagramWriter::headroom`] and has [`DatagramWriter::tailroom`] behind it; returns the record's length.
    ///
    /// # Errors
    /// [`Error::BadRange`] without that room, or for epoch 1 before there are keys; [`Error::Exhausted`],
    /// [`Error::Entropy`].
    pub fn seal(
        &mut self,
        epoch: u16,
        content_type: ContentType,
        buffer: &mut [u8],
        plaintext: Range<usize>,
        rng: &mut dyn Rng,
    ) -> Result<usize, Error> {
        let len = plaintext.end.checked_sub(plaintext.start).ok_or(Error::BadRange)?;
        if len > limits::MAX_PLAINTEXT_BYTES || plaintext.start != self.headroom(epoch) {
            return Err(Error::BadRange);
        }
        let (front, fragment) =
            buffer.split_at_mut_checked(self.header_bytes(epoch)).ok_or(Error::BadRange)?;
        let version = self.version;
        let (sequence_number, content_type, len) = match (&mut self.protected, epoch) {
            (_, 0) => {
                let number = self.sequence_number;
                if number >= 1 << 48 {
                    return Err(Error::Exhausted);
                }
                self.sequence_number = number + 1;
                (number, content_type, len)
            }
            (Some(protected), 1) => {
                let number = protected.sequence_number & ((1 << 48) - 1);
                let before = protected.before();
                let ids = &self.connection_ids;
                let (content_type, plaintext) = ids.wrap(content_type, fragment, before..before + len)?;
                let header = protected.header(content_type, version, ids.id())?;
                (number, content_type, protected.seal(header, fragment, plaintext, rng)?)
            }
            (None | Some(_), _) => return Err(Error::BadRange),
        };
        let header = DatagramHeader { content_type, version, epoch, sequence_number, len };
        let header = header.write().ok_or(Error::BadRange)?;
        self.connection_ids.write_header(&header, epoch, front).ok_or(Error::BadRange)?;
        Ok(front.len() + len)
    }
}
