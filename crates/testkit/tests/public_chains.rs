//! Chains that servers of the public web sent, judged at a date of their time by the roots of `certs/default` and some that were
//! there once (RFC 5280 section 6): `testdata/public-chains`.
#![expect(clippy::panic, clippy::unwrap_used, reason = "a test that fails panics")]

use crypto::Budget;
use embertls::registry::verification;
use embertls_testkit::credentials::pem_blocks;
use std::path::{Path, PathBuf};
use x509::{
    Certificate, Date, Flags, Policy, Reasons, ServerName, Time, TrustAnchor, Usage, Verdict,
    VerificationProfile, Verifier, Vouching,
    path::{Candidate, PathObserver, verify_observed},
};

/// A line of `chains.txt`.
struct Row {
    name: &'static str,
    host: &'static str,
    date: i64,
    ended: i64,
    root: &'static str,
    profile: &'static VerificationProfile<'static>,
    chain: Vec<Vec<u8>>,
}

fn data() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/public-chains")
}

fn blocks(path: &Path) -> Vec<Vec<u8>> {
    pem_blocks(&std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display())))
}

/// Noon of a day.
fn seconds(text: &str) -> i64 {
    let numbers: Vec<i64> = text.split('-').map(|part| part.parse().unwrap()).collect();
    let [year, month, day] = numbers[..] else { panic!("{text}") };
    Date { year, month, day, hour: 12, minute: 0, second: 0 }.to_seconds().unwrap()
}

fn rows() -> Vec<Row> {
    let table = std::fs::read_to_string(data().join("chains.txt")).unwrap().leak();
    let rows: Vec<_> = table
        .lines()
        .filter(|line| !line.starts_with('#'))
        .map(|line| {
            let mut parts = line.splitn(7, ' ');
            let mut next = || parts.next().unwrap();
            let (name, host, date, ended, root) = (next(), next(), next(), next(), next());
            let profile = match next() {
                "default" => &verification::DEFAULT,
                "legacy" => &verification::LEGACY,
                other => panic!("{other}"),
            };
            let chain = blocks(&data().join(name));
            Row { name, host, date: seconds(date), ended: seconds(ended), root, profile, chain }
        })
        .collect();
    assert!(rows.len() >= 20, "{} chains", rows.len());
    rows
}

/// The files of a folder with a root each, by name.
fn roots_of(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let files = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let mut roots: Vec<_> = files
        .filter(|path| path.extension().is_some_and(|extension| extension == "pem"))
        .map(|path| {
            let [root] = <[_; 1]>::try_from(blocks(&path)).unwrap();
            (path.file_name().unwrap().to_str().unwrap().to_owned(), root)
        })
        .collect();
    roots.sort();
    roots
}

fn default_roots() -> Vec<(String, Vec<u8>)> {
    roots_of(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../../certs/default"))
}

/// Names and anchors: today's, then those of old.
fn anchors() -> (Vec<String>, &'static [TrustAnchor<'static>]) {
    let roots = default_roots().into_iter().chain(roots_of(&data().join("roots")));
    let (names, anchors): (Vec<_>, Vec<_>) =
        roots.map(|(name, der)| (name, TrustAnchor::decode(der.leak()).unwrap())).unzip();
    (names, anchors.leak())
}

fn policy<'p>(row: &'p Row, anchors: &'p [TrustAnchor<'p>], time: i64) -> Policy<'p> {
    Policy {
        anchors,
        time: Time::Known(time),
        usage: Usage::Server,
        name: ServerName::parse(row.host),
        ..Policy::default()
    }
    .under(row.profile)
}

/// As a handshake has it, in the server's order.
fn streamed(policy: &Policy<'_>, chain: &[Vec<u8>]) -> Verdict {
    let mut verifier = Verifier::new();
    for der in chain {
        verifier.push(policy, der, None).unwrap();
        assert!(matches!(verifier.advance(policy, Budget::UNLIMITED), Ok(crypto::Progress::Ready(()))));
    }
    verifier.verdict()
}

/// Which anchors complete paths ended at.
#[derive(Default)]
struct Ends(Vec<usize>);

