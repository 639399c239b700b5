//! `docs/errors.md` is made here, of the code: every error with its meaning, whose fault it is, the alert that the peer is told,
//! mbedTLS's number, and what to do.
#![expect(clippy::panic, clippy::unwrap_used, reason = "a test that fails panics")]

mod advice;
mod instances;
mod source;

use embertls::{AlertDescription, Error, Fault, Flags, HandshakeType, Reason};
use instances::{DECODE_KINDS, MESSAGES};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

const BEGIN: &str = "# Errors

Every error of the library: what it means, whose fault it is, the alert that the peer is told, the number that mbedTLS 2.28
has for it (`Error::mbedtls_code`, the nearest where none is the same), and what to do (`Error::advice`, which `ember` prints
too). The page is made by the test `errors_page` of `crates/testkit` from the code; `EMBERTLS_ACCEPT=1` renews it.

Every error ends the connection, but for `Misuse` and `OutputTooSmall`, after which the call may be made again as it should
be, and `Freeze`. `poll_transmit` gives out the alert after an error; send it before the transport is closed.
";

/// Whose fault, in words.
const fn fault(fault: Fault) -> &'static str {
    match fault {
        Fault::Peer => "the peer",
        Fault::Either => "either end",
        Fault::Transport => "the transport",
        Fault::Device => "the device",
        Fault::Caller => "the caller",
        Fault::Nobody => "nobody",
    }
}

fn alert(alert: Option<AlertDescription>) -> String {
    alert.map_or_else(|| "none".into(), |alert| alert.name().unwrap().to_ascii_lowercase())
}

/// mbedTLS's number and name.
fn number(code: i32) -> String {
    let table = include_str!("../../testdata/mbedtls/errors.csv");
    let value = format!("-0x{:04X}", -code);
    let row = table.lines().find(|line| line.split(',').nth(1) == Some(&value));
    format!("`{value}` `{}`", row.unwrap().split(',').next().unwrap())
}

/// What a cell says of several instances, each once; more than three are in a table of their own.
fn together(cells: impl Iterator<Item = String>, between: &str) -> String {
    let mut all: Vec<String> = Vec::new();
    for cell in cells {
        if !all.contains(&cell) {
            all.push(cell);
        }
    }
    if all.len() > 3 { "see below".into() } else { all.join(between) }
}

fn section(page: &mut String, title: &str, words: &str, head: &[&str]) {
    write!(page, "\n## {title}\n\n").unwrap();
    if !words.is_empty() {
        write!(page, "{words}\n\n").unwrap();
    }
    row(page, head);
    row(page, &vec!["---"; head.len()]);
}

fn row<C: AsRef<str>>(page: &mut String, cells: &[C]) {
    for cell in cells {
        assert!(!cell.as_ref().contains(['|', '\n']) && !cell.as_ref().is_empty(), "{}", cell.as_ref());
        write!(page, "| {} ", cell.as_ref()).unwrap();
    }
    page.push_str("|\n");
}

fn page() -> String {
    let mut page = BEGIN.to_owned();
    connections(&mut page);
    reasons(&mut page);
    messages(&mut page);
    certificates(&mut page);
    alerts(&mut page);
    misuse(&mut page);
    freeze(&mut page);
    others(&mut page);
    page
}

fn connections(page: &mut String) {
    let head = ["error", "what it means", "whose fault", "alert", "mbedTLS", "what to do"];
    section(page, "Of a connection: `embertls::Error`", "", &head);
    let mut one = |name: String, meaning: String, all: &[Error]| {
        let cells = [
            format!("`{name}`"),
            meaning,
            together(all.iter().map(|error| fault(error.fault()).into()), " or "),
            together(all.iter().map(|error| alert(error.alert())), " or "),
            together(all.iter().map(|error| number(error.mbedtls_code())), " or "),
            together(all.iter().map(|error| error.advice().into()), "; or "),
        ];
        row(page, &cells);
    };
    for (name, meaning) in source::variants("embertls/src/error.rs", "Error") {
        if name != "Exhausted" {
            let all = instances::of(&name);
            one(name, meaning, &all);
            continue;
        }
        let limits = source::variants("embertls/src/error.rs", "Limit");
        assert_eq!(limits.len(), instances::LIMITS.len());
        for ((_, meaning), error) in limits.into_iter().zip(instances::of(&name)) {
            one(
                format!("{error:?}"),
                meaning.replacen("Records", "The limit is reached: records", 1),
                &[error],
            );
        }
    }
}

