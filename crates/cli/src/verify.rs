//! `ember verify`: whether a certificate leads to a root, and what is wrong when it does not.

use crate::{date, exit::Failure, files, json::Json, output::answer, report};
use clap::{Args, ValueEnum};
use embertls::{ServerName, registry::profiles};
use io::clock::Clock;
use std::{path::PathBuf, process::ExitCode};
use x509::{Certificate, Flags, Policy, Time, Usage, VerifyError, path};

/// Options of `ember verify`.
#[derive(Args)]
pub(crate) struct Options {
    /// A file of roots: every certificate in it is a trust anchor, self-signed or not
    #[arg(long, value_name = "FILE", required = true)]
    roots: Vec<PathBuf>,
    /// A file of certificates that may lie on the path
    #[arg(long, value_name = "FILE")]
    untrusted: Vec<PathBuf>,
    /// The date to check against, instead of the clock's
    #[arg(long, value_name = "RFC3339", value_parser = date::parse, allow_hyphen_values = true)]
    time: Option<i64>,
    /// The name or address that the certificate must bear
    #[arg(long, value_name = "NAME|IP")]
    host: Option<String>,
    /// What the certificate is for
    #[arg(long, value_name = "USAGE", default_value = "any")]
    usage: UsageName,
    /// The most intermediate certificates that a path may have
    #[arg(long, value_name = "N")]
    depth: Option<usize>,
    /// Answer as one line of JSON
    #[arg(long)]
    json: bool,
    /// The certificate, the first one of its file
    leaf: PathBuf,
}

/// What a certificate is for, by the tool's names.
#[derive(Clone, Copy, ValueEnum)]
enum UsageName {
    /// A TLS server's
    Server,
    /// A TLS client's
    Client,
    /// Anything
    Any,
}

/// A verdict, or why there can be none: mbedTLS's flag for that is [`Flags::OTHER`].
type Outcome = Result<Flags, String>;

pub(crate) fn run(options: &Options) -> Result<ExitCode, Failure> {
    let outcome = verify(options)?;
    let valid = outcome.as_ref().is_ok_and(|flags| flags.is_empty());
    let text = if options.json { format!("{}\n", json(valid, &outcome)) } else { words(&outcome) };
    answer(text.as_bytes(), if valid { ExitCode::SUCCESS } else { ExitCode::from(1) })
}

fn verify(options: &Options) -> Result<Outcome, Failure> {
    let mut anchors = Vec::new();
    for roots in &options.roots {
        anchors.extend(files::readable_trust_anchors(roots)?);
    }
    let mut untrusted = Vec::new();
    for file in &options.untrusted {
        untrusted.extend(files::readable_certificates(file)?);
    }
    let name = options.host.as_deref().map(|host| {
        ServerName::parse(host)
            .ok_or_else(|| Failure::Usage(format!("'{host}' is neither a DNS name nor an IP address")))
    });
    let defaults = Policy::default();
    let policy = Policy {
        anchors: &anchors,
        algorithms: profiles::DEFAULT.certificate_algorithms,
        curves: profiles::DEFAULT.curves,
        time: options.time.map_or_else(|| Clock::system().time(), Time::Known),
        usage: match options.usage {
            UsageName::Server => Usage::Server,
            UsageName::Client => Usage::Client,
            UsageName::Any => Usage::Any,
        },
        name: name.transpose()?,
        max_intermediates: options.depth.unwrap_or(defaults.max_intermediates),
        ..defaults
    };
    let ders = match files::opened_certificates(&options.leaf)? {
        Ok(ders) => ders,
        Err(error) => return Ok(Err(format!("{}: {error}", options.leaf.display()))),
    };
    let der = ders.first().map(Vec::as_slice).unwrap_or_default();
    let leaf = match Certificate::decode(der) {
        Ok(leaf) => leaf,
        Err(error) => return Ok(Err(format!("the certificate is malformed: {error}"))),
    };
    let untrusted: Vec<&[u8]> = untrusted.iter().map(Vec::as_slice).collect();
    Ok(match path::verify(&policy, &leaf, &untrusted) {
        Ok(verdict) => Ok(verdict.flags),
        Err(VerifyError::Malformed(error)) => Err(format!("a certificate is malformed: {error}")),
        Err(VerifyError::Crypto(error)) => Err(format!("a signature cannot be checked: {error:?}")),
    })
}

fn json(valid: bool, outcome: &Outcome) -> Json {
    let (flags, reason) = match outcome {
        Ok(flags) => (*flags, None),
        Err(reason) => (Flags::OTHER, Some(reason.as_str())),
    };
    // The flags' texts in their order, then the reason why nothing could be judged.
    let texts = flags.iter().map(|row| row.text).chain(reason).map(Json::from);
    Json::object([("valid", valid.into()), ("flags", report::names(flags)), ("texts", Json::array(texts))])
}

fn words(outcome: &Outcome) -> String {
    match outcome {
        Ok(flags) if flags.is_empty() => "valid\n".into(),
        Ok(flags) => flags.iter().fold("invalid\n".into(), |text, row| {
            format!("{text}{} ({})\n  {}\n", row.text, row.name, row.advice)
        }),
        Err(reason) => format!("invalid\n{reason}\n"),
    }
}
