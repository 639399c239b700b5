//! A chain decoded and verified, as it arrives and as a set; on null and on real signatures. A CRL is read, and an OCSP
//! response is read and judged.

use crate::world::HOST;
use codec::message;
use crypto::{Budget, Progress};
use embertls::registry::{groups, schemes, verification};
use std::collections::BTreeSet;
use std::sync::OnceLock;
use testkit::credentials::{CERTIFICATES, NOW, chain, file, pem_blocks, trust_anchors};
use testkit::null;
use x509::{
    Certificate, Crl, Flags, KeyPurpose, OcspResponse, Policy, ServerName, Stapling, Time, Usage, Verdict,
    Verifier, path,
};

/// The most certificates for which both verifications must agree: with more, their budgets differ.
const MAX_COMPARED: usize = 5;

/// Longer ones than any responder's only take time.
const MAX_RESPONSE_BYTES: usize = 1 << 14;

/// The first byte chooses the policy, the rest is the body of a Certificate message, a CRL, or an OCSP response.
///
/// # Panics
/// When a certificate that nobody signed is trusted, or both verifications disagree.
pub fn run(input: &[u8]) {
    let [choice, body @ ..] = input else { return };
    if let Ok(list) = Crl::decode(body) {
        assert!(list.entries().count() <= body.len());
    }
    if body.len() <= MAX_RESPONSE_BYTES && OcspResponse::decode(body).is_ok() {
        judge_response(body);
    }
    let Ok(message) = message::Certificate::decode(body) else { return };
    let certificates: Vec<&[u8]> = message.iter().collect();
    let Some((leaf, others)) = certificates.split_first() else { return };
    let real = choice & 1 != 0;
    let policy = policy(*choice, real);
    let Some(streamed) = stream(&policy, &certificates) else { return };
    let Ok(end_entity) = Certificate::decode(leaf) else { panic!("a malformed end entity was judged") };
    look_at(&end_entity);
    let built = path::verify(&policy, &end_entity, others).expect("the end entity decodes");
    for verdict in [streamed, built] {
        if real && !verdict.flags.contains(Flags::NOT_TRUSTED) {
            assert!(signed().contains(end_entity.tbs), "a certificate that nobody signed is trusted");
        }
    }
    if real && certificates.len() <= MAX_COMPARED && streamed.flags.is_empty() {
        assert!(built.flags.is_empty(), "good as it arrived, but {built:?} as a set");
    }
}

fn policy(choice: u8, real: bool) -> Policy<'static> {
    let at = 1_767_225_600;
    Policy {
        anchors: trust_anchors(),
        algorithms: if real { schemes::CERTIFICATE_ALGORITHMS } else { null::PROFILE.certificate_algorithms },
        curves: if real { groups::CURVES } else { null::PROFILE.curves },
        time: match choice >> 1 & 3 {
            0 => Time::Unknown,
            1 => Time::AtLeast(at),
            _ => NOW,
        },
        usage: if choice & 8 != 0 { Usage::Any } else { Usage::Server },
        key_purpose: if choice & 16 != 0 { KeyPurpose::Sign } else { KeyPurpose::Any },
        name: (choice & 32 == 0).then_some(ServerName::Dns(HOST)),
        ..Policy::default()
    }
}

/// Nobody has signed a response about the tests' certificate.
fn judge_response(response: &[u8]) {
    let stapling = Stapling { response: Some(response), ..verification::STAPLING };
    let policy = Policy { stapling: Some(stapling), ..policy(0b110, true) };
    // Each call would make it anew, for ever.
    static CHAIN: OnceLock<&[&[u8]]> = OnceLock::new();
    let chain = *CHAIN.get_or_init(|| chain("p256"));
    let Some((leaf, others)) = chain.split_first() else { return };
    let leaf = Certificate::decode(leaf).expect("a committed certificate");
    let set = path::verify(&policy, &leaf, others).expect("there is memory");
    assert!(!set.flags.is_empty(), "a response that nobody signed is good");
    let mut verifier = Verifier::new();
    let advance = |verifier: &mut Verifier| {
        while verifier.advance(&policy, Budget(1 << 14)).expect("there is memory") == Progress::Pending {}
    };
    for certificate in chain {
        verifier.push(&policy, certificate, None).expect("a committed certificate");
        advance(&mut verifier);
    }
    verifier.push_status(&policy, None).expect("there is memory");
    advance(&mut verifier);
    assert_eq!(verifier.verdict().reasons, set.reasons);
}

/// The verdict over a chain as it arrives; None when a certificate is malformed.
fn stream(policy: &Policy<'_>, certificates: &[&[u8]]) -> Option<Verdict> {
    let mut verifier = Verifier::new();
    for certificate in certificates {
        verifier.push(policy, certificate, None).ok()?;
        while verifier.advance(policy, Budget(1 << 14)).expect("there is memory") == Progress::Pending {}
    }
    Some(verifier.verdict())
}

/// Reads what a tool would print.
fn look_at(certificate: &Certificate<'_>) {
    assert!(certificate.subject.attributes().count() <= certificate.subject.der().len());
    assert!(certificate.issuer.attributes().count() <= certificate.issuer.der().len());
    if let Some(names) = &certificate.extensions.subject_alt_name {
        assert!(names.iter().count() <= certificate.tbs.len());
    }
}

/// What the tests' authorities have signed, or are.
fn signed() -> &'static BTreeSet<Vec<u8>> {
    static SIGNED: OnceLock<BTreeSet<Vec<u8>>> = OnceLock::new();
    SIGNED.get_or_init(|| {
        let names = CERTIFICATES.iter().map(|(name, _)| *name).chain(["long", "expired", "future"]);
        let chains = names.map(|name| format!("{name}-chain.pem"));
        chains
            .chain(["roots.pem".to_owned()])
            .flat_map(|name| pem_blocks(&file(&name)))
            .filter_map(|der| Certificate::decode(&der).ok().map(|certificate| certificate.tbs.to_vec()))
            .collect()
    })
}
