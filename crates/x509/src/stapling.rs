//! The status of an end entity by OCSP (RFC 6960 sections 3.2 and 4.2.2, RFC 6066 section 8): which answer of a response
//! counts, and who must have signed it: the issuer, or one whom it made a signer of OCSP responses.

use crate::{
    BasicOcspResponse, CertId, Certificate, Flags, OcspResponse, OcspStatus, Policy, Reasons, ResponderId,
    SingleResponse, Verdict, VerifyError,
    compare::same_name,
    extensions::{ExtendedKeyUsage, KeyUsage},
    judge, limits,
    revocation_fields::crl_flags,
    time::Period,
};
use crypto::{BoxedJob, Budget, Hash, Progress, ToBeSigned};
use pki::der::Reader;

/// How a status is asked for by OCSP, and what is made of the answer.
#[derive(Clone, Copy)]
pub struct Stapling<'c> {
    /// Hashes that name certificates and responders in responses: SHA-1, which nearly all have, and SHA-256.
    pub hashes: &'c [&'static Hash],
    /// What it means that there is no response.
    pub missing: MissingStaple,
    /// A response in DER that was fetched beforehand; a client that has one asks for no other.
    pub response: Option<&'c [u8]>,
}

impl<'c> Stapling<'c> {
    /// A response is checked if there is one.
    #[must_use]
    pub const fn new(hashes: &'c [&'static Hash]) -> Self {
        Self { hashes, missing: MissingStaple::Allowed, response: None }
    }

    /// What is asked for, in a byte of its own, for those who must tell two configurations apart.
    #[must_use]
    pub const fn settings(&self) -> u8 {
        match self.missing {
            MissingStaple::Allowed => 1,
            MissingStaple::Refused => 2,
        }
    }

    /// The response that was fetched beforehand; empty when there is none.
    #[must_use]
    pub fn fetched(&self) -> &'c [u8] {
        self.response.unwrap_or_default()
    }
}

/// What it means that no response came with a chain.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum MissingStaple {
    /// Nothing, but for a certificate that demands one (RFC 7633), which is refused.
    #[default]
    Allowed,
    /// The certificate is refused.
    Refused,
}

/// Whose status is asked for.
#[derive(Clone, Copy)]
pub(crate) struct Asked<'a> {
    pub(crate) serial_number: &'a [u8],
    /// The issuer's name, as it stands in the certificate.
    pub(crate) issuer: &'a [u8],
    /// The issuer's SubjectPublicKeyInfo.
    pub(crate) issuer_spki: &'a [u8],
    pub(crate) must_staple: bool,
}

/// A response that was judged but for the signatures that must be good.
pub(crate) struct Check {
    /// The delegate's certificate under the issuer's key.
    delegate: Option<BoxedJob>,
    /// The response under the signer's.
    response: Option<BoxedJob>,
    /// What the response says if they are.
    said: Verdict,
}

/// The verdict when there is no response.
pub(crate) fn without_response(must_staple: bool, stapling: &Stapling<'_>) -> Verdict {
    let missing = must_staple || stapling.missing == MissingStaple::Refused;
    if missing { refused(Reasons::NO_STAPLE) } else { Verdict::default() }
}

fn refused(reasons: Reasons) -> Verdict {
    Verdict { flags: Flags::CRL_NOT_TRUSTED, reasons, ..Verdict::default() }
}

impl Check {
    /// Judges a response, or that there is none, and starts the checks of its signatures.
    pub(crate) fn start(
        response: Option<&[u8]>,
        asked: &Asked<'_>,
        policy: &Policy<'_>,
        stapling: &Stapling<'_>,
    ) -> Result<Self, VerifyError> {
        let Some(response) = response.or(stapling.response) else {
            return Ok(Self::done(without_response(asked.must_staple, stapling)));
        };
        match OcspResponse::decode(response) {
            Ok(OcspResponse::Successful(basic)) => Self::of_response(&basic, asked, policy, stapling),
            Ok(OcspResponse::Unsuccessful(_)) => Ok(Self::done(refused(Reasons::OCSP_NO_ANSWER))),
            Err(_) => Ok(Self::done(refused(Reasons::OCSP_MALFORMED))),
        }
    }

    const fn done(said: Verdict) -> Self {
        Self { delegate: None, response: None, said }
    }

