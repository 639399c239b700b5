//! A TLS stream over any transport of tokio: `AsyncRead + AsyncWrite` over `AsyncRead + AsyncWrite`.
//!
//! All that must outlive a call is in the stream and nothing in its futures: whoever drops one, in a `select!` or at a
//! timeout, loses and repeats nothing. `tokio::io::split` makes halves for two tasks; reading goes on while the transport
//! takes no bytes. `poll_write` hands its record on as far as the transport takes it, the rest goes out with the next
//! call, `flush` at the latest. `shutdown` sends close_notify and then shuts the transport down. The end of the stream is
//! `Ok(0)` only after the peer's close_notify (RFC 5246 section 7.2.1), else an error of kind `UnexpectedEof`.

mod wakers;

use crate::{
    Parts, World,
    accessors::accessors,
    patience::Patience,
    pump::{Goal, Next, Pump},
    to_io,
};
use ::tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use std::{
    future::poll_fn,
    io::{self, ErrorKind},
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, ready},
};
use wakers::{Side, Wakers};

/// A TLS connection over a transport.
pub struct Stream<'c, T, W> {
    pump: Pump<'c>,
    world: W,
    transport: T,
    wakers: Arc<Wakers>,
}

impl<'c, T: AsyncRead + AsyncWrite + Unpin, W: World> Stream<'c, T, W> {
    /// A client; nothing is sent before the first [`Stream::handshake`], read or write.
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
        Ok(Self::new(Pump::client(config, peer, parts).map_err(to_io)?, transport))
    }

    /// A server; it waits for the peer's first bytes in [`Stream::handshake`], a read or a write.
    ///
    /// # Errors
    /// What [`embertls::Connection::server`] finds wrong, as an `io::Error`.
    #[cfg(feature = "server")]
    pub fn server(
        config: &'c embertls::ServerConfig<'c>,
        transport: T,
        parts: Parts<'c, W>,
    ) -> io::Result<Self> {
        Ok(Self::new(Pump::server(config, parts).map_err(to_io)?, transport))
    }

    fn new((pump, world): (Pump<'c>, W), transport: T) -> Self {
        Self { pump, world, transport, wakers: Arc::default() }
    }

    /// Completes the handshake; done at once when it is complete. With a budget in the world's host, other tasks have
    /// their turn between the slices of slow work.
    ///
    /// # Errors
    /// The TLS error inside ([`crate::tls_error`] takes it out), after the alert was handed to the transport if that took
    /// it; or the transport's own error.
    pub async fn handshake(&mut self) -> io::Result<()> {
        poll_fn(|context| self.poll(context, Side::Writer, Goal::Handshake)).await.map(|_| ())
    }

    accessors!(io::Error, to_io);

    fn poll(&mut self, context: &mut Context<'_>, side: Side, mut goal: Goal<'_>) -> Poll<io::Result<usize>> {
        let Self { pump, world, transport, wakers } = self;
        let waker = wakers.register(side, context.waker());
        let context = &mut Context::from_waker(&waker);
        let mut patience = Patience::default();
        let mut blocked = false;
        loop {
            let next = pump.step(&mut goal, &mut world.host(), blocked).map_err(to_io)?;
            match next {
                Next::Done(n) => return Poll::Ready(Ok(n)),
                Next::Work => {
                    context.waker().wake_by_ref();
                    return Poll::Pending;
                }
                Next::Read => {
                    let mut free = ReadBuf::new(pump.free());
                    let outcome = ready!(Pin::new(&mut *transport).poll_read(context, &mut free));
                    let outcome = outcome.map(|()| free.filled().len());
                    if let Some(outcome) = patience.with(outcome, is_interrupted) {
                        pump.on_read(outcome)?;
                    }
                }
                Next::Write | Next::Flush => {
                    if blocked {
                        // What ended the connection is told at once; its alert may still go out with another call.
                        return pump.failure().map_or(Poll::Pending, |error| Poll::Ready(Err(to_io(error))));
                    }
                    let transport = Pin::new(&mut *transport);
                    let outcome = if next == Next::Flush {
                        transport.poll_flush(context).map_ok(|()| 0)
                    } else {
                        transport.poll_write(context, pump.unsent())
                    };
                    let Poll::Ready(outcome) = outcome else {
                        blocked = true;
                        continue;
                    };
                    match patience.with(outcome, is_interrupted) {
                        Some(outcome) if next == Next::Flush => {
                            pump.on_flushed(&goal, outcome.map(|_| ()))?
                        }
                        Some(outcome) => pump.on_written(&goal, outcome)?,
                        None => {}
                    }
                }
            }
        }
    }
}

fn is_interrupted(error: &io::Error) -> bool {
    error.kind() == ErrorKind::Interrupted
}

impl<T: AsyncRead + AsyncWrite + Unpin, W: World + Unpin> AsyncRead for Stream<'_, T, W> {
    /// Reads application data, completing the handshake first when that is not done.
    fn poll_read(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        out: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let n = ready!(self.get_mut().poll(context, Side::Reader, Goal::Read(out.initialize_unfilled())))?;
        out.advance(n);
        Poll::Ready(Ok(()))
    }
}

impl<T: AsyncRead + AsyncWrite + Unpin, W: World + Unpin> AsyncWrite for Stream<'_, T, W> {
    /// Takes at most one record of application data, completing the handshake first when that is not done.
    fn poll_write(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        payload: &[u8],
    ) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        let n = ready!(this.poll(context, Side::Writer, Goal::Write(payload)))?;
        match this.poll(context, Side::Writer, Goal::Push) {
            Poll::Ready(Err(error)) => Poll::Ready(Err(error)),
            Poll::Ready(Ok(_)) | Poll::Pending => Poll::Ready(Ok(n)),
        }
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.get_mut().poll(context, Side::Writer, Goal::Flush).map_ok(|_| ())
    }

    /// Sends close_notify, then shuts the transport down; also when the connection has failed, which is then the error.
    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        let closed = ready!(this.poll(context, Side::Writer, Goal::Close));
        let waker = this.wakers.register(Side::Writer, context.waker());
        let context = &mut Context::from_waker(&waker);
        let mut patience = Patience::default();
        let shut = loop {
            match Pin::new(&mut this.transport).poll_shutdown(context) {
                Poll::Ready(outcome) => {
                    if let Some(outcome) = patience.with(outcome, is_interrupted) {
                        break Poll::Ready(outcome);
                    }
                }
                Poll::Pending => break Poll::Pending,
            }
        };
        match (closed, shut) {
            (Err(error), _) => Poll::Ready(Err(error)),
            // A peer that has closed and is gone is in order.
            (Ok(_), Poll::Ready(Err(_))) if this.pump.is_peer_closed() => Poll::Ready(Ok(())),
            (Ok(_), shut) => shut,
        }
    }
}
