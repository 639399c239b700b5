//! `ember cert show`: what the certificates of a file say.

use crate::{describe, exit::Failure, files, output::answer};
use clap::{Args, Subcommand};
use std::{path::PathBuf, process::ExitCode};
use x509::Certificate;

/// Options of `ember cert`.
#[derive(Args)]
pub(crate) struct Options {
    #[command(subcommand)]
    command: Command,
}

/// What to do with certificates.
#[derive(Subcommand)]
enum Command {
    /// Show the certificates of a file, PEM or DER
    Show {
        /// The file
        file: PathBuf,
    },
}

pub(crate) fn run(options: &Options) -> Result<ExitCode, Failure> {
    let Command::Show { file } = &options.command;
    let ders = files::opened_certificates(file)?
        .map_err(|error| Failure::Peer(format!("{}: {error}", file.display())))?;
    let mut text = String::new();
    let mut code = ExitCode::SUCCESS;
    for (index, der) in ders.iter().enumerate() {
        if ders.len() > 1 {
            text.push_str(&format!("{}certificate {index}\n", if index == 0 { "" } else { "\n" }));
        }
        match Certificate::decode(der) {
            Ok(certificate) => {
                describe::lines(&certificate, der)
                    .iter()
                    .for_each(|line| text.push_str(&format!("{line}\n")));
            }
            Err(error) => {
                text.push_str(&format!("malformed: {error}\n"));
                code = ExitCode::from(1);
            }
        }
    }
    answer(text.as_bytes(), code)
}
