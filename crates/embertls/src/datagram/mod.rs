//! A DTLS connection: datagrams in, datagrams out, no I/O and no clock (RFC 6347).
//!
//! It is driven as a [`crate::Connection`] is, with datagrams instead of a stream and one thing more: when the time of
//! [`DatagramConnection::next_timeout`] has come, call [`DatagramConnection::on_timeout`]. What may be forged is dropped and
//! never ends a connection: records that are not authentic, repeated ones, alerts without protection.

#[cfg(feature = "dtls-connection-id")]
mod connection_id;
#[cfg(not(feature = "dtls-connection-id"))]
#[path = "connection_id_off.rs"]
mod connection_id;
#[cfg(feature = "export-keys")]
mod export;
mod flight;
#[cfg(feature = "context-serialization")]
mod frozen;
pub mod limits;
mod reassembly;
mod receive;
#[cfg(feature = "dtls-srtp")]
mod srtp;
mod timer;

#[cfg(feature = "dtls-connection-id")]
pub use connection_id::{TLS12_CID, connection_id};
#[cfg(feature = "dtls-cookie")]
pub(crate) use reassembly::Fragment;
#[cfg(feature = "dtls-srtp")]
pub use srtp::{SrtpKeys, SrtpMasterKey};
pub use timer::Timeouts;

use crate::{Error, Event, Misuse, belongs::Belongs, handshaking::Handshaking, phase::Phase};
use codec::{Alert, AlertDescription, ContentType, ProtocolVersion};
use flight::SentFlight;
use handshake::{Answer, Connected, Facts, Host, Instant, Request, Step, trace};
use memory::Boxed;
use reassembly::Reassembly;
use record::datagram::{DatagramReader, DatagramWriter};
use timer::{Due, Timer};

/// How datagrams are sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DatagramSettings {
    /// Bytes of the largest datagram that the path lets pass, without the headers of UDP and IP. When a flight is not
    /// answered, smaller ones are tried.
    pub datagram_bytes: usize,
    /// When a flight is sent again.
    pub timeouts: Timeouts,
}

impl Default for DatagramSettings {
    fn default() -> Self {
        Self { datagram_bytes: limits::DATAGRAM_BYTES, timeouts: Timeouts::default() }
    }
}

/// A connection over datagrams, client or server.
pub struct DatagramConnection<'c> {
    phase: Phase<'c>,
    #[cfg_attr(not(feature = "context-serialization"), expect(dead_code, reason = "then it is empty"))]
    belongs: Belongs<'c>,
    settings: DatagramSettings,
    reader: DatagramReader,
    writer: DatagramWriter,
    reassembly: Reassembly,
    /// Our last flight, as long as the peer may miss it.
    flight: Option<SentFlight>,
    timer: Timer,
    /// Bytes of the datagrams that have got through, by what is known of the path.
    path_bytes: usize,
    /// The longest datagram of the flight so far.
    longest_sent: usize,
    /// Numbers of the first messages of the peer's last flight and of its next one.
    peer_flights: (u16, u16),
    /// At most a warning and the end.
    alerts: [Option<Alert>; 2],
    /// What an alert or a message says that may be forged; it counts when nothing else comes.
    suspicion: Option<Error>,
    /// The peer's ChangeCipherSpec has come before what it follows.
    early_change_cipher_spec: bool,
    connected: Option<Boxed<Connected>>,
    session_key: Option<[u8; 32]>,
    /// Bytes of plaintext that our records may have, as it was agreed on.
    max_plaintext: usize,
    rejected_records: u32,
    /// Those of them that were opened in vain.
    failed_opens: u32,
    received_close: bool,
    sent_close: bool,
}

impl<'c> DatagramConnection<'c> {
    /// Starts a client's handshake; call [`DatagramConnection::poll_transmit`] for its first flight. The profile's
    /// versions are those of DTLS.
    ///
    /// # Errors
    /// [`Error::OutOfMemory`], [`Error::Entropy`], or a configuration that offers nothing.
    #[cfg(feature = "client")]
    pub fn client(
        config: &'c handshake::ClientConfig<'c>,
        peer: handshake::Peer<'c>,
        settings: DatagramSettings,
        host: &mut Host<'_>,
    ) -> Result<Self, Error> {
        check_versions(config.profile)?;
        let handshaking = Handshaking::client(config, peer, None, host)?;
        let mut client = Self::new(Belongs::client(config, peer), handshaking, settings);
        client.take_flight(host)?;
        Ok(client)
    }

    /// Waits for a client.
    ///
    /// # Errors
    /// [`Error::OutOfMemory`], or a configuration that accepts nothing.
    #[cfg(feature = "server")]
    pub fn server(
        config: &'c handshake::ServerConfig<'c>,
        settings: DatagramSettings,
        _host: &mut Host<'_>,
    ) -> Result<Self, Error> {
        check_versions(config.profile)?;
        Ok(Self::new(Belongs::server(config), Handshaking::server(config, None)?, settings))
    }

