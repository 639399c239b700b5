//! `cargo xtask sets`: chosen feature sets of the facade and of the adapters build alone, on the host and on devices, so that each
//! capability compiles without the others.

use crate::shell;
use std::path::Path;

/// A set: its name, and the features of crate `embertls`.
const SETS: &[(&str, &str)] = &[
    ("nothing", ""),
    ("rsa-cbc-sha256-client", "client,tls1-2,kx-rsa,aes,cbc,sha256"),
    ("ecdhe-ecdsa-gcm-client", "client,tls1-2,kx-ecdhe-ecdsa,secp256r1,aes,gcm,sha256"),
    ("ecdhe-rsa-gcm-client", "client,tls1-2,kx-ecdhe-rsa,curve25519,aes,gcm,sha256"),
    ("ecdhe-rsa-cbc-sha1-client", "client,tls1-2,kx-ecdhe-rsa,secp256r1,aes,cbc,sha1,sha256"),
    ("ecdhe-ecdsa-cbc-sha384-client", "client,tls1-2,kx-ecdhe-ecdsa,secp384r1,aes,cbc,sha384"),
    ("rsa-gcm-sha384-server", "server,tls1-2,kx-rsa-server,aes,gcm,sha384"),
    ("ecdhe-ecdsa-gcm-server", "server,tls1-2,kx-ecdhe-ecdsa,secp256r1,aes,gcm,sha256,alpn"),
    ("dhe-rsa-gcm-client", "client,tls1-2,kx-dhe-rsa,aes,gcm,sha256"),
    ("ecdhe-ecdsa-ccm-client", "client,tls1-2,kx-ecdhe-ecdsa,secp256r1,aes,ccm,sha256"),
    ("psk-ccm-8-client", "client,tls1-2,kx-psk,aes,ccm,sha256"),
    ("psk-ccm-8-server", "server,tls1-2,kx-psk,aes,ccm,sha256,session-tickets"),
    ("ecdhe-psk-cbc-client", "client,tls1-2,kx-ecdhe-psk,secp256r1,aes,cbc,sha256"),
    ("dhe-psk-gcm-server", "server,tls1-2,kx-dhe-psk,aes,gcm,sha384"),
    ("rsa-psk-chacha20-client", "client,tls1-2,kx-rsa-psk,chachapoly,sha256"),
    ("chacha20-client", "client,tls1-2,kx-ecdhe-ecdsa,secp256r1,chachapoly,sha256"),
    ("tls1-0-server", "server,tls1-0,kx-ecdhe-ecdsa,secp256r1,aes,cbc,sha1"),
    ("dtls-client", "client,dtls,tls1-2,kx-ecdhe-ecdsa,secp256r1,aes,gcm,sha256"),
    ("dtls-server", "server,dtls-cookie,dtls-anti-replay,tls1-2,kx-ecdhe-ecdsa,secp256r1,aes,gcm,sha256"),
    ("dtls-connection-id-client", "client,dtls-connection-id,tls1-2,kx-psk,aes,ccm,sha256"),
    (
        "dtls-connection-id-server",
        "server,dtls-connection-id,dtls-anti-replay,tls1-2,kx-psk,chachapoly,sha256",
    ),
    ("psk-ccm-8-sleeper", "client,context-serialization,dtls,tls1-2,kx-psk,aes,ccm,sha256"),
    ("ocsp-stapling-client", "client,ocsp-stapling,tls1-2,kx-ecdhe-ecdsa,secp256r1,aes,gcm,sha256"),
    ("ocsp-stapling-server", "server,ocsp-stapling,tls1-2,kx-ecdhe-rsa,secp256r1,aes,gcm,sha256"),
    ("raw-public-keys-client", "client,raw-public-keys,tls1-2,kx-ecdhe-ecdsa,secp256r1,aes,ccm,sha256"),
    ("raw-public-keys-server", "server,raw-public-keys,tls1-2,kx-ecdhe-ecdsa,secp256r1,aes,ccm,sha256"),
    ("dhm-alone", "tls1-2,dhm"),
    ("default", "default"),
];

/// Sets of crate `embertls-io`: adapters that devices have too.
const ADAPTERS: &[(&str, &str)] = &[
    (
        "embedded-io",
        "client,embedded-io,embertls/tls1-2,embertls/kx-ecdhe-ecdsa,embertls/secp256r1,embertls/aes,\
         embertls/gcm,embertls/sha256",
    ),
    (
        "embedded-io-async",
        "server,embedded-io-async,embertls/tls1-2,embertls/kx-ecdhe-ecdsa,embertls/secp256r1,embertls/aes,\
         embertls/gcm,embertls/sha256",
    ),
];

/// Devices: the target, and the sets of it; none means all.
const DEVICES: &[(&str, &[&str])] = &[
    ("thumbv7em-none-eabihf", &[]),
    ("thumbv6m-none-eabi", &["ecdhe-ecdsa-gcm-client"]),
    ("riscv32imc-unknown-none-elf", &["ecdhe-rsa-gcm-client"]),
];

/// Checks every set.
///
/// # Errors
/// The sets that do not build.
pub(crate) fn run(root: &Path, _arguments: &[String]) -> Result<(), String> {
    let (mut built, mut failed) = (0, Vec::new());
    let mut note = |name: &str, target: &str, outcome: Result<(), String>| {
        if outcome.is_ok() { built += 1 } else { failed.push(format!("{name} on {target}")) }
    };
    for (name, features) in SETS {
        note(name, "the host", host(root, "embertls", features));
    }
    for (name, features) in ADAPTERS {
        note(name, "the host", host(root, "embertls-io", features));
    }
    for (target, only) in DEVICES {
        for (name, features) in SETS.iter().filter(|(name, _)| only.is_empty() || only.contains(name)) {
            note(name, target, device(root, target, "embertls", features));
        }
        for (name, features) in ADAPTERS.iter().filter(|_| only.is_empty()) {
            note(name, target, device(root, target, "embertls-io", features));
        }
    }
    println!("{built} builds of {} sets, {} failed", SETS.len() + ADAPTERS.len(), failed.len());
    if failed.is_empty() { Ok(()) } else { Err(format!("do not build: {}", failed.join(", "))) }
}

/// The package and its features alone.
fn arguments<'a>(package: &'a str, features: &'a str) -> [&'a str; 7] {
    ["check", "--quiet", "-p", package, "--no-default-features", "--features", features]
}

/// A folder of their own, since other flags would make the other steps build everything anew.
fn host(root: &Path, package: &str, features: &str) -> Result<(), String> {
    let words: Vec<&str> =
        arguments(package, features).into_iter().chain(["--target-dir", "target/sets"]).collect();
    shell::run(root, "cargo", &words, &[("RUSTFLAGS", "-D warnings")])
}

/// Debian's compiler with its own source of core and alloc, for targets that have no prebuilt library.
fn device(root: &Path, target: &str, package: &str, features: &str) -> Result<(), String> {
    let path = std::env::var("PATH").unwrap_or_default();
    let words: Vec<&str> = arguments(package, features)
        .into_iter()
        .chain(["--target", target, "-Zbuild-std=core,alloc", "--target-dir", "target/device"])
        .collect();
    let environment =
        [("PATH", &*format!("/usr/bin:{path}")), ("RUSTC_BOOTSTRAP", "1"), ("RUSTC", "/usr/bin/rustc")];
    shell::run(root, "/usr/bin/cargo", &words, &environment)
}
