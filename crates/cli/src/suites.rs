//! `ember suites`: which cipher suites there are, which of them this build has, and all that a profile offers.

use crate::{exit::Failure, json::Json, output::answer};
use clap::Args;
use embertls::{
    Profile,
    limits::MAX_PLAINTEXT_BYTES,
    registry::{profiles, suites},
};
use std::process::ExitCode;
use x509::limits::{MAX_INTERMEDIATES, MAX_RSA_BITS, MIN_RSA_BITS};

/// Options of `ember suites`.
#[derive(Args)]
pub(crate) struct Options {
    /// Every suite that is known by name, and whether this build has it
    #[arg(long, conflicts_with_all = ["compiled", "profile"])]
    all: bool,
    /// The suites of this build, in order of preference; the default
    #[arg(long, conflicts_with = "profile")]
    compiled: bool,
    /// The suites of a profile, in order of preference, and whatever else it offers
    #[arg(long, value_name = "NAME")]
    profile: Option<String>,
    /// Answer as one line of JSON
    #[arg(long)]
    json: bool,
}

/// Number and name of each suite that is known by name.
const KNOWN: &str = include_str!("../data/suites.txt");

/// A line of the answer.
struct Row {
    id: u16,
    name: &'static str,
    compiled: bool,
}

pub(crate) fn run(options: &Options) -> Result<ExitCode, Failure> {
    let profile = options.profile.as_deref().map(profile).transpose()?;
    let rows = match profile {
        Some(profile) => of_profile(profile),
        None if options.all => all(),
        None => compiled(),
    };
    if options.json {
        return answer(format!("{}\n", Json::array(rows.iter().map(json))).as_bytes(), ExitCode::SUCCESS);
    }
    let mut text = String::new();
    for Row { id, name, compiled } in rows {
        let note = if options.all && !compiled { "  (not in this build)" } else { "" };
        text.push_str(&format!("{id:#06X} {name}{note}\n"));
    }
    text.extend(profile.map(beside_suites));
    answer(text.as_bytes(), ExitCode::SUCCESS)
}

fn json(row: &Row) -> Json {
    let in_default = profiles::DEFAULT.suites.iter().any(|suite| suite.id.0 == row.id);
    Json::object([
        ("id", format!("{:#06X}", row.id).into()),
        ("name", row.name.into()),
        ("compiled", row.compiled.into()),
        ("default", in_default.into()),
    ])
}

fn compiled() -> Vec<Row> {
    suites::ALL.iter().map(|suite| Row { id: suite.id.0, name: suite.name, compiled: true }).collect()
}

fn all() -> Vec<Row> {
    let mut rows = compiled();
    for (id, name) in KNOWN.lines().filter_map(known) {
        if !rows.iter().any(|row| row.id == id) {
            rows.push(Row { id, name, compiled: false });
        }
    }
    rows.sort_by_key(|row| row.id);
    rows
}

fn known(line: &'static str) -> Option<(u16, &'static str)> {
    let (id, name) = line.strip_prefix("0x")?.split_once(' ')?;
    Some((u16::from_str_radix(id, 16).ok()?, name))
}

fn profile(name: &str) -> Result<&'static Profile<'static>, Failure> {
    let Some((_, profile)) = profiles::ALL.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)) else {
        let names: Vec<&str> = profiles::ALL.iter().map(|(name, _)| *name).collect();
        return Err(Failure::Usage(format!("there is no profile '{name}'; there are: {}", names.join(", "))));
    };
    Ok(profile)
}

fn of_profile(profile: &Profile<'static>) -> Vec<Row> {
    profile.suites.iter().map(|suite| Row { id: suite.id.0, name: suite.name, compiled: true }).collect()
}

/// What a profile says of everything but suites, a line each, and the limits that hold for it.
fn beside_suites(profile: &Profile<'static>) -> String {
    let Profile { versions, suites: _, groups, schemes, certificate_algorithms, curves, extensions } =
        profile;
    let limits = [
        format!("records of {MAX_PLAINTEXT_BYTES} bytes"),
        format!("RSA of {MIN_RSA_BITS} to {MAX_RSA_BITS} bits"),
        format!("{MAX_INTERMEDIATES} intermediate certificates"),
    ];
    let lines = [
        ("versions", list(versions, |version| version.name)),
        ("groups", list(groups, |group| group.name())),
        ("signature schemes", list(schemes, |scheme| scheme.name)),
        ("signatures of certificates", list(certificate_algorithms, |algorithm| algorithm.name)),
        ("curves of keys", list(curves, |curve| curve.name)),
        ("extensions", list(extensions, |extension| extension.name)),
        ("limits", limits.join(", ")),
    ];
    lines.iter().map(|(what, values)| format!("{what}: {values}\n")).collect()
}

fn list<T>(rows: &[&T], name: fn(&T) -> &'static str) -> String {
    match rows {
        [] => "none".into(),
        rows => rows.iter().map(|row| name(row)).collect::<Vec<_>>().join(", "),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_known_suites_contain_the_compiled_ones_under_the_same_names() {
        let known: Vec<_> = KNOWN.lines().filter_map(known).collect();
        assert!(known.len() > 150);
        for row in compiled() {
            assert!(known.contains(&(row.id, row.name)), "{}", row.name);
        }
        assert_eq!(all().len(), known.len());
    }

    #[test]
    fn the_default_profile_is_forward_secret_aead_only() {
        let rows = of_profile(profile("default").unwrap());
        assert!(!rows.is_empty());
        let is_aead = |name: &str| name.contains("_GCM_") || name.contains("_POLY1305_");
        assert!(rows.iter().all(|row| row.name.starts_with("TLS_ECDHE_") && is_aead(row.name)));
        assert_eq!(profile("none").err().unwrap().number(), 2);
    }
}
