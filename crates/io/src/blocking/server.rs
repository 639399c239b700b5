//! A stream that waits for a client.

use super::{Std, Stream};
use crate::{Parts, World, pump::Pump, to_io};
use embertls::ServerConfig;
use std::io::{self, Read, Write};

impl<'c, S: Read + Write, W: World> Stream<'c, S, W> {
    /// A server; it waits for the peer's first bytes in [`Stream::handshake`], `read` or `write`.
    ///
    /// # Errors
    /// What [`embertls::Connection::server`] finds wrong, as an `io::Error`.
    pub fn server(config: &'c ServerConfig<'c>, transport: S, parts: Parts<'c, W>) -> io::Result<Self> {
        let (pump, world) = Pump::server(config, parts).map_err(to_io)?;
        Ok(Self { pump, world, transport: Std(transport) })
    }
}
