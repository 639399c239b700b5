//! Switches that are a constant where they count, so that what they guard is not linked without them; the larger ones
//! choose modules.

/// Whether records that are not authentic are counted towards an end.
pub const LIMIT_REJECTED: bool = cfg!(feature = "dtls-badmac-limit");
