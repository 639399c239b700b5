//! Path building over an unordered set of certificates, for tools (RFC 4158): depth first, with a budget.

use crate::{Certificate, Flags, Policy, TrustAnchor, Verdict, VerifyError, judge, limits};
use crypto::{Budget, Progress, SignatureAlgorithm};

/// Looks for a path from `end_entity` to an anchor through certificates of `untrusted`, and judges it. Of several
/// paths, the first without flags is taken, else the first of all; of several that lead nowhere, the first one tried. Malformed certificates of the set are skipped.
///
/// # Errors
/// A malformed end entity, or out of memory.
pub fn verify(
    policy: &Policy<'_>,
    end_entity: &Certificate<'_>,
    untrusted: &[&[u8]],
) -> Result<Verdict, VerifyError> {
    let mut search =
        Search { policy, untrusted, checks: 0, best: None, dead_end: None, weakness: Flags::NONE };
    let own = judge::judge_end_entity(end_entity, policy);
    if judge::is_anchor(end_entity, policy) {
        return Ok(own);
    }
    search.issuers_of(end_entity, Below::default(), own)?;
    let tried = search.dead_end.unwrap_or(own);
    let not_trusted = tried.flags.or(search.weakness).or(Flags::NOT_TRUSTED);
    Ok(search.best.unwrap_or(Verdict { flags: not_trusted, ..tried }))
}

/// The intermediate certificates below a place of the path.
#[derive(Clone, Copy, Default)]
struct Below {
    all: usize,
    /// Those that no CA issued to itself.
    counted: usize,
}

struct Search<'s> {
    policy: &'s Policy<'s>,
    untrusted: &'s [&'s [u8]],
    checks: u32,
    best: Option<Verdict>,
    /// What was found up to the end of the first path that led nowhere.
    dead_end: Option<Verdict>,
    /// Why signatures on the way could not be checked.
    weakness: Flags,
}

/// What a signature is checked over.
#[derive(Clone, Copy)]
struct Signed<'s> {
    algorithm: &'static SignatureAlgorithm,
    digest: &'s [u8],
    signature: &'s [u8],
}

impl Search<'_> {
    /// Tries every anchor, then every certificate, that may have issued `child`.
    fn issuers_of(
        &mut self,
        child: &Certificate<'_>,
        below: Below,
        so_far: Verdict,
    ) -> Result<(), VerifyError> {
        let issuer = child.issuer.der();
        let algorithm = match judge::signature_algorithm(child, self.policy) {
            Ok(algorithm) => algorithm,
            Err(flags) => {
                self.weakness = self.weakness.or(flags);
                self.dead_end.get_or_insert(so_far);
                return Ok(());
            }
        };
        let digest = (algorithm.hash.digest)(&[child.tbs]);
        let signed = Signed { algorithm, digest: digest.as_ref(), signature: child.signature };
        for anchor in self.policy.anchors {
            if anchor.subject == issuer && self.is_signed_by(&signed, anchor.spki)? {
                let better = self.best.is_none_or(|best| !best.flags.is_empty() && so_far.flags.is_empty());
                if better {
                    self.best = Some(so_far);
                }
                return Ok(());
            }
        }
        if below.all >= limits::MAX_INTERMEDIATES {
            self.dead_end.get_or_insert(so_far);
            return Ok(());
        }
        for der in self.untrusted {
            let Ok(candidate) = Certificate::decode(der) else { continue };
            // A path that names one key twice only goes in circles (RFC 4158 section 2.4.2).
            let circular = TrustAnchor::of(&candidate) == TrustAnchor::of(child);
            if candidate.subject.der() != issuer || circular || !self.is_signed_by(&signed, candidate.spki)? {
                continue;
            }
            let verdict = so_far.and(judge::judge_issuer(&candidate, below.counted, self.policy));
            let counted = below.counted + usize::from(!judge::is_self_issued(&candidate));
            self.issuers_of(&candidate, Below { all: below.all + 1, counted }, verdict)?;
            if self.best.is_some_and(|best| best.flags.is_empty()) {
                return Ok(());
            }
        }
        // Where a longer path was tried, its end is remembered already.
        self.dead_end.get_or_insert(so_far);
        Ok(())
    }

    fn is_signed_by(&mut self, child: &Signed<'_>, spki: &[u8]) -> Result<bool, VerifyError> {
        if self.checks >= limits::MAX_SIGNATURE_CHECKS {
            self.weakness = self.weakness.or(Flags::OTHER);
            return Ok(false);
        }
        self.checks += 1;
        let Signed { algorithm, digest, signature } = *child;
        let mut job = match judge::check_signature(spki, algorithm, digest, signature, self.policy)? {
            Ok(job) => job,
            Err(flags) => {
                self.weakness = self.weakness.or(flags);
                return Ok(false);
            }
        };
        loop {
            match job.advance(Budget::UNLIMITED, &mut []) {
                Progress::Pending => {}
                Progress::Ready(Ok(_)) => return Ok(true),
                Progress::Ready(Err(
                    error @ (crypto::Error::OutOfMemory | crypto::Error::Entropy | crypto::Error::Fault),
                )) => return Err(error.into()),
                Progress::Ready(Err(_)) => return Ok(false),
            }
        }
    }
}
