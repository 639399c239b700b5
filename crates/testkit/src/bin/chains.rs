//! `chains [--count N] [--seed N]`: generated chains judged by EmberTLS and by `openssl verify`. Every difference must be one that
//! is listed here with its reason; ends with 1 when one is not.

use embertls_testkit::chains::{Case, Chains, DATE, Purpose};
use std::{
    collections::BTreeMap,
    fmt::Write as _,
    path::{Path, PathBuf},
    process::{Child, Command, ExitCode, Stdio},
};
use x509::{
    Certificate, Flags, KeyPurpose, Policy, Reasons, ServerName, Time, TrustAnchor, Usage, Verdict,
    extensions::GeneralName, path,
};

/// Children that run at once.
const JOBS: usize = 8;

/// A difference that is known.
struct Known {
    name: &'static str,
    /// Whether it explains that EmberTLS says this and OpenSSL this error, 0 for none.
    explains: fn(&Case, Verdict, u32) -> bool,
    why: &'static str,
}

/// What OpenSSL 3 does otherwise (X509_V_ERR_* of its x509_vfy.h), and why EmberTLS does not.
const KNOWN: &[Known] = &[
    Known {
        name: "any-purpose",
        explains: |case, ours, theirs| {
            ours.flags.is_empty() && theirs == 26 && certificates(case).iter().any(has_any_purpose)
        },
        why: "OpenSSL refuses anyExtendedKeyUsage alone for TLS; RFC 5280 section 4.2.1.12 lets an application accept it, and \
              mbedTLS does",
    },
    Known {
        name: "self-issued",
        explains: |case, ours, theirs| {
            ours.flags.is_empty()
                && matches!(theirs, 7 | 18 | 19 | 20 | 26)
                && certificates(case).iter().any(|found| found.subject.der() == found.issuer.der())
        },
        why: "OpenSSL takes a self-issued certificate without key identifiers for a self-signed one; RFC 5280 section 3.2 \
              tells the two apart",
    },
    Known {
        name: "one-issuer",
        explains: |case, ours, theirs| ours.flags.is_empty() && theirs != 0 && has_namesakes(case),
        why: "OpenSSL takes one of several certificates of the issuer's name and does not go back; RFC 4158 section 2.4 \
              has every path tried",
    },
    Known {
        name: "malformed-name",
        explains: |case, ours, theirs| {
            theirs == 0
                && (Reasons::NAME_EXCLUDED.or(Reasons::NAME_NOT_PERMITTED)).contains(ours.reasons)
                && certificates(case).iter().any(has_malformed_name)
        },
        why: "a dNSName that is no DNS name (RFC 5280 section 4.2.1.6) under constraints of DNS names cannot be judged, and is \
              refused; OpenSSL compares its text",
    },
    Known {
        name: "wildcard",
        explains: |case, ours, theirs| {
            theirs == 0
                && ours.reasons == Reasons::NAME_EXCLUDED
                && certificates(case).iter().any(has_wildcard)
        },
        why: "a wildcard stands for an excluded host too, so that it is excluded (RFC 5280 section 4.2.1.10 knows no wildcards); \
              OpenSSL compares its text",
    },
];

/// All certificates of a case but the roots that can be read.
fn certificates(case: &Case) -> Vec<Certificate<'_>> {
    let ders = case.set.iter().chain([&case.leaf]);
    ders.filter_map(|der| Certificate::decode(der).ok()).collect()
}

fn has_any_purpose(certificate: &Certificate<'_>) -> bool {
    // No purpose has an empty number.
    certificate.extensions.extended_key_usage.is_some_and(|purposes| purposes.permits(&[]))
}

fn has_namesakes(case: &Case) -> bool {
    let found = certificates(case);
    let mut names: Vec<_> = found.iter().map(|certificate| certificate.subject.der()).collect();
    names.sort_unstable();
    names.windows(2).any(|pair| matches!(pair, [one, other] if one == other))
}

