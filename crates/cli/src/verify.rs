//! `ember verify`: whether a certificate leads to a root, and what is wrong when it does not.

use crate::{
    date,
    exit::Failure,
    explain::Story,
    files,
    json::Json,
    output::answer,
    report,
    verify_options::{
        CrlCheck, CrlMissing, ObjectIdentifier, Pin, UsageName, parse_pin, parse_policy, parse_usage,
        profile_names,
    },
};
use clap::Args;
use embertls::{
    ServerName,
    registry::verification::{self, STAPLING},
};
use io::clock::Clock;
use std::{path::PathBuf, process::ExitCode};
use x509::{
    Certificate, Crl, Flags, PinRole, Pins, Policy, PolicyDemand, Revocation, Stapling, Time, Verdict,
    VerifyError, path,
};

/// Options of `ember verify`.
#[derive(Args)]
pub(crate) struct Options {
    /// A file of roots: every certificate in it is a trust anchor, self-signed or not
    #[arg(long, value_name = "FILE", required_unless_present = "pins")]
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
    /// What the certificate is for: server, client, any, code-signing, email, time-stamping, ocsp-signing, or the
    /// number of a purpose such as 1.3.6.1.5.5.7.3.1
    #[arg(long, value_name = "USAGE", default_value = "any", value_parser = parse_usage)]
    usage: UsageName,
    /// The most intermediate certificates that a path may have
    #[arg(long, value_name = "N")]
    depth: Option<usize>,
    /// Which algorithms and keys are allowed; `legacy` allows SHA-1 and MD5, which can be forged
    #[arg(long, value_name = "NAME", default_value = "default", value_parser = profile_names())]
    profile: String,
    /// SHA-256 of a key (SubjectPublicKeyInfo) in hexadecimal or base64: with --roots, some certificate of the path or
    /// its root must hold it; without, it is trusted as a root is
    #[arg(long = "pin", id = "pins", value_name = "SHA256", value_parser = parse_pin)]
    pins: Vec<Pin>,
    /// A file of revocation lists: each certificate of the path must be covered by one that is fresh, and on none
    #[arg(long = "crl", id = "crls", value_name = "FILE")]
    crls: Vec<PathBuf>,
    /// Which certificates are looked up in them
    #[arg(long, value_name = "WHICH", default_value = "path", requires = "crls")]
    crl_check: CrlCheck,
    /// What it means that no list covers a certificate
    #[arg(long, value_name = "WHAT", default_value = "refuse", requires = "crls")]
    crl_missing: CrlMissing,
    /// A file with an OCSP response about the certificate, as a server staples it: it must be fresh, and say that the
    /// certificate is good
    #[arg(long, value_name = "FILE")]
    ocsp: Option<PathBuf>,
    /// A policy, by its number: one of those that are given must hold for the whole path
    #[arg(long = "policy", id = "policies", value_name = "OID", value_parser = parse_policy)]
    policies: Vec<ObjectIdentifier>,
    /// Tell which paths were tried, and why each certificate was refused
    #[arg(long)]
    explain: bool,
    /// Answer as one line of JSON
    #[arg(long)]
    json: bool,
    /// The certificate, the first one of its file
    leaf: PathBuf,
}

/// What there is to tell.
struct Report {
    /// A verdict, or why there can be none: mbedTLS's flag for that is [`Flags::OTHER`].
    outcome: Result<Verdict, String>,
    /// With `--explain`, a line for each thing that was tried.
    story: Option<Vec<String>>,
}

pub(crate) fn run(options: &Options) -> Result<ExitCode, Failure> {
    let report = verify(options)?;
    let valid = report.outcome.as_ref().is_ok_and(|verdict| verdict.flags.is_empty());
    let text = if options.json { format!("{}\n", json(valid, &report)) } else { words(&report) };
    answer(text.as_bytes(), if valid { ExitCode::SUCCESS } else { ExitCode::from(1) })
}

