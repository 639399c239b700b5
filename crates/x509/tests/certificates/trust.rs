//! Pins, profiles and given purposes, by both ways of verifying.
use crate::common::{load, names, policy, push};
use crypto::{KeyType, curve, signature as s};
use embertls_x509::{
    Certificate, Flags, PIN_LEN, PinRole, Pins, Policy, Reasons, Usage, Verdict, VerificationProfile,
    Verifier, Vouching,
    extensions::ExtendedKeyUsage,
    path::{self, Candidate, PathObserver},
};

fn verify(policy: &Policy<'_>, chain: &[&str]) -> Verdict {
    let chain: Vec<_> = chain.iter().map(|name| load(name)).collect();
    let (leaf, rest) = chain.split_first().unwrap();
    let of_set = path::verify(policy, &Certificate::decode(leaf).unwrap(), rest).unwrap();
    let mut verifier = Verifier::new();
    chain.iter().for_each(|der| push(&mut verifier, policy, der));
    let of_stream = verifier.verdict();
    assert_eq!(of_set, of_stream, "{} | {}", names(of_set.flags), names(of_stream.flags));
    of_set
}

fn pin(name: &str) -> [u8; PIN_LEN] {
    let digest = (crypto::hash::SHA256.digest)(&[Certificate::decode(load(name)).unwrap().spki]);
    digest.as_ref().try_into().unwrap()
}

const GOOD: &[&str] = &["good", "mid"];

#[test]
fn a_required_pin_may_be_of_any_certificate_of_the_path_or_its_root() {
    for (pinned, expected) in [
        (&["good"][..], Reasons::NONE),
        (&["mid"], Reasons::NONE),
        (&["root"], Reasons::NONE),
        (&["stranger", "root"], Reasons::NONE),
        (&["stranger"], Reasons::NOT_PINNED),
        (&[], Reasons::NOT_PINNED),
    ] {
        let keys: Vec<_> = pinned.iter().map(|name| pin(name)).collect();
        let pins = Pins { sha256: &crypto::hash::SHA256, keys: &keys, role: PinRole::Required };
        let verdict = verify(&Policy { pins: Some(pins), ..policy(&["root"]) }, GOOD);
        assert_eq!(verdict.reasons, expected, "{pinned:?}");
        assert_eq!(names(verdict.flags), if expected.is_empty() { "" } else { "NOT_TRUSTED" });
        // It is no reason to trust anybody.
        let verdict = verify(&Policy { pins: Some(pins), ..policy(&[]) }, GOOD);
        assert_eq!(names(verdict.flags), "NOT_TRUSTED", "{pinned:?}");
    }
    // A leaf that is trusted itself must hold it too.
    let keys = [pin("mid")];
    let pins = Pins { sha256: &crypto::hash::SHA256, keys: &keys, role: PinRole::Required };
    assert_eq!(verify(&Policy { pins: Some(pins), ..policy(&["good"]) }, GOOD).reasons, Reasons::NOT_PINNED);
}

#[test]
fn a_pin_as_anchor_ends_the_path() {
    for (pinned, chain, expected) in [
        ("good", &["good"][..], ""),
        ("good", GOOD, ""),
        ("mid", GOOD, ""),
        ("mid", &["good"], "NOT_TRUSTED"),
        ("root", &["good", "mid", "root"], ""),
        ("root", GOOD, "NOT_TRUSTED"),
        ("stranger", GOOD, "NOT_TRUSTED"),
        // What it issues is judged all the same, and so is its certificate.
        ("expired", &["expired"], "EXPIRED"),
        ("no-ca", &["no-ca-issued", "no-ca"], "NOT_TRUSTED"),
    ] {
        let keys = [pin(pinned)];
        let pins = Pins { sha256: &crypto::hash::SHA256, keys: &keys, role: PinRole::Anchor };
        let verdict = verify(&Policy { pins: Some(pins), ..policy(&[]) }, chain);
        assert_eq!(names(verdict.flags), expected, "{pinned} {chain:?}");
    }
    let keys = [pin("stranger")];
    let pins = Pins { sha256: &crypto::hash::SHA256, keys: &keys, role: PinRole::Anchor };
    assert_eq!(names(verify(&Policy { pins: Some(pins), ..policy(&["root"]) }, GOOD).flags), "");
}

