//! `cargo xtask sets`: chosen feature sets of the facade build alone, on the host and on devices, so that each
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
    ("default", "default"),
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
    let mut failed = Vec::new();
    for (name, features) in SETS {
        let arguments =
            ["check", "--quiet", "-p", "embertls", "--no-default-features", "--features", features];
        if shell::run(root, "cargo", &arguments, &[("RUSTFLAGS", "-D warnings")]).is_err() {
            failed.push(format!("{name} on the host"));
        }
    }
    for (target, only) in DEVICES {
        for (name, features) in SETS.iter().filter(|(name, _)| only.is_empty() || only.contains(name)) {
            if device(root, target, features).is_err() {
                failed.push(format!("{name} on {target}"));
            }
        }
    }
    println!("{} sets, {} failed", SETS.len() + 2 + SETS.len(), failed.len());
    if failed.is_empty() { Ok(()) } else { Err(format!("do not build: {}", failed.join(", "))) }
}

/// Debian's compiler with its own source of core and alloc, for targets that have no prebuilt library.
fn device(root: &Path, target: &str, features: &str) -> Result<(), String> {
    let path = std::env::var("PATH").unwrap_or_default();
    shell::run(
        root,
        "/usr/bin/cargo",
        &[
            "check",
            "--quiet",
            "-p",
            "embertls",
            "--no-default-features",
            "--features",
            features,
            "--target",
            target,
            "-Zbuild-std=core,alloc",
            "--target-dir",
            "target/device",
        ],
        &[("PATH", &format!("/usr/bin:{path}")), ("RUSTC_BOOTSTRAP", "1"), ("RUSTC", "/usr/bin/rustc")],
    )
}
