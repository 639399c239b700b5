//! What several connections use, each for a moment: stores of sessions, ticket keys.

use embertls::{Bytes, Instant, OpenedTicket, Rng, SessionStore, TicketSealer};
use std::sync::{Arc, Mutex, PoisonError};

/// A value behind a lock that is held for one call. Clones share it, in any thread.
#[derive(Debug)]
pub struct Shared<T: ?Sized>(Arc<Mutex<T>>);

impl<T> Shared<T> {
    /// Shares `value`.
    pub fn new(value: T) -> Self {
        Self(Arc::new(Mutex::new(value)))
    }
}

impl<T: ?Sized> Shared<T> {
    /// Uses the value. A connection that panicked while it did so does not keep the others from going on.
    pub fn with<R>(&self, call: impl FnOnce(&mut T) -> R) -> R {
        call(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl<T: ?Sized> Clone for Shared<T> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<T: SessionStore + ?Sized> SessionStore for Shared<T> {
    fn load(&mut self, key: &[u8], found: &mut dyn FnMut(&[u8])) {
        self.with(|store| store.load(key, found));
    }

    fn store(&mut self, key: &[u8], session: &[u8]) {
        self.with(|store| store.store(key, session));
    }
}

impl<T: TicketSealer + ?Sized> TicketSealer for Shared<T> {
    fn is_ready(&self) -> bool {
        self.with(|sealer| sealer.is_ready())
    }

    fn seal(
        &mut self,
        session: &[u8],
        now: Instant,
        rng: &mut dyn Rng,
    ) -> Result<Option<Bytes>, crypto::Error> {
        self.with(|sealer| sealer.seal(session, now, rng))
    }

    fn open(&mut self, ticket: &[u8]) -> Result<Option<OpenedTicket>, crypto::Error> {
        self.with(|sealer| sealer.open(ticket))
    }
}
