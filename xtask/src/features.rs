//! `cargo xtask features`: the `[features]` of all manifests and `docs/switches.md`, from the one table
//! `xtask/switches.csv`.
//!
//! A row that is `built` becomes a feature of each crate that it names, of the facade and of the tool. It enables the
//! features of the switches that it requires (`A;B`; alternatives `A|B` imply nothing), the same feature of every
//! crate below, and what its column `dependencies` lists as `crate:item`.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

/// The crates with features, lower ones first.
const CRATES: &[&str] =
    &["codec", "crypto", "pki", "x509", "suites", "record", "handshake", "embertls", "io", "certs", "cli"];

/// What the facade offers without being asked: the safe modern set and everything that protects.
const DEFAULTS: &[&str] = &[
    "aes",
    "alpn",
    "chachapoly",
    "client",
    "client-authentication",
    "ctr-drbg",
    "curve25519",
    "ecdh",
    "ecdsa",
    "encrypt-then-mac",
    "entropy",
    "error-strings",
    "extended-master-secret",
    "fallback-scsv",
    "gcm",
    "kx-ecdhe-ecdsa",
    "kx-ecdhe-rsa",
    "max-fragment-length",
    "pem-parse",
    "pk-parse",
    "pkcs1-v15",
    "pkcs1-v21",
    "record-size-limit",
    "rsa",
    "secp256r1",
    "secp384r1",
    "server",
    "server-name-indication",
    "session-cache",
    "session-resumption",
    "session-tickets",
    "sha256",
    "sha384",
    "sha512",
    "ticket-sealer",
    "time-date",
    "tls1-2",
    "x509-check-extended-key-usage",
    "x509-check-key-usage",
    "x509-crl-parse",
    "x509-crt-parse",
    "x509-name-constraints",
    "x509-path-building",
];

/// The lines around a generated section; what stands outside of them is kept.
const BEGIN: &str = "# <features>";
const END: &str = "# </features>";

/// Features that mirror no switch.
const OWN: &[(&str, &str, &[&str])] = &[
    ("io", "std", &[]),
    ("io", "embedded-io", &["dep:embedded-io"]),
    ("io", "embedded-io-async", &["dep:embedded-io-async", "embedded-io"]),
    ("io", "pcap", &["std"]),
    ("io", "udp", &["std", "embertls/dtls-cookie", "tokio?/net", "tokio?/time"]),
    ("io", "tokio", &["dep:tokio", "std"]),
    ("io", "session", &["client", "platform-entropy", "std"]),
    ("cli", "tokio", &["dep:tokio", "io/tokio"]),
];

/// A row of the table.
struct Row {
    switch: String,
    feature: String,
    crates: Vec<String>,
    requires: Vec<String>,
    meaning: String,
    state: String,
    dependencies: Vec<(String, String)>,
}

/// A crate's features, each with what it enables.
type Features = BTreeMap<String, BTreeSet<String>>;

/// Writes manifests and documentation, or compares them.
///
/// # Errors
/// A table that cannot be read; with `--check`, files that differ from it.
pub(crate) fn run(root: &Path, arguments: &[String]) -> Result<(), String> {
    let check = arguments.iter().any(|word| word == "--check");
    let table = read(&root.join("xtask/switches.csv"))?;
    let rows = parse(&table)?;
    judge(&rows)?;
    let mut files = vec![("docs/switches.md".to_owned(), document(&rows))];
    for (name, features) in resolve(root, &rows)? {
        let path = format!("crates/{name}/Cargo.toml");
        let manifest = read(&root.join(&path))?;
        let contents =
            replace(&manifest, &section(&name, &features)).map_err(|reason| format!("{path}: {reason}"))?;
        files.push((path, contents));
    }
    let mut drift = Vec::new();
    for (path, contents) in files {
        let full = root.join(&path);
        if fs::read_to_string(&full).is_ok_and(|old| old == contents) {
            continue;
        }
        if check {
            drift.push(path);
        } else {
            fs::write(&full, contents).map_err(|error| format!("{path}: {error}"))?;
            println!("wrote {path}");
        }
    }
    if drift.is_empty() {
        Ok(())
    } else {
        Err(format!("run `cargo xtask features`; it changes {}", drift.join(", ")))
    }
}

/// A manifest with a new section between the markers, or at its end when it had none.
///
/// # Errors
/// Features outside of the markers, which would be lost or stand twice.
fn replace(manifest: &str, section: &str) -> Result<String, String> {
    let (head, tail) = match manifest.split_once(BEGIN) {
        Some((head, rest)) => {
            let (_, tail) = rest.split_once(END).ok_or(format!("{BEGIN} without {END}"))?;
            (head, tail)
        }
        None => (manifest, "\n"),
    };
    if [head, tail].iter().any(|part| part.lines().any(|line| line.trim() == "[features]")) {
        return Err(format!("[features] stands outside of {BEGIN} and {END}"));
    }
    Ok(format!("{}\n\n{BEGIN}\n{section}{END}{tail}", head.trim_end()))
}

