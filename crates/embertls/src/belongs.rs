//! What a connection belongs to, kept so that it can be frozen.

use handshake::Belonging;

/// Side, configuration, server.
pub(crate) struct Belongs<'c>(pub(crate) Belonging<'c>);

impl<'c> Belongs<'c> {
    #[cfg(feature = "client")]
    pub(crate) const fn client(config: &'c handshake::ClientConfig<'c>, peer: handshake::Peer<'c>) -> Self {
        Self(Belonging::Client(config, peer))
    }

    #[cfg(feature = "server")]
    pub(crate) const fn server(config: &'c handshake::ServerConfig<'c>) -> Self {
        Self(Belonging::Server(config))
    }
}
