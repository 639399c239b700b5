//! `cargo xtask fuzz`: every target in turn, its executions and findings into `docs/reliability.md`; `--replay` runs
//! the committed corpora through the same functions without a fuzzer, `--seeds` writes the corpora anew.

use crate::report;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// What coverage-guided fuzzing asks of the compiler; these are the flags that libFuzzer's runtime understands.
const INSTRUMENTATION: &str = "--cfg fuzzing -Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 \
    -Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table \
    -Cllvm-args=-sanitizer-coverage-trace-compares -Cdebug-assertions -Coverflow-checks -Zsanitizer=address";

/// Longest input in bytes.
const MAX_INPUT_BYTES: usize = 20_000;

/// What one target came to.
struct Outcome {
    target: String,
    seconds: u64,
    executions: u64,
    coverage: u64,
    corpus: u64,
    /// Names of inputs that crashed, hung or leaked.
    findings: Vec<String>,
}

/// Runs the verb.
///
/// # Errors
/// A usage error, a failed build, or a finding.
pub(crate) fn run(root: &Path, arguments: &[String]) -> Result<(), String> {
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["--replay"] => tool(root, "replay"),
        ["--seeds"] => tool(root, "seeds"),
        ["--seconds", n] => fuzz(root, n, None),
        ["--seconds", n, "--target", target] => fuzz(root, n, Some(target)),
        _ => Err("usage: cargo xtask fuzz --seconds N [--target NAME] | --replay | --seeds".into()),
    }
}

/// A plain program of the fuzz workspace, without the fuzzer.
fn tool(root: &Path, name: &str) -> Result<(), String> {
    let status = Command::new("cargo")
        .args([
            "run",
            "--quiet",
            "--manifest-path",
            "fuzz/Cargo.toml",
            "--no-default-features",
            "--bin",
            name,
        ])
        .current_dir(root)
        .status();
    match status {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(format!("{name}: {status}")),
        Err(error) => Err(format!("cargo: {error}")),
    }
}

/// The targets, by their files.
fn targets(root: &Path) -> Result<Vec<String>, String> {
    let entries =
        fs::read_dir(root.join("fuzz/fuzz_targets")).map_err(|error| format!("fuzz_targets: {error}"))?;
    let mut names: Vec<String> =
        entries.flatten().filter_map(|entry| Some(entry.path().file_stem()?.to_str()?.to_owned())).collect();
    names.sort();
    Ok(names)
}

fn fuzz(root: &Path, seconds: &str, only: Option<&str>) -> Result<(), String> {
    let seconds: u64 = seconds.parse().map_err(|_| format!("{seconds} is not a number of seconds"))?;
    let mut targets = targets(root)?;
    targets.retain(|target| only.is_none_or(|only| only == target));
    let share = seconds
        .checked_div(targets.len() as u64)
        .ok_or_else(|| format!("there is no target {}", only.unwrap_or_default()))?
        .max(1);
    let host = host_triple()?;
    let target_directory = target_directory(root);
    build(root, &target_directory, &host)?;
    let mut outcomes = Vec::new();
    for target in targets {
        println!("fuzzing {target} for {share} s");
        let binary = target_directory.join(&host).join("release").join(&target);
        let outcome = run_target(root, &target_directory, &binary, &target, share)?;
        println!(
            "  {} executions, {} edges covered, {} findings",
            outcome.executions,
            outcome.coverage,
            outcome.findings.len()
        );
        outcomes.push(outcome);
    }
    let table = table(&outcomes);
    println!("{table}");
    if only.is_none() {
        report::replace(&root.join("docs/reliability.md"), "fuzz", &table)?;
    }
    let findings: Vec<_> = outcomes.iter().flat_map(|outcome| &outcome.findings).collect();
    if findings.is_empty() { Ok(()) } else { Err(format!("findings in fuzz/artifacts: {findings:?}")) }
}

fn target_directory(root: &Path) -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR")
        .map_or_else(|| root.join("fuzz/target"), PathBuf::from)
        .join("libfuzzer")
}

fn host_triple() -> Result<String, String> {
    let output = Command::new("rustc").arg("-vV").output().map_err(|error| format!("rustc: {error}"))?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let host = text.lines().find_map(|line| line.strip_prefix("host: ")).map(str::to_owned);
    host.ok_or_else(|| "rustc does not say its host".into())
}