#[test]
fn a_profile_limits_algorithms_keys_and_sizes() {
    let suite_b = VerificationProfile {
        algorithms: &[&s::ECDSA_SHA256, &s::ECDSA_SHA384],
        keys: &[KeyType::Ec],
        curves: &[&curve::secp256r1::CURVE, &curve::secp384r1::CURVE],
        min_rsa_bits: 2048,
    };
    let under = |profile: &VerificationProfile<'_>, root, chain: &[&str]| {
        names(verify(&policy(&[root]).under(profile), chain).flags)
    };
    assert_eq!(under(&suite_b, "root", GOOD), "");
    assert_eq!(under(&suite_b, "p384-root", &["p384-good"]), "");
    assert_eq!(under(&suite_b, "rsa-root", &["rsa-good", "rsa-mid"]), "NOT_TRUSTED BAD_MD BAD_PK");
    let rsa = VerificationProfile {
        algorithms: crate::common::ALGORITHMS,
        keys: &[KeyType::Rsa],
        min_rsa_bits: 2048,
        ..suite_b
    };
    assert_eq!(under(&rsa, "rsa-root", &["rsa-good", "rsa-mid"]), "");
    assert_eq!(under(&rsa, "root", GOOD), "NOT_TRUSTED BAD_PK");
    let longer = VerificationProfile { min_rsa_bits: 2049, ..rsa };
    assert_eq!(under(&longer, "rsa-root", &["rsa-good", "rsa-mid"]), "NOT_TRUSTED BAD_KEY");
    // No profile goes below the limit of this crate.
    let short = VerificationProfile { keys: &[KeyType::Rsa, KeyType::Ec], min_rsa_bits: 0, ..rsa };
    assert_eq!(under(&short, "root", &["short"]), "BAD_KEY");
}

#[test]
fn any_purpose_may_be_asked_for() {
    let code = |usage, chain: &[&str]| names(verify(&Policy { usage, ..policy(&["root"]) }, chain).flags);
    assert_eq!(code(Usage::Given(ExtendedKeyUsage::SERVER_AUTH), &["direct"]), "");
    assert_eq!(code(Usage::Given(ExtendedKeyUsage::CODE_SIGNING), &["direct"]), "EXT_KEY_USAGE");
    assert_eq!(code(Usage::Given(ExtendedKeyUsage::CODE_SIGNING), &["any"]), "");
    assert_eq!(code(Usage::Given(ExtendedKeyUsage::CODE_SIGNING), &["bare"]), "");
}

/// Writes down what it sees.
struct Notes(Vec<String>);

impl PathObserver for Notes {
    fn on_certificate(&mut self, depth: usize, _: &Certificate<'_>, verdict: Verdict) {
        self.0.push(format!("{depth} certificate {}", names(verdict.flags)));
    }
    fn on_refused(&mut self, depth: usize, candidate: Candidate<'_>, verdict: Verdict) {
        let who = match candidate {
            Candidate::Anchor(index) => format!("anchor {index}"),
            Candidate::Certificate(_) => "certificate".to_owned(),
        };
        let reasons: Vec<_> = verdict.reasons.iter().map(|row| row.name).collect();
        self.0.push(format!("{depth} refused {who} {}", reasons.join(" ")));
    }
    fn on_looked_up(&mut self, depth: usize, _: &Certificate<'_>, verdict: Verdict) {
        self.0.push(format!("{depth} looked up {}", names(verdict.flags)));
    }
    fn on_status(&mut self, _: &Certificate<'_>, verdict: Verdict) {
        self.0.push(format!("status {}", names(verdict.flags)));
    }
    fn on_complete(&mut self, depth: usize, vouching: Vouching, _: Verdict) {
        self.0.push(format!("{depth} complete {vouching:?}"));
    }
    fn on_dead_end(&mut self, depth: usize, _: &Certificate<'_>, verdict: Verdict) {
        let reasons: Vec<_> = verdict.reasons.iter().map(|row| row.name).collect();
        self.0.push(format!("{depth} dead end {}", reasons.join(" ")));
    }
}

#[test]
fn an_observer_sees_what_was_tried() {
    let tried = |roots: &[&str], leaf, set: &[&str]| {
        let set: Vec<_> = set.iter().map(|name| load(name)).collect();
        let mut notes = Notes(Vec::new());
        let leaf = Certificate::decode(load(leaf)).unwrap();
        path::verify_observed(&policy(roots), &leaf, &set, Some(&mut notes)).unwrap();
        notes.0
    };
    assert_eq!(
        tried(&["stranger", "root"], "good", &["mid-old", "mid"]),
        [
            "0 certificate ",
            "1 certificate EXPIRED",
            "2 refused anchor 0 not-signed",
            "1 complete Anchor(1)",
            "1 certificate ",
            "2 refused anchor 0 not-signed",
            "1 complete Anchor(1)",
        ]
    );
    assert_eq!(tried(&["root"], "good", &[]), ["0 certificate ", "0 dead end no-issuer"]);
    assert_eq!(tried(&["good"], "good", &[]), ["0 certificate ", "0 complete Anchor(0)"]);
    assert_eq!(
        tried(&["root"], "stranger-issued", &["stranger"]),
        [
            "0 certificate ",
            "1 refused anchor 0 not-signed",
            "1 certificate ",
            "2 refused anchor 0 not-signed",
            "1 dead end "
        ]
    );
}

