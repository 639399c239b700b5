//! The CRLs of a complete path (RFC 5280 section 6.3.3): for each certificate the lists that cover it, signed by its
//! issuer or by somebody whom those above it on the path have made a signer of CRLs.

use super::{Link, Search, Signed};
use crate::{
    Certificate, Crl, Flags, Reasons, TrustAnchor, Verdict, VerifyError,
    compare::same_name,
    extensions::KeyUsage,
    judge, limits,
    revocation::{Question, Revocation, RevocationScope, Status, judge_crl},
    revocation_fields::crl_flags,
};
use crypto::ToBeSigned;

/// Signature checks that were made.
pub(super) type Checks = u32;

/// Whose keys may vouch for the list that a certificate is looked up in: the anchor's, and those of the path's
/// certificates above it.
#[derive(Clone, Copy)]
struct Above<'p> {
    anchor: Option<&'p TrustAnchor<'p>>,
    top: &'p Link<'p>,
    /// How many certificates of the path from its top on.
    count: usize,
}

impl<'p> Above<'p> {
    fn links(self) -> impl Iterator<Item = &'p Certificate<'p>> {
        self.top.iter().take(self.count).map(|link| link.certificate)
    }
}

/// Whether a certificate's key may sign CRLs.
fn may_sign_crls(certificate: &Certificate<'_>) -> bool {
    certificate.extensions.key_usage.is_none_or(|usage| usage.contains(KeyUsage::CRL_SIGN))
}

impl Search<'_, '_> {
    /// What CRLs say of a path's certificates, the one next to the anchor first. A pinned certificate at the top has
    /// nobody above it and is not looked up.
    pub(super) fn judge_revocation(
        &mut self,
        path: &Link<'_>,
        anchor: Option<&TrustAnchor<'_>>,
    ) -> Result<Verdict, VerifyError> {
        let Some(revocation) = self.policy.revocation else { return Ok(Verdict::default()) };
        let mut verdict = Verdict::default();
        for (count, link) in path.iter().enumerate() {
            let in_scope = revocation.scope == RevocationScope::Path || link.below.is_none();
            if in_scope && (anchor.is_some() || count > 0) {
                let above = Above { anchor, top: path, count };
                let judged = self.look_up(link.certificate, above, &revocation, true)?;
                self.observe(|observer| observer.on_looked_up(link.depth, link.certificate, judged));
                verdict = verdict.and(judged);
            }
        }
        Ok(verdict)
    }

    /// What the lists say of one certificate; `further` signers are looked for among the certificates of the set.
    fn look_up(
        &mut self,
        certificate: &Certificate<'_>,
        above: Above<'_>,
        revocation: &Revocation<'_>,
        further: bool,
    ) -> Result<Verdict, VerifyError> {
        let question = Question::about(certificate);
        let mut status = Status::default();
        for crl in revocation.crls {
            let Some(reasons) = question.covered_by(crl, &mut self.name_budget) else { continue };
            let mut judged = judge_crl(crl, self.policy);
            let signed = match judge::signature_algorithm(&crl.signature_algorithm, self.policy) {
                Ok(algorithm) => {
                    let signed = ToBeSigned::of(algorithm, crl.tbs);
                    let signed = Signed { algorithm, signed: signed.as_ref(), signature: crl.signature };
                    self.crl_is_signed(crl, &signed, above, further.then_some(revocation))?
                }
                Err(flags) => Err(Verdict { flags: crl_flags(flags), ..Verdict::default() }),
            };
            judged = judged.and(signed.err().unwrap_or_default());
            status.add(&question, crl, reasons, judged, signed.is_ok());
        }
        Ok(status.verdict(revocation.missing))
    }

