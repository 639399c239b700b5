//! The project's commands: `cargo xtask <verb>`; without a verb it lists them.

mod bench;
mod certs;
mod demo;
mod features;
mod fuzz;
mod interop;
mod layers;
mod mutants;
mod package;
mod reading;
mod reliability;
mod report;
mod sets;
mod shell;
mod size;
mod test;
mod tidy;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// One command.
struct Verb {
    name: &'static str,
    help: &'static str,
    run: fn(root: &Path, arguments: &[String]) -> Result<(), String>,
}

impl Verb {
    fn explain(&self) {
        println!("cargo xtask {:11} {}", self.name, self.help);
    }
}

/// All commands, in the order in which they are listed.
const VERBS: &[Verb] = &[
    Verb { name: "demo", help: "[HOST:PORT]  the main job, in plain words", run: demo::run },
    Verb { name: "test", help: "[--full] [STEP]...  every check of the project; CI runs it", run: test::run },
    Verb { name: "interop", help: "the table of peers, into docs/interop.md", run: interop::run },
    Verb {
        name: "bench",
        help: "[--resumption|--verification]  speed beside OpenSSL, into docs/performance.md",
        run: bench::run,
    },
    Verb { name: "fuzz", help: "--seconds N | --replay | --seeds", run: fuzz::run },
    Verb {
        name: "mutants",
        help: "deletes each arm of the machines' `step`: a test fails",
        run: mutants::run,
    },
    Verb {
        name: "reliability",
        help: "[orders] [schedules] [flood] [spray] [soak]  full counts, into docs/reliability.md",
        run: reliability::run,
    },
    Verb { name: "size", help: "flash of the single-suite clients, and what can panic", run: size::run },
    Verb {
        name: "features",
        help: "[--check]  the manifests' features and docs/switches.md",
        run: features::run,
    },
    Verb {
        name: "reading",
        help: "hostile certificates, lists and PEM are read in linear time",
        run: reading::run,
    },
    Verb { name: "sets", help: "builds of chosen feature sets, host and devices", run: sets::run },
    Verb { name: "layers", help: "dependencies point downwards only", run: layers::run },
    Verb { name: "tidy", help: "file headers and sizes, places of cfg(feature), citations", run: tidy::run },
    Verb { name: "package", help: "what would be published is complete", run: package::run },
    Verb { name: "certs", help: "refreshes certs/default from Mozilla's list", run: certs::run },
];

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let wants_help = arguments.iter().any(|argument| matches!(argument.as_str(), "help" | "--help" | "-h"));
    let verb = arguments.first().and_then(|name| VERBS.iter().find(|verb| verb.name == name));
    let Some(verb) = verb else {
        VERBS.iter().for_each(Verb::explain);
        return if arguments.is_empty() || wants_help { ExitCode::SUCCESS } else { ExitCode::from(2) };
    };
    if wants_help {
        verb.explain();
        return ExitCode::SUCCESS;
    }
    match (verb.run)(&root(), arguments.get(1..).unwrap_or_default()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(reason) => {
            eprintln!("cargo xtask {}: {reason}", verb.name);
            ExitCode::FAILURE
        }
    }
}

/// The repository.
fn root() -> PathBuf {
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR"));
    manifest.parent().unwrap_or(manifest).to_path_buf()
}
