//! Protocol versions, newest first.

use suites::Version;

/// Every version of this build.
pub static ALL: &[&Version] = &[
    #[cfg(feature = "tls1-2")]
    &suites::TLS1_2,
];
