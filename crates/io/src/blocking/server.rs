//! A stream that waits for a client.

use super::{Parts, Stream};
use crate::error::to_io;
use crypto::Rng;
use embertls::{Connection, Host, ServerConfig};
use std::io::{self, Read, Write};

impl<'c, S: Read + Write, R: Rng> Stream<'c, S, R> {
    /// A server; it waits for the peer's first bytes in [`Stream::handshake`], `read` or `write`.
    ///
    /// # Errors
    /// What [`Connection::server`] finds wrong, as an `io::Error`.
    pub fn server(config: &'c ServerConfig<'c>, transport: S, mut parts: Parts<'c, R>) -> io::Result<Self> {
        let mut host = Host::new(parts.clock.now(), parts.clock.time(), &mut parts.rng);
        let connection = Connection::server(config, &mut host).map_err(to_io)?;
        Ok(Self::new(connection, transport, parts))
    }
}
