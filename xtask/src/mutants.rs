//! `cargo xtask mutants`: deletes each arm of both machines' `step`, and turns each of its conditions, one at a time; a
//! change that no test notices fails. The figures go into `docs/reliability.md`.

use crate::{report, shell};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::time::Instant;
use std::{fs, io};

/// The files with the machines.
const FILES: [&str; 2] = ["crates/handshake/src/client/mod.rs", "crates/handshake/src/server/mod.rs"];

/// The functions that take in a message: `step`, and `take_chunk`, in which Certificate has its arrow.
const FUNCTIONS: &str = "in (Client|Server)<'c>::(step|take_chunk)$";

/// The test files that the machines' orders show in.
const TESTS: [&str; 10] = [
    "order",
    "orders",
    "handshakes",
    "client_auth",
    "resumption",
    "renegotiation",
    "psk",
    "datagrams",
    "cookies",
    "stapling",
];

/// Seconds for the tests of one change, which take a tenth of it.
const TIMEOUT: &str = "300";

/// Where cargo-mutants writes what came of each change; beside it are a copy of the sources, which is what is changed, and
/// what is built of it. Both stay for the next run, so that only the machines and what depends on them is built again.
const OUTPUT: &str = "target/mutants";

/// Runs the verb.
///
/// # Errors
/// cargo-mutants cannot be installed, the tests fail without a change, or a change survives or does not end.
pub(crate) fn run(root: &Path, arguments: &[String]) -> Result<(), String> {
    if !arguments.is_empty() {
        return Err("usage: cargo xtask mutants".into());
    }
    if shell::output(root, "cargo", &["mutants", "--version"]).is_err() {
        println!("installing what is missing: cargo install cargo-mutants --locked");
        shell::run(root, "cargo", &["install", "cargo-mutants", "--locked"], &[])?;
    }
    let output = root.join(OUTPUT);
    let tree = output.join("tree");
    copy(root, &tree)?;
    let target = output.join("build").display().to_string();
    // Symbols would double the time that the tests take to link.
    let environment =
        [("EMBERTLS_FULL", ""), ("CARGO_TARGET_DIR", target.as_str()), ("CARGO_PROFILE_DEV_DEBUG", "0")];
    // cargo-mutants would run the tests of the wrong package without a change.
    let tests: Vec<&str> = TESTS.iter().flat_map(|test| ["--test", test]).collect();
    let unchanged = [&["test", "--quiet", "--package", "embertls-testkit"], &tests[..]].concat();
    shell::run(&tree, "cargo", &unchanged, &environment)?;
    let mut command = vec!["mutants", "--no-config", "--in-place", "--package", "embertls-handshake"];
    command.extend(FILES.iter().flat_map(|file| ["--file", file]));
    command.extend(["--re", FUNCTIONS, "--test-package", "embertls-testkit", "--timeout", TIMEOUT]);
    command.extend(["--output", "..", "--baseline", "skip", "--colors", "never", "--"]);
    command.extend(tests);
    let begin = Instant::now();
    let ended = shell::run(&tree, "cargo", &command, &environment);
    let outcome = Outcome::read(&output.join("mutants.out"))?;
    let table = outcome.table(begin.elapsed().as_secs());
    println!("{table}");
    if outcome.arms() == 0 {
        return Err("no arm was found: has `step` lost its last arm `_`?".into());
    }
    ended?;
    report::replace(&root.join("docs/reliability.md"), "mutants", &table)
}

