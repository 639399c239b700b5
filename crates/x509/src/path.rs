//! Path building over an unordered set of certificates (RFC 4158): depth first, with budgets for signature checks,
//! comparisons of names, and depth.

use crate::{
    Certificate, CommonName, Flags, Policy, Reasons, TrustAnchor, Verdict, VerifyError, Vouching,
    compare::same_name,
    judge, limits,
    name_constraints::{NameBudget, Names},
    policies::judge_policies,
};
use crypto::{Budget, Progress, SignatureAlgorithm, ToBeSigned};

#[cfg(feature = "x509-crl-parse")]
mod revocation;
#[cfg(not(feature = "x509-crl-parse"))]
#[path = "path/revocation_off.rs"]
mod revocation;
#[cfg(feature = "ocsp-stapling")]
mod stapling;
#[cfg(not(feature = "ocsp-stapling"))]
#[path = "path/stapling_off.rs"]
mod stapling;

/// Sees how a search goes on, to explain its outcome, and may say otherwise of a certificate.
pub trait PathObserver {
    /// What was found against a certificate at this place of the path; flags that are cleared or set here count as if they
    /// had been found. What is said of the path as a whole is in the verdict, which the caller may read as it likes.
    fn on_judged(&mut self, depth: usize, certificate: &Certificate<'_>, flags: &mut Flags) {
        let _ = (depth, certificate, flags);
    }

    /// A certificate was put on the path at this place, and judged there; 0 is the end entity.
    fn on_certificate(&mut self, depth: usize, certificate: &Certificate<'_>, verdict: Verdict);

    /// Somebody of the issuer's name does not continue the path at this place, and why.
    fn on_refused(&mut self, depth: usize, candidate: Candidate<'_>, verdict: Verdict);

    /// A certificate of a complete path was looked up in the CRLs.
    fn on_looked_up(&mut self, depth: usize, certificate: &Certificate<'_>, verdict: Verdict);

    /// What an OCSP response says of the end entity of a complete path.
    fn on_status(&mut self, certificate: &Certificate<'_>, verdict: Verdict);

    /// The path is complete at this place, which adds this to its verdict.
    fn on_complete(&mut self, depth: usize, vouching: Vouching, verdict: Verdict);

    /// Nobody at hand continues the path after the certificate at this place, which was judged so by itself.
    fn on_dead_end(&mut self, depth: usize, certificate: &Certificate<'_>, verdict: Verdict);
}

/// Who may have issued a certificate.
#[derive(Clone, Copy)]
pub enum Candidate<'c> {
    /// The anchor at this place of the policy's list.
    Anchor(usize),
    /// A certificate of the set.
    Certificate(&'c Certificate<'c>),
}

/// Looks for a path from `end_entity` to an anchor through certificates of `untrusted`, and judges it. Of several
/// paths, the first without flags is taken, else the first of all; of several that lead nowhere, the first one tried.
/// Malformed certificates of the set are skipped, and so are duplicates.
///
/// # Errors
/// Out of memory.
pub fn verify(
    policy: &Policy<'_>,
    end_entity: &Certificate<'_>,
    untrusted: &[&[u8]],
) -> Result<Verdict, VerifyError> {
    verify_observed(policy, end_entity, untrusted, None)
}

/// As [`verify`], with somebody who looks on.
///
/// # Errors
/// Out of memory.
pub fn verify_observed(
    policy: &Policy<'_>,
    end_entity: &Certificate<'_>,
    untrusted: &[&[u8]],
    observer: Option<&mut dyn PathObserver>,
) -> Result<Verdict, VerifyError> {
    let mut search = Search {
        policy,
        untrusted,
        observer,
        checks: 0,
        spent: false,
        crl_checks: revocation::Checks::default(),
        name_budget: NameBudget::FULL,
        best: None,
        dead_end: None,
        weakness: Verdict::default(),
    };
    let own = search.shown(0, end_entity, judge::judge_end_entity(end_entity, policy));
    search.observe(|observer| observer.on_certificate(0, end_entity, own));
    let path = Link { certificate: end_entity, below: None, depth: 0, counted: 0 };
    if let Some(vouching) = judge::vouching_for(end_entity, policy) {
        let pins = judge::judge_pins(policy, policy.is_required_key(end_entity.spki));
        search.on_complete(&path, vouching, own, pins);
    } else {
        search.issuers_of(&path, own)?;
    }
    let mut not_trusted = search.dead_end.unwrap_or(own).and(search.weakness);
    not_trusted.refuse_if(true, Flags::NOT_TRUSTED, Reasons::NONE);
    Ok(search.best.unwrap_or(not_trusted))
}

/// A certificate on the path that is being tried, with those below it.
struct Link<'l> {
    certificate: &'l Certificate<'l>,
    below: Option<&'l Link<'l>>,
    /// Certificates below it.
    depth: usize,
    /// Intermediate certificates up to this one, without those that a CA issued to itself.
    counted: usize,
}

impl<'l> Link<'l> {
    /// This certificate and those below it.
    fn iter(&'l self) -> impl Iterator<Item = &'l Self> {
        core::iter::successors(Some(self), |link| link.below)
    }

    /// The names that a further issuer's constraints apply to.
    fn names(&'l self, policy: &Policy<'_>) -> impl Iterator<Item = Names<'l>> {
        let common_name = policy.common_name;
        self.iter().filter(|link| link.below.is_none() || !judge::is_self_issued(link.certificate)).map(
            move |link| {
                let common_name = if link.below.is_none() { common_name } else { CommonName::Ignored };
                Names { common_name, ..Names::of(link.certificate) }
            },
        )
    }
}

struct Search<'s, 'o> {
    policy: &'s Policy<'s>,
    untrusted: &'s [&'s [u8]],
    observer: Option<&'o mut dyn PathObserver>,
    checks: u32,
    /// One more would have been made.
    spent: bool,
    /// Signature checks of CRLs.
    crl_checks: revocation::Checks,
    name_budget: NameBudget,
    best: Option<Verdict>,
    /// What was found up to the end of the first path that led nowhere.
    dead_end: Option<Verdict>,
    /// Why signatures on the way could not be checked.
    weakness: Verdict,
}

/// What a signature is checked over.
#[derive(Clone, Copy)]
struct Signed<'s> {
    algorithm: &'static SignatureAlgorithm,
    signed: &'s [u8],
    signature: &'s [u8],
}

impl Search<'_, '_> {
    fn observe(&mut self, show: impl FnOnce(&mut dyn PathObserver)) {
        if let Some(observer) = &mut self.observer {
            show(*observer);
        }
    }

