//! Switches that are a constant where they count, so that what they guard is not linked without them; the larger ones
//! choose modules.

/// Whether a server heeds TLS_FALLBACK_SCSV (RFC 7507).
pub const NOTICE_FALLBACK: bool = cfg!(feature = "fallback-scsv");
/// Whether a server may decipher pre-master secrets.
pub const SERVE_KEY_TRANSPORT: bool = cfg!(feature = "kx-rsa-server");
/// Whether a server may say that it does not know an identity.
pub const REVEAL_UNKNOWN_IDENTITY: bool = cfg!(feature = "psk-reveal-unknown-identity");
