//! Verification of a chain as it arrives: one certificate at a time, the end entity first.
//!
//! [`Verifier::push`] takes a certificate and lets it go again; what is held of it is the digest that its signature
//! covers (under Ed25519 the part of the certificate itself), that signature, the name of its issuer, and its own names until no issuer's name constraints can come.
//! Signature checks are jobs: after each `push`, call [`Verifier::advance`] until it is ready. A path ends at the first
//! trust anchor that vouches for it; whatever comes after it, and certificates that issued nothing of the path, are
//! skipped; with feature `x509-path-building`, those that came too early are held and found when their turn comes.

use crate::{
    Certificate, CertificateObserver, Flags, Policy, Reasons, Verdict, VerifyError, compare::same_name,
    held_certificates::HeldCertificates, held_names::HeldNames, judge, limits, name_constraints::NameBudget,
    switches::APPLY_NAME_CONSTRAINTS,
};
use crypto::{BoxedJob, Budget, Digest, Progress, SignatureAlgorithm, ToBeSigned};
use memory::{Boxed, Bytes};

#[cfg(feature = "x509-crl-parse")]
mod lookup;
#[cfg(not(feature = "x509-crl-parse"))]
#[path = "stream/lookup_off.rs"]
mod lookup;
#[cfg(feature = "ocsp-stapling")]
mod stapled;
#[cfg(not(feature = "ocsp-stapling"))]
#[path = "stream/stapled_off.rs"]
mod stapled;

use lookup::{Held, Lookup, Signer};
use stapled::Stapled;

/// What is held of the last certificate of the path.
struct Child {
    issuer: Bytes,
    algorithm: Result<&'static SignatureAlgorithm, Weakness>,
    signed: ToBeSigned<'static>,
    signature: Bytes,
    held: Held,
}

/// Why a signature could not be checked.
type Weakness = (Flags, Reasons);

/// Whose key a signature is being checked with.
enum Issuer {
    /// An anchor, by its place in the list: the path is complete.
    Anchor(usize),
    /// A certificate of the chain, which then is the last one of the path.
    Certificate { child: Child, verdict: Verdict, self_issued: bool, pins: KeyPins, signer: Signer },
}

/// What pins say of a certificate's key.
#[derive(Clone, Copy)]
struct KeyPins {
    /// It ends the path.
    anchor: bool,
    /// It is one of those of which a path needs one.
    required: bool,
}

impl KeyPins {
    fn of(spki: &[u8], policy: &Policy<'_>) -> Self {
        Self { anchor: policy.is_pinned_anchor(spki), required: policy.is_required_key(spki) }
    }
}

struct Check {
    job: BoxedJob,
    issuer: Issuer,
}

/// The state of a verification.
pub struct Verifier {
    child: Option<Child>,
    check: Option<Check>,
    /// The last certificate of the path, whose issuer is known, in CRLs.
    lookup: Option<Boxed<(Lookup, Issuer)>>,
    /// The end entity, whose status is told after the chain.
    stapled: Stapled,
    /// The next anchor that may have issued `child`; None when all were tried.
    next_anchor: Option<usize>,
    /// Whether somebody of the name of `child`'s issuer was at hand.
    issuer_seen: bool,
    /// Certificates that came too early, and the next one that may have issued `child`.
    held: HeldCertificates,
    next_held: usize,
    verdict: Verdict,
    /// Why signatures on the way could not be checked; it counts when no other way was found.
    weakness: Verdict,
    /// The names of the path's certificates.
    names: HeldNames,
    name_budget: NameBudget,
    anchored: bool,
    /// Whether a certificate of the path holds a key that is required.
    pinned: bool,
    /// Intermediate certificates on the path.
    intermediates: usize,
    /// Those of them that no CA issued to itself.
    counted: usize,
    /// Certificates that belong to no path, up to the largest number that fits.
    superfluous: u8,
    checks: u32,
    pushed: usize,
    public_key: Bytes,
}

const NOTHING_FOUND: Verdict = Verdict { flags: Flags::NONE, reasons: Reasons::NONE, dates_unchecked: false };

impl Default for Verifier {
    fn default() -> Self {
        Self::new()
    }
}

