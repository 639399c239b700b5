//! Renegotiation where the configuration allows it (RFC 5746): bounded in number, only between ends that know RFC 5746 and
//! use the extended master secret, and bound to the handshake before.

use crate::{Error, handshaking::Handshaking};
use handshake::{Before, ClientConfig, Connected, Host, Peer, Renegotiation, ServerConfig};
use memory::Boxed;

/// What a new handshake starts from.
enum Origin<'c> {
    Client(&'c ClientConfig<'c>, Peer<'c>),
    Server(&'c ServerConfig<'c>),
}

/// Starts a handshake of one side.
type Start<'c> = fn(&Origin<'c>, Before, &mut Host<'_>) -> Result<Boxed<Handshaking<'c>>, Error>;

/// Starts the handshakes of a connection after the first, as long as they are allowed.
pub(crate) struct Renegotiator<'c> {
    origin: Origin<'c>,
    start: Start<'c>,
    left: u8,
    started: bool,
}

impl<'c> Renegotiator<'c> {
    #[cfg(feature = "client")]
    pub(crate) fn client(config: &'c ClientConfig<'c>, peer: Peer<'c>) -> Self {
        Self {
            origin: Origin::Client(config, peer),
            start: |origin, before, host| match origin {
                Origin::Client(config, peer) => Handshaking::client(config, *peer, Some(before), host),
                Origin::Server(_) => Err(Error::Internal),
            },
            left: allowed(config.renegotiation),
            started: false,
        }
    }

    #[cfg(feature = "server")]
    pub(crate) fn server(config: &'c ServerConfig<'c>) -> Self {
        Self {
            origin: Origin::Server(config),
            start: |origin, before, _| match origin {
                Origin::Server(config) => Handshaking::server(config, Some(before)),
                Origin::Client(..) => Err(Error::Internal),
            },
            left: allowed(config.renegotiation),
            started: false,
        }
    }

    /// Whether another handshake may start on this connection.
    pub(crate) const fn is_allowed(&self, connected: &Connected) -> bool {
        let facts = connected.facts();
        self.left > 0 && facts.secure_renegotiation && facts.extended_master_secret
    }

    /// Whether one has been started.
    pub(crate) const fn has_started(&self) -> bool {
        self.started
    }

    /// How many are left, and whether one has been started, for a connection that sleeps.
    #[cfg(feature = "context-serialization")]
    pub(crate) const fn state(&self) -> [u8; 2] {
        [self.left, self.started as u8]
    }

    /// Goes on from a state; never with more than the configuration allows.
    #[cfg(feature = "context-serialization")]
    pub(crate) fn restore(&mut self, [left, started]: [u8; 2]) {
        self.left = self.left.min(left);
        self.started = started != 0;
    }

    /// Starts one; None when it is not allowed.
    pub(crate) fn start(
        &mut self,
        connected: &Connected,
        host: &mut Host<'_>,
    ) -> Result<Option<Boxed<Handshaking<'c>>>, Error> {
        if !self.is_allowed(connected) {
            return Ok(None);
        }
        self.left -= 1;
        self.started = true;
        (self.start)(&self.origin, Before::of(connected), host).map(Some)
    }
}

const fn allowed(renegotiation: Renegotiation) -> u8 {
    match renegotiation {
        Renegotiation::Refused => 0,
        Renegotiation::Allowed(times) => times,
    }
}
