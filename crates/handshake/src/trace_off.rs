//! Without the feature `debug` nothing is told, and no text is linked.

/// Whether something is.
pub const ON: bool = false;
