//! `cargo xtask tidy`: what the compiler does not check. Headers, sizes of files, places of `cfg(feature)`, unfinished
//! work, citations, paths of one machine, the attributes of library crates, and links between documents.

use crate::shell;
use std::fs;
use std::path::Path;

/// Lines without tests at which a file is too long to read.
const WARN_LINES: usize = 600;
/// Lines at which it must be split.
const FAIL_LINES: usize = 1000;
/// Lines of inline tests at which they move to a file of their own.
const TEST_LINES: usize = 300;

/// Crates that are `no_std` and without `unsafe`.
const LIBRARIES: &[&str] =
    &["memory", "codec", "crypto", "pki", "x509", "suites", "record", "handshake", "embertls", "io", "certs"];

/// Looks at every Rust file and at every document's links.
///
/// # Errors
/// Everything that is found, a line each.
pub(crate) fn run(root: &Path, _arguments: &[String]) -> Result<(), String> {
    let mut found = Vec::new();
    let mut files = shell::tracked(root, "crates", ".rs")?;
    for folder in ["xtask", "fuzz", "benches"] {
        files.extend(shell::tracked(root, folder, ".rs")?);
    }
    for path in &files {
        let text = fs::read_to_string(root.join(path)).map_err(|error| format!("{path}: {error}"))?;
        look_at(path, &text, &mut found);
    }
    for name in LIBRARIES {
        let path = format!("crates/{name}/src/lib.rs");
        let text = fs::read_to_string(root.join(&path)).map_err(|error| format!("{path}: {error}"))?;
        for attribute in ["#![no_std]", "#![forbid(unsafe_code)]"] {
            if !text.lines().any(|line| line == attribute) {
                found.push(format!("{path}: {attribute} is missing"));
            }
        }
    }
    let documents = shell::tracked(root, ".", ".md")?;
    for path in &documents {
        let text = fs::read_to_string(root.join(path)).map_err(|error| format!("{path}: {error}"))?;
        let folder = root.join(path).parent().map(Path::to_path_buf).unwrap_or_default();
        for link in links(&text).filter(|link| !folder.join(link).exists()) {
            found.push(format!("{path}: the link to {link} leads nowhere"));
        }
    }
    println!("{} files, {} things to mend", files.len() + documents.len(), found.len());
    if found.is_empty() { Ok(()) } else { Err(found.join("\n")) }
}

/// Where the links of a document lead, without those to the web and within a page.
fn links(text: &str) -> impl Iterator<Item = &str> {
    let targets = text.split("](").skip(1).filter_map(|rest| rest.split_once(')'));
    let paths = targets.filter_map(|(target, _)| target.split('#').next());
    paths.filter(|path| !path.is_empty() && !path.contains("://"))
}

fn look_at(path: &str, text: &str, found: &mut Vec<String>) {
    if !text.starts_with("//!") {
        found.push(format!("{path}: does not open with what it is for (//!)"));
    }
    let is_test = path.contains("/tests/") || path.ends_with("tests.rs");
    let total = text.lines().count();
    let code = text.lines().position(|line| line.starts_with("mod tests {")).unwrap_or(total);
    if code > FAIL_LINES && !is_test {
        found.push(format!("{path}: {code} lines; split it"));
    } else if code > WARN_LINES && !is_test {
        println!("warning: {path} has {code} lines");
    }
    if total - code > TEST_LINES {
        found.push(format!("{path}: {} lines of tests belong in a file of their own", total - code));
    }
    let library = path.starts_with("crates/") && path.contains("/src/") && !is_test;
    let own_words = path == "xtask/src/tidy.rs";
    let mut bodies = Bodies::default();
    for (number, line) in text.lines().enumerate().take(code) {
        let mut mend = |what: &str| found.push(format!("{path}:{}: {what}", number + 1));
        let (program, comment) = parts(line);
        let inside = bodies.advance(&program);
        if library && inside && program.contains("cfg") && program.contains("feature =") {
            mend("cfg(feature) inside a function");
        }
        if library && (line.contains("/work/") || line.contains("/tmp/")) {
            mend("a path of one machine");
        }
        if own_words {
            continue;
        }
        if ["todo!(", "unimplemented!("].iter().any(|word| program.contains(word)) || line.contains("FIXME") {
            mend("unfinished work");
        }
        let attribute = program.trim_start().starts_with("#[") || program.trim_start().starts_with("#![");
        if attribute && (program.contains("[allow(") || program.contains(", allow(")) {
            mend("an exception is #[expect(.., reason = ..)]");
        }
        if !cited_well(comment) {
            mend("RFCs are cited as `RFC 5246 section 7.4`");
        }
    }
}

/// A line as the program, with the contents of strings left out except in attributes, and its comment.
fn parts(line: &str) -> (String, &str) {
    let attribute = line.trim_start().starts_with('#');
    let mut program = String::new();
    let mut quoted = false;
    let mut previous = ' ';
    for (at, character) in line.char_indices() {
        if !quoted && character == '/' && line.get(at..).is_some_and(|rest| rest.starts_with("//")) {
            return (program, line.get(at..).unwrap_or_default());
        }
        // A quotation mark as a character is no string.
        if character == '"' && previous != '\\' && previous != '\'' {
            quoted = !quoted;
        }
        let brace_as_character = previous == '\'' && matches!(character, '{' | '}' | '(' | ')' | ';');
        if (!quoted || attribute) && !brace_as_character {
            program.push(character);
        }
        previous = character;
    }
    (program, "")
}

