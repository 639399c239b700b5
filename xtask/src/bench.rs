//! `cargo xtask bench`: EmberTLS beside OpenSSL in one run, as medians and ratios, into `docs/performance.md`.

mod verification;

use crate::{report, shell};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// What a group of benches measures, from its name.
const HANDSHAKES: &str = "handshake/";

/// A median that criterion found.
struct Measured {
    group: String,
    function: String,
    /// Bytes a turn; none for handshakes.
    bytes: Option<f64>,
    nanoseconds: f64,
}

/// Runs the benches and writes the table.
///
/// # Errors
/// What is missing on this machine, or what failed.
pub(crate) fn run(root: &Path, arguments: &[String]) -> Result<(), String> {
    match arguments {
        [] => {}
        [only] if only == "--resumption" => return resumption(root),
        [only] if only == "--verification" => return verification::run(root),
        [unknown, ..] => return Err(format!("bench takes --resumption or --verification, not {unknown}")),
    }
    resumption(root)?;
    verification::run(root)?;
    let results = target_directory(root).join("criterion");
    if results.exists() {
        fs::remove_dir_all(&results).map_err(|error| format!("{}: {error}", results.display()))?;
    }
    let status = Command::new("cargo")
        .args(["bench", "--manifest-path", "benches/Cargo.toml", "--benches", "--"])
        .args(["--noplot", "--sample-size", "20", "--warm-up-time", "0.3", "--measurement-time", "1.5"])
        .current_dir(root)
        .env("CRITERION_HOME", &results)
        .status()
        .map_err(|error| format!("cargo bench: {error}"))?;
    if !status.success() {
        return Err("cargo bench failed".into());
    }
    let mut measured = Vec::new();
    collect(&results, &mut measured)?;
    let table = table(&measured)?;
    println!("{table}");
    let text = format!("{}\n{table}", machine());
    report::replace(&root.join("docs/performance.md"), "bench", &text)
}

/// What full handshakes cost beside resumed ones; needs no OpenSSL.
fn resumption(root: &Path) -> Result<(), String> {
    let table = shell::output(
        root,
        "cargo",
        &["run", "--release", "--quiet", "--package", "embertls-testkit", "--bin", "resumption"],
    )?;
    println!("{table}");
    let text = format!("{}\n{table}", machine());
    report::replace(&root.join("docs/performance.md"), "resumption", &text)
}

fn need_openssl() -> Result<(), String> {
    let linked = Command::new("pkg-config").args(["--exists", "openssl"]).status();
    if linked.is_ok_and(|status| status.success()) {
        return Ok(());
    }
    Err("the benches compare with the system's OpenSSL: install libssl-dev and pkg-config".into())
}

fn target_directory(root: &Path) -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("benches/target"), PathBuf::from)
}

/// Finds every `new/` directory that criterion wrote.
fn collect(directory: &Path, measured: &mut Vec<Measured>) -> Result<(), String> {
    let entries = fs::read_dir(directory).map_err(|error| format!("{}: {error}", directory.display()))?;
    for path in entries.flatten().map(|entry| entry.path()).filter(|path| path.is_dir()) {
        if path.ends_with("new") {
            let read = |name| fs::read_to_string(path.join(name)).map_err(|error| format!("{name}: {error}"));
            measured.push(
                parse(&read("benchmark.json")?, &read("estimates.json")?)
                    .ok_or_else(|| format!("{} is not what criterion used to write", path.display()))?,
            );
        } else {
            collect(&path, measured)?;
        }
    }
    Ok(())
}

/// Reads the few fields that are needed of criterion's two files.
fn parse(benchmark: &str, estimates: &str) -> Option<Measured> {
    let text = |key: &str| {
        let rest = benchmark.split_once(&format!("\"{key}\":\""))?.1;
        Some(rest.split_once('"')?.0.to_owned())
    };
    let median = estimates.split_once("\"median\":")?.1;
    let nanoseconds = number(median.split_once("\"point_estimate\":")?.1)?;
    let bytes = benchmark.split_once("\"Bytes\":").and_then(|(_, rest)| number(rest));
    Some(Measured { group: text("group_id")?, function: text("function_id")?, bytes, nanoseconds })
}

/// The number at the start of a text.
fn number(text: &str) -> Option<f64> {
    text.split([',', '}']).next()?.trim().parse().ok()
}

