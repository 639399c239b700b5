//! Halves of a stream, for two tasks of one executor: one reads, one writes, neither waits for the other.
//!
//! Each has the transport's half and the buffer that it needs; the connection is lent to whichever runs. What the
//! reader has to send, an alert for example, it sends itself when the writer is idle; a writer that is at work sends it
//! before it goes on.

use super::{Stream, give_way, is_interrupted, lock::Lock};
use crate::{
    StreamError, World,
    patience::Patience,
    pump::{Core, Goal, Input, Next, Output, Pump, Turn},
};
use ::embedded_io_async::{ErrorType, Read, Write};
use core::cell::RefCell;
use embertls::{Error, Host};

/// Two halves of a transport as one.
pub struct Joined<R, W> {
    /// Where bytes come from.
    pub reader: R,
    /// Where bytes go.
    pub writer: W,
}

impl<R: ErrorType, W> ErrorType for Joined<R, W> {
    type Error = R::Error;
}

impl<R: Read, W> Read for Joined<R, W> {
    fn read(&mut self, out: &mut [u8]) -> impl Future<Output = Result<usize, R::Error>> {
        self.reader.read(out)
    }
}

impl<R: ErrorType, W: Write<Error = R::Error>> Write for Joined<R, W> {
    fn write(&mut self, bytes: &[u8]) -> impl Future<Output = Result<usize, R::Error>> {
        self.writer.write(bytes)
    }

    fn flush(&mut self) -> impl Future<Output = Result<(), R::Error>> {
        self.writer.flush()
    }
}

/// A stream taken apart; [`Split::halves`] are for its two tasks.
///
/// The handshake is best complete before: until then `write` is a misuse, though `read` goes on with it.
pub struct Split<'c, R, W, H> {
    shared: RefCell<Shared<'c, H>>,
    input: Input<'c>,
    reader: R,
    sender: Lock<Sender<'c, W>>,
}

/// What both halves need, for a moment and never while one of them waits.
struct Shared<'c, H> {
    core: Core<'c>,
    world: H,
}

/// What it takes to send.
struct Sender<'c, W> {
    output: Output<'c>,
    writer: W,
}

/// The half that reads.
pub struct ReadHalf<'s, 'c, R, W, H> {
    shared: &'s RefCell<Shared<'c, H>>,
    input: &'s mut Input<'c>,
    reader: &'s mut R,
    sender: &'s Lock<Sender<'c, W>>,
}

/// The half that writes and closes.
pub struct WriteHalf<'s, 'c, W, H> {
    shared: &'s RefCell<Shared<'c, H>>,
    sender: &'s Lock<Sender<'c, W>>,
}

impl<'c, R, W, H> Stream<'c, Joined<R, W>, H> {
    /// Takes the stream apart.
    pub fn into_split(self) -> Split<'c, R, W, H> {
        let Self { pump: Pump { core, input, output }, world, transport: Joined { reader, writer } } = self;
        Split {
            shared: RefCell::new(Shared { core, world }),
            input,
            reader,
            sender: Lock::new(Sender { output, writer }),
        }
    }
}

impl<'c, R, W, H> Split<'c, R, W, H> {
    /// The halves.
    pub fn halves(&mut self) -> (ReadHalf<'_, 'c, R, W, H>, WriteHalf<'_, 'c, W, H>) {
        let Self { shared, input, reader, sender } = self;
        (ReadHalf { shared, input, reader, sender }, WriteHalf { shared, sender })
    }

    /// The stream as it was.
    pub fn into_stream(self) -> Stream<'c, Joined<R, W>, H> {
        let Shared { core, world } = self.shared.into_inner();
        let Sender { output, writer } = self.sender.into_inner();
        let pump = Pump { core, input: self.input, output };
        Stream { pump, world, transport: Joined { reader: self.reader, writer } }
    }
}

/// The connection and the world, lent for a moment.
fn lend<'c, H: World, V>(
    shared: &RefCell<Shared<'c, H>>,
    call: impl FnOnce(&mut Core<'c>, &mut Host<'_>) -> V,
) -> Result<V, Error> {
    let mut shared = shared.try_borrow_mut().map_err(|_| Error::Internal)?;
    let Shared { core, world } = &mut *shared;
    Ok(call(core, &mut world.host()))
}

impl<'c, W: Write> Sender<'c, W> {
    /// Does to the transport what `next` says.
    async fn act<H: World>(
        &mut self,
        next: Next,
        goal: &Goal<'_>,
        shared: &RefCell<Shared<'c, H>>,
        patience: &mut Patience,
    ) -> Result<(), StreamError<W::Error>> {
        let Self { output, writer } = self;
        if next == Next::Flush {
            let Some(outcome) = patience.with(writer.flush().await, is_interrupted) else { return Ok(()) };
            return lend(shared, |core, _| core.on_flushed(output, goal, outcome))?;
        }
        let Some(outcome) = patience.with(writer.write(output.unsent()).await, is_interrupted) else {
            return Ok(());
        };
        lend(shared, |core, _| core.on_written(output, goal, outcome))?
    }
}

