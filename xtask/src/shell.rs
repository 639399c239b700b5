//! Running other programs.

use std::path::Path;
use std::process::Command;

/// Runs a program in a folder and fails with its name when it fails.
///
/// # Errors
/// A program that cannot be started or does not succeed.
pub(crate) fn run(
    folder: &Path,
    program: &str,
    arguments: &[&str],
    environment: &[(&str, &str)],
) -> Result<(), String> {
    let status = Command::new(program)
        .args(arguments)
        .envs(environment.iter().copied())
        .current_dir(folder)
        .status()
        .map_err(|error| format!("{program}: {error}"))?;
    if status.success() { Ok(()) } else { Err(format!("{program} {} failed", arguments.join(" "))) }
}

/// What a program prints.
///
/// # Errors
/// As [`run`].
pub(crate) fn output(folder: &Path, program: &str, arguments: &[&str]) -> Result<String, String> {
    let output = Command::new(program)
        .args(arguments)
        .current_dir(folder)
        .output()
        .map_err(|error| format!("{program}: {error}"))?;
    if !output.status.success() {
        let reason = String::from_utf8_lossy(&output.stderr);
        return Err(format!("{program} {} failed: {reason}", arguments.join(" ")));
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// Instructions that callgrind has counted: of its line `==1== Collected : 12345`.
///
/// # Errors
/// No such line.
pub(crate) fn collected(report: &str) -> Result<u64, String> {
    let found = report.lines().find_map(|line| line.split_once("Collected : ")?.1.trim().parse().ok());
    found.ok_or_else(|| "callgrind collected nothing".into())
}

/// Sees to it that programs of Debian packages are there: installs them as root, else says how to.
///
/// # Errors
/// Programs that are missing and cannot be installed.
pub(crate) fn need(folder: &Path, programs: &[(&str, &str)]) -> Result<(), String> {
    let missing: Vec<&str> =
        programs.iter().filter(|(path, _)| !exists(path)).map(|(_, package)| *package).collect();
    if missing.is_empty() {
        return Ok(());
    }
    let how = format!("apt-get install {}", missing.join(" "));
    if output(folder, "id", &["-u"])?.trim() != "0" {
        return Err(format!("these packages are missing; install them: {how}"));
    }
    println!("installing what is missing: {how}");
    run(folder, "apt-get", &["update", "-qq"], &[])?;
    let arguments: Vec<&str> =
        ["install", "-y", "-qq", "--no-install-recommends"].into_iter().chain(missing).collect();
    run(folder, "apt-get", &arguments, &[("DEBIAN_FRONTEND", "noninteractive")])
        .map_err(|error| format!("{error}; by hand: {how}"))
}

/// Whether a program is there: a path, or a name on PATH.
fn exists(program: &str) -> bool {
    if program.contains('/') {
        return Path::new(program).exists();
    }
    std::env::var_os("PATH")
        .is_some_and(|paths| std::env::split_paths(&paths).any(|folder| folder.join(program).exists()))
}

/// The tracked files of the repository below `folder` whose names end so.
///
/// # Errors
/// As [`output`].
pub(crate) fn tracked(root: &Path, folder: &str, ending: &str) -> Result<Vec<String>, String> {
    let listed = output(root, "git", &["ls-files", "--cached", "--others", "--exclude-standard", folder])?;
    Ok(listed
        .lines()
        .filter(|path| path.ends_with(ending) && root.join(path).exists())
        .map(Into::into)
        .collect())
}
