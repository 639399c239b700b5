//! What a server does with an extension, in builds with servers.

use crate::OnServer;

/// A row's part for servers.
pub type ServerHalf = OnServer;

/// Makes a row's part for servers.
#[must_use]
pub const fn on_server(half: OnServer) -> ServerHalf {
    half
}
