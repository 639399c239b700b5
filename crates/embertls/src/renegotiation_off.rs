//! Without the feature `renegotiation` a connection is never negotiated anew.

use crate::{Error, handshaking::Handshaking};
use core::marker::PhantomData;
use handshake::{Connected, Host};
use memory::Boxed;

/// Refuses.
pub(crate) struct Renegotiator<'c>(PhantomData<&'c ()>);

impl<'c> Renegotiator<'c> {
    #[cfg(feature = "client")]
    pub(crate) const fn client(_: &'c handshake::ClientConfig<'c>, _: handshake::Peer<'c>) -> Self {
        Self(PhantomData)
    }

    #[cfg(feature = "server")]
    pub(crate) const fn server(_: &'c handshake::ServerConfig<'c>) -> Self {
        Self(PhantomData)
    }

    /// Never.
    #[expect(clippy::unused_self, reason = "the same signature as with the feature")]
    pub(crate) const fn is_allowed(&self, _: &Connected) -> bool {
        false
    }

    /// Never.
    #[expect(clippy::unused_self, reason = "the same signature as with the feature")]
    pub(crate) const fn has_started(&self) -> bool {
        false
    }

    /// None left.
    #[cfg(feature = "context-serialization")]
    #[expect(clippy::unused_self, reason = "the same signature as with the feature")]
    pub(crate) const fn state(&self) -> [u8; 2] {
        [0; 2]
    }

    /// Nothing.
    #[cfg(feature = "context-serialization")]
    #[expect(clippy::unused_self, reason = "the same signature as with the feature")]
    pub(crate) const fn restore(&mut self, _: [u8; 2]) {}

    /// Nothing.
    #[expect(
        clippy::unnecessary_wraps,
        clippy::unused_self,
        reason = "the same signature as with the feature"
    )]
    pub(crate) const fn start(
        &mut self,
        _: &Connected,
        _: &mut Host<'_>,
    ) -> Result<Option<Boxed<Handshaking<'c>>>, Error> {
        Ok(None)
    }
}
