//! A client and a server joined in memory, driven until neither has anything left to do.

use crate::{
    allocator::watched,
    rng::{Failing, Seeded},
};
use embertls::{Answer, Connection, Error, Event, SessionStore, TicketSealer};
use handshake::{ClientConfig, Facts, Host, Instant, KeyLog, Peer, ServerConfig};
use std::{cell::RefCell, rc::Rc};
use x509::{CertificateObserver, Time};

/// One of the two ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// The end that sends ClientHello.
    Client,
    /// The end that answers.
    Server,
}

impl Side {
    /// The other end.
    #[must_use]
    pub const fn other(self) -> Self {
        match self {
            Self::Client => Self::Server,
            Self::Server => Self::Client,
        }
    }
}

/// How bytes reach an end.
#[derive(Clone, Debug)]
pub enum Split {
    /// As much as there is room for.
    Whole,
    /// So many bytes at a time.
    Every(usize),
    /// From 1 to so many bytes at a time, as the seed decides.
    Random(Seeded, usize),
}

impl Split {
    fn next(&mut self) -> usize {
        match self {
            Self::Whole => usize::MAX,
            Self::Every(bytes) => *bytes,
            Self::Random(rng, most) => 1 + rng.below(*most),
        }
    }
}

/// What the wire does to bytes that `from` has sent; called once for each `poll_transmit` and each record of data.
pub type Tamper<'t> = Box<dyn FnMut(Side, &mut Vec<u8>) + 't>;

/// How one end is driven.
#[derive(Clone, Debug)]
pub struct Setup {
    /// How bytes arrive.
    pub split: Split,
    /// Bytes of the receive buffer, which never grows.
    pub receive_buffer: usize,
    /// Bytes of the buffer that `poll_transmit` and `send` write to.
    pub send_buffer: usize,
    /// What one call may do; None runs slow work to its end.
    pub budget: Option<u32>,
    /// The date.
    pub time: Time,
    /// Randomness.
    pub rng: Failing,
    /// Whether the allocator counts, and may fail, what this end's connection allocates.
    pub watched: bool,
    /// Monotonic time.
    pub now: Instant,
    /// Where sessions are kept; may be shared between connections.
    pub sessions: Option<Shared<dyn SessionStore>>,
    /// What seals tickets; may be shared between connections.
    pub tickets: Option<Shared<dyn TicketSealer>>,
    /// Who sees the secrets.
    pub key_log: Option<Shared<dyn KeyLog>>,
    /// Who sees the peer's certificates, and may say otherwise.
    pub observer: Option<Shared<dyn CertificateObserver>>,
}

/// What several connections of a test use, one after the other.
pub struct Shared<T: ?Sized>(pub Rc<RefCell<T>>);

impl<T: ?Sized> Clone for Shared<T> {
    fn clone(&self) -> Self {
        Self(Rc::clone(&self.0))
    }
}

impl<T: ?Sized> core::fmt::Debug for Shared<T> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("Shared")
    }
}

impl Setup {
    /// The ordinary case: whole records, 17-KiB buffers, no budget, the date known.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        Self {
            split: Split::Whole,
            receive_buffer: 17 * 1024,
            send_buffer: 17 * 1024,
            budget: None,
            time: crate::credentials::NOW,
            rng: Failing::never(seed),
            watched: true,
            now: Instant(0),
            sessions: None,
            tickets: None,
            key_log: None,
            observer: None,
        }
    }
}

/// A connection with its buffers and all that was seen of it.
pub struct End<'c> {
    connection: Option<Connection<'c>>,
    /// How it is driven; may be changed between calls.
    pub setup: Setup,
    /// Bytes on the wire to this end.
    pub wire: Vec<u8>,
    buffer: Vec<u8>,
    out: Vec<u8>,
    /// Application data that arrived.
    pub received: Vec<u8>,
    /// Every event but `None`, `NeedMore` and `Data`, in order.
    pub events: Vec<Event>,
    /// The error that ended it.
    pub error: Option<Error>,
    /// What this end has sent, byte for byte, before the wire changed it.
    pub sent: Vec<u8>,
    needed: usize,
    working: bool,
}

impl<'c> End<'c> {
    /// Around a connection that was made by other means.
    #[must_use]
    pub fn new(connection: Result<Connection<'c>, Error>, setup: Setup) -> Self {
        let (connection, error) = match connection {
            Ok(connection) => (Some(connection), None),
            Err(error) => (None, Some(error)),
        };
        Self {
            connection,
            buffer: Vec::with_capacity(setup.receive_buffer),
            out: vec![0; setup.send_buffer],
            setup,
            wire: Vec::new(),
            received: Vec::new(),
            events: Vec::new(),
            error,
            sent: Vec::new(),
            needed: 0,
            working: false,
        }
    }

    /// A client.
    #[must_use]
    pub fn client(config: &'c ClientConfig<'c>, peer: Peer<'c>, mut setup: Setup) -> Self {
        let connection = with_host(&mut setup, |host| Connection::client(config, peer, host));
        Self::new(connection, setup)
    }

