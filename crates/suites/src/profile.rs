//! Profiles: what a connection offers.

use crate::{Extension, Group, Scheme, Suite, Version};
use crypto::{Curve, SignatureAlgorithm};

/// What a connection offers, each list in order of preference. A Cargo feature makes a row available; only a
/// profile offers it, and the linker drops the rows that no profile names.
#[derive(Clone, Copy)]
pub struct Profile<'p> {
    /// Versions, newest first.
    pub versions: &'p [&'static Version],
    /// Cipher suites.
    pub suites: &'p [&'static Suite],
    /// Groups for ephemeral key agreement.
    pub groups: &'p [&'static Group],
    /// Signature schemes for the handshake (signature_algorithms).
    pub schemes: &'p [&'static Scheme],
    /// Algorithms that are accepted in the signatures of certificates.
    pub certificate_algorithms: &'p [&'static SignatureAlgorithm],
    /// Curves on which ECDSA keys are accepted.
    pub curves: &'p [&'static Curve],
    /// Extensions, in the order in which they are written.
    pub extensions: &'p [&'static Extension],
}
