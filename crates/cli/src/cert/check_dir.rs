//! `ember cert check-dir`: what the build would make of a folder of roots (`certs/`), before it does.

use super::{options::now, weaknesses::weaknesses};
use crate::{
    describe::{self, Summary},
    exit::Failure,
    files,
    json::Json,
    output::answer,
};
use clap::Args;
use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    process::ExitCode,
};
use x509::{Certificate, TrustAnchor};

/// Options of `ember cert check-dir`.
#[derive(Args)]
pub(super) struct Options {
    /// Answer as one line of JSON
    #[arg(long)]
    json: bool,
    /// The folder; what lies in folders below is not looked at
    folder: PathBuf,
}

/// A 32-bit target holds for each anchor three references of 8 bytes: subject, key, name constraints.
const ANCHOR_BYTES: usize = 24;

/// What a certificate of the folder is.
struct Entry {
    file: String,
    summary: Summary,
    flash: usize,
    warnings: Vec<String>,
    /// The file that has the same anchor already.
    duplicate_of: Option<String>,
}

pub(super) fn run(options: &Options) -> Result<ExitCode, Failure> {
    let mut entries = Vec::new();
    let mut broken = Vec::new();
    let mut known = BTreeMap::new();
    for path in certificate_files(&options.folder)? {
        let file = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        match files::opened_certificates(&path)? {
            Ok(ders) => {
                for der in ders {
                    match entry(&file, &der, &mut known) {
                        Ok(entry) => entries.push(entry),
                        Err(why) => broken.push((file.clone(), why)),
                    }
                }
            }
            Err(why) => broken.push((file, why)),
        }
    }
    let total = entries.iter().filter(|entry| entry.duplicate_of.is_none()).map(|entry| entry.flash).sum();
    let text = if options.json {
        format!("{}\n", json(&entries, &broken, total))
    } else {
        words(&entries, &broken, total)
    };
    let code = if broken.is_empty() { ExitCode::SUCCESS } else { ExitCode::from(1) };
    answer(text.as_bytes(), code)
}

/// The files that the build reads, by name.
pub(super) fn certificate_files(folder: &Path) -> Result<Vec<PathBuf>, Failure> {
    let wrong = |error: std::io::Error| Failure::Usage(format!("{}: {error}", folder.display()));
    let mut paths = Vec::new();
    for entry in fs::read_dir(folder).map_err(wrong)? {
        let path = entry.map_err(wrong)?.path();
        let extension = path.extension().map(|extension| extension.to_string_lossy().to_ascii_lowercase());
        if path.is_file()
            && extension.is_some_and(|name| ["pem", "crt", "cer", "der"].contains(&name.as_str()))
        {
            paths.push(path);
        }
    }
    paths.sort();
    Ok(paths)
}

/// Subject and key, which are what an anchor is.
type Identity = (Vec<u8>, Vec<u8>);

fn entry(file: &str, der: &[u8], known: &mut BTreeMap<Identity, String>) -> Result<Entry, String> {
    let anchor = TrustAnchor::decode(der).map_err(|error| error.to_string())?;
    let certificate = Certificate::decode(der).map_err(|error| error.to_string())?;
    let constraints = anchor.name_constraints.map_or(0, |constraints| constraints.0.len());
    let mut warnings = weaknesses(&certificate, now());
    if !certificate.extensions.basic_constraints.is_some_and(|constraints| constraints.ca) {
        warnings.push("it is no authority, but as an anchor it counts as one".into());
    }
    let identity = (anchor.subject.to_vec(), anchor.spki.to_vec());
    let duplicate_of = known.get(&identity).cloned();
    known.entry(identity).or_insert_with(|| file.to_owned());
    Ok(Entry {
        file: file.into(),
        summary: Summary::of(&certificate),
        flash: ANCHOR_BYTES + anchor.subject.len() + anchor.spki.len() + constraints,
        warnings,
        duplicate_of,
    })
}

fn words(entries: &[Entry], broken: &[(String, String)], total: usize) -> String {
    let mut text = String::new();
    for Entry { file, summary, flash, warnings, duplicate_of } in entries {
        let Summary { subject, not_before, not_after, key } = summary;
        text.push_str(&format!(
            "{file}\n  subject: {subject}\n  key: {key}\n  valid: {not_before} to {not_after}\n  flash: {flash} bytes\n"
        ));
        if let Some(other) = duplicate_of {
            text.push_str(&format!("  warning: the same anchor is in {other}; it is compiled in once\n"));
        }
        warnings.iter().for_each(|why| text.push_str(&format!("  warning: {why}\n")));
    }
    for (file, why) in broken {
        text.push_str(&format!("{file}\n  error: {why}: the build will stop here\n"));
    }
    let anchors = entries.iter().filter(|entry| entry.duplicate_of.is_none()).count();
    text.push_str(&format!("{anchors} anchors, {total} bytes of flash on a 32-bit target\n"));
    text
}

fn json(entries: &[Entry], broken: &[(String, String)], total: usize) -> Json {
    let anchors = entries.iter().map(|entry| {
        let Summary { subject, not_before, not_after, key } = &entry.summary;
        Json::object([
            ("file", entry.file.as_str().into()),
            ("subject", subject.as_str().into()),
            ("key", key.as_str().into()),
            ("not_before", not_before.as_str().into()),
            ("not_after", not_after.as_str().into()),
            ("flash_bytes", describe::count(entry.flash)),
            ("duplicate_of", Json::optional(entry.duplicate_of.as_deref())),
            ("warnings", Json::array(entry.warnings.iter().map(|why| why.as_str().into()))),
        ])
    });
    let errors = broken
        .iter()
        .map(|(file, why)| Json::object([("file", file.as_str().into()), ("error", why.as_str().into())]));
    Json::object([
        ("anchors", Json::array(anchors)),
        ("errors", Json::array(errors)),
        ("flash_bytes", describe::count(total)),
    ])
}
