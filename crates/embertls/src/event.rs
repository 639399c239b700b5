//! What a call came to.

use codec::AlertDescription;
use core::ops::Range;

/// What happened, and what the caller does next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// Nothing to report: go on with the bytes that are left, or read more.
    None,
    /// The buffer must hold this many bytes, from the first one not used, before anything can happen.
    NeedMore(usize),
    /// Slow work waits for `advance`.
    Work,
    /// The connection asks something: see `request`, then call `answer`.
    Request,
    /// There is something to send: call `poll_transmit` until it returns 0.
    Transmit,
    /// The handshake is complete, or another one after a renegotiation; application data may be sent. Call `poll_transmit` until it returns 0 first.
    Connected,
    /// Application data stands in this range of the buffer.
    Data(Range<usize>),
    /// The peer closed in order (close_notify); nothing more will come.
    Closed,
    /// The peer warned; the connection goes on.
    Warning(AlertDescription),
}

/// What `receive` did with the buffer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Received {
    /// Bytes from the start of the buffer that are done with. Bytes after them are presented again, unchanged, by
    /// the next call.
    pub used: usize,
    /// What happened.
    pub event: Event,
}

/// What `send` did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sent {
    /// Bytes of the payload that are in the record.
    pub consumed: usize,
    /// Bytes of the record, at the start of the output.
    pub written: usize,
}