    fn new(belongs: Belongs<'c>, handshaking: Boxed<Handshaking<'c>>, settings: DatagramSettings) -> Self {
        Self {
            phase: Phase::Handshake(handshaking),
            belongs,
            settings,
            path_bytes: settings.datagram_bytes,
            longest_sent: 0,
            reader: DatagramReader::new(),
            // What every server of DTLS accepts around a ClientHello.
            writer: DatagramWriter::new(ProtocolVersion::DTLS1_0),
            reassembly: Reassembly::new(),
            flight: None,
            timer: Timer::default(),
            peer_flights: (0, 0),
            alerts: [None; 2],
            suspicion: None,
            early_change_cipher_spec: false,
            connected: None,
            session_key: None,
            max_plaintext: crate::limits::MAX_PLAINTEXT_BYTES,
            rejected_records: 0,
            failed_opens: 0,
            received_close: false,
            sent_close: false,
        }
    }

    /// What was agreed and checked, once the handshake is complete.
    #[must_use]
    pub fn facts(&self) -> Option<&Facts> {
        self.connected.as_ref().map(|connected| connected.facts())
    }

    /// The identity of the pre-shared key that the handshake used, ours for a client and the client's for a server; None
    /// without one (RFC 4279).
    #[must_use]
    pub fn psk_identity(&self) -> Option<&[u8]> {
        self.connected.as_ref()?.psk_identity()
    }

    /// The peer's certificates in DER, its own first; none unless the configuration asked to keep them.
    pub fn peer_chain(&self) -> impl Iterator<Item = &[u8]> {
        self.connected.iter().flat_map(|connected| connected.peer_chain())
    }

    /// The channel binding `tls-unique`, as [`crate::Connection::tls_unique`].
    #[must_use]
    pub fn tls_unique(&self) -> Option<&[u8; 12]> {
        self.connected.as_ref()?.tls_unique()
    }

    /// Whether application data may be sent.
    #[must_use]
    pub const fn is_connected(&self) -> bool {
        matches!(self.phase, Phase::Connected) && !self.sent_close
    }

    /// Whether the handshake is under way.
    #[must_use]
    pub const fn is_handshaking(&self) -> bool {
        matches!(self.phase, Phase::Handshake(_))
    }

    /// Records that could not be authenticated, were repeated, or had another connection ID, so far.
    #[must_use]
    pub const fn rejected_records(&self) -> u32 {
        self.rejected_records
    }

    /// Another size of datagrams from now on.
    pub const fn set_datagram_bytes(&mut self, bytes: usize) {
        self.settings.datagram_bytes = bytes;
        self.path_bytes = bytes;
    }

    /// Goes on with slow work within the host's budget, to its end without one.
    ///
    /// # Errors
    /// As [`DatagramConnection::receive`]; [`Misuse::NoWork`] when there is none.
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

    /// Answers [`DatagramConnection::request`], as [`crate::Connection::answer`].
    ///
    /// # Errors
    /// As [`DatagramConnection::receive`]; [`Misuse::NoRequest`] when nothing is asked.
    pub fn answer(&mut self, host: &mut Host<'_>, answer: usize) -> Result<Event, Error> {
        self.answer_with(host, Answer::Credential(answer))
    }

    /// Answers [`DatagramConnection::request`] of any kind. Then comes what [`Event`] says.
    ///
    /// # Errors
    /// As [`DatagramConnection::receive`]; [`Misuse::NoRequest`] when nothing is asked, or something else: the connection still waits.
    pub fn answer_with(&mut self, host: &mut Host<'_>, answer: Answer<'_>) -> Result<Event, Error> {
        let step = self.phase.asking(&answer)?.answer(answer, host);
        let event = step.and_then(|step| self.after(step, host));
        self.fail_on_error(event, host)
    }

    /// Writes the next datagram that waits to be sent to the front of `out` and returns its length; 0 when none waits. Ask
    /// after every other call, until it says 0.
    ///
    /// # Errors
    /// [`Error::OutputTooSmall`] when `out` or the datagrams cannot hold the smallest record, [`Error::Entropy`],
    /// limits.
    pub fn poll_transmit(&mut self, host: &mut Host<'_>, out: &mut [u8]) -> Result<usize, Error> {
        let written = self.transmit(host, out);
        match written {
            Err(Error::OutputTooSmall { .. }) => written,
            Ok(_) | Err(_) => self.fail_on_error(written, host),
        }
    }

