//! Limits of the handshake, each with its source and what happens at the edge.

/// The most bytes of handshake messages that are held for a CertificateVerify of Ed25519, which signs no digest: one
/// certificate of the largest size from each side, and what is around them. Past it a client has no such credential, and a
/// server that meets such a signature fails with [`crate::Error::OutOfMemory`].
pub const MAX_TRANSCRIPT_BYTES: usize = 48 * 1024;

/// The longest handshake message that is joined from pieces, in bytes. Our own choice: the longest in the wild is
/// CertificateRequest, of which the names of Debian's 144 roots are 15 KiB and Schannel's list alone may be 16; a longer
/// one is `MessageTooLong`.
pub const MAX_MESSAGE_BYTES: u32 = 32 * 1024;

/// The steps, in bytes, in which the memory of a joined message grows: what may be held beyond what has arrived.
pub const JOIN_STEP_BYTES: usize = 1024;

/// The longest certificate list, in bytes. RFC 5246 section 7.4.2 allows 2^24-1; the list streams and is never
/// held, so that this bounds work only; a longer one is `MessageTooLong`.
pub const MAX_CERTIFICATE_LIST_BYTES: u32 = 128 * 1024;

/// The longest single certificate, in bytes, since one at a time is held while it is not whole in the caller's
/// buffer; a longer one is `MessageTooLong`.
pub const MAX_CERTIFICATE_BYTES: usize = 16 * 1024;

/// The most bytes of one outgoing flight: the server's certificates and its other messages.
pub const MAX_FLIGHT_BYTES: usize = 64 * 1024;

/// HelloRequests that a client ignores while a handshake is under way (RFC 5246 section 7.4.1.1).
pub const MAX_HELLO_REQUESTS: u8 = 4;

/// The longest ticket that is kept, in bytes. RFC 5077 section 3.3 allows 2^16-1; servers that put a client's certificate
/// into theirs stay below this. A longer one is not kept, and the next handshake is a full one.
pub const MAX_TICKET_BYTES: usize = 4096;

/// The longest identity of a pre-shared key, and the longest hint, in bytes (RFC 4279 section 5.3: at least 128). A longer
/// identity is unknown to a server; one in a configuration is a misuse, as a longer hint is.
pub const MAX_PSK_IDENTITY_BYTES: usize = 128;

/// The longest pre-shared key, in bytes (RFC 4279 section 5.3: at least 64). A longer one that a look-up finds is none; one
/// in a configuration is a misuse.
pub const MAX_PSK_BYTES: usize = 64;

/// Bytes of the random key that stands for the key of an unknown identity: as many as RFC 7925 section 4.2 has keys of (128
/// bits), so that the PRF takes as long as with a usual one.
pub const SUBSTITUTE_PSK_BYTES: usize = 16;

/// Bytes of a session without its session_id and ticket, and without the identity of a pre-shared key.
pub const SESSION_WITHOUT_TICKET_BYTES: usize = 148;

/// The longest session, in bytes.
pub const MAX_SESSION_BYTES: usize =
    SESSION_WITHOUT_TICKET_BYTES + 32 + MAX_TICKET_BYTES + 1 + MAX_PSK_IDENTITY_BYTES;

/// Seconds for which a server lets a session be resumed (RFC 5246 appendix F.1.4: at most a day).
pub const SESSION_LIFETIME_SECONDS: u32 = 86_400;

/// Seconds after which a ticket key is replaced; what it sealed can be opened as long again.
pub const TICKET_KEY_LIFETIME_SECONDS: u64 = 43_200;

/// Tickets under one key. Their nonces of 96 random bits then repeat with a chance below 2^-48 (SP 800-38D section 8.3
/// allows 2^32 for 2^-32); at the limit the key is replaced.
pub const MAX_TICKETS_OF_A_KEY: u32 = 1 << 24;

/// The most bytes of a peer's chain that are kept for the application; a longer one ends the handshake out of memory.
pub const MAX_KEPT_CHAIN_BYTES: usize = 64 * 1024;

/// Bytes of a frozen connection without the peer's chain, a flight and tickets of unusual size: for these there is room at
/// once.
pub const USUAL_FROZEN_BYTES: usize = 512;

/// The most bytes of a frozen connection; a longer one is out of memory.
pub const MAX_FROZEN_BYTES: usize = MAX_KEPT_CHAIN_BYTES + MAX_FLIGHT_BYTES + 1024;

/// The smallest finite field of a server, in bits (RFC 7919 section 1, RFC 8270 section 2); a smaller one is
/// `FiniteFieldTooSmall`.
pub const MIN_FINITE_FIELD_BITS: usize = 2048;
