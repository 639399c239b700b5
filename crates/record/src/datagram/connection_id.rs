//! Connection IDs in records (RFC 9146 section 4): where they stand, the type inside the encryption, padding.

use super::{DatagramHeader, HEADER_BYTES};
use crate::{Error, limits};
use codec::ContentType;
use core::ops::Range;
use memory::{Boxed, Bytes};
use suites::{RecordConnectionId, TLS12_CID};

/// Where the connection ID stands in a record's header: before the length.
const OFFSET: usize = HEADER_BYTES - 2;

/// The connection ID of the first record in a datagram to an end whose connection IDs have `len` bytes; None where the
/// record has none. It is read before anything is known to be authentic, so that whoever has many connections on a socket
/// finds the one that is meant.
#[must_use]
pub fn connection_id(datagram: &[u8], len: usize) -> Option<&[u8]> {
    let is_one = matches!(datagram, [content_type, 0xFE, ..] if *content_type == TLS12_CID.0);
    datagram.get(OFFSET..OFFSET + len).filter(|id| is_one && !id.is_empty())
}

/// What one direction's records have as their connection ID. Behind one pointer, since most connections have none.
type Id = Option<Boxed<Bytes>>;

fn bytes(id: &Id) -> &[u8] {
    id.as_ref().map_or(&[], |id| id)
}

/// Of the records that come.
#[derive(Default)]
pub(super) struct Incoming {
    own: Id,
    /// Epoch and sequence number of the newest authentic record; 0 before there is one.
    newest: u64,
}

impl Incoming {
    pub(super) fn id(&self) -> RecordConnectionId<'_> {
        RecordConnectionId(bytes(&self.own))
    }

    /// The header of the first record, and how long it is. A record with a connection ID has no known length where none
    /// is expected.
    pub(super) fn read_header(&self, datagram: &[u8]) -> Option<(DatagramHeader, usize)> {
        let RecordConnectionId(own) = self.id();
        let len = if datagram.first() == Some(&TLS12_CID.0) { own.len() } else { 0 };
        let header = DatagramHeader::read_around(datagram, len)?;
        (header.content_type != TLS12_CID || !own.is_empty()).then_some((header, HEADER_BYTES + len))
    }

    /// Whether a protected record has the connection ID that it must have: ours, or none where we want none (RFC 9146
    /// section 3).
    pub(super) fn is_right(&self, header: &DatagramHeader, datagram: &[u8]) -> bool {
        let RecordConnectionId(own) = self.id();
        let found = if header.content_type == TLS12_CID { own.len() } else { 0 };
        datagram.get(OFFSET..OFFSET + found) == Some(own)
    }

    /// The sequence number of the newest authentic record.
    #[cfg(feature = "context-serialization")]
    pub(super) const fn newest_number(&self) -> u64 {
        self.newest & ((1 << 48) - 1)
    }

    /// Notes an authentic record.
    pub(super) fn note(&mut self, number: u64) {
        self.newest = self.newest.max(number);
    }

    /// The type and the place of what a record held: of a DTLSInnerPlaintext those inside, without the zeros behind them;
    /// None when it is nothing but zeros.
    pub(super) fn unwrap(
        header: &DatagramHeader,
        datagram: &[u8],
        plaintext: Range<usize>,
    ) -> Option<(ContentType, Range<usize>)> {
        if header.content_type != TLS12_CID {
            return Some((header.content_type, plaintext));
        }
        let inner = datagram.get(plaintext.clone())?;
        let at = inner.iter().rposition(|byte| *byte != 0)?;
        Some((ContentType(*inner.get(at)?), plaintext.start..plaintext.start + at))
    }
}

impl super::DatagramReader {
    /// Every protected record from now on must have this connection ID; none must have one when it is empty.
    pub fn set_connection_id(&mut self, own: Boxed<Bytes>) {
        self.connection_ids.own = Some(own);
    }

    /// What [`DatagramReader::set_connection_id`](Self::set_connection_id) has set.
    #[must_use]
    pub fn connection_id(&self) -> Option<&[u8]> {
        self.connection_ids.own.as_deref().map(|own| &**own)
    }