    fn transmit(&mut self, host: &mut Host<'_>, out: &mut [u8]) -> Result<usize, Error> {
        let size = out.len().min(self.sending_size());
        let datagram = out.get_mut(..size).unwrap_or_default();
        let max_content = self.writer.max_content(self.max_plaintext);
        let mut written = match &mut self.flight {
            Some(flight) => flight.write(&mut self.writer, max_content, host, datagram)?,
            None => 0,
        };
        self.longest_sent = self.longest_sent.max(written);
        while let [Some(alert), next] = self.alerts {
            let room = datagram.get_mut(written..).unwrap_or_default();
            match self.seal(host, ContentType::ALERT, &alert.encode(), room) {
                Ok(len) => {
                    trace!(host, State, "=> alert {:?} {:?}", alert.level, alert.description);
                    written += len;
                }
                Err(Error::OutputTooSmall { .. }) if written > 0 => break,
                Err(error) => return Err(error),
            }
            self.alerts = [next, None];
        }
        Ok(written)
    }

    /// The search for datagrams that pass: after two that were not answered, of half the size, and so on.
    fn sending_size(&self) -> usize {
        let halvings = (self.timer.resent / 2).min(8);
        (self.path_bytes >> halvings).max(limits::MIN_DATAGRAM_BYTES).min(self.path_bytes)
    }

    /// A record of the newest epoch at the front of `out`.
    fn seal(
        &mut self,
        host: &mut Host<'_>,
        content_type: ContentType,
        plaintext: &[u8],
        out: &mut [u8],
    ) -> Result<usize, Error> {
        let epoch = self.writer.is_protected().into();
        let before = self.writer.headroom(epoch);
        let end = before + plaintext.len();
        let needed = end + self.writer.tailroom(epoch);
        if out.len() < needed {
            return Err(Error::OutputTooSmall { needed });
        }
        out.get_mut(before..end).ok_or(Error::Internal)?.copy_from_slice(plaintext);
        Ok(self.writer.seal(epoch, content_type, out, before..end, host.rng)?)
    }

    /// The most bytes that [`DatagramConnection::send`] takes.
    #[must_use]
    pub fn max_payload(&self) -> usize {
        let epoch = self.writer.is_protected().into();
        let overhead = self.writer.headroom(epoch) + self.writer.tailroom(epoch);
        self.settings.datagram_bytes.saturating_sub(overhead).min(self.writer.max_content(self.max_plaintext))
    }

    /// Makes one datagram with one record of `payload` at the front of `out`, and returns its length.
    ///
    /// # Errors
    /// [`Misuse::NotConnected`], [`Misuse::Closed`], [`Misuse::TransmitFirst`] while `poll_transmit` has something,
    /// [`Misuse::BadRange`] for more than [`DatagramConnection::max_payload`] bytes, [`Error::OutputTooSmall`],
    /// [`Error::Entropy`], limits.
    pub fn send(&mut self, host: &mut Host<'_>, payload: &[u8], out: &mut [u8]) -> Result<usize, Error> {
        let waits = self.flight.as_ref().is_some_and(|flight| !flight.is_drained());
        match &self.phase {
            Phase::Handshake(_) => Err(Error::Misuse(Misuse::NotConnected)),
            Phase::Failed => Err(Error::Misuse(Misuse::Closed)),
            Phase::Connected if self.sent_close => Err(Error::Misuse(Misuse::Closed)),
            Phase::Connected if waits || self.alerts != [None; 2] => {
                Err(Error::Misuse(Misuse::TransmitFirst))
            }
            Phase::Connected if payload.len() > self.max_payload() => Err(Error::Misuse(Misuse::BadRange)),
            Phase::Connected => self.seal(host, ContentType::APPLICATION_DATA, payload, out),
        }
    }

    /// Ends our side in order: `poll_transmit` has the close_notify.
    pub fn close(&mut self) {
        if !self.sent_close && !matches!(self.phase, Phase::Failed) {
            self.sent_close = true;
            self.push_alert(Alert::warning(AlertDescription::CLOSE_NOTIFY));
            if self.is_handshaking() {
                self.fail_silently();
            }
        }
    }

    /// When [`DatagramConnection::on_timeout`] is to be called; never while None, as after [`Event::Work`] and
    /// [`Event::Request`].
    #[must_use]
    pub fn next_timeout(&self) -> Option<Instant> {
        if self.is_busy() { None } else { self.timer.deadline() }
    }

    /// Whether slow work is under way or the application is asked: what the peer has sent is here then, and not yet taken in.
    fn is_busy(&self) -> bool {
        match &self.phase {
            Phase::Handshake(handshaking) => handshaking.has_work() || handshaking.request().is_some(),
            Phase::Connected | Phase::Failed => false,
        }
    }

