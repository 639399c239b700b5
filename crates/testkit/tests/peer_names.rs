//! Whom a certificate is for (RFC 6125 section 6, RFC 9525 section 6), by both ways of verifying: subjectAltName in every form, and a
//! common name where a build and a configuration take one.
#![expect(clippy::unwrap_used, reason = "a test that fails panics")]

use crypto::{Budget, Progress, signature::ECDSA_SHA256};
use embertls::registry::verification;
use embertls_testkit::{
    chains::der,
    credentials::{chain, private_key},
    rng::Seeded,
};
use x509::{Certificate, CommonName, Flags, Policy, ServerName, Time, TrustAnchor, Usage, Verifier, path};

/// id-at-commonName, id-at-organizationName.
const CN: &[u8] = &[0x55, 4, 3];
const O: &[u8] = &[0x55, 4, 10];

/// Attributes of a subject, each in a relative name of its own.
fn subject(attributes: &[(&[u8], &str)]) -> Vec<u8> {
    let names: Vec<_> = attributes
        .iter()
        .map(|(id, text)| {
            let attribute = der::sequence(&[der::oid(id), der::value(0x0C, text.as_bytes())]);
            der::value(0x31, &attribute)
        })
        .collect();
    der::sequence(&names)
}

/// Signed with the key of `p256`, which is in every certificate of this file.
fn certificate(subject: &[u8], issuer: &[u8], extensions: &[Vec<u8>]) -> Vec<u8> {
    let identifier = der::sequence(&[der::oid(ECDSA_SHA256.oid)]);
    let time = |text: &str| der::value(0x17, text.as_bytes());
    let validity = der::sequence(&[time("200101000000Z"), time("491231235959Z")]);
    let mut fields = vec![
        der::value(0xA0, &der::small(2)),
        der::small(7),
        identifier.clone(),
        issuer.to_vec(),
        validity,
        subject.to_vec(),
        spki().to_vec(),
    ];
    if !extensions.is_empty() {
        fields.push(der::value(0xA3, &der::sequence(extensions)));
    }
    let tbs = der::sequence(&fields);
    let digest = (ECDSA_SHA256.hash.digest)(&[&tbs]);
    let mut job = private_key("p256").sign(&ECDSA_SHA256, digest.as_ref(), &mut Seeded::new(3)).unwrap();
    let mut signature = [0; 128];
    let len = loop {
        if let Progress::Ready(len) = job.advance(Budget::UNLIMITED, &mut signature) {
            break len.unwrap();
        }
    };
    der::sequence(&[tbs, identifier, der::bits(signature.get(..len).unwrap())])
}

fn spki() -> &'static [u8] {
    Certificate::decode(chain("p256").first().unwrap()).unwrap().spki
}

/// A GeneralName, written `dns:`, `ip:` with octets, `mail:`, `uri:` or `dir:` and its value.
fn general_name(text: &str) -> Vec<u8> {
    let (form, text) = text.split_once(':').unwrap();
    match form {
        "dns" => der::value(0x82, text.as_bytes()),
        "mail" => der::value(0x81, text.as_bytes()),
        "uri" => der::value(0x86, text.as_bytes()),
        "dir" => der::value(0xA4, &subject(&[(CN, text)])),
        "ip" => match text.parse().unwrap() {
            std::net::IpAddr::V4(address) => der::value(0x87, &address.octets()),
            std::net::IpAddr::V6(address) => der::value(0x87, &address.octets()),
        },
        other => unreachable!("no form {other}"),
    }
}

fn san(names: &[&str]) -> Vec<u8> {
    let names: Vec<_> = names.iter().map(|name| general_name(name)).collect();
    der::extension(&[0x55, 0x1D, 17], false, &der::sequence(&names))
}