    /// Whether somebody who may has signed a list, or what is wrong with those who might have.
    fn crl_is_signed(
        &mut self,
        crl: &Crl<'_>,
        signed: &Signed<'_>,
        above: Above<'_>,
        further: Option<&Revocation<'_>>,
    ) -> Result<Result<(), Verdict>, VerifyError> {
        let mut wrong = Verdict::default();
        wrong.refuse_if(true, Flags::CRL_NOT_TRUSTED, Reasons::NONE);
        let issuer = crl.issuer.der();
        // The nearest first: the list of a certificate's own issuer is what is usual.
        for index in (0..above.count).rev() {
            let Some(certificate) = above.links().nth(index) else { continue };
            if same_name(certificate.subject.der(), issuer) {
                match self.crl_signature(signed, certificate.spki)? {
                    Ok(()) if may_sign_crls(certificate) => return Ok(Ok(())),
                    Ok(()) => wrong.refuse_if(true, Flags::CRL_NOT_TRUSTED, Reasons::NO_CRL_SIGN),
                    Err(verdict) => wrong = wrong.and(verdict),
                }
            }
        }
        if let Some(anchor) = above.anchor.filter(|anchor| same_name(anchor.subject, issuer)) {
            match self.crl_signature(signed, anchor.spki)? {
                Ok(()) => return Ok(Ok(())),
                Err(verdict) => wrong = wrong.and(verdict),
            }
        }
        let Some(revocation) = further else { return Ok(Err(wrong)) };
        let untrusted = self.untrusted;
        for der in untrusted {
            let Ok(candidate) = Certificate::decode(der) else { continue };
            if !same_name(candidate.subject.der(), issuer) || !may_sign_crls(&candidate) {
                continue;
            }
            match self.crl_signature(signed, candidate.spki)? {
                Ok(()) if self.is_crl_signer(&candidate, above, revocation)? => return Ok(Ok(())),
                Ok(()) => wrong.refuse_if(true, Flags::CRL_NOT_TRUSTED, Reasons::CRL_SIGNER),
                Err(verdict) => wrong = wrong.and(verdict),
            }
        }
        Ok(Err(wrong))
    }

    /// Whether a certificate that is not on the path is one that somebody above has issued, is good, and is not revoked.
    fn is_crl_signer(
        &mut self,
        candidate: &Certificate<'_>,
        above: Above<'_>,
        revocation: &Revocation<'_>,
    ) -> Result<bool, VerifyError> {
        if !judge::judge_any(candidate, self.policy).flags.is_empty() {
            return Ok(false);
        }
        let Ok(algorithm) = judge::signature_algorithm(&candidate.signature_algorithm, self.policy) else {
            return Ok(false);
        };
        let signed = ToBeSigned::of(algorithm, candidate.tbs);
        let signed = Signed { algorithm, signed: signed.as_ref(), signature: candidate.signature };
        let issuer = candidate.issuer.der();
        let keys = above.anchor.map(|anchor| (anchor.subject, anchor.spki));
        let links = above.links().map(|certificate| (certificate.subject.der(), certificate.spki));
        for (name, spki) in keys.into_iter().chain(links) {
            if same_name(name, issuer) && self.crl_signature(&signed, spki)?.is_ok() {
                let looked_up = revocation.scope == RevocationScope::EndEntity
                    || self.look_up(candidate, above, revocation, false)?.flags.is_empty();
                return Ok(looked_up);
            }
        }
        Ok(false)
    }

    /// A signature under a key, within the budget for lists.
    fn crl_signature(
        &mut self,
        signed: &Signed<'_>,
        spki: &[u8],
    ) -> Result<Result<(), Verdict>, VerifyError> {
        let refused = |flags, reasons| Ok(Err(Verdict { flags, reasons, ..Verdict::default() }));
        if self.crl_checks >= limits::MAX_CRL_SIGNATURE_CHECKS {
            return refused(Flags::OTHER, Reasons::SIGNATURE_BUDGET);
        }
        self.crl_checks += 1;
        match self.check(signed, spki)? {
            Ok(()) => Ok(Ok(())),
            Err(flags) if flags.is_empty() => refused(Flags::NONE, Reasons::CRL_NOT_SIGNED),
            Err(flags) => refused(crl_flags(flags), Reasons::NONE),
        }
    }
}
