//! `cargo xtask interop`: builds the `ember` tool and runs it against OpenSSL and GnuTLS; the table goes to
//! `docs/interop.md` and is compared with the committed one. Arguments are those of testkit's program `interop`.

use std::path::Path;
use std::process::Command;

/// The programs that the table needs, with the Debian packages that have them.
const PEERS: [(&str, &str); 3] =
    [("openssl", "openssl"), ("gnutls-cli", "gnutls-bin"), ("gnutls-serv", "gnutls-bin")];

/// Runs the table.
///
/// # Errors
/// A peer that is not installed, a build that fails, a cell that fails or differs from the committed table.
pub(crate) fn run(root: &Path, arguments: &[String]) -> Result<(), String> {
    for (program, package) in PEERS {
        let version = if program == "openssl" { "version" } else { "--version" };
        if Command::new(program).arg(version).output().is_err() {
            return Err(format!(
                "interop needs {program}, which is not installed: apt-get install {package}"
            ));
        }
    }
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
