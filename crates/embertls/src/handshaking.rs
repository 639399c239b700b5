//! A handshake under the stream driver: the machine, the flight that goes out, and the protections that wait for
//! ChangeCipherSpec. It lives in one box that is dropped when the connection is up.

use crate::{Error, Misuse, outgoing};
use codec::{Chunk, ContentType, ProtocolVersion};
use crypto::Budget;
use handshake::{Answer, Connected, Facts, Flight, Host, Machine, Request, Step, TrafficKeys, trace};
use memory::{Box, Boxed};
use record::{Protected, Writer};
use suites::{Direction, Negotiated};

/// Makes a protection from the keys: what this end opens with, or what it seals with.
type Protect = fn(&TrafficKeys, Direction) -> Result<Protected, crypto::Error>;

/// A flight that is being sent.
struct Sending {
    flight: Flight,
    /// Bytes of the flight's messages that are in records.
    sent: usize,
    change_cipher_spec_sent: bool,
}

/// The scope of one handshake.
pub(crate) struct Handshaking<'c> {
    machine: Box<dyn Machine + 'c>,
    protect: Protect,
    sending: Option<Sending>,
    pending_read: Option<Protected>,
    pending_write: Option<Protected>,
    /// The peer's ChangeCipherSpec has come: nothing but its Finished may follow.
    read_switched: bool,
    /// The handshake is complete; what is left is to send its last flight.
    complete: bool,
}

impl<'c> Handshaking<'c> {
    #[cfg(feature = "client")]
    pub(crate) fn client(
        config: &'c handshake::ClientConfig<'c>,
        peer: handshake::Peer<'c>,
        before: Option<handshake::Before>,
        host: &mut Host<'_>,
    ) -> Result<Boxed<Self>, Error> {
        let mut client = Boxed::try_new(handshake::Client::new(config, peer, before, host)?)?;
        let flight = client.context().take_flight();
        if let Some(flight) = &flight {
            trace_flight(flight, client.context().header_len(), host);
        }
        Self::start(client.into_array_box(), protect_client, flight)
    }

    #[cfg(feature = "server")]
    pub(crate) fn server(
        config: &'c handshake::ServerConfig<'c>,
        before: Option<handshake::Before>,
    ) -> Result<Boxed<Self>, Error> {
        let server = Boxed::try_new(handshake::Server::new(config, before)?)?;
        Self::start(server.into_array_box(), protect_server, None)
    }

    fn start(
        machine: Box<dyn Machine + 'c>,
        protect: Protect,
        flight: Option<Flight>,
    ) -> Result<Boxed<Self>, Error> {
        let sending = flight.map(Sending::new);
        Ok(Boxed::try_new(Self {
            machine,
            protect,
            sending,
            pending_read: None,
            pending_write: None,
            read_switched: false,
            complete: false,
        })?)
    }

    pub(crate) fn has_work(&self) -> bool {
        self.machine.has_work()
    }

    pub(crate) fn chunk_limit(&self) -> usize {
        self.machine.chunk_limit()
    }

    pub(crate) fn version(&mut self) -> Option<ProtocolVersion> {
        self.machine.context().version()
    }

    /// How large records may be from now on, once the hellos have agreed on it.
    pub(crate) fn negotiated(&mut self) -> Option<&Negotiated> {
        self.machine.context().negotiated()
    }

    /// What the session of this handshake is kept under.
    pub(crate) fn session_key(&mut self) -> Option<[u8; 32]> {
        self.machine.context().session_key()
    }

    pub(crate) fn take_connected(&mut self) -> Option<Connected> {
        let connected = self.machine.context().take_connected();
        self.complete |= connected.is_some();
        connected
    }

    /// Whether the outcome was taken; what is left is the last flight.
    pub(crate) const fn is_complete(&self) -> bool {
        self.complete
    }

    /// Whether our ClientHello has been sent and the peer has said nothing to it.
    pub(crate) fn is_unanswered(&mut self) -> bool {
        !self.complete && self.is_drained() && self.version().is_none()
    }

