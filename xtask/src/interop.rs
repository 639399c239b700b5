//! `cargo xtask interop`: builds the `ember` tool and runs it against real programs; the table goes to
//! `docs/interop.md` and is compared with the committed one. Arguments are those of testkit's program `interop`.

use crate::shell;
use std::path::Path;
use std::process::Command;

/// The programs that the table needs, with the Debian packages that have them; mbedTLS is built with gcc.
pub(crate) const PEERS: &[(&str, &str)] = &[
    ("openssl", "openssl"),
    ("gnutls-cli", "gnutls-bin"),
    ("gnutls-serv", "gnutls-bin"),
    ("curl", "curl"),
    ("python3", "python3"),
    ("gcc", "gcc"),
    ("/usr/include/stdlib.h", "libc6-dev"),
];

/// Runs the table.
///
/// # Errors
/// A peer that is not installed, a build that fails, a cell that fails or differs from the committed table.
pub(crate) fn run(root: &Path, arguments: &[String]) -> Result<(), String> {
    shell::need(root, PEERS)?;
    cargo(root, &["build", "--quiet", "-p", "embertls-cli", "-p", "embertls-testkit", "--bins"], &[])?;
    cargo(root, &["run", "--quiet", "-p", "embertls-testkit", "--bin", "interop", "--"], arguments)
}

fn cargo(root: &Path, words: &[&str], arguments: &[String]) -> Result<(), String> {
    let status = Command::new("cargo")
        .args(words)
        .args(arguments)
        .current_dir(root)
        .status()
        .map_err(|error| format!("cargo {}: {error}", words.join(" ")))?;
    if status.success() { Ok(()) } else { Err(format!("cargo {} failed", words.join(" "))) }
}