/// Builds all targets: on nightly when there is one, else on stable with its unstable options unlocked.
fn build(root: &Path, target_directory: &Path, host: &str) -> Result<(), String> {
    let nightly = Command::new("cargo").args(["+nightly", "--version"]).output();
    let mut cargo = Command::new("cargo");
    if nightly.is_ok_and(|output| output.status.success()) {
        // The variables that the running cargo set for this program must not choose the toolchain.
        cargo.arg("+nightly").env_remove("RUSTUP_TOOLCHAIN").env_remove("RUSTC").env_remove("CARGO");
    } else {
        cargo.env("RUSTC_BOOTSTRAP", "1");
    }
    let status = cargo
        .args(["build", "--release", "--bins", "--manifest-path", "fuzz/Cargo.toml", "--target", host])
        .current_dir(root)
        .env("RUSTFLAGS", INSTRUMENTATION)
        .env("CARGO_TARGET_DIR", target_directory)
        .status()
        .map_err(|error| format!("cargo: {error}"))?;
    if status.success() { Ok(()) } else { Err("the fuzz targets do not build".into()) }
}

fn run_target(
    root: &Path,
    target_directory: &Path,
    binary: &Path,
    target: &str,
    seconds: u64,
) -> Result<Outcome, String> {
    let grown = target_directory.join("corpus").join(target);
    let artifacts = root.join("fuzz/artifacts").join(target);
    for directory in [&grown, &artifacts] {
        fs::create_dir_all(directory).map_err(|error| format!("{}: {error}", directory.display()))?;
    }
    let before = names(&artifacts);
    let output = Command::new(binary)
        .arg(&grown)
        .arg(root.join("fuzz/corpus").join(target))
        .arg(format!("-max_total_time={seconds}"))
        .arg(format!("-max_len={MAX_INPUT_BYTES}"))
        .arg(format!("-artifact_prefix={}/", artifacts.display()))
        .args(["-print_final_stats=1", "-timeout=10", "-rss_limit_mb=2048", "-use_value_profile=1"])
        .output()
        .map_err(|error| format!("{target}: {error}"))?;
    let log = String::from_utf8_lossy(&output.stderr).into_owned();
    let mut findings = names(&artifacts);
    findings.retain(|name| !before.contains(name));
    if !output.status.success() {
        let tail: Vec<&str> = log.lines().rev().take(40).collect();
        eprintln!("{}", tail.into_iter().rev().collect::<Vec<_>>().join("\n"));
        if findings.is_empty() {
            findings.push(format!("{target}: {}", output.status));
        }
    }
    let statistic = |name: &str| log.lines().rev().find_map(|line| after(line, name)).unwrap_or(0);
    Ok(Outcome {
        target: target.to_owned(),
        seconds,
        executions: statistic("stat::number_of_executed_units:"),
        coverage: statistic(" cov:"),
        corpus: statistic(" corp:"),
        findings,
    })
}

fn names(directory: &Path) -> Vec<String> {
    let entries = fs::read_dir(directory).into_iter().flatten().flatten();
    entries.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect()
}

/// The number that follows a word of the fuzzer's output.
fn after(line: &str, word: &str) -> Option<u64> {
    let rest = line.split_once(word)?.1.trim_start();
    let end = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
    rest.get(..end)?.parse().ok()
}

fn table(outcomes: &[Outcome]) -> String {
    let mut text = String::from(
        "| target | seconds | executions | edges covered | corpus | findings |\n| --- | ---: | ---: | ---: | ---: | ---: |\n",
    );
    let mut totals = (0, 0, 0);
    for outcome in outcomes {
        let Outcome { target, seconds, executions, coverage, corpus, findings } = outcome;
        let found = findings.len();
        text.push_str(&format!(
            "| {target} | {seconds} | {executions} | {coverage} | {corpus} | {found} |\n"
        ));
        totals = (totals.0 + seconds, totals.1 + executions, totals.2 + found);
    }
    let (seconds, executions, found) = totals;
    text.push_str(&format!("| in all | {seconds} | {executions} | | | {found} |\n"));
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statistics_are_read_from_the_fuzzers_lines() {
        assert_eq!(
            after("stat::number_of_executed_units: 12345", "stat::number_of_executed_units:"),
            Some(12345)
        );
        assert_eq!(after("#65536\tpulse  cov: 321 ft: 900 corp: 77/12Kb lim: 4096", " cov:"), Some(321));
        assert_eq!(after("#65536\tpulse  cov: 321 ft: 900 corp: 77/12Kb lim: 4096", " corp:"), Some(77));
        assert_eq!(after("nothing here", " cov:"), None);
    }

    #[test]
    fn the_table_adds_up() {
        let one = |target: &str, executions, findings: &[&str]| Outcome {
            target: target.into(),
            seconds: 10,
            executions,
            coverage: 5,
            corpus: 2,
            findings: findings.iter().map(|&name| name.into()).collect(),
        };
        let table = table(&[one("a", 100, &[]), one("b", 50, &["crash-1"])]);
        assert!(table.ends_with("| b | 10 | 50 | 5 | 2 | 1 |\n| in all | 20 | 150 | | | 1 |\n"));
    }
}
