//! What a connection ID changes in what a record's authentication covers (RFC 9146 section 5).

use crate::RecordHeader;
use codec::ContentType;
use core::ops::Deref;
use crypto::Error;

/// ContentType of records with a connection ID, tls12_cid (RFC 9146 section 4).
pub const TLS12_CID: ContentType = ContentType(25);

/// The longest connection ID (RFC 9146 section 3).
const MAX_CONNECTION_ID_BYTES: usize = 255;
/// seq_num_placeholder, two content types, the length of the connection ID, version, epoch and sequence_number before
/// the connection ID, and a length behind it.
const MAX_BYTES: usize = 8 + 3 + 2 + 8 + MAX_CONNECTION_ID_BYTES + 2;

/// The connection ID of a record; empty where it has none.
#[derive(Clone, Copy, Debug, Default)]
pub struct RecordConnectionId<'r>(pub &'r [u8]);

impl RecordConnectionId<'_> {
    /// No connection ID.
    pub const NONE: Self = Self(&[]);
}

/// What is authenticated of a record besides its content.
pub struct AdditionalData {
    bytes: [u8; MAX_BYTES],
    len: usize,
}

impl AdditionalData {
    /// Nothing yet.
    const EMPTY: Self = Self { bytes: [0; MAX_BYTES], len: 0 };

    fn push(&mut self, part: &[u8]) -> Result<(), Error> {
        let end = self.len + part.len();
        self.bytes.get_mut(self.len..end).ok_or(Error::BufferTooSmall)?.copy_from_slice(part);
        self.len = end;
        Ok(())
    }
}

impl Deref for AdditionalData {
    type Target = [u8];
    fn deref(&self) -> &[u8] {
        self.bytes.get(..self.len).unwrap_or_default()
    }
}

/// `seq_num + type + version + length` (RFC 5246 section 6.2.3.3), or with a connection ID `seq_num_placeholder +
/// tls12_cid + cid_length + tls12_cid + version + epoch + sequence_number + cid + length` (RFC 9146 section 5), where the
/// header's sequence number has the epoch in its upper 16 bits, as both stand in the record.
pub(crate) fn additional_data(header: &RecordHeader<'_>, len: [u8; 2]) -> Result<AdditionalData, Error> {
    let RecordHeader { sequence_number, content_type, version, connection_id: RecordConnectionId(id) } =
        *header;
    let (sequence_number, version) = (sequence_number.to_be_bytes(), version.0.to_be_bytes());
    let mut data = AdditionalData::EMPTY;
    if id.is_empty() {
        data.push(&sequence_number)?;
        data.push(&[content_type.0])?;
        data.push(&version)?;
    } else {
        let id_len = u8::try_from(id.len()).map_err(|_| Error::BufferTooSmall)?;
        data.push(&[0xFF; 8])?;
        data.push(&[TLS12_CID.0, id_len, TLS12_CID.0])?;
        data.push(&version)?;
        data.push(&sequence_number)?;
        data.push(id)?;
    }
    data.push(&len)?;
    Ok(data)
}
