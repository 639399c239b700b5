//! `ember cert show`: what the certificates, the request or the revocation lists of a file say, and what is weak about them.

use super::{options::now, show_others, weaknesses::weaknesses};
use crate::{describe, exit::Failure, files, json::Json, output::answer};
use clap::Args;
use std::{path::PathBuf, process::ExitCode};
use x509::Certificate;

/// Options of `ember cert show`.
#[derive(Args)]
pub(super) struct Options {
    /// Answer as one line of JSON: an array with an object for each certificate, request or list
    #[arg(long)]
    json: bool,
    /// The file
    file: PathBuf,
}

pub(super) fn run(options: &Options) -> Result<ExitCode, Failure> {
    let Options { json, file } = options;
    if let Some(shown) = show_others::shown(&files::read(file)?, now()) {
        let text = if *json { format!("{}\n", shown.json) } else { shown.text };
        return answer(text.as_bytes(), if shown.malformed { ExitCode::from(1) } else { ExitCode::SUCCESS });
    }
    let ders = files::opened_certificates(file)?
        .map_err(|error| Failure::Peer(format!("{}: {error}", file.display())))?;
    let malformed = ders.iter().any(|der| Certificate::decode(der).is_err());
    let code = if malformed { ExitCode::from(1) } else { ExitCode::SUCCESS };
    let text =
        if *json { format!("{}\n", Json::array(ders.iter().map(|der| object(der)))) } else { words(&ders) };
    answer(text.as_bytes(), code)
}

/// A line for each thing, warnings last.
pub(super) fn words(ders: &[Vec<u8>]) -> String {
    let mut text = String::new();
    for (index, der) in ders.iter().enumerate() {
        if ders.len() > 1 {
            text.push_str(&format!("{}certificate {index}\n", if index == 0 { "" } else { "\n" }));
        }
        match Certificate::decode(der) {
            Ok(certificate) => {
                let warnings =
                    weaknesses(&certificate, now()).into_iter().map(|why| format!("warning: {why}"));
                for line in describe::lines(&certificate, der).into_iter().chain(warnings) {
                    text.push_str(&format!("{line}\n"));
                }
            }
            Err(error) => text.push_str(&format!("malformed: {error}\n")),
        }
    }
    text
}

fn object(der: &[u8]) -> Json {
    match Certificate::decode(der) {
        Ok(certificate) => {
            let warnings = weaknesses(&certificate, now()).into_iter().map(Json::from);
            describe::json(&certificate, der, Json::array(warnings))
        }
        Err(error) => Json::object([("malformed", error.to_string().into())]),
    }
}
