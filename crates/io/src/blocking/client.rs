//! A stream that begins the handshake.

use super::{Std, Stream};
use crate::{Parts, World, pump::Pump, to_io};
use embertls::{ClientConfig, Peer};
use std::io::{self, Read, Write};

impl<'c, S: Read + Write, W: World> Stream<'c, S, W> {
    /// A client; nothing is sent before the first [`Stream::handshake`], `read` or `write`.
    ///
    /// # Errors
    /// What [`embertls::Connection::client`] finds wrong, as an `io::Error`.
    pub fn client(
        config: &'c ClientConfig<'c>,
        peer: Peer<'c>,
        transport: S,
        parts: Parts<'c, W>,
    ) -> io::Result<Self> {
        let (pump, world) = Pump::client(config, peer, parts).map_err(to_io)?;
        Ok(Self { pump, world, transport: Std(transport) })
    }
}
