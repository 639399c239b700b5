//! What a connection does is told to the host's trace.

/// Whether it is.
pub const ON: bool = true;
