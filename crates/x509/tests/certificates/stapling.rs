//! Stapled OCSP responses: whose, about whom, of when, signed by whom; a stream and a set say the same of each.
use crate::common::{ALGORITHMS, CURVES, load_from, names, push};
use crypto::{Budget, Progress, hash};
use embertls_x509::{
    Certificate, Flags, MissingStaple, OcspResponse, OcspStatus, Policy, Reasons, ResponderId, Stapling,
    Time, TrustAnchor, Verdict, Verifier, limits, path,
};
use proptest::prelude::*;

fn certificate(name: &str) -> &'static [u8] {
    load_from("ocsp", name)
}

fn response(name: &str) -> Vec<u8> {
    let path = format!("{}/tests/ocsp/{name}.der", env!("CARGO_MANIFEST_DIR"));
    std::fs::read(&path).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// When the responses were made.
fn made() -> i64 {
    let der = response("good");
    let Ok(OcspResponse::Successful(basic)) = OcspResponse::decode(&der) else { panic!() };
    basic.answers().next().unwrap().this_update
}

static HASHES: &[&crypto::Hash] = &[&hash::SHA1, &hash::SHA256];
static STAPLING: Stapling<'static> = Stapling::new(HASHES);

/// What a set, and a stream of the leaf alone, say of a leaf with a response; both must say the same.
fn judge(policy: &Policy<'_>, leaf: &str, response: Option<&[u8]>) -> Verdict {
    let der = certificate(leaf);
    let stapling = policy.stapling.map(|stapling| Stapling { response, ..stapling });
    let set = path::verify(&Policy { stapling, ..*policy }, &Certificate::decode(der).unwrap(), &[]).unwrap();
    let mut verifier = Verifier::new();
    push(&mut verifier, policy, der);
    verifier.push_status(policy, response).unwrap();
    while verifier.advance(policy, Budget(1)).unwrap() == Progress::Pending {}
    assert_eq!(verifier.verdict(), set);
    set
}

fn with_policy<T>(time: Time, stapling: Stapling<'_>, then: impl FnOnce(&Policy<'_>) -> T) -> T {
    let anchors = ["root", "rsa-root"].map(|name| TrustAnchor::decode(certificate(name)).unwrap());
    then(&Policy {
        anchors: &anchors,
        algorithms: ALGORITHMS,
        curves: CURVES,
        time,
        stapling: Some(stapling),
        ..Policy::default()
    })
}

/// What is said of a leaf a minute after the responses were made.
fn said(leaf: &str, der: Option<&[u8]>) -> Verdict {
    with_policy(Time::Known(made() + 60), STAPLING, |policy| judge(policy, leaf, der))
}

fn short(verdict: Verdict) -> (String, Vec<&'static str>) {
    (names(verdict.flags).replace("MBEDTLS_X509_", ""), verdict.reasons.iter().map(|row| row.name).collect())
}

#[test]
fn a_response_counts_when_the_issuer_or_its_delegate_signed_it() {
    for (leaf, name, flags, reasons) in [
        ("leaf", "good", "", &[][..]),
        ("leaf", "by-key", "", &[]),
        ("leaf", "sha256", "", &[]),
        ("leaf", "with-root", "", &[]),
        ("leaf", "several", "", &[]),
        ("leaf", "delegate", "", &[]),
        ("leaf", "delegate-by-key", "", &[]),
        ("leaf", "no-next-update", "", &[]),
        ("staple", "staple", "", &[]),
        ("rsa-leaf", "rsa", "", &[]),
        ("revoked", "revoked", "REVOKED", &["ocsp-revoked"]),
        ("revoked", "several", "REVOKED", &["ocsp-revoked"]),
        ("leaf", "sha384", "BADCRL_NOT_TRUSTED", &["ocsp-other"]),
        ("leaf", "staple", "BADCRL_NOT_TRUSTED", &["ocsp-other"]),
        ("leaf", "revoked", "BADCRL_NOT_TRUSTED", &["ocsp-other"]),
        ("leaf", "unknown", "BADCRL_NOT_TRUSTED", &["ocsp-other"]),
        ("leaf", "rsa", "BADCRL_NOT_TRUSTED", &["ocsp-signer"]),
        ("rsa-leaf", "good", "BADCRL_NOT_TRUSTED", &["ocsp-signer"]),
        ("leaf", "delegate-alone", "BADCRL_NOT_TRUSTED", &["ocsp-signer"]),
        ("leaf", "delegate-without-purpose", "BADCRL_NOT_TRUSTED", &["ocsp-signer"]),
        ("leaf", "delegate-of-another", "BADCRL_NOT_TRUSTED", &["ocsp-signer"]),
        ("leaf", "other-root", "BADCRL_NOT_TRUSTED", &["ocsp-signer"]),
    ] {
        let verdict = said(leaf, Some(&response(name)));
        assert_eq!(short(verdict), (flags.to_owned(), reasons.to_vec()), "{leaf} {name}");
    }
}

