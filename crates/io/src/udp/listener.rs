//! Many peers on one socket.

use super::{MAX_DATAGRAM_BYTES, count};
use crate::World;
use embertls::{
    DatagramConnection, DatagramSettings, Error, Event, Facts, Host, Instant, ServerConfig,
    cookie::{Cookies, FirstDatagram},
};
use std::{
    collections::HashMap,
    io::{self, ErrorKind},
    net::{IpAddr, SocketAddr, UdpSocket},
    time::Duration,
    vec,
    vec::Vec,
};

/// Milliseconds between looks at who is silent.
const LOOK_MS: u64 = 1000;

// A switch as a constant, so that what it guards is not linked without it.
#[cfg(feature = "dtls-client-port-reuse")]
const REUSES_PORTS: bool = true;
#[cfg(not(feature = "dtls-client-port-reuse"))]
const REUSES_PORTS: bool = false;

/// How a listener treats its peers.
#[derive(Clone, Copy, Debug)]
pub struct Setup {
    /// How datagrams are sent.
    pub settings: DatagramSettings,
    /// Peers at once; hellos of others are not answered while there are so many.
    pub max_peers: usize,
    /// Of these, handshakes under way.
    pub max_handshakes: usize,
    /// Milliseconds after which a silent peer is forgotten.
    pub idle_ms: u64,
}

impl Default for Setup {
    fn default() -> Self {
        Self {
            settings: DatagramSettings::default(),
            max_peers: 10_000,
            max_handshakes: 1000,
            idle_ms: 300_000,
        }
    }
}

/// What came.
#[derive(Debug)]
pub enum Arrival {
    /// A handshake is complete.
    Connected(SocketAddr),
    /// A message.
    Message(SocketAddr, Vec<u8>),
    /// A connection has ended: in order, or with an error, or after a long silence; with the bytes of its datagrams, in and
    /// out.
    Ended(SocketAddr, (u64, u64), Result<(), Error>),
    /// The time is over, or a datagram meant nothing.
    Nothing,
}

/// One peer.
pub struct Peer<'c> {
    connection: DatagramConnection<'c>,
    heard_at: Instant,
    /// client_random of its first hello, so that a late one of the same client is no new client.
    client_random: [u8; 32],
    /// Bytes of datagrams, in and out.
    pub bytes: (u64, u64),
}

impl Peer<'_> {
    /// What was agreed.
    #[must_use]
    pub fn facts(&self) -> Option<&Facts> {
        self.connection.facts()
    }
}

/// Serves any number of peers on one socket. A peer costs nothing before it has shown, by a cookie, that it is where it
/// says it is.
pub struct Listener<'c, W> {
    socket: UdpSocket,
    config: &'c ServerConfig<'c>,
    world: W,
    setup: Setup,
    /// None answers first datagrams at once, with state: only where addresses cannot be forged.
    cookies: Option<Cookies>,
    peers: HashMap<SocketAddr, Peer<'c>>,
    incoming: Vec<u8>,
    outgoing: Vec<u8>,
    /// What of `incoming` has not been taken yet, and from whom it is.
    waiting: Option<(SocketAddr, core::ops::Range<usize>)>,
    /// When timers are looked at again.
    next_look: Instant,
}

impl<'c, W: World> Listener<'c, W> {
    /// On a bound socket.
    pub fn new(
        config: &'c ServerConfig<'c>,
        socket: UdpSocket,
        setup: Setup,
        cookies: Option<Cookies>,
        world: W,
    ) -> Self {
        Self {
            socket,
            config,
            world,
            setup,
            cookies,
            peers: HashMap::new(),
            incoming: vec![0; MAX_DATAGRAM_BYTES],
            outgoing: vec![0; MAX_DATAGRAM_BYTES],
            waiting: None,
            next_look: Instant(0),
        }
    }

