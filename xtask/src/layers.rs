//! `cargo xtask layers`: dependencies between the crates point downwards only, and the library crates depend on nothing
//! that links C.

use crate::shell;
use std::path::Path;

/// Each library crate with the crates that it may depend on.
const MAY_USE: &[(&str, &[&str])] = &[
    ("memory", &[]),
    ("codec", &["memory"]),
    ("crypto", &["memory"]),
    ("pki", &["memory", "codec", "crypto"]),
    ("x509", &["memory", "codec", "crypto", "pki"]),
    ("suites", &["memory", "codec", "crypto"]),
    ("record", &["memory", "codec", "crypto", "suites"]),
    ("handshake", &["memory", "codec", "crypto", "suites", "pki", "x509"]),
    ("embertls", &["memory", "codec", "crypto", "suites", "pki", "x509", "record", "handshake"]),
    ("io", &["embertls", "memory", "codec", "crypto", "x509"]),
    ("certs", &["x509"]),
];

/// Checks every arrow.
///
/// # Errors
/// The arrows that point elsewhere, and dependencies that link C.
pub(crate) fn run(root: &Path, _arguments: &[String]) -> Result<(), String> {
    let mut wrong = Vec::new();
    for (name, allowed) in MAY_USE {
        let package = if *name == "embertls" { "embertls".into() } else { format!("embertls-{name}") };
        let tree = shell::output(
            root,
            "cargo",
            &[
                "tree",
                "-p",
                &package,
                "--edges",
                "normal",
                "--depth",
                "1",
                "--prefix",
                "none",
                "--all-features",
            ],
        )?;
        for dependency in tree.lines().skip(1).filter_map(|line| line.split(' ').next()) {
            let short = dependency.strip_prefix("embertls-").unwrap_or(dependency);
            let ours = dependency.starts_with("embertls");
            if ours && !allowed.contains(&short) {
                wrong.push(format!("{name} must not depend on {short}"));
            }
        }
        if *name != "io" {
            let all = shell::output(
                root,
                "cargo",
                &["tree", "-p", &package, "--edges", "normal", "--prefix", "none", "--all-features"],
            )?;
            for banned in ["cc ", "getrandom ", "std "] {
                if all.lines().any(|line| line.starts_with(banned)) {
                    wrong.push(format!("{name} depends on {banned}"));
                }
            }
        }
    }
    println!("{} crates, {} arrows that must not be", MAY_USE.len(), wrong.len());
    if wrong.is_empty() { Ok(()) } else { Err(wrong.join("; ")) }
}
