//! Outgoing messages in their wire form, and where ChangeCipherSpec stands among them (RFC 5246 section 7.3).

use crate::{Error, framing::Framing, limits, transcript::Transcript};
use codec::{HandshakeType, Writer};
use memory::Bytes;

/// A flight: handshake messages with their headers, in datagrams those of messages that are not cut. What stands after ChangeCipherSpec goes out under the
/// new write state.
pub struct Flight {
    messages: Bytes,
    change_cipher_spec: Option<usize>,
}

impl Flight {
    pub(crate) const fn new() -> Self {
        Self { messages: Bytes::with_cap(limits::MAX_FLIGHT_BYTES), change_cipher_spec: None }
    }

    /// Appends a message whose body `encode` writes, and takes it into the transcript.
    pub(crate) fn push(
        &mut self,
        transcript: &mut Transcript,
        framing: &mut Framing,
        message_type: HandshakeType,
        encode: impl FnOnce(&mut Writer<'_>) -> Result<(), codec::Error>,
    ) -> Result<(), Error> {
        let start = self.messages.len();
        self.write(framing, message_type, encode)?;
        transcript.update(self.messages.get(start..).unwrap_or_default())?;
        Ok(())
    }

    /// Appends a message that the transcript is yet to see.
    pub(crate) fn write(
        &mut self,
        framing: &mut Framing,
        message_type: HandshakeType,
        encode: impl FnOnce(&mut Writer<'_>) -> Result<(), codec::Error>,
    ) -> Result<(), Error> {
        let start = self.messages.len();
        let mut writer = Writer::new(&mut self.messages);
        writer.u8(message_type.0).and_then(|()| writer.vec24(encode)).map_err(Error::encoding)?;
        Ok(framing.complete(&mut self.messages, start)?)
    }

    /// Makes room for a message that is known to be large.
    pub(crate) fn reserve(&mut self, bytes: usize) -> Result<(), Error> {
        Ok(self.messages.reserve(bytes)?)
    }

    /// What follows goes out under the new write state.
    pub(crate) fn push_change_cipher_spec(&mut self) {
        self.change_cipher_spec = Some(self.messages.len());
    }

    /// One that was sent before its connection slept: its messages, and where ChangeCipherSpec stands among them.
    #[must_use]
    pub const fn of_sleeper(messages: Bytes, change_cipher_spec: Option<usize>) -> Self {
        Self { messages, change_cipher_spec }
    }

    /// The messages in wire form.
    #[must_use]
    pub fn messages(&self) -> &[u8] {
        &self.messages
    }

    /// Type and length of each message, behind headers of so many bytes.
    pub fn headers(&self, header_len: usize) -> impl Iterator<Item = (HandshakeType, usize)> + '_ {
        let mut rest = self.messages();
        core::iter::from_fn(move || {
            let [message_type, high, middle, low, ..] = rest else { return None };
            let len = usize::from(*high) << 16 | usize::from(*middle) << 8 | usize::from(*low);
            rest = rest.get(header_len + len..).unwrap_or_default();
            Some((HandshakeType(*message_type), len))
        })
    }

    /// The offset in [`Flight::messages`] before which ChangeCipherSpec is sent, if this flight has one.
    #[must_use]
    pub const fn change_cipher_spec(&self) -> Option<usize> {
        self.change_cipher_spec
    }
}
