//! The look-up of a certificate of a stream in CRLs, once its issuer is known: lists of that issuer, signed with the same key.
//! Lists of other signers need a set of certificates, and count as not signed here.

use super::Child;
use crate::{
    Certificate, Crl, DistributionPoints, Flags, Policy, Reasons, TrustAnchor, Verdict, VerifyError,
    compare::same_name,
    distribution_point::ReasonFlags,
    extensions::KeyUsage,
    judge, limits,
    name_constraints::NameBudget,
    revocation::{Question, RevocationScope, Status, judge_crl},
    revocation_fields::crl_flags,
};
use crypto::{BoxedJob, Budget, Progress, ToBeSigned};
use memory::{Boxed, Bytes, OutOfMemory};

/// What is held of a certificate to look it up later; nothing when no list is asked for.
pub(super) struct Held(Option<Boxed<Parts>>);

struct Parts {
    serial_number: Bytes,
    points: Bytes,
    is_ca: bool,
}

/// What is too long is not held, and then nothing covers the certificate.
pub(super) fn hold(certificate: &Certificate<'_>, policy: &Policy<'_>) -> Result<Held, OutOfMemory> {
    if policy.revocation.is_none() {
        return Ok(Held(None));
    }
    let (serial_number, extensions) = (certificate.serial_number, &certificate.extensions);
    let points = extensions.crl_distribution_points.map_or(&[][..], |points| points.list());
    let short = |bytes: &'_ [u8], max| if bytes.len() <= max { bytes.len() } else { 0 };
    let serial_len = short(serial_number, limits::MAX_SERIAL_BYTES);
    let points_len = short(points, limits::MAX_HELD_POINTS_BYTES);
    let parts = Parts {
        serial_number: Bytes::copy_of(serial_number.get(..serial_len).unwrap_or_default())?,
        points: Bytes::copy_of(points.get(..points_len).unwrap_or_default())?,
        is_ca: extensions.basic_constraints.is_some_and(|constraints| constraints.ca),
    };
    Ok(Held(Some(Boxed::try_new(parts)?)))
}

/// Who signs lists; nobody when none is asked for.
pub(super) struct Signer(Option<Boxed<SignerParts>>);

struct SignerParts {
    spki: Bytes,
    /// keyUsage permits it.
    permitted: bool,
}

impl Signer {
    pub(super) fn of(certificate: &Certificate<'_>, policy: &Policy<'_>) -> Result<Self, OutOfMemory> {
        let usage = certificate.extensions.key_usage;
        let permitted = usage.is_none_or(|usage| usage.contains(KeyUsage::CRL_SIGN));
        Self::new(certificate.spki, permitted, policy)
    }

    pub(super) fn anchor(anchor: &TrustAnchor<'_>, policy: &Policy<'_>) -> Result<Self, OutOfMemory> {
        Self::new(anchor.spki, true, policy)
    }

    fn new(spki: &[u8], permitted: bool, policy: &Policy<'_>) -> Result<Self, OutOfMemory> {
        // A longer one is `BAD_KEY`, and signs nothing.
        if policy.revocation.is_none() || spki.len() > limits::MAX_SPKI_BYTES {
            return Ok(Self(None));
        }
        Ok(Self(Some(Boxed::try_new(SignerParts { spki: Bytes::copy_of(spki)?, permitted })?)))
    }

    /// The signer, of which nothing is left here.
    pub(super) const fn take(&mut self) -> Self {
        Self(self.0.take())
    }
}

/// A look-up under way.
pub(super) struct Lookup {
    child: Child,
    signer: Boxed<SignerParts>,
    status: Status,
    /// The place of the list that is next.
    next: usize,
    checks: u32,
    check: Option<Check>,
}

/// A list whose signature is being checked.
struct Check {
    job: BoxedJob,
    reasons: ReasonFlags,
    judged: Verdict,
}

impl Lookup {
    /// None when the certificate is not to be looked up.
    pub(super) fn start(
        child: Child,
        signer: Signer,
        is_end_entity: bool,
        policy: &Policy<'_>,
    ) -> Option<Self> {
        let (scope, signer) = (policy.revocation?.scope, signer.0?);
        (is_end_entity || scope == RevocationScope::Path).then(|| Self {
            child,
            signer,
            status: Status::default(),
            next: 0,
            checks: 0,
            check: None,
        })
    }