fn verify(options: &Options) -> Result<Report, Failure> {
    let mut anchors = Vec::new();
    for roots in &options.roots {
        anchors.extend(files::readable_trust_anchors(roots)?);
    }
    let mut untrusted = Vec::new();
    for file in &options.untrusted {
        untrusted.extend(files::readable_certificates(file)?);
    }
    let refused = |reason| Ok(Report { outcome: Err(reason), story: None });
    let mut lists = Vec::new();
    let mut unread = Vec::new();
    for file in &options.crls {
        let (ders, error) = files::readable_crls(file)?;
        lists.extend(ders);
        unread.extend(error.map(|error| format!("{}: {error}", file.display())));
    }
    let mut crls = Vec::new();
    for der in &lists {
        match Crl::decode(der) {
            Ok(crl) => crls.push(crl),
            Err(error) => unread.push(format!("a CRL is malformed: {error}")),
        }
    }
    // A list that cannot be read is a missing one; where those are allowed, it might have told of a revocation.
    if let (CrlMissing::Allow, Some(reason)) = (options.crl_missing, unread.first()) {
        return refused(reason.clone());
    }
    let revocation = Revocation {
        crls: &crls,
        missing: options.crl_missing.as_missing(),
        scope: options.crl_check.as_scope(),
    };
    let response = options.ocsp.as_deref().map(files::ocsp_response).transpose()?;
    let stapling = response.as_deref().map(|response| Stapling { response: Some(response), ..STAPLING });
    let name = options.host.as_deref().map(|host| {
        ServerName::parse(host)
            .ok_or_else(|| Failure::Usage(format!("'{host}' is neither a DNS name nor an IP address")))
    });
    let role = if options.roots.is_empty() { PinRole::Anchor } else { PinRole::Required };
    let pins = (!options.pins.is_empty()).then_some(Pins {
        sha256: &crypto::hash::SHA256,
        keys: &options.pins,
        role,
    });
    let profile = verification::ALL.iter().find(|(name, _)| *name == options.profile);
    let acceptable: Vec<&[u8]> =
        options.policies.iter().map(|ObjectIdentifier(policy)| policy.as_slice()).collect();
    let defaults = Policy::default();
    let policy = Policy {
        anchors: &anchors,
        time: options.time.map_or_else(|| Clock::system().time(), Time::Known),
        usage: options.usage.as_usage(),
        name: name.transpose()?,
        max_intermediates: options.depth.unwrap_or(defaults.max_intermediates),
        pins,
        policies: PolicyDemand {
            acceptable: &acceptable,
            explicit: !acceptable.is_empty(),
            ..defaults.policies
        },
        revocation: (!options.crls.is_empty()).then_some(revocation),
        stapling,
        ..defaults
    }
    .under(profile.map_or(&verification::DEFAULT, |(_, profile)| profile));
    let ders = match files::opened_certificates(&options.leaf)? {
        Ok(ders) => ders,
        Err(error) => return refused(format!("{}: {error}", options.leaf.display())),
    };
    let der = ders.first().map(Vec::as_slice).unwrap_or_default();
    let leaf = match Certificate::decode(der) {
        Ok(leaf) => leaf,
        Err(error) => return refused(format!("the certificate is malformed: {error}")),
    };
    let untrusted: Vec<&[u8]> = untrusted.iter().map(Vec::as_slice).collect();
    let mut story = Story::new(policy.anchors);
    story.lines.extend(unread);
    let outcome = match path::verify_observed(&policy, &leaf, &untrusted, Some(&mut story)) {
        Ok(verdict) => Ok(verdict),
        Err(VerifyError::Malformed(error)) => Err(format!("a certificate is malformed: {error}")),
        Err(VerifyError::Crypto(error)) => Err(format!("a signature cannot be checked: {error:?}")),
    };
    Ok(Report { outcome, story: options.explain.then_some(story.lines) })
}

fn json(valid: bool, report: &Report) -> Json {
    let (verdict, reason) = match &report.outcome {
        Ok(verdict) => (*verdict, None),
        Err(reason) => (Verdict { flags: Flags::OTHER, ..Verdict::default() }, Some(reason.as_str())),
    };
    let flags = report::names(verdict.flags);
    // The flags' texts in their order, then the reason why nothing could be judged.
    let texts = Json::array(verdict.flags.iter().map(|row| row.text).chain(reason).map(Json::from));
    let reasons = Json::array(verdict.reasons.iter().map(|row| row.name.into()));
    let members = [("valid", valid.into()), ("flags", flags), ("texts", texts), ("reasons", reasons)];
    match &report.story {
        None => Json::object(members),
        Some(lines) => {
            let [valid, flags, texts, reasons] = members;
            let story = Json::array(lines.iter().map(|line| line.as_str().into()));
            Json::object([valid, flags, texts, reasons, ("explain", story)])
        }
    }
}

fn words(report: &Report) -> String {
    let mut text = match &report.outcome {
        Ok(verdict) if verdict.flags.is_empty() => "valid\n".into(),
        Ok(verdict) => {
            let flags = verdict.flags.iter().fold("invalid\n".to_owned(), |text, row| {
                format!("{text}{} ({})\n  {}\n", row.text, row.name, row.advice)
            });
            verdict
                .reasons
                .iter()
                .fold(flags, |text, row| format!("{text}{} ({})\n  {}\n", row.text, row.name, row.advice))
        }
        Err(reason) => format!("invalid\n{reason}\n"),
    };
    for line in report.story.iter().flatten() {
        text.push_str(line);
        text.push('\n');
    }
    text
}
