//! The status of a stream's end entity: what is held of it and of its issuer until the response comes, which is after the
//! chain.

use crate::{
    Certificate, Policy, Verdict, VerifyError, limits,
    stapling::{Asked, Check},
};
use crypto::{Budget, Progress};
use memory::{Boxed, Bytes, OutOfMemory};

/// What is held; nothing when no status is asked for.
pub(super) struct Stapled(Option<Boxed<Parts>>);

struct Parts {
    serial_number: Bytes,
    issuer: Bytes,
    /// Of the one whose key is being tried, and then of the right one.
    issuer_spki: Bytes,
    must_staple: bool,
    at: At,
}

/// How far it has come.
enum At {
    /// No response has come, nor the word that there is none.
    Waiting,
    Checking(Check),
    Judged(Verdict),
}

impl Stapled {
    pub(super) const NONE: Self = Self(None);

    /// A serial number that is too long is not held, and then no response is about the certificate; one whose issuer's name is
    /// too long is not trusted.
    pub(super) fn hold(certificate: &Certificate<'_>, policy: &Policy<'_>) -> Result<Self, OutOfMemory> {
        if policy.stapling.is_none() {
            return Ok(Self::NONE);
        }
        let held = |bytes: &[u8], max| match bytes.len() <= max {
            true => Bytes::copy_of(bytes),
            false => Bytes::copy_of(&[]),
        };
        Ok(Self(Some(Boxed::try_new(Parts {
            serial_number: held(certificate.serial_number, limits::MAX_STAPLED_SERIAL_BYTES)?,
            issuer: held(certificate.issuer.der(), limits::MAX_NAME_BYTES)?,
            issuer_spki: Bytes::with_cap(limits::MAX_SPKI_BYTES),
            must_staple: certificate.extensions.must_staple,
            at: At::Waiting,
        })?)))
    }

    /// The key that may have signed the end entity; a longer one than is held signs nothing.
    pub(super) fn hold_issuer(&mut self, spki: &[u8]) -> Result<(), OutOfMemory> {
        let Some(parts) = &mut self.0 else { return Ok(()) };
        parts.issuer_spki.clear();
        if spki.len() <= limits::MAX_SPKI_BYTES { parts.issuer_spki.extend(spki) } else { Ok(()) }
    }

    /// A response, or that there is none; the first one counts.
    pub(super) fn push(&mut self, policy: &Policy<'_>, response: Option<&[u8]>) -> Result<(), VerifyError> {
        let (Some(parts), Some(stapling)) = (&mut self.0, &policy.stapling) else { return Ok(()) };
        if let At::Waiting = parts.at {
            let asked = Asked {
                serial_number: &parts.serial_number,
                issuer: &parts.issuer,
                issuer_spki: &parts.issuer_spki,
                must_staple: parts.must_staple,
            };
            parts.at = At::Checking(Check::start(response, &asked, policy, stapling)?);
        }
        Ok(())
    }

    /// Goes on with the signatures of a response.
    pub(super) fn advance(&mut self, budget: Budget) -> Result<Progress<()>, VerifyError> {
        let Some(parts) = &mut self.0 else { return Ok(Progress::Ready(())) };
        if let At::Checking(check) = &mut parts.at {
            let Progress::Ready(verdict) = check.advance(budget)? else { return Ok(Progress::Pending) };
            parts.at = At::Judged(verdict);
        }
        Ok(Progress::Ready(()))
    }

    /// What was found of the status.
    pub(super) fn verdict(&self) -> Verdict {
        match self.0.as_ref().map(|parts| &parts.at) {
            Some(At::Judged(verdict)) => *verdict,
            Some(At::Waiting | At::Checking(_)) | None => Verdict::default(),
        }
    }
}
