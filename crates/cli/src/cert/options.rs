//! The options that several commands share: keys, issuers, names, dates and where the answer goes.

use crate::{date, exit::Failure, files, output::answer};
use authority::{AltName, Encryption, Form, Issuer, KeyPair, KeyPurpose, Name, NewKey, encode_pem};
use clap::{Args, ValueEnum};
use io::os_entropy::{self, OsSeededRng};
use std::{
    fs::OpenOptions,
    io::Write as _,
    path::{Path, PathBuf},
    process::ExitCode,
    time::{SystemTime, UNIX_EPOCH},
};
use x509::Certificate;

/// Seconds of a day.
const DAY: i64 = 86_400;

pub(super) fn rng() -> Result<OsSeededRng, Failure> {
    os_entropy::seeded(b"ember cert").map_err(|error| Failure::Peer(error.to_string()))
}

/// What the authority's crate refuses is for the command line to put right.
pub(super) fn refused(error: authority::Error) -> Failure {
    match error {
        authority::Error::Crypto(_) => Failure::Peer(error.to_string()),
        authority::Error::Malformed(_) | authority::Error::Refused(_) => Failure::Usage(error.to_string()),
    }
}

/// The same about a file.
pub(super) fn refused_file(path: &Path) -> impl Fn(authority::Error) -> Failure + '_ {
    |error| match refused(error) {
        Failure::Usage(why) => Failure::Usage(format!("{}: {why}", path.display())),
        other @ (Failure::Peer(_) | Failure::Tls(_)) => other,
    }
}

/// The date of the clock.
pub(super) fn now() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_secs()).unwrap_or_default()
}

/// Kinds of keys by the tool's names.
#[derive(Clone, Copy, ValueEnum)]
enum KeyTypeName {
    /// On the curve P-256 (secp256r1)
    P256,
    /// On the curve P-384 (secp384r1)
    P384,
    /// On the curve P-521 (secp521r1)
    P521,
    /// Ed25519, for peers that have it
    Ed25519,
    /// RSA of 2048 bits
    Rsa2048,
    /// RSA of 3072 bits
    Rsa3072,
    /// RSA of 4096 bits
    Rsa4096,
}

impl KeyTypeName {
    const fn kind(self) -> NewKey {
        match self {
            Self::P256 => NewKey::P256,
            Self::P384 => NewKey::P384,
            Self::P521 => NewKey::P521,
            Self::Ed25519 => NewKey::Ed25519,
            Self::Rsa2048 => NewKey::Rsa(2048),
            Self::Rsa3072 => NewKey::Rsa(3072),
            Self::Rsa4096 => NewKey::Rsa(4096),
        }
    }
}

/// The key that the certificate or request is for: one that exists, or a new one.
#[derive(Args)]
pub(super) struct KeyOptions {
    /// The file of a key that exists already
    #[arg(long, value_name = "FILE", conflicts_with_all = ["key_out", "key_type"], required_unless_present = "key_out")]
    key: Option<PathBuf>,
    /// Where a new key is written, as PKCS#8; a file that exists is not overwritten
    #[arg(long, value_name = "FILE")]
    key_out: Option<PathBuf>,
    /// What kind of key a new one is
    #[arg(long, value_name = "KIND", default_value = "p256")]
    key_type: KeyTypeName,
    /// The password of the key, with which a new one is encrypted
    #[arg(long, value_name = "P")]
    key_pass: Option<String>,
}

impl KeyOptions {
    /// Reads the key, or makes and writes it.
    pub(super) fn obtain(&self, rng: &mut OsSeededRng) -> Result<KeyPair, Failure> {
        if let Some(path) = &self.key {
            return key(path, self.key_pass.as_deref());
        }
        let Some(path) = &self.key_out else {
            return Err(Failure::Usage("--key or --key-out is needed".into()));
        };
        if path.exists() {
            return Err(Failure::Usage(format!("{}: it exists already", path.display())));
        }
        let key = KeyPair::generate(self.key_type.kind(), rng).map_err(refused)?;
        let encryption = self.key_pass.as_deref().map(|password| (Encryption::Pbes2, password));
        let text = key.to_pem(Form::Pkcs8, encryption, rng).map_err(refused)?;
        write_key(path, text.as_bytes())?;
        Ok(key)
    }
}

/// The key of a file.
pub(super) fn key(path: &Path, password: Option<&str>) -> Result<KeyPair, Failure> {
    let file = files::read(path)?;
    KeyPair::from_file(&file, password).map_err(|error| match error {
        authority::Error::Malformed(error) => files::wrong_key(path, error, password),
        authority::Error::Crypto(_) | authority::Error::Refused(_) => refused_file(path)(error),
    })
}

/// The authority that signs.
#[derive(Args)]
pub(super) struct IssuerOptions {
    /// The authority's certificate
    #[arg(long, value_name = "FILE")]
    pub(super) ca: PathBuf,
    /// The authority's key
    #[arg(long, value_name = "FILE")]
    ca_key: PathBuf,
    /// The password of the authority's key
    #[arg(long, value_name = "P")]
    ca_pass: Option<String>,
}

