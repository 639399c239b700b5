//! Certificates and keys from files, PEM or DER.

use crate::{exit::Failure, limits, tls_options::leak};
use crypto::{Budget, Job, Progress, ToBeSigned};
use embertls::{
    Credential, PrivateKey, Rng, TrustAnchor,
    registry::{groups, keys, schemes},
};
use io::os_entropy;
use pki::{ErrorKind, pem, private_key::BoxedKey};
use std::{
    fmt::Display,
    fs,
    io::Read,
    path::{Path, PathBuf},
};
use x509::{Certificate, OcspResponse};

/// Where Debian-like systems keep their roots.
pub(crate) const SYSTEM_ROOTS: &str = "/etc/ssl/certs/ca-certificates.crt";

fn wrong(path: &Path, why: impl Display) -> Failure {
    Failure::Usage(format!("{}: {why}", path.display()))
}

/// The bytes of a file, of limited size.
pub(crate) fn read(path: &Path) -> Result<Vec<u8>, Failure> {
    let mut bytes = Vec::new();
    let file = fs::File::open(path).map_err(|error| wrong(path, error))?;
    file.take(limits::MAX_FILE_BYTES + 1).read_to_end(&mut bytes).map_err(|error| wrong(path, error))?;
    if u64::try_from(bytes.len()).unwrap_or(u64::MAX) > limits::MAX_FILE_BYTES {
        return Err(wrong(path, "it is too large for certificates or keys"));
    }
    Ok(bytes)
}

/// The lines of a file of text.
pub(crate) fn lines(path: &Path) -> Result<Vec<String>, Failure> {
    let text = String::from_utf8(read(path)?).map_err(|_| wrong(path, "it is not text in UTF-8"))?;
    Ok(text.lines().map(str::to_owned).collect())
}

/// Whether the file is PEM: DER begins with a SEQUENCE.
pub(crate) fn is_pem(file: &[u8]) -> bool {
    file.first() != Some(&pki::der::tag::SEQUENCE)
}

/// The DER of each certificate of a file, in order, up to the first block that cannot be read; what a PEM file holds
/// besides is skipped.
pub(crate) fn blocks(file: Vec<u8>) -> (Vec<Vec<u8>>, Option<pki::Error>) {
    labelled(file, &["CERTIFICATE", "X509 CERTIFICATE"])
}

/// The same of whatever has one of these labels.
fn labelled(file: Vec<u8>, labels: &[&str]) -> (Vec<Vec<u8>>, Option<pki::Error>) {
    if !is_pem(&file) {
        return (vec![file], None);
    }
    let mut found = Vec::new();
    for block in pem::blocks(&file) {
        match block {
            Ok(block) if labels.contains(&block.label) => match block.decode() {
                Ok(der) => found.push(der.to_vec()),
                Err(error) => return (found, Some(error)),
            },
            Ok(_) => {}
            Err(error) => return (found, Some(error)),
        }
    }
    (found, None)
}

/// The DER of each certificate of a file that can be opened; the inner error is of what it holds.
pub(crate) fn opened_certificates(path: &Path) -> Result<Result<Vec<Vec<u8>>, String>, Failure> {
    Ok(match blocks(read(path)?) {
        (_, Some(error)) => Err(error.to_string()),
        (found, None) if found.is_empty() => Err("there is no certificate in it".into()),
        (found, None) => Ok(found),
    })
}

/// The DER of each certificate of a file, one at least.
pub(crate) fn certificates(path: &Path) -> Result<Vec<Vec<u8>>, Failure> {
    opened_certificates(path)?.map_err(|error| wrong(path, error))
}

/// As [`certificates`], but of a file that cannot be read to its end what could be read.
pub(crate) fn readable_certificates(path: &Path) -> Result<Vec<Vec<u8>>, Failure> {
    Ok(blocks(read(path)?).0)
}

/// The DER of each certificate of a file, one at least, each of which makes a trust anchor.
pub(crate) fn authorities(path: &Path) -> Result<Vec<Vec<u8>>, Failure> {
    let ders = certificates(path)?;
    for der in &ders {
        TrustAnchor::decode(der).map_err(|error| wrong(path, error))?;
    }
    Ok(ders)
}

/// The DER of each CRL of a file, and why there are no more or none.
pub(crate) fn readable_crls(path: &Path) -> Result<(Vec<Vec<u8>>, Option<String>), Failure> {
    let (found, error) = labelled(read(path)?, &["X509 CRL"]);
    let reason = error.map(|error| error.to_string());
    let none = found.is_empty().then(|| "there is no CRL in it".to_owned());
    Ok((found, reason.or(none)))
}

/// The DER of the OCSP response of a file.
pub(crate) fn ocsp_response(path: &Path) -> Result<Vec<u8>, Failure> {
    let (found, error) = labelled(read(path)?, &["OCSP RESPONSE"]);
    let none = || error.map_or_else(|| "there is no OCSP response in it".into(), |error| error.to_string());
    found.into_iter().next().ok_or_else(|| wrong(path, none()))
}

/// One that can be stapled: it can be read, and has an answer.
pub(crate) fn staple(path: &Path) -> Result<Vec<u8>, Failure> {
    let der = ocsp_response(path)?;
    match OcspResponse::decode(&der) {
        Ok(OcspResponse::Successful(_)) => Ok(der),
        Ok(OcspResponse::Unsuccessful(status)) => {
            Err(wrong(path, format!("the responder gave no answer (responseStatus {status})")))
        }
        Err(error) => Err(wrong(path, format!("the OCSP response is malformed: {error}"))),
    }
}

