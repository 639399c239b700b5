//! `ember cert revoke` and `ember cert crl`: revocation lists. The list itself is the record of what is revoked.

use super::options::{Dates, IssuerOptions, now, refused, refused_file, rng, write};
use crate::{exit::Failure, files, output::answer};
use authority::{Crl, Reason, Revoked, encode_pem};
use clap::{Args, ValueEnum};
use std::{
    path::{Path, PathBuf},
    process::ExitCode,
};
use x509::Certificate;

/// Days until the next list is due.
const CRL_DAYS: i64 = 30;

/// Options of both commands.
#[derive(Args)]
struct List {
    #[command(flatten)]
    issuer: IssuerOptions,
    /// The list, PEM or DER, which is replaced by the next one in PEM; the first one has no file yet
    #[arg(long, value_name = "FILE")]
    crl: PathBuf,
    #[command(flatten)]
    dates: Dates,
}

/// Options of `ember cert crl`.
#[derive(Args)]
pub(super) struct Refresh {
    #[command(flatten)]
    list: List,
}

/// Options of `ember cert revoke`.
#[derive(Args)]
pub(super) struct Revoke {
    #[command(flatten)]
    list: List,
    /// Why
    #[arg(long, value_name = "REASON", default_value = "unspecified")]
    reason: ReasonName,
    /// The serial number of a certificate that is not at hand, in hexadecimal digits; may be repeated
    #[arg(long, value_name = "HEX", value_parser = hex)]
    serial: Vec<Serial>,
    /// Files of certificates of this authority
    #[arg(value_name = "CERT", required_unless_present = "serial")]
    certificates: Vec<PathBuf>,
}

/// A serial number.
#[derive(Clone)]
struct Serial(Vec<u8>);

fn hex(text: &str) -> Result<Serial, String> {
    let wrong = || format!("'{text}' are not hexadecimal digits");
    let digits: String = text.chars().filter(|c| *c != ':').collect();
    let digits = if digits.len().is_multiple_of(2) { digits } else { format!("0{digits}") };
    if digits.is_empty() || digits.len() > 40 || !digits.bytes().all(|digit| digit.is_ascii_hexdigit()) {
        return Err(wrong());
    }
    let pairs = digits.as_bytes().chunks(2).map(|pair| {
        std::str::from_utf8(pair).ok().and_then(|pair| u8::from_str_radix(pair, 16).ok()).ok_or_else(wrong)
    });
    pairs.collect::<Result<_, _>>().map(Serial)
}

/// Reasons by the tool's names.
#[derive(Clone, Copy, ValueEnum)]
enum ReasonName {
    /// Nothing is said
    Unspecified,
    /// Somebody else may have the key
    KeyCompromise,
    /// Somebody else may have the authority's key
    CaCompromise,
    /// The subject is called otherwise now
    AffiliationChanged,
    /// There is another certificate in its place
    Superseded,
    /// It is needed no more
    CessationOfOperation,
}

impl ReasonName {
    const fn reason(self) -> Reason {
        match self {
            Self::Unspecified => Reason::Unspecified,
            Self::KeyCompromise => Reason::KeyCompromise,
            Self::CaCompromise => Reason::CaCompromise,
            Self::AffiliationChanged => Reason::AffiliationChanged,
            Self::Superseded => Reason::Superseded,
            Self::CessationOfOperation => Reason::CessationOfOperation,
        }
    }
}

pub(super) fn refresh(options: &Refresh) -> Result<ExitCode, Failure> {
    next(&options.list, |_, _| Ok(()))
}

pub(super) fn revoke(options: &Revoke) -> Result<ExitCode, Failure> {
    next(&options.list, |crl, issuer| {
        let mut serials: Vec<Vec<u8>> = options.serial.iter().map(|serial| serial.0.clone()).collect();
        for path in &options.certificates {
            serials.extend(serials_of(path, issuer)?);
        }
        for serial_number in serials {
            let revoked = Revoked { serial_number, date: now(), reason: options.reason.reason() };
            crl.revoke(&revoked).map_err(refused)?;
        }
        Ok(())
    })
}

/// The serial number of the first certificate of a file, which must be the issuer's.
fn serials_of(path: &Path, issuer: &authority::Issuer) -> Result<Vec<Vec<u8>>, Failure> {
    let wrong = |why: String| Failure::Usage(format!("{}: {why}", path.display()));
    let ders = files::certificates(path)?;
    let first = ders.iter().take(1).map(|der| {
        let certificate = Certificate::decode(der).map_err(|error| wrong(error.to_string()))?;
        if certificate.issuer.der() != issuer.name().der() {
            return Err(wrong("another authority issued it".into()));
        }
        Ok(certificate.serial_number.to_vec())
    });
    first.collect()
}

/// Reads the list, changes it and writes the next one.
fn next(
    list: &List,
    change: impl FnOnce(&mut Crl, &authority::Issuer) -> Result<(), Failure>,
) -> Result<ExitCode, Failure> {
    let mut rng = rng()?;
    let issuer = list.issuer.issuer()?;
    let mut crl = if list.crl.exists() {
        Crl::read(&files::read(&list.crl)?, &issuer).map_err(refused_file(&list.crl))?
    } else {
        Crl::new()
    };
    change(&mut crl, &issuer)?;
    let (this_update, next_update) = list.dates.between(CRL_DAYS);
    let der = crl.write(&issuer, this_update, next_update, &mut rng).map_err(refused)?;
    write(&list.crl, encode_pem("X509 CRL", &der).as_bytes())?;
    let text = format!("list {} with {} revoked certificates\n", crl.number(), crl.len());
    answer(text.as_bytes(), ExitCode::SUCCESS)
}
