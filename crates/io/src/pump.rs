//! The engine of every adapter: a connection with its buffers, and no transport.
//!
//! An adapter calls [`Pump::step`] with what it is after and does as [`Next`] says, until it is done. All that must
//! outlive a call is in the pump: what arrived, the opened data that is not read yet, the records that are not written
//! yet. So a call may be given up at any point where the transport is waited for, and the next one goes on.
//!
//! The halves of a split stream have one part each of what the pump is made of: [`Core`], [`Input`], [`Output`].

use crate::{Buffer, Parts, StreamError, World, buffer::Window, limits};
use embertls::{Answer, Connection, Error, Event, Host, Misuse};

/// What an adapter's caller wants.
pub enum Goal<'g> {
    /// The handshake is complete and all of it sent.
    Handshake,
    /// Application data, at least a byte of it; 0 after the peer's close_notify.
    Read(&'g mut [u8]),
    /// A record of the front of this is made, after the handshake and once those before it are written.
    Write(&'g [u8]),
    /// Records that wait are written.
    Push,
    /// Records that wait are written, and the transport is flushed.
    Flush,
    /// The same, close_notify last.
    Close,
}

impl Goal<'_> {
    /// Whether a transport that refuses our records is no matter, once the peer has closed.
    const fn ends_without_us(&self) -> bool {
        matches!(self, Self::Read(_) | Self::Close)
    }
}

/// What an adapter does next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Next {
    /// Return; the number of bytes that were read, or taken to be sent.
    Done(usize),
    /// Read from the transport into [`Pump::free`] and report by [`Pump::on_read`].
    Read,
    /// Write [`Pump::unsent`] to the transport and report by [`Pump::on_written`].
    Write,
    /// Flush the transport and report by [`Pump::on_flushed`].
    Flush,
    /// Call again; slow work was cut, and others may have their turn first.
    Work,
}

/// The connection, and what became of it.
pub(crate) struct Core<'c> {
    pub(crate) connection: Connection<'c>,
    connected: bool,
    work: bool,
    peer_closed: bool,
    idle_moves: usize,
    failure: Option<Error>,
}

/// What arrived and is not used up.
pub(crate) struct Input<'b> {
    window: Window<'b>,
    /// Bytes that the window must hold before the connection can go on.
    needed: usize,
    /// The part of the window that is opened application data, and the record's bytes to drop once it is read.
    plaintext: Plaintext,
}

/// Application data that waits in the input window.
#[derive(Clone, Copy, Default)]
struct Plaintext {
    start: usize,
    end: usize,
    record_end: usize,
}

/// Records that were made and not yet written.
pub(crate) struct Output<'b> {
    window: Window<'b>,
    /// Whether the transport was given bytes since it was flushed.
    unflushed: bool,
}

/// What came of one move.
pub(crate) enum Turn {
    /// Something happened; see what there is to send or to read.
    Again,
    /// Bytes of the transport are needed.
    Read,
    /// Slow work was cut.
    Work,
    /// Nothing more will come.
    Closed,
}

/// A connection with its buffers.
pub struct Pump<'c> {
    pub(crate) core: Core<'c>,
    pub(crate) input: Input<'c>,
    pub(crate) output: Output<'c>,
}

impl<'c> Pump<'c> {
    /// A client, and the world back.
    ///
    /// # Errors
    /// What [`Connection::client`] finds wrong.
    #[cfg(feature = "client")]
    pub fn client<W: World>(
        config: &'c embertls::ClientConfig<'c>,
        peer: embertls::Peer<'c>,
        mut parts: Parts<'c, W>,
    ) -> Result<(Self, W), Error> {
        let connection = Connection::client(config, peer, &mut parts.world.host())?;
        Ok((Self::new(connection, parts.receive, parts.transmit), parts.world))
    }

    /// A server, and the world back.
    ///
    /// # Errors
    /// What [`Connection::server`] finds wrong.
    #[cfg(feature = "server")]
    pub fn server<W: World>(
        config: &'c embertls::ServerConfig<'c>,
        mut parts: Parts<'c, W>,
    ) -> Result<(Self, W), Error> {
        let connection = Connection::server(config, &mut parts.world.host())?;
        Ok((Self::new(connection, parts.receive, parts.transmit), parts.world))
    }

    fn new(connection: Connection<'c>, receive: Buffer<'c>, transmit: Buffer<'c>) -> Self {
        Self { core: Core::new(connection), input: Input::new(receive), output: Output::new(transmit) }
    }