/// A trust anchor for each certificate of a file, at least one.
pub(crate) fn trust_anchors(path: &Path) -> Result<Vec<TrustAnchor<'static>>, Failure> {
    let ders = authorities(path)?.into_iter();
    Ok(ders.filter_map(|der| TrustAnchor::decode(leak(der)).ok()).collect())
}

/// As [`trust_anchors`], but certificates that cannot be read make no anchor.
pub(crate) fn readable_trust_anchors(path: &Path) -> Result<Vec<TrustAnchor<'static>>, Failure> {
    let ders = readable_certificates(path)?.into_iter();
    Ok(ders.filter_map(|der| TrustAnchor::decode(leak(der)).ok()).collect())
}

/// A chain and its key, which belong together.
pub(crate) struct Identity {
    pub(crate) chain: Vec<Vec<u8>>,
    pub(crate) key: BoxedKey,
}

/// Chains and keys from files that stand at the same places; one password opens every encrypted key.
pub(crate) fn identities(
    certs: &[PathBuf],
    keys: &[PathBuf],
    password: Option<&str>,
) -> Result<Vec<Identity>, Failure> {
    if certs.len() != keys.len() {
        return Err(Failure::Usage("each --cert needs a --key, in the same order".into()));
    }
    let mut rng = os_entropy::seeded(b"ember files").map_err(|error| Failure::Peer(error.to_string()))?;
    certs.iter().zip(keys).map(|(cert, key)| identity(cert, key, password, &mut rng)).collect()
}

/// The same, for the rest of the process.
pub(crate) fn credentials(
    certs: &[PathBuf],
    keys: &[PathBuf],
    password: Option<&str>,
    raw_keys: bool,
) -> Result<Vec<Credential<'static>>, Failure> {
    let lasting = identities(certs, keys, password)?.into_iter().map(|Identity { chain, key }| {
        let chain: Vec<&'static [u8]> = chain.into_iter().map(leak).collect();
        let raw_public_key = if raw_keys { public_key(&chain) } else { &[] };
        Credential { raw_public_key, ..Credential::new(leak(chain), Box::leak(key)) }
    });
    Ok(lasting.collect())
}

/// The key of a chain's leaf, which was read before.
pub(crate) fn public_key<'c>(chain: &[&'c [u8]]) -> &'c [u8] {
    chain.first().and_then(|der| Certificate::decode(der).ok()).map_or(&[], |leaf| leaf.spki)
}

fn identity(
    chain_path: &Path,
    key_path: &Path,
    password: Option<&str>,
    rng: &mut dyn Rng,
) -> Result<Identity, Failure> {
    let chain = certificates(chain_path)?;
    let Some(leaf) = chain.first() else { return Err(wrong(chain_path, "there is no certificate in it")) };
    for der in &chain {
        Certificate::decode(der).map_err(|error| wrong(chain_path, error))?;
    }
    let leaf = Certificate::decode(leaf).map_err(|error| wrong(chain_path, error))?;
    let key = private_key(key_path, password)?;
    if !belongs(&*key, leaf.spki, rng) {
        return Err(wrong(key_path, format!("it is not the key of {}", chain_path.display())));
    }
    Ok(Identity { chain, key })
}

/// The private key of a file, encrypted or not.
pub(crate) fn private_key(path: &Path, password: Option<&str>) -> Result<BoxedKey, Failure> {
    let key = pki::key_file(&read(path)?, password.map(str::as_bytes), keys::ALL);
    key.map_err(|error| wrong_key(path, error, password))
}

/// Why a key cannot be read.
pub(crate) fn wrong_key(path: &Path, error: pki::Error, password: Option<&str>) -> Failure {
    if error.kind == ErrorKind::Encrypted && password.is_none() {
        wrong(path, "the key is encrypted: give its password with --key-pass")
    } else {
        wrong(path, error)
    }
}

/// Whether a signature of the key verifies with the certificate.
fn belongs(key: &(impl PrivateKey + ?Sized), spki: &[u8], rng: &mut dyn Rng) -> bool {
    let Ok(public) = pki::public_key(spki, groups::CURVES) else { return false };
    let Some(scheme) = schemes::ALL.iter().find(|scheme| scheme.algorithm.key == key.key_type()) else {
        return false;
    };
    let signed = ToBeSigned::of(scheme.algorithm, b"does the key belong to the certificate?");
    let mut signature = [0; limits::MAX_SIGNATURE_BYTES];
    let made = key
        .sign(scheme.algorithm, signed.as_ref(), rng)
        .and_then(|mut job| finish(&mut *job, &mut signature));
    let Ok(len) = made else { return false };
    let signature = signature.get(..len).unwrap_or_default();
    public.key_type() == key.key_type()
        && (scheme.algorithm.verify)(&public, signed.as_ref(), signature)
            .and_then(|mut job| finish(&mut *job, &mut []))
            .is_ok()
}

fn finish(job: &mut dyn Job, out: &mut [u8]) -> Result<usize, crypto::Error> {
    loop {
        if let Progress::Ready(outcome) = job.advance(Budget::UNLIMITED, out) {
            return outcome;
        }
    }
}
