//! Every flag that a path can earn, by both ways of verifying it: all at once, and one certificate at a time.
use crate::common::{anchors, load, names, policy};
use crypto::{Budget, Progress};
use embertls_x509::{
    Certificate, Flags, KeyPurpose, Policy, ServerName, Time, Usage, Verdict, Verifier, path,
};

/// The verdict on a chain, leaf first, which both ways must agree on.
fn verify(policy: &Policy<'_>, chain: &[&str]) -> Verdict {
    let chain: Vec<_> = chain.iter().map(|name| load(name)).collect();
    let (leaf, rest) = chain.split_first().unwrap();
    let of_set = path::verify(policy, &Certificate::decode(leaf).unwrap(), rest).unwrap();
    let of_stream = stream(policy, &chain);
    assert_eq!(of_set, of_stream, "{} | {}", names(of_set.flags), names(of_stream.flags));
    of_set
}

fn stream(policy: &Policy<'_>, chain: &[&[u8]]) -> Verdict {
    let mut verifier = Verifier::new();
    for der in chain {
        verifier.push(policy, der, None).unwrap();
        while verifier.advance(policy, Budget(1)).unwrap() == Progress::Pending {}
    }
    verifier.verdict()
}

fn flags(policy: &Policy<'_>, chain: &[&str]) -> String {
    names(verify(policy, chain).flags)
}

#[test]
fn good_chains_are_good() {
    for (roots, chain) in [
        (&["root"][..], &["good", "mid"][..]),
        (&["root"], &["good", "mid", "root"]),
        (&["stranger", "rsa-root", "root"], &["good", "mid"]),
        (&["rsa-root"], &["rsa-good", "rsa-mid"]),
        (&["p384-root"], &["p384-good"]),
        (&["root"], &["direct"]),
        (&["root"], &["any"]),
        (&["root"], &["policies"]),
        (&["root"], &["bare"]),
        (&["root"], &["renewed-issued", "renewed", "pathlen0"]),
        (
            &["root"],
            &["deep8-issued", "deep8", "deep7", "deep6", "deep5", "deep4", "deep3", "deep2", "deep1"],
        ),
        // An anchor on the way ends the path, whoever issued it; so does a leaf that is trusted itself.
        (&["mid"], &["good", "mid"]),
        (&["mid"], &["good"]),
        (&["good"], &["good"]),
        (&["v1"], &["v1"]),
        // An anchor is a name and a key: its own certificate may be of any kind and age.
        (&["old-ca"], &["old-ca-issued"]),
        (&["v1-ca"], &["v1-ca-issued"]),
        // Old and new keys of one name are told apart by the signature, strong and weak ones too.
        (&["stranger", "root"], &["direct"]),
    ] {
        let policy = Policy { name: None, ..policy(roots) };
        let verdict = verify(&policy, chain);
        assert_eq!((names(verdict.flags), verdict.dates_unchecked), (String::new(), false), "{chain:?}");
    }
}

#[test]
fn each_flaw_has_its_flag() {
    for (root, chain, expected) in [
        ("root", &["expired"][..], "EXPIRED"),
        ("root", &["future"], "FUTURE"),
        ("root", &["inverted"], "EXPIRED"),
        ("root", &["old-ca-issued", "old-ca"], "EXPIRED"),
        ("root", &["no-san"], "CN_MISMATCH"),
        ("root", &["client"], "EXT_KEY_USAGE"),
        ("root", &["client-ca-issued", "client-ca"], "EXT_KEY_USAGE"),
        ("root", &["critical"], "OTHER"),
        ("root", &["constrained-issued", "constrained"], ""),
        ("root", &["v1"], "CN_MISMATCH"),
        ("rsa-root", &["sha1"], "NOT_TRUSTED BAD_MD"),
        ("rsa-root", &["pss"], "NOT_TRUSTED BAD_PK"),
        ("root", &["ed25519"], "BAD_PK"),
        ("root", &["small"], "BAD_KEY"),
        ("root", &["large"], "BAD_KEY"),
        ("root", &["p521"], "BAD_KEY"),
        ("small-root", &["small-issued"], "NOT_TRUSTED BAD_KEY"),
        ("root", &["good"], "NOT_TRUSTED"),
        ("rsa-root", &["good", "mid", "root"], "NOT_TRUSTED"),
        ("root", &["stranger-issued"], "NOT_TRUSTED"),
        ("root", &["stranger-issued", "stranger"], "NOT_TRUSTED"),
        // The anchor's name with another key is no anchor.
        ("root", &["stranger"], "CN_MISMATCH NOT_TRUSTED"),
        ("root", &["no-ca-issued", "no-ca"], "NOT_TRUSTED"),
        ("root", &["v1-ca-issued", "v1-ca"], "NOT_TRUSTED"),
        ("root", &["no-sign-issued", "no-sign"], "KEY_USAGE"),
        ("root", &["below-issued", "below", "pathlen0"], "NOT_TRUSTED"),
        (
            "root",
            &[
                "deep9-issued",
                "deep9",
                "deep8",
                "deep7",
                "deep6",
                "deep5",
                "deep4",
                "deep3",
                "deep2",
                "deep1",
            ],
            "NOT_TRUSTED",
        ),
    ] {
        assert_eq!(flags(&policy(&[root]), chain), expected, "{chain:?}");
    }
}

