//! Many peers on one socket: what all sockets share, and the blocking form.

use super::{Arrival, Peer, Setup, peers::Peers};
use crate::World;
use embertls::{ServerConfig, cookie::Cookies};
use std::{
    io::{self, ErrorKind},
    net::{SocketAddr, UdpSocket},
    time::Duration,
};

/// Serves any number of peers on one socket. A peer costs nothing before it has shown, by a cookie, that it is where it
/// says it is.
///
/// All that must outlive a call is in here and nothing in the futures of asynchronous sockets: whoever drops one loses
/// nothing.
pub struct Listener<'c, W, S = UdpSocket> {
    pub(super) socket: S,
    pub(super) peers: Peers<'c>,
    pub(super) world: W,
    /// What comes next once everything before it is sent, for sockets whose sending can be dropped.
    #[cfg_attr(not(feature = "tokio"), expect(dead_code, reason = "then sending cannot be dropped"))]
    pub(super) arrival: Option<Arrival>,
}

impl<'c, W: World, S> Listener<'c, W, S> {
    /// On a bound socket. Where the configuration has a connection ID, each peer gets a random one of its own of that length.
    /// Without cookies first datagrams are answered at once, with state: only where addresses cannot be
    /// forged.
    pub fn new(
        config: &'c ServerConfig<'c>,
        socket: S,
        setup: Setup,
        cookies: Option<Cookies>,
        world: W,
    ) -> Self {
        Self { socket, peers: Peers::new(config, setup, cookies), world, arrival: None }
    }

    /// Who comes from now on has this configuration; peers go on with the one that they began with. Connection IDs stay as
    /// long as those of the first configuration.
    pub const fn set_config(&mut self, config: &'c ServerConfig<'c>) {
        self.peers.set_config(config);
    }

    /// How many peers there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.peers.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// A peer.
    #[must_use]
    pub fn peer(&self, address: SocketAddr) -> Option<&Peer<'c>> {
        self.peers.get(address)
    }

    /// Datagrams that were dropped because nobody has their connection ID; they cost a look-up and nothing else.
    #[must_use]
    pub const fn strays(&self) -> u64 {
        self.peers.strays()
    }

    /// The world of all connections.
    pub const fn world(&mut self) -> &mut W {
        &mut self.world
    }

    /// The most bytes of a message to this peer.
    #[must_use]
    pub fn max_payload(&self, address: SocketAddr) -> usize {
        self.peers.max_payload(address)
    }
}

impl<W: World> Listener<'_, W> {
    /// Waits for at most so long for what comes next.
    ///
    /// # Errors
    /// The socket's; no peer's fault is an error here.
    pub fn next(&mut self, patience: Duration) -> io::Result<Arrival> {
        let polled = self.peers.poll(&mut self.world.host());
        self.flush();
        if let Some(arrival) = polled {
            return Ok(arrival);
        }
        let until_due = self.peers.patience(self.world.host().now);
        // Zero would wait for ever.
        let wait = until_due.min(patience).max(Duration::from_millis(1));
        self.socket.set_read_timeout(Some(wait))?;
        match self.socket.recv_from(&mut self.peers.incoming) {
            Ok((len, address)) => {
                let taken = self.peers.on_datagram(&mut self.world.host(), address, len);
                self.flush();
                Ok(taken?.unwrap_or(Arrival::Nothing))
            }
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

    /// Sends a message to a peer.
    ///
    /// # Errors
    /// `NotConnected` for an address without a connection; the TLS error inside; the socket's.
    pub fn send(&mut self, address: SocketAddr, message: &[u8]) -> io::Result<()> {
        self.peers.send(&mut self.world.host(), address, message)?;
        self.peers
            .queue
            .drain(..)
            .try_for_each(|(address, datagram)| self.socket.send_to(&datagram, address).map(|_| ()))
    }

    /// Ends a connection in order, and forgets the peer.
    pub fn close(&mut self, address: SocketAddr) {
        self.peers.close(&mut self.world.host(), address);
        self.flush();
    }

    /// What the system cannot send is lost, as anywhere on the way, and sent again when it is due.
    fn flush(&mut self) {
        for (address, datagram) in self.peers.queue.drain(..) {
            let _ = self.socket.send_to(&datagram, address);
        }
    }
}
