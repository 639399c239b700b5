//! `chains [--count N] [--seed N]`: generated chains judged by EmberTLS and by `openssl verify`, and one in ten by `certtool` of GnuTLS.
//! Every difference must be one that is listed here with its reason; ends with 1 when one is not.

use embertls_testkit::chains::{Case, Chains, DATE, Purpose};
use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    process::{Child, Command, ExitCode, Stdio},
};
use x509::{
    Certificate, Flags, KeyPurpose, Policy, Reasons, ServerName, Time, TrustAnchor, Usage, Verdict,
    extensions::GeneralName, path,
};

/// Children that run at once.
const JOBS: usize = 8;

/// Another verifier.
struct Other {
    name: &'static str,
    /// Every how manieth chain it is asked about.
    every: usize,
    command: fn(&Files, &Case) -> Command,
    known: &'static [Known],
}

const OTHERS: &[Other] = &[
    Other { name: "openssl verify", every: 1, command: openssl, known: OPENSSL },
    Other { name: "certtool --verify", every: 10, command: certtool, known: GNUTLS },
];

/// A difference that is known.
struct Known {
    name: &'static str,
    /// Whether it explains that EmberTLS says this and the other this error: OpenSSL's number, 1 of others, 0 for none.
    explains: fn(&Case, Verdict, u32) -> bool,
    why: &'static str,
}

