//! A TLS connection over a stream: bytes in, bytes out, no I/O (RFC 5246).
//!
//! The caller owns every record buffer. [`Connection::receive`] opens records in place and reports one thing a call;
//! [`Connection::poll_transmit`] writes what waits to be sent; [`Connection::send`] and [`Connection::seal`] make
//! records of application data. A connection that is idle owns two record protections, two counters and its facts.

use crate::{Error, Event, Misuse, Received, Sent, handshaking::Handshaking, limits, outgoing::Outgoing};
use codec::{Alert, AlertDescription, AlertLevel, Chunk, ContentType, HandshakeType, Reason};
use core::ops::Range;
use handshake::{Facts, Host, Step};
use memory::Boxed;
use record::{Opened, Reader, Writer};

/// Where a connection stands.
enum Phase<'c> {
    /// Everything that only the handshake needs; dropped when the connection is up.
    Handshake(Boxed<Handshaking<'c>>),
    Connected,
    Failed,
}

/// Which side this end is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Side {
    Client,
    Server,
}

/// A TLS connection, client or server.
pub struct Connection<'c> {
    side: Side,
    phase: Phase<'c>,
    reader: Reader,
    writer: Writer,
    outgoing: Outgoing,
    facts: Option<Facts>,
    /// Records in a row that carried nothing.
    without_progress: u8,
    received_close: bool,
    sent_close: bool,
}

impl<'c> Connection<'c> {
    /// Starts a client's handshake; call [`Connection::poll_transmit`] for its first flight.
    ///
    /// # Errors
    /// [`Error::OutOfMemory`], [`Error::Entropy`], or a configuration that offers nothing.
    #[cfg(feature = "client")]
    pub fn client(
        config: &'c handshake::ClientConfig<'c>,
        peer: handshake::Peer<'c>,
        host: &mut Host<'_>,
    ) -> Result<Self, Error> {
        Ok(Self::new(Side::Client, Handshaking::client(config, peer, host)?))
    }

    /// Waits for a client.
    ///
    /// # Errors
    /// [`Error::OutOfMemory`], or a configuration that accepts nothing.
    #[cfg(feature = "server")]
    pub fn server(config: &'c handshake::ServerConfig<'c>, _host: &mut Host<'_>) -> Result<Self, Error> {
        Ok(Self::new(Side::Server, Handshaking::server(config)?))
    }

    fn new(side: Side, handshaking: Boxed<Handshaking<'c>>) -> Self {
        Self {
            side,
            phase: Phase::Handshake(handshaking),
            reader: Reader::new(),
            writer: Writer::new(),
            outgoing: Outgoing::default(),
            facts: None,
            without_progress: 0,
            received_close: false,
            sent_close: false,
        }
    }

    /// What was agreed and checked, once the handshake is complete.
    #[must_use]
    pub const fn facts(&self) -> Option<&Facts> {
        self.facts.as_ref()
    }

    /// Whether application data may be sent.
    #[must_use]
    pub const fn is_connected(&self) -> bool {
        self.facts.is_some() && !matches!(self.phase, Phase::Failed) && !self.sent_close
    }

    /// Takes received bytes: at most one record, or one message of it. `buf` is what the caller has; bytes past
    /// `used` must be presented again, unchanged, at the start of the next call. Call again while `used` is not 0 or
    /// the event is not [`Event::NeedMore`]. After every call ask [`Connection::poll_transmit`].
    ///
    /// # Errors
    /// Any; the connection has then failed for good, and `poll_transmit` has the alert for the peer.
    pub fn receive(&mut self, host: &mut Host<'_>, buf: &mut [u8]) -> Result<Received, Error> {
        let received = self.receive_one(host, buf);
        self.fail_on_error(received)
    }

