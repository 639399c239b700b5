//! Without feature `x509-crl-parse` nothing is looked up.

use super::Child;
use crate::{Certificate, Policy, TrustAnchor, Verdict, VerifyError, name_constraints::NameBudget};
use core::{convert::Infallible, marker::PhantomData};
use crypto::{Budget, Progress};
use memory::OutOfMemory;

/// Nothing.
pub(super) type Held = PhantomData<()>;

#[expect(clippy::unnecessary_wraps, reason = "as with the feature")]
pub(super) const fn hold(_certificate: &Certificate<'_>, _policy: &Policy<'_>) -> Result<Held, OutOfMemory> {
    Ok(PhantomData)
}

pub(super) struct Signer;

#[expect(clippy::unnecessary_wraps, reason = "as with the feature")]
impl Signer {
    pub(super) const fn of(
        _certificate: &Certificate<'_>,
        _policy: &Policy<'_>,
    ) -> Result<Self, OutOfMemory> {
        Ok(Self)
    }

    pub(super) const fn take(&mut self) -> Self {
        Self
    }

    pub(super) const fn anchor(_anchor: &TrustAnchor<'_>, _policy: &Policy<'_>) -> Result<Self, OutOfMemory> {
        Ok(Self)
    }
}

pub(super) struct Lookup(Infallible);

impl Lookup {
    pub(super) fn start(
        _child: Child,
        _signer: Signer,
        _is_end_entity: bool,
        _policy: &Policy<'_>,
    ) -> Option<Self> {
        None
    }

    pub(super) const fn advance(
        &mut self,
        _policy: &Policy<'_>,
        _budget: Budget,
        _names: &mut NameBudget,
    ) -> Result<Progress<Verdict>, VerifyError> {
        match self.0 {}
    }
}