    /// Epoch (16 bits) and sequence number of the newest authentic record so far; 0 before there is one. When it has grown, a
    /// record was newer than all before it (RFC 9146 section 6).
    #[must_use]
    pub const fn newest(&self) -> u64 {
        self.connection_ids.newest
    }
}

/// Of the records that we send.
pub(super) struct Outgoing {
    peer: Id,
    /// Content, type and padding together are a multiple of it.
    granularity: u16,
    /// The most bytes of them.
    limit: usize,
}

impl Outgoing {
    pub(super) const fn new() -> Self {
        Self { peer: None, granularity: 1, limit: limits::MAX_PLAINTEXT_BYTES }
    }

    pub(super) fn id(&self) -> RecordConnectionId<'_> {
        RecordConnectionId(bytes(&self.peer))
    }

    fn is_used(&self) -> bool {
        !bytes(&self.peer).is_empty()
    }

    /// Bytes of the connection ID.
    pub(super) fn len(&self) -> usize {
        bytes(&self.peer).len()
    }

    /// The most bytes of type and padding.
    pub(super) fn after(&self) -> usize {
        if self.is_used() { self.granularity.into() } else { 0 }
    }

    /// Makes a DTLSInnerPlaintext of a content, and says its type and its length.
    pub(super) fn wrap(
        &self,
        content_type: ContentType,
        fragment: &mut [u8],
        content: Range<usize>,
    ) -> Result<(ContentType, Range<usize>), Error> {
        if !self.is_used() {
            return Ok((content_type, content));
        }
        let least = content.len() + 1;
        if least > self.limit {
            return Err(Error::BadRange);
        }
        let padded = least.next_multiple_of(usize::from(self.granularity).max(1)).min(self.limit);
        let rest = fragment.get_mut(content.end..content.start + padded).ok_or(Error::BadRange)?;
        let (real_type, zeros) = rest.split_first_mut().ok_or(Error::BadRange)?;
        *real_type = content_type.0;
        zeros.fill(0);
        Ok((TLS12_CID, content.start..content.start + padded))
    }

    /// Puts the connection ID into a header.
    pub(super) fn write_header(&self, header: &[u8; HEADER_BYTES], epoch: u16, out: &mut [u8]) -> Option<()> {
        let id = if epoch == 0 { &[] } else { bytes(&self.peer) };
        let (before, len) = header.split_at_checked(OFFSET)?;
        let (front, rest) = out.split_at_mut_checked(OFFSET)?;
        front.copy_from_slice(before);
        rest.get_mut(..id.len())?.copy_from_slice(id);
        rest.get_mut(id.len()..)?.copy_from_slice(len);
        Some(())
    }
}

impl super::DatagramWriter {
    /// The protected records from now on have this connection ID; none when it is empty.
    pub fn set_connection_id(&mut self, peer: Boxed<Bytes>) {
        self.connection_ids.peer = Some(peer);
    }

    /// What [`DatagramWriter::set_connection_id`](Self::set_connection_id) has set.
    #[must_use]
    pub fn connection_id(&self) -> Option<&[u8]> {
        self.connection_ids.peer.as_deref().map(|peer| &**peer)
    }

    /// Records with a connection ID are padded with zeros, so that their content and its type together are a multiple of
    /// `granularity` bytes, as far as the limit of a record's plaintext allows; 0 and 1 pad nothing.
    pub fn set_padding(&mut self, granularity: u16) {
        self.connection_ids.granularity = granularity.max(1);
    }

    /// What [`DatagramWriter::set_padding`](Self::set_padding) has set.
    #[must_use]
    pub const fn padding(&self) -> u16 {
        self.connection_ids.granularity
    }

    /// The most bytes of plaintext in a protected record from now on, as it was agreed on.
    pub fn set_max_plaintext(&mut self, bytes: usize) {
        self.connection_ids.limit = bytes.min(limits::MAX_PLAINTEXT_BYTES);
    }

    /// The most bytes of content in a record of this epoch, of the limit of plaintext.
    #[must_use]
    pub fn max_content(&self, limit: usize) -> usize {
        if self.connection_ids.is_used() { limit.saturating_sub(1) } else { limit }
    }
}