    /// Goes on with slow work within the host's budget, to its end without one.
    ///
    /// # Errors
    /// As [`Connection::receive`]; [`Misuse::NoWork`] when there is none.
    pub fn advance(&mut self, host: &mut Host<'_>) -> Result<Event, Error> {
        let event = match &mut self.phase {
            Phase::Handshake(handshaking) if handshaking.has_work() => match handshaking.advance(host) {
                Ok(step) => self.after(step, host),
                Err(error) => Err(error),
            },
            Phase::Handshake(_) | Phase::Connected | Phase::Failed => {
                return Err(Error::Misuse(Misuse::NoWork));
            }
        };
        self.fail_on_error(event)
    }

    /// Writes waiting records (handshake flights, alerts) to the front of `out` and returns their length; 0 when
    /// nothing waits. Ask after `client`, `receive`, `advance` and `close`, also when they failed, until it says 0.
    ///
    /// # Errors
    /// [`Error::OutputTooSmall`] when `out` cannot hold the smallest record, [`Error::Entropy`], limits.
    pub fn poll_transmit(&mut self, host: &mut Host<'_>, out: &mut [u8]) -> Result<usize, Error> {
        let written = self.transmit(host, out);
        match written {
            Err(Error::OutputTooSmall { .. }) => written,
            // Records that were made before the error are lost with it.
            Ok(_) | Err(_) => self.fail_on_error(written),
        }
    }

    fn transmit(&mut self, host: &mut Host<'_>, out: &mut [u8]) -> Result<usize, Error> {
        let mut written = 0;
        if let Phase::Handshake(handshaking) = &mut self.phase {
            written = handshaking.transmit(&mut self.writer, host, out)?;
            if self.facts.is_some() && handshaking.is_drained() {
                self.phase = Phase::Connected;
            }
        }
        let rest = out.get_mut(written..).unwrap_or_default();
        match self.outgoing.transmit(&mut self.writer, host, rest) {
            Ok(more) => Ok(written + more),
            // What is written already goes out first; the next call finds an empty buffer.
            Err(Error::OutputTooSmall { .. }) if written > 0 => Ok(written),
            Err(error) => Err(error),
        }
    }

    /// Makes at most one record of `payload` at the front of `out` (one copy).
    ///
    /// # Errors
    /// [`Misuse::NotConnected`], [`Misuse::Closed`], [`Misuse::TransmitFirst`] while `poll_transmit` has something,
    /// [`Error::OutputTooSmall`], [`Error::Entropy`], limits.
    pub fn send(&mut self, host: &mut Host<'_>, payload: &[u8], out: &mut [u8]) -> Result<Sent, Error> {
        self.may_send()?;
        let (before, after) = (self.headroom(), self.tailroom());
        let overhead = before + after;
        let too_small = Error::OutputTooSmall { needed: overhead + 1 };
        let room = out.len().checked_sub(overhead).filter(|room| *room > 0).ok_or(too_small)?;
        let consumed = payload.len().min(room).min(limits::MAX_PLAINTEXT_BYTES);
        let from = payload.get(..consumed).unwrap_or_default();
        out.get_mut(before..before + consumed).ok_or(too_small)?.copy_from_slice(from);
        let sealed = self.seal(host, out, before..before + consumed)?;
        Ok(Sent { consumed, written: sealed.end })
    }

    /// Makes one record of the plaintext that stands at `payload` in `buf`, in place, and says where the record
    /// stands. There must be [`Connection::headroom`] bytes before and [`Connection::tailroom`] bytes after it.
    ///
    /// # Errors
    /// As [`Connection::send`]; [`Misuse::BadRange`] for a range without that room, or of more than 2^14 bytes.
    pub fn seal(
        &mut self,
        host: &mut Host<'_>,
        buf: &mut [u8],
        payload: Range<usize>,
    ) -> Result<Range<usize>, Error> {
        self.may_send()?;
        Ok(self.writer.seal(ContentType::APPLICATION_DATA, buf, payload, host.rng)?)
    }

    /// Bytes that a record needs before its plaintext.
    #[must_use]
    pub fn headroom(&self) -> usize {
        self.writer.headroom()
    }

    /// The most bytes that a record needs after its plaintext.
    #[must_use]
    pub fn tailroom(&self) -> usize {
        self.writer.tailroom()
    }