impl Verifier {
    /// Before the first certificate.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            child: None,
            check: None,
            lookup: None,
            stapled: Stapled::NONE,
            next_anchor: None,
            issuer_seen: false,
            held: HeldCertificates::new(),
            next_held: 0,
            verdict: NOTHING_FOUND,
            weakness: NOTHING_FOUND,
            names: HeldNames::new(),
            name_budget: NameBudget::FULL,
            anchored: false,
            pinned: false,
            intermediates: 0,
            counted: 0,
            superfluous: 0,
            checks: 0,
            pushed: 0,
            public_key: Bytes::with_cap(limits::MAX_SPKI_BYTES),
        }
    }

    /// Whether no certificate has come.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.pushed == 0
    }

    /// The end entity's SubjectPublicKeyInfo.
    #[must_use]
    pub fn public_key(&self) -> &[u8] {
        &self.public_key
    }

    /// Takes the next certificate. Then comes [`Verifier::advance`].
    ///
    /// # Errors
    /// A malformed certificate, or out of memory; what can be judged is a flag of the verdict instead.
    pub fn push(
        &mut self,
        policy: &Policy<'_>,
        der: &[u8],
        observer: Option<&mut (dyn CertificateObserver + '_)>,
    ) -> Result<(), VerifyError> {
        match self.take(policy, der, observer)? {
            Some((issuer, spki)) => self.start_check(policy, spki, issuer),
            None => Ok(()),
        }
    }

    /// As [`Verifier::push`], and frees the certificate before the check of a signature, which is large too, is made.
    ///
    /// # Errors
    /// As [`Verifier::push`].
    pub fn push_owned(
        &mut self,
        policy: &Policy<'_>,
        der: Bytes,
        observer: Option<&mut (dyn CertificateObserver + '_)>,
    ) -> Result<(), VerifyError> {
        let Some((issuer, spki)) = self.take(policy, &der, observer)? else { return Ok(()) };
        if spki.len() > limits::MAX_SPKI_BYTES {
            return self.start_check(policy, spki, issuer);
        }
        let spki = Bytes::copy_of(spki)?;
        drop(der);
        self.start_check(policy, &spki, issuer)
    }

    /// Takes the next certificate. When it has the name of the issuer, comes back as that, with its SubjectPublicKeyInfo.
    fn take<'d>(
        &mut self,
        policy: &Policy<'_>,
        der: &'d [u8],
        observer: Option<&mut (dyn CertificateObserver + '_)>,
    ) -> Result<Option<(Issuer, &'d [u8])>, VerifyError> {
        let certificate = Certificate::decode(der)?;
        let mut observer = observer;
        if let Some(observer) = &mut observer {
            observer.on_certificate(self.pushed, &certificate);
        }
        self.pushed += 1;
        if self.pushed == 1 {
            return self.push_end_entity(policy, &certificate, observer).map(|()| None);
        }
        let subject = certificate.subject.der();
        let issued = self.child.as_ref().is_some_and(|child| same_name(&child.issuer, subject));
        let deep = self.intermediates >= limits::MAX_INTERMEDIATES;
        let full = deep || usize::from(self.superfluous) >= limits::MAX_SUPERFLUOUS;
        if self.anchored || !issued || full {
            self.superfluous = self.superfluous.saturating_add(1);
            if !self.anchored && issued && deep {
                self.issuer_seen = true;
                self.weakness.refuse_if(true, Flags::NONE, Reasons::TOO_DEEP);
            } else if !self.anchored && !full {
                self.held.push(&certificate, der)?;
            }
            return Ok(None);
        }
        Ok(Some((self.judge_issuer(policy, &certificate, observer)?, certificate.spki)))
    }

    /// Judges a certificate of the issuer's name. Then comes the check whether it is the issuer.
    fn judge_issuer(
        &mut self,
        policy: &Policy<'_>,
        certificate: &Certificate<'_>,
        observer: Option<&mut (dyn CertificateObserver + '_)>,
    ) -> Result<Issuer, VerifyError> {
        let names = self.names.iter(policy);
        let verdict = judge::judge_issuer(certificate, self.counted, names, &mut self.name_budget, policy)
            .and(judge::judge_without_policies(certificate));
        let verdict = shown(observer, self.intermediates + 1, certificate, verdict);
        let child = Child::of(certificate, policy)?;
        let self_issued = judge::is_self_issued(certificate);
        if APPLY_NAME_CONSTRAINTS && !self_issued {
            self.names.add(certificate)?;
        }
        let pins = KeyPins::of(certificate.spki, policy);
        let signer = Signer::of(certificate, policy)?;
        Ok(Issuer::Certificate { child, verdict, self_issued, pins, signer })
    }

    fn push_end_entity(
        &mut self,
        policy: &Policy<'_>,
        certificate: &Certificate<'_>,
        observer: Option<&mut (dyn CertificateObserver + '_)>,
    ) -> Result<(), VerifyError> {
        let verdict =
            judge::judge_end_entity(certificate, policy).and(judge::judge_without_policies(certificate));
        self.verdict = shown(observer, 0, certificate, verdict);
        if certificate.spki.len() <= limits::MAX_SPKI_BYTES {
            self.public_key.extend(certificate.spki)?;
        }
        self.pinned = policy.is_required_key(certificate.spki);
        if judge::vouching_for(certificate, policy).is_some() {
            self.end_path(policy);
        } else {
            if APPLY_NAME_CONSTRAINTS {
                self.names.add(certificate)?;
                self.names.keep();
            }
            let child = Child::of(certificate, policy)?;
            self.stapled = Stapled::hold(certificate, policy)?;
            self.go_on_with(child);
        }
        Ok(())
    }

    /// Takes a bare SubjectPublicKeyInfo in place of a chain (RFC 7250).
    ///
    /// # Errors
    /// Out of memory; what can be judged is a flag of the verdict instead.
    pub fn push_key(&mut self, policy: &Policy<'_>, spki: &[u8]) -> Result<(), VerifyError> {
        self.pushed += 1;
        self.verdict = policy.judge_key(spki);
        self.anchored = true;
        if spki.len() <= limits::MAX_SPKI_BYTES {
            self.public_key.extend(spki)?;
        }
        Ok(())
    }

    /// Takes what is known of the end entity's status once the chain has ended: an OCSP response that came with it, or None.
    /// Then comes [`Verifier::advance`]. Nothing is asked of a certificate that is trusted for itself, and nothing of one
    /// that nobody vouches for.
    ///
    /// # Errors
    /// Out of memory; a response that is malformed or not good is no error.
    pub fn push_status(&mut self, policy: &Policy<'_>, response: Option<&[u8]>) -> Result<(), VerifyError> {
        if self.anchored { self.stapled.push(policy, response) } else { Ok(()) }
    }

    fn go_on_with(&mut self, child: Child) {
        self.issuer_seen = child.algorithm.is_err();
        if let Err((flags, reasons)) = child.algorithm {
            self.weakness.refuse_if(true, flags, reasons);
        }
        self.child = Some(child);
        self.next_anchor = Some(0);
        self.next_held = 0;
    }

    /// Goes on with signature checks; ready when the next certificate may come.
    ///
    /// # Errors
    /// Out of memory; a bad signature is no error.
    pub fn advance(&mut self, policy: &Policy<'_>, budget: Budget) -> Result<Progress<()>, VerifyError> {
        self.advance_observed(policy, budget, None)
    }

    /// As [`Verifier::advance`]; certificates that came too early are judged here, and shown.
    ///
    /// # Errors
    /// As [`Verifier::advance`].
    pub fn advance_observed(
        &mut self,
        policy: &Policy<'_>,
        budget: Budget,
        mut observer: Option<&mut (dyn CertificateObserver + '_)>,
    ) -> Result<Progress<()>, VerifyError> {
        loop {
            if let Some(check) = &mut self.check {
                let outcome = match check.job.advance(budget, &mut []) {
                    Progress::Pending => return Ok(Progress::Pending),
                    Progress::Ready(outcome) => outcome,
                };
                let Some(Check { issuer, .. }) = self.check.take() else { return Ok(Progress::Ready(())) };
                match outcome {
                    Ok(_) => self.on_signed_by(issuer, policy)?,
                    Err(
                        error @ (crypto::Error::OutOfMemory | crypto::Error::Entropy | crypto::Error::Fault),
                    ) => return Err(error.into()),
                    // The signature is not of that key: somebody else of the same name may have made it.
                    Err(_) => {
                        self.names.forget_the_last();
                        self.weakness.refuse_if(true, Flags::NONE, Reasons::NOT_SIGNED);
                    }
                }
            } else if let Some(lookup) = &mut self.lookup {
                let Progress::Ready(verdict) = lookup.0.advance(policy, budget, &mut self.name_budget)?
                else {
                    return Ok(Progress::Pending);
                };
                self.verdict = self.verdict.and(verdict);
                if let Some(lookup) = self.lookup.take() {
                    self.go_on_from(lookup.into_inner().1, policy);
                }
            } else if !self.try_next_anchor(policy)? && !self.try_next_held(policy, &mut observer)? {
                return self.stapled.advance(budget);
            }
        }
    }

    /// What was found so far; [`Flags::NOT_TRUSTED`] as long as no anchor was reached.
    #[must_use]
    pub fn verdict(&self) -> Verdict {
        let mut verdict = self.verdict.and(self.stapled.verdict());
        if !self.anchored {
            verdict = verdict.and(self.weakness);
            let reasons = if self.issuer_seen { Reasons::NONE } else { Reasons::NO_ISSUER };
            verdict.refuse_if(true, Flags::NOT_TRUSTED, reasons);
        }
        verdict
    }

    /// Somebody else has judged the path, which has ended: these flags are what was found.
    pub fn overrule(&mut self, flags: Flags) {
        let found = self.verdict();
        let reasons = if flags.is_empty() { Reasons::NONE } else { found.reasons };
        if !self.anchored {
            // Nobody is known who could vouch for a status.
            self.stapled = Stapled::NONE;
        }
        self.verdict = Verdict { flags, reasons, ..found };
        self.weakness = NOTHING_FOUND;
        self.anchored = true;
    }

    /// Looks the certificate up before the path goes on.
    fn on_signed_by(&mut self, mut issuer: Issuer, policy: &Policy<'_>) -> Result<(), VerifyError> {
        let signer = match &mut issuer {
            Issuer::Anchor(index) => match policy.anchors.get(*index) {
                Some(anchor) => Signer::anchor(anchor, policy)?,
                None => return Ok(()),
            },
            Issuer::Certificate { signer, .. } => signer.take(),
        };
        let is_end_entity = self.intermediates == 0;
        let lookup = self.child.take().and_then(|child| Lookup::start(child, signer, is_end_entity, policy));
        match lookup {
            Some(lookup) => self.lookup = Some(Boxed::try_new((lookup, issuer))?),
            None => self.go_on_from(issuer, policy),
        }
        Ok(())
    }

    fn go_on_from(&mut self, issuer: Issuer, policy: &Policy<'_>) {
        match issuer {
            Issuer::Anchor(index) => {
                let anchor = policy.anchors.get(index);
                let constraints = anchor.and_then(|anchor| anchor.name_constraints);
                let verdict = judge::judge_names(constraints, self.names.iter(policy), &mut self.name_budget);
                self.verdict = self.verdict.and(verdict);
                self.pinned |= anchor.is_some_and(|anchor| policy.is_required_key(anchor.spki));
                self.end_path(policy);
            }
            Issuer::Certificate { verdict, pins, .. } if pins.anchor => {
                self.verdict = self.verdict.and(verdict);
                self.end_path(policy);
            }
            Issuer::Certificate { child, verdict, self_issued, pins, .. } => {
                self.pinned |= pins.required;
                self.verdict = self.verdict.and(verdict);
                self.names.keep();
                self.intermediates += 1;
                self.counted += usize::from(!self_issued);
                self.go_on_with(child);
            }
        }
    }

    fn end_path(&mut self, policy: &Policy<'_>) {
        self.verdict = self.verdict.and(judge::judge_pins(policy, self.pinned));
        self.names.clear();
        self.held.clear();
        self.anchored = true;
        self.child = None;
        self.next_anchor = None;
    }

    /// Starts a check with the next anchor of the issuer's name; false when there is none.
    fn try_next_anchor(&mut self, policy: &Policy<'_>) -> Result<bool, VerifyError> {
        let (Some(child), Some(start)) = (&self.child, self.next_anchor) else { return Ok(false) };
        let mut anchors = policy.anchors.iter().enumerate().skip(start);
        let next = anchors.find(|(_, anchor)| same_name(&child.issuer, anchor.subject));
        let Some((index, anchor)) = next else {
            self.next_anchor = None;
            return Ok(false);
        };
        self.next_anchor = Some(index + 1);
        self.start_check(policy, anchor.spki, Issuer::Anchor(index))?;
        Ok(true)
    }

    /// Starts a check with the next held certificate of the issuer's name; false when there is none.
    fn try_next_held(
        &mut self,
        policy: &Policy<'_>,
        observer: &mut Option<&mut (dyn CertificateObserver + '_)>,
    ) -> Result<bool, VerifyError> {
        if self.child.is_none() || self.intermediates >= limits::MAX_INTERMEDIATES {
            return Ok(false);
        }
        let held = self.held.take();
        let mut tried = Ok(false);
        while let (Ok(false), Some((der, next))) = (&tried, held.at(self.next_held)) {
            self.next_held = next;
            let Ok(certificate) = Certificate::decode(der) else { continue };
            let subject = certificate.subject.der();
            if self.child.as_ref().is_some_and(|child| same_name(&child.issuer, subject)) {
                tried = self
                    .judge_issuer(policy, &certificate, reborrowed(observer))
                    .and_then(|issuer| self.start_check(policy, certificate.spki, issuer))
                    .map(|()| true);
            }
        }
        self.held = held;
        tried
    }

    fn start_check(&mut self, policy: &Policy<'_>, spki: &[u8], issuer: Issuer) -> Result<(), VerifyError> {
        let Some(child) = &self.child else { return Ok(()) };
        self.issuer_seen = true;
        let Ok(algorithm) = child.algorithm else { return Ok(()) };
        if self.checks >= limits::MAX_SIGNATURE_CHECKS {
            self.weakness.refuse_if(true, Flags::OTHER, Reasons::SIGNATURE_BUDGET);
            return Ok(());
        }
        self.checks += 1;
        if self.intermediates == 0 {
            self.stapled.hold_issuer(spki)?;
        }
        match judge::check_signature(spki, algorithm, child.signed.as_ref(), &child.signature, policy)? {
            Ok(job) => self.check = Some(Check { job, issuer }),
            Err(flags) => {
                let reasons = if flags.is_empty() { Reasons::NOT_SIGNED } else { Reasons::NONE };
                self.weakness.refuse_if(true, flags, reasons);
            }
        }
        Ok(())
    }
}

/// What is found against a certificate once somebody has seen it.
fn shown(
    observer: Option<&mut (dyn CertificateObserver + '_)>,
    depth: usize,
    certificate: &Certificate<'_>,
    mut verdict: Verdict,
) -> Verdict {
    if let Some(observer) = observer {
        observer.on_judged(depth, certificate, &mut verdict.flags);
    }
    if verdict.flags.is_empty() {
        verdict.reasons = Reasons::NONE;
    }
    verdict
}

fn reborrowed<'s>(
    observer: &'s mut Option<&mut (dyn CertificateObserver + '_)>,
) -> Option<&'s mut (dyn CertificateObserver + 's)> {
    match observer {
        Some(observer) => Some(&mut **observer),
        None => None,
    }
}

impl Child {
    fn of(certificate: &Certificate<'_>, policy: &Policy<'_>) -> Result<Self, VerifyError> {
        let mut issuer = Bytes::with_cap(limits::MAX_NAME_BYTES);
        let mut signature = Bytes::with_cap(limits::MAX_SIGNATURE_BYTES);
        let (name, value) = (certificate.issuer.der(), certificate.signature);
        // Longer ones than any real certificate has are not held: the path then ends here, not trusted.
        let algorithm = if name.len() > limits::MAX_NAME_BYTES {
            Err((Flags::OTHER, Reasons::FIELD_TOO_LONG))
        } else if value.len() > limits::MAX_SIGNATURE_BYTES {
            Err((Flags::BAD_KEY, Reasons::NONE))
        } else {
            issuer.extend(name)?;
            signature.extend(value)?;
            judge::signature_algorithm(&certificate.signature_algorithm, policy)
                .map_err(|flags| (flags, Reasons::NONE))
        };
        let signed = match algorithm {
            Ok(algorithm) => ToBeSigned::of_parts(algorithm, &[certificate.tbs])?,
            Err(_) => ToBeSigned::digest(Digest::new(&[])),
        };
        let held = lookup::hold(certificate, policy)?;
        Ok(Self { issuer, algorithm, signed, signature, held })
    }
}
