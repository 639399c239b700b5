//! A TLS stream over any blocking or non-blocking `Read + Write` of `std`.
//!
//! On a blocking transport each call runs to its end. On one that answers `WouldBlock` each call may return
//! `WouldBlock` and is made again later; nothing is lost in between. The end of the stream is `Ok(0)` only after
//! the peer's close_notify (RFC 5246 section 7.2.1), else an error of kind `UnexpectedEof`.

#[cfg(feature = "client")]
mod client;
#[cfg(feature = "server")]
mod server;

pub use crate::Parts;

use crate::{
    World,
    drive::{self, Transport},
    pump::{Goal, Pump},
};
use embertls::{CertificateObserver, Connection, Facts, Host};
use std::io::{self, ErrorKind, Read, Write};

/// A TLS connection over a transport.
pub struct Stream<'c, S, W> {
    pump: Pump<'c>,
    world: W,
    transport: Std<S>,
}

/// A transport of `std` for the loop.
struct Std<S>(S);

impl<S: Read + Write> Transport for Std<S> {
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

impl<'c, S: Read + Write, W: World> Stream<'c, S, W> {
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
        drive::run(&mut self.pump, &mut world, &mut self.transport, Goal::Handshake)?;
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

    /// What was agreed; None before the handshake is complete.
    pub fn facts(&self) -> Option<&Facts> {
        self.connection().facts()
    }

    /// The connection.
    pub fn connection(&self) -> &Connection<'c> {
        self.pump.connection()
    }

    /// The connection; bytes that it is given or asked for directly break the stream.
    pub fn connection_mut(&mut self) -> &mut Connection<'c> {
        self.pump.connection_mut()
    }

    /// Negotiates the connection anew (RFC 5746); the next calls do it, and data is sent when it is done or refused.
    ///
    /// # Errors
    /// When the connection does not allow it, see [`Connection::renegotiate`].
    pub fn renegotiate(&mut self) -> io::Result<()> {
        self.pump.connection_mut().renegotiate(&mut self.world.host()).map_err(crate::to_io)
    }

    /// Answers what [`Connection::request`] asks; calls that wait for it are
    /// [`AnswerFirst`](embertls::Misuse::AnswerFirst).
    ///
    /// # Errors
    /// When nothing is asked; what the answer leads to shows in the next call.
    pub fn answer(&mut self, answer: usize) -> io::Result<()> {
        self.pump.answer(&mut self.world.host(), answer).map_err(crate::to_io)
    }

    /// Whether the peer has closed in order.
    pub fn is_peer_closed(&self) -> bool {
        self.pump.is_peer_closed()
    }

    /// Whether records wait to be written because the transport took no more.
    pub fn is_write_pending(&self) -> bool {
        !self.pump.unsent().is_empty()
    }

    /// The transport.
    pub fn transport(&self) -> &S {
        &self.transport.0
    }

    /// The transport; bytes read from or written to it directly break the connection.
    pub fn transport_mut(&mut self) -> &mut S {
        &mut self.transport.0
    }

    /// The transport back, without closing; keys are wiped.
    pub fn into_inner(self) -> S {
        self.transport.0
    }

    fn run(&mut self, goal: Goal<'_>) -> io::Result<usize> {
        Ok(drive::run(&mut self.pump, &mut self.world, &mut self.transport, goal)?)
    }
}

impl<S: Read + Write, W: World> Read for Stream<'_, S, W> {
    /// Reads application data, completing the handshake first when that is not done.
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        self.run(Goal::Read(out))
    }
}

impl<S: Read + Write, W: World> Write for Stream<'_, S, W> {
    /// Sends at most one record of application data, completing the handshake first when that is not done. What
    /// was taken when the transport answers `WouldBlock` is sent by the next call of any kind.
    fn write(&mut self, payload: &[u8]) -> io::Result<usize> {
        Ok(drive::write(&mut self.pump, &mut self.world, &mut self.transport, payload)?)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.run(Goal::Flush).map(|_| ())
    }
}
