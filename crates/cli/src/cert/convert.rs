//! `ember cert convert`: PEM to DER and back, and the forms of private keys.

use super::options::{self, Encoding, refused, rng, write, write_key};
use crate::{exit::Failure, files};
use authority::{Encryption, Form, Request, decode_pem, encode_pem};
use clap::{Args, ValueEnum};
use pki::der::{Reader, tag};
use std::{path::PathBuf, process::ExitCode};
use x509::Certificate;

/// Options of `ember cert convert`.
#[derive(Args)]
pub(super) struct Options {
    /// What is written
    #[arg(long, value_name = "ENCODING", default_value = "pem")]
    to: Encoding,
    /// The form of a private key
    #[arg(long, value_name = "FORM", default_value = "pkcs8")]
    form: FormName,
    /// The password of the key that is read
    #[arg(long, value_name = "P")]
    key_pass: Option<String>,
    /// The password with which the key is encrypted that is written
    #[arg(long, value_name = "P")]
    new_pass: Option<String>,
    /// How it is encrypted [default: pbes2, for --form traditional pem]
    #[arg(long, value_name = "SCHEME", requires = "new_pass")]
    encryption: Option<EncryptionName>,
    /// The file to read: certificates, a request, a revocation list or a private key, PEM or DER
    input: PathBuf,
    /// The file to write; that of a key must not exist yet
    output: PathBuf,
}

/// Forms of keys by the tool's names.
#[derive(Clone, Copy, ValueEnum)]
enum FormName {
    /// The same for all kinds of key
    Pkcs8,
    /// PKCS#1 for RSA, SEC1 for curves
    Traditional,
}

/// Encryption by the tool's names.
#[derive(Clone, Copy, ValueEnum)]
enum EncryptionName {
    /// PBKDF2 with HMAC-SHA-256, AES-256
    Pbes2,
    /// scrypt, AES-256
    Scrypt,
    /// SHA-1 and triple DES of PKCS#12, for old programs
    Pkcs12,
    /// SHA-1 and DES of PBES1, for older ones
    Pbes1,
    /// PEM's own, with MD5 and AES-256: for --form traditional
    Pem,
}

impl EncryptionName {
    const fn encryption(self) -> Encryption {
        match self {
            Self::Pbes2 => Encryption::Pbes2,
            Self::Scrypt => Encryption::Scrypt,
            Self::Pkcs12 => Encryption::Pkcs12,
            Self::Pbes1 => Encryption::Pbes1,
            Self::Pem => Encryption::Pem,
        }
    }
}

/// What a file may be besides a key: the labels of PEM, the one that is written first.
const CERTIFICATE: &[&str] = &["CERTIFICATE", "X509 CERTIFICATE"];
pub(super) const REQUEST: &[&str] = &["CERTIFICATE REQUEST", "NEW CERTIFICATE REQUEST"];
pub(super) const CRL: &[&str] = &["X509 CRL"];

pub(super) fn run(options: &Options) -> Result<ExitCode, Failure> {
    let file = files::read(&options.input)?;
    let Some((label, ders)) = public(&file) else { return key(options) };
    let bytes = match (options.to, ders.as_slice()) {
        (Encoding::Pem, ders) => {
            ders.iter().map(|der| encode_pem(label, der)).collect::<String>().into_bytes()
        }
        (Encoding::Der, [der]) => der.clone(),
        (Encoding::Der, ders) => {
            return Err(Failure::Usage(format!(
                "{}: DER is for one certificate, and there are {}",
                options.input.display(),
                ders.len()
            )));
        }
    };
    write(&options.output, &bytes).map(|()| ExitCode::SUCCESS)
}

/// What a file holds unless it is a key: its label in PEM, and the DER of each.
pub(super) fn public(file: &[u8]) -> Option<(&'static str, Vec<Vec<u8>>)> {
    if !files::is_pem(file) {
        let label = if Certificate::decode(file).is_ok() {
            CERTIFICATE
        } else if Request::read(file).is_ok() {
            REQUEST
        } else if is_crl(file) {
            CRL
        } else {
            return None;
        };
        return label.first().map(|label| (*label, vec![file.to_vec()]));
    }
    if let (ders, None) = files::blocks(file.to_vec())
        && !ders.is_empty()
    {
        return Some(("CERTIFICATE", ders));
    }
    [REQUEST, CRL].into_iter().find_map(|labels| {
        let der = decode_pem(file, labels).ok()?;
        labels.first().map(|label| (*label, vec![der]))
    })
}

/// Whether it looks like a revocation list: three fields, of which the first begins with a version or an algorithm and
/// has dates.
fn is_crl(file: &[u8]) -> bool {
    let dates = || {
        let mut tbs = Reader::new(file).sequence()?.sequence()?;
        tbs.optional(tag::INTEGER)?;
        tbs.sequence()?;
        tbs.sequence()?;
        tbs.any()
    };
    dates().is_ok_and(|date| [tag::UTC_TIME, tag::GENERALIZED_TIME].contains(&date.tag))
}

fn key(options: &Options) -> Result<ExitCode, Failure> {
    let mut rng = rng()?;
    let key = options::key(&options.input, options.key_pass.as_deref())?;
    let form = match options.form {
        FormName::Pkcs8 => Form::Pkcs8,
        FormName::Traditional => Form::Traditional,
    };
    let default = match options.form {
        FormName::Pkcs8 => EncryptionName::Pbes2,
        FormName::Traditional => EncryptionName::Pem,
    };
    let encryption = options
        .new_pass
        .as_deref()
        .map(|password| (options.encryption.unwrap_or(default).encryption(), password));
    let bytes = match options.to {
        Encoding::Pem => key.to_pem(form, encryption, &mut rng).map(String::into_bytes),
        Encoding::Der => key.to_der(form, encryption, &mut rng),
    };
    write_key(&options.output, &bytes.map_err(refused)?).map(|()| ExitCode::SUCCESS)
}
