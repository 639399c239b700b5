//! A TLS stream over any blocking or non-blocking `Read + Write` of `std`.
//!
//! On a blocking transport each call runs to its end. On one that answers `WouldBlock` each call may return
//! `WouldBlock` and is made again later; nothing is lost in between. The end of the stream is `Ok(0)` only after
//! the peer's close_notify (RFC 5246 section 7.2.1), else an error of kind `UnexpectedEof`.

#[cfg(feature = "client")]
mod client;
#[cfg(feature = "server")]
mod server;
#[cfg(test)]
mod tests;

use crate::{
    buffer::{Buffer, Window},
    clock::Clock,
    error::to_io,
    limits,
};
use crypto::Rng;
use embertls::{CertificateObserver, Connection, Error, Event, Facts, Host};
use std::io::{self, Read, Write};

/// What a stream is made of besides its configuration and its transport.
pub struct Parts<'b, R> {
    /// Randomness of its own, as made by `os_entropy::seeded`.
    pub rng: R,
    /// Time.
    pub clock: Clock,
    /// Where records arrive: bounds the largest protected record that can be opened.
    pub receive: Buffer<'b>,
    /// Where records are made: bounds the largest record that is sent.
    pub transmit: Buffer<'b>,
}

impl<R> Parts<'_, R> {
    /// Owned buffers for the largest records.
    ///
    /// # Errors
    /// `OutOfMemory` when the allocator refuses.
    pub fn full_size(rng: R, clock: Clock) -> io::Result<Self> {
        Ok(Self { rng, clock, receive: Buffer::full_size()?, transmit: Buffer::full_size()? })
    }
}

/// A TLS connection over a transport.
pub struct Stream<'c, S, R> {
    connection: Connection<'c>,
    transport: S,
    rng: R,
    clock: Clock,
    /// What arrived and is not used up.
    input: Window<'c>,
    /// Bytes that `input` must hold before the connection can go on.
    needed: usize,
    /// The part of `input` that is opened application data, and the record's bytes to drop once it is read.
    plaintext: Plaintext,
    /// Records that were made and not yet written.
    output: Window<'c>,
    connected: bool,
    work: bool,
    peer_closed: bool,
    idle_moves: usize,
    failure: Option<Error>,
}

/// Application data that waits in the input window.
#[derive(Clone, Copy, Default)]
struct Plaintext {
    start: usize,
    end: usize,
    record_end: usize,
}

impl<'c, S: Read + Write, R: Rng> Stream<'c, S, R> {
    fn new(connection: Connection<'c>, transport: S, parts: Parts<'c, R>) -> Self {
        Self {
            connection,
            transport,
            rng: parts.rng,
            clock: parts.clock,
            input: Window::new(parts.receive),
            needed: 1,
            plaintext: Plaintext::default(),
            output: Window::new(parts.transmit),
            connected: false,
            work: false,
            peer_closed: false,
            idle_moves: 0,
            failure: None,
        }
    }

    /// Completes the handshake; done at once when it is complete.
    ///
    /// # Errors
    /// The TLS error inside ([`crate::tls_error`] takes it out), after the alert was sent if the transport took
    /// it; or the transport's own error. After `WouldBlock` the call is made again.
    pub fn handshake(&mut self) -> io::Result<()> {
        self.handshake_observed(None)
    }

