//! The certificates of `data/`, and what they are judged by.
use crypto::{Budget, Curve, Progress, SignatureAlgorithm, curve, signature as s};
use embertls_x509::{Flags, Policy, ServerName, Time, TrustAnchor, Usage, Verifier};

/// Every algorithm of the build.
pub(crate) static ALGORITHMS: &[&SignatureAlgorithm] = &[
    &s::ECDSA_SHA256,
    &s::ECDSA_SHA384,
    &s::ECDSA_SHA512,
    &s::RSA_PKCS1_SHA256,
    &s::RSA_PKCS1_SHA384,
    &s::RSA_PKCS1_SHA512,
];

/// Every curve of the build.
pub(crate) static CURVES: &[&Curve] = &[&curve::secp256r1::CURVE, &curve::secp384r1::CURVE];

/// 2026-01-01.
pub(crate) const NOW: Time = Time::Known(1_767_225_600);

/// The DER of a certificate of `data/`.
pub(crate) fn load(name: &str) -> &'static [u8] {
    load_from("data", name)
}

/// The DER of a certificate of a directory of tests.
pub(crate) fn load_from(directory: &str, name: &str) -> &'static [u8] {
    let path = format!("{}/tests/{directory}/{name}.pem", env!("CARGO_MANIFEST_DIR"));
    let file = std::fs::read(&path).unwrap_or_else(|error| panic!("{path}: {error}"));
    let block = pki::pem::blocks(&file).next().unwrap().unwrap();
    assert_eq!(block.label, "CERTIFICATE");
    block.decode().unwrap().to_vec().leak()
}

/// Certificates as trust anchors.
pub(crate) fn anchors(names: &[&str]) -> &'static [TrustAnchor<'static>] {
    let anchors: Vec<_> = names.iter().map(|name| TrustAnchor::decode(load(name)).unwrap()).collect();
    anchors.leak()
}

/// A client's policy in front of `example.com`.
pub(crate) fn policy(roots: &[&str]) -> Policy<'static> {
    Policy {
        anchors: anchors(roots),
        algorithms: ALGORITHMS,
        curves: CURVES,
        time: NOW,
        usage: Usage::Server,
        name: ServerName::parse("example.com"),
        ..Policy::default()
    }
}

/// The names of flags, short.
pub(crate) fn names(flags: Flags) -> String {
    let names: Vec<_> =
        flags.iter().map(|row| row.name.trim_start_matches("MBEDTLS_X509_BADCERT_")).collect();
    names.join(" ")
}

/// Gives a verifier a certificate, in the smallest steps.
pub(crate) fn push(verifier: &mut Verifier, policy: &Policy<'_>, der: &[u8]) {
    verifier.push(policy, der, None).unwrap();
    while verifier.advance(policy, Budget(1)).unwrap() == Progress::Pending {}
}
