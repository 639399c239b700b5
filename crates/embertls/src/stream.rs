//! A TLS connection over a stream: bytes in, bytes out, no I/O (RFC 5246).
//!
//! The caller owns every record buffer. [`Connection::receive`] opens records in place and reports one thing a call;
//! [`Connection::poll_transmit`] writes what waits to be sent; [`Connection::send`] and [`Connection::seal`] make
//! records of application data. A connection that is idle owns two record protections, two counters and its facts.

#[cfg(feature = "context-serialization")]
mod frozen;

use crate::{
    Error, Event, Misuse, Received, Sent,
    belongs::Belongs,
    handshaking::{self, Handshaking},
    limits,
    outgoing::Outgoing,
    phase::Phase,
    renegotiation::Renegotiator,
};
use codec::{Alert, AlertDescription, AlertLevel, Chunk, ContentType, HandshakeType, Reason};
use core::ops::Range;
use handshake::{Answer, Connected, Facts, Host, Request, Step, trace};
use memory::Boxed;
use record::{Opened, Reader, Writer};
use suites::SizeLimits;

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
    #[cfg_attr(not(feature = "context-serialization"), expect(dead_code, reason = "then it is empty"))]
    belongs: Belongs<'c>,
    reader: Reader,
    writer: Writer,
    outgoing: Outgoing,
    /// The outcome of the last handshake.
    connected: Option<Boxed<Connected>>,
    renegotiator: Renegotiator<'c>,
    /// What the session stands under in the store.
    session_key: Option<[u8; 32]>,
    /// Bytes of plaintext that the peer may put into a protected record.
    receive_limit: usize,
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
        let handshaking = Handshaking::client(config, peer, None, host)?;
        let (belongs, renegotiator) = (Belongs::client(config, peer), Renegotiator::client(config, peer));
        Ok(Self::new(Side::Client, belongs, handshaking, renegotiator, &config.size_limits))
    }

    /// Waits for a client.
    ///
    /// # Errors
    /// [`Error::OutOfMemory`], or a configuration that accepts nothing.
    #[cfg(feature = "server")]
    pub fn server(config: &'c handshake::ServerConfig<'c>, _host: &mut Host<'_>) -> Result<Self, Error> {
        let handshaking = Handshaking::server(config, None)?;
        let (belongs, renegotiator) = (Belongs::server(config), Renegotiator::server(config));
        Ok(Self::new(Side::Server, belongs, handshaking, renegotiator, &config.size_limits))
    }

    fn new(
        side: Side,
        belongs: Belongs<'c>,
        handshaking: Boxed<Handshaking<'c>>,
        renegotiator: Renegotiator<'c>,
        size_limits: &SizeLimits,
    ) -> Self {
        Self {
            side,
            phase: Phase::Handshake(handshaking),
            belongs,
            reader: Reader::new(),
            writer: Writer::new(),
            outgoing: Outgoing::default(),
            connected: None,
            renegotiator,
            session_key: None,
            receive_limit: size_limits.record_size_limit.map_or(limits::MAX_PLAINTEXT_BYTES, usize::from),
            without_progress: 0,
            received_close: false,
            sent_close: false,
        }
    }

    /// What was agreed and checked, once the handshake is complete; after a renegotiation, by the last one.
    #[must_use]
    pub fn facts(&self) -> Option<&Facts> {
        self.connected.as_ref().map(|connected| connected.facts())
    }

    #[cfg(feature = "export-keys")]
    pub(crate) fn connected(&self) -> Option<&Connected> {
        self.connected.as_deref()
    }

    /// The peer's certificates in DER, its own first; none unless the configuration asked to keep them. A session that
    /// is resumed has none.
    pub fn peer_chain(&self) -> impl Iterator<Item = &[u8]> {
        self.connected.iter().flat_map(|connected| connected.peer_chain())
    }

    /// The identity of the pre-shared key that the handshake used, ours for a client and the client's for a server; None
    /// without one (RFC 4279). A session that is resumed has that of its first handshake.
    #[must_use]
    pub fn psk_identity(&self) -> Option<&[u8]> {
        self.connected.as_ref()?.psk_identity()
    }

    /// The channel binding `tls-unique`: the first Finished of the last handshake (RFC 5929 section 3). It identifies the
    /// connection only with the extended master secret (RFC 7627 section 7); without, there is none here.
    #[must_use]
    pub fn tls_unique(&self) -> Option<&[u8; 12]> {
        self.connected.as_ref()?.tls_unique()
    }

    /// Whether a handshake is under way: the first, or a renegotiation.
    #[must_use]
    pub fn is_handshaking(&self) -> bool {
        matches!(&self.phase, Phase::Handshake(handshaking) if !handshaking.is_complete())
    }

    /// Whether application data may be sent; while a renegotiation is under way, when it is done.
    #[must_use]
    pub const fn is_connected(&self) -> bool {
        self.connected.is_some() && !matches!(self.phase, Phase::Failed) && !self.sent_close
    }

    /// Takes received bytes: at most one record, or one message of it. `buf` is what the caller has; bytes past
    /// `used` must be presented again, unchanged, at the start of the next call. Call again while `used` is not 0 or
    /// the event is not [`Event::NeedMore`]. After every call ask [`Connection::poll_transmit`].
    ///
    /// # Errors
    /// Any; the connection has then failed for good, and `poll_transmit` has the alert for the peer.
    pub fn receive(&mut self, host: &mut Host<'_>, buf: &mut [u8]) -> Result<Received, Error> {
        let received = self.receive_one(host, buf);
        self.fail_on_error(received, host)
    }

    /// Goes on with slow work within the host's budget, to its end without one.
    ///
    /// # Errors
    /// As [`Connection::receive`]; [`Misuse::NoWork`] when there is none.
    pub fn advance(&mut self, host: &mut Host<'_>) -> Result<Event, Error> {
        let step = self.phase.working()?.advance(host);
        let event = step.and_then(|step| self.after(step, host));
        self.fail_on_error(event, host)
    }

    /// What the connection asks after [`Event::Request`].
    #[must_use]
    pub fn request(&self) -> Option<Request<'_>> {
        self.phase.request()
    }

    /// Answers [`Connection::request`]: for a credential its index in the configuration, or any other number for none.
    ///
    /// # Errors
    /// As [`Connection::receive`]; [`Misuse::NoRequest`] when nothing is asked.
    pub fn answer(&mut self, host: &mut Host<'_>, answer: usize) -> Result<Event, Error> {
        self.answer_with(host, Answer::Credential(answer))
    }

    /// Answers [`Connection::request`] of any kind. Then comes what [`Event`] says.
    ///
    /// # Errors
    /// As [`Connection::receive`]; [`Misuse::NoRequest`] when nothing is asked, or something else: the connection still waits.
    pub fn answer_with(&mut self, host: &mut Host<'_>, answer: Answer<'_>) -> Result<Event, Error> {
        let step = self.phase.asking(&answer)?.answer(answer, host);
        let event = step.and_then(|step| self.after(step, host));
        self.fail_on_error(event, host)
    }

    /// Negotiates the connection anew (RFC 5746): a client begins, a server asks for it. Then comes `poll_transmit`. No
    /// data is sent before the end, which is [`Event::Connected`]; a peer that refuses is [`Event::Warning`].
    ///
    /// # Errors
    /// [`Misuse::Renegotiation`] when the configuration, the feature or the peer does not allow it; otherwise as
    /// [`Connection::client`].
    pub fn renegotiate(&mut self, host: &mut Host<'_>) -> Result<(), Error> {
        self.may_send()?;
        let Some(connected) = &self.connected else { return Err(Error::Misuse(Misuse::NotConnected)) };
        match self.side {
            Side::Client => {
                let started = self.renegotiator.start(connected, host);
                let handshaking = self.fail_on_error(started, host)?;
                self.phase = Phase::Handshake(handshaking.ok_or(Error::Misuse(Misuse::Renegotiation))?);
            }
            Side::Server if self.renegotiator.is_allowed(connected) => self.outgoing.request_hello(),
            Side::Server => return Err(Error::Misuse(Misuse::Renegotiation)),
        }
        Ok(())
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
            Ok(_) | Err(_) => self.fail_on_error(written, host),
        }
    }

    fn transmit(&mut self, host: &mut Host<'_>, out: &mut [u8]) -> Result<usize, Error> {
        let mut written = 0;
        if let Phase::Handshake(handshaking) = &mut self.phase {
            written = handshaking.transmit(&mut self.writer, host, out)?;
            if handshaking.is_complete() && handshaking.is_drained() {
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
        let consumed = payload.len().min(room).min(self.writer.max_plaintext());
        let from = payload.get(..consumed).unwrap_or_default();
        out.get_mut(before..before + consumed).ok_or(too_small)?.copy_from_slice(from);
        let sealed = self.seal(host, out, before..before + consumed)?;
        let written = sealed.len();
        if sealed.start > 0 {
            out.copy_within(sealed, 0);
        }
        Ok(Sent { consumed, written })
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
        trace!(host, Record, "=> {} bytes of application data", payload.len());
        Ok(self.writer.seal(ContentType::APPLICATION_DATA, buf, payload, host.rng)?)
    }

    /// Bytes that a record needs before its plaintext.
    #[must_use]
    pub fn headroom(&self) -> usize {
        self.writer.headroom(ContentType::APPLICATION_DATA)
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
            match &self.phase {
                // What is left of a handshake that is complete goes out first.
                Phase::Handshake(handshaking) if handshaking.is_complete() => {}
                Phase::Handshake(_) if self.connected.is_some() => self.phase = Phase::Connected,
                Phase::Handshake(_) => self.phase = Phase::Failed,
                Phase::Connected | Phase::Failed => {}
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
            Phase::Handshake(_) if self.connected.is_some() => Err(Error::Misuse(Misuse::TransmitFirst)),
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
            Phase::Handshake(handshaking) if handshaking.request().is_some() => {
                return Ok(Received { used: 0, event: Event::Request });
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
            Opened::Alert(alert) => {
                trace!(host, State, "<= alert {:?} {:?}", alert.level, alert.description);
                self.on_alert(alert)?
            }
            Opened::Data(range) => {
                trace!(host, Record, "<= {} bytes of application data", range.len());
                self.on_data(range)?
            }
        };
        Ok(Received { used, event })
    }

    fn on_chunk(&mut self, chunk: Chunk<'_>, host: &mut Host<'_>) -> Result<Event, Error> {
        if chunk.offset == 0 {
            trace!(host, State, "<= {:?}, {} bytes", chunk.message_type, chunk.total);
        }
        match &mut self.phase {
            Phase::Handshake(handshaking) if !handshaking.is_complete() => {
                let step = handshaking.on_chunk(chunk, host)?;
                self.after(step, host)
            }
            Phase::Handshake(_) | Phase::Connected => self.on_renegotiation(chunk, host),
            Phase::Failed => Err(Error::Misuse(Misuse::Closed)),
        }
    }

    /// HelloRequest or ClientHello on a connection that is up: a handshake where that is allowed, else a warning, once for
    /// each time it is asked for (RFC 5246 section 7.2.2).
    fn on_renegotiation(&mut self, chunk: Chunk<'_>, host: &mut Host<'_>) -> Result<Event, Error> {
        let (asks, longest) = match self.side {
            Side::Client => (HandshakeType::HELLO_REQUEST, 0),
            Side::Server => (HandshakeType::CLIENT_HELLO, handshake::limits::MAX_MESSAGE_BYTES),
        };
        // After our close_notify: of a renegotiation that ended with that, or a request for one.
        let crossed = self.sent_close && (self.renegotiator.has_started() || chunk.message_type == asks);
        if crossed {
            if chunk.is_last() {
                self.no_progress()?;
            }
            return Ok(Event::None);
        }
        if chunk.message_type != asks {
            return Err(Error::UnexpectedMessage(chunk.message_type));
        }
        if chunk.total > longest {
            return Err(Reason::MessageTooLong.into());
        }
        if let (Phase::Connected, Some(connected), 0) = (&self.phase, &self.connected, chunk.offset)
            && let Some(handshaking) = self.renegotiator.start(connected, host)?
        {
            self.phase = Phase::Handshake(handshaking);
            return match self.side {
                Side::Client => Ok(Event::Transmit),
                Side::Server => self.on_chunk(chunk, host),
            };
        }
        if !chunk.is_last() {
            return Ok(Event::None);
        }
        self.no_progress()?;
        self.outgoing.push(Alert::warning(AlertDescription::NO_RENEGOTIATION));
        Ok(Event::Transmit)
    }

    fn on_change_cipher_spec(&mut self, host: &mut Host<'_>) -> Result<Event, Error> {
        trace!(host, State, "<= CHANGE_CIPHER_SPEC");
        match &mut self.phase {
            Phase::Handshake(handshaking) if !handshaking.is_complete() => {
                let (step, protection) = handshaking.on_change_cipher_spec(host)?;
                if handshaking.negotiated().is_some_and(|negotiated| negotiated.record_size_limit.is_some()) {
                    self.reader.set_max_plaintext(self.receive_limit);
                }
                self.reader.install(protection);
                self.after(step, host)
            }
            // We have closed within a renegotiation: what the peer sends from here on, its close_notify included, is under
            // keys that are gone.
            Phase::Connected if self.sent_close && self.renegotiator.has_started() => {
                self.received_close = true;
                Ok(Event::Closed)
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
                if description == AlertDescription::NO_RENEGOTIATION
                    && self.connected.is_some()
                    && let Phase::Handshake(handshaking) = &mut self.phase
                    && handshaking.is_unanswered()
                {
                    // What we asked for is refused; the connection is as it was.
                    self.phase = Phase::Connected;
                }
                Ok(Event::Warning(description))
            }
            (_, description) => Err(Error::AlertReceived(description)),
        }
    }

    /// Application data before the handshake is complete is refused; empty records are counted.
    fn on_data(&mut self, range: Range<usize>) -> Result<Event, Error> {
        let in_order = match &self.phase {
            Phase::Handshake(handshaking) => handshaking.lets_data_pass(),
            Phase::Connected => true,
            Phase::Failed => false,
        };
        if self.connected.is_none() || !in_order {
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
        if let Some(negotiated) = handshaking.negotiated() {
            // RFC 6066 section 4: from now on, both sides; RFC 8449 section 4: what the peer wants.
            if let Some(bytes) = negotiated.max_fragment_length {
                self.reader.set_max_plaintext(bytes.into());
            }
            if let Some(bytes) = negotiated.max_fragment_length.or(negotiated.record_size_limit) {
                self.writer.set_max_plaintext(bytes.into());
            }
        }
        self.session_key = handshaking.session_key().or(self.session_key);
        if matches!(step, Step::SendFlight | Step::SendFlightConnected) && !self.reader.is_between_records() {
            return Err(Reason::BytesAfterFlight.into());
        }
        Ok(match step {
            Step::WaitPeer => Event::None,
            Step::Work => Event::Work,
            Step::Ask => Event::Request,
            Step::SendFlight => Event::Transmit,
            Step::Connected | Step::SendFlightConnected => {
                let connected = handshaking.take_connected().ok_or(Error::Internal)?;
                handshaking::trace_facts(connected.facts(), host);
                self.connected = Some(Boxed::try_new(connected)?);
                self.without_progress = 0;
                if handshaking.is_drained() {
                    self.phase = Phase::Connected;
                }
                Event::Connected
            }
        })
    }

    fn fail_on_error<T>(&mut self, result: Result<T, Error>, host: &mut Host<'_>) -> Result<T, Error> {
        if let Err(error) = &result {
            self.on_error(*error, host);
        }
        result
    }

    /// Not a part of every caller, since there is one for each type of result.
    #[inline(never)]
    fn on_error(&mut self, error: Error, host: &mut Host<'_>) {
        trace!(host, Error, "{error:?}");
        // Also the session that ServerHello was to resume.
        if let Phase::Handshake(handshaking) = &mut self.phase {
            self.session_key = handshaking.session_key().or(self.session_key);
        }
        self.fail(error);
        crate::phase::forget_session(&mut self.session_key, host);
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
