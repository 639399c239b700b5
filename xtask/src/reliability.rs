//! `cargo xtask reliability`: datagrams under faults, a flood and a soak, each with its full count; what the tests print as
//! figures goes into `docs/reliability.md`.

use crate::report;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};

/// What a line of a test begins with that is a figure.
const MARK: &str = "figure: ";

/// The tests, by package and what cargo needs to find them.
const TESTS: [(&str, &[&str]); 4] = [
    ("embertls-testkit", &["--test", "datagrams"]),
    ("embertls-io", &["--all-features", "--lib", "flood"]),
    ("embertls-io", &["--all-features", "--lib", "spray"]),
    ("embertls-io", &["--all-features", "--test", "udp_soak"]),
];

/// Runs the verb.
///
/// # Errors
/// A test fails, or prints no figure.
pub(crate) fn run(root: &Path, arguments: &[String]) -> Result<(), String> {
    if !arguments.is_empty() {
        return Err("usage: cargo xtask reliability".into());
    }
    let mut text = String::new();
    for (package, which) in TESTS {
        let figures = figures(root, package, which)?;
        if figures.is_empty() {
            return Err(format!("{package} {} printed no figure", which.join(" ")));
        }
        for figure in figures {
            text.push_str(&format!("- {figure}\n"));
        }
    }
    report::replace(&root.join("docs/reliability.md"), "datagrams", &text)
}

/// Runs a test file with its full counts, and shows all that it prints.
fn figures(root: &Path, package: &str, which: &[&str]) -> Result<Vec<String>, String> {
    let command = [&["test", "--quiet", "--package", package], which, &["--", "--nocapture"]].concat();
    let failed = |error: std::io::Error| format!("cargo {}: {error}", command.join(" "));
    let mut child = Command::new("cargo")
        .args(&command)
        .env("EMBERTLS_FULL", "1")
        .current_dir(root)
        .stdout(Stdio::piped())
        .spawn()
        .map_err(failed)?;
    let mut figures = Vec::new();
    for line in BufReader::new(child.stdout.take().ok_or("no output")?).lines() {
        let line = line.map_err(failed)?;
        println!("{line}");
        // The harness may have begun the line with its dots.
        figures.extend(line.split_once(MARK).map(|(_, figure)| figure.to_owned()));
    }
    let status = child.wait().map_err(failed)?;
    if status.success() { Ok(figures) } else { Err(format!("cargo {} failed", command.join(" "))) }
}
