//! What peers are built with, and where: `target/peers/`, so that it stays until one of the inputs is another.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};
use std::process::Command;

/// `target/peers/`.
pub(super) fn peers() -> PathBuf {
    let target = std::env::var_os("CARGO_TARGET_DIR")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target"), PathBuf::from);
    target.join("peers")
}

/// One in it, named by all that goes into what is built.
pub(super) fn folder(name: &str, inputs: impl Hash) -> PathBuf {
    let mut hash = DefaultHasher::new();
    inputs.hash(&mut hash);
    peers().join(format!("{name}-{:016x}", hash.finish()))
}

/// What the command prints.
///
/// # Errors
/// It cannot be started, or it fails: its first lines.
pub(super) fn run(command: &mut Command) -> Result<String, String> {
    let name = command.get_program().to_string_lossy().into_owned();
    let output = command.output().map_err(|error| format!("{name} cannot be started: {error}"))?;
    if output.status.success() {
        return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
    }
    let errors = String::from_utf8_lossy(&output.stderr);
    Err(format!("{name} fails: {}", errors.lines().take(8).collect::<Vec<_>>().join(" / ")))
}
