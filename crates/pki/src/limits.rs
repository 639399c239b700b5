//! Limits of reading keys, each with its source and what happens at the edge.

/// The most bytes that one PEM block may decode to. Our own choice, above any certificate and key; longer is `TooLong`.
pub const MAX_PEM_BYTES: usize = 64 * 1024;
