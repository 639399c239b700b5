//! NIST PKITS 1.0.1: every end entity under the one root, with all certificates and all CRLs of the suite at hand in one heap.
//! `tests/pkits/expected.txt` has what comes out.
use crate::common::{ALGORITHMS, CURVES};
use embertls_x509::{
    Certificate, Crl, Error, MissingCrl, Policy, Revocation, RevocationScope, Time, TrustAnchor, Verdict,
    path,
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
fn words(verdict: Verdict) -> String {
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
        let anchors = [TrustAnchor::decode(self.certificate("TrustAnchorRootCertificate")).unwrap()];
        let set: Vec<&[u8]> = self.certificates.iter().map(|(_, der)| der.as_slice()).collect();
        let policy = Policy {
            anchors: &anchors,
            algorithms: ALGORITHMS,
            curves: CURVES,
            time,
            revocation: Some(revocation),
            ..Policy::default()
        };
        Ok(path::verify(&policy, &Certificate::decode(leaf)?, &set).unwrap())
    }
}

/// 2015-01-01, between the dates of all that is valid.
pub(crate) const DATE: Time = Time::Known(1_420_070_400);

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
        // What the suite expects is in the name; the others are those that depend on policies, and are valid without any.
        let invalid = name.starts_with("Invalid");
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