    /// Whether application data may come: before the peer's ChangeCipherSpec in a renegotiation, and after the end.
    pub(crate) const fn lets_data_pass(&self) -> bool {
        self.complete || !self.read_switched
    }

    pub(crate) fn request(&self) -> Option<Request<'_>> {
        self.machine.request()
    }

    pub(crate) fn answer(&mut self, answer: Answer<'_>, host: &mut Host<'_>) -> Result<Step, Error> {
        Ok(self.machine.answer(answer, host)?)
    }

    /// Whether everything of the flight has been sent.
    pub(crate) const fn is_drained(&self) -> bool {
        self.sending.is_none()
    }

    pub(crate) fn on_chunk(&mut self, chunk: Chunk<'_>, host: &mut Host<'_>) -> Result<Step, Error> {
        Ok(self.machine.on_chunk(chunk, host)?)
    }

    /// Also hands out the protection under which the peer's next records are.
    pub(crate) fn on_change_cipher_spec(&mut self, host: &mut Host<'_>) -> Result<(Step, Protected), Error> {
        let step = self.machine.on_change_cipher_spec(host)?;
        let protection = self.pending_read.take().ok_or(Error::Internal)?;
        self.read_switched = true;
        Ok((step, protection))
    }

    pub(crate) fn advance(&mut self, host: &mut Host<'_>) -> Result<Step, Error> {
        let budget = host.budget.unwrap_or(Budget::UNLIMITED);
        Ok(self.machine.advance(budget, host)?)
    }

    /// Without a budget, slow work runs to its end; then keys are taken over, and a flight that is whole: what is made of it
    /// before some work waits for what comes after.
    pub(crate) fn finish_work(&mut self, mut step: Step, host: &mut Host<'_>) -> Result<Step, Error> {
        while step == Step::Work && host.budget.is_none() {
            step = self.machine.advance(Budget::UNLIMITED, host)?;
        }
        if let Some(keys) = self.machine.context().take_traffic_keys() {
            let protect = |direction| (self.protect)(&keys, direction).map_err(handshake::Error::from);
            self.pending_read = Some(protect(Direction::Open)?);
            self.pending_write = Some(protect(Direction::Seal)?);
        }
        if matches!(step, Step::Work | Step::Ask) {
            return Ok(step);
        }
        if let Some(flight) = self.machine.context().take_flight() {
            if self.sending.is_some() {
                return Err(Error::Misuse(Misuse::TransmitFirst));
            }
            trace_flight(&flight, self.machine.context().header_len(), host);
            self.sending = Some(Sending::new(flight));
        }
        Ok(step)
    }

    /// Writes as many records of the flight as `out` holds.
    pub(crate) fn transmit(
        &mut self,
        writer: &mut Writer,
        host: &mut Host<'_>,
        out: &mut [u8],
    ) -> Result<usize, Error> {
        let mut written = 0;
        while let Some(sending) = &mut self.sending {
            let out = out.get_mut(written..).unwrap_or_default();
            let change_cipher_spec = sending.is_at_change_cipher_spec();
            let len = if change_cipher_spec {
                outgoing::seal(writer, host, ContentType::CHANGE_CIPHER_SPEC, &[1], out)
            } else {
                sending.seal_next(writer, host, out)
            };
            match len {
                Ok(len) => written += len,
                Err(Error::OutputTooSmall { .. }) if written > 0 => break,
                Err(error) => return Err(error),
            }
            if change_cipher_spec {
                sending.change_cipher_spec_sent = true;
                writer.install(self.pending_write.take().ok_or(Error::Internal)?);
            }
            if sending.is_done() {
                self.sending = None;
            }
        }
        Ok(written)
    }
}

