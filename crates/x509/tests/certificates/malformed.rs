//! Certificates that are not as they should be: each kind of malformation has its field and place, nothing panics, and
//! nothing that was changed verifies.
use crate::common::{load, policy};
use crypto::{Budget, Progress};
use embertls_x509::{Certificate, Error, Field, TrustAnchor, Verifier, limits, path};
use pki::ErrorKind;
use proptest::prelude::*;

/// A value in DER.
fn der(tag: u8, parts: &[&[u8]]) -> Vec<u8> {
    let contents = parts.concat();
    let mut value = vec![tag];
    match contents.len() {
        len @ 0..=127 => value.push(u8::try_from(len).unwrap()),
        len @ 128..=255 => value.extend([0x81, u8::try_from(len).unwrap()]),
        len => {
            value.push(0x82);
            value.extend(u16::try_from(len).unwrap().to_be_bytes());
        }
    }
    value.extend(contents);
    value
}

/// A certificate from parts, each of which a test may replace.
struct Parts {
    version: Vec<u8>,
    serial: Vec<u8>,
    inner: Vec<u8>,
    issuer: Vec<u8>,
    validity: Vec<u8>,
    subject: Vec<u8>,
    spki: Vec<u8>,
    extensions: Vec<u8>,
    outer: Vec<u8>,
    signature: Vec<u8>,
}

const ECDSA_SHA256: &[u8] = &[6, 8, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 4, 3, 2];

fn name(text: &[u8]) -> Vec<u8> {
    der(0x30, &[&der(0x31, &[&der(0x30, &[&[6, 3, 0x55, 4, 3], &der(0x0C, &[text])])])])
}

fn extension(oid: &[u8], critical: &[u8], value: &[u8]) -> Vec<u8> {
    der(0x30, &[&der(6, &[oid]), critical, &der(4, &[value])])
}

fn list(extensions: &[Vec<u8>]) -> Vec<u8> {
    der(0xA3, &[&der(0x30, &[&extensions.concat()])])
}

impl Parts {
    fn good() -> Self {
        Self {
            version: vec![0xA0, 3, 2, 1, 2],
            serial: vec![2, 1, 1],
            inner: der(0x30, &[ECDSA_SHA256]),
            issuer: name(b"CA"),
            validity: der(0x30, &[&der(0x17, &[b"200101000000Z"]), &der(0x18, &[b"20500101000000Z"])]),
            subject: name(b"leaf"),
            spki: der(0x30, &[&der(0x30, &[&[6, 1, 1]]), &[3, 2, 0, 4]]),
            extensions: list(&[extension(&[0x55, 0x1D, 15], &[1, 1, 0xFF], &[3, 2, 7, 0x80])]),
            outer: der(0x30, &[ECDSA_SHA256]),
            signature: vec![3, 2, 0, 1],
        }
    }

    fn der(&self) -> Vec<u8> {
        let tbs = [
            &self.version[..],
            &self.serial,
            &self.inner,
            &self.issuer,
            &self.validity,
            &self.subject,
            &self.spki,
            &self.extensions,
        ];
        der(0x30, &[&der(0x30, &tbs), &self.outer, &self.signature])
    }
}

/// The error of a certificate with one thing changed.
fn error(change: impl FnOnce(&mut Parts)) -> Option<(Field, ErrorKind)> {
    let mut parts = Parts::good();
    change(&mut parts);
    Certificate::decode(&parts.der()).err().map(|error| (error.field, error.kind))
}

#[test]
fn the_certificate_of_these_tests_is_well_formed() {
    assert_eq!(error(|_| {}), None);
}

#[test]
fn the_frame_is_strict_der() {
    let good = Parts::good().der();
    let at = |der: &[u8]| Certificate::decode(der).err();
    let frame = |kind, at| Some(Error { kind, field: Field::Certificate, at });
    assert_eq!(at(&[]), frame(ErrorKind::Truncated, 0));
    assert_eq!(at(&good[..good.len() - 1]), frame(ErrorKind::Truncated, 0));
    assert_eq!(at(&[&good[..], &[0]].concat()), frame(ErrorKind::TrailingBytes, good.len()));
    assert_eq!(at(&[&[0x31], &good[1..]].concat()), frame(ErrorKind::UnexpectedTag, 0));
    // BER: an indefinite length, and a length in more octets than needed.
    assert_eq!(at(&[&[0x30, 0x80], &good[3..], &[0, 0]].concat()), frame(ErrorKind::NotDer, 0));
    assert_eq!(good[1], 0x81);
    assert_eq!(at(&[&[0x30, 0x82, 0, good[2]], &good[3..]].concat()), frame(ErrorKind::NotDer, 0));
    let trailing = der(0x30, &[&good[3..], &[5, 0]]);
    assert_eq!(at(&trailing).map(|e| e.kind), Some(ErrorKind::TrailingBytes));
}

