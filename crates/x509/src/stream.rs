//! Verification of a chain as it arrives: one certificate at a time, the end entity first.
//!
//! [`Verifier::push`] takes a certificate and lets it go again; what is held of it is the digest that its signature
//! covers, that signature, and the name of its issuer. Signature checks are jobs: after each `push`, call
//! [`Verifier::advance`] until it is ready. A path ends at the first trust anchor that vouches for it; whatever comes
//! after it, and certificates that issued nothing of the path, are skipped.

use crate::{
    Certificate, CertificateObserver, Flags, Policy, TrustAnchor, Verdict, VerifyError, judge, limits,
};
use crypto::{BoxedJob, Budget, Digest, Progress, SignatureAlgorithm};
use memory::Bytes;

/// What is held of the last certificate of the path.
struct Child {
    issuer: Bytes,
    algorithm: Result<&'static SignatureAlgorithm, Flags>,
    digest: Digest,
    signature: Bytes,
}

/// Whose key a signature is being checked with.
enum Issuer {
    /// An anchor: the path is complete.
    Anchor,
    /// A certificate of the chain, which then is the last one of the path.
    Certificate { child: Child, verdict: Verdict, self_issued: bool },
}

struct Check {
    job: BoxedJob,
    issuer: Issuer,
}

/// The state of a verification.
pub struct Verifier {
    child: Option<Child>,
    check: Option<Check>,
    /// The next anchor that may have issued `child`; None when all were tried.
    next_anchor: Option<usize>,
    verdict: Verdict,
    /// Why signatures on the way could not be checked; it counts when no other way was found.
    weakness: Flags,
    anchored: bool,
    /// Intermediate certificates on the path.
    intermediates: usize,
    /// Those of them that no CA issued to itself.
    counted: usize,
    superfluous: usize,
    checks: u32,
    pushed: usize,
    public_key: Bytes,
}

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
            next_anchor: None,
            verdict: Verdict { flags: Flags::NONE, dates_unchecked: false },
            weakness: Flags::NONE,
            anchored: false,
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
        let certificate = Certificate::decode(der)?;
        if let Some(observer) = observer {
            observer.on_certificate(self.pushed, &certificate);
        }
        self.pushed += 1;
        if self.pushed == 1 {
            return self.push_end_entity(policy, &certificate);
        }
        let issued = self.child.as_ref().is_some_and(|child| *child.issuer == *certificate.subject.der());
        let full =
            self.intermediates >= limits::MAX_INTERMEDIATES || self.superfluous >= limits::MAX_SUPERFLUOUS;
        if self.anchored || !issued || full {
            self.superfluous += 1;
            return Ok(());
        }
        let verdict = judge::judge_issuer(&certificate, self.counted, policy);
        let child = Child::of(&certificate, policy)?;
        let self_issued = judge::is_self_issued(&certificate);
        self.start_check(policy, certificate.spki, Issuer::Certificate { child, verdict, self_issued })
    }

    fn push_end_entity(
        &mut self,
        policy: &Policy<'_>,
        certificate: &Certificate<'_>,
    ) -> Result<(), VerifyError> {
        self.verdict = judge::judge_end_entity(certificate, policy);
        if certificate.spki.len() <= limits::MAX_SPKI_BYTES {
            self.public_key.extend(certificate.spki)?;
        }
        self.anchored = judge::is_anchor(certificate, policy);
        if !self.anchored {
            let child = Child::of(certificate, policy)?;
            self.go_on_with(child);
        }
        Ok(())
    }

    fn go_on_with(&mut self, child: Child) {
        self.weakness = self.weakness.or(child.algorithm.err().unwrap_or_default());
        self.child = Some(child);
        self.next_anchor = Some(0);
    }

    /// Goes on with signature checks; ready when the next certificate may come.
    ///
    /// # Errors
    /// Out of memory; a bad signature is no error.
    pub fn advance(&mut self, policy: &Policy<'_>, budget: Budget) -> Result<Progress<()>, VerifyError> {
        loop {
            if let Some(check) = &mut self.check {
                let outcome = match check.job.advance(budget, &mut []) {
                    Progress::Pending => return Ok(Progress::Pending),
                    Progress::Ready(outcome) => outcome,
                };
                let Some(Check { issuer, .. }) = self.check.take() else { return Ok(Progress::Ready(())) };
                match outcome {
                    Ok(_) => self.on_signed_by(issuer),
                    Err(
                        error @ (crypto::Error::OutOfMemory | crypto::Error::Entropy | crypto::Error::Fault),
                    ) => return Err(error.into()),
                    // The signature is not of that key: somebody else of the same name may have made it.
                    Err(_) => {}
                }
            } else if !self.try_next_anchor(policy)? {
                return Ok(Progress::Ready(()));
            }
        }
    }

    /// What was found so far; [`Flags::NOT_TRUSTED`] as long as no anchor was reached.
    #[must_use]
    pub fn verdict(&self) -> Verdict {
        let mut verdict = self.verdict;
        verdict.flags.set_if(!self.anchored, Flags::NOT_TRUSTED.or(self.weakness));
        verdict
    }

    fn on_signed_by(&mut self, issuer: Issuer) {
        match issuer {
            Issuer::Anchor => {
                self.anchored = true;
                self.child = None;
                self.next_anchor = None;
            }
            Issuer::Certificate { child, verdict, self_issued } => {
                self.verdict = self.verdict.and(verdict);
                self.intermediates += 1;
                self.counted += usize::from(!self_issued);
                self.go_on_with(child);
            }
        }
    }

    /// Starts a check with the next anchor of the issuer's name; false when there is none.
    fn try_next_anchor(&mut self, policy: &Policy<'_>) -> Result<bool, VerifyError> {
        let (Some(child), Some(start)) = (&self.child, self.next_anchor) else { return Ok(false) };
        let found = |anchor: &TrustAnchor<'_>| *child.issuer == *anchor.subject;
        let next = policy.anchors.iter().enumerate().skip(start).find(|(_, anchor)| found(anchor));
        let Some((index, anchor)) = next else {
            self.next_anchor = None;
            return Ok(false);
        };
        self.next_anchor = Some(index + 1);
        self.start_check(policy, anchor.spki, Issuer::Anchor)?;
        Ok(true)
    }

    fn start_check(&mut self, policy: &Policy<'_>, spki: &[u8], issuer: Issuer) -> Result<(), VerifyError> {
        let Some(child) = &self.child else { return Ok(()) };
        let Ok(algorithm) = child.algorithm else { return Ok(()) };
        if self.checks >= limits::MAX_SIGNATURE_CHECKS {
            self.weakness = self.weakness.or(Flags::OTHER);
            return Ok(());
        }
        self.checks += 1;
        match judge::check_signature(spki, algorithm, child.digest.as_ref(), &child.signature, policy)? {
            Ok(job) => self.check = Some(Check { job, issuer }),
            Err(flags) => self.weakness = self.weakness.or(flags),
        }
        Ok(())
    }
}

impl Child {
    fn of(certificate: &Certificate<'_>, policy: &Policy<'_>) -> Result<Self, VerifyError> {
        let mut issuer = Bytes::with_cap(limits::MAX_NAME_BYTES);
        let mut signature = Bytes::with_cap(limits::MAX_SIGNATURE_BYTES);
        let (name, value) = (certificate.issuer.der(), certificate.signature);
        // Longer ones than any real certificate has are not held: the path then ends here, not trusted.
        let algorithm = if name.len() > limits::MAX_NAME_BYTES {
            Err(Flags::OTHER)
        } else if value.len() > limits::MAX_SIGNATURE_BYTES {
            Err(Flags::BAD_KEY)
        } else {
            issuer.extend(name)?;
            signature.extend(value)?;
            judge::signature_algorithm(certificate, policy)
        };
        let digest = match algorithm {
            Ok(algorithm) => (algorithm.hash.digest)(&[certificate.tbs]),
            Err(_) => Digest::new(&[]),
        };
        Ok(Self { issuer, algorithm, digest, signature })
    }
}
