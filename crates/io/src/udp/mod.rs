//! DTLS over UDP: one connection over a connected socket, blocking ([`Connection`]), and many peers on one socket, blocking
//! ([`Listener`]) or with tokio (`tokio::Listener`).

#[cfg(feature = "server")]
mod listener;
#[cfg(feature = "server")]
mod peers;
#[cfg(all(feature = "server", feature = "dtls-connection-id"))]
mod routes;
#[cfg(all(feature = "server", not(feature = "dtls-connection-id")))]
#[path = "routes_off.rs"]
mod routes;
#[cfg(all(feature = "client", feature = "context-serialization"))]
mod sleep;
pub mod switches;

#[cfg(all(feature = "server", feature = "tokio"))]
pub mod tokio;

#[cfg(test)]
#[cfg(all(feature = "client", feature = "platform-entropy", feature = "server"))]
mod tests;

#[cfg(feature = "server")]
pub use {
    listener::Listener,
    peers::{Arrival, Peer, Setup},
};

use crate::World;
use embertls::{
    CertificateObserver, DatagramConnection, DatagramSettings, Error, Event, Facts, Instant, Misuse,
};
use std::{
    io::{self, ErrorKind},
    net::UdpSocket,
    time::Duration,
    vec,
    vec::Vec,
};

/// The largest datagram that UDP carries.
pub(crate) const MAX_DATAGRAM_BYTES: usize = 65_535;

/// Milliseconds in which a closed connection is listened to, so that the peer's close_notify can come.
const LINGER_MS: u64 = 1000;

/// A client's connection over a socket that is connected to its server. Each call blocks, sends flights again when they
/// are due, and keeps to the socket's own read timeout.
pub struct Connection<'c, W> {
    socket: UdpSocket,
    connection: DatagramConnection<'c>,
    world: W,
    incoming: Vec<u8>,
    outgoing: Vec<u8>,
    /// What of `incoming` has not been taken yet.
    waiting: core::ops::Range<usize>,
    /// The socket's read timeout, as its owner set it.
    patience: Option<Duration>,
    /// Of all datagrams, in and out.
    bytes: (u64, u64),
    /// The system said that nobody was at the peer's port; told when nothing more comes.
    refused: bool,
}

impl<'c, W: World> Connection<'c, W> {
    /// A client; nothing is sent before [`Connection::handshake`].
    ///
    /// # Errors
    /// What [`DatagramConnection::client`] finds wrong, or the socket's.
    #[cfg(feature = "client")]
    pub fn client(
        config: &'c embertls::ClientConfig<'c>,
        peer: embertls::Peer<'c>,
        settings: DatagramSettings,
        socket: UdpSocket,
        mut world: W,
    ) -> io::Result<Self> {
        let connection = DatagramConnection::client(config, peer, settings, &mut world.host());
        Self::over(connection.map_err(crate::to_io)?, socket, world)
    }

    #[cfg(feature = "client")]
    fn over(connection: DatagramConnection<'c>, socket: UdpSocket, world: W) -> io::Result<Self> {
        let patience = socket.read_timeout()?;
        Ok(Self {
            socket,
            connection,
            world,
            incoming: vec![0; MAX_DATAGRAM_BYTES],
            outgoing: vec![0; MAX_DATAGRAM_BYTES],
            waiting: 0..0,
            patience,
            bytes: (0, 0),
            refused: false,
        })
    }

    /// Completes the handshake; done at once when it is complete.
    ///
    /// # Errors
    /// The TLS error inside ([`crate::tls_error`] takes it out), or the socket's.
    pub fn handshake(&mut self) -> io::Result<()> {
        self.handshake_observed(None)
    }

