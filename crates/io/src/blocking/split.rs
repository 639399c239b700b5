//! Halves of a stream for two threads: one reads, one writes, neither waits for the other.
//!
//! What the reader has to send, an alert for example, it sends itself when the writer is idle; a writer at work sends it
//! before it goes on.

use super::Stream;
use crate::{
    StreamError, World,
    patience::Patience,
    pump::{Core, Goal, Input, Next, Output, Pump, Turn},
};
use embertls::{Error, Host};
use std::{
    io::{self, ErrorKind, Read, Write},
    net::TcpStream,
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError, TryLockError},
};

/// What both halves use.
struct Link<'c, W, H> {
    shared: Mutex<Shared<'c, H>>,
    /// The reader has made a move.
    moved: Condvar,
    sender: Mutex<Sender<'c, W>>,
}

/// What is held for a moment, and never while the transport is waited for.
struct Shared<'c, H> {
    core: Core<'c>,
    world: H,
    /// The reader's moves.
    moves: u64,
    /// The connection may have something to say, and the one who came to send it found another sending.
    unsaid: bool,
}

/// What it takes to send; held until that is done.
struct Sender<'c, W> {
    output: Output<'c>,
    writer: W,
}

/// The half that reads.
pub struct ReadHalf<'c, R, W, H> {
    link: Arc<Link<'c, W, H>>,
    input: Input<'c>,
    reader: R,
}

/// The half that writes and closes.
pub struct WriteHalf<'c, W, H> {
    link: Arc<Link<'c, W, H>>,
}

impl<'c, T, H: World> Stream<'c, T, H> {
    /// Takes the stream apart, and its transport by `halves`. The handshake is best complete before: until then `write` is
    /// a misuse, though `read` goes on with it.
    ///
    /// # Errors
    /// Those of `halves`.
    pub fn split_with<R: Read, W: Write>(
        self,
        halves: impl FnOnce(T) -> io::Result<(R, W)>,
    ) -> io::Result<(ReadHalf<'c, R, W, H>, WriteHalf<'c, W, H>)> {
        let Self { pump: Pump { core, input, output }, world, transport } = self;
        let (reader, writer) = halves(transport)?;
        let link = Arc::new(Link {
            shared: Mutex::new(Shared { core, world, moves: 0, unsaid: false }),
            moved: Condvar::new(),
            sender: Mutex::new(Sender { output, writer }),
        });
        Ok((ReadHalf { link: Arc::clone(&link), input, reader }, WriteHalf { link }))
    }
}

impl<'c, H: World> Stream<'c, TcpStream, H> {
    /// Takes a stream over a socket apart, for two threads; see [`Stream::split_with`].
    ///
    /// # Errors
    /// When the operating system has no second handle for the socket.
    pub fn into_split(
        self,
    ) -> io::Result<(ReadHalf<'c, TcpStream, TcpStream, H>, WriteHalf<'c, TcpStream, H>)> {
        self.split_with(|socket| Ok((socket.try_clone()?, socket)))
    }
}

