//! `ember cert show`: what the certificates of a file say.

use crate::{describe, exit::Failure, files};
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
    let ders = files::certificates(file)?;
    if ders.is_empty() {
        return Err(Failure::Peer(format!("{}: there is no certificate in it", file.display())));
    }
    for (index, der) in ders.iter().enumerate() {
        let certificate = Certificate::decode(der)
            .map_err(|error| Failure::Peer(format!("certificate {index} is malformed: {error}")))?;
        if ders.len() > 1 {
            println!("{}certificate {index}", if index == 0 { "" } else { "\n" });
        }
        for line in describe::lines(&certificate, der) {
            println!("{line}");
        }
    }
    Ok(ExitCode::SUCCESS)
}