impl IssuerOptions {
    pub(super) fn issuer(&self) -> Result<Issuer, Failure> {
        issuer(&self.ca, &self.ca_key, self.ca_pass.as_deref())
    }
}

/// An authority, whose certificate says that it is one.
pub(super) fn issuer(path: &Path, key_path: &Path, password: Option<&str>) -> Result<Issuer, Failure> {
    let wrong = |why: String| Failure::Usage(format!("{}: {why}", path.display()));
    let ders = files::certificates(path)?;
    let der = ders.first().map(Vec::as_slice).unwrap_or_default();
    let certificate = Certificate::decode(der).map_err(|error| wrong(error.to_string()))?;
    if !certificate.extensions.basic_constraints.is_some_and(|constraints| constraints.ca) {
        return Err(wrong("it is not an authority's certificate".into()));
    }
    let key = key(key_path, password).map_err(|failure| match failure {
        Failure::Usage(text) => Failure::Usage(text.replace("--key-pass", "--ca-pass")),
        other @ (Failure::Peer(_) | Failure::Tls(_)) => other,
    })?;
    Issuer::new(der, key, certificate.not_after).map_err(refused_file(key_path))
}

/// Who it is for.
#[derive(Args)]
pub(super) struct NameOptions {
    /// The distinguished name, like "CN=device 7,O=Example,C=DE"
    #[arg(long, value_name = "DN")]
    subject: Option<String>,
    /// A DNS name, an IP address, an e-mail address or a URI (subjectAltName); may be repeated
    #[arg(long, value_name = "NAME")]
    name: Vec<String>,
}

impl NameOptions {
    pub(super) fn is_given(&self) -> bool {
        self.subject.is_some() || !self.name.is_empty()
    }

    /// The subject: without --subject the first name is the CN.
    pub(super) fn subject(&self) -> Result<Name, Failure> {
        match (&self.subject, self.name.first()) {
            (Some(text), _) => Name::parse(text).map_err(refused),
            (None, Some(name)) => Name::parse(&format!("CN={name}")).map_err(refused),
            (None, None) => Ok(Name::empty()),
        }
    }

    pub(super) fn names(&self) -> Result<Vec<AltName>, Failure> {
        alt_names(&self.name)
    }
}

pub(super) fn alt_names(names: &[String]) -> Result<Vec<AltName>, Failure> {
    names.iter().map(|name| AltName::parse(name).map_err(refused)).collect()
}

/// From when to when.
#[derive(Args)]
pub(super) struct Dates {
    /// From when on it is valid, instead of now
    #[arg(long, value_name = "RFC3339", value_parser = date::parse, allow_hyphen_values = true)]
    from: Option<i64>,
    /// For how many days it is valid [default: 397, an authority 3650, a revocation list 30]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(i64).range(1..=100_000))]
    days: Option<i64>,
}

impl Dates {
    /// The first and the last second.
    pub(super) fn between(&self, default_days: i64) -> (i64, i64) {
        let from = self.from.unwrap_or_else(now);
        (from, from.saturating_add(self.days.unwrap_or(default_days) * DAY - 1))
    }
}

/// What a leaf is for.
#[derive(Clone, Copy, ValueEnum)]
pub(super) enum UsageName {
    /// A TLS server
    Server,
    /// A TLS client
    Client,
    /// Both
    Both,
}

impl UsageName {
    pub(super) fn purposes(self) -> Vec<KeyPurpose> {
        match self {
            Self::Server => vec![KeyPurpose::Server],
            Self::Client => vec![KeyPurpose::Client],
            Self::Both => vec![KeyPurpose::Server, KeyPurpose::Client],
        }
    }
}

/// PEM or DER.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Encoding {
    /// Text
    Pem,
    /// Bytes
    Der,
}

/// Where the answer goes.
#[derive(Args)]
pub(super) struct Out {
    /// Where it is written, instead of standard output
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

impl Out {
    /// Writes blocks of PEM.
    pub(super) fn write(&self, label: &str, ders: &[&[u8]]) -> Result<ExitCode, Failure> {
        let text: String = ders.iter().map(|der| encode_pem(label, der)).collect();
        match &self.out {
            Some(path) => write(path, text.as_bytes()).map(|()| ExitCode::SUCCESS),
            None => answer(text.as_bytes(), ExitCode::SUCCESS),
        }
    }
}

/// Writes a file that anybody may read.
pub(super) fn write(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    std::fs::write(path, bytes).map_err(|error| Failure::Usage(format!("{}: {error}", path.display())))
}

/// Writes a new file that is for its owner alone; one that exists is left as it is.
pub(super) fn write_key(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
        .open(path)
        .and_then(|mut file| file.write_all(bytes))
        .map_err(|error| Failure::Usage(format!("{}: {error}", path.display())))
}
