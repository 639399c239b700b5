//! What the tool lends its connections: time, randomness, the sessions and ticket keys that they share.

use embertls::{Bytes, Host, Instant, OpenedTicket, Rng, SessionStore, TicketSealer};
use io::{World, clock::Clock, os_entropy::OsSeededRng};
use std::sync::{Arc, Mutex, PoisonError};

/// Something that several connections use, each for a moment.
pub(crate) struct Shared<T: ?Sized>(Arc<Mutex<T>>);

impl<T> Shared<T> {
    pub(crate) fn new(value: T) -> Self {
        Self(Arc::new(Mutex::new(value)))
    }
}

impl<T: ?Sized> Shared<T> {
    /// A connection that panicked does not keep the others from going on.
    pub(crate) fn with<R>(&self, call: impl FnOnce(&mut T) -> R) -> R {
        call(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl<T: ?Sized> Clone for Shared<T> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<T: SessionStore> SessionStore for Shared<T> {
    fn load(&mut self, key: &[u8], found: &mut dyn FnMut(&[u8])) {
        self.with(|store| store.load(key, found));
    }

    fn store(&mut self, key: &[u8], session: &[u8]) {
        self.with(|store| store.store(key, session));
    }
}

impl<T: TicketSealer> TicketSealer for Shared<T> {
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

/// The world of one connection.
pub(crate) struct ToolWorld {
    pub(crate) rng: OsSeededRng,
    pub(crate) clock: Clock,
    pub(crate) sessions: Option<Box<dyn SessionStore + Send>>,
    pub(crate) tickets: Option<Box<dyn TicketSealer + Send>>,
}

impl ToolWorld {
    /// Without sessions and tickets.
    pub(crate) fn new(rng: OsSeededRng, clock: Clock) -> Self {
        Self { rng, clock, sessions: None, tickets: None }
    }
}

impl World for ToolWorld {
    fn host(&mut self) -> Host<'_> {
        let mut host = Host::new(self.clock.now(), self.clock.time(), &mut self.rng);
        if let Some(sessions) = &mut self.sessions {
            host.sessions = Some(&mut **sessions);
        }
        if let Some(tickets) = &mut self.tickets {
            host.tickets = Some(&mut **tickets);
        }
        host
    }
}
