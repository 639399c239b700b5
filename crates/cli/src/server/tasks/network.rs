//! A socket of tokio's whose reads and writes end at a deadline, that counts its bytes, and that may take more than the
//! network does at the moment.

use std::{
    collections::VecDeque,
    future::{Future, poll_fn},
    io::{self, ErrorKind},
    pin::Pin,
    task::{Context, Poll, ready},
    time::Duration,
};
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::TcpStream,
    time::{Instant, Sleep, sleep},
};

/// A TCP stream with a deadline.
pub(super) struct Network {
    socket: TcpStream,
    deadline: Pin<Box<Sleep>>,
    /// How far each byte that moves puts the deadline off.
    silence: Option<Duration>,
    queue: Option<Queue>,
    bytes_in: u64,
    bytes_out: u64,
}

/// What was taken and the network has not yet.
#[derive(Default)]
struct Queue {
    waiting: VecDeque<u8>,
    /// The network takes nothing any more; what has arrived can still be read.
    refused: bool,
}

impl Network {
    /// With `queued`, writing never waits, and a network that takes nothing shows by what is read only.
    pub(super) fn new(socket: TcpStream, limit: Duration, queued: bool) -> Self {
        Self {
            socket,
            deadline: Box::pin(sleep(limit)),
            silence: None,
            queue: queued.then(Queue::default),
            bytes_in: 0,
            bytes_out: 0,
        }
    }

    /// From now on, `limit` is left.
    pub(super) fn allow(&mut self, limit: Duration) {
        self.silence = None;
        self.deadline.as_mut().reset(Instant::now() + limit);
    }

    /// From now on, nothing may move for so long.
    pub(super) fn allow_silence(&mut self, limit: Duration) {
        self.allow(limit);
        self.silence = Some(limit);
    }

    /// Waits until fewer bytes are queued.
    pub(super) async fn wait_below(&mut self, limit: usize) -> io::Result<()> {
        poll_fn(|context| {
            if self.poll_queue(context).is_ready() || self.queued() < limit {
                return Poll::Ready(Ok(()));
            }
            self.poll_late(context).map(Err)
        })
        .await
    }

    pub(super) const fn bytes_in(&self) -> u64 {
        self.bytes_in
    }

    pub(super) const fn bytes_out(&self) -> u64 {
        self.bytes_out
    }

    fn queued(&self) -> usize {
        self.queue.as_ref().map_or(0, |queue| queue.waiting.len())
    }

    fn is_late(&self) -> bool {
        Instant::now() >= self.deadline.deadline()
    }

    /// Ready when the deadline has come.
    fn poll_late(&mut self, context: &mut Context<'_>) -> Poll<io::Error> {
        self.deadline.as_mut().poll(context).map(|()| timed_out())
    }

    /// Bytes have moved.
    fn moved(&mut self) {
        if let Some(silence) = self.silence {
            self.allow_silence(silence);
        }
    }

    fn poll_socket_write(&mut self, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        if self.is_late() {
            return Poll::Ready(Err(timed_out()));
        }
        let Poll::Ready(answer) = Pin::new(&mut self.socket).poll_write(context, bytes) else {
            return self.poll_late(context).map(Err);
        };
        let n = answer?;
        self.bytes_out += u64::try_from(n).unwrap_or(u64::MAX);
        self.moved();
        Poll::Ready(Ok(n))
    }

    /// Hands on what is queued; ready when nothing is.
    fn poll_queue(&mut self, context: &mut Context<'_>) -> Poll<()> {
        let Some(mut queue) = self.queue.take() else { return Poll::Ready(()) };
        let mut outcome = Poll::Ready(());
        while !queue.waiting.is_empty() {
            match self.poll_socket_write(context, queue.waiting.as_slices().0) {
                Poll::Ready(Ok(n)) if n > 0 => drop(queue.waiting.drain(..n)),
                Poll::Ready(_) => {
                    queue.refused = true;
                    queue.waiting.clear();
                }
                Poll::Pending => {
                    outcome = Poll::Pending;
                    break;
                }
            }
        }
        self.queue = Some(queue);
        outcome
    }
}

fn timed_out() -> io::Error {
    io::Error::new(ErrorKind::TimedOut, "the peer was silent for too long")
}

impl AsyncRead for Network {
    fn poll_read(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        out: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        // Whether or not it is all handed on: the task is woken when more can be.
        let _ = this.poll_queue(context);
        if this.is_late() {
            return Poll::Ready(Err(timed_out()));
        }
        let before = out.filled().len();
        let Poll::Ready(answer) = Pin::new(&mut this.socket).poll_read(context, out) else {
            return this.poll_late(context).map(Err);
        };
        answer?;
        this.bytes_in += u64::try_from(out.filled().len() - before).unwrap_or(u64::MAX);
        this.moved();
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Network {
    fn poll_write(self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        let Some(queue) = &mut this.queue else { return this.poll_socket_write(context, bytes) };
        if !queue.refused {
            queue.waiting.extend(bytes);
        }
        let _ = this.poll_queue(context);
        Poll::Ready(Ok(bytes.len()))
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        ready!(this.poll_queue(context));
        Pin::new(&mut this.socket).poll_flush(context)
    }

    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        ready!(this.poll_queue(context));
        Pin::new(&mut this.socket).poll_shutdown(context)
    }
}