impl PathObserver for Ends {
    fn on_certificate(&mut self, _: usize, _: &Certificate<'_>, _: Verdict) {}
    fn on_refused(&mut self, _: usize, _: Candidate<'_>, _: Verdict) {}
    fn on_looked_up(&mut self, _: usize, _: &Certificate<'_>, _: Verdict) {}
    fn on_status(&mut self, _: &Certificate<'_>, _: Verdict) {}
    fn on_complete(&mut self, _: usize, vouching: Vouching, _: Verdict) {
        if let Vouching::Anchor(index) = vouching {
            self.0.push(index);
        }
    }
    fn on_dead_end(&mut self, _: usize, _: &Certificate<'_>, _: Verdict) {}
}

/// As a set, from the last to the first.
fn searched(policy: &Policy<'_>, chain: &[Vec<u8>], ends: &mut Ends) -> Verdict {
    let (leaf, others) = chain.split_first().unwrap();
    let set: Vec<&[u8]> = others.iter().rev().map(Vec::as_slice).collect();
    verify_observed(policy, &Certificate::decode(leaf).unwrap(), &set, Some(ends)).unwrap()
}

/// Both ways must say the same.
fn judged(policy: &Policy<'_>, chain: &[Vec<u8>], what: &str) -> Verdict {
    let verdict = streamed(policy, chain);
    let set = searched(policy, chain, &mut Ends::default());
    assert_eq!(verdict.flags, set.flags, "{what}: a stream {verdict:?}, a set {set:?}");
    verdict
}

/// On secp521r1, which there is no code for.
const ON_OTHER_CURVES: [&str; 1] = ["e-szigno-tls-root-ca-2023-b4914150.pem"];

#[test]
fn every_root_of_the_public_web_is_an_anchor_and_all_but_one_have_a_key_that_serves() {
    let roots = default_roots();
    assert!(roots.len() > 100, "{} roots", roots.len());
    for (name, der) in &roots {
        let anchor = TrustAnchor::decode(der).unwrap_or_else(|error| panic!("{name}: {error:?}"));
        assert!(!anchor.name().to_string().is_empty(), "{name}");
        match pki::public_key(anchor.spki, verification::DEFAULT.curves) {
            Ok(key) => assert!(key.bits() >= 256, "{name}"),
            Err(error) => assert!(ON_OTHER_CURVES.contains(&name.as_str()), "{name}: {error:?}"),
        }
    }
    println!("{} roots", roots.len());
}

#[test]
fn chains_of_real_servers_verify_at_their_date() {
    let (names, anchors) = anchors();
    let rows = rows();
    for row in &rows {
        let policy = policy(row, anchors, row.date);
        assert_eq!(judged(&policy, &row.chain, row.name), Verdict::default(), "{}", row.name);
        let mut ends = Ends::default();
        let _ = searched(&policy, &row.chain, &mut ends);
        let ended_at: Vec<_> = ends.0.iter().map(|index| names[*index].as_str()).collect();
        assert_eq!(ended_at, [row.root], "{}", row.name);
        assert_eq!(&verified_without(row, anchors, &names).flags, &Flags::NOT_TRUSTED, "{}", row.name);
    }
    println!("{} chains", rows.len());
}

/// Without the anchor that it ends at, and whatever vouches for that one in turn.
fn verified_without(row: &Row, anchors: &[TrustAnchor<'static>], names: &[String]) -> Verdict {
    let of_the_chain: Vec<_> = row.chain.iter().map(|der| Certificate::decode(der).unwrap()).collect();
    let left: Vec<_> = (anchors.iter().zip(names))
        .filter(|(anchor, name)| {
            name.as_str() != row.root && of_the_chain.iter().all(|one| one.issuer.der() != anchor.subject)
        })
        .map(|(anchor, _)| *anchor)
        .collect();
    judged(&policy(row, &left, row.date), &row.chain, row.name)
}

#[test]
fn they_are_refused_after_their_end_and_for_other_hosts() {
    let (_, anchors) = anchors();
    for row in &rows() {
        let expired = judged(&policy(row, anchors, row.ended), &row.chain, row.name);
        assert_eq!(expired.flags, Flags::EXPIRED, "{}", row.name);
        for host in ["ember.test", "www.com", "10.0.0.1"] {
            let other = Policy { name: ServerName::parse(host), ..policy(row, anchors, row.date) };
            assert_eq!(judged(&other, &row.chain, row.name).flags, Flags::CN_MISMATCH, "{} {host}", row.name);
        }
        let client =
            Policy { usage: Usage::Given(&[0x2B, 6, 1, 5, 5, 7, 3, 3]), ..policy(row, anchors, row.date) };
        assert!(judged(&client, &row.chain, row.name).flags.contains(Flags::EXT_KEY_USAGE), "{}", row.name);
    }
}

#[test]
fn they_are_refused_without_an_intermediate_and_with_a_damaged_signature() {
    let (_, anchors) = anchors();
    for row in &rows() {
        let policy = policy(row, anchors, row.date);
        let alone = judged(&policy, &row.chain[..1], row.name);
        assert_eq!((alone.flags, alone.reasons.contains(Reasons::NO_ISSUER)), (Flags::NOT_TRUSTED, true));
        let mut damaged = row.chain.clone();
        *damaged[0].last_mut().unwrap() ^= 1;
        assert_eq!(judged(&policy, &damaged, row.name).flags, Flags::NOT_TRUSTED, "{}", row.name);
    }
}

#[test]
fn sha_1_of_old_is_refused_by_the_default_profile() {
    let (_, anchors) = anchors();
    let rows = rows();
    let legacy: Vec<_> =
        rows.iter().filter(|row| std::ptr::eq(row.profile, &raw const verification::LEGACY)).collect();
    assert!(!legacy.is_empty());
    for row in legacy {
        let policy = policy(row, anchors, row.date).under(&verification::DEFAULT);
        let verdict = judged(&policy, &row.chain, row.name);
        assert!(verdict.flags.contains(Flags::BAD_MD), "{}: {verdict:?}", row.name);
    }
}
