//! The peers that are crates: programs of the package `crates/testkit/peers`, which is a workspace of its own.

use super::{ClientAuth, Wishes, certificate_file, gcc, key_file};
use std::path::{Path, PathBuf};
use std::process::Command;

/// Builds the programs; cargo knows whether there is anything to do.
pub(super) fn build() -> Result<(), String> {
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR")).join("peers/Cargo.toml");
    let mut cargo = Command::new("cargo");
    cargo.args(["build", "--quiet", "--locked", "--manifest-path"]).arg(manifest);
    cargo.arg("--target-dir").arg(folder());
    gcc::run(&mut cargo).map(|_| ())
}

fn folder() -> PathBuf {
    gcc::peers().join("rust")
}

/// A program that says its version.
pub(super) fn version(program: &str) -> Command {
    let mut command = Command::new(folder().join("debug").join(program));
    command.arg("version");
    command
}

/// One side of a program.
pub(super) fn command(program: &str, is_client: bool, wishes: &Wishes, port: u16) -> Command {
    let mut command = Command::new(folder().join("debug").join(program));
    command.args([if is_client { "client" } else { "server" }, "--port", &port.to_string()]);
    let mut option = |name: &str, value: &str| {
        command.args([name, value]);
    };
    if let Some(suite) = wishes.suite {
        option("--suite", suite);
    }
    if let Some(group) = wishes.group {
        option("--group", group);
    }
    if let Some(mtu) = wishes.mtu {
        option("--mtu", &mtu.to_string());
    }
    if wishes.lossy {
        option("--first-timeout-ms", "300");
    }
    if let Some(key) = wishes.psk {
        option("--psk-identity", key.identity);
        option("--psk", key.hex);
    } else {
        // Neither makes a difference between none and one that nobody asks for.
        let own = if is_client { wishes.client_certificate.unwrap_or("p256") } else { wishes.certificate };
        option("--cert", &certificate_file(own, "-chain.pem").display().to_string());
        option("--key", &key_file(own).display().to_string());
        option("--roots", &certificate_file(wishes.roots, ".pem").display().to_string());
        option("--server-name", wishes.server_name.unwrap_or(wishes.expected_name));
    }
    let expected = if is_client { Some(wishes.certificate) } else { wishes.client_certificate };
    if let Some(name) = expected {
        option("--expect-cert", &certificate_file(name, ".pem").display().to_string());
    }
    for (wanted, flag) in [
        (wishes.client_auth != ClientAuth::None, "--client-auth"),
        (!wishes.extended_master_secret, "--no-ems"),
        (wishes.cookie, "--cookie"),
    ] {
        if wanted {
            command.arg(flag);
        }
    }
    command
}