/// What OpenSSL 3 does otherwise (X509_V_ERR_* of its x509_vfy.h), and why EmberTLS does not.
const OPENSSL: &[Known] = &[
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

/// What GnuTLS 3.7 does otherwise, and why EmberTLS does not.
const GNUTLS: &[Known] = &[
    Known {
        name: "one-issuer",
        explains: |case, ours, theirs| ours.flags.is_empty() && theirs != 0 && has_namesakes(case),
        why: "GnuTLS puts the chain in one order and does not go back; RFC 4158 section 2.4 has every path tried",
    },
    Known {
        name: "any-purpose",
        explains: |case, ours, theirs| {
            ours.flags.is_empty()
                && theirs != 0
                && case.purpose.is_some()
                && certificates(case).iter().any(has_any_purpose)
        },
        why: "GnuTLS refuses anyExtendedKeyUsage of CAs; RFC 5280 section 4.2.1.12 lets an application accept it",
    },
    Known {
        name: "names-by-bytes",
        explains: |case, ours, theirs| {
            ours.flags.is_empty()
                && theirs != 0
                && case.marks.iter().any(|mark| mark.ends_with("in capitals"))
        },
        why: "GnuTLS compares names byte by byte; RFC 5280 section 7.1 without regard to case",
    },
    Known {
        name: "name-without-dns",
        explains: |case, ours, theirs| {
            let leaf = Certificate::decode(&case.leaf).ok();
            let names = leaf.and_then(|leaf| leaf.extensions.subject_alt_name);
            let no_dns = names.is_none_or(|names| names.iter().all(|(form, _)| form != GeneralName::DNS));
            ours.flags.is_empty() && theirs != 0 && no_dns && certificates(case).iter().any(has_constraints)
        },
        why: "GnuTLS takes the common name for a DNS name when there is none, under constraints too; RFC 9525 section 2 does not",
    },
    Known {
        name: "directory-names",
        explains: |case, ours, theirs| {
            theirs == 0
                && (Reasons::NAME_EXCLUDED.or(Reasons::NAME_NOT_PERMITTED)).contains(ours.reasons)
                && certificates(case).iter().any(constrains_directory_names)
        },
        why: "GnuTLS applies constraints to DNS names, addresses and mail only; RFC 5280 section 4.2.1.10 to directory names too",
    },
    Known {
        name: "malformed-name",
        explains: |case, ours, theirs| {
            theirs == 0
                && (Reasons::NAME_EXCLUDED.or(Reasons::NAME_NOT_PERMITTED)).contains(ours.reasons)
                && certificates(case).iter().any(has_malformed_name)
        },
        why: "as beside OpenSSL: GnuTLS compares the text of what is no DNS name",
    },
    Known {
        name: "wildcard",
        explains: |case, ours, theirs| {
            theirs == 0
                && ours.reasons == Reasons::NAME_EXCLUDED
                && certificates(case).iter().any(has_wildcard)
        },
        why: "as beside OpenSSL: GnuTLS compares the text of a wildcard",
    },
    Known {
        name: "address-family",
        explains: |case, ours, theirs| {
            let ipv6 = |certificate: &Certificate<'_>| {
                let names = certificate.extensions.subject_alt_name;
                names.is_some_and(|names| {
                    names.iter().any(|(form, name)| form == GeneralName::IP && name.len() == 16)
                })
            };
            theirs == 0
                && ours.reasons == Reasons::NAME_NOT_PERMITTED
                && certificates(case).iter().any(ipv6)
                && certificates(case).iter().any(has_constraints)
        },
        why: "GnuTLS takes IPv4 and IPv6 for two forms of name; RFC 5280 section 4.2.1.10 has one, of which only what is permitted is",
    },
    Known {
        name: "key-usage",
        explains: |_, ours, theirs| theirs == 0 && ours.flags == Flags::KEY_USAGE,
        why: "GnuTLS looks at the end entity's keyUsage when its key is used, not when the chain is verified",
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

fn has_constraints(certificate: &Certificate<'_>) -> bool {
    certificate.extensions.name_constraints.is_some()
}

/// directoryName is `[4]`, in a GeneralSubtree `SEQUENCE`.
fn constrains_directory_names(certificate: &Certificate<'_>) -> bool {
    let constraints = certificate.extensions.name_constraints;
    constraints
        .is_some_and(|constraints| constraints.0.windows(3).any(|bytes| matches!(bytes, [0x30, _, 0xA4])))
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
    all: usize,
    both_valid: usize,
    both_invalid: usize,
    known: BTreeMap<&'static str, usize>,
    unexplained: usize,
}

fn compare(folder: &Path, count: usize, seed: u64) -> Result<usize, String> {
    let mut chains = Chains::new(seed);
    let mut all: Vec<Counts> = OTHERS.iter().map(|_| Counts::default()).collect();
    for first in (0..count).step_by(JOBS) {
        let mut running = Vec::new();
        for place in 0..JOBS.min(count - first) {
            let case = chains.next_case();
            let folder = folder.join(place.to_string());
            let files =
                Files::write(&folder, &case).map_err(|error| format!("{}: {error}", folder.display()))?;
            let asked = OTHERS.iter().map(|other| (first + place).is_multiple_of(other.every));
            let children: Vec<Option<Child>> = OTHERS
                .iter()
                .zip(asked)
                .map(|(other, asked)| asked.then(|| start((other.command)(&files, &case))).transpose())
                .collect::<Result<_, _>>()
                .map_err(|error| format!("openssl or certtool: {error}"))?;
            running.push((case, children, files));
        }
        for (place, (case, children, files)) in running.into_iter().enumerate() {
            let ours = judge(&case);
            for ((other, counts), child) in OTHERS.iter().zip(&mut all).zip(children) {
                let Some(child) = child else { continue };
                let output = child.wait_with_output().map_err(|error| error.to_string())?;
                let text = String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned();
                let theirs = if output.status.success() { 0 } else { error_number(&text) };
                counts.add(other, &case, ours, theirs, || {
                    files.keep(first + place);
                    story(seed, first + place, other, &case, ours, &text)
                });
            }
        }
    }
    for (other, counts) in OTHERS.iter().zip(&all) {
        println!(
            "chains beside {}: {} of seed {seed}: {} valid for both, {} invalid for both, {} known differences, {} \
             unexplained",
            other.name,
            counts.all,
            counts.both_valid,
            counts.both_invalid,
            counts.known.values().sum::<usize>(),
            counts.unexplained
        );
        for known in other.known {
            if let Some(times) = counts.known.get(known.name) {
                println!("  {times} {}: {}", known.name, known.why);
            }
        }
    }
    Ok(all.iter().map(|counts| counts.unexplained).sum())
}

/// What there is to see of a difference that nothing explains.
fn story(seed: u64, index: usize, other: &Other, case: &Case, ours: Verdict, theirs: &str) -> String {
    let flags: Vec<_> = ours.flags.iter().map(|row| row.name).collect();
    let reasons: Vec<_> = ours.reasons.iter().map(|row| row.name).collect();
    format!(
        "chain {index} of seed {seed}: {:?}\n  host {:?}, purpose {:?}\n  EmberTLS: {flags:?} {reasons:?}\n  {}: {}\n",
        case.marks,
        case.host,
        case.purpose,
        other.name,
        theirs.trim().replace('\n', "\n    ")
    )
}

impl Counts {
    fn add(
        &mut self,
        other: &Other,
        case: &Case,
        ours: Verdict,
        theirs: u32,
        story: impl FnOnce() -> String,
    ) {
        self.all += 1;
        match (ours.flags.is_empty(), theirs == 0) {
            (true, true) => self.both_valid += 1,
            (false, false) => self.both_invalid += 1,
            _ => match other.known.iter().find(|known| (known.explains)(case, ours, theirs)) {
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

/// A case as files.
struct Files {
    folder: PathBuf,
    roots: PathBuf,
    set: PathBuf,
    leaf: PathBuf,
    /// The leaf with the set after it.
    chain: PathBuf,
}

impl Files {
    fn write(folder: &Path, case: &Case) -> std::io::Result<Self> {
        std::fs::create_dir_all(folder)?;
        let write = |name: &str, ders: &mut dyn Iterator<Item = &Vec<u8>>| {
            let path = folder.join(name);
            std::fs::write(&path, ders.map(|der| pem(der)).collect::<String>()).map(|()| path)
        };
        Ok(Self {
            folder: folder.to_owned(),
            roots: write("roots.pem", &mut case.roots.iter())?,
            set: write("set.pem", &mut case.set.iter())?,
            leaf: write("leaf.pem", &mut [&case.leaf].into_iter())?,
            chain: write("chain.pem", &mut [&case.leaf].into_iter().chain(&case.set))?,
        })
    }

    /// Copies them to a folder of `EMBERTLS_KEEP`, to be looked at.
    fn keep(&self, index: usize) {
        let Some(keep) = std::env::var_os("EMBERTLS_KEEP") else { return };
        let to = PathBuf::from(keep).join(index.to_string());
        let _ = std::fs::create_dir_all(&to);
        for file in ["roots.pem", "set.pem", "leaf.pem", "chain.pem"] {
            let _ = std::fs::copy(self.folder.join(file), to.join(file));
        }
    }
}

fn start(mut command: Command) -> std::io::Result<Child> {
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn()
}

fn openssl(files: &Files, case: &Case) -> Command {
    let mut command = Command::new("openssl");
    command.args(["verify", "-no-CApath", "-no-CAstore", "-attime", &DATE.to_string()]);
    command.arg("-CAfile").arg(&files.roots);
    if !case.set.is_empty() {
        command.arg("-untrusted").arg(&files.set);
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
    command.arg(&files.leaf);
    command
}

/// It takes the present date, which says the same of every certificate as [`DATE`] until 2030.
fn certtool(files: &Files, case: &Case) -> Command {
    let mut command = Command::new("certtool");
    command.arg("--verify").arg("--load-ca-certificate").arg(&files.roots);
    match case.purpose {
        None => {}
        Some(Purpose::Server) => drop(command.args(["--verify-purpose", "1.3.6.1.5.5.7.3.1"])),
        Some(Purpose::Client) => drop(command.args(["--verify-purpose", "1.3.6.1.5.5.7.3.2"])),
    }
    if let Some(host) = case.host {
        command.args(["--verify-hostname", host]);
    }
    command.arg("--infile").arg(&files.chain);
    command
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
