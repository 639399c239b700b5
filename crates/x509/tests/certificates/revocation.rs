//! Revocation lists: what is read, what is missing, stale or damaged, and the limits. PKITS has the rest.
use crate::{
    common::names,
    pkits::{DATE, Pkits, words},
};
use embertls_x509::{Crl, Flags, MissingCrl, Reasons, Revocation, RevocationScope, Time, Verdict, limits};

const GOOD: &str = "ValidCertificatePathTest1EE";
const REVOKED: &str = "InvalidRevokedEETest3EE";
const ROOT_LIST: &str = "TrustAnchorRootCRL";
const CA_LIST: &str = "GoodCACRL";

fn verify(suite: &Pkits, time: Time, revocation: Revocation<'_>, leaf: &str) -> Verdict {
    suite.verify(time, revocation, suite.certificate(leaf)).unwrap()
}

#[test]
fn what_is_missing_counts_as_asked() {
    use {MissingCrl::*, RevocationScope::*};
    let suite = Pkits::load();
    for (leaf, lists, missing, scope, expected) in [
        (GOOD, &[ROOT_LIST, CA_LIST][..], Refused, Path, Reasons::NONE),
        (GOOD, &[CA_LIST], Refused, Path, Reasons::NO_CRL),
        (GOOD, &[CA_LIST], Refused, EndEntity, Reasons::NONE),
        (GOOD, &[ROOT_LIST], Refused, EndEntity, Reasons::NO_CRL),
        (GOOD, &[ROOT_LIST], Allowed, Path, Reasons::NONE),
        (GOOD, &[], Refused, Path, Reasons::NO_CRL),
        (GOOD, &[], Allowed, Path, Reasons::NONE),
    ] {
        let crls: Vec<_> = lists.iter().map(|name| Crl::decode(suite.list(name)).unwrap()).collect();
        let verdict = verify(&suite, DATE, Revocation { crls: &crls, missing, scope }, leaf);
        assert_eq!(verdict.reasons, expected, "{lists:?} {missing:?} {scope:?}");
        let flags = if expected.is_empty() { Flags::NONE } else { Flags::CRL_NOT_TRUSTED };
        assert_eq!(verdict.flags, flags);
    }
    // Who is revoked is so, whatever else is missing.
    let crls = [Crl::decode(suite.list(CA_LIST)).unwrap()];
    let revocation = Revocation { crls: &crls, missing: Allowed, scope: Path };
    assert_eq!(names(verify(&suite, DATE, revocation, REVOKED).flags), "REVOKED");
}

#[test]
fn dates_of_lists_are_judged_by_the_clock() {
    let suite = Pkits::load();
    let crls = [ROOT_LIST, CA_LIST].map(|name| Crl::decode(suite.list(name)).unwrap());
    let revocation = Revocation { crls: &crls, missing: MissingCrl::Refused, scope: RevocationScope::Path };
    let next_update = crls[1].next_update.unwrap();
    for (time, expected, unchecked) in [
        (Time::Known(crls[1].this_update), Flags::NONE, false),
        (Time::Known(next_update), Flags::NONE, false),
        (Time::Known(crls[1].this_update - 1), Flags::CRL_FUTURE.or(Flags::FUTURE), false),
        (Time::Known(next_update + 1), Flags::CRL_EXPIRED.or(Flags::EXPIRED), false),
        (Time::Unknown, Flags::NONE, true),
    ] {
        let verdict = verify(&suite, time, revocation, GOOD);
        assert_eq!((verdict.flags, verdict.dates_unchecked), (expected, unchecked), "{time:?}");
    }
    // A stale list still tells who was revoked.
    let stale = verify(&suite, Time::Known(next_update + 1), revocation, REVOKED);
    assert!(stale.flags.contains(Flags::REVOKED));
}

#[test]
fn no_changed_byte_of_a_list_makes_a_revoked_certificate_valid() {
    let suite = Pkits::load();
    let list = suite.list(CA_LIST);
    let root = Crl::decode(suite.list(ROOT_LIST)).unwrap();
    let (mut malformed, mut refused) = (0, 0);
    for at in 0..list.len() {
        let mut changed = list.to_vec();
        changed[at] ^= 0x41;
        match Crl::decode(&changed) {
            Err(error) => {
                assert!(error.at <= list.len());
                malformed += 1;
            }
            Ok(crl) => {
                let crls = [root, crl];
                let revocation =
                    Revocation { crls: &crls, missing: MissingCrl::Refused, scope: RevocationScope::Path };
                assert!(!verify(&suite, DATE, revocation, REVOKED).flags.is_empty(), "byte {at}");
                refused += 1;
            }
        }
    }
    assert!(malformed > 50 && refused > 300, "{malformed} {refused}");
    for len in 0..list.len() {
        assert!(Crl::decode(&list[..len]).is_err(), "cut at {len}");
    }
}

