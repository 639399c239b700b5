//! Turns the certificates of `certs/` into const trust anchors.

use std::{
    collections::BTreeSet,
    env,
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
    process::ExitCode,
};
use x509::TrustAnchor;

/// Subject and SubjectPublicKeyInfo.
type Anchor = (Vec<u8>, Vec<u8>);

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
    let folder = env::var_os("EMBERTLS_CERTS_DIR").map_or_else(
        || Path::new(&env::var_os("CARGO_MANIFEST_DIR").unwrap_or_default()).join("../../certs"),
        PathBuf::from,
    );
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
            write_set(&mut code, name, doc, &read_folder(&folder)?).map_err(|error| error.to_string())?;
        }
    }
    let out = Path::new(&env::var_os("OUT_DIR").unwrap_or_default()).join("anchors.rs");
    fs::write(&out, code).map_err(|error| format!("{}: {error}", out.display()))
}

fn write_set(code: &mut String, name: &str, doc: &str, anchors: &BTreeSet<Anchor>) -> std::fmt::Result {
    writeln!(code, "/// {doc}")?;
    writeln!(code, "pub static {name}: &[TrustAnchor<'static>] = &[")?;
    for (subject, spki) in anchors {
        writeln!(code, "    TrustAnchor {{ subject: &{subject:?}, spki: &{spki:?} }},")?;
    }
    writeln!(code, "];")
}

/// Every certificate of the files of a folder; the folder may be missing, a file may not be broken.
fn read_folder(folder: &Path) -> Result<BTreeSet<Anchor>, String> {
    let mut anchors = BTreeSet::new();
    let Ok(entries) = fs::read_dir(folder) else {
        println!("cargo::warning={} does not exist; no roots are compiled in from there", folder.display());
        return Ok(anchors);
    };
    for entry in entries {
        let path = entry.map_err(|error| format!("{}: {error}", folder.display()))?.path();
        let is_certificate = path
            .extension()
            .and_then(|extension| extension.to_str())
            .is_some_and(|extension| ["pem", "crt", "cer", "der"].contains(&extension));
        if is_certificate {
            println!("cargo::rerun-if-changed={}", path.display());
            let file = fs::read(&path).map_err(|error| format!("{}: {error}", path.display()))?;
            read_file(&file, &mut anchors).map_err(|reason| format!("{}: {reason}", path.display()))?;
        }
    }
    Ok(anchors)
}

/// PEM with any number of certificates, or one in DER.
fn read_file(file: &[u8], anchors: &mut BTreeSet<Anchor>) -> Result<(), String> {
    if file.first() == Some(&0x30) {
        return read_der(file, anchors);
    }
    let mut found = false;
    for block in pki::pem::blocks(file) {
        let block = block.map_err(|error| error.to_string())?;
        if block.label == "CERTIFICATE"
            || block.label == "X509 CERTIFICATE"
            || block.label == "TRUSTED CERTIFICATE"
        {
            read_der(&block.decode().map_err(|error| error.to_string())?, anchors)?;
            found = true;
        }
    }
    if found { Ok(()) } else { Err("there is no certificate in it".into()) }
}

fn read_der(der: &[u8], anchors: &mut BTreeSet<Anchor>) -> Result<(), String> {
    let TrustAnchor { subject, spki } = TrustAnchor::decode(der).map_err(|error| error.to_string())?;
    anchors.insert((subject.to_vec(), spki.to_vec()));
    Ok(())
}
