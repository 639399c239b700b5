//! A client over UDP that sleeps (feature `context-serialization`).

use super::Connection;
use crate::World;
use embertls::{ClientConfig, DatagramConnection, DatagramSettings, Freezer, Peer};
use std::{io, net::UdpSocket, vec::Vec};

impl<'c, W: World> Connection<'c, W> {
    /// Freezes the connection, as [`DatagramConnection::freeze`]: the blob from which [`Connection::thaw_client`] goes on
    /// without a handshake. This one is at its end, and sends no close_notify. Messages that have come and were not received
    /// are lost, as datagrams may be.
    ///
    /// # Errors
    /// The TLS error inside ([`crate::tls_error`] takes it out), and the connection goes on; the socket's.
    pub fn freeze(&mut self, freezer: &mut Freezer<'_>) -> io::Result<Vec<u8>> {
        self.flush()?;
        let blob = self.connection.freeze(freezer, &mut self.world.host()).map_err(crate::to_io)?;
        Ok(blob.to_vec())
    }

    /// Goes on with a connection that was frozen, with the same configuration and peer. The socket is connected to the
    /// server; where its own address is another, the server must know the client by its connection ID.
    ///
    /// # Errors
    /// What [`DatagramConnection::thaw_client`] refuses, or the socket's.
    pub fn thaw_client(
        config: &'c ClientConfig<'c>,
        peer: Peer<'c>,
        settings: DatagramSettings,
        blob: &[u8],
        freezer: &mut Freezer<'_>,
        socket: UdpSocket,
        mut world: W,
    ) -> io::Result<Self> {
        let mut host = world.host();
        let connection = DatagramConnection::thaw_client(config, peer, settings, blob, freezer, &mut host);
        let connection = connection.map_err(crate::to_io)?;
        Self::over(connection, socket, world)
    }
}
