//! The outcomes against the committed table, and as a document.

use super::{Cell, Outcome};
use std::collections::{BTreeMap, HashMap, HashSet};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

/// How the committed table says that the build does not have something yet.
const WAITS: &str = "waits for ";

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
        Outcome::Waits(what) => format!("{} | waits for {what}", cell.name()),
        Outcome::Fail(_) => format!("{} | fail", cell.name()),
    }
}

/// The outcomes beside the committed table.
#[derive(Debug, Default)]
pub struct Judgement {
    /// What differs; nothing when all is well.
    pub wrong: Vec<String>,
    /// Cells that the committed table has as waiting, and that are tried now.
    pub alive: usize,
}

/// Compares. A failed cell is never well, nor is one that waits although it did not before; one that waits no longer
/// is. Cells that this run leaves out are in `all`.
#[must_use]
pub fn judge(all: &[Cell], cells: &[Cell], outcomes: &[Outcome], expected: &str) -> Judgement {
    let committed: HashMap<&str, &str> = expected
        .lines()
        .filter(|line| !line.starts_with('#'))
        .filter_map(|line| line.rsplit_once(" | "))
        .collect();
    let mut judgement = Judgement::default();
    for (cell, outcome) in cells.iter().zip(outcomes) {
        let line = line(cell, outcome);
        let (name, seen) = line.rsplit_once(" | ").unwrap_or((&line, ""));
        let before = committed.get(name).copied();
        match outcome {
            Outcome::Fail(why) => judgement.wrong.push(format!("{name}: {why}")),
            Outcome::Pass | Outcome::PeerLacks(_) | Outcome::Waits(_) if before == Some(seen) => {}
            Outcome::Pass | Outcome::Waits(_) if before.is_some_and(|before| before.starts_with(WAITS)) => {
                judgement.alive += usize::from(*outcome == Outcome::Pass);
            }
            Outcome::Pass | Outcome::PeerLacks(_) | Outcome::Waits(_) => {
                judgement.wrong.push(format!("not in the committed table: {line}"));
            }
        }
    }
    let names: HashSet<String> = all.iter().map(Cell::name).collect();
    let gone = committed.iter().filter(|(name, _)| !names.contains(**name));
    judgement.wrong.extend(gone.map(|(name, _)| format!("in the committed table, but not tried: {name}")));
    judgement
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

/// How many cells passed, failed, are lacking at the peer, and wait for the build.
#[must_use]
pub fn counts(outcomes: &[Outcome]) -> [usize; 4] {
    let count = |which: fn(&Outcome) -> bool| outcomes.iter().filter(|outcome| which(outcome)).count();
    [
        count(|outcome| matches!(outcome, Outcome::Pass)),
        count(|outcome| matches!(outcome, Outcome::Fail(_))),
        count(|outcome| matches!(outcome, Outcome::PeerLacks(_))),
        count(|outcome| matches!(outcome, Outcome::Waits(_))),
    ]
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
    let [pass, fail, lacks, waits] = counts(outcomes);
    let peers: Vec<String> = versions.iter().map(|(name, version)| format!("{name} ({version})")).collect();
    let mut text = format!(
        "# Interoperability\n\n\
         Written by `cargo xtask interop`, which runs the `ember` tool against real programs on loopback: {}.\n\
         {} cells: {pass} pass, {fail} fail, {lacks} `peer lacks` (with the peer's own words), {waits} wait for what the\n\
         library does not have yet and are tried when the tool lists it. An empty cell makes no sense in that direction. What passes has shaken hands, moved data both ways byte for byte and closed in order; where an\n\
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
                Some(Outcome::Waits(_)) => "waits".to_owned(),
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
        let wrong = |outcomes: &[Outcome]| judge(&cells, &cells, outcomes, &expected).wrong.len();
        let third = |outcome| vec![Outcome::Pass, Outcome::Pass, outcome];
        assert_eq!(wrong(&good), 0);
        assert_eq!(wrong(&third(Outcome::PeerLacks("no".to_owned()))), 1);
        assert_eq!(wrong(&third(Outcome::Fail("why".to_owned()))), 1);
        assert_eq!(wrong(&third(Outcome::Waits("feature x".to_owned()))), 1);
        let fewer = cells.get(..2).unwrap();
        assert_eq!(judge(fewer, fewer, good.get(..2).unwrap(), &expected).wrong.len(), 1);
        assert!(judge(&cells, fewer, good.get(..2).unwrap(), &expected).wrong.is_empty());
    }

    #[test]
    fn a_cell_that_waits_no_longer_is_well_and_counted() {
        let cells: Vec<Cell> = super::super::all().into_iter().take(1).collect();
        let expected = expected_text(&cells, &[Outcome::Waits("feature x".to_owned())]);
        let judged = |outcome| judge(&cells, &cells, &[outcome], &expected);
        assert!(judged(Outcome::Waits("feature x".to_owned())).wrong.is_empty());
        assert_eq!((judged(Outcome::Pass).wrong.len(), judged(Outcome::Pass).alive), (0, 1));
        assert_eq!(judged(Outcome::Fail("why".to_owned())).wrong.len(), 1);
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
