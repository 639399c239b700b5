//! Figures that a command writes into a document, between two markers.

use std::fs;
use std::path::Path;

/// Puts `text` between `<!-- name:begin -->` and `<!-- name:end -->`.
///
/// # Errors
/// The document cannot be read or written, or lacks the markers.
pub(crate) fn replace(document: &Path, name: &str, text: &str) -> Result<(), String> {
    let wrong = |error: &dyn std::fmt::Display| format!("{}: {error}", document.display());
    let old = fs::read_to_string(document).map_err(|error| wrong(&error))?;
    let new =
        between(&old, name, text).ok_or_else(|| wrong(&format!("no markers {name}:begin, {name}:end")))?;
    fs::write(document, new).map_err(|error| wrong(&error))
}

fn between(old: &str, name: &str, text: &str) -> Option<String> {
    let begin = format!("<!-- {name}:begin -->");
    let end = format!("<!-- {name}:end -->");
    let (head, rest) = old.split_once(&begin)?;
    let (_, tail) = rest.split_once(&end)?;
    Some(format!("{head}{begin}\n\n{}\n\n{end}{tail}", text.trim()))
}

#[cfg(test)]
mod tests {
    use super::between;

    #[test]
    fn only_the_text_between_the_markers_changes() {
        let old = "a\n<!-- x:begin -->\nold\n<!-- x:end -->\nz";
        let new = between(old, "x", "new\n").unwrap();
        assert_eq!(new, "a\n<!-- x:begin -->\n\nnew\n\n<!-- x:end -->\nz");
        assert_eq!(between(&new, "x", "new"), Some(new.clone()));
        assert_eq!(between(old, "y", "new"), None);
    }
}
