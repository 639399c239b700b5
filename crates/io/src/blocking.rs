//! A TLS stream over any blocking or non-blocking `Read + Write` of `std`.
//!
//! On a blocking transport each call runs to its end. On one that answers `WouldBlock` each call may return
//! `WouldBlock` and is made again later; nothing is lost in between. The end of the stream is `Ok(0)` only after
//! the peer's close_notify (RFC 5246 section 7.2.1), else an error of kind `UnexpectedEof`. For two threads a stream comes
//! apart into halves ([`Stream::into_split`]).

mod split;

pub use crate::Parts;
pub use split::{ReadHalf, WriteHalf};

use crate::{
    World,
    accessors::accessors,
    drive::{self, Transport},
    pump::{Goal, Pump},
};
use embertls::{CertificateObserver, Host};
use std::io::{self, ErrorKind, Read, Write};

/// A TLS connection over a transport.
pub struct Stream<'c, T, W> {
    pump: Pump<'c>,
    world: W,
    transport: T,
}

/// A transport of `std` for the loop.
struct Std<'t, T>(&'t mut T);

impl<T: Read + Write> Transport for Std<'_, T> {
    type Error = io::Error;

    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        self.0.read(out)
    }

    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }

    fn is_interrupted(error: &io::Error) -> bool {
        error.kind() == ErrorKind::Interrupted
    }

    fn would_block(error: &io::Error) -> bool {
        error.kind() == ErrorKind::WouldBlock
    }
}

/// A world in which someone sees each certificate of the peer.
struct Observed<'o, W> {
    world: &'o mut W,
    observer: &'o mut dyn CertificateObserver,
}

impl<W: World> World for Observed<'_, W> {
    fn host(&mut self) -> Host<'_> {
        let mut host = self.world.host();
        host.observer = Some(&mut *self.observer);
        host
    }
}

impl<'c, T: Read + Write, W: World> Stream<'c, T, W> {
    /// A client; nothing is sent before the first [`Stream::handshake`], `read` or `write`.
    ///
    /// # Errors
    /// What [`embertls::Connection::client`] finds wrong, as an `io::Error`.
    #[cfg(feature = "client")]
    pub fn client(
        config: &'c embertls::ClientConfig<'c>,
        peer: embertls::Peer<'c>,
        transport: T,
        parts: Parts<'c, W>,
    ) -> io::Result<Self> {
        let (pump, world) = Pump::client(config, peer, parts).map_err(crate::to_io)?;
        Ok(Self { pump, world, transport })
    }

    /// A server; it waits for the peer's first bytes in [`Stream::handshake`], `read` or `write`.
    ///
    /// # Errors
    /// What [`embertls::Connection::server`] finds wrong, as an `io::Error`.
    #[cfg(feature = "server")]
    pub fn server(
        config: &'c embertls::ServerConfig<'c>,
        transport: T,
        parts: Parts<'c, W>,
    ) -> io::Result<Self> {
        let (pump, world) = Pump::server(config, parts).map_err(crate::to_io)?;
        Ok(Self { pump, world, transport })
    }

    /// Completes the handshake; done at once when it is complete.
    ///
    /// # Errors
    /// The TLS error inside ([`crate::tls_error`] takes it out), after the alert was sent if the transport took
    /// it; or the transport's own error. After `WouldBlock` the call is made again.
    pub fn handshake(&mut self) -> io::Result<()> {
        self.run(Goal::Handshake).map(|_| ())
    }

    /// As [`Stream::handshake`], and `observer` sees each certificate of the peer.
    ///
    /// # Errors
    /// As [`Stream::handshake`].
    pub fn handshake_observed(
        &mut self,
        observer: Option<&mut (dyn CertificateObserver + '_)>,
    ) -> io::Result<()> {
        let Some(observer) = observer else { return self.handshake() };
        let mut world = Observed { world: &mut self.world, observer };
        drive::run(&mut self.pump, &mut world, &mut Std(&mut self.transport), Goal::Handshake)?;
        Ok(())
    }

    /// Tells the peer that nothing more will be sent (close_notify) and flushes; that a peer which has closed
    /// itself takes no more is no error. What the peer sent can still be read. A stream that is dropped without this
    /// leaves its peer with a truncated one.
    ///
    /// # Errors
    /// The transport's; after `WouldBlock` the call is made again. What ended the connection, if it has failed.
    pub fn close(&mut self) -> io::Result<()> {
        self.run(Goal::Close).map(|_| ())
    }

    accessors!(io::Error, crate::to_io);

    fn run(&mut self, goal: Goal<'_>) -> io::Result<usize> {
        Ok(drive::run(&mut self.pump, &mut self.world, &mut Std(&mut self.transport), goal)?)
    }
}

impl<T: Read + Write, W: World> Read for Stream<'_, T, W> {
    /// Reads application data, completing the handshake first when that is not done.
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        self.run(Goal::Read(out))
    }
}

impl<T: Read + Write, W: World> Write for Stream<'_, T, W> {
    /// Sends at most one record of application data, completing the handshake first when that is not done. What
    /// was taken when the transport answers `WouldBlock` is sent by the next call of any kind.
    fn write(&mut self, payload: &[u8]) -> io::Result<usize> {
        Ok(drive::write(&mut self.pump, &mut self.world, &mut Std(&mut self.transport), payload)?)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.run(Goal::Flush).map(|_| ())
    }
}
