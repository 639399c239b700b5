//! NIST PKITS 1.0.1: every end entity under the one root, with all certificates and all CRLs of the suite at hand in one heap.
//! `tests/pkits/expected.txt` has what comes out.
use crate::common::{ALGORITHMS, CURVES, push};
use embertls_x509::{
    Certificate, Crl, Error, Flags, MissingCrl, Policy, PolicyDemand, Reasons, Revocation, RevocationScope,
    Time, TrustAnchor, Verdict, Verifier, path,
};

/// Name and DER of each block of a file, each of which stands under its name.
fn load(file: &str, label: &str) -> Vec<(String, Vec<u8>)> {
    let path = format!("{}/tests/pkits/{file}", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"));
    let names = text.lines().zip(text.lines().skip(1));
    let names = names.filter(|(_, next)| next.starts_with("-----BEGIN ")).map(|(name, _)| name.to_owned());
    let blocks = pki::pem::blocks(text.as_bytes()).map(|block| {
        let block = block.unwrap();
        assert_eq!(block.label, label);
        block.decode().unwrap().to_vec()
    });
    names.zip(blocks).collect()
}

/// Flags and reasons in words.
pub(crate) fn words(verdict: Verdict) -> String {
    let flags = verdict.flags.iter().map(|row| row.name.trim_start_matches("MBEDTLS_X509_"));
    let reasons = verdict.reasons.iter().map(|row| row.name);
    flags.chain(reasons).collect::<Vec<_>>().join(" ")
}

/// The suite.
pub(crate) struct Pkits {
    pub(crate) certificates: Vec<(String, Vec<u8>)>,
    pub(crate) lists: Vec<(String, Vec<u8>)>,
}

impl Pkits {
    pub(crate) fn load() -> Self {
        let (certificates, lists) = (load("certs.pem", "CERTIFICATE"), load("crls.pem", "X509 CRL"));
        assert_eq!((certificates.len(), lists.len()), (405, 173));
        Self { certificates, lists }
    }

    pub(crate) fn certificate(&self, name: &str) -> &[u8] {
        &self.certificates.iter().find(|(found, _)| found == name).unwrap().1
    }

    pub(crate) fn list(&self, name: &str) -> &[u8] {
        &self.lists.iter().find(|(found, _)| found == name).unwrap().1
    }

    /// The verdict on a certificate by these lists.
    pub(crate) fn verify(
        &self,
        time: Time,
        revocation: Revocation<'_>,
        leaf: &[u8],
    ) -> Result<Verdict, Error> {
        self.verify_demanding(time, Some(revocation), PolicyDemand::default(), leaf)
    }

    fn verify_demanding(
        &self,
        time: Time,
        revocation: Option<Revocation<'_>>,
        policies: PolicyDemand<'_>,
        leaf: &[u8],
    ) -> Result<Verdict, Error> {
        let anchors = [TrustAnchor::decode(self.certificate("TrustAnchorRootCertificate")).unwrap()];
        let set: Vec<&[u8]> = self.certificates.iter().map(|(_, der)| der.as_slice()).collect();
        let policy = Policy {
            anchors: &anchors,
            algorithms: ALGORITHMS,
            curves: CURVES,
            time,
            revocation,
            policies,
            ..Policy::default()
        };
        Ok(path::verify(&policy, &Certificate::decode(leaf)?, &set).unwrap())
    }

    /// The verdict on a chain that streams, in the smallest steps.
    pub(crate) fn stream(&self, time: Time, revocation: Revocation<'_>, chain: &[&str]) -> Verdict {
        let anchors = [TrustAnchor::decode(self.certificate("TrustAnchorRootCertificate")).unwrap()];
        let policy = Policy {
            anchors: &anchors,
            algorithms: ALGORITHMS,
            curves: CURVES,
            time,
            revocation: Some(revocation),
            ..Policy::default()
        };
        let mut verifier = Verifier::new();
        chain.iter().for_each(|name| push(&mut verifier, &policy, self.certificate(name)));
        verifier.verdict()
    }
}

/// 2015-01-01, between the dates of all that is valid.
pub(crate) const DATE: Time = Time::Known(1_420_070_400);

/// Paths on which no policy holds though one must, whose names do not say that they are invalid (PKITS section 4.8).
const WITHOUT_POLICY: [&str; 6] = [
    "DifferentPoliciesTest4EE",
    "DifferentPoliciesTest5EE",
    "DifferentPoliciesTest7EE",
    "DifferentPoliciesTest8EE",
    "DifferentPoliciesTest9EE",
    "DifferentPoliciesTest12EE",
];

#[test]
fn every_end_entity_of_pkits_has_the_result_of_the_table() {
    let suite = Pkits::load();
    let decoded = suite.lists.iter().filter_map(|(_, der)| Crl::decode(der).ok());
    let crls: Vec<Crl<'_>> = decoded.collect();
    assert_eq!(crls.len(), 172, "BadCRLSignatureCACRL has unused bits in its signature");
    let revocation = Revocation { crls: &crls, missing: MissingCrl::Refused, scope: RevocationScope::Path };
    let table = include_str!("../pkits/expected.txt");
    let mut rows = table.lines().filter(|row| !row.starts_with('#'));
    let (mut same, mut other) = (0, 0);
    for (name, der) in suite.certificates.iter().filter(|(name, _)| name.ends_with("EE")) {
        let outcome = match suite.verify(DATE, revocation, der) {
            Ok(verdict) => words(verdict),
            Err(error) => format!("malformed {:?}", error.field),
        };
        let row: Vec<_> = rows.next().unwrap().split('|').map(str::trim).collect();
        let [expected_name, expected, note] = row.as_slice() else { panic!("{row:?}") };
        assert_eq!((name.as_str(), outcome.as_str()), (*expected_name, *expected));
        // What the suite expects is in the name, but for policies.
        let invalid = name.starts_with("Invalid") || WITHOUT_POLICY.contains(&name.as_str());
        if invalid == outcome.is_empty() {
            assert!(!note.is_empty(), "{name} is not as its name says, and nothing says why");
            // Nothing that the suite refuses is accepted.
            assert!(!invalid, "{name}");
            other += 1;
        } else {
            same += 1;
        }
    }
    assert_eq!(rows.next(), None);
    println!("PKITS: {} end entities, {same} as the suite says, {other} refused with a note", same + other);
}

/// NIST-test-policy-1 and so on: 2.16.840.1.101.3.2.1.48.1.
static POLICIES: [&[u8]; 3] = [
    &[0x60, 0x86, 0x48, 1, 0x65, 3, 2, 1, 0x30, 1],
    &[0x60, 0x86, 0x48, 1, 0x65, 3, 2, 1, 0x30, 2],
    &[0x60, 0x86, 0x48, 1, 0x65, 3, 2, 1, 0x30, 3],
];

#[test]
fn policies_of_pkits_hold_as_the_table_says() {
    let suite = Pkits::load();
    let explicit = PolicyDemand { explicit: true, ..PolicyDemand::default() };
    let [first, second, third] = POLICIES.each_ref().map(std::slice::from_ref);
    let both = POLICIES.get(..2).unwrap();
    let demands = [
        PolicyDemand::default(),
        explicit,
        PolicyDemand { acceptable: first, ..explicit },
        PolicyDemand { acceptable: second, ..explicit },
        PolicyDemand { acceptable: third, ..explicit },
        PolicyDemand { acceptable: both, ..explicit },
        PolicyDemand { inhibit_mapping: true, ..explicit },
        PolicyDemand { inhibit_any: true, ..explicit },
    ];
    let mut found = Vec::new();
    for (name, der) in suite.certificates.iter().filter(|(name, _)| name.ends_with("EE")) {
        let judged = demands.map(|demand| suite.verify_demanding(DATE, None, demand, der));
        let about = Reasons::NO_POLICY.or(Reasons::ANY_POLICY_MAPPED);
        let only_policies = |judged: &Result<Verdict, Error>| {
            judged.is_ok_and(|verdict| {
                about.contains(verdict.reasons) && !verdict.flags.intersects(Flags::from_bits(!0x100))
            })
        };
        if judged.iter().all(only_policies) {
            let marks = judged.map(|judged| if judged.unwrap().flags.is_empty() { '+' } else { '-' });
            found.push(format!("{} {name}", marks.iter().collect::<String>()));
        }
    }
    let table = include_str!("../pkits/policies.txt");
    let rows: Vec<_> = table.lines().filter(|row| !row.starts_with('#')).collect();
    assert_eq!(found, rows);
    assert_eq!(found.len(), 174);
    println!(
        "PKITS: {} verdicts about policies of {} end entities",
        found.len() * demands.len(),
        found.len()
    );
}
