//! Some of a large table: what is one of a kind always, of the many alike as many as the time allows, chosen by the seed.

use super::Cell;
use std::hash::{DefaultHasher, Hash, Hasher};

/// So many cells fit into the time that CI has for them: about eight a second on two cores.
const MOST: usize = 1600;

/// The cells of this run: all of them, when they are few enough or `full` is wanted.
#[must_use]
pub fn sample(mut cells: Vec<Cell>, seed: u64, full: bool) -> Vec<Cell> {
    if full || cells.len() <= MOST {
        return cells;
    }
    let fixed = cells.iter().filter(|cell| !cell.sampled).count();
    let mut drawn: Vec<u64> = cells.iter().filter(|cell| cell.sampled).map(|cell| lot(cell, seed)).collect();
    drawn.sort_unstable();
    let limit = drawn.get(MOST.saturating_sub(fixed)).copied().unwrap_or(u64::MAX);
    cells.retain(|cell| !cell.sampled || lot(cell, seed) < limit);
    cells
}

fn lot(cell: &Cell, seed: u64) -> u64 {
    let mut hash = DefaultHasher::new();
    (seed, cell.name()).hash(&mut hash);
    hash.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_large_table_is_cut_to_what_fits_and_another_seed_cuts_it_otherwise() {
        let template = super::super::all().swap_remove(0);
        let cells: Vec<Cell> = (0..MOST + 500)
            .map(|n| Cell { row: n.to_string(), sampled: n >= 100, ..template.clone() })
            .collect();
        let names = |seed, full| -> Vec<String> {
            sample(cells.clone(), seed, full).iter().map(Cell::name).collect()
        };
        assert_eq!(names(1, false).len(), MOST);
        assert_eq!(names(1, true).len(), MOST + 500);
        assert_eq!(names(1, false), names(1, false));
        assert_ne!(names(1, false), names(2, false));
        assert!(names(2, false).starts_with(&names(3, true)[..100]));
    }
}
