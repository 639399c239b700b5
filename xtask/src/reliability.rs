//! `cargo xtask reliability`: orders of messages, datagrams under faults, a flood and a soak, each with its full count;
//! what the tests print as figures goes into `docs/reliability.md`.

use crate::{report, shell};
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Instant;

/// What a line of a test begins with that is a figure.
const MARK: &str = "figure: ";

/// A test with figures.
struct Part {
    /// As it is named on the command line and in the document.
    name: &'static str,
    package: &'static str,
    /// What cargo needs to find it.
    which: &'static [&'static str],
}

const PARTS: [Part; 5] = [
    Part { name: "orders", package: "embertls-testkit", which: &["--test", "orders"] },
    Part { name: "schedules", package: "embertls-testkit", which: &["--test", "schedules"] },
    Part { name: "flood", package: "embertls-io", which: &["--all-features", "--lib", "flood"] },
    Part { name: "spray", package: "embertls-io", which: &["--all-features", "--lib", "spray"] },
    Part { name: "soak", package: "embertls-io", which: &["--all-features", "--test", "udp_soak"] },
];

/// Runs the verb: all parts, or those that are named.
///
/// # Errors
/// An unknown part; a test fails, or prints no figure.
pub(crate) fn run(root: &Path, arguments: &[String]) -> Result<(), String> {
    if arguments.iter().any(|name| PARTS.iter().all(|part| part.name != name)) {
        let names = PARTS.map(|part| part.name).join("] [");
        return Err(format!("usage: cargo xtask reliability [{names}]"));
    }
    let is_named = |part: &&Part| arguments.is_empty() || arguments.iter().any(|name| name == part.name);
    for Part { name, package, which } in PARTS.iter().filter(is_named) {
        // Built before the clock starts.
        shell::run(
            root,
            "cargo",
            &[&["test", "--quiet", "--package", package, "--no-run"], *which].concat(),
            &[],
        )?;
        let begin = Instant::now();
        let mut figures = figures(root, package, which)?;
        if figures.is_empty() {
            return Err(format!("{package} {} printed no figure", which.join(" ")));
        }
        figures.sort();
        figures.push(format!("all of this in {} seconds", begin.elapsed().as_secs()));
        let text: String = figures.iter().map(|figure| format!("- {figure}\n")).collect();
        report::replace(&root.join("docs/reliability.md"), name, &text)?;
    }
    Ok(())
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