#[test]
fn flaws_add_up() {
    let policy =
        Policy { name: ServerName::parse("other.test"), usage: Usage::Client, ..policy(&["rsa-root"]) };
    assert_eq!(flags(&policy, &["old-ca-issued", "old-ca"]), "EXPIRED CN_MISMATCH NOT_TRUSTED EXT_KEY_USAGE");
    let policy = Policy { anchors: anchors(&["root"]), ..policy };
    assert_eq!(flags(&policy, &["old-ca-issued", "old-ca"]), "EXPIRED CN_MISMATCH EXT_KEY_USAGE");
}

#[test]
fn a_damaged_signature_is_not_trusted() {
    let policy = policy(&["root"]);
    for name in ["direct", "good"] {
        let mut leaf = load(name).to_vec();
        *leaf.last_mut().unwrap() ^= 1;
        assert_eq!(names(stream(&policy, &[&leaf, load("mid")]).flags), "NOT_TRUSTED");
        let leaf = Certificate::decode(&leaf).unwrap();
        assert_eq!(names(path::verify(&policy, &leaf, &[load("mid")]).unwrap().flags), "NOT_TRUSTED");
    }
}

#[test]
fn parameters_of_a_signature_are_those_of_its_algorithm() {
    let policy = Policy { name: None, ..policy(&["rsa-root"]) };
    let mut leaf = load("rsa-mid").to_vec();
    assert_eq!(names(stream(&policy, &[&leaf]).flags), "");
    // sha512WithRSAEncryption with an empty OCTET STRING for NULL, inside and outside.
    let identifier = [0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 1, 1, 13, 5, 0];
    let places: Vec<_> = (0..leaf.len() - 11).filter(|at| leaf[*at..].starts_with(&identifier)).collect();
    assert_eq!(places.len(), 2);
    places.iter().for_each(|at| leaf[at + 9] = 4);
    assert_eq!(names(stream(&policy, &[&leaf]).flags), "NOT_TRUSTED BAD_PK");
}

#[test]
fn the_usage_of_the_end_entity_is_checked_as_asked() {
    let with = |usage, key_purpose| Policy { usage, key_purpose, ..policy(&["root", "rsa-root"]) };
    assert_eq!(flags(&with(Usage::Client, KeyPurpose::Sign), &["client"]), "");
    assert_eq!(flags(&with(Usage::Client, KeyPurpose::Sign), &["direct"]), "EXT_KEY_USAGE");
    assert_eq!(flags(&with(Usage::Any, KeyPurpose::Any), &["client"]), "");
    assert_eq!(flags(&with(Usage::Server, KeyPurpose::Sign), &["direct"]), "");
    assert_eq!(flags(&with(Usage::Server, KeyPurpose::Encipher), &["direct"]), "KEY_USAGE");
    assert_eq!(flags(&with(Usage::Server, KeyPurpose::Sign), &["encipher"]), "KEY_USAGE");
    assert_eq!(flags(&with(Usage::Server, KeyPurpose::Encipher), &["rsa-good", "rsa-mid"]), "");
    assert_eq!(flags(&with(Usage::Server, KeyPurpose::Sign), &["rsa-good", "rsa-mid"]), "KEY_USAGE");
    assert_eq!(flags(&with(Usage::Server, KeyPurpose::Encipher), &["bare"]), "");
}

#[test]
fn names_and_addresses_are_matched_with_the_alternative_names_only() {
    for (name, matches) in [
        ("example.com", true),
        ("EXAMPLE.COM.", true),
        ("www.example.com", false),
        ("a.wild.example.com", true),
        ("wild.example.com", false),
        ("a.b.wild.example.com", false),
        ("192.0.2.1", true),
        ("192.0.2.2", false),
        ("2001:db8::1", true),
        ("2001:db8:0:0::1", true),
        ("::ffff:192.0.2.1", false),
        ("direct", false),
    ] {
        let policy = Policy { name: Some(ServerName::parse(name).unwrap()), ..policy(&["root"]) };
        assert_eq!(flags(&policy, &["direct"]), if matches { "" } else { "CN_MISMATCH" }, "{name}");
    }
}

#[test]
fn what_the_clock_does_not_know_is_reported_as_unchecked() {
    let at = |time, chain: &[&str]| {
        let verdict = verify(&Policy { time, ..policy(&["root"]) }, chain);
        (names(verdict.flags), verdict.dates_unchecked)
    };
    assert_eq!(at(Time::Unknown, &["expired"]), (String::new(), true));
    assert_eq!(at(Time::Unknown, &["future"]), (String::new(), true));
    assert_eq!(at(Time::AtLeast(1_767_225_600), &["expired"]), ("EXPIRED".into(), false));
    assert_eq!(at(Time::AtLeast(0), &["direct"]), (String::new(), true));
    assert_eq!(at(Time::Unknown, &["inverted"]), ("EXPIRED".into(), true));
}