    /// The next step towards `goal`. `blocked` says that the transport takes no bytes now: reading goes on without, where
    /// the peer's bytes do not depend on ours.
    ///
    /// # Errors
    /// What ended the connection, after the alert for it was sent if the transport took it, and again by every call; or
    /// a misuse.
    pub fn step(&mut self, goal: &mut Goal<'_>, host: &mut Host<'_>, blocked: bool) -> Result<Next, Error> {
        match goal {
            Goal::Handshake => self.handshake(host),
            Goal::Read(out) => self.read(host, out, blocked && self.core.reads_on()),
            Goal::Write([]) => Ok(Next::Done(0)),
            Goal::Write(_) if !self.core.connected => {
                let next = self.handshake(host)?;
                if self.core.connected && next == Next::Done(0) {
                    self.step(goal, host, blocked)
                } else {
                    Ok(next)
                }
            }
            Goal::Write(payload) => self.write(host, payload),
            Goal::Push => self.send(host, false),
            Goal::Flush => self.send(host, true),
            Goal::Close => {
                self.core.connection.close();
                self.send(host, true)
            }
        }
    }

    fn handshake(&mut self, host: &mut Host<'_>) -> Result<Next, Error> {
        loop {
            match self.send(host, true) {
                Ok(Next::Done(_)) if !self.core.connected => {}
                next => return next,
            }
            match self.core.turn(host, &mut self.input)? {
                Turn::Again => {}
                Turn::Read => return Ok(Next::Read),
                Turn::Work => return Ok(Next::Work),
                Turn::Closed => self.core.fail(Error::Truncated),
            }
        }
    }

    fn read(&mut self, host: &mut Host<'_>, out: &mut [u8], blocked: bool) -> Result<Next, Error> {
        loop {
            let n = self.input.take(out);
            if n > 0 || out.is_empty() {
                return Ok(Next::Done(n));
            }
            if !blocked && self.core.transmit(host, &mut self.output) {
                return Ok(Next::Write);
            }
            let turn = self.core.turn(host, &mut self.input);
            if self.output.unflushed && !blocked && !matches!(turn, Ok(Turn::Again)) {
                return Ok(Next::Flush);
            }
            match turn? {
                Turn::Again => {}
                Turn::Read => return Ok(Next::Read),
                Turn::Work => return Ok(Next::Work),
                Turn::Closed => return Ok(Next::Done(0)),
            }
        }
    }

    fn write(&mut self, host: &mut Host<'_>, payload: &[u8]) -> Result<Next, Error> {
        loop {
            if let Some(next) = self.core.write(host, &mut self.output, payload)? {
                return Ok(next);
            }
            // The peer negotiates anew; data that it sent in between must be read first.
            if self.input.has_plaintext() {
                return Err(Error::Misuse(Misuse::TransmitFirst));
            }
            match self.core.turn(host, &mut self.input)? {
                Turn::Again => {}
                Turn::Read if self.output.unflushed => return Ok(Next::Flush),
                Turn::Read => return Ok(Next::Read),
                Turn::Work => return Ok(Next::Work),
                Turn::Closed => return Err(Error::Misuse(Misuse::Closed)),
            }
        }
    }

    fn send(&mut self, host: &mut Host<'_>, flush: bool) -> Result<Next, Error> {
        self.core.send(host, &mut self.output, flush)
    }

    /// Answers what [`Connection::request`] asks; until then steps that need it are [`Misuse::AnswerFirst`].
    ///
    /// # Errors
    /// [`Misuse::NoRequest`]; what the answer leads to shows in the next step.
    pub fn answer(&mut self, host: &mut Host<'_>, answer: usize) -> Result<(), Error> {
        self.answer_with(host, Answer::Credential(answer))
    }

    /// As [`Pump::answer`], to a request of any kind.
    ///
    /// # Errors
    /// [`Misuse::NoRequest`]; what the answer leads to shows in the next step.
    pub fn answer_with(&mut self, host: &mut Host<'_>, answer: Answer<'_>) -> Result<(), Error> {
        match self.core.connection.answer_with(host, answer) {
            Ok(event) => {
                self.core.on_event(&event, &mut self.input);
                Ok(())
            }
            Err(error @ Error::Misuse(_)) => Err(error),
            Err(error) => {
                self.core.fail(error);
                Ok(())
            }
        }
    }

    /// Where bytes of the transport go.
    pub fn free(&mut self) -> &mut [u8] {
        self.input.free()
    }

    /// What the transport must be given, its front first.
    #[must_use]
    pub fn unsent(&self) -> &[u8] {
        self.output.unsent()
    }

    /// What a read from the transport into [`Pump::free`] came to; 0 is the end of the stream.
    ///
    /// # Errors
    /// The transport's error, or a count that cannot be.
    pub fn on_read<E>(&mut self, outcome: Result<usize, E>) -> Result<(), StreamError<E>> {
        self.core.on_read(&mut self.input, outcome)
    }

