//! `cargo xtask package`: what would be published has all that a registry asks for.

use crate::shell;
use serde_json::Value;
use std::path::Path;

/// What every published manifest says.
const FIELDS: &[&str] =
    &["description", "license", "repository", "rust_version", "authors", "keywords", "categories"];

/// Looks at the manifests and packs every crate that is published.
///
/// # Errors
/// The fields that are missing, and what cargo refuses.
pub(crate) fn run(root: &Path, _arguments: &[String]) -> Result<(), String> {
    let text = shell::output(root, "cargo", &["metadata", "--format-version", "1", "--no-deps"])?;
    let metadata: Value = serde_json::from_str(&text).map_err(|error| format!("cargo metadata: {error}"))?;
    let packages = metadata.get("packages").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let mut missing = Vec::new();
    let mut words = vec!["package", "--quiet", "--workspace", "--allow-dirty", "--no-verify"];
    let mut published = 0;
    for package in packages {
        let name = package.get("name").and_then(Value::as_str).unwrap_or_default();
        // An empty list of registries is `publish = false`.
        if package.get("publish").and_then(Value::as_array).is_some_and(Vec::is_empty) {
            words.extend(["--exclude", name]);
            continue;
        }
        published += 1;
        missing.extend(
            FIELDS
                .iter()
                .filter(|field| is_empty(package.get(field)))
                .map(|field| format!("{name}: {field}")),
        );
    }
    if !missing.is_empty() {
        return Err(format!("manifests lack {}", missing.join(", ")));
    }
    shell::run(root, "cargo", &words, &[])?;
    println!("{published} crates can be packaged");
    Ok(())
}

fn is_empty(value: Option<&Value>) -> bool {
    match value {
        None | Some(Value::Null) => true,
        Some(Value::String(text)) => text.is_empty(),
        Some(Value::Array(items)) => items.is_empty(),
        Some(Value::Bool(_) | Value::Number(_) | Value::Object(_)) => false,
    }
}
