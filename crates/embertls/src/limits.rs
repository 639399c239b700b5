//! Limits of a connection, each with its source and what happens at the edge.

/// The longest plaintext of a record, in bytes (RFC 5246 section 6.2.1).
pub const MAX_PLAINTEXT_BYTES: usize = 1 << 14;

/// Records in a row that carry nothing: empty application data, warnings, requests for renegotiation. Our own
/// choice; one more ends the connection with unexpected_message.
pub const MAX_RECORDS_WITHOUT_PROGRESS: u8 = 16;
