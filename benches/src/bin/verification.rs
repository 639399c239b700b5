//! `verification make DIR`: writes a chain of each kind of key. `verification times DIR`: the time of one verification by each
//! verifier, in nanoseconds. `verification once DIR KIND VERIFIER N`: verifies N times, for valgrind to watch; the last time
//! stands between two blocks of [`MARK_BYTES`].

use embertls_benches::identity::{Chain, KeyKind};
use embertls_benches::verifiers::{NAMES, prepare};
use std::hint::black_box;
use std::path::Path;
use std::process::ExitCode;
use std::time::Instant;

/// Kinds of key by name.
const KINDS: [(&str, KeyKind); 2] = [("p256", KeyKind::EcdsaP256), ("rsa2048", KeyKind::Rsa2048)];

/// Verifications of which the median is taken; the verifiers take turns.
const TURNS: usize = 301;

/// Bytes of an allocation that nothing else makes.
const MARK_BYTES: usize = 1_000_003;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let done = match words.as_slice() {
        ["make", folder] => make(Path::new(folder)),
        ["times", folder] => times(Path::new(folder)),
        ["once", folder, kind, verifier, turns] => once(Path::new(folder), kind, verifier, turns),
        _ => Err("make DIR, times DIR, or once DIR KIND VERIFIER N".to_owned()),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("verification: {error}");
            ExitCode::FAILURE
        }
    }
}

fn make(folder: &Path) -> Result<(), String> {
    for (name, kind) in KINDS {
        let chain = Chain::new(kind);
        let parts = [("root", &chain.root), ("intermediate", &chain.intermediate), ("leaf", &chain.leaf)];
        for (part, der) in parts {
            std::fs::write(folder.join(format!("{name}-{part}.der")), der)
                .map_err(|error| error.to_string())?;
        }
    }
    Ok(())
}

fn load(folder: &Path, kind: &str) -> Result<Chain, String> {
    let read = |part: &str| {
        std::fs::read(folder.join(format!("{kind}-{part}.der")))
            .map_err(|error| format!("{kind} {part}: {error}"))
    };
    Ok(Chain { root: read("root")?, intermediate: read("intermediate")?, leaf: read("leaf")? })
}

fn times(folder: &Path) -> Result<(), String> {
    for (kind, _) in KINDS {
        let chain = load(folder, kind)?;
        let mut rooms = NAMES.map(|_| Vec::new());
        let prepared: Vec<_> =
            NAMES.iter().zip(&mut rooms).map(|(name, room)| prepare(name, &chain, room)).collect();
        let mut times = NAMES.map(|_| Vec::with_capacity(TURNS));
        for _ in 0..TURNS {
            for (verifier, times) in prepared.iter().zip(&mut times) {
                let begin = Instant::now();
                let good = black_box(verifier.verifies(black_box(&chain)));
                times.push(begin.elapsed().as_nanos());
                if !good {
                    return Err(format!("{kind}: a verifier refuses the chain"));
                }
            }
        }
        for (name, times) in NAMES.iter().zip(&mut times) {
            times.sort_unstable();
            println!("{kind} {name} {}", times.get(TURNS / 2).ok_or("no turns")?);
        }
    }
    Ok(())
}

fn once(folder: &Path, kind: &str, verifier: &str, turns: &str) -> Result<(), String> {
    let chain = load(folder, kind)?;
    let mut room = Vec::new();
    let prepared = prepare(verifier, &chain, &mut room);
    let turns: usize = turns.parse().map_err(|_| "N is a number")?;
    for turn in 1..=turns {
        if turn == turns {
            mark();
        }
        if !black_box(prepared.verifies(black_box(&chain))) {
            return Err("the chain is refused".into());
        }
    }
    mark();
    Ok(())
}

/// Shows in a list of allocations.
fn mark() {
    drop(black_box(Vec::<u8>::with_capacity(MARK_BYTES)));
}
