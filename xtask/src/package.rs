//! `cargo xtask package`: what would be published has all that a registry asks for.

use crate::shell;
use std::path::Path;

/// Packs every crate that is published.
///
/// # Errors
/// What cargo finds missing.
pub(crate) fn run(root: &Path, _arguments: &[String]) -> Result<(), String> {
    let arguments = [
        "package",
        "--workspace",
        "--allow-dirty",
        "--no-verify",
        "--exclude",
        "xtask",
        "--exclude",
        "embertls-testkit",
    ];
    shell::run(root, "cargo", &arguments, &[])
}
