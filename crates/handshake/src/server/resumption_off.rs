//! Without the feature `session-resumption` every handshake is a full one, and no session is kept.

use super::{Agreed, Server, State};
use crate::{Error, Host, Resumption, Step, context::Hello, session::PeerIdentity};
use codec::message::ClientHello;
use suites::{HelloOffer, Version};

/// The empty session_id.
#[derive(Clone, Copy)]
pub(super) struct SessionId;

impl AsRef<[u8]> for SessionId {
    fn as_ref(&self) -> &[u8] {
        &[]
    }
}

/// Nothing.
pub(super) struct ServerSession {
    pub(super) id: SessionId,
    pub(super) resumed: Option<Resumption>,
    pub(super) peer: Option<PeerIdentity>,
}

impl Default for ServerSession {
    fn default() -> Self {
        Self { id: SessionId, resumed: None, peer: None }
    }
}

/// There is none.
pub(super) enum Found {}

#[expect(clippy::unused_self, clippy::unnecessary_wraps, reason = "the same signatures as with the feature")]
impl<'c> Server<'c> {
    pub(super) const fn find_session(
        &mut self,
        _: &'static Version,
        _: &ClientHello<'_>,
        _: Option<&[u8]>,
        _: &mut Host<'_>,
    ) -> Result<Option<(Hello, Found)>, Error> {
        Ok(None)
    }

    pub(super) const fn resume_session(
        &mut self,
        _: Hello,
        found: Found,
        _: &HelloOffer<'_>,
        _: &ClientHello<'_>,
        _: u32,
        _: &mut Host<'_>,
    ) -> Result<(State<'c>, Step), Error> {
        match found {}
    }

    pub(super) const fn draw_session_id(&mut self, _: &mut Host<'_>) -> Result<(), Error> {
        Ok(())
    }

    pub(super) const fn keep_session(&mut self, _: &Agreed, _: &mut Host<'_>) -> Result<(), Error> {
        Ok(())
    }
}
