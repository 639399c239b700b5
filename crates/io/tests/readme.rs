//! The client in the repository's README is the one in this crate's README, which is compiled as a doctest; the code in
//! `docs/api.md` and `docs/dtls.md` is that of the examples.

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

#[test]
fn the_pages_show_the_examples() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let page = fs::read_to_string(root.join("../../docs/api.md")).unwrap();
    let examples: String = fs::read_dir(root.join("examples"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.is_file())
        .map(|path| fs::read_to_string(path).unwrap())
        .collect();
    let datagrams = fs::read_to_string(root.join("../../docs/dtls.md")).unwrap();
    let shown: Vec<&str> = page
        .split("```rust\n")
        .skip(1)
        .chain(datagrams.split("```rust\n").skip(1))
        .map(|rest| rest.split_once("```").unwrap().0)
        .collect();
    assert_eq!(shown.len(), 8 + 4);
    for block in shown {
        assert!(examples.contains(block), "not in an example:\n{block}");
    }
}
