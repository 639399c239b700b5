//! A TLS stream over any transport of `embedded-io`, without `std`.
//!
//! Each call waits as the transport does. The end of the stream is `Ok(0)` only after the peer's close_notify (RFC 5246
//! section 7.2.1), else the error [`embertls::Error::Truncated`]. A record is sent by the call that makes it; a
//! transport with a buffer of its own is flushed by `flush`, and before the peer's answer is waited for.

use crate::{
    Parts, StreamError, World,
    accessors::accessors,
    drive::{self, Transport},
    pump::{Goal, Pump},
};
use ::embedded_io::{Error as _, ErrorKind, ErrorType, Read, Write};
use core::cell::RefCell;
use embertls::Error;

/// A TLS connection over a transport.
pub struct Stream<'c, T, W> {
    pump: Pump<'c>,
    world: W,
    transport: T,
}

/// A transport of `embedded-io` for the loop.
struct Embedded<'t, T>(&'t mut T);

impl<T: Read + Write> Transport for Embedded<'_, T> {
    type Error = T::Error;

    fn read(&mut self, out: &mut [u8]) -> Result<usize, T::Error> {
        self.0.read(out)
    }

    fn write(&mut self, bytes: &[u8]) -> Result<usize, T::Error> {
        self.0.write(bytes)
    }

    fn flush(&mut self) -> Result<(), T::Error> {
        self.0.flush()
    }

    fn is_interrupted(error: &T::Error) -> bool {
        error.kind() == ErrorKind::Interrupted
    }

    /// `embedded-io` always waits.
    fn would_block(_: &T::Error) -> bool {
        false
    }
}

impl<'c, T: Read + Write, W: World> Stream<'c, T, W> {
    /// A client; nothing is sent before the first [`Stream::handshake`], `read` or `write`.
    ///
    /// # Errors
    /// What [`embertls::Connection::client`] finds wrong.
    #[cfg(feature = "client")]
    pub fn client(
        config: &'c embertls::ClientConfig<'c>,
        peer: embertls::Peer<'c>,
        transport: T,
        parts: Parts<'c, W>,
    ) -> Result<Self, Error> {
        let (pump, world) = Pump::client(config, peer, parts)?;
        Ok(Self { pump, world, transport })
    }

    /// A server; it waits for the peer's first bytes in [`Stream::handshake`], `read` or `write`.
    ///
    /// # Errors
    /// What [`embertls::Connection::server`] finds wrong.
    #[cfg(feature = "server")]
    pub fn server(
        config: &'c embertls::ServerConfig<'c>,
        transport: T,
        parts: Parts<'c, W>,
    ) -> Result<Self, Error> {
        let (pump, world) = Pump::server(config, parts)?;
        Ok(Self { pump, world, transport })
    }

    /// Completes the handshake; done at once when it is complete.
    ///
    /// # Errors
    /// What ended the connection, after the alert for it was sent if the transport took it; or the transport's.
    pub fn handshake(&mut self) -> Result<(), StreamError<T::Error>> {
        self.run(Goal::Handshake).map(|_| ())
    }

    /// Tells the peer that nothing more will be sent (close_notify) and flushes. What the peer sent can still be read.
    ///
    /// # Errors
    /// The transport's, unless the peer has closed; what ended the connection, if it has failed.
    pub fn close(&mut self) -> Result<(), StreamError<T::Error>> {
        self.run(Goal::Close).map(|_| ())
    }

    /// In two halves, which one thread uses in turn.
    pub const fn split(&mut self) -> Split<'_, 'c, T, W> {
        Split(RefCell::new(self))
    }

    accessors!(Error, Error::from);

    fn run(&mut self, goal: Goal<'_>) -> Result<usize, StreamError<T::Error>> {
        drive::run(&mut self.pump, &mut self.world, &mut Embedded(&mut self.transport), goal)
    }
}

impl<T: ErrorType, W> ErrorType for Stream<'_, T, W> {
    type Error = StreamError<T::Error>;
}

impl<T: Read + Write, W: World> Read for Stream<'_, T, W> {
    /// Reads application data, completing the handshake first when that is not done.
    fn read(&mut self, out: &mut [u8]) -> Result<usize, Self::Error> {
        self.run(Goal::Read(out))
    }
}

impl<T: Read + Write, W: World> Write for Stream<'_, T, W> {
    /// Sends at most one record of application data, completing the handshake first when that is not done.
    fn write(&mut self, payload: &[u8]) -> Result<usize, Self::Error> {
        drive::write(&mut self.pump, &mut self.world, &mut Embedded(&mut self.transport), payload)
    }

    fn flush(&mut self) -> Result<(), Self::Error> {
        self.run(Goal::Flush).map(|_| ())
    }
}

/// A stream in two halves, for parts of a program that do not know of each other; see [`Stream::split`].
pub struct Split<'s, 'c, T, W>(RefCell<&'s mut Stream<'c, T, W>>);

/// The half that reads.
pub struct ReadHalf<'h, 's, 'c, T, W>(&'h Split<'s, 'c, T, W>);

/// The half that writes and closes.
pub struct WriteHalf<'h, 's, 'c, T, W>(&'h Split<'s, 'c, T, W>);

impl<'s, 'c, T: Read + Write, W: World> Split<'s, 'c, T, W> {
    /// The halves. A call on one ends before one on the other begins: this is for one thread.
    pub const fn halves(&self) -> (ReadHalf<'_, 's, 'c, T, W>, WriteHalf<'_, 's, 'c, T, W>) {
        (ReadHalf(self), WriteHalf(self))
    }

    fn run(&self, goal: Goal<'_>) -> Result<usize, StreamError<T::Error>> {
        self.0.try_borrow_mut().map_err(|_| Error::Internal)?.run(goal)
    }
}

impl<T: Read + Write, W: World> WriteHalf<'_, '_, '_, T, W> {
    /// As [`Stream::close`].
    ///
    /// # Errors
    /// As [`Stream::close`].
    pub fn close(&mut self) -> Result<(), StreamError<T::Error>> {
        self.0.run(Goal::Close).map(|_| ())
    }
}

impl<T: ErrorType, W> ErrorType for ReadHalf<'_, '_, '_, T, W> {
    type Error = StreamError<T::Error>;
}

impl<T: ErrorType, W> ErrorType for WriteHalf<'_, '_, '_, T, W> {
    type Error = StreamError<T::Error>;
}

impl<T: Read + Write, W: World> Read for ReadHalf<'_, '_, '_, T, W> {
    fn read(&mut self, out: &mut [u8]) -> Result<usize, Self::Error> {
        self.0.run(Goal::Read(out))
    }
}

impl<T: Read + Write, W: World> Write for WriteHalf<'_, '_, '_, T, W> {
    fn write(&mut self, payload: &[u8]) -> Result<usize, Self::Error> {
        self.0.0.try_borrow_mut().map_err(|_| Error::Internal)?.write(payload)
    }

    fn flush(&mut self) -> Result<(), Self::Error> {
        self.0.run(Goal::Flush).map(|_| ())
    }
}