    /// As [`Stream::handshake`], and `observer` sees each certificate of the peer.
    ///
    /// # Errors
    /// As [`Stream::handshake`].
    pub fn handshake_observed(
        &mut self,
        mut observer: Option<&mut (dyn CertificateObserver + '_)>,
    ) -> io::Result<()> {
        while !self.connected {
            self.turn(observer.as_deref_mut().map(|o| o as &mut dyn CertificateObserver))?;
            if self.peer_closed && !self.connected {
                return Err(self.fail(Error::Truncated));
            }
        }
        self.send_pending()
    }

    /// Tells the peer that nothing more will be sent (close_notify) and flushes; that a peer which has closed
    /// itself takes no more is no error. What the peer sent can still be read. A stream that is dropped without this leaves its peer with a truncated one.
    ///
    /// # Errors
    /// The transport's; after `WouldBlock` the call is made again.
    pub fn close(&mut self) -> io::Result<()> {
        self.connection.close();
        match self.flush() {
            Err(error) if self.peer_closed && error.kind() != io::ErrorKind::WouldBlock => Ok(()),
            answer => answer,
        }
    }

    /// What was agreed; None before the handshake is complete.
    pub fn facts(&self) -> Option<&Facts> {
        self.connection.facts()
    }

    /// Whether the peer has closed in order.
    pub fn is_peer_closed(&self) -> bool {
        self.peer_closed
    }

    /// Whether records wait to be written because the transport took no more.
    pub fn is_write_pending(&self) -> bool {
        !self.output.is_empty()
    }

    /// The transport.
    pub fn transport(&self) -> &S {
        &self.transport
    }

    /// The transport; bytes read from or written to it directly break the connection.
    pub fn transport_mut(&mut self) -> &mut S {
        &mut self.transport
    }

    /// The transport back, without closing; keys are wiped.
    pub fn into_inner(self) -> S {
        self.transport
    }

    /// One move: what waits to be sent, then slow work, then what has arrived, then the transport.
    fn turn(&mut self, observer: Option<&mut dyn CertificateObserver>) -> io::Result<()> {
        if let Some(error) = self.failure {
            return Err(to_io(error));
        }
        self.send_pending()?;
        if self.work {
            return self.work();
        }
        while self.input.len() < self.needed {
            self.fill()?;
            if self.peer_closed {
                return Ok(());
            }
        }
        let Self { connection, rng, clock, input, .. } = self;
        let mut host = Host::new(clock.now(), clock.time(), rng);
        if let Some(observer) = observer {
            host.observer = Some(observer);
        }
        let received = match connection.receive(&mut host, input.filled_mut()) {
            Ok(received) => received,
            Err(error) => return Err(self.fail(error)),
        };
        if let Event::Data(range) = received.event {
            self.plaintext = Plaintext { start: range.start, end: range.end, record_end: received.used };
            self.needed = 1;
            return Ok(());
        }
        self.input.consume(received.used);
        let idle = received.used == 0 && received.event == Event::None;
        self.idle_moves = if idle { self.idle_moves + 1 } else { 0 };
        if self.idle_moves > limits::MAX_IDLE_MOVES {
            return Err(self.fail(Error::Internal));
        }
        self.needed = 1;
        self.on_event(&received.event);
        if self.peer_closed {
            // Our own close_notify is queued (RFC 5246 section 7.2.1). A peer that no longer listens is in order.
            let _ = self.send_pending();
        }
        Ok(())
    }

    fn on_event(&mut self, event: &Event) {
        match event {
            Event::NeedMore(bytes) => self.needed = (*bytes).max(1),
            Event::Work => self.work = true,
            Event::Connected => self.connected = true,
            Event::Closed => self.peer_closed = true,
            Event::None | Event::Transmit | Event::Warning(_) | Event::Data(_) => {}
        }
    }

    fn work(&mut self) -> io::Result<()> {
        let mut host = Host::new(self.clock.now(), self.clock.time(), &mut self.rng);
        match self.connection.advance(&mut host) {
            Ok(event) => {
                self.work = event == Event::Work;
                self.on_event(&event);
                Ok(())
            }
            Err(error) => Err(self.fail(error)),
        }
    }

    /// Reads once from the transport.
    fn fill(&mut self) -> io::Result<()> {
        if self.needed > self.input.capacity() {
            let error = self.connection.refuse_record(self.needed);
            return Err(self.fail(error));
        }
        let free = self.input.free_mut();
        let n = retried(|| self.transport.read(free))?;
        if n == 0 {
            return match self.connection.end_of_stream() {
                Ok(()) => {
                    self.peer_closed = true;
                    Ok(())
                }
                Err(error) => Err(self.fail(error)),
            };
        }
        if self.input.fill(n) {
            Ok(())
        } else {
            Err(io::Error::other("the transport read more than it was given"))
        }
    }

    /// Writes all that waits: records that were made, then those that the connection still has.
    fn send_pending(&mut self) -> io::Result<()> {
        loop {
            while !self.output.is_empty() {
                let n = retried(|| self.transport.write(self.output.filled()))?;
                if n == 0 {
                    return Err(io::ErrorKind::WriteZero.into());
                }
                if n > self.output.len() {
                    return Err(io::Error::other("the transport wrote more than it was given"));
                }
                self.output.consume(n);
            }
            let mut host = Host::new(self.clock.now(), self.clock.time(), &mut self.rng);
            match self.connection.poll_transmit(&mut host, self.output.free_mut()) {
                Ok(0) => return Ok(()),
                Ok(n) if self.output.fill(n) => {}
                Ok(_) => return Err(to_io(*self.failure.insert(Error::Internal))),
                Err(error) => return Err(to_io(*self.failure.get_or_insert(error))),
            }
        }
    }

    /// The connection has failed: its alert is sent as far as the transport takes it, and every later call fails
    /// in the same way.
    fn fail(&mut self, error: Error) -> io::Error {
        let first = *self.failure.get_or_insert(error);
        // The first error is what the caller must know; that the alert did not get through comes with it.
        let _ = self.send_pending();
        to_io(first)
    }
}

impl<S: Read + Write, R: Rng> Read for Stream<'_, S, R> {
    /// Reads application data, completing the handshake first when that is not done.
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        if out.is_empty() {
            return Ok(0);
        }
        loop {
            let Plaintext { start, end, record_end } = self.plaintext;
            let waiting = self.input.part(start..end);
            let n = waiting.len().min(out.len());
            if n > 0 {
                for (to, from) in out.iter_mut().zip(waiting) {
                    *to = *from;
                }
                self.plaintext.start += n;
            }
            if self.plaintext.start >= end && record_end > 0 {
                self.input.consume(record_end);
                self.plaintext = Plaintext::default();
            }
            if n > 0 {
                return Ok(n);
            }
            if self.peer_closed && self.failure.is_none() {
                return Ok(0);
            }
            self.turn(None)?;
        }
    }
}