    /// Ends our side in order: `poll_transmit` has the close_notify. The peer's data may still be received; a handshake
    /// that is not complete ends.
    pub fn close(&mut self) {
        if !self.sent_close && !matches!(self.phase, Phase::Failed) {
            self.sent_close = true;
            self.outgoing.push(Alert::warning(AlertDescription::CLOSE_NOTIFY));
            if self.facts.is_none() {
                self.phase = Phase::Failed;
            }
        }
    }

    /// Tells that the transport has ended.
    ///
    /// # Errors
    /// [`Error::Truncated`] when the peer had not closed in order (RFC 5246 section 7.2.1).
    pub fn end_of_stream(&mut self) -> Result<(), Error> {
        if self.received_close {
            return Ok(());
        }
        self.phase = Phase::Failed;
        Err(Error::Truncated)
    }

    /// Tells that [`Event::NeedMore`] asked for more bytes than the caller's buffer can ever hold; the connection
    /// ends, and `poll_transmit` has the alert.
    pub fn refuse_record(&mut self, needed: usize) -> Error {
        let error = Error::RecordTooLarge { needed };
        self.fail(error);
        error
    }

    fn may_send(&self) -> Result<(), Error> {
        match &self.phase {
            Phase::Connected if self.sent_close => Err(Error::Misuse(Misuse::Closed)),
            Phase::Connected if !self.outgoing.is_empty() => Err(Error::Misuse(Misuse::TransmitFirst)),
            Phase::Connected => Ok(()),
            Phase::Handshake(_) if self.facts.is_some() => Err(Error::Misuse(Misuse::TransmitFirst)),
            Phase::Handshake(_) => Err(Error::Misuse(Misuse::NotConnected)),
            Phase::Failed => Err(Error::Misuse(Misuse::Closed)),
        }
    }

    fn receive_one(&mut self, host: &mut Host<'_>, buf: &mut [u8]) -> Result<Received, Error> {
        if self.received_close {
            return Ok(Received { used: buf.len(), event: Event::Closed });
        }
        let chunk_limit = match &self.phase {
            Phase::Handshake(handshaking) if handshaking.has_work() => {
                return Ok(Received { used: 0, event: Event::Work });
            }
            Phase::Handshake(handshaking) => handshaking.chunk_limit(),
            Phase::Connected => usize::MAX,
            Phase::Failed => return Err(Error::Misuse(Misuse::Closed)),
        };
        let (used, opened) = self.reader.next(buf, chunk_limit)?;
        let event = match opened {
            Opened::NeedMore(needed) => Event::NeedMore(needed),
            Opened::Handshake(chunk) => self.on_chunk(chunk, host)?,
            Opened::ChangeCipherSpec => self.on_change_cipher_spec(host)?,
            Opened::Alert(alert) => self.on_alert(alert)?,
            Opened::Data(range) => self.on_data(range)?,
        };
        Ok(Received { used, event })
    }

    fn on_chunk(&mut self, chunk: Chunk<'_>, host: &mut Host<'_>) -> Result<Event, Error> {
        match &mut self.phase {
            Phase::Handshake(handshaking) if self.facts.is_none() => {
                let step = handshaking.on_chunk(chunk, host)?;
                self.after(step, host)
            }
            Phase::Handshake(_) | Phase::Connected => self.on_renegotiation(chunk),
            Phase::Failed => Err(Error::Misuse(Misuse::Closed)),
        }
    }

    /// Renegotiation is refused with a warning, once for each time it is asked for (RFC 5246 section 7.2.2).
    fn on_renegotiation(&mut self, chunk: Chunk<'_>) -> Result<Event, Error> {
        let (asks, longest) = match self.side {
            Side::Client => (HandshakeType::HELLO_REQUEST, 0),
            Side::Server => (HandshakeType::CLIENT_HELLO, handshake::limits::MAX_MESSAGE_BYTES),
        };
        if chunk.message_type != asks {
            return Err(Error::UnexpectedMessage(chunk.message_type));
        }
        if chunk.total > longest {
            return Err(Reason::MessageTooLong.into());
        }
        if !chunk.is_last() {
            return Ok(Event::None);
        }
        self.no_progress()?;
        if self.sent_close {
            return Ok(Event::None);
        }
        self.outgoing.push(Alert::warning(AlertDescription::NO_RENEGOTIATION));
        Ok(Event::Transmit)
    }

