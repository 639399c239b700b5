//! Verifiers of the same chain: EmberTLS as a handshake uses it and over a set, rustls-webpki on ring, OpenSSL. Each reads leaf and
//! intermediate from DER, checks both signatures, dates, purposes and the host name; the root is prepared before.

use crate::identity::{Chain, HOST};
use crypto::{Budget, Progress};
use embertls::registry::verification;
use openssl::stack::Stack;
use openssl::x509::store::{X509Store, X509StoreBuilder};
use openssl::x509::verify::X509VerifyParam;
use openssl::x509::{X509, X509PurposeId, X509StoreContext};
use pki_types::{CertificateDer, ServerName, TrustAnchor as WebpkiAnchor, UnixTime};
use std::time::Duration;
use x509::{Certificate, Policy, Time, TrustAnchor, Usage, Verifier, path};

/// The date of the run, in seconds since 1970.
const NOW: u32 = 1_750_000_000;

/// A verifier that is ready.
pub enum Prepared<'c> {
    /// EmberTLS, one certificate at a time.
    Stream(Policy<'c>),
    /// EmberTLS, the end entity and a set.
    Set(Policy<'c>),
    /// rustls-webpki.
    Webpki(WebpkiAnchor<'static>),
    /// OpenSSL.
    OpenSsl(X509Store),
}

/// The names of the verifiers.
pub const NAMES: [&str; 4] = ["embertls", "embertls-set", "webpki", "openssl"];

/// Prepares the verifier of a name for the chain's root; `anchors` has room for it.
///
/// # Panics
/// For another name.
#[must_use]
pub fn prepare<'c>(name: &str, chain: &'c Chain, anchors: &'c mut Vec<TrustAnchor<'c>>) -> Prepared<'c> {
    match name {
        "embertls" | "embertls-set" => {
            anchors.push(TrustAnchor::decode(&chain.root).expect("a root"));
            let policy = Policy {
                anchors,
                time: Time::Known(NOW.into()),
                usage: Usage::Server,
                name: x509::ServerName::parse(HOST),
                ..Policy::default()
            };
            let policy = policy.under(&verification::DEFAULT);
            if name == "embertls" { Prepared::Stream(policy) } else { Prepared::Set(policy) }
        }
        "webpki" => {
            let root = CertificateDer::from(chain.root.as_slice());
            Prepared::Webpki(webpki::anchor_from_trusted_cert(&root).expect("a root").to_owned())
        }
        "openssl" => Prepared::OpenSsl(store(&chain.root).expect("OpenSSL takes a root")),
        other => panic!("there is no verifier {other}"),
    }
}

fn store(root: &[u8]) -> Result<X509Store, openssl::error::ErrorStack> {
    let mut parameters = X509VerifyParam::new()?;
    parameters.set_host(HOST)?;
    parameters.set_time(NOW.into());
    parameters.set_purpose(X509PurposeId::SSL_SERVER)?;
    let mut store = X509StoreBuilder::new()?;
    store.add_cert(X509::from_der(root)?)?;
    store.set_param(&parameters)?;
    Ok(store.build())
}

impl Prepared<'_> {
    /// Whether the chain is good for the host; it is, and a verifier that says otherwise must not be measured.
    #[must_use]
    pub fn verifies(&self, chain: &Chain) -> bool {
        match self {
            Self::Stream(policy) => stream(policy, chain).is_some(),
            Self::Set(policy) => set(policy, chain).is_some(),
            Self::Webpki(anchor) => webpki(anchor, chain).is_ok(),
            Self::OpenSsl(store) => openssl(store, chain).is_ok_and(|good| good),
        }
    }
}

fn stream(policy: &Policy<'_>, chain: &Chain) -> Option<()> {
    let mut verifier = Verifier::new();
    for der in [&chain.leaf, &chain.intermediate] {
        verifier.push(policy, der, None).ok()?;
        while verifier.advance(policy, Budget::UNLIMITED).ok()? == Progress::Pending {}
    }
    verifier.verdict().flags.is_empty().then_some(())
}

fn set(policy: &Policy<'_>, chain: &Chain) -> Option<()> {
    let leaf = Certificate::decode(&chain.leaf).ok()?;
    let verdict = path::verify(policy, &leaf, &[&chain.intermediate]).ok()?;
    verdict.flags.is_empty().then_some(())
}

fn webpki(anchor: &WebpkiAnchor<'_>, chain: &Chain) -> Result<(), webpki::Error> {
    let leaf = CertificateDer::from(chain.leaf.as_slice());
    let intermediates = [CertificateDer::from(chain.intermediate.as_slice())];
    let leaf = webpki::EndEntityCert::try_from(&leaf)?;
    leaf.verify_for_usage(
        webpki::ALL_VERIFICATION_ALGS,
        std::slice::from_ref(anchor),
        &intermediates,
        UnixTime::since_unix_epoch(Duration::from_secs(NOW.into())),
        webpki::KeyUsage::server_auth(),
        None,
        None,
    )?;
    let name = ServerName::try_from(HOST).map_err(|_| webpki::Error::MalformedDnsIdentifier)?;
    leaf.verify_is_valid_for_subject_name(&name)
}

fn openssl(store: &X509Store, chain: &Chain) -> Result<bool, openssl::error::ErrorStack> {
    let leaf = X509::from_der(&chain.leaf)?;
    let mut untrusted = Stack::new()?;
    untrusted.push(X509::from_der(&chain.intermediate)?)?;
    X509StoreContext::new()?.init(store, &leaf, &untrusted, |context| context.verify_cert())
}
