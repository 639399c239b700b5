//! `interop [--ember FILE] [--only TEXT] [--jobs N] [--full] [--accept]`: runs the interoperability table.
//!
//! Compares with the committed table and writes docs/interop.md when all cells were run; `--accept` rewrites the table
//! from what was seen. Ends with 1 when a cell failed or differs. A large table is sampled by EMBERTLS_SEED, but for
//! `--full` or EMBERTLS_FULL=1.

use embertls_testkit::{interop, peers};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::{Instant, SystemTime, UNIX_EPOCH};

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
    full: bool,
    seed: u64,
}

fn options() -> Result<Options, String> {
    let cores = std::thread::available_parallelism().map_or(2, std::num::NonZero::get);
    let days = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs() / 86_400);
    let mut options = Options {
        ember: beside_this_program()?,
        only: None,
        jobs: cores * 3,
        accept: false,
        full: std::env::var_os("EMBERTLS_FULL").is_some_and(|value| value == "1"),
        seed: std::env::var("EMBERTLS_SEED").map_or(Ok(days), |seed| {
            seed.parse().map_err(|_| format!("EMBERTLS_SEED={seed} is not a whole number"))
        })?,
    };
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        let mut value = || arguments.next().ok_or_else(|| format!("{argument} needs a value"));
        match argument.as_str() {
            "--ember" => options.ember = value()?.into(),
            "--only" => options.only = Some(value()?),
            "--jobs" => options.jobs = value()?.parse().map_err(|_| "--jobs needs a number".to_owned())?,
            "--accept" => options.accept = true,
            "--full" => options.full = true,
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
    for peer in peers::ALL.iter().chain(peers::RUST) {
        versions.push((peer.name.to_owned(), peer.version()?));
    }
    let build = interop::Capabilities::of(&options.ember).map_err(|error| error.to_string())?;
    let only = options.only.as_deref();
    let all = interop::all();
    let named: Vec<interop::Cell> =
        all.iter().filter(|cell| only.is_none_or(|text| cell.name().contains(text))).cloned().collect();
    let cells = interop::sample(named, options.seed, options.full || options.accept);
    println!(
        "interop: {} of {} cells (EMBERTLS_SEED={}), {} at a time",
        cells.len(),
        all.len(),
        options.seed,
        options.jobs
    );
    let start = Instant::now();
    let outcomes =
        interop::run_all(&cells, &options.ember, &build, options.jobs).map_err(|error| error.to_string())?;
    let [pass, fail, lacks, waits] = interop::counts(&outcomes);
    let seconds = start.elapsed().as_secs();
    println!(
        "interop: {} cells: {pass} pass, {fail} fail, {lacks} peer lacks, {waits} wait for the library; {seconds} s",
        cells.len()
    );
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
    let judgement = interop::judge(&all, &cells, &outcomes, &committed);
    for line in &judgement.wrong {
        println!("interop: {line}");
    }
    let well = judgement.wrong.is_empty();
    if cells.len() == all.len() {
        let document = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/interop.md");
        write(&document, &interop::markdown(&cells, &outcomes, &versions))?;
        if well && judgement.alive > 0 {
            // From now on they must pass.
            write(&expected, &interop::expected_text(&cells, &outcomes))?;
        }
    }
    if judgement.alive > 0 {
        println!("interop: {} cells wait no longer; commit {}", judgement.alive, expected.display());
    }
    Ok(well)
}

fn write(file: &Path, text: &str) -> Result<(), String> {
    std::fs::write(file, text).map_err(|error| format!("{}: {error}", file.display()))
}
