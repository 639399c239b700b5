//! The one place that lists the rows together: which exist in this build, and which a profile offers.

pub mod extensions;
pub mod groups;
#[cfg(feature = "pk-parse")]
pub mod keys;
pub mod profiles;
pub mod schemes;
pub mod srtp;
pub mod suites;
#[cfg(feature = "x509-crt-parse")]
pub mod verification;
pub mod versions;
