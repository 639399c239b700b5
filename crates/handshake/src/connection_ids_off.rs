//! Without the feature `dtls-connection-id` nobody has a connection ID.

use crate::{Error, OwnConnectionId};
use codec::message::Extensions;
use crypto::Rng;
use suites::Negotiated;

/// Nothing.
pub(crate) struct ConnectionIds;

/// Nothing.
pub(crate) struct Own;

#[expect(clippy::unused_self, reason = "as with the feature")]
impl Own {
    pub(crate) const fn bytes(&self) -> Option<&[u8]> {
        None
    }
}

#[expect(
    clippy::unused_self,
    clippy::needless_pass_by_ref_mut,
    clippy::unnecessary_wraps,
    reason = "as with the feature"
)]
impl ConnectionIds {
    pub(crate) const fn new() -> Self {
        Self
    }

    pub(crate) fn choose(&mut self, _: OwnConnectionId<'_>, _: &mut dyn Rng) -> Result<(), Error> {
        Ok(())
    }

    pub(crate) const fn own(&self) -> Option<&[u8]> {
        None
    }

    pub(crate) const fn lend(&mut self) -> Own {
        Own
    }

    pub(crate) const fn give_back(&mut self, _: Own) {}

    pub(crate) const fn take_up(&mut self, _: &Negotiated, _: &Extensions<'_>) -> Result<(), Error> {
        Ok(())
    }
}