#[test]
fn versions_serial_numbers_and_algorithms_follow_their_rules() {
    let version = |bytes: &[u8]| error(|parts| parts.version = bytes.to_vec());
    assert_eq!(version(&[0xA0, 3, 2, 1, 0]), Some((Field::Version, ErrorKind::IllegalValue)));
    assert_eq!(version(&[0xA0, 3, 2, 1, 3]), Some((Field::Version, ErrorKind::IllegalValue)));
    assert_eq!(version(&[0xA0, 4, 2, 2, 0, 2]), Some((Field::Version, ErrorKind::NotDer)));
    // Extensions are of version 3.
    assert_eq!(version(&[0xA0, 3, 2, 1, 1]), Some((Field::Extensions, ErrorKind::IllegalValue)));
    assert_eq!(version(&[]), Some((Field::Extensions, ErrorKind::IllegalValue)));
    assert_eq!(error(|parts| (parts.version, parts.extensions) = (vec![], vec![])), None);
    let unique =
        |version: Vec<u8>| error(|parts| (parts.version, parts.extensions) = (version, vec![0x81, 2, 0, 1]));
    assert_eq!(unique(vec![0xA0, 3, 2, 1, 1]), None);
    assert_eq!(unique(vec![]), Some((Field::Extensions, ErrorKind::TrailingBytes)));

    let serial = |bytes: &[u8]| error(|parts| parts.serial = bytes.to_vec());
    assert_eq!(serial(&[2, 0]), Some((Field::SerialNumber, ErrorKind::NotDer)));
    assert_eq!(serial(&[2, 2, 0, 1]), Some((Field::SerialNumber, ErrorKind::NotDer)));
    assert_eq!(serial(&[2, 2, 0xFF, 0x80]), Some((Field::SerialNumber, ErrorKind::NotDer)));
    assert_eq!(serial(&[4, 1, 1]), Some((Field::SerialNumber, ErrorKind::UnexpectedTag)));

    // The algorithm that is signed and the one that is not must be the same bytes.
    let other = der(0x30, &[ECDSA_SHA256, &[5, 0]]);
    let differs = Some((Field::SignatureAlgorithm, ErrorKind::IllegalValue));
    assert_eq!(error(|parts| parts.outer = other.clone()), differs);
    assert_eq!(error(|parts| parts.inner = other.clone()), differs);
    assert_eq!(error(|parts| (parts.inner, parts.outer) = (other.clone(), other.clone())), None);
    let unused = Some((Field::SignatureValue, ErrorKind::IllegalValue));
    assert_eq!(error(|parts| parts.signature = vec![3, 2, 1, 2]), unused);
}

#[test]
fn times_are_canonical() {
    let validity = |tag: u8, time: &[u8]| {
        let end = der(0x18, &[b"99991231235959Z"]);
        error(|parts| parts.validity = der(0x30, &[&der(tag, &[time]), &end])).map(|(field, kind)| {
            assert_eq!(field, Field::Validity);
            kind
        })
    };
    assert_eq!(validity(0x17, b"500101000000Z"), None);
    assert_eq!(validity(0x17, b"491231235959Z"), None);
    assert_eq!(validity(0x18, b"20500101000000Z"), None);
    assert_eq!(validity(0x18, b"20491231235959Z"), Some(ErrorKind::NotDer));
    for wrong in [
        &b"2001010000Z"[..],
        b"200101000000",
        b"200101000000+0000",
        b"200101000060Z",
        b"200101240000Z",
        b"200230000000Z",
        b"201301000000Z",
        b"20 101000000Z",
        b"-00101000000Z",
        b"",
    ] {
        assert_eq!(validity(0x17, wrong), Some(ErrorKind::IllegalValue), "{wrong:?}");
    }
    for wrong in [&b"20500101000000.5Z"[..], b"205001010000Z", b"20500101000000"] {
        assert_eq!(validity(0x18, wrong), Some(ErrorKind::IllegalValue), "{wrong:?}");
    }
    assert_eq!(validity(0x0C, b"200101000000Z"), Some(ErrorKind::UnexpectedTag));
}