/// Clears and sets flags of the certificate at one place.
struct Overruler {
    depth: usize,
    clears: Flags,
    sets: Flags,
}

impl PathObserver for Overruler {
    fn on_judged(&mut self, depth: usize, _: &Certificate<'_>, flags: &mut Flags) {
        if depth == self.depth {
            *flags = Flags::from_bits(flags.bits() & !self.clears.bits()).or(self.sets);
        }
    }
    fn on_certificate(&mut self, _: usize, _: &Certificate<'_>, _: Verdict) {}
    fn on_refused(&mut self, _: usize, _: Candidate<'_>, _: Verdict) {}
    fn on_looked_up(&mut self, _: usize, _: &Certificate<'_>, _: Verdict) {}
    fn on_status(&mut self, _: &Certificate<'_>, _: Verdict) {}
    fn on_complete(&mut self, _: usize, _: Vouching, _: Verdict) {}
    fn on_dead_end(&mut self, _: usize, _: &Certificate<'_>, _: Verdict) {}
}

#[test]
fn an_observer_may_change_the_flags_of_a_certificate() {
    let found = |leaf, set: &[&str], depth, clears, sets| {
        let set: Vec<_> = set.iter().map(|name| load(name)).collect();
        let leaf = Certificate::decode(load(leaf)).unwrap();
        let mut overruler = Overruler { depth, clears, sets };
        let verdict = path::verify_observed(&policy(&["root"]), &leaf, &set, Some(&mut overruler)).unwrap();
        names(verdict.flags)
    };
    let none = Flags::NONE;
    assert_eq!(found("good", &["mid-old"], 1, none, none), "EXPIRED");
    assert_eq!(found("good", &["mid-old"], 1, Flags::EXPIRED, none), "");
    assert_eq!(found("good", &["mid-old"], 0, Flags::EXPIRED, none), "EXPIRED");
    assert_eq!(found("good", &["mid"], 0, none, Flags::OTHER), "OTHER");
    assert_eq!(found("good", &["mid"], 1, none, Flags::OTHER), "OTHER");
    assert_eq!(found("good", &["mid"], 2, none, Flags::OTHER), "");
    // Who vouches for nobody is not made to by this.
    assert_eq!(found("good", &[], 0, Flags::NOT_TRUSTED, none), "NOT_TRUSTED");
}

/// Counts everything that is tried.
#[derive(Default)]
struct Steps(usize);

impl PathObserver for Steps {
    fn on_certificate(&mut self, _: usize, _: &Certificate<'_>, _: Verdict) {
        self.0 += 1;
    }
    fn on_refused(&mut self, _: usize, _: Candidate<'_>, _: Verdict) {
        self.0 += 1;
    }
    fn on_looked_up(&mut self, _: usize, _: &Certificate<'_>, _: Verdict) {
        self.0 += 1;
    }
    fn on_status(&mut self, _: &Certificate<'_>, _: Verdict) {
        self.0 += 1;
    }
    fn on_complete(&mut self, _: usize, _: Vouching, _: Verdict) {
        self.0 += 1;
    }
    fn on_dead_end(&mut self, _: usize, _: &Certificate<'_>, _: Verdict) {
        self.0 += 1;
    }
}

#[test]
fn a_set_of_namesakes_takes_no_more_steps_than_the_budget() {
    let leaf = Certificate::decode(load("good")).unwrap();
    let steps = |count: usize| {
        // All have the key of the issuer and a signature of their own, which is wrong.
        let mut set = vec![load("mid").to_vec(); count];
        for (index, der) in set.iter_mut().enumerate() {
            let at = der.len() - 3;
            der[at..].iter_mut().zip((index + 1).to_be_bytes().iter().skip(5)).for_each(|(to, by)| *to ^= by);
        }
        let set: Vec<&[u8]> = set.iter().map(Vec::as_slice).collect();
        let mut steps = Steps::default();
        let verdict = path::verify_observed(&policy(&["root"]), &leaf, &set, Some(&mut steps)).unwrap();
        assert_eq!(names(verdict.flags), "NOT_TRUSTED OTHER");
        assert!(verdict.reasons.contains(Reasons::SIGNATURE_BUDGET));
        steps.0
    };
    let most = steps(100);
    assert!(most <= 100, "{most} steps");
    assert_eq!(steps(400), most);
}
