//! A stream that begins the handshake.

use super::{Parts, Stream};
use crate::error::to_io;
use crypto::Rng;
use embertls::{ClientConfig, Connection, Host, Peer};
use std::io::{self, Read, Write};

impl<'c, S: Read + Write, R: Rng> Stream<'c, S, R> {
    /// A client; nothing is sent before the first [`Stream::handshake`], `read` or `write`.
    ///
    /// # Errors
    /// What [`Connection::client`] finds wrong, as an `io::Error`.
    pub fn client(
        config: &'c ClientConfig<'c>,
        peer: Peer<'c>,
        transport: S,
        mut parts: Parts<'c, R>,
    ) -> io::Result<Self> {
        let mut host = Host::new(parts.clock.now(), parts.clock.time(), &mut parts.rng);
        let connection = Connection::client(config, peer, &mut host).map_err(to_io)?;
        Ok(Self::new(connection, transport, parts))
    }
}
