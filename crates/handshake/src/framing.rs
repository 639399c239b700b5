//! How messages stand on the wire and in the transcript: on a stream behind 4 bytes of header (RFC 5246 section 7.4), in
//! datagrams behind 12 (RFC 6347 section 4.2.2), as if no message were cut.

use codec::{Error, HandshakeType, message::ClientHello};
use memory::{Bytes, OutOfMemory};

/// Bytes of a message's header in datagrams.
pub(crate) const DATAGRAM_HEADER_BYTES: usize = 12;
/// Bytes of a message's header on a stream.
const STREAM_HEADER_BYTES: usize = 4;

/// Stream or datagrams, with what numbers the messages there.
#[derive(Clone, Copy)]
pub(crate) enum Framing {
    Stream,
    Datagram {
        /// message_seq of the next message that goes out.
        next_sent: u16,
        /// message_seq of the next message that comes in.
        next_received: u16,
    },
}

/// A message's header.
pub(crate) struct Header {
    bytes: [u8; DATAGRAM_HEADER_BYTES],
    len: usize,
}

impl Header {
    pub(crate) fn bytes(&self) -> &[u8] {
        self.bytes.get(..self.len).unwrap_or_default()
    }
}

impl Framing {
    pub(crate) const fn new(datagram: bool) -> Self {
        if datagram { Self::Datagram { next_sent: 0, next_received: 0 } } else { Self::Stream }
    }

    /// Numbers both directions from here: a first ClientHello that was answered without state has used up the numbers
    /// before.
    pub(crate) const fn start_at(&mut self, message_seq: u16) {
        if let Self::Datagram { next_sent, next_received } = self {
            *next_sent = message_seq;
            *next_received = message_seq;
        }
    }

    /// Bytes of a message's header.
    pub(crate) const fn header_len(self) -> usize {
        match self {
            Self::Stream => STREAM_HEADER_BYTES,
            Self::Datagram { .. } => DATAGRAM_HEADER_BYTES,
        }
    }

    pub(crate) const fn is_datagram(self) -> bool {
        matches!(self, Self::Datagram { .. })
    }

    /// A message has come; its header is then that of [`Framing::received`].
    pub(crate) const fn begin(&mut self) {
        if let Self::Datagram { next_received, .. } = self {
            *next_received = next_received.wrapping_add(1);
        }
    }

    /// The header of the message that came last.
    pub(crate) fn received(self, message_type: HandshakeType, total: u32) -> Header {
        let [_, high, middle, low] = total.to_be_bytes();
        match self {
            Self::Stream => {
                let bytes = [message_type.0, high, middle, low, 0, 0, 0, 0, 0, 0, 0, 0];
                Header { bytes, len: STREAM_HEADER_BYTES }
            }
            Self::Datagram { next_received, .. } => {
                let [seq_high, seq_low] = next_received.wrapping_sub(1).to_be_bytes();
                let bytes =
                    [message_type.0, high, middle, low, seq_high, seq_low, 0, 0, 0, high, middle, low];
                Header { bytes, len: DATAGRAM_HEADER_BYTES }
            }
        }
    }

    /// Turns the 4-byte header at `start` of the message that ends `messages` into the one that is sent.
    pub(crate) fn complete(&mut self, messages: &mut Bytes, start: usize) -> Result<(), OutOfMemory> {
        let Self::Datagram { next_sent, .. } = self else { return Ok(()) };
        let end = messages.len();
        messages.extend(&[0; DATAGRAM_HEADER_BYTES - STREAM_HEADER_BYTES])?;
        let body = start + STREAM_HEADER_BYTES;
        messages.copy_within(body..end, start + DATAGRAM_HEADER_BYTES);
        let [seq_high, seq_low] = next_sent.to_be_bytes();
        *next_sent = next_sent.wrapping_add(1);
        if let Some([_, high, middle, low, rest @ ..]) =
            messages.get_mut(start..start + DATAGRAM_HEADER_BYTES)
        {
            rest.copy_from_slice(&[seq_high, seq_low, 0, 0, 0, *high, *middle, *low]);
        }
        Ok(())
    }

    /// ClientHello has a cookie in datagrams.
    pub(crate) fn decode_client_hello(self, body: &[u8]) -> Result<ClientHello<'_>, Error> {
        if self.is_datagram() { ClientHello::decode_datagram(body) } else { ClientHello::decode(body) }
    }
}