fn reasons(page: &mut String) {
    let words = "The reasons of `Violation`, where the peer broke an RFC, and of `Incompatible`, where both ends are right.";
    let head = ["error", "what it says", "where it is ruled", "alert", "mbedTLS", "what to do"];
    section(page, "Where the peer is wrong, or has nothing in common: `embertls::Reason`", words, &head);
    let docs = source::reasons();
    assert_eq!(docs.len(), Reason::ALL.len());
    for (reason, doc) in Reason::ALL.iter().zip(docs) {
        let error = Error::from(*reason);
        let rule = doc.split_once(": ").filter(|(rule, _)| rule.starts_with("RFC "));
        row(
            page,
            &[
                format!("`{error:?}`"),
                reason.text().into(),
                rule.map_or_else(|| "a limit, or good sense".into(), |(rule, _)| rule.into()),
                alert(error.alert()),
                number(error.mbedtls_code()),
                error.advice().into(),
            ],
        );
    }
}

fn messages(page: &mut String) {
    let words = "`Decode` names the message, what is wrong, and at which byte of the message's body.";
    section(page, "Messages that cannot be decoded", words, &["what is wrong", "what it says", "alert"]);
    for kind in DECODE_KINDS {
        let error =
            Error::Decode { message_type: HandshakeType::FINISHED, error: codec::Error::new(*kind, 0) };
        let text = codec::Error::new(*kind, 0).to_string();
        row(page, &[format!("`{kind:?}`"), text.trim_end_matches(" at byte 0").into(), alert(error.alert())]);
    }
    page.push('\n');
    row(page, &["message", "mbedTLS"]);
    row(page, &["---", "---"]);
    for message_type in MESSAGES {
        let error = codec::Error::new(codec::ErrorKind::Truncated, 0);
        let code = Error::Decode { message_type: *message_type, error }.mbedtls_code();
        row(page, &[message_type.name().unwrap().to_ascii_lowercase(), number(code)]);
    }
}

fn certificates(page: &mut String) {
    let words = "`Certificate` holds a set of flags; the alert is that of the first reason in the order of \
                 `embertls/src/error.rs`, and mbedTLS's number is always the same.";
    let head = ["flag", "bit", "what it says", "alert", "what to do"];
    section(page, "Certificates that are refused: `embertls::Flags`", words, &head);
    for flag in Flags::from_bits(u32::MAX).iter() {
        let error = Error::Certificate(flag.flag);
        row(
            page,
            &[
                format!("`{}`", flag.name),
                format!("`0x{:06X}`", flag.flag.bits()),
                flag.text.into(),
                alert(error.alert()),
                flag.advice.into(),
            ],
        );
    }
    assert_eq!(alert(Error::Certificate(Flags::NONE).alert()), "certificate_unknown");
    let words = "A verdict has `reasons` beside its flags, where one flag of mbedTLS stands for several.";
    section(page, "Why a flag was set: `x509::Reasons`", words, &["reason", "what it says", "what to do"]);
    for reason in x509::REASONS {
        row(page, &[reason.name, reason.text, reason.advice]);
    }
    let words = "`CertificateDecode` names the field, what is wrong (as for keys, below) and at which byte of the certificate.";
    section(page, "Certificates that cannot be read: `x509::Error`", words, &["field", "mbedTLS"]);
    for field in instances::FIELDS {
        let error = x509::Error { kind: pki::ErrorKind::Truncated, field: *field, at: 0 };
        row(page, &[format!("`{field:?}`"), number(Error::CertificateDecode(error).mbedtls_code())]);
    }
    let fields = source::variants("x509/src/error.rs", "Field");
    assert!(
        fields.iter().map(|(name, _)| name.clone()).eq(instances::FIELDS.iter().map(|f| format!("{f:?}")))
    );
}

fn alerts(page: &mut String) {
    let words = "`AlertReceived`: the peer says why it ended the connection.";
    section(page, "What a peer's alert asks for", words, &["alert", "number", "what to do"]);
    for byte in 1..=u8::MAX {
        let alert = AlertDescription(byte);
        let Some(name) = alert.name() else { continue };
        let advice = Error::AlertReceived(alert).advice();
        row(page, &[name.to_ascii_lowercase(), byte.to_string(), advice.into()]);
    }
}

fn misuse(page: &mut String) {
    let words = "The caller's bugs; nothing is sent, and the connection goes on where it can.";
    let title = "Calls that do not fit: `embertls::Misuse`";
    section(page, title, words, &["misuse", "what it means", "what to do"]);
    for (name, meaning) in source::variants("embertls/src/error.rs", "Misuse") {
        let misuse = instances::MISUSES.iter().find(|misuse| format!("{misuse:?}") == name);
        row(page, &[format!("`{name}`"), meaning, misuse.unwrap().advice().into()]);
    }
}

