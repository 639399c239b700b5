//! The outcomes against the committed table, and as a document.

use super::{Cell, Outcome};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

/// The committed table: a line for each cell, with what it must come to.
#[must_use]
pub fn expected_file() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/interop-expected.txt")
}

/// A cell's line in the committed table.
fn line(cell: &Cell, outcome: &Outcome) -> String {
    match outcome {
        Outcome::Pass => format!("{} | pass", cell.name()),
        Outcome::PeerLacks(what) => format!("{} | peer lacks: {what}", cell.name()),
        Outcome::Fail(_) => format!("{} | fail", cell.name()),
    }
}

/// What differs from the committed table; nothing when all is well. A failed cell is never well.
#[must_use]
pub fn judge(cells: &[Cell], outcomes: &[Outcome], expected: &str) -> Vec<String> {
    let lines: Vec<&str> =
        expected.lines().filter(|line| !line.starts_with('#') && !line.is_empty()).collect();
    let mut wrong = Vec::new();
    for (cell, outcome) in cells.iter().zip(outcomes) {
        let line = line(cell, outcome);
        match outcome {
            Outcome::Fail(why) => wrong.push(format!("{}: {why}", cell.name())),
            Outcome::Pass | Outcome::PeerLacks(_) if !lines.contains(&line.as_str()) => {
                wrong.push(format!("not in the committed table: {line}"));
            }
            Outcome::Pass | Outcome::PeerLacks(_) => {}
        }
    }
    let names: Vec<String> = cells.iter().map(Cell::name).collect();
    for line in lines {
        let known = line.rsplit_once(" | ").is_some_and(|(name, _)| names.iter().any(|known| known == name));
        if !known {
            wrong.push(format!("in the committed table, but not tried: {line}"));
        }
    }
    wrong
}

/// The text for the committed table.
#[must_use]
pub fn expected_text(cells: &[Cell], outcomes: &[Outcome]) -> String {
    let mut text =
        "# What every cell of the interoperability table must come to; see docs/interop.md.\n".to_owned();
    for (cell, outcome) in cells.iter().zip(outcomes) {
        text.push_str(&line(cell, outcome));
        text.push('\n');
    }
    text
}

/// How many cells passed, failed, and are lacking at the peer.
#[must_use]
pub fn counts(outcomes: &[Outcome]) -> (usize, usize, usize) {
    let count = |which: fn(&Outcome) -> bool| outcomes.iter().filter(|outcome| which(outcome)).count();
    (
        count(|outcome| matches!(outcome, Outcome::Pass)),
        count(|outcome| matches!(outcome, Outcome::Fail(_))),
        count(|outcome| matches!(outcome, Outcome::PeerLacks(_))),
    )
}

/// The document: a row for each thing that was tried, a column for each direction and peer.
#[must_use]
pub fn markdown(cells: &[Cell], outcomes: &[Outcome], versions: &[(String, String)]) -> String {
    let mut columns: Vec<String> = Vec::new();
    let mut rows: Vec<(&str, BTreeMap<String, &Outcome>)> = Vec::new();
    for (cell, outcome) in cells.iter().zip(outcomes) {
        let column = cell.column();
        if !columns.contains(&column) {
            columns.push(column.clone());
        }
        match rows.iter_mut().find(|(row, _)| *row == cell.row) {
            Some((_, row)) => {
                row.insert(column, outcome);
            }
            None => rows.push((&cell.row, BTreeMap::from([(column, outcome)]))),
        }
    }
    let (pass, fail, lacks) = counts(outcomes);
    let peers: Vec<String> = versions.iter().map(|(name, version)| format!("{name} ({version})")).collect();
    let mut text = format!(
        "# Interoperability\n\n\
         Written by `cargo xtask interop`, which runs the `ember` tool against real programs on loopback: {}.\n\
         {} cells: {pass} pass, {fail} fail, {lacks} `peer lacks` (with the peer's own words). An empty cell makes no sense\n\
         in that direction. What passes has shaken hands, moved data both ways byte for byte and closed in order; where an\n\
         alert is named, the peer has seen it. The table is compared with `crates/testkit/testdata/interop-expected.txt`:\n\
         a new `peer lacks` fails, and so does a cell that is missing.\n\n",
        peers.join(", "),
        outcomes.len(),
    );
    // Writing to a String cannot fail.
    let _ = writeln!(text, "| | {} |\n|---|{}", columns.join(" | "), "---|".repeat(columns.len()));
    for (row, outcomes) in rows {
        let shown: Vec<String> = columns
            .iter()
            .map(|column| match outcomes.get(column) {
                None => String::new(),
                Some(Outcome::Pass) => "pass".to_owned(),
                Some(Outcome::Fail(_)) => "**fail**".to_owned(),
                Some(Outcome::PeerLacks(what)) => format!("peer lacks: `{what}`"),
            })
            .collect();
        let _ = writeln!(text, "| {row} | {} |", shown.join(" | "));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_that_is_met_has_nothing_wrong_and_every_deviation_shows() {
        let cells: Vec<Cell> = super::super::all().into_iter().take(3).collect();
        let good = vec![Outcome::Pass; 3];
        let expected = expected_text(&cells, &good);
        assert!(judge(&cells, &good, &expected).is_empty());
        let lacking = vec![Outcome::Pass, Outcome::PeerLacks("no".to_owned()), Outcome::Pass];
        assert_eq!(judge(&cells, &lacking, &expected).len(), 1);
        let failing = vec![Outcome::Pass, Outcome::Pass, Outcome::Fail("why".to_owned())];
        assert_eq!(judge(&cells, &failing, &expected).len(), 1);
        let fewer = cells.get(..2).unwrap();
        assert_eq!(judge(fewer, good.get(..2).unwrap(), &expected).len(), 1);
    }

    #[test]
    fn names_of_cells_are_unique() {
        let mut names: Vec<String> = super::super::all().iter().map(Cell::name).collect();
        let count = names.len();
        names.sort();
        names.dedup();
        assert_eq!(names.len(), count);
    }
}