/// Below a root; what speaks against the leaf, by both ways.
fn found(leaf: &[u8], others: &[Vec<u8>], name: &str, common_name: CommonName) -> Flags {
    let root = subject(&[(O, "Names Root")]);
    let anchors = [TrustAnchor { subject: &root, spki: spki(), name_constraints: None }];
    let policy = Policy {
        anchors: &anchors,
        time: Time::Known(1_767_225_600),
        usage: Usage::Server,
        name: Some(ServerName::parse(name).unwrap_or_else(|| unreachable!("{name}"))),
        common_name,
        ..Policy::default()
    }
    .under(&verification::DEFAULT);
    let mut verifier = Verifier::new();
    for der in [leaf].into_iter().chain(others.iter().map(Vec::as_slice)) {
        verifier.push(&policy, der, None).unwrap();
        while verifier.advance(&policy, Budget(1)).unwrap() == Progress::Pending {}
    }
    let set: Vec<&[u8]> = others.iter().map(Vec::as_slice).collect();
    let of_set = path::verify(&policy, &Certificate::decode(leaf).unwrap(), &set).unwrap();
    assert_eq!(verifier.verdict(), of_set, "{name}");
    of_set.flags
}

fn root() -> Vec<u8> {
    subject(&[(O, "Names Root")])
}

#[test]
fn alternative_names_are_for_whom_they_name() {
    for (names, name, is_for) in [
        // As a whole, without regard to case, with a dot at the end or not.
        (&["dns:host.example.com"][..], "host.example.com", true),
        (&["dns:HOST.example.COM"], "hoST.Example.com.", true),
        (&["dns:host.example.com"], "host.example.org", false),
        (&["dns:host.example.com"], "example.com", false),
        (&["dns:example.com"], "host.example.com", false),
        (&["dns:.example.com"], "host.example.com", false),
        (&["dns:host.example.com."], "host.example.com", false),
        (&["dns:other.example", "dns:host.example.com"], "host.example.com", true),
        // A-labels are compared as what they are (RFC 6125 section 6.4.2, RFC 9525 section 6.3).
        (&["dns:xn--bcher-kva.example.com"], "XN--BCHER-kva.example.com", true),
        (&["dns:xn--bcher-kva.example.com"], "bcher-kva.example.com", false),
        (&["dns:*.xn--bcher-kva.example"], "www.xn--bcher-kva.example", true),
        // `*` is the whole left-most label or nothing (RFC 9525 section 6.3); it stands for an A-label too.
        (&["dns:*.example.com"], "host.example.com", true),
        (&["dns:*.example.com"], "xn--bcher-kva.example.com", true),
        (&["dns:*.example.com"], "a.b.example.com", false),
        (&["dns:*.example.com"], "example.com", false),
        (&["dns:h*.example.com"], "host.example.com", false),
        (&["dns:*t.example.com"], "host.example.com", false),
        (&["dns:xn--*.example.com"], "xn--bcher-kva.example.com", false),
        (&["dns:host.*.com"], "host.example.com", false),
        (&["dns:host.*"], "host.example", false),
        (&["dns:*.*.com"], "host.example.com", false),
        (&["dns:*.com"], "example.com", false),
        (&["dns:*"], "localhost", false),
        (&["dns:*"], "host.example.com", false),
        (&["dns:*.example.com"], "*.example.com.evil.example", false),
        // An address is an iPAddress, octet by octet, and nothing else (RFC 9525 section 6.5).
        (&["ip:192.0.2.7"], "192.0.2.7", true),
        (&["ip:192.0.2.7"], "192.0.2.8", false),
        (&["dns:192.0.2.7"], "192.0.2.7", false),
        (&["dns:*.0.2.7"], "192.0.2.7", false),
        (&["uri:https://192.0.2.7/"], "192.0.2.7", false),
        (&["ip:2001:db8::7"], "2001:0DB8:0:0:0:0:0:7", true),
        (&["ip:2001:db8::7"], "2001:db8::8", false),
        (&["ip:::ffff:192.0.2.7"], "192.0.2.7", false),
        (&["ip:192.0.2.7"], "::ffff:192.0.2.7", false),
        (&["ip:104.111.115.116"], "host", false),
        // Other forms name nobody here.
        (&["mail:host.example.com"], "host.example.com", false),
        (&["uri:https://host.example.com/"], "host.example.com", false),
        (&["dir:host.example.com"], "host.example.com", false),
        (&["mail:a@example.com", "ip:192.0.2.7", "dns:host.example.com"], "host.example.com", true),
    ] {
        let Some(_) = ServerName::parse(name) else {
            assert!(!is_for, "{name}");
            continue;
        };
        let leaf = certificate(&subject(&[(CN, "host.example.com")]), &root(), &[san(names)]);
        let expected = if is_for { Flags::NONE } else { Flags::CN_MISMATCH };
        for common_name in [CommonName::Ignored, CommonName::WithoutAlternativeNames] {
            assert_eq!(found(&leaf, &[], name, common_name), expected, "{names:?} {name}");
        }
    }
}

