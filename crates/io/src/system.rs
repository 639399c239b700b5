//! The world of programs that have an operating system.

use crate::{Parts, World, clock::Clock, to_io};
use embertls::{Host, Rng};
use std::io;

/// A clock, and a random generator as made by `os_entropy::seeded`.
pub struct System<R> {
    /// Randomness.
    pub rng: R,
    /// Time.
    pub clock: Clock,
}

impl<R: Rng> World for System<R> {
    fn host(&mut self) -> Host<'_> {
        Host::new(self.clock.now(), self.clock.time(), &mut self.rng)
    }
}

impl<R: Rng> Parts<'_, System<R>> {
    /// Owned buffers for the largest records.
    ///
    /// # Errors
    /// `OutOfMemory` when the allocator refuses.
    pub fn full_size(rng: R, clock: Clock) -> io::Result<Self> {
        Parts::owned(System { rng, clock }).map_err(to_io)
    }
}
