//! Without the feature `context-serialization` a connection does not remember what it belongs to.

use core::marker::PhantomData;

/// Nothing.
pub(crate) struct Belongs<'c>(PhantomData<&'c ()>);

impl<'c> Belongs<'c> {
    #[cfg(feature = "client")]
    pub(crate) const fn client(_: &'c handshake::ClientConfig<'c>, _: handshake::Peer<'c>) -> Self {
        Self(PhantomData)
    }

    #[cfg(feature = "server")]
    pub(crate) const fn server(_: &'c handshake::ServerConfig<'c>) -> Self {
        Self(PhantomData)
    }
}
