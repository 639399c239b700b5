//! `cargo xtask layers`: dependencies between the crates point downwards only, as the architecture draws them, and what
//! the library crates link is `no_std` Rust.

use crate::shell;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// Each crate with the crates that it may depend on. `record` and `handshake` never see each other.
const MAY_USE: &[(&str, &[&str])] = &[
    ("memory", &[]),
    ("codec", &["memory"]),
    ("crypto", &["memory"]),
    ("pki", &["memory", "codec", "crypto"]),
    ("x509", &["memory", "codec", "crypto", "pki"]),
    ("suites", &["memory", "codec", "crypto"]),
    ("record", &["memory", "codec", "crypto", "suites"]),
    ("handshake", &["memory", "codec", "crypto", "suites", "pki", "x509"]),
    ("embertls", &["memory", "codec", "crypto", "suites", "pki", "x509", "record", "handshake"]),
    ("io", &["embertls", "memory", "codec", "crypto", "x509"]),
    ("certs", &["pki", "x509"]),
    ("authority", &["memory", "crypto", "pki"]),
    ("cli", &["embertls", "io", "certs", "authority", "memory", "codec", "crypto", "pki", "x509"]),
    ("testkit", &["embertls", "memory", "codec", "crypto", "suites", "pki", "x509", "record", "handshake"]),
];

/// Crates that run on a device: all that they link is `no_std` and none of it C.
const LIBRARIES: &[&str] =
    &["memory", "codec", "crypto", "pki", "x509", "suites", "record", "handshake", "embertls", "certs"];

/// Packages that need an operating system or a C compiler.
const HOST_ONLY: &[&str] =
    &["cc", "cmake", "pkg-config", "bindgen", "getrandom", "libc", "rand", "clap", "tokio"];

/// Features that ask for `std` or for the operating system's random source.
const HOST_FEATURES: &[&str] = &["std", "getrandom", "os_rng", "sys_rng"];

/// Checks every arrow.
///
/// # Errors
/// The arrows that point elsewhere, and dependencies that a device cannot have.
pub(crate) fn run(root: &Path, _arguments: &[String]) -> Result<(), String> {
    let text = shell::output(root, "cargo", &["metadata", "--format-version", "1", "--all-features"])?;
    let metadata: Value = serde_json::from_str(&text).map_err(|error| format!("cargo metadata: {error}"))?;
    let mut wrong = BTreeSet::new();
    let arrows = judge_arrows(&metadata, &mut wrong);
    let linked = judge_linked(&metadata, &mut wrong);
    for name in LIBRARIES {
        judge_features(root, name, &mut wrong)?;
    }
    println!("{arrows} arrows between crates, {linked} packages in the library, {} wrong", wrong.len());
    if wrong.is_empty() { Ok(()) } else { Err(wrong.into_iter().collect::<Vec<_>>().join("\n")) }
}

/// The short name of a crate of ours.
fn short(package: &str) -> Option<&str> {
    if package == "embertls" { Some(package) } else { package.strip_prefix("embertls-") }
}

fn text<'v>(value: &'v Value, key: &str) -> &'v str {
    value.get(key).and_then(Value::as_str).unwrap_or_default()
}

fn list<'v>(value: &'v Value, key: &str) -> &'v [Value] {
    value.get(key).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default()
}

/// Arrows as the manifests declare them, optional ones too; tests may use what they like.
fn judge_arrows(metadata: &Value, wrong: &mut BTreeSet<String>) -> usize {
    let mut arrows = 0;
    for package in list(metadata, "packages") {
        let Some(name) = short(text(package, "name")) else { continue };
        let Some((_, allowed)) = MAY_USE.iter().find(|(listed, _)| *listed == name) else {
            wrong.insert(format!("{name} has no place in the layers"));
            continue;
        };
        let dependencies = list(package, "dependencies").iter().filter(|arrow| text(arrow, "kind") != "dev");
        for lower in dependencies.filter_map(|arrow| short(text(arrow, "name"))) {
            arrows += 1;
            if !allowed.contains(&lower) {
                wrong.insert(format!("{name} must not depend on {lower}"));
            }
        }
    }
    arrows
}