    /// What a write of [`Pump::unsent`] to the transport came to.
    ///
    /// # Errors
    /// The transport's error, unless the connection has failed already, which is then the error, or the peer needs no
    /// more of us.
    pub fn on_written<E>(
        &mut self,
        goal: &Goal<'_>,
        outcome: Result<usize, E>,
    ) -> Result<(), StreamError<E>> {
        self.core.on_written(&mut self.output, goal, outcome)
    }

    /// What flushing the transport came to.
    ///
    /// # Errors
    /// As [`Pump::on_written`].
    pub fn on_flushed<E>(&mut self, goal: &Goal<'_>, outcome: Result<(), E>) -> Result<(), StreamError<E>> {
        self.core.on_flushed(&mut self.output, goal, outcome)
    }

    /// The connection: what was agreed, keying material.
    #[must_use]
    pub const fn connection(&self) -> &Connection<'c> {
        &self.core.connection
    }

    /// The connection. Bytes are the pump's alone to receive and to send.
    pub const fn connection_mut(&mut self) -> &mut Connection<'c> {
        &mut self.core.connection
    }

    /// What ended the connection.
    #[must_use]
    pub const fn failure(&self) -> Option<Error> {
        self.core.failure
    }

    /// Whether the peer has closed in order.
    #[must_use]
    pub const fn is_peer_closed(&self) -> bool {
        self.core.peer_closed
    }
}

impl<'c> Core<'c> {
    const fn new(connection: Connection<'c>) -> Self {
        Self { connection, connected: false, work: false, peer_closed: false, idle_moves: 0, failure: None }
    }

    /// Whether the peer's bytes may be waited for while ours are not written.
    const fn reads_on(&self) -> bool {
        self.connected || self.failure.is_some()
    }

    /// Whether nothing more will come of the peer.
    #[cfg(any(feature = "std", feature = "embedded-io-async"))]
    pub(crate) const fn is_over(&self) -> bool {
        self.peer_closed || self.failure.is_some()
    }

    /// One move: slow work, or what has arrived. A failure shows in the next call, so that its alert is sent before.
    pub(crate) fn turn(&mut self, host: &mut Host<'_>, input: &mut Input<'_>) -> Result<Turn, Error> {
        if let Some(error) = self.failure {
            return Err(error);
        }
        if self.peer_closed {
            return Ok(Turn::Closed);
        }
        if self.connection.request().is_some() {
            return Err(Error::Misuse(Misuse::AnswerFirst));
        }
        if self.work {
            return Ok(match self.connection.advance(host) {
                Ok(event) => self.on_event(&event, input),
                Err(error) => self.failed(error),
            });
        }
        if input.window.len() < input.needed {
            if input.needed > input.window.capacity() {
                let error = self.connection.refuse_record(input.needed);
                return Ok(self.failed(error));
            }
            return Ok(Turn::Read);
        }
        input.needed = 1;
        let received = match self.connection.receive(host, input.window.filled_mut()) {
            Ok(received) => received,
            Err(error) => return Ok(self.failed(error)),
        };
        if let Event::Data(range) = received.event {
            input.plaintext = Plaintext { start: range.start, end: range.end, record_end: received.used };
            return Ok(Turn::Again);
        }
        input.window.consume(received.used);
        let idle = received.used == 0 && received.event == Event::None;
        self.idle_moves = if idle { self.idle_moves + 1 } else { 0 };
        if self.idle_moves > limits::MAX_IDLE_MOVES {
            return Ok(self.failed(Error::Internal));
        }
        Ok(self.on_event(&received.event, input))
    }

    fn on_event(&mut self, event: &Event, input: &mut Input<'_>) -> Turn {
        self.work = *event == Event::Work;
        match event {
            Event::NeedMore(bytes) => input.needed = (*bytes).max(1),
            Event::Connected => self.connected = true,
            Event::Closed => self.peer_closed = true,
            Event::Work => return Turn::Work,
            // The next turn tells the caller.
            Event::Request | Event::None | Event::Transmit | Event::Warning(_) | Event::Data(_) => {}
        }
        Turn::Again
    }

    /// Makes a record of the front of `payload`, if the handshake is complete; None when the peer's bytes must be taken
    /// in before.
    pub(crate) fn write(
        &mut self,
        host: &mut Host<'_>,
        output: &mut Output<'_>,
        payload: &[u8],
    ) -> Result<Option<Next>, Error> {
        loop {
            if self.transmit(host, output) {
                return Ok(Some(Next::Write));
            }
            if let Some(error) = self.failure {
                return Err(error);
            }
            match self.connection.send(host, payload, output.window.free_mut()) {
                Ok(sent) if output.window.fill(sent.written) => return Ok(Some(Next::Done(sent.consumed))),
                Ok(_) => self.fail(Error::Internal),
                Err(Error::Misuse(Misuse::TransmitFirst)) => return Ok(None),
                Err(error @ Error::Misuse(_)) => return Err(error),
                Err(error) => self.fail(error),
            }
        }
    }