    /// A server.
    #[must_use]
    pub fn server(config: &'c ServerConfig<'c>, mut setup: Setup) -> Self {
        let connection = with_host(&mut setup, |host| Connection::server(config, host));
        Self::new(connection, setup)
    }

    /// Another connection in the place of this one; what is on the wire and in the buffer stays.
    ///
    /// # Errors
    /// What `make` says; the connection is then the one that it was.
    pub fn replace(
        &mut self,
        make: impl FnOnce(&mut Host<'_>) -> Result<Connection<'c>, Error>,
    ) -> Result<(), Error> {
        let made = with_host(&mut self.setup, make)?;
        self.discard();
        self.connection = Some(made);
        Ok(())
    }

    /// Whether the handshake is complete and nothing went wrong since.
    #[must_use]
    pub fn is_connected(&self) -> bool {
        self.error.is_none()
            && self.connection.as_ref().is_some_and(|connection| connection.facts().is_some())
    }

    /// What was agreed.
    #[must_use]
    pub fn facts(&self) -> Option<Facts> {
        self.connection.as_ref().and_then(|connection| connection.facts().copied())
    }

    /// The identity of the pre-shared key.
    #[must_use]
    pub fn psk_identity(&self) -> Option<&[u8]> {
        self.connection.as_ref().and_then(|connection| connection.psk_identity())
    }

    /// Whether the peer has closed in order.
    #[must_use]
    pub fn is_closed(&self) -> bool {
        self.events.contains(&Event::Closed)
    }

    /// Calls the connection as it is, with this end's host.
    pub fn call<T>(&mut self, what: impl FnOnce(&mut Connection<'c>, &mut Host<'_>) -> T) -> Option<T> {
        let connection = self.connection.as_mut()?;
        Some(with_host(&mut self.setup, |host| what(connection, host)))
    }

    /// Ends the transport under this end.
    pub fn end_of_stream(&mut self) {
        if let Some(Err(error)) = self.call(|connection, _| connection.end_of_stream()) {
            self.error.get_or_insert(error);
        }
    }

    /// Everything that waits to be sent.
    pub fn transmit(&mut self) -> Vec<u8> {
        let mut all = Vec::new();
        let mut out = std::mem::take(&mut self.out);
        loop {
            match self.call(|connection, host| connection.poll_transmit(host, &mut out)) {
                None | Some(Ok(0)) => break,
                Some(Ok(written)) => all.extend(out.iter().take(written)),
                Some(Err(error)) => {
                    self.error.get_or_insert(error);
                    break;
                }
            }
        }
        self.out = out;
        self.sent.extend(&all);
        all
    }

    /// One record of application data: what it is on the wire, and how much of the payload is in it.
    ///
    /// # Errors
    /// What the connection says.
    pub fn send(&mut self, payload: &[u8]) -> Result<(Vec<u8>, usize), Error> {
        let mut out = std::mem::take(&mut self.out);
        let sent = self.call(|connection, host| connection.send(host, payload, &mut out));
        let record = sent.map_or(Err(Error::Misuse(embertls::Misuse::Closed)), |sent| {
            sent.map(|sent| (out.iter().take(sent.written).copied().collect::<Vec<u8>>(), sent.consumed))
        });
        self.out = out;
        if let Ok((record, _)) = &record {
            self.sent.extend(record);
        }
        record
    }

    /// Takes one portion of what is on the wire, or goes on with work; says whether anything moved.
    pub fn step(&mut self) -> bool {
        if self.error.is_some() {
            return false;
        }
        if self.working {
            let event = self.call(|connection, host| connection.advance(host));
            self.working = false;
            match event {
                Some(Ok(event)) => self.on_event(event),
                Some(Err(error)) => self.error = Some(error),
                None => return false,
            }
            return true;
        }
        let room = self.setup.receive_buffer.saturating_sub(self.buffer.len());
        let portion = self.setup.split.next().min(room).min(self.wire.len());
        self.buffer.extend(self.wire.drain(..portion));
        let used = self.receive();
        portion > 0 || used
    }

    /// Answers what the connection asks.
    pub fn answer(&mut self, answer: usize) {
        self.answer_with(Answer::Credential(answer));
    }

    /// Answers what the connection asks, of any kind.
    pub fn answer_with(&mut self, answer: Answer<'_>) {
        match self.call(|connection, host| connection.answer_with(host, answer)) {
            Some(Ok(event)) => self.on_event(event),
            Some(Err(error)) => self.error = Some(error),
            None => {}
        }
    }

    /// Presents the buffer once; says whether anything happened.
    fn receive(&mut self) -> bool {
        let asks = self.connection.as_ref().is_some_and(|connection| connection.request().is_some());
        if asks || self.buffer.is_empty() || self.buffer.len() < self.needed {
            return false;
        }
        self.needed = 0;
        let mut buffer = std::mem::take(&mut self.buffer);
        let received = self.call(|connection, host| connection.receive(host, &mut buffer));
        let moved = match received {
            None => false,
            Some(Err(error)) => {
                self.error = Some(error);
                true
            }
            Some(Ok(received)) => {
                if let Event::Data(range) = &received.event {
                    self.received.extend(buffer.get(range.clone()).unwrap_or_default());
                }
                buffer.drain(..received.used.min(buffer.len()));
                let waits = matches!(received.event, Event::NeedMore(_));
                if let Event::NeedMore(needed) = received.event {
                    assert!(
                        needed > buffer.len(),
                        "asked for {needed} bytes and has {} of them",
                        buffer.len()
                    );
                    self.needed = needed;
                    if needed > self.setup.receive_buffer {
                        self.error = self.call(|connection, _| connection.refuse_record(needed));
                    }
                }
                self.on_event(received.event);
                received.used > 0 || !waits
            }
        };
        self.buffer = buffer;
        moved
    }

    fn on_event(&mut self, event: Event) {
        match event {
            Event::None | Event::NeedMore(_) | Event::Data(_) => {}
            Event::Work => {
                self.working = true;
                self.events.push(event);
            }
            Event::Transmit | Event::Request | Event::Connected | Event::Closed | Event::Warning(_) => {
                self.events.push(event)
            }
        }
    }

    /// Drops the connection, so that what it held is freed.
    pub fn discard(&mut self) {
        let connection = self.connection.take();
        if self.setup.watched { watched(|| drop(connection)) } else { drop(connection) }
    }
}

impl Drop for End<'_> {
    fn drop(&mut self) {
        self.discard();
    }
}

