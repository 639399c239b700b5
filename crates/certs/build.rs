//! Turns the certificates of `certs/` into const trust anchors.

#[path = "build/folder.rs"]
mod folder;

use folder::Anchor;
use std::{
    collections::BTreeSet,
    env,
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
    process::ExitCode,
};

fn main() -> ExitCode {
    match generate() {
        Ok(()) => ExitCode::SUCCESS,
        Err(reason) => {
            println!("cargo::error={reason}");
            ExitCode::FAILURE
        }
    }
}

fn generate() -> Result<(), String> {
    println!("cargo::rerun-if-env-changed=EMBERTLS_CERTS_DIR");
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=build");
    let folder = certs_folder();
    let mut code = String::new();
    for (feature, name, doc, folder) in [
        (
            "CARGO_FEATURE_DEFAULT_CERTS",
            "DEFAULT",
            "Mozilla's roots, from `certs/default`.",
            folder.join("default"),
        ),
        ("CARGO_FEATURE_USER_CERTS", "USER", "The application's own roots, from `certs/`.", folder),
    ] {
        if env::var_os(feature).is_some() {
            println!("cargo::rerun-if-changed={}", folder.display());
            let anchors = folder::read(&folder)?;
            write_set(&mut code, name, doc, &anchors).map_err(|error| error.to_string())?;
        }
    }
    let out = Path::new(&env::var_os("OUT_DIR").unwrap_or_default()).join("anchors.rs");
    fs::write(&out, code).map_err(|error| format!("{}: {error}", out.display()))
}

/// The folder that the environment names, else `certs/` of the repository, else (in a package from a registry, which
/// has a copy of `default/`) the crate's own.
fn certs_folder() -> PathBuf {
    let own = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").unwrap_or_default());
    let repository = own.join("../../certs");
    env::var_os("EMBERTLS_CERTS_DIR")
        .map_or_else(|| if repository.join("default").is_dir() { repository } else { own }, PathBuf::from)
}

fn write_set(code: &mut String, name: &str, doc: &str, anchors: &BTreeSet<Anchor>) -> std::fmt::Result {
    writeln!(code, "/// {doc}")?;
    writeln!(code, "pub static {name}: &[TrustAnchor<'static>] = &[")?;
    for (subject, spki, constraints) in anchors {
        let constraints = constraints
            .as_ref()
            .map_or_else(|| "None".to_owned(), |der| format!("Some(x509::NameConstraints(&{der:?}))"));
        writeln!(
            code,
            "    TrustAnchor {{ subject: &{subject:?}, spki: &{spki:?}, name_constraints: {constraints} }},"
        )?;
    }
    writeln!(code, "];")
}
