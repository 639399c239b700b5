//! Without feature `ocsp-stapling` no status is asked for, and one that comes is out of order.

use super::{Certified, Client, State};
use crate::{Error, Host, Step, message::Input};
use core::convert::Infallible;
use x509::Verdict;

/// Never.
pub(super) struct Awaited(Infallible);

impl<'c> Client<'c> {
    #[expect(clippy::unnecessary_wraps, clippy::unused_self, reason = "as with the feature")]
    pub(super) const fn ask_status(
        &mut self,
        _: &Certified,
        _: &Host<'_>,
    ) -> Result<Option<(State<'c>, Step)>, Error> {
        Ok(None)
    }

    pub(super) const fn on_certificate_status(
        &mut self,
        awaited: Awaited,
        _: &[u8],
        _: &mut Host<'_>,
    ) -> Result<(State<'c>, Step), Error> {
        match awaited.0 {}
    }

    pub(super) const fn without_certificate_status(
        &mut self,
        awaited: Awaited,
        _: Input<'_>,
        _: &mut Host<'_>,
    ) -> Result<Step, Error> {
        match awaited.0 {}
    }

    #[expect(clippy::unused_self, reason = "as with the feature")]
    pub(super) const fn refusal(&self, verdict: &Verdict) -> Error {
        Error::Certificate(verdict.flags)
    }
}
