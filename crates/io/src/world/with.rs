//! Worlds that carry more than time and randomness.

use super::World;
use embertls::{Budget, Host, KeyLog, SessionStore, TicketSealer, Trace};

/// See [`World::with_sessions`].
pub struct WithSessions<W, S> {
    pub(super) world: W,
    pub(super) sessions: S,
}

impl<W: World, S: SessionStore> World for WithSessions<W, S> {
    fn host(&mut self) -> Host<'_> {
        let mut host = self.world.host();
        host.sessions = Some(&mut self.sessions);
        host
    }
}

/// See [`World::with_tickets`].
pub struct WithTickets<W, T> {
    pub(super) world: W,
    pub(super) tickets: T,
}

impl<W: World, T: TicketSealer> World for WithTickets<W, T> {
    fn host(&mut self) -> Host<'_> {
        let mut host = self.world.host();
        host.tickets = Some(&mut self.tickets);
        host
    }
}

/// See [`World::with_budget`].
pub struct WithBudget<W> {
    pub(super) world: W,
    pub(super) budget: Budget,
}

impl<W: World> World for WithBudget<W> {
    fn host(&mut self) -> Host<'_> {
        let mut host = self.world.host();
        host.budget = Some(self.budget);
        host
    }
}

/// See [`World::with_key_log`].
pub struct WithKeyLog<W, L> {
    pub(super) world: W,
    pub(super) log: L,
}

impl<W: World, L: KeyLog> World for WithKeyLog<W, L> {
    fn host(&mut self) -> Host<'_> {
        let mut host = self.world.host();
        host.key_log = Some(&mut self.log);
        host
    }
}

/// See [`World::with_trace`].
pub struct WithTrace<W, T> {
    pub(super) world: W,
    pub(super) trace: T,
}

impl<W: World, T: Trace> World for WithTrace<W, T> {
    fn host(&mut self) -> Host<'_> {
        let mut host = self.world.host();
        host.trace = Some(&mut self.trace);
        host
    }
}
