//! Many peers behind one socket, without the socket: the listeners hand over what came and send what is queued.

use super::{
    MAX_DATAGRAM_BYTES, count,
    routes::{Destination, Route, Routes},
    switches::REUSE_PORTS,
};
use embertls::{
    Answer, DatagramConnection, DatagramSettings, Error, Event, Facts, Flags, Host, Instant, KeyFailure,
    Request, ServerConfig,
    cookie::{Cookies, FirstDatagram},
};
use std::{
    collections::{HashMap, VecDeque},
    io::{self, ErrorKind},
    net::{IpAddr, SocketAddr},
    time::Duration,
    vec,
    vec::Vec,
};

/// Milliseconds between looks at who is silent.
const LOOK_MS: u64 = 1000;

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
    /// A peer is now heard from the second address: a record with its connection ID, authentic and newer than all before, came
    /// from there (RFC 9146 section 6). From now on it is known by that address, and messages go there. Whether it receives
    /// them, and is not a third party's, is for the application to find out before it sends much.
    Moved(SocketAddr, SocketAddr),
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
    route: Route,
    /// Bytes of datagrams, in and out.
    pub bytes: (u64, u64),
}

impl Peer<'_> {
    /// What was agreed.
    #[must_use]
    pub fn facts(&self) -> Option<&Facts> {
        self.connection.facts()
    }

    /// Its records that could not be authenticated or were repeated, so far.
    #[must_use]
    pub const fn rejected_records(&self) -> u32 {
        self.connection.rejected_records()
    }

    /// The connection IDs that were agreed on, as [`DatagramConnection::connection_ids`]: that of its records and that of
    /// ours.
    #[must_use]
    pub fn connection_ids(&self) -> Option<(&[u8], &[u8])> {
        self.connection.connection_ids()
    }

    /// The identity of the pre-shared key that it has; None without one.
    #[must_use]
    pub fn psk_identity(&self) -> Option<&[u8]> {
        self.connection.psk_identity()
    }
}

/// A datagram that has not been taken wholly.
struct Waiting {
    /// The peer by its address.
    peer: SocketAddr,
    /// Where it came from.
    from: SocketAddr,
    /// What of it has not been taken yet.
    range: core::ops::Range<usize>,
}

/// All peers, the datagram that is being taken, and those that wait to be sent.
pub(super) struct Peers<'c> {
    config: &'c ServerConfig<'c>,
    setup: Setup,
    /// None answers first datagrams at once, with state: only where addresses cannot be forged.
    cookies: Option<Cookies>,
    peers: HashMap<SocketAddr, Peer<'c>>,
    /// Where the next datagram is received.
    pub(super) incoming: Vec<u8>,
    outgoing: Vec<u8>,
    /// What of `incoming` has not been taken yet.
    waiting: Option<Waiting>,
    pub(super) routes: Routes,
    /// What came with a change of address.
    after_move: Option<Arrival>,
    /// To be sent, in this order. The listeners empty it before they receive.
    pub(super) queue: VecDeque<(SocketAddr, Vec<u8>)>,
    /// When timers are looked at again.
    next_look: Instant,
}

impl<'c> Peers<'c> {
    pub(super) fn new(config: &'c ServerConfig<'c>, setup: Setup, cookies: Option<Cookies>) -> Self {
        Self {
            config,
            setup,
            cookies,
            peers: HashMap::new(),
            incoming: vec![0; MAX_DATAGRAM_BYTES],
            outgoing: vec![0; MAX_DATAGRAM_BYTES],
            waiting: None,
            routes: Routes::new(config.connection_id),
            after_move: None,
            queue: VecDeque::new(),
            next_look: Instant(0),
        }
    }

    pub(super) const fn set_config(&mut self, config: &'c ServerConfig<'c>) {
        self.config = config;
    }

    pub(super) fn len(&self) -> usize {
        self.peers.len()
    }