    /// As [`Connection::handshake`], and `observer` sees each certificate of the peer.
    ///
    /// # Errors
    /// As [`Connection::handshake`].
    pub fn handshake_observed(
        &mut self,
        mut observer: Option<&mut (dyn CertificateObserver + '_)>,
    ) -> io::Result<()> {
        while self.connection.is_handshaking() {
            let observer: Option<&mut (dyn CertificateObserver + '_)> = match &mut observer {
                Some(observer) => Some(&mut **observer),
                None => None,
            };
            if let Event::Data(_) = self.step(observer, None)? {
                return Err(crate::to_io(Error::Misuse(Misuse::NotConnected)));
            }
        }
        Ok(())
    }

    /// Receives one message; 0 when the peer has closed in order.
    ///
    /// # Errors
    /// As [`Connection::handshake`]; `InvalidInput` when `out` is too small, and the message is lost as with any
    /// datagram; `WouldBlock` or `TimedOut` when the socket's read timeout has passed.
    pub fn recv(&mut self, out: &mut [u8]) -> io::Result<usize> {
        self.handshake()?;
        let end = self.patience.map(|patience| self.now().0.saturating_add(milliseconds(patience)));
        loop {
            match self.step(None, end)? {
                Event::Data(range) => {
                    let message = self.incoming.get(range).unwrap_or_default();
                    let out = out.get_mut(..message.len()).ok_or(ErrorKind::InvalidInput)?;
                    out.copy_from_slice(message);
                    return Ok(message.len());
                }
                Event::Closed => return Ok(0),
                Event::None
                | Event::NeedMore(_)
                | Event::Work
                | Event::Request
                | Event::Transmit
                | Event::Connected
                | Event::Warning(_) => {}
            }
        }
    }

    /// Sends one message, of at most [`DatagramConnection::max_payload`] bytes.
    ///
    /// # Errors
    /// As [`Connection::handshake`].
    pub fn send(&mut self, message: &[u8]) -> io::Result<()> {
        self.handshake()?;
        self.flush()?;
        let len = self.connection.send(&mut self.world.host(), message, &mut self.outgoing);
        let len = len.map_err(crate::to_io)?;
        self.bytes.1 += count(len);
        put(&self.socket, self.outgoing.get(..len).unwrap_or_default(), &mut self.refused)
    }

    /// Sends close_notify, and waits a second for the peer's.
    ///
    /// # Errors
    /// The socket's.
    pub fn close(&mut self) -> io::Result<()> {
        self.connection.close();
        self.flush()?;
        let end = self.now().0.saturating_add(LINGER_MS);
        loop {
            match self.step(None, Some(end)) {
                Ok(Event::Closed) => return Ok(()),
                Ok(_) => {}
                // The peer may be gone.
                Err(_) => return Ok(()),
            }
        }
    }

    /// How long [`Connection::recv`] waits for a message; for ever with None.
    ///
    /// # Errors
    /// As `UdpSocket::set_read_timeout`.
    pub fn set_read_timeout(&mut self, patience: Option<Duration>) -> io::Result<()> {
        self.socket.set_read_timeout(patience)?;
        self.patience = patience;
        Ok(())
    }

    /// Goes on over another socket that is connected to the same server, as after a sleep or in another network, and hands
    /// back the old one. The server knows the connection by its connection ID, if it has one. Of the new socket it keeps the
    /// read timeout.
    ///
    /// # Errors
    /// The new socket's, which is then not taken.
    pub fn replace_socket(&mut self, socket: UdpSocket) -> io::Result<UdpSocket> {
        self.patience = socket.read_timeout()?;
        Ok(core::mem::replace(&mut self.socket, socket))
    }

    /// What was agreed.
    #[must_use]
    pub fn facts(&self) -> Option<&Facts> {
        self.connection.facts()
    }

    /// The connection itself.
    #[must_use]
    pub const fn connection(&self) -> &DatagramConnection<'c> {
        &self.connection
    }

    /// Bytes of all datagrams, in and out.
    #[must_use]
    pub const fn bytes(&self) -> (u64, u64) {
        self.bytes
    }

    /// The socket.
    #[must_use]
    pub const fn socket(&self) -> &UdpSocket {
        &self.socket
    }

    fn now(&mut self) -> Instant {
        self.world.host().now
    }