#[test]
fn signature_checks_of_lists_are_limited() {
    let suite = Pkits::load();
    let mut damaged = suite.list(CA_LIST).to_vec();
    *damaged.last_mut().unwrap() ^= 1;
    let limit = usize::try_from(limits::MAX_CRL_SIGNATURE_CHECKS).unwrap();
    // One check is of the root's list. A damaged list is tried with the two certificates of the CA's name, one of them
    // on the path.
    for (copies, expected) in [(1, Flags::NONE), (limit, Flags::CRL_NOT_TRUSTED.or(Flags::OTHER))] {
        let mut crls = vec![Crl::decode(&damaged).unwrap(); copies];
        crls.extend([ROOT_LIST, CA_LIST].map(|name| Crl::decode(suite.list(name)).unwrap()));
        let revocation =
            Revocation { crls: &crls, missing: MissingCrl::Refused, scope: RevocationScope::Path };
        assert_eq!(verify(&suite, DATE, revocation, GOOD).flags, expected, "{copies}");
    }
}

#[test]
fn entries_are_read_with_their_reasons() {
    let suite = Pkits::load();
    let crl = Crl::decode(suite.list(CA_LIST)).unwrap();
    let entries: Vec<_> = crl.entries().collect();
    assert_eq!(entries.len(), 2);
    assert!(entries.iter().all(|entry| entry.reason == Some(1) && entry.certificate_issuer.is_none()));
    assert_eq!(crl.number, Some(&[1][..]));
    assert!(!crl.is_delta && crl.issuing_distribution_point.is_none());
}

#[test]
fn a_stream_is_looked_up_as_a_set_is() {
    let suite = Pkits::load();
    let lists = suite.lists.iter().filter_map(|(_, der)| Crl::decode(der).ok());
    let crls: Vec<Crl<'_>> = lists.collect();
    for (chain, expected) in [
        (&["ValidCertificatePathTest1EE", "GoodCACert"][..], ""),
        (&["InvalidRevokedEETest3EE", "GoodCACert"], "BADCERT_REVOKED"),
        (&["InvalidRevokedCATest2EE", "RevokedsubCACert", "GoodCACert"], "BADCERT_REVOKED"),
        (&["InvalidMissingCRLTest1EE", "NoCRLCACert"], "BADCRL_NOT_TRUSTED no-crl"),
        (&["InvalidOldCRLnextUpdateTest11EE", "OldCRLnextUpdateCACert"], "BADCRL_EXPIRED"),
        (
            &["InvalidkeyUsageCriticalcRLSignFalseTest4EE", "keyUsageCriticalcRLSignFalseCACert"],
            "BADCRL_NOT_TRUSTED no-crl-sign",
        ),
        (&["InvaliddeltaCRLTest4EE", "deltaCRLCA1Cert"], "BADCRL_NOT_TRUSTED delta-crl"),
        (&["ValidonlySomeReasonsTest18EE", "onlySomeReasonsCA3Cert"], ""),
        (&["InvalidonlySomeReasonsTest17EE", "onlySomeReasonsCA2Cert"], "BADCRL_NOT_TRUSTED no-crl"),
        (&["ValiddistributionPointTest1EE", "distributionPoint1CACert"], ""),
        (&["InvaliddistributionPointTest2EE", "distributionPoint1CACert"], "BADCERT_REVOKED"),
        (&["InvaliddistributionPointTest3EE", "distributionPoint1CACert"], "BADCRL_NOT_TRUSTED no-crl"),
        (&["InvalidonlyContainsCACertsTest12EE", "onlyContainsCACertsCACert"], "BADCRL_NOT_TRUSTED no-crl"),
        (&["InvalidLongSerialNumberTest18EE", "LongSerialNumberCACert"], "BADCERT_REVOKED"),
    ] {
        let revocation =
            Revocation { crls: &crls, missing: MissingCrl::Refused, scope: RevocationScope::Path };
        let leaf = suite.verify(DATE, revocation, suite.certificate(chain[0])).unwrap();
        let streamed = suite.stream(DATE, revocation, chain);
        assert_eq!(words(streamed), expected, "{chain:?}");
        assert_eq!(streamed, leaf, "{chain:?}");
    }
}