fn freeze(page: &mut String) {
    let words =
        "A connection that is not frozen goes on as it is; a blob that is not thawed is no connection.";
    let head = ["error", "what it means", "whose fault", "mbedTLS", "what to do"];
    section(page, "Connections that sleep: `embertls::FreezeError`", words, &head);
    let variants = source::variants("handshake/src/error.rs", "FreezeError");
    assert_eq!(variants.len(), instances::FREEZES.len());
    for ((name, meaning), error) in variants.into_iter().zip(instances::FREEZES) {
        assert_eq!(format!("{error:?}"), name);
        let error = Error::Freeze(*error);
        let cells = [
            format!("`{name}`"),
            meaning,
            fault(error.fault()).into(),
            number(error.mbedtls_code()),
            error.advice().into(),
        ];
        row(page, &cells);
    }
}

fn others(page: &mut String) {
    let words = "The session of six calls returns mbedTLS's number.";
    let head = ["error", "what it means", "mbedTLS", "what to do"];
    section(page, "Of a session: `io::session::SessionError`", words, &head);
    for (name, meaning) in source::variants("io/src/session/error.rs", "SessionError") {
        let code = instances::session(&name).map_or_else(|| "as above".into(), |error| number(error.code()));
        row(page, &[format!("`{name}`"), meaning, code, advice::of("SessionError", &name).into()]);
    }
    for (title, words, file, kind) in [
        (
            "Of a stream: `io::StreamError`",
            "The streams over `embedded-io`; those of `std` and tokio put the same into `std::io::Error`, and \
             `io::tls_error` takes the TLS error out again.",
            "io/src/error.rs",
            "StreamError",
        ),
        ("Of keys, and PEM and DER files: `pki::Error`", "", "pki/src/error.rs", "ErrorKind"),
        (
            "Of a verification outside TLS: `x509::VerifyError`",
            "All that can be judged is a flag; this is the rest.",
            "x509/src/error.rs",
            "VerifyError",
        ),
        (
            "Of an authority: `authority::Error`",
            "Where keys, certificates, requests and revocation lists are written.",
            "authority/src/error.rs",
            "Error",
        ),
        (
            "Of primitives: `crypto::Error`",
            "From generators, entropy sources, keys and ticket keys; in a connection they become one of the above.",
            "crypto/src/error.rs",
            "Error",
        ),
    ] {
        section(page, title, words, &["error", "what it means", "what to do"]);
        for (name, meaning) in source::variants(file, kind) {
            row(page, &[format!("`{name}`"), meaning, advice::of(title, &name).into()]);
        }
    }
}

#[test]
fn the_page_of_errors_is_as_the_code() {
    let page = page();
    let file = repository().join("docs/errors.md");
    if std::env::var("EMBERTLS_ACCEPT").is_ok() {
        std::fs::write(&file, &page).unwrap();
    }
    let committed = std::fs::read_to_string(&file).unwrap_or_default();
    for (made, found) in page.lines().zip(committed.lines()) {
        assert_eq!(made, found, "run again with EMBERTLS_ACCEPT=1 when this is meant");
    }
    assert_eq!(page.len(), committed.len(), "run again with EMBERTLS_ACCEPT=1 when this is meant");
}

/// Error types that only other errors are made of.
const INNER: &[&str] = &["codec::ErrorKind", "handshake::Error", "record::Error", "suites::ExtensionError"];

#[test]
fn no_public_error_is_missing_from_the_page() {
    let page = page();
    let mut seen = 0;
    for (krate, name) in source::public_enums() {
        let is_error = name.contains("Error") || ["Misuse", "Limit"].contains(&name.as_str());
        let full = format!("{krate}::{name}");
        if !is_error || INNER.contains(&full.as_str()) {
            continue;
        }
        seen += 1;
        // The limits are the instances of one variant; the kinds of keys' errors are listed under their struct.
        let listed = match full.as_str() {
            "embertls::Limit" => "Exhausted",
            "pki::ErrorKind" => "pki::Error",
            "handshake::FreezeError" => "embertls::FreezeError",
            "io::SessionError" => "io::session::SessionError",
            other => other,
        };
        assert!(page.contains(listed), "{full} is not on the page");
    }
    assert!(seen >= 8, "{seen} error types found");
}
