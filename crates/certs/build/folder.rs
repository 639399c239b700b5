//! The certificates of a folder, as anchors.

use std::{collections::BTreeSet, fs, path::Path};
use x509::TrustAnchor;

/// Subject, SubjectPublicKeyInfo and name constraints, all in DER.
pub(crate) type Anchor = (Vec<u8>, Vec<u8>, Option<Vec<u8>>);

/// Every certificate of the files of a folder, each once. A file that cannot be read has its name and the reason in the
/// error; what is no certificate by its name is left alone.
pub(crate) fn read(folder: &Path) -> Result<BTreeSet<Anchor>, String> {
    let mut anchors = BTreeSet::new();
    let entries = fs::read_dir(folder).map_err(|error| {
        format!("{}: {error}; EMBERTLS_CERTS_DIR can name another folder", folder.display())
    })?;
    for entry in entries {
        let path = entry.map_err(|error| format!("{}: {error}", folder.display()))?.path();
        if is_certificate(&path) {
            println!("cargo::rerun-if-changed={}", path.display());
            let file = fs::read(&path).map_err(|error| format!("{}: {error}", path.display()))?;
            read_file(&file, &mut anchors).map_err(|reason| format!("{}: {reason}", path.display()))?;
        }
    }
    Ok(anchors)
}

fn is_certificate(path: &Path) -> bool {
    path.is_file()
        && path
            .extension()
            .and_then(|extension| extension.to_str())
            .is_some_and(|extension| ["pem", "crt", "cer", "der"].contains(&&*extension.to_ascii_lowercase()))
}

/// PEM with any number of certificates, or one in DER.
fn read_file(file: &[u8], anchors: &mut BTreeSet<Anchor>) -> Result<(), String> {
    if file.first() == Some(&0x30) {
        return read_der(file, anchors);
    }
    let mut found = false;
    for block in pki::pem::blocks(file) {
        let block = block.map_err(|error| error.to_string())?;
        if block.label == "CERTIFICATE" || block.label == "X509 CERTIFICATE" {
            read_der(&block.decode().map_err(|error| error.to_string())?, anchors)?;
            found = true;
        }
    }
    if found { Ok(()) } else { Err("there is no certificate in it".into()) }
}

fn read_der(der: &[u8], anchors: &mut BTreeSet<Anchor>) -> Result<(), String> {
    let TrustAnchor { subject, spki, name_constraints } =
        TrustAnchor::decode(der).map_err(|error| error.to_string())?;
    let constraints = name_constraints.map(|constraints| constraints.0.to_vec());
    anchors.insert((subject.to_vec(), spki.to_vec(), constraints));
    Ok(())
}
