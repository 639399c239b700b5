//! A flight that is sent, and kept as long as the peer may miss it (RFC 6347 section 4.2.4).

use super::reassembly::{Fragment, HEADER_BYTES};
use crate::Error;
use codec::ContentType;
use handshake::{Flight, Host};
use record::datagram::DatagramWriter;

/// The smallest piece of a message for which a datagram that has records already is filled up.
const WORTHWHILE_BYTES: usize = 64;

/// A flight, and how much of it has been sent this time.
pub(super) struct SentFlight {
    flight: Flight,
    /// Offset of the next message's header.
    message: usize,
    /// Bytes of its body that were sent.
    body: usize,
    change_cipher_spec_sent: bool,
}

impl SentFlight {
    pub(super) const fn new(flight: Flight) -> Self {
        Self { flight, message: 0, body: 0, change_cipher_spec_sent: false }
    }

    /// One that was sent before its connection slept.
    #[cfg(feature = "context-serialization")]
    pub(super) fn sent(flight: Flight) -> Self {
        Self { message: flight.messages().len(), body: 0, change_cipher_spec_sent: true, flight }
    }

    #[cfg(feature = "context-serialization")]
    pub(super) const fn flight(&self) -> &Flight {
        &self.flight
    }

    /// From the start.
    pub(super) const fn again(&mut self) {
        self.message = 0;
        self.body = 0;
        self.change_cipher_spec_sent = false;
    }

    pub(super) fn is_drained(&self) -> bool {
        self.message == self.flight.messages().len() && !self.is_at_change_cipher_spec()
    }

    fn is_at_change_cipher_spec(&self) -> bool {
        !self.change_cipher_spec_sent && self.flight.change_cipher_spec() == Some(self.message)
    }

    /// Epoch of what comes next.
    fn epoch(&self) -> u16 {
        self.flight.change_cipher_spec().is_some_and(|at| self.message >= at).into()
    }

    /// Fills a datagram with as many records as it holds.
    pub(super) fn write(
        &mut self,
        writer: &mut DatagramWriter,
        max_plaintext: usize,
        host: &mut Host<'_>,
        datagram: &mut [u8],
    ) -> Result<usize, Error> {
        let mut written = 0;
        while !self.is_drained() {
            let room = datagram.get_mut(written..).unwrap_or_default();
            let len = if self.is_at_change_cipher_spec() {
                self.write_change_cipher_spec(writer, host, room)?
            } else {
                self.write_fragment(writer, max_plaintext, host, room, written > 0)?
            };
            match len {
                Ok(len) => written += len,
                Err(needed) if written == 0 => return Err(Error::OutputTooSmall { needed }),
                Err(_) => break,
            }
        }
        Ok(written)
    }

    fn write_change_cipher_spec(
        &mut self,
        writer: &mut DatagramWriter,
        host: &mut Host<'_>,
        room: &mut [u8],
    ) -> Result<Result<usize, usize>, Error> {
        let before = writer.headroom(0);
        let Some(byte) = room.get_mut(before) else { return Ok(Err(before + 1)) };
        *byte = 1;
        let range = before..before + 1;
        let len = writer.seal(0, ContentType::CHANGE_CIPHER_SPEC, room, range, host.rng)?;
        self.change_cipher_spec_sent = true;
        Ok(Ok(len))
    }

    /// One record with what of the next message fits, or how many bytes would be needed.
    fn write_fragment(
        &mut self,
        writer: &mut DatagramWriter,
        max_plaintext: usize,
        host: &mut Host<'_>,
        room: &mut [u8],
        begun: bool,
    ) -> Result<Result<usize, usize>, Error> {
        let messages = self.flight.messages().get(self.message..).unwrap_or_default();
        let (mut fragment, body, _) = Fragment::split(messages).ok_or(Error::Internal)?;
        let rest = body.get(self.body..).unwrap_or_default();
        let epoch = self.epoch();
        let (before, after) = (writer.headroom(epoch), writer.tailroom(epoch));
        let overhead = before + HEADER_BYTES + after;
        let space = room.len().saturating_sub(overhead).min(max_plaintext.saturating_sub(HEADER_BYTES));
        let least = if begun { rest.len().min(WORTHWHILE_BYTES) } else { rest.len().min(1) };
        if room.len() < overhead || space < least {
            return Ok(Err(overhead + least));
        }
        let piece = rest.get(..rest.len().min(space)).unwrap_or_default();
        fragment.offset = u32::try_from(self.body).map_err(|_| Error::Internal)?;
        let header = fragment.write(u32::try_from(piece.len()).map_err(|_| Error::Internal)?);
        let plaintext = before..before + HEADER_BYTES + piece.len();
        let place = room.get_mut(plaintext.clone()).and_then(<[u8]>::split_first_chunk_mut);
        let (place_of_header, place_of_piece) = place.ok_or(Error::Internal)?;
        *place_of_header = header;
        place_of_piece.iter_mut().zip(piece).for_each(|(to, from)| *to = *from);
        let (sent, whole) = (self.body + piece.len(), body.len());
        let len = writer.seal(epoch, ContentType::HANDSHAKE, room, plaintext, host.rng)?;
        if sent == whole {
            self.message += HEADER_BYTES + whole;
            self.body = 0;
        } else {
            self.body = sent;
        }
        Ok(Ok(len))
    }
}
