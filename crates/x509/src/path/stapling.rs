//! The OCSP response at hand about the end entity of a complete path.

use super::{Link, Search};
use crate::{
    TrustAnchor, Verdict, VerifyError,
    stapling::{Asked, Check},
};
use crypto::{Budget, Progress};

impl Search<'_, '_> {
    /// What it says. An end entity whose own key is pinned has no issuer, and is not asked about.
    pub(super) fn judge_status(
        &mut self,
        path: &Link<'_>,
        anchor: Option<&TrustAnchor<'_>>,
    ) -> Result<Verdict, VerifyError> {
        let Some(stapling) = self.policy.stapling else { return Ok(Verdict::default()) };
        let Some(end_entity) = path.iter().last() else { return Ok(Verdict::default()) };
        let issuer = path.iter().find(|link| link.depth == 1).map(|link| link.certificate.spki);
        let Some(issuer_spki) = issuer.or(anchor.map(|anchor| anchor.spki)) else {
            return Ok(Verdict::default());
        };
        let certificate = end_entity.certificate;
        let asked = Asked {
            serial_number: certificate.serial_number,
            issuer: certificate.issuer.der(),
            issuer_spki,
            must_staple: certificate.extensions.must_staple,
        };
        let mut check = Check::start(None, &asked, self.policy, &stapling)?;
        let verdict = loop {
            if let Progress::Ready(verdict) = check.advance(Budget::UNLIMITED)? {
                break verdict;
            }
        };
        self.observe(|observer| observer.on_status(certificate, verdict));
        Ok(verdict)
    }
}