#[test]
fn the_list_of_extensions_is_strict() {
    let extensions = |bytes: Vec<u8>| error(|parts| parts.extensions = bytes);
    let unknown = |n: usize| extension(&[0x2A, 3, u8::try_from(n).unwrap()], &[], &[]);
    assert_eq!(extensions(list(&[])), Some((Field::Extensions, ErrorKind::IllegalValue)));
    assert_eq!(
        extensions(list(&[unknown(1), unknown(1)])),
        Some((Field::Extensions, ErrorKind::IllegalValue))
    );
    let default = extension(&[0x2A, 3, 1], &[1, 1, 0], &[]);
    assert_eq!(extensions(list(&[default])), Some((Field::Extensions, ErrorKind::NotDer)));
    let ber_true = extension(&[0x2A, 3, 1], &[1, 1, 1], &[]);
    assert_eq!(extensions(list(&[ber_true])), Some((Field::Extensions, ErrorKind::NotDer)));
    let many = |count| extensions(list(&(0..count).map(unknown).collect::<Vec<_>>()));
    assert_eq!(many(limits::MAX_EXTENSIONS), None);
    assert_eq!(many(limits::MAX_EXTENSIONS + 1), Some((Field::Extensions, ErrorKind::TooLong)));
}

#[test]
fn known_extensions_are_strict() {
    let known = |id: u8, value: &[u8]| {
        error(|parts| parts.extensions = list(&[extension(&[0x55, 0x1D, id], &[], value)]))
    };
    for (field, id, value, kind) in [
        (Field::BasicConstraints, 19, &[0x30, 3, 1, 1, 0][..], ErrorKind::NotDer),
        (Field::BasicConstraints, 19, &[0x30, 3, 2, 1, 0], ErrorKind::IllegalValue),
        (Field::BasicConstraints, 19, &[0x30, 6, 1, 1, 0xFF, 2, 1, 0x80], ErrorKind::IllegalValue),
        (Field::BasicConstraints, 19, &[0x30, 0, 5, 0], ErrorKind::TrailingBytes),
        (Field::BasicConstraints, 19, &[], ErrorKind::Truncated),
        (Field::KeyUsage, 15, &[3, 1, 0], ErrorKind::IllegalValue),
        (Field::KeyUsage, 15, &[3, 2, 0, 0x80], ErrorKind::NotDer),
        (Field::KeyUsage, 15, &[3, 2, 7, 0xC0], ErrorKind::NotDer),
        (Field::KeyUsage, 15, &[3, 2, 0, 0], ErrorKind::NotDer),
        (Field::KeyUsage, 15, &[3, 3, 0, 0x80, 0], ErrorKind::IllegalValue),
        (Field::ExtendedKeyUsage, 37, &[0x30, 0], ErrorKind::Truncated),
        (Field::ExtendedKeyUsage, 37, &[0x30, 2, 5, 0], ErrorKind::UnexpectedTag),
        (Field::ExtendedKeyUsage, 37, &[0x30, 3, 6, 1, 0x80], ErrorKind::NotDer),
        (Field::SubjectAltName, 17, &[0x30, 0], ErrorKind::Truncated),
        (Field::SubjectAltName, 17, &[0x30, 3, 0x82, 1, 0xFC], ErrorKind::IllegalValue),
        (Field::SubjectAltName, 17, &[0x30, 5, 0x87, 3, 1, 2, 3], ErrorKind::IllegalValue),
        (Field::SubjectAltName, 17, &[0x30, 3, 0x0C, 1, 97], ErrorKind::IllegalValue),
    ] {
        assert_eq!(known(id, value), Some((field, kind)), "{id} {value:?}");
    }
    assert_eq!(known(19, &[0x30, 6, 1, 1, 0xFF, 2, 1, 0]), None);
    assert_eq!(known(15, &[3, 3, 7, 0, 0x80]), None);
    // An unknown one is not looked into.
    assert_eq!(known(99, &[0xFF]), None);
}

#[test]
fn key_usage_bits_are_those_of_the_standard() {
    let mut parts = Parts::good();
    parts.extensions = list(&[extension(&[0x55, 0x1D, 15], &[], &[3, 3, 7, 0x84, 0x80])]);
    let der = parts.der();
    let usage = Certificate::decode(&der).unwrap().extensions.key_usage.unwrap();
    // digitalSignature, keyCertSign (bit 5), decipherOnly (bit 8).
    assert_eq!(usage.0, 1 | 1 << 5 | 1 << 8);
}

