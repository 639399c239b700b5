//! Name constraints on whole paths, by both ways of verifying them: `tests/names/chains.txt`.
use crate::common::{load_from, policy, push};
use embertls_x509::{
    Certificate, Flags, Policy, Reasons, Time, TrustAnchor, Usage, Verdict, Verifier, limits, path,
};

fn load(name: &str) -> &'static [u8] {
    load_from("names", name)
}

fn judged(root: &str, chain: &[&str]) -> (Verdict, Verdict) {
    let anchors = [TrustAnchor::decode(load(root)).unwrap()];
    let policy = Policy {
        anchors: &anchors,
        name: None,
        usage: Usage::Any,
        time: Time::Known(1_900_000_000),
        ..policy(&[])
    };
    let chain: Vec<_> = chain.iter().map(|name| load(name)).collect();
    let mut verifier = Verifier::new();
    chain.iter().for_each(|der| push(&mut verifier, &policy, der));
    let (leaf, rest) = chain.split_first().unwrap();
    let leaf = Certificate::decode(leaf).unwrap();
    (verifier.verdict(), path::verify(&policy, &leaf, rest).unwrap())
}

#[test]
fn each_chain_of_the_table_has_its_reasons() {
    let table = include_str!("../names/chains.txt");
    let mut rows = 0;
    for row in table.lines().filter(|row| !row.starts_with('#')) {
        let parts: Vec<_> = row.split('|').map(str::trim).collect();
        let chain: Vec<_> = parts[1].split(' ').collect();
        let (streamed, of_set) = judged(parts[0], &chain);
        assert_eq!(streamed, of_set, "{row}");
        let names: Vec<_> = of_set.reasons.iter().map(|row| row.name).collect();
        assert_eq!(names.join(" "), parts[2], "{row}");
        let expected = if parts[2].is_empty() { Flags::NONE } else { Flags::NOT_TRUSTED };
        assert_eq!(of_set.flags, expected, "{row}");
        rows += 1;
    }
    assert_eq!(rows, 18);
}

#[test]
fn names_that_are_too_many_to_hold_are_refused_below_constraints_only() {
    let held = Certificate::decode(load("dns-many")).unwrap().extensions.subject_alt_name.unwrap();
    assert!(held.iter().map(|(_, name)| name.len()).sum::<usize>() > limits::MAX_HELD_NAMES_BYTES);
    let (streamed, of_set) = judged("root", &["dns-many", "dns"]);
    assert_eq!((of_set.flags, of_set.reasons), (Flags::NONE, Reasons::NONE));
    assert_eq!((streamed.flags, streamed.reasons), (Flags::NOT_TRUSTED, Reasons::NAMES_NOT_HELD));
}
