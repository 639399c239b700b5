//! A TLS stream over any transport of `embedded-io-async`, without `std`.
//!
//! All that must outlive a call is in the stream and nothing in its futures: whoever drops one, in a `select` or at a
//! timeout, loses and repeats nothing, as long as the transport's own futures can be dropped so. A dropped `write` has
//! taken nothing.
//!
//! `write` makes a record once those before it are written, and returns; it goes out with the next call. So `flush` after
//! the last one, as on any stream. The end of the stream is `Ok(0)` only after the peer's close_notify (RFC 5246 section
//! 7.2.1), else the error [`embertls::Error::Truncated`].
//!
//! Over a transport of two halves ([`Joined`]) a stream splits into halves too: see [`Split`].

mod lock;
mod split;

pub use split::{Joined, ReadHalf, Split, WriteHalf};

use crate::{
    Parts, StreamError, World,
    accessors::accessors,
    patience::Patience,
    pump::{Goal, Next, Pump},
};
use ::embedded_io::ErrorKind;
use ::embedded_io_async::{ErrorType, Read, Write};
use core::{
    future::{Future, poll_fn},
    task::Poll,
};
use embertls::Error;

/// A TLS connection over a transport.
pub struct Stream<'c, T, W> {
    pump: Pump<'c>,
    world: W,
    transport: T,
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

    /// Completes the handshake; done at once when it is complete. With a budget in the world's host, others have their
    /// turn between the slices of slow work.
    ///
    /// # Errors
    /// What ended the connection, after the alert for it was sent if the transport took it; or the transport's.
    pub async fn handshake(&mut self) -> Result<(), StreamError<T::Error>> {
        self.run(Goal::Handshake).await.map(|_| ())
    }

    /// Tells the peer that nothing more will be sent (close_notify) and flushes. What the peer sent can still be read.
    ///
    /// # Errors
    /// The transport's, unless the peer has closed; what ended the connection, if it has failed.
    pub async fn close(&mut self) -> Result<(), StreamError<T::Error>> {
        self.run(Goal::Close).await.map(|_| ())
    }

    accessors!(Error, Error::from);

    async fn run(&mut self, mut goal: Goal<'_>) -> Result<usize, StreamError<T::Error>> {
        let Self { pump, world, transport } = self;
        let mut patience = Patience::default();
        loop {
            // Between what the transport has done and the pump's knowing it there is no await.
            // The host must not live on in the future.
            let next = pump.step(&mut goal, &mut world.host(), false)?;
            match next {
                Next::Done(n) => return Ok(n),
                Next::Work => give_way().await,
                Next::Read => match patience.with(transport.read(pump.free()).await, is_interrupted) {
                    Some(outcome) => pump.on_read(outcome)?,
                    None => continue,
                },
                Next::Write => match patience.with(transport.write(pump.unsent()).await, is_interrupted) {
                    Some(outcome) => pump.on_written(&goal, outcome)?,
                    None => continue,
                },
                Next::Flush => match patience.with(transport.flush().await, is_interrupted) {
                    Some(outcome) => pump.on_flushed(&goal, outcome)?,
                    None => continue,
                },
            }
        }
    }
}

impl<T: ErrorType, W> ErrorType for Stream<'_, T, W> {
    type Error = StreamError<T::Error>;
}

impl<T: Read + Write, W: World> Read for Stream<'_, T, W> {
    /// Reads application data, completing the handshake first when that is not done, and sending what waits.
    fn read(&mut self, out: &mut [u8]) -> impl Future<Output = Result<usize, Self::Error>> {
        self.run(Goal::Read(out))
    }
}

impl<T: Read + Write, W: World> Write for Stream<'_, T, W> {
    /// Makes at most one record of application data, completing the handshake first when that is not done.
    fn write(&mut self, payload: &[u8]) -> impl Future<Output = Result<usize, Self::Error>> {
        self.run(Goal::Write(payload))
    }

    async fn flush(&mut self) -> Result<(), Self::Error> {
        self.run(Goal::Flush).await.map(|_| ())
    }
}

fn is_interrupted<E: ::embedded_io::Error>(error: &E) -> bool {
    error.kind() == ErrorKind::Interrupted
}

/// Lets other tasks have their turn.
async fn give_way() {
    let mut waited = false;
    poll_fn(|context| {
        if core::mem::replace(&mut waited, true) {
            return Poll::Ready(());
        }
        context.waker().wake_by_ref();
        Poll::Pending
    })
    .await;
}