    /// How many peers there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.peers.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.peers.is_empty()
    }

    /// A peer.
    #[must_use]
    pub fn peer(&self, address: SocketAddr) -> Option<&Peer<'c>> {
        self.peers.get(&address)
    }

    /// The world of all connections.
    pub const fn world(&mut self) -> &mut W {
        &mut self.world
    }

    /// The most bytes of a message to this peer.
    #[must_use]
    pub fn max_payload(&self, address: SocketAddr) -> usize {
        self.peers.get(&address).map_or(0, |peer| peer.connection.max_payload())
    }

    /// Waits for at most so long for what comes next.
    ///
    /// # Errors
    /// The socket's; no peer's fault is an error here.
    pub fn next(&mut self, patience: Duration) -> io::Result<Arrival> {
        if let Some(arrival) = self.take_record()? {
            return Ok(arrival);
        }
        let now = self.world.host().now;
        if now >= self.next_look
            && let Some(ended) = self.look_at_timers(now)?
        {
            return Ok(ended);
        }
        let until_due = Duration::from_millis(self.next_look.0.saturating_sub(now.0));
        let wait = until_due.min(patience).max(Duration::from_millis(1));
        self.socket.set_read_timeout(Some(wait))?;
        match self.socket.recv_from(&mut self.incoming) {
            Ok((len, address)) => self.on_datagram(address, len, now),
            Err(error)
                if matches!(
                    error.kind(),
                    // Some systems report a peer's unreachable port at the next call.
                    ErrorKind::WouldBlock
                        | ErrorKind::TimedOut
                        | ErrorKind::Interrupted
                        | ErrorKind::ConnectionReset
                ) =>
            {
                Ok(Arrival::Nothing)
            }
            Err(error) => Err(error),
        }
    }

    fn on_datagram(&mut self, address: SocketAddr, len: usize, now: Instant) -> io::Result<Arrival> {
        let datagram = self.incoming.get(..len).unwrap_or_default();
        let client_random = client_random(datagram);
        let is_its = |peer: &Peer<'_>| {
            !REUSES_PORTS
                || self.cookies.is_none()
                || !peer.connection.is_connected()
                || client_random.is_none_or(|random| random == peer.client_random)
        };
        match self.peers.get_mut(&address) {
            Some(peer) if is_its(peer) => {
                peer.heard_at = now;
                peer.bytes.0 += count(len);
                self.waiting = Some((address, 0..len));
            }
            // Nobody, or a client that began anew from the same port and has its cookie (RFC 6347 section 4.2.8).
            known => {
                let before = known.map(|peer| peer.bytes);
                if self.accept(address, len, client_random.unwrap_or_default())? {
                    self.waiting = Some((address, 0..len));
                    if let Some(bytes) = before {
                        return Ok(Arrival::Ended(address, bytes, Err(Error::Truncated)));
                    }
                }
            }
        }
        Ok(self.take_record()?.unwrap_or(Arrival::Nothing))
    }

    /// Sends a message to a peer.
    ///
    /// # Errors
    /// `NotConnected` for an address without a connection; the TLS error inside; the socket's.
    pub fn send(&mut self, address: SocketAddr, message: &[u8]) -> io::Result<()> {
        let peer = self.peers.get_mut(&address).ok_or(ErrorKind::NotConnected)?;
        let len = peer.connection.send(&mut self.world.host(), message, &mut self.outgoing);
        let len = len.map_err(crate::to_io)?;
        peer.bytes.1 += count(len);
        self.socket.send_to(self.outgoing.get(..len).unwrap_or_default(), address).map(|_| ())
    }

    /// Ends a connection in order, and forgets the peer.
    ///
    /// # Errors
    /// The socket's.
    pub fn close(&mut self, address: SocketAddr) -> io::Result<()> {
        if let Some(peer) = self.peers.get_mut(&address) {
            peer.connection.close();
        }
        self.flush(address)?;
        self.peers.remove(&address);
        Ok(())
    }

    /// Whether a first datagram makes a peer.
    fn accept(&mut self, address: SocketAddr, len: usize, client_random: [u8; 32]) -> io::Result<bool> {
        let datagram = self.incoming.get(..len).unwrap_or_default();
        let mut host = self.world.host();
        let now = host.now;
        if let Some(cookies) = &mut self.cookies {
            let checked = cookies.check(&mut host, &address_bytes(address), datagram, &mut self.outgoing);
            match checked.map_err(crate::to_io)? {
                FirstDatagram::Accepted => {}
                FirstDatagram::Answer(len) => {
                    // What the system cannot send now, the client asks for again.
                    let _ = self.socket.send_to(self.outgoing.get(..len).unwrap_or_default(), address);
                    return Ok(false);
                }
                FirstDatagram::Nothing => return Ok(false),
            }
        }
        let handshakes = self.peers.values().filter(|peer| peer.connection.is_handshaking()).count();
        if self.peers.len() >= self.setup.max_peers || handshakes >= self.setup.max_handshakes {
            return Ok(false);
        }
        // Out of memory: the client will ask again.
        let Ok(connection) = DatagramConnection::server(self.config, self.setup.settings, &mut host) else {
            return Ok(false);
        };
        let bytes = (count(len), 0);
        self.peers.insert(address, Peer { connection, heard_at: now, client_random, bytes });
        Ok(true)
    }

    /// Takes the next record of the datagram that waits.
    fn take_record(&mut self) -> io::Result<Option<Arrival>> {
        while let Some((address, range)) = self.waiting.take() {
            let Some(peer) = self.peers.get_mut(&address) else { continue };
            let datagram = self.incoming.get_mut(range.clone()).unwrap_or_default();
            let mut host = self.world.host();
            let (used, event) = match take(&mut peer.connection, &mut host, datagram) {
                Ok(taken) => taken,
                Err(error) => return self.end(address, Err(error)).map(Some),
            };
            let rest = range.start + used..range.end;
            if !rest.is_empty() {
                self.waiting = Some((address, rest));
            }
            match event {
                Event::Data(data) => {
                    let data = range.start + data.start..range.start + data.end;
                    let message = self.incoming.get(data).unwrap_or_default().to_vec();
                    return Ok(Some(Arrival::Message(address, message)));
                }
                Event::Connected => {
                    self.flush(address)?;
                    return Ok(Some(Arrival::Connected(address)));
                }
                Event::Closed => return self.end(address, Ok(())).map(Some),
                Event::None
                | Event::NeedMore(_)
                | Event::Work
                | Event::Request
                | Event::Transmit
                | Event::Warning(_) => self.flush(address)?,
            }
        }
        Ok(None)
    }

    fn end(&mut self, address: SocketAddr, outcome: Result<(), Error>) -> io::Result<Arrival> {
        self.waiting = None;
        self.flush(address)?;
        let bytes = self.peers.remove(&address).map_or((0, 0), |peer| peer.bytes);
        Ok(Arrival::Ended(address, bytes, outcome))
    }

    /// What waits for a peer goes out; what the system cannot send is lost, as anywhere on the way.
    fn flush(&mut self, address: SocketAddr) -> io::Result<()> {
        let Some(peer) = self.peers.get_mut(&address) else { return Ok(()) };
        let mut host = self.world.host();
        while let Ok(len @ 1..) = peer.connection.poll_transmit(&mut host, &mut self.outgoing) {
            peer.bytes.1 += count(len);
            let _ = self.socket.send_to(self.outgoing.get(..len).unwrap_or_default(), address);
        }
        if let Some(due) = peer.connection.next_timeout() {
            self.next_look = self.next_look.min(due);
        }
        Ok(())
    }

    /// Flights that are due go out again; who is silent for too long is forgotten.
    fn look_at_timers(&mut self, now: Instant) -> io::Result<Option<Arrival>> {
        let idle_ms = self.setup.idle_ms;
        let is_silent = |peer: &Peer<'_>| now.0.saturating_sub(peer.heard_at.0) >= idle_ms;
        let is_due = |peer: &Peer<'_>| peer.connection.next_timeout().is_some_and(|at| now >= at);
        let due: Vec<SocketAddr> = self
            .peers
            .iter()
            .filter(|(_, peer)| is_silent(peer) || is_due(peer))
            .map(|(address, _)| *address)
            .collect();
        let next = self.peers.values().filter_map(|peer| peer.connection.next_timeout()).min();
        let at_the_latest = Instant(now.0.saturating_add(LOOK_MS));
        // Those that are due are looked at below, one at a time if they end.
        self.next_look =
            if due.is_empty() { next.map_or(at_the_latest, |at| at.min(at_the_latest)) } else { now };
        for address in due {
            let Some(peer) = self.peers.get_mut(&address) else { continue };
            if is_silent(peer) {
                peer.connection.close();
                return self.end(address, Err(Error::TimedOut)).map(Some);
            }
            if let Err(error) = peer.connection.on_timeout(&mut self.world.host()) {
                return self.end(address, Err(error)).map(Some);
            }
            self.flush(address)?;
        }
        Ok(None)
    }
}

