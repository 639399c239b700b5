//! What all connections of the server share.

use super::identities::{FileNames, Identities, View};
use crate::{exit::Failure, limits, watch::Watch, world::ToolWorld, www::Site};
use embertls::{Credential, ServerConfig, SessionCache, TicketKeys};
use io::{Shared, clock::Clock, os_entropy, reload::Reloadable};
use std::io as std_io;

/// What is done with a connection.
pub(super) enum Mode {
    Www(Site),
    Echo,
    Print,
}

/// The server.
pub(super) struct Service {
    /// The configuration, without what comes from files.
    settings: ServerConfig<'static>,
    pub(super) mode: Mode,
    pub(super) file_names: FileNames,
    pub(super) identities: Reloadable<Identities>,
    pub(super) tickets: Option<Shared<TicketKeys>>,
    pub(super) clock: Clock,
    sessions: Option<Shared<SessionCache<{ limits::MAX_SESSIONS }>>>,
    watch: Watch,
}

impl Service {
    pub(super) fn new(
        settings: ServerConfig<'static>,
        mode: Mode,
        file_names: FileNames,
        watch: Watch,
        with_sessions: bool,
        with_tickets: bool,
    ) -> Result<Self, Failure> {
        let clock = Clock::system();
        let tickets = if with_tickets {
            let tickets = Shared::new(TicketKeys::new(&crypto::cipher::aead::AES_256_GCM));
            rotate(&tickets, clock)?;
            Some(tickets)
        } else {
            None
        };
        let identities = Reloadable::new(Identities::load(&file_names)?);
        let sessions = with_sessions.then(|| Shared::new(SessionCache::new()));
        Ok(Self { settings, mode, file_names, identities, tickets, clock, sessions, watch })
    }

    /// The configuration of a connection.
    pub(super) fn config<'c>(
        &self,
        view: &'c View<'_>,
        credentials: &'c [Credential<'c>],
    ) -> ServerConfig<'c> {
        ServerConfig { credentials, trust_anchors: &view.trust_anchors, psk: view.psk, ..self.settings }
    }

    /// The world of a connection.
    pub(super) fn world(&self) -> std_io::Result<ToolWorld> {
        let rng = os_entropy::seeded(b"ember server").map_err(io::to_io)?;
        let mut world = ToolWorld::new(rng, self.clock, self.watch.next());
        if let Some(sessions) = &self.sessions {
            world.sessions = Some(Box::new(sessions.clone()));
        }
        if let Some(tickets) = &self.tickets {
            world.tickets = Some(Box::new(tickets.clone()));
        }
        Ok(world)
    }
}

/// A new key of this process: its tickets end with it.
fn rotate(tickets: &Shared<TicketKeys>, clock: Clock) -> Result<(), Failure> {
    let mut rng = os_entropy::seeded(b"ember tickets").map_err(|error| Failure::Peer(error.to_string()))?;
    tickets
        .with(|keys| keys.rotate(clock.now(), &mut rng))
        .map_err(|error| Failure::Peer(format!("no ticket key: {error:?}")))
}

/// All or nothing: what cannot be used changes nothing.
pub(super) fn reload(service: &Service) -> Result<(), Failure> {
    let identities = Identities::load(&service.file_names)?;
    if let Some(tickets) = &service.tickets {
        rotate(tickets, service.clock)?;
    }
    service.identities.replace(identities);
    Ok(())
}
