//! Sizes and bounds of the adapters.

/// Bytes of the largest protected TLS 1.2 record: header, 2^14 bytes of plaintext and at most 2048 of expansion
/// (RFC 5246 section 6.2.3). A receive buffer of this size takes whatever a peer may send; a larger record ends the
/// connection with the error that names its size.
pub const MAX_RECORD_BYTES: usize = 5 + (1 << 14) + 2048;

/// How often in a row a transport may answer `Interrupted` before that answer is passed on. Signals are rarer than
/// this by far; a transport that answers nothing else must not hold the caller for ever.
pub const MAX_INTERRUPTED_RETRIES: usize = 64;

/// Calls in a row in which the connection neither uses bytes nor reports anything, before the adapter gives up with
/// an internal error: a bound on a bug, which no peer reaches, for a peer pays with bytes for each call.
pub const MAX_IDLE_MOVES: usize = 16;

/// Bytes of the buffer in which a session of six calls makes records: its writes are cut to it.
#[cfg(feature = "session")]
pub const SESSION_TRANSMIT_BYTES: usize = 4096;

/// How long a session of six calls waits for the host to accept a connection.
#[cfg(feature = "session")]
pub const SESSION_CONNECT_TIME: core::time::Duration = core::time::Duration::from_secs(30);
