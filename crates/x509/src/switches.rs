//! Switches that are a constant where they count, so that what they guard is not linked without them; the larger ones
//! choose modules.

/// Whether dates are looked at.
pub const CHECK_DATES: bool = cfg!(feature = "time-date");
/// Whether keyUsage is looked at.
pub const CHECK_KEY_USAGE: bool = cfg!(feature = "x509-check-key-usage");
/// Whether extendedKeyUsage is looked at.
pub const CHECK_EXTENDED_KEY_USAGE: bool = cfg!(feature = "x509-check-extended-key-usage");
/// Whether nameConstraints are applied; without, one that is critical is not understood.
pub const APPLY_NAME_CONSTRAINTS: bool = cfg!(feature = "x509-name-constraints");
/// Whether cRLDistributionPoints are read.
pub const READ_DISTRIBUTION_POINTS: bool = cfg!(feature = "x509-crl-parse");
/// Whether tlsFeature is read.
pub const READ_TLS_FEATURE: bool = cfg!(feature = "ocsp-stapling");
/// Whether certificates that came too early are held.
pub const HOLD_CERTIFICATES: bool = cfg!(feature = "x509-path-building");