/// Takes a record; slow work is done at once, and a question that this listener cannot ask its owner has no answer.
fn take(
    connection: &mut DatagramConnection<'_>,
    host: &mut Host<'_>,
    datagram: &mut [u8],
) -> Result<(usize, Event), Error> {
    let received = connection.receive(host, datagram)?;
    let mut event = received.event;
    while event == Event::Work {
        event = connection.advance(host)?;
    }
    if event == Event::Request {
        event = connection.answer(host, usize::MAX)?;
    }
    Ok((received.used, event))
}

/// client_random of a first hello: in the first record of epoch 0, behind both headers and the version.
fn client_random(datagram: &[u8]) -> Option<[u8; 32]> {
    let is_hello = matches!(datagram, [22, 0xFE, _, 0, 0, _, _, _, _, _, _, _, _, 1, ..]);
    let random = datagram.get(27..59)?.try_into().ok()?;
    is_hello.then_some(random)
}

/// Address and port, in the same form each time.
fn address_bytes(address: SocketAddr) -> Vec<u8> {
    let mut bytes = match address.ip() {
        IpAddr::V4(ip) => ip.octets().to_vec(),
        IpAddr::V6(ip) => ip.octets().to_vec(),
    };
    bytes.extend(address.port().to_be_bytes());
    bytes
}
