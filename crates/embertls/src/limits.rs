//! Limits of a connection, each with its source and what happens at the edge.

pub use record::limits::MAX_PLAINTEXT_BYTES;

/// Records in a row that carry nothing: empty application data, warnings, requests for renegotiation. Our own
/// choice; one more ends the connection with unexpected_message.
pub const MAX_RECORDS_WITHOUT_PROGRESS: u8 = 32;
