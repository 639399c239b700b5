//! Limits of decoding, each with its source and what happens at the edge.

/// Extensions in one hello. Our own choice, several times what any known peer sends, since looking for duplicates is
/// quadratic; one more is `TooLong`.
pub const MAX_EXTENSIONS: usize = 64;