/// What the library crates link, all the way down.
fn judge_linked(metadata: &Value, wrong: &mut BTreeSet<String>) -> usize {
    let packages: BTreeMap<&str, &Value> =
        list(metadata, "packages").iter().map(|package| (text(package, "id"), package)).collect();
    let resolve = metadata.get("resolve").unwrap_or(&Value::Null);
    let nodes: BTreeMap<&str, &Value> =
        list(resolve, "nodes").iter().map(|node| (text(node, "id"), node)).collect();
    let is_library = |name: &str| short(name).is_some_and(|name| LIBRARIES.contains(&name));
    let mut waiting: Vec<&str> =
        packages.iter().filter(|(_, package)| is_library(text(package, "name"))).map(|(id, _)| *id).collect();
    let mut seen = BTreeSet::new();
    while let Some(id) = waiting.pop() {
        let (Some(package), Some(node)) = (packages.get(id), nodes.get(id)) else { continue };
        if !seen.insert(id) {
            continue;
        }
        let name = text(package, "name");
        if HOST_ONLY.contains(&name) || package.get("links").is_some_and(|links| !links.is_null()) {
            wrong.insert(format!("{name} is linked into the library, but needs a host or C"));
        }
        for arrow in list(node, "deps") {
            // A dependency for devices or hosts of another kind does not reach ours.
            let linked = list(arrow, "dep_kinds")
                .iter()
                .any(|kind| text(kind, "kind").is_empty() && text(kind, "target").is_empty());
            if linked {
                waiting.push(text(arrow, "pkg"));
            }
        }
    }
    seen.len()
}

/// The features of what a crate links; cargo's metadata mixes in those of tests, its tree does not.
fn judge_features(root: &Path, name: &str, wrong: &mut BTreeSet<String>) -> Result<(), String> {
    let package = if name == "embertls" { name.to_owned() } else { format!("embertls-{name}") };
    let target = "thumbv7em-none-eabihf";
    let tree = shell::output(
        root,
        "cargo",
        &[
            "tree",
            "-p",
            &package,
            "--edges",
            "normal",
            "--prefix",
            "none",
            "--all-features",
            "--target",
            target,
            "--format",
            "{lib} {f}",
        ],
    )?;
    for line in tree.lines() {
        let (package, features) = line.split_once(' ').unwrap_or_default();
        for feature in features.split(',').filter(|feature| HOST_FEATURES.contains(feature)) {
            wrong.insert(format!("{name} links {package} with feature {feature}"));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_arrow_from_record_to_handshake_is_wrong_and_one_of_tests_is_not() {
        let metadata = serde_json::from_str(
            r#"{"packages":[{"name":"embertls-record","dependencies":[
                {"name":"embertls-handshake","kind":null},{"name":"embertls-codec","kind":null},
                {"name":"embertls-testkit","kind":"dev"},{"name":"aes","kind":null}]}]}"#,
        )
        .unwrap();
        let mut wrong = BTreeSet::new();
        assert_eq!(judge_arrows(&metadata, &mut wrong), 2);
        assert_eq!(wrong.into_iter().collect::<Vec<_>>(), ["record must not depend on handshake"]);
    }

    #[test]
    fn what_links_c_is_found_below_a_library_crate() {
        let metadata = serde_json::from_str(
            r#"{"packages":[{"id":"a","name":"embertls-crypto","links":null},{"id":"b","name":"x","links":null},
                {"id":"c","name":"y-sys","links":"y"},{"id":"d","name":"z-sys","links":"z"}],
                "resolve":{"nodes":[{"id":"a","deps":[{"pkg":"b","dep_kinds":[{"kind":null,"target":null}]},
                {"pkg":"d","dep_kinds":[{"kind":"dev","target":null}]}]},
                {"id":"b","deps":[{"pkg":"c","dep_kinds":[{"kind":null,"target":null}]}]},
                {"id":"c","deps":[]},{"id":"d","deps":[]}]}}"#,
        )
        .unwrap();
        let mut wrong = BTreeSet::new();
        assert_eq!(judge_linked(&metadata, &mut wrong), 3);
        assert_eq!(wrong.len(), 1);
        assert!(wrong.iter().all(|line| line.starts_with("y-sys")));
    }
}