    /// All that waits, to the transport, and through it with `flush`.
    pub(crate) fn send(
        &mut self,
        host: &mut Host<'_>,
        output: &mut Output<'_>,
        flush: bool,
    ) -> Result<Next, Error> {
        if self.transmit(host, output) {
            return Ok(Next::Write);
        }
        if flush && output.unflushed {
            return Ok(Next::Flush);
        }
        self.failure.map_or(Ok(Next::Done(0)), Err)
    }

    /// Whether there is something to write; takes over what the connection has when there was nothing.
    pub(crate) fn transmit(&mut self, host: &mut Host<'_>, output: &mut Output<'_>) -> bool {
        if output.window.is_empty() {
            match self.connection.poll_transmit(host, output.window.free_mut()) {
                Ok(n) if output.window.fill(n) => {}
                Ok(_) => self.fail(Error::Internal),
                Err(error) => self.fail(error),
            }
        }
        !output.window.is_empty()
    }

    pub(crate) fn on_read<E>(
        &mut self,
        input: &mut Input<'_>,
        outcome: Result<usize, E>,
    ) -> Result<(), StreamError<E>> {
        match outcome.map_err(StreamError::Transport)? {
            0 => match self.connection.end_of_stream() {
                Ok(()) => self.peer_closed = true,
                Err(error) => self.fail(error),
            },
            n if input.window.fill(n) => {}
            _ => return Err(StreamError::Miscounted),
        }
        Ok(())
    }

    pub(crate) fn on_written<E>(
        &mut self,
        output: &mut Output<'_>,
        goal: &Goal<'_>,
        outcome: Result<usize, E>,
    ) -> Result<(), StreamError<E>> {
        match outcome {
            Ok(0) => self.on_refused(output, goal, StreamError::WriteZero),
            Ok(n) if n <= output.window.len() => {
                output.window.consume(n);
                output.unflushed = true;
                Ok(())
            }
            Ok(_) => self.on_refused(output, goal, StreamError::Miscounted),
            Err(error) => self.on_refused(output, goal, StreamError::Transport(error)),
        }
    }

    pub(crate) fn on_flushed<E>(
        &mut self,
        output: &mut Output<'_>,
        goal: &Goal<'_>,
        outcome: Result<(), E>,
    ) -> Result<(), StreamError<E>> {
        match outcome {
            Ok(()) => {
                output.unflushed = false;
                Ok(())
            }
            Err(error) => self.on_refused(output, goal, StreamError::Transport(error)),
        }
    }

    /// The transport does not take what waits. What ended the connection before is what the caller must know.
    fn on_refused<E>(
        &mut self,
        output: &mut Output<'_>,
        goal: &Goal<'_>,
        error: StreamError<E>,
    ) -> Result<(), StreamError<E>> {
        if let Some(failure) = self.failure {
            return Err(failure.into());
        }
        if self.peer_closed && goal.ends_without_us() {
            // A peer that has closed and no longer listens is in order (RFC 5246 section 7.2.1).
            output.window.consume(usize::MAX);
            output.unflushed = false;
            return Ok(());
        }
        Err(error)
    }

    fn failed(&mut self, error: Error) -> Turn {
        self.fail(error);
        Turn::Again
    }

    /// The first error is the one that stays.
    fn fail(&mut self, error: Error) {
        self.failure.get_or_insert(error);
        self.work = false;
    }
}

impl<'b> Input<'b> {
    fn new(buffer: Buffer<'b>) -> Self {
        Self { window: Window::new(buffer), needed: 1, plaintext: Plaintext::default() }
    }

    pub(crate) fn free(&mut self) -> &mut [u8] {
        self.window.free_mut()
    }

    fn has_plaintext(&self) -> bool {
        self.plaintext.record_end > 0
    }

    /// Copies application data that waits, and drops its record with its last byte.
    pub(crate) fn take(&mut self, out: &mut [u8]) -> usize {
        let Plaintext { start, end, record_end } = self.plaintext;
        let waiting = self.window.part(start..end);
        let n = waiting.len().min(out.len());
        for (to, from) in out.iter_mut().zip(waiting) {
            *to = *from;
        }
        self.plaintext.start += n;
        if self.plaintext.start >= end && record_end > 0 {
            self.window.consume(record_end);
            self.plaintext = Plaintext::default();
        }
        n
    }
}

impl<'b> Output<'b> {
    fn new(buffer: Buffer<'b>) -> Self {
        Self { window: Window::new(buffer), unflushed: false }
    }

    pub(crate) fn unsent(&self) -> &[u8] {
        self.window.filled()
    }
}