    /// What is found against a certificate once the observer has seen it.
    fn shown(&mut self, depth: usize, certificate: &Certificate<'_>, mut verdict: Verdict) -> Verdict {
        self.observe(|observer| observer.on_judged(depth, certificate, &mut verdict.flags));
        if verdict.flags.is_empty() {
            verdict.reasons = Reasons::NONE;
        }
        verdict
    }

    /// Tries every anchor, then every certificate, that may have issued the last certificate of the path.
    fn issuers_of(&mut self, path: &Link<'_>, so_far: Verdict) -> Result<(), VerifyError> {
        let child = path.certificate;
        let algorithm = match judge::signature_algorithm(&child.signature_algorithm, self.policy) {
            Ok(algorithm) => algorithm,
            Err(flags) => {
                self.weakness.refuse_if(true, flags, Reasons::NONE);
                self.on_dead_end(path, so_far, flags, Reasons::NONE);
                return Ok(());
            }
        };
        let signed = ToBeSigned::of(algorithm, child.tbs);
        let signed = Signed { algorithm, signed: signed.as_ref(), signature: child.signature };
        let (mut at_hand, mut found) = (false, false);
        for (index, anchor) in self.policy.anchors.iter().enumerate() {
            if self.spent {
                break;
            }
            if !same_name(anchor.subject, child.issuer.der()) {
                continue;
            }
            at_hand = true;
            if self.is_signed_by(&signed, anchor.spki, path.depth + 1, Candidate::Anchor(index))? {
                found = true;
                // An anchor of the same key may constrain other names.
                if self.on_anchor(path, anchor, index, so_far)? {
                    return Ok(());
                }
            }
        }
        let untrusted = self.untrusted;
        for (index, der) in untrusted.iter().enumerate() {
            // Each candidate that is not a duplicate costs a check, so that few are compared with those before.
            if self.spent {
                break;
            }
            let Ok(candidate) = Certificate::decode(der) else { continue };
            if !same_name(candidate.subject.der(), child.issuer.der())
                || circles(path, &candidate)
                || untrusted.iter().take(index).any(|earlier| earlier == der)
            {
                continue;
            }
            at_hand = true;
            if path.depth >= limits::MAX_INTERMEDIATES {
                self.refuse(
                    path.depth + 1,
                    Candidate::Certificate(&candidate),
                    Flags::NONE,
                    Reasons::TOO_DEEP,
                );
                continue;
            }
            let shown = Candidate::Certificate(&candidate);
            if !self.is_signed_by(&signed, candidate.spki, path.depth + 1, shown)? {
                continue;
            }
            found = true;
            let names = Some(path.names(self.policy));
            let judged =
                judge::judge_issuer(&candidate, path.counted, names, &mut self.name_budget, self.policy);
            let judged = self.shown(path.depth + 1, &candidate, judged);
            let counted = path.counted + usize::from(!judge::is_self_issued(&candidate));
            let link = Link { certificate: &candidate, below: Some(path), depth: path.depth + 1, counted };
            self.observe(|observer| observer.on_certificate(link.depth, &candidate, judged));
            if self.policy.is_pinned_anchor(candidate.spki) {
                let revoked = self.judge_revocation(&link, None)?.and(self.judge_status(&link, None)?);
                self.on_complete(&link, Vouching::Pin, so_far.and(judged), revoked);
            } else {
                self.issuers_of(&link, so_far.and(judged))?;
            }
            if self.best.is_some_and(|best| best.flags.is_empty()) {
                return Ok(());
            }
        }
        // Where a longer path was tried, its end is remembered already.
        if !found {
            let reasons = if at_hand { Reasons::NONE } else { Reasons::NO_ISSUER };
            self.on_dead_end(path, so_far, Flags::NOT_TRUSTED, reasons);
        }
        Ok(())
    }