    fn of_response(
        basic: &BasicOcspResponse<'_>,
        asked: &Asked<'_>,
        policy: &Policy<'_>,
        stapling: &Stapling<'_>,
    ) -> Result<Self, VerifyError> {
        let mut said = judge_answers(basic, asked, policy, stapling.hashes);
        let names =
            |subject: &[u8], spki: &[u8]| names_responder(&basic.responder, subject, spki, stapling.hashes);
        // A name may be both the issuer's and, under another key, that of its delegate.
        let delegate = basic.certificates().find(|certificate| {
            certificate.spki != asked.issuer_spki && names(certificate.subject.der(), certificate.spki)
        });
        let (spki, delegate) = match &delegate {
            Some(certificate) => {
                let judged = judge_delegate(certificate, asked, policy);
                if !judged.flags.is_empty() {
                    return Ok(Self::done(judged));
                }
                said = said.and(judged);
                let job = match check(
                    &certificate.signature_algorithm,
                    certificate.tbs,
                    certificate.signature,
                    asked.issuer_spki,
                    policy,
                )? {
                    Ok(job) => job,
                    Err(weak) => return Ok(Self::done(weak)),
                };
                (certificate.spki, Some(job))
            }
            None if names(asked.issuer, asked.issuer_spki) => (asked.issuer_spki, None),
            None => return Ok(Self::done(refused(Reasons::OCSP_SIGNER))),
        };
        Ok(match check(&basic.signature_algorithm, basic.tbs, basic.signature, spki, policy)? {
            Ok(job) => Self { delegate, response: Some(job), said },
            Err(weak) => Self::done(weak),
        })
    }

    /// Goes on with the signatures; what a response says counts only when they are good.
    pub(crate) fn advance(&mut self, budget: Budget) -> Result<Progress<Verdict>, VerifyError> {
        loop {
            let (job, reasons) = if let Some(job) = &mut self.delegate {
                (job, Reasons::OCSP_SIGNER)
            } else if let Some(job) = &mut self.response {
                (job, Reasons::OCSP_NOT_SIGNED)
            } else {
                return Ok(Progress::Ready(self.said));
            };
            match job.advance(budget, &mut []) {
                Progress::Pending => return Ok(Progress::Pending),
                Progress::Ready(Ok(_)) => {
                    if self.delegate.take().is_none() {
                        self.response = None;
                    }
                }
                Progress::Ready(Err(
                    error @ (crypto::Error::OutOfMemory | crypto::Error::Entropy | crypto::Error::Fault),
                )) => return Err(error.into()),
                Progress::Ready(Err(_)) => *self = Self::done(refused(reasons)),
            }
        }
    }
}