    pub(super) fn get(&self, address: SocketAddr) -> Option<&Peer<'c>> {
        self.peers.get(&address)
    }

    pub(super) fn max_payload(&self, address: SocketAddr) -> usize {
        self.peers.get(&address).map_or(0, |peer| peer.connection.max_payload())
    }

    /// Datagrams with a connection ID that nobody has, which were dropped.
    pub(super) const fn strays(&self) -> u64 {
        self.routes.strays
    }

    /// How long nothing is due.
    pub(super) fn patience(&self, now: Instant) -> Duration {
        Duration::from_millis(self.next_look.0.saturating_sub(now.0))
    }

    /// What came with the last datagram, or what time has brought.
    pub(super) fn poll(&mut self, host: &mut Host<'_>) -> Option<Arrival> {
        let arrival = self.after_move.take().or_else(|| self.take_record(host));
        if arrival.is_some() || host.now < self.next_look {
            return arrival;
        }
        self.look_at_timers(host)
    }

    /// Takes the datagram of `len` bytes that is in `incoming`.
    ///
    /// # Errors
    /// A random source that failed.
    pub(super) fn on_datagram(
        &mut self,
        host: &mut Host<'_>,
        address: SocketAddr,
        len: usize,
    ) -> io::Result<Option<Arrival>> {
        let datagram = self.incoming.get(..len).unwrap_or_default();
        let (peer, by_id) = match self.routes.find(datagram) {
            Destination::Sender => (address, false),
            Destination::Peer(peer) => (peer, true),
            Destination::Nobody => return Ok(None),
        };
        let client_random = client_random(datagram);
        let is_its = |peer: &Peer<'_>| {
            by_id
                || !REUSE_PORTS
                || self.cookies.is_none()
                || !peer.connection.is_connected()
                || client_random.is_none_or(|random| random == peer.client_random)
        };
        let waiting = Waiting { peer, from: address, range: 0..len };
        match self.peers.get_mut(&peer) {
            Some(peer) if is_its(peer) => {
                peer.heard_at = host.now;
                peer.bytes.0 += count(len);
                self.waiting = Some(waiting);
            }
            // Nobody, or a client that began anew from the same port and has its cookie (RFC 6347 section 4.2.8).
            known => {
                let before = known.map(|peer| peer.bytes);
                if self.accept(host, address, len, client_random.unwrap_or_default())? {
                    self.waiting = Some(waiting);
                    if let Some(bytes) = before {
                        return Ok(Some(Arrival::Ended(address, bytes, Err(Error::Truncated))));
                    }
                }
            }
        }
        Ok(self.take_record(host))
    }

    /// Queues a message to a peer.
    ///
    /// # Errors
    /// `NotConnected` for an address without a connection; the TLS error inside.
    pub(super) fn send(
        &mut self,
        host: &mut Host<'_>,
        address: SocketAddr,
        message: &[u8],
    ) -> io::Result<()> {
        let peer = self.peers.get_mut(&address).ok_or(ErrorKind::NotConnected)?;
        let len = peer.connection.send(host, message, &mut self.outgoing).map_err(crate::to_io)?;
        peer.bytes.1 += count(len);
        self.enqueue(address, len);
        Ok(())
    }

    /// Queues close_notify, and forgets the peer.
    pub(super) fn close(&mut self, host: &mut Host<'_>, address: SocketAddr) {
        if let Some(peer) = self.peers.get_mut(&address) {
            peer.connection.close();
        }
        self.flush(host, address);
        self.remove(address);
    }

    fn remove(&mut self, address: SocketAddr) -> Option<Peer<'c>> {
        let peer = self.peers.remove(&address)?;
        self.routes.close(&peer.route);
        Some(peer)
    }

    /// Whether a first datagram makes a peer.
    fn accept(
        &mut self,
        host: &mut Host<'_>,
        address: SocketAddr,
        len: usize,
        client_random: [u8; 32],
    ) -> io::Result<bool> {
        let datagram = self.incoming.get(..len).unwrap_or_default();
        if let Some(cookies) = &mut self.cookies {
            let checked = cookies.check(host, &address_bytes(address), datagram, &mut self.outgoing);
            match checked.map_err(crate::to_io)? {
                FirstDatagram::Accepted => {}
                FirstDatagram::Answer(len) => {
                    self.enqueue(address, len);
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
        let made = DatagramConnection::server(self.config, self.setup.settings, host)
            .and_then(|mut connection| Ok((self.routes.open(&mut connection, host, address)?, connection)));
        let Ok((route, connection)) = made else { return Ok(false) };
        let bytes = (count(len), 0);
        self.remove(address);
        self.peers.insert(address, Peer { connection, heard_at: host.now, client_random, route, bytes });
        Ok(true)
    }

    /// Takes the next record of the datagram that waits.
    fn take_record(&mut self, host: &mut Host<'_>) -> Option<Arrival> {
        while let Some(Waiting { peer: address, from, range }) = self.waiting.take() {
            let Some(peer) = self.peers.get_mut(&address) else { continue };
            let datagram = self.incoming.get_mut(range.clone()).unwrap_or_default();
            let newest = peer.connection.newest_record();
            let (used, event) = match take(&mut peer.connection, host, datagram) {
                Ok(taken) => taken,
                Err(error) => return Some(self.end(host, address, Err(error))),
            };
            let moves = from != address && peer.connection.newest_record() > newest;
            let now_at = if moves { self.follow(address, from) } else { address };
            let rest = range.start + used..range.end;
            if !rest.is_empty() {
                self.waiting = Some(Waiting { peer: now_at, from, range: rest });
            }
            let arrival = self.on_event(host, now_at, event, range.start);
            if now_at != address {
                self.after_move = arrival;
                return Some(Arrival::Moved(address, now_at));
            }
            if arrival.is_some() {
                return arrival;
            }
        }
        None
    }

    /// Where the peer is now: at its new address, unless another peer is known by that. Whose connection it is decides
    /// nothing about who may receive at an address that is in use.
    fn follow(&mut self, address: SocketAddr, from: SocketAddr) -> SocketAddr {
        if self.peers.contains_key(&from) {
            return address;
        }
        let Some(peer) = self.peers.remove(&address) else { return address };
        self.routes.turn(&peer.route, from);
        self.peers.insert(from, peer);
        from
    }

    /// What a record means that begins at `start` in `incoming`.
    fn on_event(
        &mut self,
        host: &mut Host<'_>,
        address: SocketAddr,
        event: Event,
        start: usize,
    ) -> Option<Arrival> {
        match event {
            Event::Data(data) => {
                let message = self.incoming.get(start + data.start..start + data.end).unwrap_or_default();
                Some(Arrival::Message(address, message.to_vec()))
            }
            Event::Connected => {
                if let Some(peer) = self.peers.get_mut(&address) {
                    self.routes.settle(&mut peer.route, &peer.connection);
                }
                self.flush(host, address);
                Some(Arrival::Connected(address))
            }
            Event::Closed => Some(self.end(host, address, Ok(()))),
            Event::None
            | Event::NeedMore(_)
            | Event::Work
            | Event::Request
            | Event::Transmit
            | Event::Warning(_) => {
                self.flush(host, address);
                None
            }
        }
    }

    fn end(&mut self, host: &mut Host<'_>, address: SocketAddr, outcome: Result<(), Error>) -> Arrival {
        self.waiting = None;
        self.flush(host, address);
        let bytes = self.remove(address).map_or((0, 0), |peer| peer.bytes);
        Arrival::Ended(address, bytes, outcome)
    }

    /// Queues what waits for a peer.
    fn flush(&mut self, host: &mut Host<'_>, address: SocketAddr) {
        while let Some(peer) = self.peers.get_mut(&address) {
            let sent = peer.connection.poll_transmit(host, &mut self.outgoing);
            if let Some(due) = peer.connection.next_timeout() {
                self.next_look = self.next_look.min(due);
            }
            let Ok(len @ 1..) = sent else { return };
            peer.bytes.1 += count(len);
            self.enqueue(address, len);
        }
    }

    fn enqueue(&mut self, address: SocketAddr, len: usize) {
        self.queue.push_back((address, self.outgoing.get(..len).unwrap_or_default().to_vec()));
    }

    /// Flights that are due go out again; who is silent for too long is forgotten, one at a time.
    fn look_at_timers(&mut self, host: &mut Host<'_>) -> Option<Arrival> {
        let (now, idle_ms) = (host.now, self.setup.idle_ms);
        let is_silent = |peer: &Peer<'_>| now.0.saturating_sub(peer.heard_at.0) >= idle_ms;
        let is_due = |peer: &Peer<'_>| peer.connection.next_timeout().is_some_and(|at| now >= at);
        let due: Vec<SocketAddr> = self
            .peers
            .iter()
            .filter(|(_, peer)| is_silent(peer) || is_due(peer))
            .map(|(address, _)| *address)
            .collect();
        for address in due {
            let Some(peer) = self.peers.get_mut(&address) else { continue };
            if is_silent(peer) {
                peer.connection.close();
                return Some(self.end(host, address, Err(Error::TimedOut)));
            }
            if let Err(error) = peer.connection.on_timeout(host) {
                return Some(self.end(host, address, Err(error)));
            }
            self.flush(host, address);
        }
        let next = self.peers.values().filter_map(|peer| peer.connection.next_timeout()).min();
        let at_the_latest = Instant(now.0.saturating_add(LOOK_MS));
        self.next_look = next.map_or(at_the_latest, |at| at.min(at_the_latest));
        None
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
        let refusal = match connection.request() {
            Some(Request::PrivateKey(_)) => Answer::PrivateKey(Err(KeyFailure::Failed)),
            Some(Request::Certificate { .. }) => Answer::Certificate(Flags::OTHER),
            Some(Request::Credential { .. }) | None => Answer::Credential(usize::MAX),
        };
        event = connection.answer_with(host, refusal)?;
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