/// One row for each thing measured on both stacks: handshakes first, then by name and size.
fn table(measured: &[Measured]) -> Result<String, String> {
    let ours: Vec<_> = measured.iter().filter(|m| m.function == "embertls").collect();
    let mut rows = Vec::new();
    for our in ours {
        let their = measured
            .iter()
            .find(|m| m.function == "openssl" && m.group == our.group && m.bytes == our.bytes)
            .ok_or_else(|| format!("{}: OpenSSL was not measured", our.group))?;
        let ratio = their.nanoseconds / our.nanoseconds;
        let (order, cells) = match our.bytes {
            None => (0, format!("{:.0} /s | {:.0} /s", 1e9 / our.nanoseconds, 1e9 / their.nanoseconds)),
            Some(bytes) => (
                1,
                format!(
                    "{:.0} MB/s | {:.0} MB/s",
                    bytes * 1e3 / our.nanoseconds,
                    bytes * 1e3 / their.nanoseconds
                ),
            ),
        };
        let name = our
            .group
            .strip_prefix(HANDSHAKES)
            .map_or_else(|| our.group.replacen('/', " ", 1), |name| format!("handshake {name}"));
        let size = our.bytes.map_or(String::new(), |bytes| format!(", {bytes} bytes"));
        let position = (order, name.clone(), our.bytes.unwrap_or(0.0));
        rows.push((position, format!("| {name}{size} | {cells} | {ratio:.2} |\n")));
    }
    if rows.is_empty() {
        return Err("criterion measured nothing".into());
    }
    rows.sort_by(|(a, _), (b, _)| a.partial_cmp(b).unwrap_or(std::cmp::Ordering::Equal));
    let mut table =
        String::from("| what | EmberTLS | OpenSSL | EmberTLS / OpenSSL |\n| --- | ---: | ---: | ---: |\n");
    table.extend(rows.into_iter().map(|(_, row)| row));
    Ok(table)
}

/// The machine and the versions, in one sentence.
fn machine() -> String {
    let cpuinfo = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = cpuinfo
        .lines()
        .find_map(|line| line.strip_prefix("model name"))
        .map_or("an unknown processor", |rest| rest.trim_start_matches([' ', '\t', ':']));
    let flags = cpuinfo.lines().find(|line| line.starts_with("flags")).unwrap_or_default();
    let aes = if flags.split(' ').any(|flag| flag == "aes") { "with" } else { "without" };
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let version = |program: &str, argument: &str| {
        let output = Command::new(program).arg(argument).output();
        let text =
            output.map(|output| String::from_utf8_lossy(&output.stdout).into_owned()).unwrap_or_default();
        text.split(" (").next().unwrap_or_default().trim().to_owned()
    };
    format!(
        "Machine: {model}, {cores} cores, {aes} AES instructions; {}; {}.\n",
        version("rustc", "--version"),
        version("openssl", "version")
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    const ESTIMATES: &str = r#"{"mean":{"confidence_interval":{"x":1},"point_estimate":9.0},"median":{"confidence_interval":{"confidence_level":0.95},"point_estimate":2000.0,"standard_error":1.0}}"#;

    #[test]
    fn a_median_is_read_with_its_name_and_size() {
        let benchmark = r#"{"group_id":"aes/X","function_id":"embertls","value_str":"64","throughput":{"Bytes":64},"full_id":"x"}"#;
        let measured = parse(benchmark, ESTIMATES).unwrap();
        assert_eq!(
            (measured.group.as_str(), measured.bytes, measured.nanoseconds),
            ("aes/X", Some(64.0), 2000.0)
        );
        assert!(parse("{}", ESTIMATES).is_none());
    }

    #[test]
    fn the_table_gives_rates_and_the_ratio() {
        let one = |group: &str, function: &str, bytes, nanoseconds| Measured {
            group: group.into(),
            function: function.into(),
            bytes,
            nanoseconds,
        };
        let table = table(&[
            one("record/A", "embertls", Some(1000.0), 2000.0),
            one("record/A", "openssl", Some(1000.0), 1000.0),
            one("handshake/B", "embertls", None, 1e6),
            one("handshake/B", "openssl", None, 5e5),
        ])
        .unwrap();
        let rows: Vec<_> = table.lines().skip(2).collect();
        assert_eq!(
            rows,
            [
                "| handshake B | 1000 /s | 2000 /s | 0.50 |",
                "| record A, 1000 bytes | 500 MB/s | 1000 MB/s | 0.50 |"
            ]
        );
        assert!(super::table(&[one("x", "embertls", None, 1.0)]).is_err());
    }
}
