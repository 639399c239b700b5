//! Limits of a connection over datagrams, each with its source and what happens at the edge.

/// The longest message, as of those that are joined on a stream; fragments of a longer one are dropped.
pub(super) const MAX_MESSAGE_BYTES: u32 = handshake::limits::MAX_MESSAGE_BYTES;

/// Bytes of messages that are not complete, with their headers: one of the longest. mbedTLS keeps as much; past it what has
/// not grown for the longest time goes, and the peer sends it again.
pub(super) const MAX_HELD_BYTES: usize = MAX_MESSAGE_BYTES as usize + super::reassembly::HEADER_BYTES;

/// They grow in steps: byte by byte they would be copied once for each byte.
pub(super) const HELD_STEP_BYTES: usize = 1024;

/// How often a flight goes out again within its first timeout because the peer repeats its own, evenly: what comes sooner is
/// the network's doing, or anybody's, for the datagrams are not protected. Our own choice: peers wait for 50 milliseconds
/// and more.
pub(super) const REPEATS_PER_TIMEOUT: u32 = 4;

/// Messages behind the one that is awaited of which fragments are kept: a flight has no more.
pub(super) const MAX_MESSAGES_AHEAD: u16 = 8;

/// The smallest datagram that is sent in the search for one that passes; 256 bytes hold the first fragment of anything.
pub(super) const MIN_DATAGRAM_BYTES: usize = 256;

/// Bytes of a datagram unless the caller knows better: what IPv6 lets pass everywhere (1280 bytes, RFC 8200 section 5) less
/// the headers of IPv6 and UDP.
pub const DATAGRAM_BYTES: usize = 1232;

/// Milliseconds until a flight is sent again the first time (RFC 6347 section 4.2.4.1); each time is twice as long.
pub const FIRST_TIMEOUT_MS: u32 = 1000;

/// The longest such time (RFC 6347 section 4.2.4.1); when it has passed as well, the handshake ends.
pub const LAST_TIMEOUT_MS: u32 = 60_000;

/// Records that could not be authenticated, with the feature `dtls-badmac-limit`; one more ends the connection.
pub const MAX_REJECTED_RECORDS: u32 = 1 << 16;