    /// Tells that time has passed: a flight that was not answered goes out again. Before the time of
    /// [`DatagramConnection::next_timeout`] nothing happens.
    ///
    /// # Errors
    /// [`Error::TimedOut`] when the peer has not answered for too long, [`Error::AlertReceived`] and
    /// [`Error::UnexpectedMessage`] when all that came was an alert, or a message out of order.
    pub fn on_timeout(&mut self, host: &mut Host<'_>) -> Result<(), Error> {
        let due =
            if self.is_busy() { Due::Nothing } else { self.timer.look(host.now, &self.settings.timeouts) };
        let outcome = match (due, self.suspicion) {
            (Due::Nothing, _) => Ok(()),
            (Due::Resend | Due::GiveUp, Some(error)) => Err(error),
            (Due::Resend, None) => {
                if let Some(flight) = &mut self.flight {
                    flight.again();
                }
                Ok(())
            }
            (Due::GiveUp, None) => Err(Error::TimedOut),
        };
        self.fail_on_error(outcome, host)
    }

    /// Takes over what a step of the machine left: keys, a flight.
    fn take_flight(&mut self, host: &mut Host<'_>) -> Result<(), Error> {
        let Phase::Handshake(handshaking) = &mut self.phase else { return Err(Error::Internal) };
        let Some(flight) = handshaking.take_flight_under_way() else { return Ok(()) };
        if flight.change_cipher_spec().is_some() {
            self.writer.install(handshaking.take_pending_write().ok_or(Error::Internal)?);
        }
        self.flight = Some(SentFlight::new(flight));
        // The last one was answered: as small as its datagrams had to become, the next ones are from the start.
        if self.longest_sent > self.sending_size() {
            self.path_bytes = self.sending_size();
        }
        self.longest_sent = 0;
        self.peer_flights = (self.peer_flights.1, self.reassembly.next_seq());
        self.timer.start(host.now, &self.settings.timeouts);
        Ok(())
    }

    /// What a step of the machine means for the records and the caller.
    fn after(&mut self, step: Step, host: &mut Host<'_>) -> Result<Event, Error> {
        let Phase::Handshake(handshaking) = &mut self.phase else { return Err(Error::Internal) };
        let step = handshaking.finish_work(step, host)?;
        self.timer.not_before(host.now);
        self.suspicion = None;
        self.session_key = handshaking.session_key().or(self.session_key);
        if let Some(negotiated) = handshaking.negotiated()
            && let Some(bytes) = negotiated.max_fragment_length.or(negotiated.record_size_limit)
        {
            self.max_plaintext = bytes.into();
            self.writer.set_max_plaintext(self.max_plaintext);
        }
        if let Some(version) = handshaking.version() {
            self.reader.set_version(version);
            self.writer.set_version(version);
        }
        self.take_connection_ids();
        self.take_flight(host)?;
        Ok(match step {
            Step::WaitPeer => Event::None,
            Step::Work => Event::Work,
            Step::Ask => Event::Request,
            Step::SendFlight => Event::Transmit,
            Step::Connected | Step::SendFlightConnected => {
                let Phase::Handshake(handshaking) = &mut self.phase else { return Err(Error::Internal) };
                let connected = handshaking.take_connected().ok_or(Error::Internal)?;
                self.connected = Some(Boxed::try_new(connected)?);
                self.phase = Phase::Connected;
                self.reassembly.clear();
                self.timer.stop();
                if step == Step::Connected {
                    self.flight = None;
                }
                Event::Connected
            }
        })
    }

    fn push_alert(&mut self, alert: Alert) {
        match &mut self.alerts {
            [Some(first), _] if *first == alert => {}
            [first @ None, _] => *first = Some(alert),
            [_, second] => *second = Some(alert),
        }
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
        if let Phase::Handshake(handshaking) = &mut self.phase {
            // Also the session that ServerHello was to resume.
            self.session_key = handshaking.session_key().or(self.session_key);
            // The alert in a record of another version would be noise to a peer that has chosen one.
            if let Some(version) = handshaking.version() {
                self.writer.set_version(version);
            }
        }
        if !matches!(self.phase, Phase::Failed) && !self.sent_close {
            self.alerts = [error.alert().map(Alert::fatal), None];
        }
        self.fail_silently();
        crate::phase::forget_session(&mut self.session_key, host);
    }

    /// Everything but what waits to be told is dropped.
    fn fail_silently(&mut self) {
        self.phase = Phase::Failed;
        self.flight = None;
        self.timer.stop();
        self.reassembly.clear();
    }
}

/// Versions of streams have no place in datagrams.
fn check_versions(profile: &suites::Profile<'_>) -> Result<(), Error> {
    let fits = profile.versions.iter().all(|version| version.datagram);
    if fits { Ok(()) } else { Err(Error::Misuse(Misuse::Configuration)) }
}