    /// Goes on; the verdict when every list was seen.
    pub(super) fn advance(
        &mut self,
        policy: &Policy<'_>,
        budget: Budget,
        names: &mut NameBudget,
    ) -> Result<Progress<Verdict>, VerifyError> {
        let Some(revocation) = policy.revocation else { return Ok(Progress::Ready(Verdict::default())) };
        loop {
            let Some(crl) = revocation.crls.get(self.next) else {
                return Ok(Progress::Ready(self.status.verdict(revocation.missing)));
            };
            if let Some(check) = &mut self.check {
                let signed = match check.job.advance(budget, &mut []) {
                    Progress::Pending => return Ok(Progress::Pending),
                    Progress::Ready(Ok(_)) => Ok(()),
                    Progress::Ready(Err(
                        error @ (crypto::Error::OutOfMemory | crypto::Error::Entropy | crypto::Error::Fault),
                    )) => return Err(error.into()),
                    Progress::Ready(Err(_)) => Err((Flags::CRL_NOT_TRUSTED, Reasons::CRL_NOT_SIGNED)),
                };
                let (judged, reasons) = (check.judged, check.reasons);
                let signed = match signed {
                    Ok(()) if !self.signer.permitted => Err((Flags::CRL_NOT_TRUSTED, Reasons::NO_CRL_SIGN)),
                    signed => signed,
                };
                self.check = None;
                self.add(crl, reasons, judged, signed);
            } else if let Some(reasons) = self.child.question().covered_by(crl, names) {
                let judged = judge_crl(crl, policy);
                match self.start_check(crl, policy)? {
                    Ok(job) => self.check = Some(Check { job, reasons, judged }),
                    Err(refused) => self.add(crl, reasons, judged, Err(refused)),
                }
            } else {
                self.next += 1;
            }
        }
    }

    /// What is known of a list; the next one comes.
    fn add(
        &mut self,
        crl: &Crl<'_>,
        reasons: ReasonFlags,
        judged: Verdict,
        signed: Result<(), (Flags, Reasons)>,
    ) {
        let mut judged = judged;
        if let Err((flags, reasons)) = signed {
            judged.refuse_if(true, flags, reasons);
        }
        self.status.add(&self.child.question(), crl, reasons, judged, signed.is_ok());
        self.next += 1;
    }

    fn start_check(
        &mut self,
        crl: &Crl<'_>,
        policy: &Policy<'_>,
    ) -> Result<Result<BoxedJob, (Flags, Reasons)>, VerifyError> {
        if !same_name(crl.issuer.der(), &self.child.issuer) {
            return Ok(Err((Flags::CRL_NOT_TRUSTED, Reasons::CRL_SIGNER)));
        }
        if self.checks >= limits::MAX_CRL_SIGNATURE_CHECKS {
            return Ok(Err((Flags::CRL_NOT_TRUSTED.or(Flags::OTHER), Reasons::SIGNATURE_BUDGET)));
        }
        self.checks += 1;
        let weak = |flags| Ok(Err((Flags::CRL_NOT_TRUSTED.or(crl_flags(flags)), Reasons::NONE)));
        let algorithm = match judge::signature_algorithm(&crl.signature_algorithm, policy) {
            Ok(algorithm) => algorithm,
            Err(flags) => return weak(flags),
        };
        let signed = ToBeSigned::of(algorithm, crl.tbs);
        match judge::check_signature(&self.signer.spki, algorithm, signed.as_ref(), crl.signature, policy)? {
            Ok(job) => Ok(Ok(job)),
            Err(flags) if flags.is_empty() => Ok(Err((Flags::CRL_NOT_TRUSTED, Reasons::CRL_NOT_SIGNED))),
            Err(flags) => weak(flags),
        }
    }
}

impl Child {
    fn question(&self) -> Question<'_> {
        let held = self.held.0.as_ref();
        let points = held.map(|held| &*held.points).filter(|points| !points.is_empty());
        Question {
            serial_number: held.map_or(&[], |held| &held.serial_number),
            issuer: &self.issuer,
            is_ca: held.is_some_and(|held| held.is_ca),
            points: points.map(DistributionPoints::of_list),
        }
    }
}
