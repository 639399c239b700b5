//! What the build makes of a folder: every certificate once, and an error with the file's name for a broken one.
#![expect(clippy::unwrap_used, reason = "a test that fails panics")]

#[path = "../build/folder.rs"]
mod folder;

use std::{fs, path::PathBuf};

/// A folder with these files, removed at the end.
struct Folder(PathBuf);

impl Folder {
    fn with(name: &str, files: &[(&str, &[u8])]) -> Self {
        let folder = std::env::temp_dir().join(format!("embertls-certs-{name}-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        for (file, contents) in files {
            fs::write(folder.join(file), contents).unwrap();
        }
        Self(folder)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// How many anchors there are, or the end of the reason why not.
fn read(name: &str, files: &[(&str, &[u8])]) -> Result<usize, String> {
    let folder = Folder::with(name, files);
    folder::read(&folder.0)
        .map(|anchors| anchors.len())
        .map_err(|reason| reason.replace(&format!("{}/", folder.0.display()), ""))
}

fn data(name: &str) -> Vec<u8> {
    fs::read(format!("{}/../x509/tests/data/{name}.pem", env!("CARGO_MANIFEST_DIR"))).unwrap()
}

fn der(name: &str) -> Vec<u8> {
    pki::pem::blocks(&data(name)).next().unwrap().unwrap().decode().unwrap().to_vec()
}

#[test]
fn every_certificate_of_every_file_is_taken_once() {
    let (root, rsa, p384) = (data("root"), data("rsa-root"), data("p384-root"));
    let several = [b"Some text\n".as_slice(), &rsa, b"\nmore text\n", &p384].concat();
    assert_eq!(read("once", &[]), Ok(0));
    assert_eq!(read("once", &[("a.pem", &root)]), Ok(1));
    assert_eq!(read("once", &[("a.pem", &root), ("b.CRT", &root), ("c.der", &der("root"))]), Ok(1));
    assert_eq!(
        read("once", &[("a.pem", &root), ("b.cer", &several), ("README.md", b"no certificate")]),
        Ok(3)
    );
    // One CA under two roots is one key.
    assert_eq!(read("once", &[("a.pem", &data("mid")), ("b.pem", &data("mid-cross"))]), Ok(1));
}

#[test]
fn a_broken_file_is_named_with_the_reason() {
    let good = data("root");
    let broken = |contents: &[u8]| read("broken", &[("a.pem", &good), ("broken.pem", contents)]).unwrap_err();
    let cut = good.len() - 40;
    assert_eq!(broken(b""), "broken.pem: there is no certificate in it");
    assert_eq!(broken(b"hello"), "broken.pem: there is no certificate in it");
    assert_eq!(
        broken(&good[..cut]),
        "broken.pem: a PEM block has no end, another label at its end, or broken base64 at byte 0"
    );
    let text = String::from_utf8(good.clone()).unwrap();
    let damaged = text.replacen("MII", "M!I", 1);
    assert_eq!(
        broken(damaged.as_bytes()),
        "broken.pem: a PEM block has no end, another label at its end, or broken base64 at byte 0"
    );
    assert_eq!(broken(&der("root")[..100]), "broken.pem: Certificate: a value is cut off at byte 0");
    let key = b"-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n";
    assert_eq!(broken(key), "broken.pem: there is no certificate in it");
}

#[test]
fn a_roots_name_constraints_are_kept() {
    let folder =
        Folder::with("constrained", &[("a.pem", &data("constrained-root")), ("b.pem", &data("root"))]);
    let constraints: Vec<_> = folder::read(&folder.0)
        .unwrap()
        .into_iter()
        .map(|(_, _, constraints)| constraints.is_some())
        .collect();
    assert_eq!(constraints.len(), 2);
    assert!(constraints.contains(&true) && constraints.contains(&false));
}

#[test]
fn a_folder_that_is_not_there_is_named() {
    let reason = folder::read(&std::env::temp_dir().join("embertls-certs-no-such-folder")).unwrap_err();
    assert!(
        reason.contains("embertls-certs-no-such-folder") && reason.contains("EMBERTLS_CERTS_DIR"),
        "{reason}"
    );
}
