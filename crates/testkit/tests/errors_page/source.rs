//! Names and meanings, from the documentation in the source.

use crate::repository;
use std::fs;
use std::path::Path;

/// The variants of a public enum with their documentation, in order.
pub(crate) fn variants(file: &str, name: &str) -> Vec<(String, String)> {
    let text = fs::read_to_string(repository().join("crates").join(file)).unwrap();
    let head = format!("pub enum {name} ");
    let generic = format!("pub enum {name}<");
    let (_, body) = text.split_once(&head).or_else(|| text.split_once(&generic)).unwrap();
    let (body, _) = body.split_once("\n}").unwrap();
    documented(body)
}

/// The documentation of every reason, in order.
pub(crate) fn reasons() -> Vec<String> {
    let text = fs::read_to_string(repository().join("crates/codec/src/reason.rs")).unwrap();
    let (_, body) = text.split_once("\nreasons! {").unwrap();
    let (body, _) = body.split_once("\n}").unwrap();
    documented(body).into_iter().map(|(_, doc)| doc).collect()
}

/// What is indented once: lines of documentation, and the names that they are of.
fn documented(body: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut doc: Vec<&str> = Vec::new();
    for line in body.lines() {
        let Some(line) = line.strip_prefix("    ") else { continue };
        if let Some(words) = line.strip_prefix("/// ") {
            doc.push(words);
        } else if line.starts_with(|first: char| first.is_ascii_uppercase()) {
            let end = line.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(line.len());
            // Links of rustdoc mean nothing on a page.
            let meaning = doc.join(" ").replace("[`", "`").replace("`]", "`");
            found.push((line[..end].to_owned(), meaning));
            doc.clear();
        }
    }
    assert!(!found.is_empty());
    found
}

/// Every public enum of the library: its crate and its name.
pub(crate) fn public_enums() -> Vec<(String, String)> {
    let mut found = Vec::new();
    for entry in fs::read_dir(repository().join("crates")).unwrap() {
        let krate = entry.unwrap().path();
        let name = krate.file_name().unwrap().to_str().unwrap().to_owned();
        if !["cli", "testkit"].contains(&name.as_str()) {
            enums_in(&krate.join("src"), &name, &mut found);
        }
    }
    found
}

fn enums_in(folder: &Path, krate: &str, found: &mut Vec<(String, String)>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            enums_in(&path, krate, found);
            continue;
        }
        if path.extension().is_none_or(|extension| extension != "rs") {
            continue;
        }
        for line in fs::read_to_string(&path).unwrap().lines() {
            let Some(rest) = line.strip_prefix("pub enum ") else { continue };
            let end = rest.find(|c: char| !c.is_ascii_alphanumeric()).unwrap();
            found.push((krate.to_owned(), rest[..end].to_owned()));
        }
    }
}
