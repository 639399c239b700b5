//! Without the feature `dtls-connection-id` no record has a connection ID.

use super::{DatagramHeader, HEADER_BYTES};
use crate::Error;
use codec::ContentType;
use core::ops::Range;
use suites::RecordConnectionId;

/// Nothing.
#[derive(Default)]
pub(super) struct Incoming;

#[expect(clippy::unused_self, clippy::needless_pass_by_ref_mut, reason = "as with the feature")]
impl Incoming {
    pub(super) const fn id(&self) -> RecordConnectionId<'_> {
        RecordConnectionId::NONE
    }

    pub(super) fn read_header(&self, datagram: &[u8]) -> Option<(DatagramHeader, usize)> {
        Some((DatagramHeader::read(datagram)?, HEADER_BYTES))
    }

    pub(super) const fn is_right(&self, _: &DatagramHeader, _: &[u8]) -> bool {
        true
    }

    #[cfg(feature = "context-serialization")]
    pub(super) const fn newest_number(&self) -> u64 {
        0
    }

    pub(super) const fn note(&mut self, _: u64) {}

    #[expect(clippy::unnecessary_wraps, reason = "as with the feature")]
    pub(super) const fn unwrap(
        header: &DatagramHeader,
        _: &[u8],
        plaintext: Range<usize>,
    ) -> Option<(ContentType, Range<usize>)> {
        Some((header.content_type, plaintext))
    }
}

/// Nothing.
pub(super) struct Outgoing;

#[expect(clippy::unused_self, reason = "as with the feature")]
impl Outgoing {
    pub(super) const fn new() -> Self {
        Self
    }

    pub(super) const fn id(&self) -> RecordConnectionId<'_> {
        RecordConnectionId::NONE
    }

    pub(super) const fn len(&self) -> usize {
        0
    }

    pub(super) const fn after(&self) -> usize {
        0
    }

    #[expect(clippy::unnecessary_wraps, reason = "as with the feature")]
    pub(super) const fn wrap(
        &self,
        content_type: ContentType,
        _: &mut [u8],
        content: Range<usize>,
    ) -> Result<(ContentType, Range<usize>), Error> {
        Ok((content_type, content))
    }

    pub(super) fn write_header(&self, header: &[u8; HEADER_BYTES], _: u16, out: &mut [u8]) -> Option<()> {
        *out.first_chunk_mut()? = *header;
        Some(())
    }
}

impl super::DatagramWriter {
    /// Nothing is padded.
    pub const fn set_max_plaintext(&mut self, _: usize) {}

    /// The most bytes of content in a protected record, of the limit of plaintext.
    #[must_use]
    pub const fn max_content(&self, limit: usize) -> usize {
        limit
    }
}
