//! Without the feature `dtls` there are streams only, whose messages stand behind 4 bytes of header (RFC 5246 section 7.4).

use codec::{Error, HandshakeType, message::ClientHello};
use memory::{Bytes, OutOfMemory};

/// A stream.
#[derive(Clone, Copy)]
pub(crate) struct Framing;

/// A message's header.
pub(crate) struct Header([u8; 4]);

impl Header {
    pub(crate) const fn bytes(&self) -> &[u8] {
        &self.0
    }
}

#[expect(clippy::unused_self, clippy::needless_pass_by_ref_mut, reason = "as with the feature `dtls`")]
impl Framing {
    pub(crate) const fn new(_: bool) -> Self {
        Self
    }

    pub(crate) const fn header_len(self) -> usize {
        4
    }

    pub(crate) const fn is_datagram(self) -> bool {
        false
    }

    pub(crate) const fn begin(&mut self) {}

    pub(crate) const fn received(self, message_type: HandshakeType, total: u32) -> Header {
        let [_, high, middle, low] = total.to_be_bytes();
        Header([message_type.0, high, middle, low])
    }

    pub(crate) const fn complete(&mut self, _: &mut Bytes, _: usize) -> Result<(), OutOfMemory> {
        Ok(())
    }

    pub(crate) fn decode_client_hello(self, body: &[u8]) -> Result<ClientHello<'_>, Error> {
        ClientHello::decode(body)
    }
}