/// Where function bodies begin and end, found by counting braces.
#[derive(Default)]
struct Bodies {
    depth: usize,
    /// Depths at which a body opened.
    open: Vec<usize>,
    /// A `fn` whose body has not begun.
    expected: bool,
    /// Parentheses of its signature.
    parentheses: usize,
}

impl Bodies {
    /// Goes over a line; whether any of it is inside a function.
    fn advance(&mut self, program: &str) -> bool {
        let mut inside = !self.open.is_empty();
        let mut word = String::new();
        for character in program.chars().chain([' ']) {
            if character.is_alphanumeric() || character == '_' {
                word.push(character);
                continue;
            }
            // `fn(` is a type, `fn name` an item.
            if word == "fn" && character == ' ' {
                self.expected = true;
                self.parentheses = 0;
            }
            word.clear();
            match character {
                '(' | '[' => self.parentheses += 1,
                ')' | ']' => self.parentheses = self.parentheses.saturating_sub(1),
                ';' if self.parentheses == 0 => self.expected = false,
                '{' => {
                    if self.expected && self.parentheses == 0 {
                        self.expected = false;
                        self.open.push(self.depth);
                        inside = true;
                    }
                    self.depth += 1;
                }
                '}' => {
                    self.depth = self.depth.saturating_sub(1);
                    self.open.pop_if(|depth| *depth == self.depth);
                }
                _ => {}
            }
        }
        inside
    }
}

/// Whether every RFC in a comment stands as `RFC 5246`, and its part as `section 7.4`.
fn cited_well(comment: &str) -> bool {
    if ["§", "rfc-editor", "Sect.", "Rfc"].iter().any(|word| comment.contains(word)) {
        return false;
    }
    comment.match_indices("RFC").all(|(at, _)| {
        let after = comment.get(at + 3..).unwrap_or_default();
        let starts_well = !after.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '-' | '_'));
        let number = after.trim_start().trim_start_matches(|c: char| c.is_ascii_digit());
        let part_is_well =
            ![", section", ", Section", " Section", " sec.", " s.", ":", "#"].iter().any(|word| {
                number
                    .strip_prefix(word)
                    .is_some_and(|rest| rest.trim_start().starts_with(|c: char| c.is_ascii_digit()))
            });
        starts_well && part_is_well
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn findings(path: &str, text: &str) -> Vec<String> {
        let mut found = Vec::new();
        look_at(path, text, &mut found);
        found
    }

    #[test]
    fn links_to_files_are_found_without_their_anchors() {
        let text =
            "[a](a.md), [b](../b/c.md#part) and ![d](d.png); [here](#x), [web](https://example.com/e.md)";
        assert_eq!(links(text).collect::<Vec<_>>(), ["a.md", "../b/c.md", "d.png"]);
    }

    #[test]
    fn a_feature_inside_a_function_is_found_and_one_at_an_item_is_not() {
        let good = "//! X.\n#[cfg(feature = \"a\")]\nfn a(x: [u8; 3]) -> u8 {\n    0\n}\nimpl X {\n    #[cfg(feature = \"a\")]\n    fn b();\n}\n";
        assert_eq!(findings("crates/a/src/b.rs", good), [""; 0]);
        let bad =
            "//! X.\nfn a(x: fn(u8) -> u8)\nwhere\n    X: Y,\n{\n    #[cfg(feature = \"a\")]\n    x();\n}\n";
        assert_eq!(
            findings("crates/a/src/b.rs", bad),
            ["crates/a/src/b.rs:6: cfg(feature) inside a function"]
        );
        let bad = "//! X.\nfn a() -> bool {\n    cfg!(feature = \"a\")\n}\n";
        assert_eq!(findings("crates/a/src/b.rs", bad).len(), 1);
    }

    #[test]
    fn citations_have_one_spelling() {
        for good in
            ["// RFC 5246 section 7.4.1", "// RFC 8422, section headings aside", "// RFCs", "// (RFC 5246)"]
        {
            assert!(cited_well(good), "{good}");
        }
        for bad in [
            "// RFC5246",
            "// RFC-5246",
            "// RFC 5246, section 7",
            "// RFC 5246 Section 7",
            "// RFC 5246 § 7",
        ] {
            assert!(!cited_well(bad), "{bad}");
        }
    }

    #[test]
    fn long_files_long_tests_and_missing_headers_are_found() {
        assert_eq!(findings("crates/a/src/b.rs", "fn a() {}\n").len(), 1);
        let long = format!("//! X.\n{}", "\n".repeat(FAIL_LINES));
        assert_eq!(findings("crates/a/src/b.rs", &long).len(), 1);
        assert_eq!(findings("crates/a/tests/b.rs", &long).len(), 0);
        let tests = format!("//! X.\nmod tests {{\n{}", "\n".repeat(TEST_LINES));
        assert_eq!(findings("crates/a/src/b.rs", &tests).len(), 1);
    }

    #[test]
    fn machine_paths_and_allow_are_found() {
        assert_eq!(findings("crates/a/src/b.rs", "//! X.\nconst A: &str = \"/tmp/x\";\n").len(), 1);
        assert_eq!(findings("crates/a/src/b.rs", "//! X.\n#[allow(dead_code)]\nfn a() {}\n").len(), 1);
        assert_eq!(findings("crates/a/src/b.rs", "//! X.\n#[expect(dead_code)]\nfn a() {}\n").len(), 0);
    }
}
