//! What the tool bounds, so that no peer can hold it or fill its memory.

use std::time::Duration;

/// TCP connecting and a whole handshake may take this long; then the peer has failed.
pub(crate) const HANDSHAKE_SECONDS: Duration = Duration::from_secs(30);

/// A web client may be silent for this long before its connection is closed, and so may a server that was asked
/// with `--get`.
pub(crate) const HTTP_IDLE_SECONDS: Duration = Duration::from_secs(30);

/// An echoed or printed peer may be silent for this long.
pub(crate) const SERVER_IDLE_SECONDS: Duration = Duration::from_secs(600);

/// After its input has ended, the client closes when the peer has been silent for this long.
pub(crate) const QUIET_SECONDS: Duration = Duration::from_secs(1);

/// How long to wait, after close_notify, for the peer to take what is on the way.
pub(crate) const LINGER_SECONDS: Duration = Duration::from_secs(1);

/// How long the network may take nothing of what was written before a close.
pub(crate) const DRAIN_SECONDS: Duration = Duration::from_secs(10);

/// Bytes of a connection ID with `--cid`: enough that nobody guesses that of another, and that no two are the same.
pub(crate) const CONNECTION_ID_BYTES: u8 = 8;

/// Connections that are served at once; one more is closed as soon as it is accepted.
pub(crate) const MAX_CONNECTIONS: usize = 512;

/// Bytes of one read from the network or from standard input.
pub(crate) const CHUNK_BYTES: usize = 64 * 1024;

/// Chunks that one reading thread may be ahead.
pub(crate) const CHUNKS_AHEAD: usize = 4;

/// Standard input is not read while this many bytes wait for the network.
pub(crate) const INPUT_WATERMARK_BYTES: usize = 1 << 20;

/// An echoing server reads no more while this many bytes wait for the network; a peer that sends this much
/// without reading any of it gets no further.
pub(crate) const ECHO_WATERMARK_BYTES: usize = 64 << 20;

/// Bytes of the head of an HTTP request; a longer one is answered with 431.
pub(crate) const MAX_REQUEST_HEAD_BYTES: usize = 16 * 1024;

/// Bytes of the head of an HTTP response, and of one line between chunks.
pub(crate) const MAX_RESPONSE_HEAD_BYTES: usize = 64 * 1024;

/// Requests over one connection; then the server says `Connection: close`.
pub(crate) const MAX_REQUESTS: usize = 1000;

/// Bytes of a certificate or key file.
pub(crate) const MAX_FILE_BYTES: u64 = 16 << 20;

/// Bytes of a signature: RSA-4096 makes 512, and this tool reads keys of twice that.
pub(crate) const MAX_SIGNATURE_BYTES: usize = 1024;

/// Renegotiations of one connection, where they are allowed.
pub(crate) const MAX_RENEGOTIATIONS: u8 = 8;

/// Sessions that the server keeps for clients without tickets.
pub(crate) const MAX_SESSIONS: usize = 1024;
