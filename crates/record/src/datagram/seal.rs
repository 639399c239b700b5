//! Records into datagrams.

use super::{DatagramHeader, HEADER_BYTES};
use crate::{Error, Protected, limits};
use codec::{ContentType, ProtocolVersion};
use core::ops::Range;
use crypto::Rng;

/// Makes records of either epoch: a flight that is sent again has records of both.
pub struct DatagramWriter {
    version: ProtocolVersion,
    /// Of epoch 0.
    sequence_number: u64,
    protected: Option<Protected>,
}

impl DatagramWriter {
    /// Without keys; the records say `version`.
    #[must_use]
    pub const fn new(version: ProtocolVersion) -> Self {
        Self { version, sequence_number: 0, protected: None }
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
        HEADER_BYTES + self.protection(epoch).map_or(0, Protected::before)
    }

    /// The most bytes that it needs after it.
    #[must_use]
    pub fn tailroom(&self, epoch: u16) -> usize {
        self.protection(epoch).map_or(0, Protected::after)
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
        let (front, fragment) = buffer.split_at_mut_checked(HEADER_BYTES).ok_or(Error::BadRange)?;
        let version = self.version;
        let (sequence_number, len) = match (&mut self.protected, epoch) {
            (_, 0) => {
                let number = self.sequence_number;
                self.sequence_number =
                    (number + 1 < 1 << 48).then_some(number + 1).ok_or(Error::Exhausted)?;
                (number, len)
            }
            (Some(protected), 1) => {
                let number = protected.sequence_number & ((1 << 48) - 1);
                let before = protected.before();
                (number, protected.seal(content_type, version, fragment, before..before + len, rng)?)
            }
            (None | Some(_), _) => return Err(Error::BadRange),
        };
        let header = DatagramHeader { content_type, version, epoch, sequence_number, len };
        front.copy_from_slice(&header.write().ok_or(Error::BadRange)?);
        Ok(HEADER_BYTES + len)
    }
}