    /// Everything that waits goes out.
    fn flush(&mut self) -> io::Result<()> {
        let mut host = self.world.host();
        loop {
            let len = self.connection.poll_transmit(&mut host, &mut self.outgoing).map_err(crate::to_io)?;
            if len == 0 {
                return Ok(());
            }
            self.bytes.1 += count(len);
            put(&self.socket, self.outgoing.get(..len).unwrap_or_default(), &mut self.refused)?;
        }
    }

    /// Takes the next record, or waits for a datagram until something is due or `end` has come.
    fn step(
        &mut self,
        mut observer: Option<&mut (dyn CertificateObserver + '_)>,
        end: Option<u64>,
    ) -> io::Result<Event> {
        let start = self.waiting.start;
        let datagram = self.incoming.get_mut(self.waiting.clone()).unwrap_or_default();
        let mut host = self.world.host();
        host.observer = match &mut observer {
            Some(observer) => Some(&mut **observer),
            None => None,
        };
        let outcome = self.connection.receive(&mut host, datagram).and_then(|received| {
            self.waiting.start += received.used;
            let mut event = received.event;
            while event == Event::Work {
                event = self.connection.advance(&mut host)?;
            }
            // Nobody is at hand who could be asked.
            if event == Event::Request {
                return Err(Error::Misuse(Misuse::AnswerFirst));
            }
            if let Event::Data(range) = event {
                event = Event::Data(start + range.start..start + range.end);
            }
            Ok(event)
        });
        // An alert goes out also when this end has failed.
        let flushed = self.flush();
        let event = outcome.map_err(crate::to_io)?;
        flushed?;
        if self.waiting.is_empty() && event == Event::None {
            self.wait(end)?;
        }
        Ok(event)
    }

    fn wait(&mut self, end: Option<u64>) -> io::Result<()> {
        let now = self.now().0;
        let due = self.connection.next_timeout().map(|at| at.0);
        let until = [due, end].into_iter().flatten().min();
        if end.is_some_and(|end| now >= end) {
            return Err(ErrorKind::WouldBlock.into());
        }
        // Of a port that is closed, what came before is read; a handshake waits for more until its flight is due.
        let until = if self.refused && due.is_none() { Some(now) } else { until };
        // Zero would wait for ever.
        let timeout = until.map(|at| Duration::from_millis(at.saturating_sub(now).max(1)));
        self.socket.set_read_timeout(timeout)?;
        let received = self.socket.recv(&mut self.incoming);
        self.socket.set_read_timeout(self.patience)?;
        match received {
            Ok(len) => {
                self.bytes.0 += count(len);
                self.waiting = 0..len;
                // A handshake that goes on is no longer refused; what comes later may have been sent before.
                self.refused &= due.is_none();
            }
            Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => {
                let is_over = due.is_none_or(|due| self.now().0 >= due);
                let timed_out = self.connection.on_timeout(&mut self.world.host());
                let refused = core::mem::take(&mut self.refused);
                self.flush()?;
                timed_out.map_err(crate::to_io)?;
                if refused && is_over {
                    return Err(ErrorKind::ConnectionRefused.into());
                }
                self.refused |= refused;
            }
            Err(error) if error.kind() == ErrorKind::ConnectionRefused => self.refused = true,
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
        Ok(())
    }
}

/// Sends a datagram. That nobody was at the port is told of an earlier one, in place of sending this one.
fn put(socket: &UdpSocket, datagram: &[u8], refused: &mut bool) -> io::Result<()> {
    let is_refused = |sent: &io::Result<usize>| {
        sent.as_ref().is_err_and(|error| error.kind() == ErrorKind::ConnectionRefused)
    };
    let mut sent = socket.send(datagram);
    if is_refused(&sent) {
        *refused = true;
        sent = socket.send(datagram);
    }
    if is_refused(&sent) { Ok(()) } else { sent.map(|_| ()) }
}

pub(crate) fn count(len: usize) -> u64 {
    u64::try_from(len).unwrap_or(u64::MAX)
}

fn milliseconds(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}
