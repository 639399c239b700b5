//! `cargo xtask size`: the flash that a client with a single suite takes on a Cortex-M7, by crate and by symbol, and
//! which panics an ordinary build still holds.
//!
//! The program is `xtask/size-probe`. Sizes are those of profile `size` (optimised for size, linked as one);
//! panics are looked for in profile `release`, where nothing but the code itself keeps them out.

mod calls;
mod symbols;

use crate::shell;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use symbols::Symbol;

/// The target, and where it lies under the build folder.
const TARGET: &str = "thumbv7em-none-eabihf";

/// A client of the probe.
struct Client {
    /// Its feature there.
    feature: &'static str,
    suite: &'static str,
    /// What the crates of the protocol may take together, in bytes.
    goal: u64,
    /// Parts of the names of primitives that only certificates need; what the key exchange calls too is none of them.
    for_certificates: &'static [&'static str],
}

const CLIENTS: &[Client] = &[
    Client {
        feature: "rsa-cbc",
        suite: "TLS_RSA_WITH_AES_256_CBC_SHA256",
        goal: 16 * 1024,
        for_certificates: &["rsa::pkcs1::Expect", "signature::RSA_PKCS1"],
    },
    Client {
        feature: "ecdhe-ecdsa-gcm",
        suite: "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
        goal: 16 * 1024,
        for_certificates: &[],
    },
    Client {
        feature: "psk-ccm-8",
        suite: "TLS_PSK_WITH_AES_128_CCM_8 over DTLS",
        goal: 10 * 1024,
        for_certificates: &[],
    },
];

/// The crates of the protocol.
const PROTOCOL: &[&str] =
    &["embertls", "embertls_codec", "embertls_suites", "embertls_record", "embertls_handshake"];

/// What verification is, by parts of names: first that of certificates, then the keys and the DER in them, then what the
/// handshake has for the Certificate message.
const VERIFICATION: &[(&str, &[&str])] = &[
    ("x509", &["embertls_x509::"]),
    ("pki", &["embertls_pki::"]),
    ("handshake", &["embertls_handshake::certificate::", "embertls_handshake::peer_certificate::"]),
];

/// Symbols that are listed.
const TOP: usize = 20;

/// What a crate takes.
#[derive(Default, Clone, Copy)]
struct Flash {
    text: u64,
    rodata: u64,
}

/// Builds the clients and prints what they hold.
///
/// # Errors
/// A tool that is missing, or a build that fails.
pub(crate) fn run(root: &Path, _arguments: &[String]) -> Result<(), String> {
    shell::need(
        root,
        &[
            ("/usr/bin/rustc", "rustc-web"),
            ("/usr/bin/cargo", "cargo-web"),
            ("/usr/lib/rustlib/src/rust/library/core/Cargo.toml", "rust-web-src"),
            ("arm-none-eabi-ld", "binutils-arm-none-eabi"),
        ],
    )?;
    for Client { feature, suite, goal, for_certificates } in CLIENTS {
        println!("== {suite}, {TARGET}");
        let small = build(root, feature, "size")?;
        print_sizes(root, &small, *goal, for_certificates)?;
        let ordinary = build(root, feature, "release")?;
        let disassembly = shell::output(
            root,
            "arm-none-eabi-objdump",
            &["--disassemble", "--demangle", "--no-show-raw-insn", &ordinary.to_string_lossy()],
        )?;
        print_panics(&calls::survivors(&disassembly));
        println!();
    }
    Ok(())
}

/// Links the probe with one suite; the path of the program.
fn build(root: &Path, feature: &str, profile: &str) -> Result<PathBuf, String> {
    let folder = root.join("target/size-probe").join(feature);
    let script = root.join("xtask/size-probe/link.ld");
    let flags = [
        "-Ctarget-cpu=cortex-m7".to_owned(),
        "-Csymbol-mangling-version=v0".to_owned(),
        "-Clinker=arm-none-eabi-ld".to_owned(),
        "-Clinker-flavor=ld".to_owned(),
        "-Clink-arg=--gc-sections".to_owned(),
        format!("-Clink-arg=-T{}", script.display()),
    ];
    let path = std::env::var("PATH").unwrap_or_default();
    shell::run(
        &root.join("xtask/size-probe"),
        "/usr/bin/cargo",
        &[
            "build",
            "--quiet",
            "--profile",
            profile,
            "--features",
            feature,
            "--target",
            TARGET,
            "-Zbuild-std=core,alloc",
            "--target-dir",
            &folder.to_string_lossy(),
        ],
        &[
            ("PATH", &format!("/usr/bin:{path}")),
            ("RUSTC", "/usr/bin/rustc"),
            ("RUSTC_BOOTSTRAP", "1"),
            ("CARGO_ENCODED_RUSTFLAGS", &flags.join("\u{1f}")),
        ],
    )?;
    Ok(folder.join(TARGET).join(profile).join("probe"))
}

