//! The caller's world, lent for one call.

use crypto::{Budget, Rng};
use x509::{CertificateObserver, Time};

/// Monotonic time in milliseconds from any start.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Instant(pub u64);

/// What a call may use of the caller's world: time, randomness, how much work to do, and who watches.
pub struct Host<'h> {
    /// Monotonic time.
    pub now: Instant,
    /// The date, as far as it is known.
    pub time: Time,
    /// Randomness.
    pub rng: &'h mut dyn Rng,
    /// How much slow work this call may do; None runs it to its end.
    pub budget: Option<Budget>,
    /// Sees each certificate of the peer as it arrives.
    pub observer: Option<&'h mut dyn CertificateObserver>,
}

impl<'h> Host<'h> {
    /// A host that runs slow work to its end and that nobody watches.
    pub fn new(now: Instant, time: Time, rng: &'h mut dyn Rng) -> Self {
        Self { now, time, rng, budget: None, observer: None }
    }
}
