//! `interop [--ember FILE] [--only TEXT] [--jobs N] [--accept]`: runs the interoperability table.
//!
//! Compares with the committed table and writes docs/interop.md when all cells were run; `--accept` rewrites the table
//! from what was seen. Ends with 1 when a cell failed or differs.

use embertls_testkit::{interop, peers};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Instant;

fn main() -> ExitCode {
    match run() {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("interop: {error}");
            ExitCode::FAILURE
        }
    }
}

struct Options {
    ember: PathBuf,
    only: Option<String>,
    jobs: usize,
    accept: bool,
}

fn options() -> Result<Options, String> {
    let cores = std::thread::available_parallelism().map_or(2, std::num::NonZero::get);
    let mut options = Options { ember: beside_this_program()?, only: None, jobs: cores * 3, accept: false };
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        let mut value = || arguments.next().ok_or_else(|| format!("{argument} needs a value"));
        match argument.as_str() {
            "--ember" => options.ember = value()?.into(),
            "--only" => options.only = Some(value()?),
            "--jobs" => options.jobs = value()?.parse().map_err(|_| "--jobs needs a number".to_owned())?,
            "--accept" => options.accept = true,
            _ => return Err(format!("unknown option {argument}")),
        }
    }
    Ok(options)
}

/// Cargo puts all programs of a build into one directory.
fn beside_this_program() -> Result<PathBuf, String> {
    let this = std::env::current_exe().map_err(|error| error.to_string())?;
    Ok(this.with_file_name("ember"))
}

fn run() -> Result<bool, String> {
    let options = options()?;
    if !options.ember.exists() {
        return Err(format!(
            "{} is not there; build it: cargo build -p embertls-cli",
            options.ember.display()
        ));
    }
    let mut versions = Vec::new();
    for peer in peers::ALL {
        versions.push((peer.name.to_owned(), peer.version()?));
    }
    let only = options.only.as_deref();
    let cells: Vec<interop::Cell> = interop::all()
        .into_iter()
        .filter(|cell| only.is_none_or(|text| cell.name().contains(text)))
        .collect();
    println!("interop: {} cells, {} at a time", cells.len(), options.jobs);
    let start = Instant::now();
    let outcomes =
        interop::run_all(&cells, &options.ember, options.jobs).map_err(|error| error.to_string())?;
    let (pass, fail, lacks) = interop::counts(&outcomes);
    let seconds = start.elapsed().as_secs();
    println!("interop: {} cells: {pass} pass, {fail} fail, {lacks} peer lacks; {seconds} s", cells.len());
    if only.is_some() {
        for (cell, outcome) in cells.iter().zip(&outcomes) {
            println!("{}: {outcome:?}", cell.name());
        }
        return Ok(fail == 0);
    }
    let expected = interop::expected_file();
    if options.accept {
        write(&expected, &interop::expected_text(&cells, &outcomes))?;
    }
    let committed =
        std::fs::read_to_string(&expected).map_err(|error| format!("{}: {error}", expected.display()))?;
    let document = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/interop.md");
    write(&document, &interop::markdown(&cells, &outcomes, &versions))?;
    let wrong = interop::judge(&cells, &outcomes, &committed);
    for line in &wrong {
        println!("interop: {line}");
    }
    Ok(wrong.is_empty())
}

fn write(file: &Path, text: &str) -> Result<(), String> {
    std::fs::write(file, text).map_err(|error| format!("{}: {error}", file.display()))
}
