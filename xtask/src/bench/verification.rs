//! `cargo xtask bench --verification`: one chain of leaf and intermediate, verified by EmberTLS, rustls-webpki and OpenSSL: time
//! in one process by turns, instructions by callgrind, heap by valgrind's list of allocations.

use super::machine;
use crate::{report, shell};
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Command;

/// Chains as the program names them, and here.
const KINDS: [(&str, &str); 2] = [("p256", "P-256"), ("rsa2048", "RSA-2048")];

/// Verifiers as the program names them, here, and whether both certificates must be at hand at once.
const VERIFIERS: [(&str, &str, bool); 4] = [
    ("embertls", "EmberTLS, as a stream", false),
    ("embertls-set", "EmberTLS, as a set", true),
    ("webpki", "rustls-webpki on ring", true),
    ("openssl", "OpenSSL", true),
];

/// An allocation that the program makes around the last verification.
const MARK: &str = "1000003";

/// Verifications of the longer of two counted runs; the difference is free of what is done once.
const LONGER_TURNS: u64 = 5;

/// What a verification allocates.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Heap {
    peak: u64,
    allocations: u64,
}

/// Measures and writes the table.
///
/// # Errors
/// What is missing on this machine, or what failed.
pub(super) fn run(root: &Path) -> Result<(), String> {
    super::need_openssl()?;
    shell::need(root, &[("valgrind", "valgrind")])?;
    let program = super::target_directory(root).join("release/verification");
    let build = ["build", "--quiet", "--profile", "bench", "--bin", "verification", "--manifest-path"];
    shell::run(root, "cargo", &[&build[..], &["benches/Cargo.toml"]].concat(), &[])?;
    let scratch = std::env::temp_dir().join(format!("embertls-verification-{}", std::process::id()));
    fs::create_dir_all(&scratch).map_err(|error| format!("{}: {error}", scratch.display()))?;
    let table = measure(root, &program.to_string_lossy(), &scratch);
    let removed = fs::remove_dir_all(&scratch).map_err(|error| format!("{}: {error}", scratch.display()));
    let table = table?;
    removed?;
    println!("{table}");
    let versions = format!("rustls-webpki {}, {}", locked(root, "rustls-webpki")?, valgrind(root)?);
    let text = format!("{}Also {versions}.\n\n{table}", machine());
    report::replace(&root.join("docs/performance.md"), "verification", &text)
}

fn measure(root: &Path, program: &str, scratch: &Path) -> Result<String, String> {
    let folder = scratch.to_string_lossy();
    shell::run(root, program, &["make", &folder], &[])?;
    let times = shell::output(root, program, &["times", &folder])?;
    let mut table = String::from(
        "| chain | verifier | time | of EmberTLS's stream | instructions | heap peak | allocations | certificates at hand | heap \
         and certificates |\n| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |\n",
    );
    for (kind, kind_name) in KINDS {
        let len = |part: &str| {
            let path = scratch.join(format!("{kind}-{part}.der"));
            fs::metadata(&path).map(|file| file.len()).map_err(|error| format!("{}: {error}", path.display()))
        };
        let (leaf, intermediate) = (len("leaf")?, len("intermediate")?);
        let ours = time(&times, kind, "embertls")?;
        for (verifier, name, at_once) in VERIFIERS {
            let nanoseconds = time(&times, kind, verifier)?;
            let instructions = instructions(root, program, &[&folder, kind, verifier])?;
            let Heap { peak, allocations } = heap(&allocations(root, program, &[&folder, kind, verifier])?)?;
            let held = if at_once { leaf + intermediate } else { leaf.max(intermediate) };
            table += &format!(
                "| {kind_name} | {name} | {:.0} µs | {:.2} | {:.2} million | {peak} | {allocations} | {held} | {} |\n",
                nanoseconds / 1e3,
                nanoseconds / ours,
                instructions / 1e6,
                peak + held,
            );
        }
    }
    Ok(table)
}

/// Of a line `kind verifier nanoseconds`.
fn time(times: &str, kind: &str, verifier: &str) -> Result<f64, String> {
    let found = times.lines().find_map(|line| {
        let rest = line.strip_prefix(kind)?.strip_prefix(' ')?.strip_prefix(verifier)?.strip_prefix(' ')?;
        rest.parse().ok()
    });
    found.ok_or_else(|| format!("{kind}: no time of {verifier}"))
}

/// What valgrind says of a run: its standard error.
fn watched(root: &Path, options: &[&str], program: &str, arguments: &[&str]) -> Result<String, String> {
    let output = Command::new("valgrind")
        .args(options)
        .arg(program)
        .args(arguments)
        .current_dir(root)
        .output()
        .map_err(|error| format!("valgrind: {error}"))?;
    if !output.status.success() {
        return Err(format!("valgrind {program} {} failed", arguments.join(" ")));
    }
    Ok(String::from_utf8_lossy(&output.stderr).into_owned())
}