impl<R: Read, W: Write<Error = R::Error>, H: World> ReadHalf<'_, '_, R, W, H> {
    async fn run(&mut self, out: &mut [u8]) -> Result<usize, StreamError<R::Error>> {
        let mut patience = Patience::default();
        loop {
            let n = self.input.take(out);
            if n > 0 || out.is_empty() {
                return Ok(n);
            }
            self.answer(&mut patience).await?;
            let input = &mut *self.input;
            match lend(self.shared, |core, host| core.turn(host, input))?? {
                Turn::Again => {}
                Turn::Work => give_way().await,
                Turn::Closed => return Ok(0),
                Turn::Read => {
                    if let Some(outcome) = patience.with(self.reader.read(input.free()).await, is_interrupted)
                    {
                        lend(self.shared, |core, _| core.on_read(input, outcome))??;
                    }
                }
            }
        }
    }

    /// Sends what the connection has to say by itself, when the writer is idle. While data may still come, nothing of
    /// the writer's is waited for: a peer that does not read before it is read from would wait for ever.
    async fn answer(&mut self, patience: &mut Patience) -> Result<(), StreamError<R::Error>> {
        let Some(mut sender) = self.sender.try_lock() else { return Ok(()) };
        let is_over = lend(self.shared, |core, _| core.is_over())?;
        if !is_over && !sender.output.unsent().is_empty() {
            return Ok(());
        }
        let mut flush = is_over;
        loop {
            // A failure is reported by the next turn.
            match lend(self.shared, |core, host| core.send(host, &mut sender.output, flush))? {
                Ok(Next::Done(_)) | Err(_) => return Ok(()),
                Ok(next) => sender.act(next, &Goal::Read(&mut []), self.shared, patience).await?,
            }
            flush = true;
        }
    }
}

impl<W: Write, H: World> WriteHalf<'_, '_, W, H> {
    async fn run(&mut self, payload: &[u8]) -> Result<usize, StreamError<W::Error>> {
        let mut patience = Patience::default();
        if payload.is_empty() {
            return Ok(0);
        }
        loop {
            let mut sender = self.sender.lock().await;
            while let Some(next) =
                lend(self.shared, |core, host| core.write(host, &mut sender.output, payload))??
            {
                if let Next::Done(n) = next {
                    return Ok(n);
                }
                sender.act(next, &Goal::Push, self.shared, &mut patience).await?;
            }
            // The peer negotiates anew, and the reader has the next move.
            drop(sender);
            self.sender.used().await;
        }
    }

    async fn send(&mut self, goal: Goal<'_>) -> Result<(), StreamError<W::Error>> {
        let mut patience = Patience::default();
        let mut sender = self.sender.lock().await;
        loop {
            match lend(self.shared, |core, host| core.send(host, &mut sender.output, true))?? {
                Next::Done(_) => return Ok(()),
                next @ (Next::Read | Next::Write | Next::Flush | Next::Work) => {
                    sender.act(next, &goal, self.shared, &mut patience).await?;
                }
            }
        }
    }

    /// Tells the peer that nothing more will be sent (close_notify) and flushes. What the peer sent can still be read.
    ///
    /// # Errors
    /// The transport's, unless the peer has closed; what ended the connection, if it has failed.
    pub async fn close(&mut self) -> Result<(), StreamError<W::Error>> {
        lend(self.shared, |core, _| core.connection.close())?;
        self.send(Goal::Close).await
    }
}

impl<R: ErrorType, W, H> ErrorType for ReadHalf<'_, '_, R, W, H> {
    type Error = StreamError<R::Error>;
}

impl<W: ErrorType, H> ErrorType for WriteHalf<'_, '_, W, H> {
    type Error = StreamError<W::Error>;
}

impl<R: Read, W: Write<Error = R::Error>, H: World> Read for ReadHalf<'_, '_, R, W, H> {
    /// Reads application data.
    fn read(&mut self, out: &mut [u8]) -> impl Future<Output = Result<usize, Self::Error>> {
        self.run(out)
    }
}

impl<W: Write, H: World> Write for WriteHalf<'_, '_, W, H> {
    /// Makes at most one record of application data, once those before it are written.
    fn write(&mut self, payload: &[u8]) -> impl Future<Output = Result<usize, Self::Error>> {
        self.run(payload)
    }

    fn flush(&mut self) -> impl Future<Output = Result<(), Self::Error>> {
        self.send(Goal::Flush)
    }
}
