//! Revocation by CRLs (RFC 5280 section 6.3): what a list covers, whether it is good, and whether a certificate stands on
//! it. Whose key signed a list is for the callers to find.

use crate::{
    Crl, Flags, Policy, Reasons, Verdict,
    compare::same_name,
    distribution_point::{
        DistributionPoint, DistributionPointName, DistributionPoints, Placed, ReasonFlags, lists_name,
    },
    judge,
    name_constraints::NameBudget,
    time::Period,
};

/// CRLs, and what they are good for.
#[derive(Clone, Copy)]
pub struct Revocation<'c> {
    /// The lists at hand, in any order, of any issuers.
    pub crls: &'c [Crl<'c>],
    /// What the want of a list means.
    pub missing: MissingCrl,
    /// Which certificates are looked up.
    pub scope: RevocationScope,
}

impl<'c> Revocation<'c> {
    /// What is asked for, in bytes of its own, for those who must tell two configurations apart.
    #[must_use]
    pub const fn settings(&self) -> [u8; 2] {
        let missing = match self.missing {
            MissingCrl::Refused => 0,
            MissingCrl::Allowed => 1,
        };
        let scope = match self.scope {
            RevocationScope::EndEntity => 0,
            RevocationScope::Path => 1,
        };
        [missing, scope]
    }

    /// The signature of each list, which tells it from any other.
    pub fn signatures(&self) -> impl ExactSizeIterator<Item = &'c [u8]> + use<'c> {
        self.crls.iter().map(|crl| crl.signature)
    }
}

/// What it means that no list of the issuer covers a certificate.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum MissingCrl {
    /// The certificate is refused.
    #[default]
    Refused,
    /// Nothing. A list that is there and is stale, or not signed as it must be, is a flag all the same.
    Allowed,
}

/// Which certificates are looked up; an anchor is never one of them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum RevocationScope {
    /// The end entity's.
    EndEntity,
    /// Each certificate of the path.
    #[default]
    Path,
}

/// What is asked about a certificate.
#[derive(Clone, Copy)]
pub(crate) struct Question<'a> {
    pub(crate) serial_number: &'a [u8],
    pub(crate) issuer: &'a [u8],
    pub(crate) is_ca: bool,
    pub(crate) points: Option<DistributionPoints<'a>>,
}

impl Question<'_> {
    #[cfg(feature = "x509-path-building")]
    pub(crate) fn about<'a>(certificate: &crate::Certificate<'a>) -> Question<'a> {
        Question {
            serial_number: certificate.serial_number,
            issuer: certificate.issuer.der(),
            is_ca: certificate.extensions.basic_constraints.is_some_and(|constraints| constraints.ca),
            points: certificate.extensions.crl_distribution_points,
        }
    }

    /// The reasons for which a list would revoke the certificate; None when it does not cover it (RFC 5280 section 6.3.3
    /// step b).
    pub(crate) fn covered_by(&self, crl: &Crl<'_>, budget: &mut NameBudget) -> Option<ReasonFlags> {
        let scope = crl.issuing_distribution_point;
        let excluded = scope.is_some_and(|scope| {
            scope.only_attribute || (scope.only_user && self.is_ca) || (scope.only_ca && !self.is_ca)
        });
        if excluded {
            return None;
        }
        let listed = scope.map_or(ReasonFlags::ALL, |scope| scope.reasons);
        let points = self.points.iter().flat_map(DistributionPoints::iter);
        let named = points
            .filter(|point| self.is_at(point, crl, budget))
            .fold(ReasonFlags::NONE, |reasons, point| reasons.or(point.reasons));
        let reasons = if self.is_default(crl) { ReasonFlags::ALL } else { named };
        Some(reasons.and(listed)).filter(|reasons| *reasons != ReasonFlags::NONE)
    }

    /// Whether a list stands at a distribution point.
    fn is_at(&self, point: &DistributionPoint<'_>, crl: &Crl<'_>, budget: &mut NameBudget) -> bool {
        let scope = crl.issuing_distribution_point;
        let issuer = crl.issuer.der();
        let by_whom = match point.crl_issuer {
            Some(names) => lists_name(names, issuer) && scope.is_some_and(|scope| scope.indirect),
            None => same_name(issuer, self.issuer),
        };
        let Some(stands_at) = scope.and_then(|scope| scope.name) else { return by_whom };
        let Some(looked_for) = point.name.or(point.crl_issuer.map(DistributionPointName::Full)) else {
            return false;
        };
        by_whom && Placed { name: stands_at, issuer }.meets(Placed { name: looked_for, issuer }, budget)
    }

    /// Whether it is a list of the certificate's issuer at no point, or at one with the issuer's name: it needs no mention
    /// in the certificate (RFC 5280 section 6.3.3, last paragraph).
    fn is_default(&self, crl: &Crl<'_>) -> bool {
        let stands_at = crl.issuing_distribution_point.and_then(|scope| scope.name);
        same_name(crl.issuer.der(), self.issuer)
            && match stands_at {
                None => true,
                Some(DistributionPointName::Full(names)) => lists_name(names, self.issuer),
                Some(DistributionPointName::Relative(_)) => false,
            }
    }

    /// Whether the certificate stands on a list.
    pub(crate) fn is_on(&self, crl: &Crl<'_>) -> bool {
        let mut issuer = None;
        crl.entries().any(|entry| {
            issuer = entry.certificate_issuer.or(issuer);
            entry.serial_number == self.serial_number
                && issuer.map_or_else(
                    || same_name(crl.issuer.der(), self.issuer),
                    |names| lists_name(names, self.issuer),
                )
        })
    }
}

