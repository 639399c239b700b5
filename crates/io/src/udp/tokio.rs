//! Many peers on one socket of tokio.

use super::{Arrival, Peer, Setup, peers::Peers};
use crate::World;
use ::tokio::{net::UdpSocket, time::timeout};
use embertls::{ServerConfig, cookie::Cookies};
use std::{
    io::{self, ErrorKind},
    net::SocketAddr,
};

/// Serves any number of peers on one socket. A peer costs nothing before it has shown, by a cookie, that it is where it
/// says it is. All that must outlive a call is in here and nothing in the futures: whoever drops one loses nothing.
pub struct Listener<'c, W> {
    socket: UdpSocket,
    peers: Peers<'c>,
    world: W,
    /// What [`Listener::next`] gives once everything before it is sent.
    arrival: Option<Arrival>,
}

impl<'c, W: World> Listener<'c, W> {
    /// On a bound socket. Where the configuration has a connection ID, each peer gets a random one of its own of that length.
    /// Without cookies first datagrams are answered at once, with state: only where addresses cannot be
    /// forged.
    pub fn new(
        config: &'c ServerConfig<'c>,
        socket: UdpSocket,
        setup: Setup,
        cookies: Option<Cookies>,
        world: W,
    ) -> Self {
        Self { socket, peers: Peers::new(config, setup, cookies), world, arrival: None }
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

    /// Waits for what comes next; never [`Arrival::Nothing`].
    ///
    /// # Errors
    /// The socket's; no peer's fault is an error here.
    pub async fn next(&mut self) -> io::Result<Arrival> {
        loop {
            self.flush().await;
            if let Some(arrival) = self.arrival.take() {
                return Ok(arrival);
            }
            self.arrival = self.peers.poll(&mut self.world.host());
            if self.arrival.is_some() || !self.peers.queue.is_empty() {
                continue;
            }
            let until_due = self.peers.patience(self.world.host().now);
            match timeout(until_due, self.socket.recv_from(&mut self.peers.incoming)).await {
                Ok(Ok((len, address))) => {
                    self.arrival = self.peers.on_datagram(&mut self.world.host(), address, len)?;
                }
                // Some systems report a peer's unreachable port at the next call.
                Ok(Err(error)) if error.kind() != ErrorKind::ConnectionReset => return Err(error),
                Ok(Err(_)) | Err(_) => {}
            }
        }
    }

    /// Sends a message to a peer.
    ///
    /// # Errors
    /// `NotConnected` for an address without a connection; the TLS error inside.
    pub async fn send(&mut self, address: SocketAddr, message: &[u8]) -> io::Result<()> {
        self.peers.send(&mut self.world.host(), address, message)?;
        self.flush().await;
        Ok(())
    }

    /// Ends a connection in order, and forgets the peer.
    pub async fn close(&mut self, address: SocketAddr) {
        self.peers.close(&mut self.world.host(), address);
        self.flush().await;
    }

    /// What the system cannot send is lost, as anywhere on the way, and sent again when it is due.
    async fn flush(&mut self) {
        while let Some((address, datagram)) = self.peers.queue.front() {
            let _ = self.socket.send_to(datagram, *address).await;
            self.peers.queue.pop_front();
        }
    }
}
