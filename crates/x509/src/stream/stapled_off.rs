//! Without feature `ocsp-stapling` nobody's status is asked for.

use crate::{Certificate, Policy, Verdict, VerifyError};
use crypto::{Budget, Progress};
use memory::OutOfMemory;

pub(super) struct Stapled;

#[expect(clippy::unnecessary_wraps, clippy::unused_self, reason = "as with the feature")]
impl Stapled {
    pub(super) const NONE: Self = Self;

    pub(super) const fn hold(_: &Certificate<'_>, _: &Policy<'_>) -> Result<Self, OutOfMemory> {
        Ok(Self)
    }

    pub(super) const fn hold_issuer(&mut self, _: &[u8]) -> Result<(), OutOfMemory> {
        Ok(())
    }

    pub(super) const fn push(&mut self, _: &Policy<'_>, _: Option<&[u8]>) -> Result<(), VerifyError> {
        Ok(())
    }

    pub(super) const fn advance(&mut self, _: Budget) -> Result<Progress<()>, VerifyError> {
        Ok(Progress::Ready(()))
    }

    pub(super) fn verdict(&self) -> Verdict {
        Verdict::default()
    }
}