fn has_wildcard(certificate: &Certificate<'_>) -> bool {
    let names = certificate.extensions.subject_alt_name;
    names.is_some_and(|names| names.iter().any(|(_, name)| name.starts_with(b"*.")))
}

fn has_malformed_name(certificate: &Certificate<'_>) -> bool {
    certificate.extensions.subject_alt_name.is_some_and(|names| {
        names.iter().any(|(form, name)| {
            let host = name.strip_prefix(b"*.").unwrap_or(name);
            form == GeneralName::DNS && (host.contains(&b'*') || host.ends_with(b"."))
        })
    })
}

fn main() -> ExitCode {
    match run() {
        Ok(0) => ExitCode::SUCCESS,
        Ok(_) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("chains: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<usize, String> {
    let mut arguments = std::env::args().skip(1);
    let (mut count, mut seed) = (1000_usize, 1_u64);
    while let Some(argument) = arguments.next() {
        let value = arguments.next().ok_or(format!("{argument} needs a number"))?;
        let wrong = |error| format!("{argument} {value}: {error}");
        match argument.as_str() {
            "--count" => count = value.parse().map_err(wrong)?,
            "--seed" => seed = value.parse().map_err(wrong)?,
            _ => return Err(format!("no option {argument}")),
        }
    }
    let folder = std::env::temp_dir().join(format!("embertls-chains-{}", std::process::id()));
    std::fs::create_dir_all(&folder).map_err(|error| error.to_string())?;
    let outcome = compare(&folder, count, seed);
    let _ = std::fs::remove_dir_all(&folder);
    outcome
}

/// What there is to count.
#[derive(Default)]
struct Counts {
    both_valid: usize,
    both_invalid: usize,
    known: BTreeMap<&'static str, usize>,
    unexplained: usize,
}

fn compare(folder: &Path, count: usize, seed: u64) -> Result<usize, String> {
    let mut chains = Chains::new(seed);
    let mut counts = Counts::default();
    for first in (0..count).step_by(JOBS) {
        let mut running = Vec::new();
        for place in 0..JOBS.min(count - first) {
            let case = chains.next_case();
            let folder = folder.join(place.to_string());
            let child = start(&folder, &case).map_err(|error| format!("openssl: {error}"))?;
            running.push((case, child, folder));
        }
        for (place, (case, child, folder)) in running.into_iter().enumerate() {
            let output = child.wait_with_output().map_err(|error| error.to_string())?;
            let text = String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned();
            let theirs = if output.status.success() { 0 } else { error_number(&text) };
            let ours = judge(&case);
            counts.add(&case, ours, theirs, || {
                let mut story = String::new();
                let _ = writeln!(story, "chain {} of seed {seed}: {:?}", first + place, case.marks);
                let _ = writeln!(story, "  host {:?}, purpose {:?}", case.host, case.purpose);
                let flags: Vec<_> = ours.flags.iter().map(|row| row.name).collect();
                let reasons: Vec<_> = ours.reasons.iter().map(|row| row.name).collect();
                let _ = writeln!(story, "  EmberTLS: {flags:?} {reasons:?}");
                let _ = writeln!(story, "  OpenSSL: {theirs} {}", text.trim().replace('\n', "\n    "));
                if let Some(keep) = std::env::var_os("EMBERTLS_KEEP") {
                    let to = PathBuf::from(keep).join((first + place).to_string());
                    let _ = std::fs::create_dir_all(&to);
                    for file in ["roots.pem", "set.pem", "leaf.pem"] {
                        let _ = std::fs::copy(folder.join(file), to.join(file));
                    }
                }
                story
            });
        }
    }
    println!(
        "chains: {count} of seed {seed}: {} valid for both, {} invalid for both, {} known differences, {} unexplained",
        counts.both_valid,
        counts.both_invalid,
        counts.known.values().sum::<usize>(),
        counts.unexplained
    );
    for known in KNOWN {
        if let Some(times) = counts.known.get(known.name) {
            println!("  {times} {}: {}", known.name, known.why);
        }
    }
    Ok(counts.unexplained)
}

impl Counts {
    fn add(&mut self, case: &Case, ours: Verdict, theirs: u32, story: impl FnOnce() -> String) {
        match (ours.flags.is_empty(), theirs == 0) {
            (true, true) => self.both_valid += 1,
            (false, false) => self.both_invalid += 1,
            _ => match KNOWN.iter().find(|known| (known.explains)(case, ours, theirs)) {
                Some(known) => *self.known.entry(known.name).or_default() += 1,
                None => {
                    self.unexplained += 1;
                    print!("{}", story());
                }
            },
        }
    }
}

fn judge(case: &Case) -> Verdict {
    let malformed = Verdict { flags: Flags::OTHER, ..Verdict::default() };
    let anchors: Vec<_> = case.roots.iter().filter_map(|der| TrustAnchor::decode(der).ok()).collect();
    let policy = Policy {
        anchors: &anchors,
        time: Time::Known(DATE),
        usage: match case.purpose {
            None => Usage::Any,
            Some(Purpose::Server) => Usage::Server,
            Some(Purpose::Client) => Usage::Client,
        },
        key_purpose: if case.purpose.is_some() { KeyPurpose::Sign } else { KeyPurpose::Any },
        name: case.host.and_then(ServerName::parse),
        ..Policy::default()
    }
    .under(&embertls::registry::verification::DEFAULT);
    let Ok(leaf) = Certificate::decode(&case.leaf) else { return malformed };
    let set: Vec<&[u8]> = case.set.iter().map(Vec::as_slice).collect();
    path::verify(&policy, &leaf, &set).unwrap_or(malformed)
}

fn start(folder: &Path, case: &Case) -> std::io::Result<Child> {
    std::fs::create_dir_all(folder)?;
    let write = |name: &str, ders: &[Vec<u8>]| {
        let path = folder.join(name);
        std::fs::write(&path, ders.iter().map(|der| pem(der)).collect::<String>()).map(|()| path)
    };
    let roots = write("roots.pem", &case.roots)?;
    let set = write("set.pem", &case.set)?;
    let leaf = write("leaf.pem", std::slice::from_ref(&case.leaf))?;
    let mut command = Command::new("openssl");
    command.args(["verify", "-no-CApath", "-no-CAstore", "-attime", &DATE.to_string()]);
    command.arg("-CAfile").arg(roots);
    if !case.set.is_empty() {
        command.arg("-untrusted").arg(set);
    }
    match case.purpose {
        None => {}
        Some(Purpose::Server) => drop(command.args(["-purpose", "sslserver"])),
        Some(Purpose::Client) => drop(command.args(["-purpose", "sslclient"])),
    }
    if let Some(host) = case.host {
        let option = if host.parse::<std::net::IpAddr>().is_ok() { "-verify_ip" } else { "-verify_hostname" };
        command.args([option, host]);
    }
    command.arg(leaf).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn()
}

/// The number of `error 20 at 0 depth lookup: ...`; one of its own for anything else.
fn error_number(text: &str) -> u32 {
    let number = text.split("error ").nth(1).and_then(|rest| rest.split(' ').next());
    number.and_then(|number| number.parse().ok()).unwrap_or(u32::MAX)
}

fn pem(der: &[u8]) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::from("-----BEGIN CERTIFICATE-----\n");
    for line in der.chunks(48) {
        for group in line.chunks(3) {
            let bits = group
                .iter()
                .chain([&0, &0])
                .take(3)
                .fold(0_usize, |bits, byte| bits << 8 | usize::from(*byte));
            for place in 0..4 {
                let digit = ALPHABET.get(bits >> (18 - 6 * place) & 63).copied().unwrap_or_default();
                text.push(if place > group.len() { '=' } else { char::from(digit) });
            }
        }
        text.push('\n');
    }
    text.push_str("-----END CERTIFICATE-----\n");
    text
}
