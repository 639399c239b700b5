//! Switches that are a constant where they count, so that what they guard is not linked without them; the larger ones
//! choose modules.

/// Whether a known address may begin anew (RFC 6347 section 4.2.8).
pub const REUSE_PORTS: bool = cfg!(feature = "dtls-client-port-reuse");
