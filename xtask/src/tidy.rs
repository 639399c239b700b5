//! `cargo xtask tidy`: what the compiler does not check. Headers, sizes of files, places of `cfg(feature)`, unfinished
//! work, citations, and the attributes of library crates.

use crate::shell;
use std::fs;
use std::path::Path;

/// Lines without tests at which a file is too long to read.
const WARN_LINES: usize = 600;
/// Lines at which it must be split.
const FAIL_LINES: usize = 1000;
/// Lines of inline tests at which they move to a file of their own.
const TEST_LINES: usize = 300;

/// Crates that are `no_std` and without `unsafe`.
const LIBRARIES: &[&str] =
    &["memory", "codec", "crypto", "pki", "x509", "suites", "record", "handshake", "embertls", "certs"];

/// Looks at every Rust file.
///
/// # Errors
/// Everything that is found, a line each.
pub(crate) fn run(root: &Path, _arguments: &[String]) -> Result<(), String> {
    let mut found = Vec::new();
    let mut files = shell::tracked(root, "crates", ".rs")?;
    files.extend(shell::tracked(root, "xtask", ".rs")?);
    for path in &files {
        let text = fs::read_to_string(root.join(path)).map_err(|error| format!("{path}: {error}"))?;
        look_at(path, &text, &mut found);
    }
    for name in LIBRARIES {
        let path = format!("crates/{name}/src/lib.rs");
        let text = fs::read_to_string(root.join(&path)).map_err(|error| format!("{path}: {error}"))?;
        for attribute in ["#![no_std]", "#![forbid(unsafe_code)]"] {
            if !text.contains(attribute) {
                found.push(format!("{path}: {attribute} is missing"));
            }
        }
    }
    println!("{} files, {} things to mend", files.len(), found.len());
    if found.is_empty() { Ok(()) } else { Err(found.join("\n")) }
}

fn look_at(path: &str, text: &str, found: &mut Vec<String>) {
    if !text.starts_with("//!") {
        found.push(format!("{path}: does not open with what it is for (//!)"));
    }
    let is_test = path.contains("/tests/") || path.ends_with("tests.rs");
    let total = text.lines().count();
    let code = text.lines().position(|line| line.starts_with("mod tests {")).unwrap_or(total);
    if code > FAIL_LINES && !is_test {
        found.push(format!("{path}: {code} lines; split it"));
    } else if code > WARN_LINES && !is_test {
        println!("warning: {path} has {code} lines");
    }
    if total - code > TEST_LINES {
        found.push(format!("{path}: {} lines of tests belong in a file of their own", total - code));
    }
    let library = path.starts_with("crates/") && path.contains("/src/") && !is_test;
    for (number, line) in text.lines().enumerate().take(code) {
        let mut mend = |what: &str| found.push(format!("{path}:{}: {what}", number + 1));
        let indent = line.len() - line.trim_start().len();
        if library
            && indent > 4
            && line.trim_start().starts_with("#[cfg(feature")
            && !path.contains("/registry/")
        {
            mend("cfg(feature) inside code");
        }
        for unfinished in ["todo!(", "unimplemented!(", "FIXME"] {
            if line.contains(unfinished) && !path.starts_with("xtask/") {
                mend("unfinished work");
            }
        }
        if line.trim_start().starts_with("#[allow(") || line.trim_start().starts_with("#![allow(") {
            mend("an exception is #[expect(.., reason = ..)]");
        }
        if let Some(at) = line.find("RFC").filter(|_| line.contains("//")) {
            let after = line.get(at + 3..).unwrap_or_default();
            if after.starts_with(|c: char| c.is_ascii_digit()) || after.starts_with("-") {
                mend("RFCs are cited as `RFC 5246 section 7.4`");
            }
        }
    }
}
