//! Interoperability on loopback: the `ember` tool against real programs, as a table of cells.
//!
//! `cells.rs` is the table, `run.rs` runs one cell, `wire.rs` stands between the two ends where a cell wants the bytes
//! split or damaged, `report.rs` compares the outcomes with the committed table and writes `docs/interop.md`.

mod cells;
mod report;
mod run;
mod wire;

pub use cells::{Cell, Role, all};
pub use report::{counts, expected_file, expected_text, judge, markdown};
pub use run::{Outcome, run_all};
