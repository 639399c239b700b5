//! Without the feature `x509-crt-parse` no suite has a certificate, and one that comes is out of order.

use crate::{Error, Host, context::Hello, machine::PeerChain, message::Piece, session::PeerIdentity};
use codec::{Chunk, HandshakeType as H};
use crypto::{Budget, Progress, PublicKey};
use memory::{Boxed, Bytes, OutOfMemory};
use suites::Profile;
use x509::{Flags, Policy, Verdict};

/// No chain.
pub(crate) struct PeerCertificate(());

impl PeerCertificate {
    pub(crate) const fn new(_keep: bool) -> Self {
        Self(())
    }

    pub(crate) const fn wants(&self) -> usize {
        usize::MAX
    }

    pub(crate) const fn push(
        &mut self,
        _: Chunk<'_>,
        _: &Policy<'_>,
        _: &Hello,
        _: &mut Host<'_>,
    ) -> Result<Piece, Error> {
        Err(Error::Unexpected(H::CERTIFICATE))
    }

    pub(crate) const fn advance(
        &mut self,
        _: &Policy<'_>,
        _: Budget,
        _: &mut Host<'_>,
    ) -> Result<Progress<()>, Error> {
        Err(Error::Misuse)
    }

    pub(crate) const fn show(&mut self, _: &mut Host<'_>) {}

    pub(crate) const fn overrule(&mut self, _: Flags) {}

    pub(crate) const fn chain(&self) -> PeerChain<'_> {
        PeerChain::of(&[])
    }

    pub(crate) const fn forget_chain(&mut self) {}

    pub(crate) const fn is_empty(&self) -> bool {
        true
    }

    pub(crate) fn verdict(&self) -> Verdict {
        Verdict::default()
    }

    pub(crate) const fn identity(&self) -> Option<PeerIdentity> {
        None
    }

    pub(crate) const fn public_key(&self, _: &Profile<'_>) -> Result<PublicKey<'_>, Error> {
        Err(Error::Internal)
    }

    pub(crate) const fn take_kept(&mut self) -> Result<Option<Boxed<Bytes>>, OutOfMemory> {
        Ok(None)
    }
}
