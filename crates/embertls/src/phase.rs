//! Where a connection stands, over streams and datagrams.

use crate::{Error, Misuse, handshaking::Handshaking};
use handshake::{Answer, Host, Request};
use memory::Boxed;

/// Where a connection stands.
pub(crate) enum Phase<'c> {
    /// Everything that only the handshake needs; dropped when the connection is up.
    Handshake(Boxed<Handshaking<'c>>),
    Connected,
    Failed,
}

impl<'c> Phase<'c> {
    /// The handshake that has slow work to do.
    pub(crate) fn working(&mut self) -> Result<&mut Handshaking<'c>, Error> {
        match self {
            Self::Handshake(handshaking) if handshaking.has_work() => Ok(handshaking),
            Self::Handshake(_) | Self::Connected | Self::Failed => Err(Error::Misuse(Misuse::NoWork)),
        }
    }

    /// The handshake that waits for this answer.
    pub(crate) fn asking(&mut self, answer: &Answer<'_>) -> Result<&mut Handshaking<'c>, Error> {
        let takes = |request: Request<'_>| request.takes(answer);
        match self {
            Self::Handshake(handshaking) if handshaking.request().is_some_and(takes) => Ok(handshaking),
            Self::Handshake(_) | Self::Connected | Self::Failed => Err(Error::Misuse(Misuse::NoRequest)),
        }
    }

    /// What the handshake asks.
    pub(crate) fn request(&self) -> Option<Request<'_>> {
        match self {
            Self::Handshake(handshaking) => handshaking.request(),
            Self::Connected | Self::Failed => None,
        }
    }
}

/// RFC 5246 section 7.2.2: a session of a connection that failed is not resumed.
pub(crate) fn forget_session(key: &mut Option<[u8; 32]>, host: &mut Host<'_>) {
    if let (Some(key), Some(store)) = (key.take(), host.sessions.as_deref_mut()) {
        store.store(&key, &[]);
    }
}