/// A list by itself: its dates and extensions.
pub(crate) fn judge_crl(crl: &Crl<'_>, policy: &Policy<'_>) -> Verdict {
    let mut verdict = Verdict::default();
    // Without nextUpdate nothing says that it is the newest (RFC 5280 section 5.1.2.5: issuers MUST include it).
    let next_update = crl.next_update.unwrap_or(crl.this_update);
    match judge::date(policy).within(crl.this_update, next_update) {
        Period::Valid => {}
        Period::Future => verdict.refuse_if(true, Flags::CRL_FUTURE, Reasons::NONE),
        Period::Expired => verdict.refuse_if(true, Flags::CRL_EXPIRED, Reasons::NONE),
        Period::Unchecked => verdict.dates_unchecked = true,
    }
    verdict.refuse_if(crl.unknown_critical, Flags::CRL_NOT_TRUSTED, Reasons::CRL_UNKNOWN_CRITICAL);
    verdict
}

/// What the lists at hand say of a certificate.
#[derive(Clone, Copy, Default)]
pub(crate) struct Status {
    covered: ReasonFlags,
    /// The lists that are good.
    good: Verdict,
    /// What is wrong with those that are not; forgiven when others cover every reason.
    wrong: Verdict,
    /// What no other list makes up for.
    fatal: Verdict,
}

impl Status {
    /// A list that covers a certificate for some reasons, judged by itself and by whose key signed it.
    pub(crate) fn add(
        &mut self,
        question: &Question<'_>,
        crl: &Crl<'_>,
        reasons: ReasonFlags,
        judged: Verdict,
        signed: bool,
    ) {
        if signed && crl.is_delta {
            // A delta may revoke what the complete list does not: it is not applied, so nothing is known.
            self.fatal.refuse_if(true, Flags::CRL_NOT_TRUSTED, Reasons::DELTA_CRL);
        } else if signed && question.is_on(crl) {
            self.fatal.refuse_if(true, Flags::REVOKED, Reasons::NONE);
        } else if judged.flags.is_empty() {
            self.good = self.good.and(judged);
            self.covered = self.covered.or(reasons);
        } else {
            self.wrong = self.wrong.and(judged);
        }
    }

    pub(crate) fn verdict(self, missing: MissingCrl) -> Verdict {
        let mut verdict = self.good.and(self.fatal);
        if !self.fatal.flags.contains(Flags::REVOKED) && self.covered != ReasonFlags::ALL {
            verdict = verdict.and(self.wrong);
            let refused = missing == MissingCrl::Refused && verdict.flags.is_empty();
            verdict.refuse_if(refused, Flags::CRL_NOT_TRUSTED, Reasons::NO_CRL);
        }
        verdict
    }
}
