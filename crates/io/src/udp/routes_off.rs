//! Without the feature `dtls-connection-id` a datagram is of the peer at the address that it came from.

use embertls::{DatagramConnection, Error, Host, OwnConnectionId};
use std::net::SocketAddr;

/// Whose a datagram is.
#[expect(dead_code, reason = "as with the feature")]
pub(super) enum Destination {
    /// Of the peer at the address that it came from, or of nobody yet.
    Sender,
    Peer(SocketAddr),
    Nobody,
}

/// Nothing.
#[derive(Default)]
pub(super) struct Route;

/// Nothing.
pub(super) struct Routes {
    pub(super) strays: u64,
}

#[expect(
    clippy::needless_pass_by_ref_mut,
    clippy::unnecessary_wraps,
    clippy::unused_self,
    reason = "as with the feature"
)]
impl Routes {
    pub(super) const fn new(_: OwnConnectionId<'_>) -> Self {
        Self { strays: 0 }
    }

    pub(super) const fn find(&mut self, _: &[u8]) -> Destination {
        Destination::Sender
    }

    pub(super) const fn open(
        &mut self,
        _: &mut DatagramConnection<'_>,
        _: &mut Host<'_>,
        _: SocketAddr,
    ) -> Result<Route, Error> {
        Ok(Route)
    }

    pub(super) const fn settle(&mut self, _: &mut Route, _: &DatagramConnection<'_>) {}

    pub(super) const fn turn(&mut self, _: &Route, _: SocketAddr) {}

    pub(super) const fn close(&mut self, _: &Route) {}
}