/// What the answers say of a certificate: that it is revoked if any does, else what the best of them says.
fn judge_answers(
    basic: &BasicOcspResponse<'_>,
    asked: &Asked<'_>,
    policy: &Policy<'_>,
    hashes: &[&'static Hash],
) -> Verdict {
    let mut said: Option<Verdict> = None;
    for answer in basic.answers().filter(|answer| is_about(&answer.certificate, asked, hashes)) {
        let judged = judge_answer(&answer, policy);
        let best = said.is_none_or(|said| !said.flags.is_empty() && judged.flags.is_empty());
        if best || judged.flags.contains(Flags::REVOKED) {
            said = Some(judged);
        }
        if judged.flags.contains(Flags::REVOKED) {
            break;
        }
    }
    let mut said = said.unwrap_or(refused(Reasons::OCSP_OTHER));
    said.refuse_if(basic.unknown_critical, Flags::CRL_NOT_TRUSTED, Reasons::OCSP_MALFORMED);
    said
}

fn judge_answer(answer: &SingleResponse<'_>, policy: &Policy<'_>) -> Verdict {
    let mut verdict = Verdict::default();
    match answer.status {
        OcspStatus::Good => {}
        OcspStatus::Revoked { .. } => verdict.refuse_if(true, Flags::REVOKED, Reasons::OCSP_REVOKED),
        OcspStatus::Unknown => verdict.refuse_if(true, Flags::CRL_NOT_TRUSTED, Reasons::OCSP_UNKNOWN),
    }
    let latest = answer.this_update.saturating_add(limits::OCSP_WITHOUT_NEXT_UPDATE_SECONDS);
    match judge::date(policy).within(answer.this_update, answer.next_update.unwrap_or(latest)) {
        Period::Valid => {}
        Period::Future => verdict.refuse_if(true, Flags::CRL_FUTURE, Reasons::OCSP_STALE),
        Period::Expired => verdict.refuse_if(true, Flags::CRL_EXPIRED, Reasons::OCSP_STALE),
        Period::Unchecked => verdict.dates_unchecked = true,
    }
    verdict.refuse_if(answer.unknown_critical, Flags::CRL_NOT_TRUSTED, Reasons::OCSP_MALFORMED);
    verdict
}

/// Whether an answer is about the certificate.
fn is_about(id: &CertId<'_>, asked: &Asked<'_>, hashes: &[&'static Hash]) -> bool {
    id.serial_number == asked.serial_number
        && hashes.iter().filter(|hash| oid(hash) == Some(id.hash)).any(|hash| {
            (hash.digest)(&[asked.issuer]).as_ref() == id.issuer_name_hash
                && key_bits(asked.issuer_spki)
                    .is_some_and(|bits| (hash.digest)(&[bits]).as_ref() == id.issuer_key_hash)
        })
}

/// Whether a responder is of this name and key.
fn names_responder(
    responder: &ResponderId<'_>,
    subject: &[u8],
    spki: &[u8],
    hashes: &[&'static Hash],
) -> bool {
    match responder {
        ResponderId::ByName(name) => same_name(name.der(), subject),
        ResponderId::ByKey(hashed) => key_bits(spki)
            .is_some_and(|bits| hashes.iter().any(|hash| (hash.digest)(&[bits]).as_ref() == *hashed)),
    }
}

/// The contents of a hash's object identifier, which its DigestInfo has.
fn oid(hash: &Hash) -> Option<&'static [u8]> {
    // The digest itself is missing at the end.
    let (_, info) = hash.digest_info.split_at_checked(2)?;
    Reader::new(info).sequence().ok()?.oid().ok()
}

/// subjectPublicKey, without the number of unused bits.
fn key_bits(spki: &[u8]) -> Option<&[u8]> {
    let mut fields = Reader::new(spki).sequence().ok()?;
    fields.sequence().ok()?;
    fields.octet_aligned_bits().ok()
}

/// Whether the issuer made it a signer of OCSP responses (RFC 6960 section 4.2.2.2). Whether it was revoked since is not
/// asked, as if it had id-pkix-ocsp-nocheck (section 4.2.2.2.1 leaves that to us).
fn judge_delegate(certificate: &Certificate<'_>, asked: &Asked<'_>, policy: &Policy<'_>) -> Verdict {
    let extensions = &certificate.extensions;
    let purposes = extensions.extended_key_usage;
    let may_sign = extensions.key_usage.is_none_or(|usage| usage.contains(KeyUsage::DIGITAL_SIGNATURE));
    let good = same_name(certificate.issuer.der(), asked.issuer)
        && purposes.is_some_and(|purposes| purposes.names(ExtendedKeyUsage::OCSP_SIGNING))
        && may_sign
        && judge::judge_without_policies(certificate).flags.is_empty();
    let any = judge::judge_any(certificate, &Policy { usage: judge::Usage::Any, ..*policy });
    if good && any.flags.is_empty() { any } else { refused(Reasons::OCSP_SIGNER) }
}

/// Starts the check of a signature, or says why it cannot be good.
fn check(
    algorithm: &crate::AlgorithmIdentifier<'_>,
    tbs: &[u8],
    signature: &[u8],
    spki: &[u8],
    policy: &Policy<'_>,
) -> Result<Result<BoxedJob, Verdict>, VerifyError> {
    let weak = |flags| {
        let flags = Flags::CRL_NOT_TRUSTED.or(crl_flags(flags));
        Verdict { flags, reasons: Reasons::OCSP_WEAK, ..Verdict::default() }
    };
    let algorithm = match judge::signature_algorithm(algorithm, policy) {
        Ok(algorithm) => algorithm,
        Err(flags) => return Ok(Err(weak(flags))),
    };
    let signed = ToBeSigned::of(algorithm, tbs);
    match judge::check_signature(spki, algorithm, signed.as_ref(), signature, policy)? {
        Ok(job) => Ok(Ok(job)),
        Err(flags) if flags.is_empty() => Ok(Err(refused(Reasons::OCSP_NOT_SIGNED))),
        Err(flags) => Ok(Err(weak(flags))),
    }
}