impl<'c, W: Write, H: World> Link<'c, W, H> {
    /// A thread that panicked left the connection in one state or another, and both are in order.
    fn shared(&self) -> MutexGuard<'_, Shared<'c, H>> {
        self.shared.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn lend<V>(&self, call: impl FnOnce(&mut Core<'c>, &mut Host<'_>) -> V) -> V {
        let Shared { core, world, .. } = &mut *self.shared();
        call(core, &mut world.host())
    }

    fn sender(&self) -> MutexGuard<'_, Sender<'c, W>> {
        self.sender.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Does to the transport what `next` says.
    fn act(
        &self,
        sender: &mut Sender<'c, W>,
        next: Next,
        goal: &Goal<'_>,
        patience: &mut Patience,
    ) -> Result<(), StreamError<io::Error>> {
        let Sender { output, writer } = sender;
        let outcome =
            if next == Next::Flush { writer.flush().map(|()| 0) } else { writer.write(output.unsent()) };
        match patience.with(outcome, is_interrupted) {
            Some(outcome) if next == Next::Flush => {
                self.lend(|core, _| core.on_flushed(output, goal, outcome.map(|_| ())))
            }
            Some(outcome) => self.lend(|core, _| core.on_written(output, goal, outcome)),
            None => Ok(()),
        }
    }

    fn send(
        &self,
        sender: &mut Sender<'c, W>,
        goal: &Goal<'_>,
        flush: bool,
    ) -> Result<(), StreamError<io::Error>> {
        let mut patience = Patience::default();
        loop {
            let next = self.lend(|core, host| core.send(host, &mut sender.output, flush))?;
            if let Next::Done(_) = next {
                return Ok(());
            }
            self.act(sender, next, goal, &mut patience)?;
        }
    }

    /// The one who sends, unless another is at it, who then sends what there is to say after its own.
    fn try_sender(&self) -> Option<MutexGuard<'_, Sender<'c, W>>> {
        let try_lock = || match self.sender.try_lock() {
            Ok(sender) => Some(sender),
            Err(TryLockError::Poisoned(sender)) => Some(sender.into_inner()),
            Err(TryLockError::WouldBlock) => None,
        };
        try_lock().or_else(|| {
            self.shared().unsaid = true;
            // It may have let go before it could see that.
            try_lock()
        })
    }

    /// Sends what the connection has to say by itself, when nobody else is sending. While data may still come, nothing of
    /// the writer's is waited for: a peer that does not read before it is read from would wait for ever.
    fn answer(&self) -> Result<(), StreamError<io::Error>> {
        while let Some(sender) = self.try_sender() {
            self.answer_by(sender)?;
            if !std::mem::take(&mut self.shared().unsaid) {
                break;
            }
        }
        Ok(())
    }

    fn answer_by(&self, mut sender: MutexGuard<'_, Sender<'c, W>>) -> Result<(), StreamError<io::Error>> {
        let is_over = self.lend(|core, _| core.is_over());
        let mut flush = is_over;
        if !is_over && !sender.output.unsent().is_empty() {
            return Ok(());
        }
        let mut patience = Patience::default();
        loop {
            // A failure is reported by the next move.
            match self.lend(|core, host| core.send(host, &mut sender.output, flush)) {
                Ok(Next::Done(_)) | Err(_) => return Ok(()),
                Ok(next) => self.act(&mut sender, next, &Goal::Read(&mut []), &mut patience)?,
            }
            flush = true;
        }
    }

    /// Lets another send, and says what the reader could not say meanwhile.
    fn release(&self, sender: MutexGuard<'_, Sender<'c, W>>) -> Result<(), StreamError<io::Error>> {
        drop(sender);
        if std::mem::take(&mut self.shared().unsaid) { later(self.answer()) } else { Ok(()) }
    }
}

fn is_interrupted(error: &io::Error) -> bool {
    error.kind() == ErrorKind::Interrupted
}

/// What the transport does not take at the moment goes out with another call.
fn later(outcome: Result<(), StreamError<io::Error>>) -> Result<(), StreamError<io::Error>> {
    match outcome {
        Err(StreamError::Transport(error)) if error.kind() == ErrorKind::WouldBlock => Ok(()),
        outcome => outcome,
    }
}

impl<R, W: Write, H: World> ReadHalf<'_, R, W, H> {
    fn turn(&mut self) -> Result<Turn, Error> {
        let mut shared = self.link.shared();
        let Shared { core, world, moves, .. } = &mut *shared;
        *moves += 1;
        let turn = core.turn(&mut world.host(), &mut self.input);
        drop(shared);
        self.link.moved.notify_all();
        turn
    }
}

impl<R: Read, W: Write, H: World> Read for ReadHalf<'_, R, W, H> {
    /// Reads application data.
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let mut patience = Patience::default();
        loop {
            let n = self.input.take(out);
            if n > 0 || out.is_empty() {
                return Ok(n);
            }
            later(self.link.answer())?;
            match self.turn().map_err(crate::to_io)? {
                Turn::Again | Turn::Work => {}
                Turn::Closed => return Ok(0),
                Turn::Read => {
                    let outcome = self.reader.read(self.input.free());
                    if let Some(outcome) = patience.with(outcome, is_interrupted) {
                        let input = &mut self.input;
                        self.link.lend(|core, _| core.on_read(input, outcome))?;
                    }
                }
            }
        }
    }
}

impl<W: Write, H: World> WriteHalf<'_, W, H> {
    /// Tells the peer that nothing more will be sent (close_notify) and flushes. What the peer sent can still be read.
    ///
    /// # Errors
    /// The transport's, unless the peer has closed; what ended the connection, if it has failed.
    pub fn close(&mut self) -> io::Result<()> {
        let mut sender = self.link.sender();
        self.link.lend(|core, _| core.connection.close());
        self.link.send(&mut sender, &Goal::Close, true)?;
        Ok(self.link.release(sender)?)
    }
}

impl<W: Write, H: World> Write for WriteHalf<'_, W, H> {
    /// Sends at most one record of application data.
    fn write(&mut self, payload: &[u8]) -> io::Result<usize> {
        if payload.is_empty() {
            return Ok(0);
        }
        let mut patience = Patience::default();
        let mut sender = self.link.sender();
        loop {
            let mut shared = self.link.shared();
            let Shared { core, world, moves, .. } = &mut *shared;
            let seen = *moves;
            let next = core.write(&mut world.host(), &mut sender.output, payload).map_err(crate::to_io)?;
            match next {
                Some(Next::Done(n)) => {
                    drop(shared);
                    later(self.link.send(&mut sender, &Goal::Push, false))?;
                    self.link.release(sender)?;
                    return Ok(n);
                }
                Some(next) => {
                    drop(shared);
                    self.link.act(&mut sender, next, &Goal::Push, &mut patience)?;
                }
                None => {
                    // The peer negotiates anew, and the reader has the next move.
                    drop(shared);
                    self.link.release(sender)?;
                    let wait = self.link.moved.wait_while(self.link.shared(), |shared| shared.moves == seen);
                    drop(wait.unwrap_or_else(PoisonError::into_inner));
                    sender = self.link.sender();
                }
            }
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        let mut sender = self.link.sender();
        self.link.send(&mut sender, &Goal::Flush, true)?;
        Ok(self.link.release(sender)?)
    }
}
