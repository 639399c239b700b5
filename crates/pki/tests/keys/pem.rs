//! PEM files (RFC 7468).

use crate::file;
use embertls_pki::{ErrorKind, limits, pem::blocks};
use proptest::prelude::*;

fn labels(file: &[u8]) -> Vec<String> {
    blocks(file).map(|block| block.unwrap().label.to_string()).collect()
}

/// A block of so many zero bytes.
fn block_of(len: usize) -> Vec<u8> {
    let line = format!("{}\n", "A".repeat(64));
    let (lines, rest) = (len / 48, len % 48);
    let tail = ["", "AA==\n", "AAA=\n"][rest % 3];
    let tail =
        format!("{}{tail}{}", "AAAA".repeat(rest / 3), if rest % 3 == 0 && rest > 0 { "\n" } else { "" });
    format!("-----BEGIN X-----\n{}{tail}-----END X-----\n", line.repeat(lines)).into_bytes()
}

#[test]
fn blocks_are_found_between_other_text() {
    let text = file("P-256-with-parameters");
    assert_eq!(labels(&text), ["EC PARAMETERS", "EC PRIVATE KEY"]);
    let twice = [&text[..], b"\n\n", &file("rsa-public")].concat();
    assert_eq!(labels(&twice), ["EC PARAMETERS", "EC PRIVATE KEY", "PUBLIC KEY"]);
    assert_eq!(labels(b"no block at all"), [""; 0]);
    assert_eq!(labels(b""), [""; 0]);
}

#[test]
fn line_ends_and_line_lengths_of_any_system_are_read() {
    let text = String::from_utf8(file("P-256-pkcs8")).unwrap();
    let expected = crate::load("P-256-pkcs8");
    let body: String = text.lines().filter(|line| !line.starts_with("--")).collect();
    let one_line = format!("-----BEGIN PRIVATE KEY-----\n{body}\n-----END PRIVATE KEY-----\n");
    for variant in [text.replace('\n', "\r\n"), text.trim_end().to_string(), one_line] {
        let block = blocks(variant.as_bytes()).next().unwrap().unwrap();
        assert_eq!(&*block.decode().unwrap(), &expected);
    }
}

#[test]
fn damage_is_told() {
    let good = String::from_utf8(file("P-256-pkcs8")).unwrap();
    for (damaged, what) in [
        (good.replace("-----END PRIVATE KEY-----", ""), "no end"),
        (good.replace("END PRIVATE KEY", "END PUBLIC KEY"), "another label at the end"),
        (good.replacen("MI", "M!", 1), "a character that is none of base64's"),
        (good.replacen("MI", "M", 1), "a character too few"),
        (good.replace("BEGIN PRIVATE KEY-----", "BEGIN PRIVATE KEY"), "a label without its end"),
    ] {
        assert_ne!(damaged, good);
        let kind =
            blocks(damaged.as_bytes()).next().unwrap().and_then(|block| block.decode()).err().map(|e| e.kind);
        assert_eq!(kind, Some(ErrorKind::BadPem), "{what}");
    }
}

#[test]
fn an_error_has_the_offset_of_its_block() {
    let good = file("P-256-with-parameters");
    let damaged = String::from_utf8(good.clone()).unwrap().replace("END EC PRIVATE KEY", "END EC KEY");
    let errors: Vec<_> = blocks(damaged.as_bytes()).map(|block| block.unwrap().decode().err()).collect();
    let at = damaged.find("-----BEGIN EC PRIVATE").unwrap();
    assert_eq!(errors, [None, Some(embertls_pki::Error { kind: ErrorKind::BadPem, at })]);
}

#[test]
fn a_block_may_be_as_long_as_the_limit_and_no_longer() {
    let decode = |len| blocks(&block_of(len)).next().unwrap().unwrap().decode().map(|der| der.len());
    assert_eq!(decode(100), Ok(100));
    assert_eq!(decode(limits::MAX_PEM_BYTES), Ok(limits::MAX_PEM_BYTES));
    assert_eq!(decode(limits::MAX_PEM_BYTES + 1).map_err(|error| error.kind), Err(ErrorKind::TooLong));
}

#[test]
fn encrypted_blocks_are_told_from_broken_ones() {
    let text = file("rsa-encrypted-pkcs1");
    let block = blocks(&text).next().unwrap().unwrap();
    assert_eq!(block.decode().err().map(|error| error.kind), Some(ErrorKind::Encrypted));
}

proptest! {
    #[test]
    fn arbitrary_text_does_no_harm(text in "(-----BEGIN A-----|-----END A-----|[A-Za-z0-9+/=]{1,70}|\n|-| ){0,30}") {
        for block in blocks(text.as_bytes()).flatten() {
            let _ = block.decode();
        }
    }
}
