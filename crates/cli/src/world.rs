//! What the tool lends its connections: time, randomness, the sessions and ticket keys that they share.

use crate::watch::Watch;
use embertls::{Host, SessionStore, TicketSealer};
use io::{World, clock::Clock, os_entropy::OsSeededRng};

/// The world of one connection.
pub(crate) struct ToolWorld {
    pub(crate) rng: OsSeededRng,
    pub(crate) clock: Clock,
    pub(crate) sessions: Option<Box<dyn SessionStore + Send>>,
    pub(crate) tickets: Option<Box<dyn TicketSealer + Send>>,
    pub(crate) watch: Watch,
}

impl ToolWorld {
    /// Without sessions and tickets.
    pub(crate) fn new(rng: OsSeededRng, clock: Clock, watch: Watch) -> Self {
        Self { rng, clock, sessions: None, tickets: None, watch }
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
        host.key_log = Some(&mut self.watch.secrets);
        if self.watch.words.is_on() {
            host.trace = Some(&mut self.watch.words);
        }
        host
    }
}