    fn on_change_cipher_spec(&mut self, host: &mut Host<'_>) -> Result<Event, Error> {
        match &mut self.phase {
            Phase::Handshake(handshaking) if self.facts.is_none() => {
                let (step, protection) = handshaking.on_change_cipher_spec(host)?;
                self.reader.install(protection);
                self.after(step, host)
            }
            Phase::Handshake(_) | Phase::Connected | Phase::Failed => {
                Err(Reason::UnexpectedChangeCipherSpec.into())
            }
        }
    }

    /// RFC 5246 section 7.2.
    fn on_alert(&mut self, alert: Alert) -> Result<Event, Error> {
        match (alert.level, alert.description) {
            (_, AlertDescription::CLOSE_NOTIFY) => {
                self.received_close = true;
                self.close();
                Ok(Event::Closed)
            }
            (AlertLevel::WARNING, description) => {
                self.no_progress()?;
                Ok(Event::Warning(description))
            }
            (_, description) => Err(Error::AlertReceived(description)),
        }
    }

    /// Application data before the handshake is complete is refused; empty records are counted.
    fn on_data(&mut self, range: Range<usize>) -> Result<Event, Error> {
        if self.facts.is_none() {
            return Err(Reason::UnexpectedMessage.into());
        }
        if range.is_empty() {
            self.no_progress()?;
            return Ok(Event::None);
        }
        self.without_progress = 0;
        Ok(Event::Data(range))
    }

    fn no_progress(&mut self) -> Result<(), Error> {
        self.without_progress += 1;
        if self.without_progress > limits::MAX_RECORDS_WITHOUT_PROGRESS {
            return Err(Reason::TooManyRecordsWithoutProgress.into());
        }
        Ok(())
    }

    /// What a step of the machine means for the record layer and the caller.
    fn after(&mut self, step: Step, host: &mut Host<'_>) -> Result<Event, Error> {
        let Phase::Handshake(handshaking) = &mut self.phase else { return Err(Error::Internal) };
        let step = handshaking.finish_work(step, host)?;
        if let Some(version) = handshaking.version() {
            self.reader.set_version(version);
            self.writer.set_version(version);
        }
        Ok(match step {
            Step::WaitPeer => Event::None,
            Step::Work => Event::Work,
            Step::SendFlight => Event::Transmit,
            Step::Connected | Step::SendFlightConnected => {
                let connected = handshaking.take_connected().ok_or(Error::Internal)?;
                self.facts = Some(*connected.facts());
                self.without_progress = 0;
                if handshaking.is_drained() {
                    self.phase = Phase::Connected;
                }
                Event::Connected
            }
        })
    }

    fn fail_on_error<T>(&mut self, result: Result<T, Error>) -> Result<T, Error> {
        if let Err(error) = &result {
            self.fail(*error);
        }
        result
    }

    /// Everything of the handshake is dropped; what is left is the alert.
    fn fail(&mut self, error: Error) {
        if matches!(self.phase, Phase::Failed) {
            return;
        }
        if let Phase::Handshake(handshaking) = &mut self.phase
            && let Some(version) = handshaking.version()
        {
            self.writer.set_version(version);
        }
        self.phase = Phase::Failed;
        // After close_notify nothing is sent (RFC 5246 section 7.2.1).
        if self.sent_close {
            return;
        }
        self.outgoing.clear();
        if let Some(description) = error.alert() {
            self.outgoing.push(Alert::fatal(description));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_connection_may_move_to_another_thread() {
        fn moves<T: Send>() {}
        moves::<Connection<'static>>();
    }
}
