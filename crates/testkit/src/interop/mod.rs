//! Interoperability on loopback: the `ember` tool against real programs, as a table of cells.
//!
//! `rows/` is the table, `cells.rs` what a cell is, `capability.rs` what a cell needs of the build, `run.rs` runs one
//! cell, `wire.rs` stands between the two ends where a cell wants the bytes split or damaged, `sample.rs` picks some of a
//! large table, `report.rs` compares the outcomes with the committed table and writes `docs/interop.md`.

mod capability;
mod cells;
mod lossy;
mod report;
mod rows;
mod run;
mod sample;
mod wire;

pub use capability::Capabilities;
pub use cells::{Cell, Role};
pub use report::{Judgement, counts, expected_file, expected_text, judge, markdown};
pub use rows::all;
pub use run::{Outcome, run_all};
pub use sample::sample;