#[test]
fn algorithms_and_curves_are_those_of_the_policy() {
    use crypto::{curve::secp384r1, signature as s};
    let good = &["good", "mid"][..];
    let sha384 = Policy { algorithms: &[&s::ECDSA_SHA384], ..policy(&["root"]) };
    assert_eq!(flags(&sha384, good), "NOT_TRUSTED BAD_MD");
    let rsa = Policy { algorithms: &[&s::RSA_PKCS1_SHA256], ..policy(&["root"]) };
    assert_eq!(flags(&rsa, good), "NOT_TRUSTED BAD_MD BAD_PK");
    let policy = Policy { curves: &[&secp384r1::CURVE], ..policy(&["root"]) };
    assert_eq!(flags(&policy, &["direct"]), "NOT_TRUSTED BAD_KEY");
}

#[test]
fn a_set_may_be_in_any_order_with_duplicates_and_strangers() {
    let leaf = Certificate::decode(load("below-issued")).unwrap();
    let leaf_good = Certificate::decode(load("good")).unwrap();
    let damaged = &load("mid")[..100];
    let policy = policy(&["root"]);
    let set = ["stranger", "mid", "mid", "pathlen0", "good", "below"].map(load);
    assert_eq!(names(path::verify(&policy, &leaf_good, &set).unwrap().flags), "");
    assert_eq!(names(path::verify(&policy, &leaf, &set).unwrap().flags), "NOT_TRUSTED");
    assert_eq!(names(path::verify(&policy, &leaf_good, &[damaged, &[], load("mid")]).unwrap().flags), "");
}

#[test]
fn of_several_paths_the_good_one_is_found() {
    let leaf = Certificate::decode(load("good")).unwrap();
    for (roots, set, expected) in [
        (&["root"][..], &["mid-old", "mid"][..], ""),
        (&["root"], &["mid-old"], "EXPIRED"),
        (&["root"], &["mid-cross", "mid"], ""),
        (&["root"], &["mid-cross", "mid-old", "cross-root"], "EXPIRED"),
        (&["cross-root"], &["mid", "mid-old", "mid-cross"], ""),
        (&["cross-root"], &["mid", "root"], "NOT_TRUSTED"),
    ] {
        let set: Vec<_> = set.iter().map(|name| load(name)).collect();
        let verdict = path::verify(&policy(roots), &leaf, &set).unwrap();
        assert_eq!(names(verdict.flags), expected);
    }
}

#[test]
fn the_depth_of_a_path_is_limited() {
    let chain = ["deep8-issued", "deep8", "deep7", "deep6", "deep5", "deep4", "deep3", "deep2", "deep1"];
    let with = |max_intermediates| Policy { max_intermediates, ..policy(&["root"]) };
    assert_eq!(flags(&with(8), &chain), "");
    assert_eq!(flags(&with(7), &chain), "NOT_TRUSTED");
    assert_eq!(flags(&with(0), &["good", "mid"]), "NOT_TRUSTED");
    assert_eq!(flags(&with(0), &["direct"]), "");
    // A CA's certificate for its own new key counts for nothing.
    assert_eq!(flags(&with(1), &["renewed-issued", "renewed", "pathlen0"]), "");
}

#[test]
fn keys_signatures_and_names_are_limited() {
    use embertls_x509::limits;
    assert_eq!((limits::MIN_RSA_BITS, limits::MAX_RSA_BITS, limits::MAX_NAME_BYTES), (2048, 4096, 512));
    assert_eq!(anchors(&["name512"])[0].subject.len(), limits::MAX_NAME_BYTES);
    assert_eq!(
        Certificate::decode(load("largest-issued")).unwrap().signature.len(),
        limits::MAX_SIGNATURE_BYTES
    );
    assert_eq!(flags(&policy(&["root"]), &["short"]), "BAD_KEY");
    assert_eq!(flags(&policy(&["largest-root"]), &["largest-issued"]), "");
    assert_eq!(stream(&policy(&["name512"]), &[load("name512-issued")]).flags, Flags::NONE);
    // A handshake holds names and signatures, a set does not.
    assert_eq!(names(stream(&policy(&["name513"]), &[load("name513-issued")]).flags), "NOT_TRUSTED OTHER");
    let leaf = Certificate::decode(load("name513-issued")).unwrap();
    assert_eq!(path::verify(&policy(&["name513"]), &leaf, &[]).unwrap().flags, Flags::NONE);
    assert_eq!(flags(&policy(&["large-root"]), &["large-issued"]), "NOT_TRUSTED BAD_KEY");
}

#[test]
fn signature_checks_are_limited_and_the_limit_is_reported() {
    let (stranger, root) = (anchors(&["stranger"])[0], anchors(&["root"])[0]);
    let limit = usize::try_from(embertls_x509::limits::MAX_SIGNATURE_CHECKS).unwrap();
    for (strangers, expected) in [(limit - 1, ""), (limit, "NOT_TRUSTED OTHER")] {
        let mut anchors = vec![stranger; strangers];
        anchors.push(root);
        let policy = Policy { anchors: &anchors, ..policy(&[]) };
        assert_eq!(flags(&policy, &["direct"]), expected, "{strangers}");
    }
}