#[test]
fn a_common_name_counts_only_where_it_may_and_without_alternative_names() {
    use CommonName::{Ignored, WithoutAlternativeNames};
    for (attributes, name, is_for) in [
        (&[(O, "Example"), (CN, "host.example.com")][..], "host.example.com", true),
        (&[(CN, "HOST.example.com")], "host.example.com.", true),
        (&[(CN, "*.example.com")], "host.example.com", true),
        (&[(CN, "*.com")], "example.com", false),
        (&[(CN, "host.example.com")], "example.com", false),
        (&[(O, "host.example.com")], "host.example.com", false),
        (&[(CN, "The Host")], "host.example.com", false),
        (&[(CN, "host.example.com\0.evil.example")], "host.example.com", false),
        // Which of them it would be, nobody says (RFC 6125 section 6.4.4 speaks of the one).
        (&[(CN, "host.example.com"), (CN, "other.example.com")], "host.example.com", false),
        (&[(CN, "host.example.com"), (CN, "other.example.com")], "other.example.com", false),
        (&[(CN, "192.0.2.7")], "192.0.2.7", false),
        (&[], "host.example.com", false),
    ] {
        let leaf = certificate(&subject(attributes), &root(), &[]);
        assert_eq!(found(&leaf, &[], name, Ignored), Flags::CN_MISMATCH, "{attributes:?}");
        let expected = if is_for { Flags::NONE } else { Flags::CN_MISMATCH };
        assert_eq!(found(&leaf, &[], name, WithoutAlternativeNames), expected, "{attributes:?} {name}");
    }
    // Any alternative name at all, of whatever form, and it is not looked at.
    for names in [&["dns:other.example.com"][..], &["mail:a@example.com"], &["ip:192.0.2.7"], &["dir:x"]] {
        let leaf = certificate(&subject(&[(CN, "host.example.com")]), &root(), &[san(names)]);
        let found = found(&leaf, &[], "host.example.com", WithoutAlternativeNames);
        assert_eq!(found, Flags::CN_MISMATCH, "{names:?}");
    }
}

#[test]
fn a_common_name_that_counts_is_under_the_name_constraints() {
    use CommonName::{Ignored, WithoutAlternativeNames};
    let middle = subject(&[(O, "Names CA"), (CN, "not a host name")]);
    let subtree =
        |tag: u8, domain: &str| der::value(tag, &der::sequence(&[general_name(&format!("dns:{domain}"))]));
    for (constraints, common_name, is_trusted) in [
        (subtree(0xA0, "example.com"), "host.example.com", true),
        (subtree(0xA0, "example.org"), "host.example.com", false),
        (subtree(0xA1, "example.com"), "host.example.com", false),
        (subtree(0xA1, "example.com"), "*.example.com", false),
        (subtree(0xA1, "example.org"), "host.example.com", true),
    ] {
        let ca = certificate(
            &middle,
            &root(),
            &[
                der::extension(&[0x55, 0x1D, 19], true, &der::sequence(&[der::value(1, &[0xFF])])),
                der::extension(&[0x55, 0x1D, 30], true, &der::sequence(&[constraints])),
            ],
        );
        let leaf = certificate(&subject(&[(CN, common_name)]), &middle, &[]);
        let expected = if is_trusted { Flags::NONE } else { Flags::NOT_TRUSTED };
        let others = [ca];
        assert_eq!(
            found(&leaf, &others, "host.example.com", WithoutAlternativeNames),
            expected,
            "{common_name}"
        );
        // Where it names nobody, nothing constrains it.
        assert_eq!(found(&leaf, &others, "host.example.com", Ignored), Flags::CN_MISMATCH);
    }
}
