//! `cargo xtask test`: every check of the project, each with its time. Without `--full` large counts are sampled by a
//! seed that changes from day to day and is printed.

use crate::{features, fuzz, interop, layers, mutants, package, reading, sets, shell, tidy};
use std::path::Path;
use std::time::{Instant, SystemTime, UNIX_EPOCH};

/// What a step needs to know.
struct Run<'r> {
    root: &'r Path,
    full: bool,
    seed: String,
}

/// One step.
type Step = (&'static str, fn(&Run<'_>) -> Result<(), String>);

const STEPS: &[Step] = &[
    ("peers", peers),
    ("fmt", |run| shell::run(run.root, "cargo", &["fmt", "--all", "--check"], &[])),
    ("features", |run| features::run(run.root, &["--check".into()])),
    ("layers", |run| layers::run(run.root, &[])),
    ("tidy", |run| tidy::run(run.root, &[])),
    ("package", |run| package::run(run.root, &[])),
    ("clippy", |run| {
        let arguments = ["clippy", "--workspace", "--all-targets", "--", "-D", "warnings"];
        shell::run(run.root, "cargo", &arguments, &[])
    }),
    ("docs", |run| {
        let arguments = ["doc", "--workspace", "--no-deps", "--document-private-items"];
        shell::run(
            run.root,
            "cargo",
            &arguments,
            &[("RUSTDOCFLAGS", "-D warnings -A rustdoc::private-intra-doc-links")],
        )
    }),
    ("tests", tests),
    ("chains", |run| {
        let count = if run.full { "10000" } else { "1000" };
        let program = ["run", "-q", "-p", "embertls-testkit", "--bin", "chains", "--"];
        let arguments = ["--count", count, "--seed", run.seed.as_str()];
        shell::run(run.root, "cargo", &[&program[..], &arguments[..]].concat(), &[])
    }),
    ("reading", |run| reading::run(run.root, &[])),
    ("sets", |run| sets::run(run.root, &[])),
    ("corpora", |run| fuzz::run(run.root, &["--replay".into()])),
    ("mutants", |run| {
        if run.full {
            return mutants::run(run.root, &[]);
        }
        println!("only with --full");
        Ok(())
    }),
    ("interop", |run| {
        let full = if run.full { vec!["--full".to_owned()] } else { Vec::new() };
        interop::run(run.root, &full)
    }),
];

/// Runs all steps, or those that are named.
///
/// # Errors
/// An unknown step, a seed that is no number, or any step that fails; the others are run all the same.
pub(crate) fn run(root: &Path, arguments: &[String]) -> Result<(), String> {
    let named: Vec<&str> = arguments.iter().map(String::as_str).filter(|word| *word != "--full").collect();
    if let Some(unknown) = named.iter().find(|name| !STEPS.iter().any(|(step, _)| step == *name)) {
        let known: Vec<&str> = STEPS.iter().map(|(name, _)| *name).collect();
        return Err(format!("no step {unknown}; there are: {}", known.join(" ")));
    }
    let days = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs() / 86_400);
    let seed = std::env::var("EMBERTLS_SEED").unwrap_or_else(|_| days.to_string());
    if seed.parse::<u64>().is_err() {
        return Err(format!("EMBERTLS_SEED={seed} is not a whole number"));
    }
    let run = Run { root, full: arguments.iter().any(|word| word == "--full"), seed };
    println!("seed {} (EMBERTLS_SEED={} repeats this run)", run.seed, run.seed);
    let begin = Instant::now();
    let mut report = Vec::new();
    let (mut passed, mut failed) = (0, 0);
    for (name, step) in STEPS.iter().filter(|(name, _)| named.is_empty() || named.contains(name)) {
        println!("== {name}");
        let start = Instant::now();
        let outcome = step(&run);
        let seconds = start.elapsed().as_secs_f64();
        match outcome {
            Ok(()) => {
                passed += 1;
                report.push(format!("{name:10} {seconds:7.1} s  ok"));
            }
            Err(reason) => {
                failed += 1;
                eprintln!("{name}: {reason}");
                report.push(format!(
                    "{name:10} {seconds:7.1} s  FAILED: {}",
                    reason.lines().next().unwrap_or_default()
                ));
            }
        }
    }
    report.push(format!("{:10} {:7.1} s", "all", begin.elapsed().as_secs_f64()));
    println!("\n{}", report.join("\n"));
    println!("{passed} passed, {failed} failed");
    if failed == 0 { Ok(()) } else { Err(format!("{failed} steps failed")) }
}

/// What the later steps talk to and build with.
fn peers(run: &Run<'_>) -> Result<(), String> {
    shell::need(run.root, interop::PEERS)?;
    shell::need(
        run.root,
        &[
            ("/usr/bin/rustc", "rustc-web"),
            ("/usr/bin/cargo", "cargo-web"),
            ("/usr/lib/rustlib/src/rust/library/core/Cargo.toml", "rust-web-src"),
        ],
    )
}

fn tests(run: &Run<'_>) -> Result<(), String> {
    let cases = if run.full { "4096" } else { "64" };
    let full = if run.full { "1" } else { "" };
    let environment = [
        ("PROPTEST_CASES", cases),
        ("PROPTEST_RNG_SEED", run.seed.as_str()),
        ("EMBERTLS_SEED", run.seed.as_str()),
        ("EMBERTLS_FULL", full),
    ];
    // The crates whose features are opt-in are tested with all of them.
    shell::run(run.root, "cargo", &["test", "--workspace", "--all-features", "--quiet"], &environment)
}
