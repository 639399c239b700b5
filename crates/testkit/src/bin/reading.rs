//! `reading SHAPE BYTES TURNS`: makes an input of this shape and of about so many bytes, and reads it so often, for callgrind to count;
//! `reading` alone lists the shapes. Each is what somebody would send to make a reader slow.

use embertls_testkit::chains::der;
use std::{fmt::Write as _, hint::black_box, process::ExitCode};
use x509::{Certificate, Crl, Policy, Reasons, ServerName, TrustAnchor, extensions::ExtendedKeyUsage, path};

/// Reads an input; false when it is not what it should be.
type Read = fn(&[u8]) -> bool;

/// A shape: its name, what makes it, what reads it.
type Shape = (&'static str, fn(usize) -> Vec<u8>, Read);

const SHAPES: &[Shape] = &[
    ("names-of-a-certificate", |bytes| with_names(&names(bytes / 2, "x")), decodes),
    ("one-long-name", |bytes| with_names(&names_of(&"x ".repeat(bytes / 4))), decodes),
    ("names-compared", |bytes| with_names(&names(bytes / 2, "A  a")), compares),
    ("names-printed", |bytes| with_names(&names(bytes / 2, "\u{1b},")), prints),
    ("alternative-names", |bytes| with_extension(17, &many(bytes, &der::value(0x82, b"*.a.b"))), matches),
    ("purposes", |bytes| with_extension(37, &many(bytes, &der::oid(&[0x2A, 3, 4]))), permits),
    ("subtrees", |bytes| with_extension(30, &subtrees(bytes)), decodes),
    ("distribution-points", |bytes| with_extension(31, &many(bytes, &point())), decodes),
    ("many-extensions", |bytes| with_extensions(&vec_of_extensions(bytes)), decodes),
    (
        "long-object-identifier",
        |bytes| with_extensions(&[der::extension(&vec![0x81; bytes - 1], false, &[])]),
        refuses,
    ),
    ("nested-lengths", |bytes| [0x30, 0x82, 0x10, 0x00].repeat(bytes / 4), refuses),
    ("revoked-certificates", list, looks_up),
    ("pem-blocks", |bytes| b"text\n-----BEGIN X-----\nAAAA\n-----END X-----\n".repeat(bytes / 48), blocks),
    ("pem-dashes", |bytes| b"-----BEGIN ".repeat(bytes / 11), no_blocks),
    (
        "pem-without-end",
        |bytes| [b"-----BEGIN X-----\n".to_vec(), b"-----END".repeat(bytes / 8)].concat(),
        no_blocks,
    ),
];

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let [shape, bytes, turns] = words.as_slice() else {
        for (name, ..) in SHAPES {
            println!("{name}");
        }
        return ExitCode::SUCCESS;
    };
    let known = SHAPES.iter().find(|(name, ..)| name == shape);
    let (Some((_, make, read)), Ok(bytes), Ok(turns)) = (known, bytes.parse(), turns.parse::<usize>()) else {
        eprintln!("reading SHAPE BYTES TURNS");
        return ExitCode::FAILURE;
    };
    let input = make(bytes);
    let good = (0..turns).all(|_| black_box(read(black_box(&input))));
    if good { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// A SEQUENCE with as many of one value as fit.
fn many(bytes: usize, one: &[u8]) -> Vec<u8> {
    der::value(0x30, &one.repeat(bytes / one.len()))
}

fn relative_name(text: &str) -> Vec<u8> {
    let attribute = der::sequence(&[der::oid(&[0x55, 4, 3]), der::value(0x0C, text.as_bytes())]);
    der::value(0x31, &attribute)
}

fn names(bytes: usize, text: &str) -> Vec<u8> {
    many(bytes, &relative_name(text))
}

fn names_of(text: &str) -> Vec<u8> {
    der::value(0x30, &relative_name(text))
}

fn subtrees(bytes: usize) -> Vec<u8> {
    let one = der::sequence(&[der::value(0x82, b"example.com")]);
    der::sequence(&[der::value(0xA1, &one.repeat(bytes / one.len()))])
}

/// A DistributionPoint with a full name.
fn point() -> Vec<u8> {
    let uri = der::value(0x86, b"http://a/");
    der::sequence(&[der::value(0xA0, &der::value(0xA0, &uri))])
}

/// As many as there may be, of one length.
fn vec_of_extensions(bytes: usize) -> Vec<Vec<u8>> {
    let contents = vec![0; bytes / 64];
    (0..64).map(|number| der::extension(&[0x2A, 3, number], false, &contents)).collect()
}

fn with_names(names: &[u8]) -> Vec<u8> {
    certificate(names, &[])
}

fn with_extension(arc: u8, contents: &[u8]) -> Vec<u8> {
    with_extensions(&[der::extension(&[0x55, 0x1D, arc], false, contents)])
}

fn with_extensions(extensions: &[Vec<u8>]) -> Vec<u8> {
    certificate(&names_of("x"), extensions)
}

fn identifier() -> Vec<u8> {
    der::sequence(&[der::oid(crypto::signature::ECDSA_SHA256.oid)])
}

/// Issued to itself, signed by nobody.
fn certificate(name: &[u8], extensions: &[Vec<u8>]) -> Vec<u8> {
    let time = |text: &str| der::value(0x17, text.as_bytes());
    let mut fields = vec![
        der::value(0xA0, &der::small(2)),
        der::small(7),
        identifier(),
        name.to_vec(),
        der::sequence(&[time("200101000000Z"), time("491231235959Z")]),
        name.to_vec(),
        der::sequence(&[identifier(), der::bits(&[4; 65])]),
    ];
    if !extensions.is_empty() {
        fields.push(der::value(0xA3, &der::sequence(extensions)));
    }
    der::sequence(&[der::sequence(&fields), identifier(), der::bits(&[0x30, 0])])
}

fn list(bytes: usize) -> Vec<u8> {
    let time = |text: &str| der::value(0x17, text.as_bytes());
    let entry = der::sequence(&[der::small(9), time("200201000000Z")]);
    let fields = [
        der::small(1),
        identifier(),
        names_of("x"),
        time("200101000000Z"),
        time("491231235959Z"),
        many(bytes, &entry),
    ];
    der::sequence(&[der::sequence(&fields), identifier(), der::bits(&[0x30, 0])])
}

fn decodes(input: &[u8]) -> bool {
    Certificate::decode(input).is_ok()
}

fn refuses(input: &[u8]) -> bool {
    Certificate::decode(input).is_err() && TrustAnchor::decode(input).is_err()
}

/// With an anchor whose name differs in the case of each attribute.
fn compares(input: &[u8]) -> bool {
    let Ok(certificate) = Certificate::decode(input) else { return false };
    let mut other = certificate.subject.der().to_vec();
    for at in 2..other.len() {
        if let Some([0x0C, _, letter @ b'A']) = other.get_mut(at - 2..=at) {
            *letter = b'a';
        }
    }
    let anchors = [TrustAnchor { subject: &other, spki: &[], name_constraints: None }];
    let algorithms = [&crypto::signature::ECDSA_SHA256];
    let policy = Policy { anchors: &anchors, algorithms: &algorithms, ..Policy::default() };
    // The name is the issuer's: what is wrong is that the key did not sign.
    path::verify(&policy, &certificate, &[])
        .is_ok_and(|verdict| !verdict.reasons.contains(Reasons::NO_ISSUER))
}

fn prints(input: &[u8]) -> bool {
    let mut text = String::new();
    Certificate::decode(input).is_ok_and(|certificate| write!(text, "{}", certificate.subject).is_ok())
}

fn matches(input: &[u8]) -> bool {
    let name = ServerName::Dns("host.example.com");
    Certificate::decode(input)
        .is_ok_and(|found| found.extensions.subject_alt_name.is_some_and(|names| !names.matches(name)))
}

fn permits(input: &[u8]) -> bool {
    Certificate::decode(input).is_ok_and(|found| {
        found.extensions.extended_key_usage.is_some_and(|usage| !usage.permits(ExtendedKeyUsage::SERVER_AUTH))
    })
}

fn looks_up(input: &[u8]) -> bool {
    Crl::decode(input).is_ok_and(|list| list.entries().all(|entry| entry.serial_number != [1, 2, 3]))
}

fn blocks(input: &[u8]) -> bool {
    pki::pem::blocks(input).all(|block| block.is_ok_and(|block| block.decode().is_ok()))
}

fn no_blocks(input: &[u8]) -> bool {
    pki::pem::blocks(input).all(|block| block.is_err())
}