    /// Whether the anchor has nothing against the path.
    fn on_anchor(
        &mut self,
        path: &Link<'_>,
        anchor: &TrustAnchor<'_>,
        index: usize,
        so_far: Verdict,
    ) -> Result<bool, VerifyError> {
        let names = Some(path.names(self.policy));
        let judged = judge::judge_names(anchor.name_constraints, names, &mut self.name_budget);
        let mut keys = path.iter().map(|link| link.certificate.spki).chain([anchor.spki]);
        let pins = judge::judge_pins(self.policy, keys.any(|spki| self.policy.is_required_key(spki)));
        let revoked = self.judge_revocation(path, Some(anchor))?.and(self.judge_status(path, Some(anchor))?);
        Ok(self.on_complete(path, Vouching::Anchor(index), so_far, judged.and(pins).and(revoked)))
    }

    /// Whether the end of the path has nothing against it.
    fn on_complete(&mut self, path: &Link<'_>, vouching: Vouching, so_far: Verdict, judged: Verdict) -> bool {
        let certificates = path.iter().map(|link| link.certificate);
        let policies = judge_policies(certificates, path.depth + 1, &self.policy.policies);
        let judged = judged.and(policies);
        self.observe(|observer| observer.on_complete(path.depth, vouching, judged));
        let verdict = so_far.and(judged);
        if self.best.is_none_or(|best| !best.flags.is_empty() && verdict.flags.is_empty()) {
            self.best = Some(verdict);
        }
        judged.flags.is_empty()
    }

    fn on_dead_end(&mut self, path: &Link<'_>, so_far: Verdict, flags: Flags, reasons: Reasons) {
        let judged = Verdict { flags, reasons, ..Verdict::default() };
        self.observe(|observer| observer.on_dead_end(path.depth, path.certificate, judged));
        self.dead_end.get_or_insert(so_far.and(judged));
    }

    fn refuse(&mut self, depth: usize, candidate: Candidate<'_>, flags: Flags, reasons: Reasons) {
        let verdict = Verdict { flags, reasons, ..Verdict::default() };
        self.weakness = self.weakness.and(verdict);
        self.observe(|observer| observer.on_refused(depth, candidate, verdict));
    }

    fn is_signed_by(
        &mut self,
        child: &Signed<'_>,
        spki: &[u8],
        depth: usize,
        candidate: Candidate<'_>,
    ) -> Result<bool, VerifyError> {
        if self.checks >= limits::MAX_SIGNATURE_CHECKS {
            self.spent = true;
            self.refuse(depth, candidate, Flags::OTHER, Reasons::SIGNATURE_BUDGET);
            return Ok(false);
        }
        self.checks += 1;
        let Err(flags) = self.check(child, spki)? else { return Ok(true) };
        let reasons = if flags.is_empty() { Reasons::NOT_SIGNED } else { Reasons::NONE };
        self.refuse(depth, candidate, flags, reasons);
        Ok(false)
    }

    /// Checks a signature with a key; the flags of a key that does not serve, none when it did not make the signature.
    fn check(&self, signed: &Signed<'_>, spki: &[u8]) -> Result<Result<(), Flags>, VerifyError> {
        let Signed { algorithm, signed, signature } = *signed;
        let mut job = match judge::check_signature(spki, algorithm, signed, signature, self.policy)? {
            Ok(job) => job,
            Err(flags) => return Ok(Err(flags)),
        };
        loop {
            match job.advance(Budget::UNLIMITED, &mut []) {
                Progress::Pending => {}
                Progress::Ready(Ok(_)) => return Ok(Ok(())),
                Progress::Ready(Err(
                    error @ (crypto::Error::OutOfMemory | crypto::Error::Entropy | crypto::Error::Fault),
                )) => return Err(error.into()),
                Progress::Ready(Err(_)) => return Ok(Err(Flags::NONE)),
            }
        }
    }
}

/// Whether a path would name one key of one name twice: it only goes in circles (RFC 4158 section 2.4.2).
fn circles(path: &Link<'_>, candidate: &Certificate<'_>) -> bool {
    path.iter().any(|link| {
        link.certificate.spki == candidate.spki
            && same_name(link.certificate.subject.der(), candidate.subject.der())
    })
}