/// Instructions of one verification.
fn instructions(root: &Path, program: &str, what: &[&str]) -> Result<f64, String> {
    let count = |turns: u64| {
        let turns = turns.to_string();
        let arguments = [&["once"], what, &[&turns]].concat();
        let options = ["--tool=callgrind", "--callgrind-out-file=/dev/null"];
        shell::collected(&watched(root, &options, program, &arguments)?)
    };
    let (one, more) = (count(1)?, count(LONGER_TURNS)?);
    let difference = more.checked_sub(one).ok_or("fewer instructions for more work")?;
    Ok(difference as f64 / (LONGER_TURNS - 1) as f64)
}

/// Every call for memory, of a run in which the last verification is the second one.
fn allocations(root: &Path, program: &str, what: &[&str]) -> Result<String, String> {
    let options = ["--tool=massif", "--massif-out-file=/dev/null", "--trace-malloc=yes"];
    watched(root, &options, program, &[&["once"], what, &["2"]].concat())
}

/// What is allocated between the marks. What is freed there but older does not count.
fn heap(trace: &str) -> Result<Heap, String> {
    let mut between = trace.lines().skip_while(|line| !is_mark(line)).skip(2).peekable();
    if between.peek().is_none() {
        return Err("the program did not mark its verification".into());
    }
    let mut blocks: BTreeMap<&str, u64> = BTreeMap::new();
    let (mut now, mut heap) = (0, Heap::default());
    for line in between {
        if is_mark(line) {
            return Ok(heap);
        }
        let Some((_, call)) = line.strip_prefix("--").and_then(|line| line.split_once("-- ")) else {
            continue;
        };
        let Some((function, rest)) = call.split_once('(') else { continue };
        let (arguments, result) = rest.split_once(')').ok_or_else(|| format!("valgrind says {call}"))?;
        let old = match function {
            "free" => Some(arguments),
            "realloc" => arguments.split(',').next(),
            _ => None,
        };
        now -= old.and_then(|old| blocks.remove(old)).unwrap_or(0);
        if let Some(address) = result.strip_prefix(" = ") {
            let len = len(function, arguments).ok_or_else(|| format!("valgrind says {call}"))?;
            blocks.insert(address, len);
            now += len;
            heap.allocations += 1;
            heap.peak = heap.peak.max(now);
        }
    }
    Err("the program did not mark the end of its verification".into())
}

fn is_mark(line: &str) -> bool {
    line.contains(&format!("malloc({MARK})"))
}

/// The bytes that a call asks for: `malloc(8)`, `calloc(2,4)`, `realloc(0x1,8)`, `memalign(al 64, size 8)`.
fn len(function: &str, arguments: &str) -> Option<u64> {
    let numbers: Vec<&str> = arguments.split(',').map(str::trim).collect();
    match (function, numbers.as_slice()) {
        ("malloc", [len]) | ("realloc", [_, len]) => len.parse().ok(),
        ("calloc", [count, each]) => Some(count.parse::<u64>().ok()? * each.parse::<u64>().ok()?),
        (_, [_, len]) => len.strip_prefix("size ")?.parse().ok(),
        _ => None,
    }
}

/// The version of a crate that the benches are locked to.
fn locked(root: &Path, name: &str) -> Result<String, String> {
    let path = root.join("benches/Cargo.lock");
    let lock = fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?;
    let found = lock
        .split_once(&format!("name = \"{name}\"\nversion = \""))
        .and_then(|(_, rest)| rest.split_once('"'));
    found.map(|(version, _)| version.into()).ok_or_else(|| format!("no {name} in {}", path.display()))
}

fn valgrind(root: &Path) -> Result<String, String> {
    Ok(shell::output(root, "valgrind", &["--version"])?.trim().replace('-', " "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_allocated_between_the_marks_counts() {
        let trace = "\
==7== Massif, a heap profiler
--7-- malloc(5000) = 0xA
--7-- malloc(1000003) = 0xB
--7-- free(0xB)
--7-- malloc(100) = 0xC
--7-- calloc(2,50) = 0xD
--7-- free(0xA)
--7-- free(0xC)
--7-- realloc(0xD,250) = 0xE
--7-- memalign(al 64, size 64) = 0xF
--7-- free(0x0)
--7-- malloc(1000003) = 0xB
--7-- free(0xB)
--7-- malloc(9999) = 0xB
";
        assert_eq!(heap(trace), Ok(Heap { peak: 314, allocations: 4 }));
        assert!(heap("--7-- malloc(5000) = 0xA\n").is_err());
        assert!(heap("--7-- malloc(1000003) = 0xB\n--7-- free(0xB)\n--7-- free(0x0)\n").is_err());
        let strange = trace.replace("memalign(al 64, size 64)", "strange(64)");
        assert!(heap(&strange).is_err());
    }

    #[test]
    fn times_and_counts_are_read() {
        let times = "p256 embertls 1500\np256 embertls-set 1600\n";
        assert_eq!(time(times, "p256", "embertls"), Ok(1500.0));
        assert_eq!(time(times, "p256", "embertls-set"), Ok(1600.0));
        assert!(time(times, "p256", "openssl").is_err());
        assert_eq!(shell::collected("==7== \n==7== Collected : 12345\n"), Ok(12345));
        assert!(shell::collected("").is_err());
    }
}