#[test]
fn names_are_printed_without_what_could_deceive() {
    let printed = |text: &[u8]| {
        let mut parts = Parts::good();
        parts.subject = name(text);
        let der = parts.der();
        Certificate::decode(&der).unwrap().subject.to_string()
    };
    assert_eq!(printed(b"example.com"), "CN=example.com");
    assert_eq!(printed(b"a, O=b"), "CN=a\\, O\\=b");
    assert_eq!(printed(b"a\x1b[2J\0\n"), "CN=a\\u{1b}[2J\\u{0}\\u{a}");
    assert_eq!(printed("\u{e9}\u{202e}x".as_bytes()), "CN=\u{e9}\\u{202e}x");
    assert_eq!(printed(&[b'a', 0xFF]), "CN=a\\FF");
    let mut parts = Parts::good();
    parts.subject =
        der(0x30, &[&der(0x31, &[&der(0x30, &[&[6, 4, 0x2A, 0x03, 0x88, 0x37], &[0x0C, 1, b'x']])])]);
    assert_eq!(Certificate::decode(&parts.der()).unwrap().subject.to_string(), "1.2.3.1079=x");
    parts.subject = vec![0x30, 0];
    assert_eq!(Certificate::decode(&parts.der()).unwrap().subject.to_string(), "");
    // A set of attributes has at least one.
    parts.subject = vec![0x30, 2, 0x31, 0];
    assert_eq!(Certificate::decode(&parts.der()).err().map(|e| e.field), Some(Field::Subject));
}

#[test]
fn anchors_are_read_from_roots_of_any_kind_with_their_constraints() {
    let mut parts = Parts::good();
    parts.validity = der(0x30, &[&der(0x17, &[b"2001010000Z"]), &der(0x17, &[b"300101000000+0000"])]);
    let der = parts.der();
    let anchor = TrustAnchor::decode(&der).unwrap();
    assert_eq!((anchor.subject, anchor.spki), (&parts.subject[..], &parts.spki[..]));
    assert_eq!(anchor.name_constraints, None);
    assert!(TrustAnchor::decode(load("constrained-root")).unwrap().name_constraints.is_some());
    for cut in 0..der.len() {
        assert!(TrustAnchor::decode(&der[..cut]).is_err());
    }
}

/// Whether a chain that was changed in its end entity is accepted, by either way.
fn is_accepted(leaf: &[u8]) -> bool {
    let policy = policy(&["root"]);
    let mut verifier = Verifier::new();
    for der in [leaf, load("mid")] {
        if verifier.push(&policy, der, None).is_err() {
            return false;
        }
        while verifier.advance(&policy, Budget::UNLIMITED).unwrap() == Progress::Pending {}
    }
    let streamed = verifier.verdict().flags.is_empty();
    let of_set = match Certificate::decode(leaf) {
        Ok(leaf) => path::verify(&policy, &leaf, &[load("mid")]).unwrap().flags.is_empty(),
        Err(_) => panic!("it was streamed"),
    };
    assert_eq!(streamed, of_set);
    streamed
}

#[test]
fn every_single_bit_matters() {
    let good = load("good");
    assert!(is_accepted(good));
    for index in 0..good.len() {
        for bit in [index % 8, (index + 5) % 8] {
            let mut changed = good.to_vec();
            changed[index] ^= 1 << bit;
            assert!(!is_accepted(&changed), "byte {index} bit {bit}");
        }
    }
}

#[test]
fn every_cut_is_malformed() {
    let good = load("good");
    for cut in 0..good.len() {
        assert!(Certificate::decode(&good[..cut]).is_err());
    }
}

proptest! {
    #[test]
    fn arbitrary_bytes_do_no_harm(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        prop_assert!(Certificate::decode(&bytes).is_err());
        let _ = TrustAnchor::decode(&bytes);
    }

    #[test]
    fn mutations_do_no_harm_and_do_not_verify(
        edits in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>(), 0..3_u8), 1..6),
    ) {
        let mut changed = load("good").to_vec();
        for (index, byte, kind) in edits {
            let at = index.index(changed.len());
            match kind {
                0 => changed[at] = byte,
                1 => changed.insert(at, byte),
                _ => { changed.remove(at); }
            }
        }
        prop_assume!(changed != load("good"));
        prop_assert!(!is_accepted(&changed));
    }
}
