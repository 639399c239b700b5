//! Which peer a datagram with a connection ID is from, whatever address it comes from (RFC 9146 sections 3 and 6).

use embertls::{
    DatagramConnection, Error, Host, OwnConnectionId,
    datagram::{TLS12_CID, connection_id},
};
use std::{collections::HashMap, net::SocketAddr, vec, vec::Vec};

/// Draws of a connection ID that nobody has; when all of them are taken, the peer gets none.
const DRAWS: usize = 16;

/// Whose a datagram is.
pub(super) enum Destination {
    /// Of the peer at the address that it came from, or of nobody yet.
    Sender,
    /// Of the peer that was heard from this address before.
    Peer(SocketAddr),
    /// It has a connection ID that nobody has.
    Nobody,
}

/// The connection ID by which a peer is found.
#[derive(Default)]
pub(super) struct Route(Option<Vec<u8>>);

/// All connection IDs in use.
pub(super) struct Routes {
    /// Bytes of each.
    len: usize,
    addresses: HashMap<Vec<u8>, SocketAddr>,
    pub(super) strays: u64,
}

impl Routes {
    /// Each peer gets a random one of its own, as long as the configuration's.
    pub(super) fn new(own: OwnConnectionId<'_>) -> Self {
        let len = match own {
            OwnConnectionId::None => 0,
            OwnConnectionId::Given(bytes) => bytes.len(),
            OwnConnectionId::Random(len) => len.into(),
        };
        Self { len, addresses: HashMap::new(), strays: 0 }
    }

    /// Before anything of the datagram is known to be authentic.
    pub(super) fn find(&mut self, datagram: &[u8]) -> Destination {
        if datagram.first() != Some(&TLS12_CID.0) {
            return Destination::Sender;
        }
        let found = connection_id(datagram, self.len).and_then(|id| self.addresses.get(id));
        if let Some(address) = found {
            return Destination::Peer(*address);
        }
        self.strays = self.strays.saturating_add(1);
        Destination::Nobody
    }

    /// Gives a new connection its connection ID.
    pub(super) fn open(
        &mut self,
        connection: &mut DatagramConnection<'_>,
        host: &mut Host<'_>,
        address: SocketAddr,
    ) -> Result<Route, Error> {
        if self.len == 0 {
            return Ok(Route(None));
        }
        let mut id = vec![0; self.len];
        for _ in 0..DRAWS {
            host.rng.fill(&mut id).map_err(|_| Error::Entropy)?;
            if !self.addresses.contains_key(&id) {
                connection.set_connection_id(host, OwnConnectionId::Given(&id))?;
                self.addresses.insert(id.clone(), address);
                return Ok(Route(Some(id)));
            }
        }
        connection.set_connection_id(host, OwnConnectionId::None)?;
        Ok(Route(None))
    }

    /// After the handshake: a peer that did not ask for connection IDs has none.
    pub(super) fn settle(&mut self, route: &mut Route, connection: &DatagramConnection<'_>) {
        if connection.connection_ids().is_none() {
            self.close(&core::mem::take(route));
        }
    }

    /// The peer is at another address now.
    pub(super) fn turn(&mut self, route: &Route, to: SocketAddr) {
        if let Some(address) = route.0.as_ref().and_then(|id| self.addresses.get_mut(id)) {
            *address = to;
        }
    }

    /// Whether nobody is found by a connection ID.
    #[cfg(test)]
    pub(super) fn is_empty(&self) -> bool {
        self.addresses.is_empty()
    }

    /// The connection has ended.
    pub(super) fn close(&mut self, route: &Route) {
        if let Some(id) = &route.0 {
            self.addresses.remove(id);
        }
    }
}

#[cfg(test)]
#[cfg(all(feature = "client", feature = "platform-entropy"))]
mod tests;
