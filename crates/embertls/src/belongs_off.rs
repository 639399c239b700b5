//! Without the feature `context-serialization` a connection does not remember what it belongs to.

use core::marker::PhantomData;

/// Nothing.
pub(crate) struct Belongs<'c>(PhantomData<&'c ()>);

impl Belongs<'_> {
    #[cfg(feature = "client")]
    pub(crate) const fn client(_: &handshake::ClientConfig<'_>, _: handshake::Peer<'_>) -> Self {
        Self(PhantomData)
    }

    #[cfg(feature = "server")]
    pub(crate) const fn server(_: &handshake::ServerConfig<'_>) -> Self {
        Self(PhantomData)
    }
}