fn print_sizes(root: &Path, program: &Path, goal: u64, for_certificates: &[&str]) -> Result<(), String> {
    let program = program.to_string_lossy();
    let nm = |words: &[&str]| {
        let all: Vec<&str> = words.iter().copied().chain([&*program]).collect();
        shell::output(root, "arm-none-eabi-nm", &all)
    };
    let symbols = symbols::parse(&nm(&["--print-size"])?, &nm(&["--print-size", "--demangle"])?);
    let sections = shell::output(root, "arm-none-eabi-size", &["-A", &program])?;
    let (text, rodata) = (symbols::section(&sections, ".text")?, symbols::section(&sections, ".rodata")?);
    println!("image: .text {} + .rodata {} = {} bytes", text.len, rodata.len, text.len + rodata.len);

    let mut crates: BTreeMap<&str, Flash> = BTreeMap::new();
    for symbol in &symbols {
        let flash = crates.entry(&symbol.owner).or_default();
        if text.holds(symbol.address) {
            flash.text += symbol.len;
        } else if rodata.holds(symbol.address) {
            flash.rodata += symbol.len;
        }
    }
    let named = crates.values().fold(Flash::default(), |sum, flash| Flash {
        text: sum.text + flash.text,
        rodata: sum.rodata + flash.rodata,
    });
    let nameless =
        Flash { text: text.len.saturating_sub(named.text), rodata: rodata.len.saturating_sub(named.rodata) };
    let protocol: u64 =
        PROTOCOL.iter().filter_map(|name| crates.get(name)).map(|flash| flash.text + flash.rodata).sum();
    let program_itself = crates.get("probe").map_or(0, |flash| flash.text + flash.rodata);
    crates.insert("(no symbol: constants, padding)", nameless);

    let mut rows: Vec<(&str, Flash)> =
        crates.into_iter().filter(|(_, flash)| flash.text + flash.rodata > 0).collect();
    rows.sort_by_key(|(_, flash)| std::cmp::Reverse(flash.text + flash.rodata));
    println!("{:32} {:>8} {:>8} {:>8}", "crate", ".text", ".rodata", "sum");
    for (name, flash) in rows {
        println!("{name:32} {:8} {:8} {:8}", flash.text, flash.rodata, flash.text + flash.rodata);
    }
    println!(
        "codec + suites + record + handshake + facade: {protocol} bytes ({} with the program, into which the linker \
         moves parts of them); goal {goal}",
        protocol + program_itself
    );
    let in_flash = |symbol: &Symbol| text.holds(symbol.address) || rodata.holds(symbol.address);
    println!("{}", verification(symbols.iter().filter(|symbol| in_flash(symbol)), for_certificates));
    print_top(&symbols, in_flash);
    Ok(())
}

/// What the verification of certificates takes, as a line. A symbol counts once, where its name first fits; code that was
/// inlined into something else does not.
fn verification<'s, S: Iterator<Item = &'s Symbol>>(symbols: S, for_certificates: &[&str]) -> String {
    let parts: Vec<(&str, &[&str])> = VERIFICATION
        .iter()
        .copied()
        .chain([("signatures that nothing else checks", for_certificates)])
        .collect();
    let mut sums = vec![0; parts.len()];
    for symbol in symbols {
        let fits = |names: &[&str]| names.iter().any(|name| symbol.name.contains(name));
        if let Some(sum) = parts.iter().position(|(_, names)| fits(names)).and_then(|at| sums.get_mut(at)) {
            *sum += symbol.len;
        }
    }
    let list: Vec<String> = parts.iter().zip(&sums).map(|((name, _), sum)| format!("{name} {sum}")).collect();
    format!("verification of certificates: {} = {} bytes", list.join(" + "), sums.iter().sum::<u64>())
}

fn print_top(symbols: &[Symbol], in_flash: impl Fn(&Symbol) -> bool) {
    let mut largest: Vec<&Symbol> = symbols.iter().filter(|symbol| in_flash(symbol)).collect();
    largest.sort_by_key(|symbol| std::cmp::Reverse(symbol.len));
    println!("top {TOP} symbols");
    for Symbol { len, owner, name, .. } in largest.into_iter().take(TOP) {
        let name: String = name.chars().take(120).collect();
        println!("{len:8} {owner:24} {name}");
    }
}

fn print_panics(survivors: &[calls::Survivor]) {
    println!("panics in an ordinary build (panic=abort): {} symbols", survivors.len());
    for survivor in survivors {
        println!("  {}", survivor.name);
        for caller in &survivor.callers {
            println!("    called by {caller}");
        }
        if survivor.callers.is_empty() {
            println!("    no direct caller (through a pointer, or a table)");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_symbol_of_verification_counts_once() {
        let symbol = |len, name: &str| Symbol { address: 0, len, owner: String::new(), name: name.into() };
        let symbols = [
            symbol(100, "<embertls_x509::stream::Verifier>::take"),
            symbol(10, "<Map<embertls_pki::der::Reader, embertls_x509::x>>::next"),
            symbol(20, "embertls_pki::spki::public_key"),
            symbol(5, "<embertls_handshake::peer_certificate::PeerCertificate>::note"),
            symbol(3, "<embertls_crypto::rsa::public::Public<embertls_crypto::rsa::pkcs1::Expect>>::advance"),
            symbol(1000, "<embertls_handshake::client::Client>::step"),
        ];
        assert_eq!(
            verification(symbols.iter(), &["rsa::pkcs1::Expect"]),
            "verification of certificates: x509 110 + pki 20 + handshake 5 + signatures that nothing else checks 3 = 138 bytes"
        );
    }
}
