//! Limits of the handshake, each with its source and what happens at the edge.

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
