//! The connection IDs of a handshake (RFC 9146 section 3). They are no part of a session.

use crate::{Context, Error, OwnConnectionId, extension::connection_id_of};
use codec::message::Extensions;
use crypto::Rng;
use memory::{Boxed, Bytes};
use suites::Negotiated;

/// The longest connection ID in bytes (RFC 9146 section 3).
const MAX_CONNECTION_ID_BYTES: usize = 255;

/// A connection ID that outlives the handshake.
type Id = Boxed<Bytes>;

/// Ours and the peer's.
pub(crate) struct ConnectionIds {
    chosen: bool,
    own: Option<Id>,
    peer: Option<Id>,
}

/// Ours, while a hello is answered.
pub(crate) struct Own(Option<Id>);

impl Own {
    pub(crate) fn bytes(&self) -> Option<&[u8]> {
        self.0.as_deref().map(|own| &**own)
    }
}

impl ConnectionIds {
    pub(crate) const fn new() -> Self {
        Self { chosen: false, own: None, peer: None }
    }

    /// Chooses ours, unless that was done before.
    pub(crate) fn choose(&mut self, own: OwnConnectionId<'_>, rng: &mut dyn Rng) -> Result<(), Error> {
        if self.chosen {
            return Ok(());
        }
        self.own = match own {
            OwnConnectionId::None => None,
            OwnConnectionId::Given(bytes) if bytes.len() > MAX_CONNECTION_ID_BYTES => {
                return Err(Error::Misuse);
            }
            OwnConnectionId::Given(bytes) => Some(Boxed::try_new(Bytes::copy_of(bytes)?)?),
            OwnConnectionId::Random(len) => {
                let mut bytes = Bytes::zeroed(len.into())?;
                rng.fill(&mut bytes)?;
                Some(Boxed::try_new(bytes)?)
            }
        };
        self.chosen = true;
        Ok(())
    }

    /// Client: ours.
    pub(crate) fn own(&self) -> Option<&[u8]> {
        self.own.as_deref().map(|own| &**own)
    }

    /// Server: ours, to be given back.
    pub(crate) fn lend(&mut self) -> Own {
        Own(self.own.take())
    }

    pub(crate) fn give_back(&mut self, own: Own) {
        self.own = own.0;
    }

    /// Takes the peer's out of its hello, if both sides want connection IDs.
    pub(crate) fn take_up(
        &mut self,
        negotiated: &Negotiated,
        extensions: &Extensions<'_>,
    ) -> Result<(), Error> {
        let cid = connection_id_of(extensions).filter(|_| negotiated.connection_ids);
        self.peer = cid.map(|cid| Ok::<_, Error>(Boxed::try_new(Bytes::copy_of(cid)?)?)).transpose()?;
        Ok(())
    }
}

impl Context {
    /// Server, before its ClientHello: our connection ID instead of that of the configuration.
    ///
    /// # Errors
    /// [`Error::Misuse`] for more than 255 bytes; out of memory, a failing random source.
    pub fn set_connection_id(&mut self, own: OwnConnectionId<'_>, rng: &mut dyn Rng) -> Result<(), Error> {
        self.connection_ids.chosen = false;
        self.connection_ids.choose(own, rng)
    }

    /// Ours and the peer's, once, when both sides have sent one.
    pub fn take_connection_ids(&mut self) -> Option<(Boxed<Bytes>, Boxed<Bytes>)> {
        if !self.negotiated.connection_ids {
            return None;
        }
        self.connection_ids.own.take().zip(self.connection_ids.peer.take())
    }
}
