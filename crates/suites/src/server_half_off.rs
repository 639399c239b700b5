//! Without feature `server` a row has no part for servers, and what would be in it is not linked.

use crate::OnServer;

/// A row's part for servers: nothing.
#[derive(Clone, Copy)]
pub struct ServerHalf(());

/// Drops a row's part for servers.
#[must_use]
pub const fn on_server(_: OnServer) -> ServerHalf {
    ServerHalf(())
}
