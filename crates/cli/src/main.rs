//! The ember tool.
fn main() {}
