//! Runs the committed corpora through the targets' functions. A panic names its input on standard error.

use embertls_fuzz::TARGETS;
use std::path::Path;
use std::process::ExitCode;
use std::{fs, io, panic};

fn main() -> ExitCode {
    match replay() {
        Ok(0) => ExitCode::SUCCESS,
        Ok(failed) => {
            eprintln!("{failed} inputs failed");
            ExitCode::FAILURE
        }
        Err(error) => {
            eprintln!("the corpora cannot be read: {error}");
            ExitCode::FAILURE
        }
    }
}

/// The number of inputs that failed.
fn replay() -> io::Result<usize> {
    let corpora = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus");
    let mut failed = 0;
    for (name, run) in TARGETS {
        let mut inputs: Vec<_> =
            fs::read_dir(corpora.join(name))?.map(|entry| Ok(entry?.path())).collect::<io::Result<_>>()?;
        inputs.sort();
        if inputs.is_empty() {
            return Err(io::Error::other(format!("the corpus of {name} is empty")));
        }
        for path in &inputs {
            let input = fs::read(path)?;
            if panic::catch_unwind(|| run(&input)).is_err() {
                eprintln!("{name}: {}", path.display());
                failed += 1;
            }
        }
        println!("{name}: {} inputs", inputs.len());
    }
    Ok(failed)
}