/// Whether the table speaks of what exists only.
///
/// # Errors
/// The first name that means nothing.
fn judge(rows: &[Row]) -> Result<(), String> {
    let built: Vec<&str> =
        rows.iter().filter(|row| row.state == "built").map(|row| row.feature.as_str()).collect();
    if let Some(name) = DEFAULTS.iter().find(|name| !built.contains(*name)) {
        return Err(format!("the default feature {name} is not a built row"));
    }
    for row in rows {
        if !["built", "planned", "none"].contains(&row.state.as_str()) {
            return Err(format!("{}: no state {}", row.switch, row.state));
        }
        if row.state == "built" && row.feature.is_empty() {
            return Err(format!("{} is built, but has no feature", row.switch));
        }
        let owners = row.dependencies.iter().map(|(owner, _)| owner.as_str());
        if let Some(owner) = owners.into_iter().find(|owner| !CRATES.contains(owner)) {
            return Err(format!("{}: there is no crate {owner}", row.switch));
        }
    }
    Ok(())
}

fn read(path: &Path) -> Result<String, String> {
    fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))
}

fn parse(table: &str) -> Result<Vec<Row>, String> {
    let mut lines = table.lines();
    let header = fields(lines.next().unwrap_or_default());
    let column =
        |name: &str| header.iter().position(|field| field == name).ok_or(format!("no column {name}"));
    let (switch, feature, crates) = (column("switch")?, column("cargo_feature")?, column("crates")?);
    let (requires, meaning) = (column("requires")?, column("meaning_here")?);
    let (state, dependencies) = (column("state")?, column("dependencies")?);
    let list = |text: &str, separator: char| -> Vec<String> {
        text.split(separator).filter(|part| !part.is_empty()).map(Into::into).collect()
    };
    lines
        .map(|line| {
            let row = fields(line);
            let field = |index: usize| row.get(index).cloned().ok_or(format!("a short row: {line}"));
            let pairs = list(&field(dependencies)?, ' ');
            Ok(Row {
                switch: field(switch)?,
                feature: field(feature)?,
                crates: list(&field(crates)?, ';'),
                requires: list(&field(requires)?, ';'),
                meaning: field(meaning)?,
                state: field(state)?,
                dependencies: pairs
                    .iter()
                    .filter_map(|pair| pair.split_once(':'))
                    .map(|(name, item)| (name.into(), item.into()))
                    .collect(),
            })
        })
        .collect()
}

/// The fields of a line of CSV; a field in quotes may hold commas, and quotes twice.
fn fields(line: &str) -> Vec<String> {
    let mut fields = vec![String::new()];
    let mut quoted = false;
    let mut characters = line.chars().peekable();
    while let Some(character) = characters.next() {
        match character {
            '"' if quoted && characters.peek() == Some(&'"') => {
                characters.next();
                push(&mut fields, '"');
            }
            '"' => quoted = !quoted,
            ',' if !quoted => fields.push(String::new()),
            _ => push(&mut fields, character),
        }
    }
    fields
}

fn push(fields: &mut [String], character: char) {
    if let Some(field) = fields.last_mut() {
        field.push(character);
    }
}

/// Every crate's features.
fn resolve(root: &Path, rows: &[Row]) -> Result<Vec<(String, Features)>, String> {
    let mut all: BTreeMap<&str, Features> = BTreeMap::new();
    for row in rows.iter().filter(|row| row.state == "built") {
        for name in CRATES {
            let above = matches!(*name, "embertls" | "cli")
                && !["root-certificates", "default-certs", "user-certs", "platform-entropy", "net"]
                    .contains(&row.feature.as_str());
            if above
                || row.crates.iter().any(|listed| listed == name && *name != "cli" && *name != "embertls")
            {
                all.entry(name).or_default().entry(row.feature.clone()).or_default();
            }
        }
    }
    for (name, feature, enables) in OWN {
        let enables = enables.iter().map(|item| (*item).to_owned()).collect();
        all.entry(name).or_default().insert((*feature).to_owned(), enables);
    }
    let known = all.clone();
    let has =
        |name: &str, feature: &str| known.get(name).is_some_and(|features| features.contains_key(feature));
    for (name, features) in &mut all {
        let below = dependencies(root, name)?;
        for row in rows.iter().filter(|row| row.state == "built") {
            let Some(enables) = features.get_mut(&row.feature) else { continue };
            let required = row.requires.iter().filter(|switch| !switch.contains('|'));
            let required = required
                .filter_map(|switch| rows.iter().find(|row| row.switch == **switch && row.state == "built"));
            for feature in required.map(|row| &row.feature) {
                if has(name, feature) {
                    enables.insert(feature.clone());
                } else {
                    enables.extend(
                        below
                            .iter()
                            .filter(|lower| has(lower, feature))
                            .map(|lower| format!("{lower}/{feature}")),
                    );
                }
            }
            enables.extend(
                below
                    .iter()
                    .filter(|lower| has(lower, &row.feature))
                    .map(|lower| format!("{lower}/{}", row.feature)),
            );
            enables.extend(
                row.dependencies.iter().filter(|(owner, _)| owner == name).map(|(_, item)| item.clone()),
            );
        }
    }
    Ok(all.into_iter().map(|(name, features)| (name.to_owned(), features)).collect())
}