impl<S: Read + Write, R: Rng> Write for Stream<'_, S, R> {
    /// Sends at most one record of application data, completing the handshake first when that is not done. What
    /// was taken when the transport answers `WouldBlock` is sent by the next call of any kind.
    fn write(&mut self, payload: &[u8]) -> io::Result<usize> {
        if payload.is_empty() {
            return Ok(0);
        }
        self.handshake()?;
        if let Some(error) = self.failure {
            return Err(to_io(error));
        }
        let mut host = Host::new(self.clock.now(), self.clock.time(), &mut self.rng);
        let sent = match self.connection.send(&mut host, payload, self.output.free_mut()) {
            Ok(sent) => sent,
            Err(error @ Error::Misuse(_)) => return Err(to_io(error)),
            Err(error) => return Err(self.fail(error)),
        };
        if !self.output.fill(sent.written) {
            return Err(self.fail(Error::Internal));
        }
        match self.send_pending() {
            Err(error) if error.kind() != io::ErrorKind::WouldBlock => Err(error),
            Ok(()) | Err(_) => Ok(sent.consumed),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        self.send_pending()?;
        retried(|| self.transport.flush().map(|()| 0)).map(|_| ())
    }
}

/// Calls again while the transport says `Interrupted`, but not for ever.
fn retried(mut call: impl FnMut() -> io::Result<usize>) -> io::Result<usize> {
    for _ in 0..limits::MAX_INTERRUPTED_RETRIES {
        match call() {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            answer => return answer,
        }
    }
    call()
}
