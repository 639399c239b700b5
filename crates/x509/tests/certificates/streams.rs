//! Chains as a handshake brings them: out of order, too long, observed, with a budget, when memory is what a device has.
use crate::common::{anchors, load, names, policy, push};
use crypto::{Budget, KeyType, Progress};
use embertls_x509::{Certificate, CertificateObserver, Flags, Policy, Verifier, limits};

fn verify(policy: &Policy<'_>, chain: &[&[u8]]) -> String {
    let mut verifier = Verifier::new();
    for der in chain {
        push(&mut verifier, policy, der);
    }
    names(verifier.verdict().flags)
}

#[test]
fn certificates_that_are_not_the_next_issuer_are_skipped_up_to_a_limit() {
    let policy = policy(&["root"]);
    let chain = |superfluous: usize| {
        let mut chain = vec![load("good")];
        chain.extend(std::iter::repeat_n(load("rsa-mid"), superfluous));
        chain.push(load("mid"));
        chain
    };
    assert_eq!(verify(&policy, &chain(limits::MAX_SUPERFLUOUS - 1)), "");
    assert_eq!(verify(&policy, &chain(limits::MAX_SUPERFLUOUS)), "NOT_TRUSTED");
}

#[test]
fn what_comes_after_the_anchor_is_ignored() {
    let policy = policy(&["root"]);
    assert_eq!(
        verify(&policy, &["good", "mid", "root", "expired", "no-ca", "mid", "stranger"].map(load)),
        ""
    );
}

#[test]
fn somebody_of_the_issuers_name_does_not_end_the_search() {
    let policy = policy(&["root"]);
    // `renewed` has the name of `pathlen0` and another key.
    assert_eq!(verify(&policy, &["renewed-issued", "pathlen0", "renewed", "pathlen0"].map(load)), "");
}

#[test]
fn before_the_anchor_is_reached_the_chain_is_not_trusted() {
    let policy = policy(&["root"]);
    let mut verifier = Verifier::new();
    assert!(verifier.is_empty() && verifier.public_key().is_empty());
    assert_eq!(verifier.verdict().flags, Flags::NOT_TRUSTED);
    push(&mut verifier, &policy, load("good"));
    assert!(!verifier.is_empty());
    assert_eq!(verifier.verdict().flags, Flags::NOT_TRUSTED);
    push(&mut verifier, &policy, load("mid"));
    assert_eq!(verifier.verdict().flags, Flags::NONE);
}

#[test]
fn the_end_entitys_key_is_kept_unless_it_is_too_long() {
    let policy = policy(&["root"]);
    let mut verifier = Verifier::new();
    push(&mut verifier, &policy, load("good"));
    push(&mut verifier, &policy, load("mid"));
    assert_eq!(verifier.public_key(), Certificate::decode(load("good")).unwrap().spki);
    let key = pki::public_key(verifier.public_key(), policy.curves).unwrap();
    assert_eq!((key.key_type(), key.bits()), (KeyType::Ec, 256));

    let mut verifier = Verifier::new();
    push(&mut verifier, &policy, load("large"));
    assert_eq!(verifier.verdict().flags, Flags::BAD_KEY);
    assert!(verifier.public_key().is_empty());
}

#[test]
fn a_small_budget_takes_several_steps_or_one_that_cannot_be_sliced() {
    let policy = policy(&["root"]);
    let mut verifier = Verifier::new();
    verifier.push(&policy, load("direct"), None).unwrap();
    let mut steps = 1;
    while verifier.advance(&policy, Budget(1)).unwrap() == Progress::Pending {
        assert_eq!(verifier.verdict().flags, Flags::NOT_TRUSTED);
        steps += 1;
    }
    assert!(steps < 100_000);
    assert_eq!(verifier.verdict().flags, Flags::NONE);
}

#[test]
fn the_observer_sees_each_certificate_in_order() {
    struct Subjects(Vec<(usize, String)>);
    impl CertificateObserver for Subjects {
        fn on_certificate(&mut self, index: usize, certificate: &Certificate<'_>) {
            self.0.push((index, certificate.subject.to_string()));
        }
    }
    let policy = policy(&["root"]);
    let mut seen = Subjects(Vec::new());
    let mut verifier = Verifier::new();
    for name in ["good", "mid", "root"] {
        verifier.push(&policy, load(name), Some(&mut seen)).unwrap();
        while verifier.advance(&policy, Budget::UNLIMITED).unwrap() == Progress::Pending {}
    }
    let expected = [(0, "CN=good"), (1, "CN=Mid"), (2, "CN=Root, O=Ember Tests")];
    assert_eq!(seen.0, expected.map(|(index, subject)| (index, subject.to_string())));
}

#[test]
fn a_weak_key_of_an_anchors_name_does_not_spoil_a_good_path() {
    // An anchor of the right name with a key that is too small stands before the right one.
    let weak = embertls_x509::TrustAnchor {
        subject: anchors(&["root"])[0].subject,
        spki: anchors(&["small-root"])[0].spki,
        name_constraints: None,
    };
    let both = [weak, anchors(&["root"])[0]];
    assert_eq!(verify(&Policy { anchors: &both, ..policy(&[]) }, &[load("direct")]), "");
    assert_eq!(
        verify(&Policy { anchors: &both[..1], ..policy(&[]) }, &[load("direct")]),
        "NOT_TRUSTED BAD_KEY"
    );
}

#[test]
fn the_verifier_is_small() {
    // What is held of a certificate is on the heap; this is held in the handshake's state.
    assert!(size_of::<Verifier>() <= 576, "{}", size_of::<Verifier>());
}

#[test]
fn a_chain_in_any_order_is_put_in_order() {
    let policy = policy(&["root"]);
    let deep = ["deep3", "deep2", "deep1"];
    for order in [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]] {
        let mut verifier = Verifier::new();
        push(&mut verifier, &policy, load("deep4"));
        for index in order {
            // Strangers and duplicates do no harm.
            push(&mut verifier, &policy, load("rsa-mid"));
            push(&mut verifier, &policy, load(deep[index]));
            push(&mut verifier, &policy, load(deep[index]));
        }
        assert_eq!(names(verifier.verdict().flags), "CN_MISMATCH", "{order:?}");
    }
}