/// The project's crates that a manifest depends on.
fn dependencies(root: &Path, name: &str) -> Result<Vec<&'static str>, String> {
    let manifest = read(&root.join(format!("crates/{name}/Cargo.toml")))?;
    let section = manifest.split("\n[dependencies]").nth(1).unwrap_or_default();
    let section = section.split("\n[").next().unwrap_or_default();
    Ok(CRATES
        .iter()
        .copied()
        .filter(|lower| section.lines().any(|line| line.starts_with(&format!("{lower} ="))))
        .collect())
}

fn section(name: &str, features: &Features) -> String {
    let default: Vec<&str> = match name {
        "embertls" => DEFAULTS.to_vec(),
        "cli" => features.keys().map(String::as_str).collect(),
        "io" => vec!["client", "server", "std"],
        _ => Vec::new(),
    };
    let mut text =
        "# Made by `cargo xtask features` from xtask/switches.csv: change that table.\n[features]\n"
            .to_owned();
    if default.is_empty() {
        text.push_str("default = []\n");
    } else {
        text.push_str("default = [\n");
        default.iter().for_each(|feature| writeln!(text, "    \"{feature}\",").unwrap_or_default());
        text.push_str("]\n");
    }
    for (feature, enables) in features {
        let enables: Vec<String> =
            enables.iter().filter(|item| *item != feature).map(|item| format!("\"{item}\"")).collect();
        writeln!(text, "{feature} = [{}]", enables.join(", ")).unwrap_or_default();
    }
    text
}

fn document(rows: &[Row]) -> String {
    let mut text = "# Switches\n\nMade by `cargo xtask features` from `xtask/switches.csv`.\n\n\
        Each `MBEDTLS_*` switch that means something in Rust has a Cargo feature. `built`: it exists. `planned`: a later \
        version will have it. `none`: nothing in Rust corresponds to it, and the column says what serves instead.\n\n\
        | switch | feature | state | meaning here |\n|---|---|---|---|\n"
        .to_owned();
    for Row { switch, feature, state, meaning, .. } in rows {
        let feature = if feature.is_empty() { String::new() } else { format!("`{feature}`") };
        writeln!(text, "| `{switch}` | {feature} | {state} | {} |", meaning.replace('|', "\\|"))
            .unwrap_or_default();
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    const TABLE: &str = "switch,cargo_feature,crates,requires,meaning_here,state,dependencies\n\
        A_C,a,crypto;suites,,\"one, \"\"two\"\"\",built,crypto:dep:aes\nB_C,b,suites,A_C;C_C|D_C,m,planned,\n";

    #[test]
    fn a_row_keeps_commas_and_quotes_of_its_text() {
        let rows = parse(TABLE).unwrap();
        let first = rows.first().unwrap();
        assert_eq!(first.meaning, "one, \"two\"");
        assert_eq!(first.crates, ["crypto", "suites"]);
        assert_eq!(first.dependencies, [("crypto".to_owned(), "dep:aes".to_owned())]);
        assert_eq!(rows[1].requires, ["A_C", "C_C|D_C"]);
    }

    #[test]
    fn a_short_row_is_refused() {
        assert!(parse(&format!("{TABLE}E_C,e\n")).is_err());
    }

    #[test]
    fn a_section_is_replaced_and_what_follows_it_is_kept() {
        let old =
            "[package]\n\n# <features>\n[features]\na = []\n# </features>\n\n[dev-dependencies]\nx = 1\n";
        let new = replace(old, "[features]\nb = []\n").unwrap();
        let expected =
            "[package]\n\n# <features>\n[features]\nb = []\n# </features>\n\n[dev-dependencies]\nx = 1\n";
        assert_eq!(new, expected);
        assert_eq!(replace(&new, "[features]\nb = []\n").unwrap(), new);
    }

    #[test]
    fn features_outside_of_the_markers_are_refused() {
        assert!(replace("[package]\n[features]\na = []\n", "").is_err());
        assert!(replace("# <features>\n[features]\n", "").is_err());
        assert_eq!(
            replace("[package]\n", "[features]\n").unwrap(),
            "[package]\n\n# <features>\n[features]\n# </features>\n"
        );
    }

    #[test]
    fn a_default_that_is_not_built_is_refused() {
        assert!(judge(&parse(TABLE).unwrap()).is_err());
    }
}
