//! How drivers hand handshake messages to the machines: in order, in pieces of any size.

use crate::HandshakeType;

/// A piece of one handshake message's body, in order. The deframer never joins; whoever needs a whole message does.
#[derive(Clone, Copy, Debug)]
pub struct Chunk<'a> {
    /// The message's type.
    pub message_type: HandshakeType,
    /// The length of the whole body in bytes.
    pub total: u32,
    /// How many bytes of the body came before this piece.
    pub offset: u32,
    /// The piece; empty only when the body is.
    pub bytes: &'a [u8],
}

impl Chunk<'_> {
    /// Whether the body ends with this piece.
    #[must_use]
    pub fn is_last(&self) -> bool {
        u32::try_from(self.bytes.len()).ok().and_then(|len| self.offset.checked_add(len)) == Some(self.total)
    }

    /// Whether this piece is the whole body.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        self.offset == 0 && self.is_last()
    }
}