#[test]
fn what_the_responder_does_not_know_or_does_not_answer_is_refused() {
    // The answer about a serial number that nobody has, given about the leaf: only the signature tells.
    let mut forged = response("unknown");
    let at = forged.windows(4).position(|bytes| bytes == [0x02, 0x02, 0x19, 0x99]).unwrap();
    forged[at + 2..at + 4].copy_from_slice(&[0x10, 0x01]);
    assert_eq!(said("leaf", Some(&forged)).reasons, Reasons::OCSP_NOT_SIGNED);
    let OcspResponse::Successful(basic) = OcspResponse::decode(&forged).unwrap() else { panic!() };
    assert_eq!(basic.answers().next().unwrap().status, OcspStatus::Unknown);
    for status in [1, 2, 3, 5, 6] {
        let verdict = said("leaf", Some(&[0x30, 3, 0x0A, 1, status]));
        assert_eq!((verdict.flags, verdict.reasons), (Flags::CRL_NOT_TRUSTED, Reasons::OCSP_NO_ANSWER));
    }
    for damaged in [&[][..], &[0x30, 3, 0x0A, 1, 4], &[0x30, 3, 0x0A, 1, 0], &[0x30, 4, 0x0A, 2, 0, 3]] {
        let verdict = said("leaf", Some(damaged));
        assert_eq!((verdict.flags, verdict.reasons), (Flags::CRL_NOT_TRUSTED, Reasons::OCSP_MALFORMED));
    }
}

#[test]
fn dates_of_responses_are_judged_by_the_clock() {
    let (start, day) = (made(), limits::OCSP_WITHOUT_NEXT_UPDATE_SECONDS);
    let this_update = |name: &str| {
        let der = response(name);
        let Ok(OcspResponse::Successful(basic)) = OcspResponse::decode(&der) else { panic!() };
        basic.answers().next().unwrap().this_update
    };
    let (bare, daily) = (this_update("no-next-update"), this_update("a-day"));
    for (name, time, expected, unchecked) in [
        ("good", Time::Known(start), Flags::NONE, false),
        ("good", Time::Known(start - 1), Flags::CRL_FUTURE, false),
        ("a-day", Time::Known(daily + 86_400), Flags::NONE, false),
        ("a-day", Time::Known(daily + 86_401), Flags::CRL_EXPIRED, false),
        ("a-day", Time::AtLeast(daily + 86_401), Flags::CRL_EXPIRED, true),
        ("a-day", Time::AtLeast(daily), Flags::NONE, true),
        ("a-day", Time::Unknown, Flags::NONE, true),
        ("no-next-update", Time::Known(bare + day), Flags::NONE, false),
        ("no-next-update", Time::Known(bare + day + 1), Flags::CRL_EXPIRED, false),
    ] {
        let verdict = with_policy(time, STAPLING, |policy| judge(policy, "leaf", Some(&response(name))));
        // The leaf was made just before the responses.
        let flags = Flags::from_bits(verdict.flags.bits() & !Flags::FUTURE.bits());
        assert_eq!((flags, verdict.dates_unchecked), (expected, unchecked), "{name} {time:?}");
        let reasons = if expected.is_empty() { Reasons::NONE } else { Reasons::OCSP_STALE };
        assert_eq!(verdict.reasons, reasons, "{name} {time:?}");
    }
}