/// What a driver of datagrams does itself: it keeps flights, and takes ChangeCipherSpec when it comes.
#[cfg(feature = "dtls")]
impl Handshaking<'_> {
    /// The flight that is ready, once.
    pub(crate) fn take_flight_under_way(&mut self) -> Option<Flight> {
        self.sending.take().map(|sending| sending.flight)
    }

    /// What the flight after ChangeCipherSpec is protected with, once.
    pub(crate) fn take_pending_write(&mut self) -> Option<Protected> {
        self.pending_write.take()
    }

    pub(crate) fn expects_change_cipher_spec(&self) -> bool {
        self.machine.expects_change_cipher_spec()
    }

    pub(crate) fn expects(&self, message_type: codec::HandshakeType) -> bool {
        self.machine.expects(message_type)
    }

    /// What the machine has for the driver.
    #[cfg(feature = "dtls-connection-id")]
    pub(crate) fn context(&mut self) -> &mut handshake::Context {
        self.machine.context()
    }

    /// Messages are numbered from here.
    pub(crate) fn start_at(&mut self, message_seq: u16) {
        self.machine.context().start_at(message_seq);
    }
}

impl Sending {
    const fn new(flight: Flight) -> Self {
        Self { flight, sent: 0, change_cipher_spec_sent: false }
    }

    fn is_at_change_cipher_spec(&self) -> bool {
        !self.change_cipher_spec_sent && self.flight.change_cipher_spec() == Some(self.sent)
    }

    fn is_done(&self) -> bool {
        self.sent == self.flight.messages().len() && !self.is_at_change_cipher_spec()
    }

    /// One record of what comes next, as much as `out` holds and up to ChangeCipherSpec.
    fn seal_next(
        &mut self,
        writer: &mut Writer,
        host: &mut Host<'_>,
        out: &mut [u8],
    ) -> Result<usize, Error> {
        let end = match self.flight.change_cipher_spec() {
            Some(at) if !self.change_cipher_spec_sent => at,
            Some(_) | None => self.flight.messages().len(),
        };
        let overhead = writer.headroom(ContentType::HANDSHAKE) + writer.tailroom();
        let room = out.len().saturating_sub(overhead).min(writer.max_plaintext());
        if room == 0 {
            return Err(Error::OutputTooSmall { needed: overhead + 1 });
        }
        let end = end.min(self.sent + room);
        let plaintext = self.flight.messages().get(self.sent..end).ok_or(Error::Internal)?;
        let len = outgoing::seal(writer, host, ContentType::HANDSHAKE, plaintext, out)?;
        self.sent = end;
        Ok(len)
    }
}

fn trace_flight(flight: &Flight, header_len: usize, host: &mut Host<'_>) {
    if trace::ON {
        for (message_type, len) in flight.headers(header_len) {
            trace!(host, State, "=> {message_type:?}, {len} bytes");
        }
    }
}

/// What was agreed on and checked.
pub(crate) fn trace_facts(facts: &Facts, host: &mut Host<'_>) {
    let Facts { version, suite, group, scheme, resumed, .. } = facts;
    trace!(host, Fact, "{} {}, group {group:?}, {scheme:?}", version.display, suite.name);
    let (ems, etm) = (facts.extended_master_secret, facts.encrypt_then_mac);
    trace!(host, Fact, "extended master secret {ems}, encrypt-then-MAC {etm}, resumed by {resumed:?}");
    if let Some(verdict) = &facts.verdict {
        trace!(host, Fact, "the peer's certificate: {:?}", verdict.flags);
    }
}

#[cfg(feature = "client")]
fn protect_client(keys: &TrafficKeys, direction: Direction) -> Result<Protected, crypto::Error> {
    let key = match direction {
        Direction::Open => keys.server_write(direction),
        Direction::Seal => keys.client_write(direction),
    };
    Protected::new(keys.suite(), keys.construction(), &key)
}

#[cfg(feature = "server")]
fn protect_server(keys: &TrafficKeys, direction: Direction) -> Result<Protected, crypto::Error> {
    let key = match direction {
        Direction::Open => keys.client_write(direction),
        Direction::Seal => keys.server_write(direction),
    };
    Protected::new(keys.suite(), keys.construction(), &key)
}
