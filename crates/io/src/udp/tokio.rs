//! Many peers on one socket of tokio.

use super::Arrival;
use crate::World;
use ::tokio::{net::UdpSocket, time::timeout};
use std::{
    io::{self, ErrorKind},
    net::SocketAddr,
};

/// [`super::Listener`] on a socket of tokio.
pub type Listener<'c, W> = super::Listener<'c, W, UdpSocket>;

impl<W: World> Listener<'_, W> {
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
