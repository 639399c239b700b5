//! What a connection that sleeps belongs to: a side, its configuration, for a client the server that it means, and the
//! transport.

use crate::{ClientConfig, Error, Peer, ServerConfig, fingerprint, session::Fingerprint};

/// Whose connection it is.
#[derive(Clone, Copy)]
pub enum Belonging<'c> {
    /// A client's, to this server.
    Client(&'c ClientConfig<'c>, Peer<'c>),
    /// A server's.
    Server(&'c ServerConfig<'c>),
}

/// What carries its records.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Transport {
    /// TLS.
    Stream,
    /// DTLS.
    Datagrams,
}

impl Belonging<'_> {
    /// The digest of all of it. A server's is the same for every name that clients ask for.
    pub(crate) fn fingerprint(&self, transport: Transport) -> Result<Fingerprint, Error> {
        let fingerprint = match self {
            Self::Client(config, peer) => fingerprint::of_frozen_client(config, peer, transport)?,
            Self::Server(config) => fingerprint::of_frozen_server(config, transport)?,
        };
        fingerprint.ok_or(Error::Misuse)
    }
}
