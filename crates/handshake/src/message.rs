//! What a machine takes in: whole messages from chunks, borrowed when they came whole, joined when they were split; and
//! ChangeCipherSpec.

use crate::{Error, limits};
use codec::{Chunk, HandshakeType, Reason};
use memory::Bytes;

/// What a machine takes in.
#[derive(Clone, Copy)]
pub(crate) enum Input<'a> {
    /// A whole message.
    Message(HandshakeType, &'a [u8]),
    /// ChangeCipherSpec.
    ChangeCipherSpec,
}

/// What a piece of a Certificate came to, which is taken in piece by piece.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Piece {
    /// More pieces are needed.
    Part,
    /// A certificate is complete: its signature is checked, then come more.
    Certificate,
    /// The message has ended: what is left is checked, then comes the verdict.
    End,
}

impl Input<'_> {
    /// The error of what has no arrow from the state (RFC 5246 section 7.2.2: unexpected_message).
    pub(crate) const fn unexpected(self) -> Error {
        match self {
            Self::Message(message_type, _) => Error::Unexpected(message_type),
            Self::ChangeCipherSpec => Error::Violation(Reason::UnexpectedChangeCipherSpec),
        }
    }
}

/// Joins the chunks of one message. The memory grows with what has arrived and is freed with the message.
pub(crate) struct Joiner {
    joined: Bytes,
}

/// What a chunk came to.
pub(crate) enum Joined<'a> {
    /// More chunks are needed.
    Part,
    /// The whole body, borrowed from the chunk.
    Borrowed(&'a [u8]),
    /// The whole body, joined.
    Owned(Bytes),
}

impl Joiner {
    pub(crate) const fn new() -> Self {
        Self { joined: Bytes::with_cap(limits::MAX_MESSAGE_BYTES as usize) }
    }

    pub(crate) fn push<'a>(&mut self, chunk: Chunk<'a>) -> Result<Joined<'a>, Error> {
        if chunk.total > limits::MAX_MESSAGE_BYTES {
            return Err(Reason::MessageTooLong.into());
        }
        if chunk.is_whole() {
            return Ok(Joined::Borrowed(chunk.bytes));
        }
        self.make_room(&chunk)?;
        self.joined.extend(chunk.bytes)?;
        Ok(if chunk.is_last() { Joined::Owned(self.joined.take()) } else { Joined::Part })
    }

    /// Grows in steps: byte by byte a message would be copied once for each of its bytes, and all at once a peer that
    /// only announces would cost as much as one that sends.
    fn make_room(&mut self, chunk: &Chunk<'_>) -> Result<(), Error> {
        let total = usize::try_from(chunk.total).map_err(|_| Reason::MessageTooLong)?;
        let room =
            (self.joined.len() + chunk.bytes.len()).next_multiple_of(limits::JOIN_STEP_BYTES).min(total);
        Ok(self.joined.reserve(room.saturating_sub(self.joined.len()))?)
    }
}
