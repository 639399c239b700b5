//! The client in the repository's README is the one in this crate's README, which is compiled as a doctest.

use std::fs;
use std::path::Path;

/// The first Rust example of a document.
fn example(path: &str) -> Option<String> {
    let document = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).ok()?;
    let (_, rest) = document.split_once("```rust\n")?;
    Some(rest.split_once("```")?.0.to_owned())
}

#[test]
fn both_readmes_show_the_same_client() {
    let ours = example("README.md");
    assert!(ours.is_some());
    assert_eq!(ours, example("../../README.md"));
}
