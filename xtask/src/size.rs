//! `cargo xtask size`: see helper.
pub(crate) fn run(_root: &std::path::Path, _arguments: &[String]) -> Result<(), String> {
    Err("not built yet".into())
}
