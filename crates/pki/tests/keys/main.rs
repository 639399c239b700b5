//! Keys and PEM files as a caller of this crate meets them.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a test that fails panics")]

mod encrypted;
mod pem;
mod private;
mod public;

/// A file of `data/`.
pub(crate) fn bytes(name: &str) -> Vec<u8> {
    let path = format!("{}/tests/data/{name}", env!("CARGO_MANIFEST_DIR"));
    std::fs::read(&path).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// A PEM file.
pub(crate) fn file(name: &str) -> Vec<u8> {
    bytes(&format!("{name}.pem"))
}

/// The DER of the last block of a file.
pub(crate) fn load(name: &str) -> Vec<u8> {
    embertls_pki::pem::blocks(&file(name)).last().unwrap().unwrap().decode().unwrap().to_vec()
}
