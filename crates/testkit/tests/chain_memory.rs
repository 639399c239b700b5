//! What the certificates of a peer cost while they are verified as they come: the heap beside the certificate that is looked at.
#![expect(clippy::panic, clippy::unwrap_used, reason = "a test that fails panics")]

use crypto::{Budget, Progress};
use embertls::registry::{suites as rows, verification};
use embertls_testkit::{
    allocator,
    credentials::{chain, client_config, only_suite, pem_blocks, server_name, trust_anchors},
    pair::{End, Pair, Setup},
};
use handshake::{ClientConfig, Credential, ServerConfig};
use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};
use x509::{Flags, Policy, ServerName, Time, TrustAnchor, Usage, Verifier};

#[global_allocator]
static ALLOCATOR: allocator::Counting = allocator::Counting;

/// What the verification of a typical path may hold beside the certificates.
const VERIFICATION_BYTES: usize = 1024;
/// What a handshake may hold beside the certificate that it looks at.
const BESIDE_THE_CERTIFICATE_BYTES: usize = 4096;
const RECEIVE_BUFFER_BYTES: usize = 2048;
const CERTIFICATES: usize = 6;
const CERTIFICATE_BYTES: usize = 8 * 1024;

/// 2026-01-01.
const DATE: i64 = 1_767_225_600;

/// The highest heap of a verification whose certificates lie in the caller's buffer, and what is left of it at the end: the
/// leaf's key.
fn verification(name: &str) -> (usize, usize) {
    let policy = Policy {
        anchors: trust_anchors(),
        time: Time::Known(DATE),
        usage: Usage::Server,
        name: ServerName::parse("localhost"),
        ..Policy::default()
    }
    .under(&verification::DEFAULT);
    allocator::reset();
    let mut verifier = Verifier::new();
    for der in chain(name) {
        allocator::watched(|| {
            verifier.push(&policy, der, None).unwrap();
            while verifier.advance(&policy, Budget::UNLIMITED).unwrap() == Progress::Pending {}
        });
    }
    assert_eq!(verifier.verdict().flags, Flags::NONE, "{name}");
    let counts = allocator::counts();
    allocator::watched(|| drop(verifier));
    assert_eq!(allocator::counts().live, 0);
    (usize::try_from(counts.peak).unwrap(), usize::try_from(counts.live).unwrap())
}

#[test]
fn a_leaf_and_an_intermediate_are_verified_within_a_kibibyte() {
    for (name, signature_bytes) in [("p256", 0), ("rsa", 2 * 256)] {
        assert_eq!(chain(name).len(), 2, "a leaf and an intermediate");
        let (peak, left) = verification(name);
        println!("{name}: {peak} bytes at most, {left} of them stay: the leaf's key");
        // What must be held of the certificates: the leaf's key, and two signatures, of which one is being checked.
        let beside = peak - left - signature_bytes;
        assert!(beside <= VERIFICATION_BYTES, "{name}: {beside} bytes");
    }
}

struct Folder(PathBuf);

impl Folder {
    fn new() -> Self {
        let path = std::env::temp_dir().join(format!("embertls-chain-memory-{}", std::process::id()));
        fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    fn openssl(&self, arguments: &[&str]) {
        let output = Command::new("openssl").current_dir(&self.0).args(arguments).output();
        let output = output.unwrap_or_else(|error| panic!("openssl: {error}; install the package openssl"));
        assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    }

    /// A key, and a certificate of `CERTIFICATE_BYTES` that `issuer` signs, or itself.
    fn certificate(&self, name: &str, issuer: Option<&str>, extensions: &str) {
        let comment = "x".repeat(CERTIFICATE_BYTES);
        let file = format!("{name}.ext");
        fs::write(self.0.join(&file), format!("{extensions}\nnsComment = {comment}\n")).unwrap();
        let [key, request, certificate] = ["key", "csr", "pem"].map(|end| format!("{name}.{end}"));
        let subject = format!("/CN={name}");
        self.openssl(&["genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256", "-out", &key]);
        self.openssl(&["req", "-new", "-key", &key, "-subj", &subject, "-out", &request]);
        let mut sign = vec!["x509", "-req", "-in", &request, "-out", &certificate, "-sha256"];
        sign.extend(["-days", "36500", "-extfile", &file]);
        let issuer = issuer.map(|issuer| ["pem", "key"].map(|end| format!("{issuer}.{end}")));
        match &issuer {
            Some([issuer, key]) => sign.extend(["-CA", issuer, "-CAkey", key, "-set_serial", "7"]),
            None => sign.extend(["-signkey", &key]),
        }
        self.openssl(&sign);
    }

    fn der(&self, name: &str) -> &'static [u8] {
        let [der] = <[_; 1]>::try_from(pem_blocks(&read(&self.0.join(format!("{name}.pem"))))).unwrap();
        der.leak()
    }
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap()
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

const CA: &str = "basicConstraints = critical, CA:TRUE\nkeyUsage = critical, keyCertSign";
const LEAF: &str = "basicConstraints = critical, CA:FALSE\nsubjectAltName = DNS:localhost";

#[test]
fn six_certificates_of_8_kib_stream_through_a_buffer_of_2_kib() {
    let folder = Folder::new();
    let names = ["leaf", "one", "two", "three", "four", "five", "root"];
    folder.certificate("root", None, CA);
    for pair in names.windows(2).rev() {
        let [name, issuer] = pair else { continue };
        folder.certificate(name, Some(issuer), if *name == "leaf" { LEAF } else { CA });
    }
    let sent: Vec<&'static [u8]> = names.iter().take(CERTIFICATES).map(|name| folder.der(name)).collect();
    assert!(sent.iter().all(|der| der.len() >= CERTIFICATE_BYTES));
    let largest = sent.iter().map(|der| der.len()).max().unwrap();
    let key = pem_blocks(&read(&folder.0.join("leaf.key"))).remove(0);
    let key = Box::leak(pki::private_key(&key, embertls::registry::keys::ALL).unwrap());
    let credentials: &[Credential<'_>] = &[Credential::new(&sent, &*key)];
    let profile = only_suite(&rows::TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256);
    let anchors = [TrustAnchor::decode(folder.der("root")).unwrap()];
    let client = ClientConfig { trust_anchors: &anchors, ..*client_config(profile) };
    let server = ServerConfig::new(profile, credentials);

    allocator::reset();
    let setup = Setup {
        receive_buffer: RECEIVE_BUFFER_BYTES,
        send_buffer: RECEIVE_BUFFER_BYTES,
        watched: true,
        // 2049: the certificates are made now, for a hundred years.
        time: Time::Known(2_500_000_000),
        ..Setup::new(1)
    };
    let mut pair = Pair::new(
        End::client(&client, server_name("localhost"), setup),
        End::server(&server, Setup { watched: false, ..Setup::new(2) }),
    );
    pair.drive();
    assert!(pair.client.is_connected(), "{:?}", pair.client.error);
    let peak = usize::try_from(allocator::counts().peak).unwrap();
    println!("{CERTIFICATES} certificates, the largest of {largest} bytes: heap peak {peak} bytes");
    assert!(peak <= largest + BESIDE_THE_CERTIFICATE_BYTES, "a peak of {peak} bytes");
}