/// Calls `what` with the host that the setup describes, under the watch of the allocator.
pub fn with_host<T>(setup: &mut Setup, what: impl FnOnce(&mut Host<'_>) -> T) -> T {
    let is_watched = setup.watched;
    let mut sessions = setup.sessions.as_ref().map(|shared| shared.0.borrow_mut());
    let mut tickets = setup.tickets.as_ref().map(|shared| shared.0.borrow_mut());
    let mut key_log = setup.key_log.as_ref().map(|shared| shared.0.borrow_mut());
    let mut observer = setup.observer.as_ref().map(|shared| shared.0.borrow_mut());
    let mut host = Host::new(setup.now, setup.time, &mut setup.rng);
    if let Some(sessions) = &mut sessions {
        host.sessions = Some(&mut **sessions);
    }
    if let Some(tickets) = &mut tickets {
        host.tickets = Some(&mut **tickets);
    }
    if let Some(key_log) = &mut key_log {
        host.key_log = Some(&mut **key_log);
    }
    if let Some(observer) = &mut observer {
        host.observer = Some(&mut **observer);
    }
    host.budget = setup.budget.map(crypto::Budget);
    if is_watched { watched(|| what(&mut host)) } else { what(&mut host) }
}

/// Both ends and the wire between them.
pub struct Pair<'c, 't> {
    /// The client.
    pub client: End<'c>,
    /// The server.
    pub server: End<'c>,
    tamper: Option<Tamper<'t>>,
}

/// Steps after which a pair that does not come to rest is taken to run for ever.
const MAX_STEPS: usize = 2_000_000;

impl<'c, 't> Pair<'c, 't> {
    /// Joins two ends.
    #[must_use]
    pub const fn new(client: End<'c>, server: End<'c>) -> Self {
        Self { client, server, tamper: None }
    }

    /// With a wire that changes what passes.
    #[must_use]
    pub fn tampered(mut self, tamper: impl FnMut(Side, &mut Vec<u8>) + 't) -> Self {
        self.tamper = Some(Box::new(tamper));
        self
    }

    /// One of the ends.
    pub const fn end(&mut self, side: Side) -> &mut End<'c> {
        match side {
            Side::Client => &mut self.client,
            Side::Server => &mut self.server,
        }
    }

    /// Puts bytes on the wire from `from`.
    pub fn carry(&mut self, from: Side, mut bytes: Vec<u8>) {
        if let Some(tamper) = &mut self.tamper {
            tamper(from, &mut bytes);
        }
        self.end(from.other()).wire.extend(bytes);
    }

    /// Goes on until neither end has anything to send, to take in or to work on.
    ///
    /// # Panics
    /// When that takes more than two million steps.
    #[expect(clippy::panic, reason = "a test that runs for ever must end")]
    pub fn drive(&mut self) {
        for _ in 0..MAX_STEPS {
            let mut moved = false;
            for side in [Side::Client, Side::Server] {
                let waiting = self.end(side).transmit();
                if !waiting.is_empty() {
                    moved = true;
                    self.carry(side, waiting);
                }
                moved |= self.end(side).step();
            }
            if !moved {
                return;
            }
        }
        panic!("the connection does not come to rest");
    }

    /// Sends all of `payload` from one end to the other.
    ///
    /// # Errors
    /// What the sending end says.
    pub fn send(&mut self, from: Side, mut payload: &[u8]) -> Result<(), Error> {
        while !payload.is_empty() {
            let (record, consumed) = self.end(from).send(payload)?;
            self.carry(from, record);
            payload = payload.get(consumed..).unwrap_or_default();
            self.drive();
        }
        Ok(())
    }

    /// Closes one end in order.
    pub fn close(&mut self, side: Side) {
        let _ = self.end(side).call(|connection, _| connection.close());
        self.drive();
    }
}