/// Makes `tree` what the repository is, with what is not committed; files that are the same keep their time.
fn copy(root: &Path, tree: &Path) -> Result<(), String> {
    let wrong = |path: &Path, error: &io::Error| format!("{}: {error}", path.display());
    let listed = shell::output(root, "git", &["ls-files", "--cached", "--others", "--exclude-standard"])?;
    let mut files: BTreeSet<PathBuf> =
        listed.lines().filter(|file| root.join(file).is_file()).map(PathBuf::from).collect();
    for file in &files {
        let (from, to) = (root.join(file), tree.join(file));
        let content = fs::read(&from).map_err(|error| wrong(&from, &error))?;
        if fs::read(&to).is_ok_and(|old| old == content) {
            continue;
        }
        if let Some(folder) = to.parent() {
            fs::create_dir_all(folder).map_err(|error| wrong(folder, &error))?;
        }
        fs::write(&to, content).map_err(|error| wrong(&to, &error))?;
    }
    // What is there no more: a file that cargo finds by itself would still be built.
    let mut folders = vec![PathBuf::new()];
    while let Some(folder) = folders.pop() {
        let entries = fs::read_dir(tree.join(&folder)).map_err(|error| wrong(&folder, &error))?;
        for entry in entries.flatten() {
            let path = folder.join(entry.file_name());
            if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
                folders.push(path);
            } else if !files.remove(&path) {
                fs::remove_file(tree.join(&path)).map_err(|error| wrong(&path, &error))?;
            }
        }
    }
    Ok(())
}

/// The changes, by what came of them.
struct Outcome {
    caught: Vec<String>,
    missed: Vec<String>,
    timeout: Vec<String>,
    unviable: Vec<String>,
}

impl Outcome {
    fn read(folder: &Path) -> Result<Self, String> {
        let lines = |name: &str| {
            let path = folder.join(name);
            let text = fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?;
            Ok::<_, String>(text.lines().map(str::to_owned).collect())
        };
        Ok(Self {
            caught: lines("caught.txt")?,
            missed: lines("missed.txt")?,
            timeout: lines("timeout.txt")?,
            unviable: lines("unviable.txt")?,
        })
    }

    /// How many arms were deleted; one with a condition is deleted by a condition that is never true.
    fn arms(&self) -> usize {
        let all = [&self.caught, &self.missed, &self.timeout, &self.unviable].into_iter().flatten();
        all.filter(|line| deletes_arm(line)).count()
    }

    fn table(&self, seconds: u64) -> String {
        let mut text = String::from(
            "| what is changed | changes | noticed | not noticed | no end | not Rust | seconds |\n\
             | --- | ---: | ---: | ---: | ---: | ---: | ---: |\n",
        );
        let lists = [&self.caught, &self.missed, &self.timeout, &self.unviable];
        for (what, arms) in [("an arm is deleted", true), ("a condition is another", false)] {
            let counts = lists.map(|list| list.iter().filter(|line| deletes_arm(line) == arms).count());
            let [caught, missed, timeout, unviable] = counts;
            let all: usize = counts.iter().sum();
            text.push_str(&format!("| {what} | {all} | {caught} | {missed} | {timeout} | {unviable} | |\n"));
        }
        let counts = lists.map(Vec::len);
        let [caught, missed, timeout, unviable] = counts;
        let all: usize = counts.iter().sum();
        text.push_str(&format!(
            "| in all | {all} | {caught} | {missed} | {timeout} | {unviable} | {seconds} |\n"
        ));
        text
    }
}

fn deletes_arm(line: &str) -> bool {
    line.contains(": delete match arm ")
        || line.contains(": replace match guard ") && line.contains(" with false in ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arms_are_told_from_conditions() {
        let outcome = Outcome {
            caught: vec![
                "a.rs:1:2: delete match arm (State::A, Input::B(body)) in Client<'c>::step".into(),
                "a.rs:2:2: replace match guard x with false in Client<'c>::step".into(),
                "a.rs:2:2: replace match guard x with true in Client<'c>::step".into(),
            ],
            missed: vec!["a.rs:3:2: replace < with <= in Client<'c>::step".into()],
            timeout: Vec::new(),
            unviable: Vec::new(),
        };
        assert_eq!(outcome.arms(), 2);
        let table = outcome.table(7);
        let rows: Vec<&str> = table.lines().skip(2).collect();
        let expected = [
            "| an arm is deleted | 2 | 2 | 0 | 0 | 0 | |",
            "| a condition is another | 2 | 1 | 1 | 0 | 0 | |",
            "| in all | 4 | 3 | 1 | 0 | 0 | 7 |",
        ];
        assert_eq!(rows, expected);
    }
}
