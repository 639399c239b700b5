//! Records in datagrams (RFC 6347 section 4.1): each says its epoch and sequence number; what is wrong is dropped.

#[cfg(feature = "dtls-connection-id")]
mod connection_id;
#[cfg(not(feature = "dtls-connection-id"))]
#[path = "connection_id_off.rs"]
mod connection_id;
mod open;
#[cfg(feature = "context-serialization")]
mod place;
#[cfg(feature = "dtls-anti-replay")]
mod replay;
#[cfg(not(feature = "dtls-anti-replay"))]
#[path = "replay_off.rs"]
mod replay;
mod seal;
#[cfg(test)]
mod tests;

#[cfg(feature = "dtls-connection-id")]
pub use connection_id::connection_id;
pub use open::{DatagramReader, DatagramRecord};
pub use seal::DatagramWriter;

use codec::{ContentType, ProtocolVersion};

/// Bytes of a record's header without a connection ID (RFC 6347 section 4.1).
pub const HEADER_BYTES: usize = 13;

/// A record's header.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DatagramHeader {
    /// ContentType.
    pub content_type: ContentType,
    /// ProtocolVersion of the record.
    pub version: ProtocolVersion,
    /// Counts the changes of keys.
    pub epoch: u16,
    /// 48 bits, from 0 in each epoch.
    pub sequence_number: u64,
    /// Bytes of the fragment.
    pub len: usize,
}

impl DatagramHeader {
    /// Reads the header of the first record in a datagram.
    #[must_use]
    pub fn read(datagram: &[u8]) -> Option<Self> {
        Self::read_around(datagram, 0)
    }

    /// Reads a header with so many bytes of a connection ID before the length (RFC 9146 section 4).
    fn read_around(datagram: &[u8], connection_id: usize) -> Option<Self> {
        let (front, rest) = datagram.split_first_chunk::<{ HEADER_BYTES - 2 }>()?;
        let (len, _) = rest.get(connection_id..)?.split_first_chunk()?;
        let [content_type, major, minor, e0, e1, s0, s1, s2, s3, s4, s5] = *front;
        Some(Self {
            content_type: ContentType(content_type),
            version: ProtocolVersion(u16::from_be_bytes([major, minor])),
            epoch: u16::from_be_bytes([e0, e1]),
            sequence_number: u64::from_be_bytes([0, 0, s0, s1, s2, s3, s4, s5]),
            len: usize::from(u16::from_be_bytes(*len)),
        })
    }

    /// The header as it is sent; lengths over 2^16-1 have none.
    #[must_use]
    pub fn write(&self) -> Option<[u8; HEADER_BYTES]> {
        let [major, minor] = self.version.0.to_be_bytes();
        let [e0, e1] = self.epoch.to_be_bytes();
        let [_, _, s0, s1, s2, s3, s4, s5] = self.sequence_number.to_be_bytes();
        let [high, low] = u16::try_from(self.len).ok()?.to_be_bytes();
        Some([self.content_type.0, major, minor, e0, e1, s0, s1, s2, s3, s4, s5, high, low])
    }
}