#[test]
fn a_missing_response_counts_as_asked() {
    use MissingStaple::{Allowed, Refused};
    for (leaf, missing, expected) in [
        ("leaf", Allowed, Reasons::NONE),
        ("leaf", Refused, Reasons::NO_STAPLE),
        ("staple", Allowed, Reasons::NO_STAPLE),
        ("staple", Refused, Reasons::NO_STAPLE),
    ] {
        let stapling = Stapling { missing, ..STAPLING };
        let verdict = with_policy(Time::Known(made()), stapling, |policy| judge(policy, leaf, None));
        assert_eq!(verdict.reasons, expected, "{leaf} {missing:?}");
        assert_eq!(verdict.flags.is_empty(), expected.is_empty());
    }
    // Nobody asks: a server cannot staple what no client wants.
    with_policy(Time::Known(made()), STAPLING, |policy| {
        let verdict = judge(&Policy { stapling: None, ..*policy }, "staple", None);
        assert_eq!(verdict, Verdict::default());
    });
}

#[test]
fn a_certificate_that_is_trusted_for_itself_needs_no_response() {
    let anchors = [TrustAnchor::decode(certificate("staple")).unwrap()];
    with_policy(Time::Known(made()), STAPLING, |policy| {
        let policy = Policy { anchors: &anchors, ..*policy };
        assert_eq!(judge(&policy, "staple", None), Verdict::default());
        assert_eq!(judge(&policy, "staple", Some(&[1, 2, 3])), Verdict::default());
    });
}

#[test]
fn a_response_says_nothing_of_a_path_that_leads_nowhere() {
    with_policy(Time::Known(made()), STAPLING, |policy| {
        let policy = Policy { anchors: &[], ..*policy };
        let verdict = judge(&policy, "leaf", Some(&response("revoked")));
        assert_eq!((verdict.flags, verdict.reasons), (Flags::NOT_TRUSTED, Reasons::NO_ISSUER));
    });
}

#[test]
fn only_algorithms_that_are_allowed_sign_responses() {
    with_policy(Time::Known(made()), STAPLING, |policy| {
        let rsa = response("rsa");
        let OcspResponse::Successful(basic) = OcspResponse::decode(&rsa).unwrap() else { panic!() };
        assert!(
            matches!(basic.responder, ResponderId::ByName(name) if name.to_string().contains("RSA Root"))
        );
        // The path is signed with the same, and is refused for it too; the response has a flag of its own.
        let weak = Policy { min_rsa_bits: 4096, ..*policy };
        assert!(judge(&weak, "rsa-leaf", Some(&rsa)).flags.contains(Flags::BAD_KEY));
    });
}

#[test]
fn no_changed_byte_goes_unnoticed() {
    for name in ["good", "by-key", "delegate", "revoked"] {
        let leaf = if name == "revoked" { name } else { "leaf" };
        let der = response(name);
        let whole = said(leaf, Some(&der));
        with_policy(Time::Known(made() + 60), STAPLING, |policy| {
            for at in 0..der.len() {
                let mut changed = der.clone();
                changed[at] ^= 1;
                let verdict = judge(policy, leaf, Some(&changed));
                assert!(verdict != whole && verdict.flags.contains(Flags::CRL_NOT_TRUSTED), "{name} {at}");
                let cut = judge(policy, leaf, der.get(..at));
                assert_eq!(cut.reasons, Reasons::OCSP_MALFORMED, "{name} {at}");
            }
        });
    }
}

#[test]
fn trailing_bytes_are_an_error_at_their_place() {
    let mut der = response("good");
    let len = der.len();
    der.push(0);
    assert_eq!(OcspResponse::decode(&der).err().unwrap().at, len);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]
    #[test]
    fn any_bytes_are_judged(
        bytes in proptest::collection::vec(any::<u8>(), 0..600),
        at in any::<prop::sample::Index>(),
        len in 0_usize..40,
    ) {
        let mut der = response("delegate");
        let start = at.index(der.len());
        let end = (start + len).min(der.len());
        der.splice(start..end, bytes.iter().copied().take(40));
        let original = der == response("delegate");
        let spliced = said("leaf", Some(&der));
        prop_assert!(original || !spliced.flags.is_empty());
        prop_assert_eq!(said("leaf", Some(&bytes)).reasons, Reasons::OCSP_MALFORMED);
    }
}
