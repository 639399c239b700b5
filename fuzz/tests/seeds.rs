//! The committed seeds are what this code's handshakes say today: each stream plays again to a completed handshake. When
//! this fails after a change of what is sent, `cargo xtask fuzz --seeds` writes them anew.

use std::fs;
use std::path::{Path, PathBuf};

fn seeds(target: &str) -> Vec<PathBuf> {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus").join(target);
    let entries = fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().path());
    entries.filter(|path| path.file_name().unwrap().to_string_lossy().starts_with("seed-")).collect()
}

fn check(target: &str, play: fn(&[u8]) -> bool) {
    let seeds = seeds(target);
    assert!(!seeds.is_empty());
    for path in seeds {
        assert!(play(&fs::read(&path).unwrap()), "{} does not complete the handshake", path.display());
    }
}

#[test]
fn every_seed_of_the_client_completes_its_handshake() {
    check("client", embertls_fuzz::client::play);
}

#[test]
fn every_seed_of_the_server_completes_its_handshake() {
    check("server", embertls_fuzz::server::play);
}

#[test]
fn every_seed_of_datagrams_completes_its_handshake() {
    check("datagrams", embertls_fuzz::datagrams::play);
}

#[test]
fn every_file_for_the_decoders_holds() {
    for (target, run) in [
        ("codec", embertls_fuzz::codec::run as fn(&[u8])),
        ("certificate_chain", embertls_fuzz::certificate_chain::run),
        ("keys", embertls_fuzz::keys::run),
    ] {
        let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus").join(target);
        for entry in fs::read_dir(directory).unwrap() {
            run(&fs::read(entry.unwrap().path()).unwrap());
        }
    }
}
