//! Without the feature `session-resumption` every handshake is a full one, and no session is offered or kept.

use super::{Agreed, Client, State};
use crate::{
    ClientConfig, Error, Host, Peer, Resumption, Step,
    context::Hello,
    session::{Fingerprint, PeerIdentity},
};
use codec::{HandshakeType as H, message::ServerHello};

/// Nothing.
pub(super) struct Sessions;

#[expect(clippy::unused_self, clippy::unnecessary_wraps, reason = "the same signatures as with the feature")]
impl Sessions {
    pub(super) const fn new(
        _: &ClientConfig<'_>,
        _: &Peer<'_>,
        _: bool,
        _: &mut Host<'_>,
    ) -> Result<Self, Error> {
        Ok(Self)
    }

    pub(super) const fn key(&self) -> Option<Fingerprint> {
        None
    }

    pub(super) const fn offered_id(&self) -> &[u8] {
        &[]
    }

    pub(super) const fn offered_ticket(&self, _: &ClientConfig<'_>) -> Option<&[u8]> {
        None
    }

    pub(super) const fn resumed(&self) -> Option<Resumption> {
        None
    }

    pub(super) const fn identity(&self) -> Option<PeerIdentity> {
        None
    }
}

#[expect(clippy::unused_self, clippy::unnecessary_wraps, reason = "the same signatures as with the feature")]
impl<'c> Client<'c> {
    pub(super) const fn is_resumed(&mut self, _: &ServerHello<'_>, _: &Hello) -> Result<bool, Error> {
        Ok(false)
    }

    pub(super) const fn resume_session(
        &mut self,
        _: Hello,
        _: &mut Host<'_>,
    ) -> Result<(State<'c>, Step), Error> {
        Err(Error::Internal)
    }

    pub(super) fn on_new_session_ticket(&mut self, _: Agreed, _: &[u8]) -> Result<(State<'c>, Step), Error> {
        Err(Error::Unexpected(H::NEW_SESSION_TICKET))
    }

    pub(super) const fn keep_session(&mut self, _: &Agreed, _: &mut Host<'_>) -> Result<(), Error> {
        Ok(())
    }
}
