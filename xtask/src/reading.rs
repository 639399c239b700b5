//! `cargo xtask reading`: whether certificates, lists and PEM are read in linear time, counted in instructions by callgrind: for each
//! hostile shape of testkit's program `reading`, four times the bytes must not cost much more than four times the instructions.

use crate::shell;
use std::path::Path;
use std::process::Command;

/// Bytes of the smaller and of the larger input.
const BYTES: [u64; 2] = [4 * 1024, 16 * 1024];

/// The most by which the cost may grow, in hundredths: four times, and a quarter of that for what grows by steps, such as
/// lengths in more octets. A reader that is quadratic grows sixteen times.
const MOST_GROWTH: u64 = 500;

/// Counts each shape.
///
/// # Errors
/// A shape whose cost grows faster than its size, or one that is not read as it should be.
pub(crate) fn run(root: &Path, _arguments: &[String]) -> Result<(), String> {
    shell::need(root, &[("valgrind", "valgrind")])?;
    let package = ["-p", "embertls-testkit", "--all-features", "--bin", "reading"];
    shell::run(root, "cargo", &[&["build", "-q"][..], &package[..]].concat(), &[])?;
    let shapes = shell::output(root, "cargo", &[&["run", "-q"][..], &package[..]].concat())?;
    let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), Into::into);
    let program = target.join("debug/reading");
    let mut wrong = Vec::new();
    println!("{:24} {:>12} {:>12} {:>8}", "instructions for", BYTES[0], BYTES[1], "growth");
    for shape in shapes.lines() {
        let [small, large] = [cost(root, &program, shape, BYTES[0])?, cost(root, &program, shape, BYTES[1])?];
        println!("{shape:24} {small:12} {large:12} {:8.2}", large as f64 / small.max(1) as f64);
        if !is_linear(small, large) {
            wrong.push(shape);
        }
    }
    if wrong.is_empty() { Ok(()) } else { Err(format!("not linear: {}", wrong.join(" "))) }
}

const fn is_linear(small: u64, large: u64) -> bool {
    large.saturating_mul(100) <= small.saturating_mul(MOST_GROWTH)
}

/// Instructions of one reading: the difference between three and one.
fn cost(root: &Path, program: &Path, shape: &str, bytes: u64) -> Result<u64, String> {
    let [once, more] = ["1", "3"].map(|turns| collected(root, program, shape, bytes, turns));
    let difference = more?.checked_sub(once?).ok_or("fewer instructions for more work")?;
    Ok(difference / 2)
}

fn collected(root: &Path, program: &Path, shape: &str, bytes: u64, turns: &str) -> Result<u64, String> {
    let output = Command::new("valgrind")
        .args(["--tool=callgrind", "--callgrind-out-file=/dev/null"])
        .arg(program)
        .args([shape, &bytes.to_string(), turns])
        .current_dir(root)
        .output()
        .map_err(|error| format!("valgrind: {error}"))?;
    if !output.status.success() {
        return Err(format!("{shape}: not read as it should be"));
    }
    shell::collected(&String::from_utf8_lossy(&output.stderr))
}

#[cfg(test)]
mod tests {
    use super::is_linear;

    #[test]
    fn what_grows_with_the_square_is_told_from_what_does_not() {
        assert!(is_linear(1000, 4000) && is_linear(1000, 4900));
        assert!(!is_linear(1000, 16_000) && !is_linear(1000, 5001));
        assert!(is_linear(1000, 1000) && !is_linear(0, 1));
    }
}
