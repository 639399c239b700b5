//! Tables of names and subtrees.

use super::*;
use std::vec::Vec;

fn der(tag: u8, parts: &[&[u8]]) -> Vec<u8> {
    let contents = parts.concat();
    let len = contents.len();
    let header = match u8::try_from(len).unwrap() {
        len @ 0..=0x7F => std::vec![tag, len],
        len => std::vec![tag, 0x81, len],
    };
    [header, contents].concat()
}

fn name(text: &str) -> Vec<u8> {
    der(0x30, &[&der(0x31, &[&der(0x30, &[&[6, 3, 0x55, 4, 10], &der(0x0C, &[text.as_bytes()])])])])
}

/// Constraints with these subtrees, each a form with its base.
fn constraints(permitted: &[(GeneralName, &[u8])], excluded: &[(GeneralName, &[u8])]) -> Vec<u8> {
    let list = |tag: u8, bases: &[(GeneralName, &[u8])]| {
        let bases = bases.iter().map(|(form, base)| der(0x30, &[&der(form.0, &[base])]));
        let bases = bases.collect::<Vec<_>>().concat();
        if bases.is_empty() { bases } else { der(tag, &[&bases]) }
    };
    der(0x30, &[&list(0xA0, permitted), &list(0xA1, excluded)])
}

fn check(constraints: &[u8], subject: &[u8], alternative: &[(GeneralName, &[u8])]) -> Reasons {
    let list: Vec<u8> = alternative.iter().flat_map(|(form, name)| der(form.0, &[name])).collect();
    let names = Names {
        subject: DistinguishedName(subject),
        alternative: Some(SubjectAltName::of_list(&list)),
        common_name: CommonName::Ignored,
    };
    NameConstraints(constraints).check(names, &mut NameBudget::FULL.clone())
}

/// What becomes of one name when only `base` is permitted, and when only `base` is excluded.
fn outcome(form: GeneralName, base: &[u8], name: &[u8]) -> (bool, bool) {
    let alternative = [(form, name)];
    let permitted = check(&constraints(&[(form, base)], &[]), EMPTY, &alternative);
    let excluded = check(&constraints(&[], &[(form, base)]), EMPTY, &alternative);
    assert!(permitted.is_empty() || permitted == Reasons::NAME_NOT_PERMITTED);
    assert!(excluded.is_empty() || excluded == Reasons::NAME_EXCLUDED);
    (permitted.is_empty(), excluded.is_empty())
}

#[test]
fn each_form_of_name_has_its_subtrees() {
    const WITHIN: (bool, bool) = (true, false);
    const OUTSIDE: (bool, bool) = (false, true);
    // What cannot be told is neither permitted nor free of what is excluded.
    const NEITHER: (bool, bool) = (false, false);
    for (form, base, name, expected) in [
        (GeneralName::DNS, "example.com", "example.com", WITHIN),
        (GeneralName::DNS, "example.com", "WWW.Example.COM", WITHIN),
        (GeneralName::DNS, "example.com", "a.b.example.com", WITHIN),
        (GeneralName::DNS, "example.com", "*.example.com", WITHIN),
        (GeneralName::DNS, "example.com", "badexample.com", OUTSIDE),
        (GeneralName::DNS, "example.com", "com", OUTSIDE),
        (GeneralName::DNS, ".example.com", "example.com", OUTSIDE),
        (GeneralName::DNS, ".example.com", "www.example.com", WITHIN),
        (GeneralName::DNS, "", "example.com", WITHIN),
        // A wildcard stands for the excluded host among others, and for hosts that are not permitted.
        (GeneralName::DNS, "www.example.com", "*.example.com", NEITHER),
        (GeneralName::DNS, "www.example.com", "*.com", OUTSIDE),
        (GeneralName::DNS, "example.com", "example.com.", NEITHER),
        (GeneralName::DNS, "example.com", "exa mple.com", NEITHER),
        (GeneralName::DNS, "example.com", "", NEITHER),
        (GeneralName::DNS, "exa mple.com", "example.com", NEITHER),
        (GeneralName::DNS, "example.com", "other.test\0.example.com", NEITHER),
        (GeneralName::EMAIL, "example.com", "a@example.com", WITHIN),
        (GeneralName::EMAIL, "example.com", "a@EXAMPLE.com", WITHIN),
        (GeneralName::EMAIL, "example.com", "a@mail.example.com", OUTSIDE),
        (GeneralName::EMAIL, ".example.com", "a@mail.example.com", WITHIN),
        (GeneralName::EMAIL, ".example.com", "a@example.com", OUTSIDE),
        (GeneralName::EMAIL, "a@example.com", "a@Example.com", WITHIN),
        (GeneralName::EMAIL, "a@example.com", "A@example.com", OUTSIDE),
        (GeneralName::EMAIL, "a@example.com", "b@example.com", OUTSIDE),
        (GeneralName::EMAIL, "example.com", "\"a@other.test\"@example.com", WITHIN),
        (GeneralName::EMAIL, "example.com", "example.com", NEITHER),
        (GeneralName::EMAIL, "example.com", "@example.com", NEITHER),
        (GeneralName::EMAIL, "example.com", "a@", NEITHER),
        (GeneralName::URI, "example.com", "https://example.com/a?b#c", WITHIN),
        (GeneralName::URI, "example.com", "https://user:word@Example.com:8443", WITHIN),
        (GeneralName::URI, "example.com", "https://www.example.com/", OUTSIDE),
        (GeneralName::URI, ".example.com", "https://www.example.com/", WITHIN),
        (GeneralName::URI, ".example.com", "https://example.com/", OUTSIDE),
        (GeneralName::URI, "example.com", "https://other.test/@example.com", OUTSIDE),
        (GeneralName::URI, "example.com", "https://other.test?@example.com", OUTSIDE),
        (GeneralName::URI, "example.com", "https://192.0.2.1/", NEITHER),
        (GeneralName::URI, "example.com", "https://[2001:db8::1]/", NEITHER),
        (GeneralName::URI, "example.com", "urn:example.com", NEITHER),
        (GeneralName::URI, "example.com", "//example.com", NEITHER),
        // A form that is not known here.
        (GeneralName(0x88), "\x2A", "\x2A", NEITHER),
    ] {
        assert_eq!(outcome(form, base.as_bytes(), name.as_bytes()), expected, "{base} {name}");
    }
    let net = [192, 0, 2, 0, 255, 255, 255, 0];
    assert_eq!(outcome(GeneralName::IP, &net, &[192, 0, 2, 77]), WITHIN);
    assert_eq!(outcome(GeneralName::IP, &net, &[192, 0, 3, 77]), OUTSIDE);
    assert_eq!(outcome(GeneralName::IP, &net, &[0; 16]), OUTSIDE);
    assert_eq!(outcome(GeneralName::IP, &[192, 0, 2, 0, 255, 255, 254, 0], &[192, 0, 3, 77]), WITHIN);
    assert_eq!(outcome(GeneralName::IP, &[0; 8], &[192, 0, 3, 77]), WITHIN);
    let mut six = [0; 32];
    six[..4].copy_from_slice(&[0x20, 1, 0x0D, 0xB8]);
    six[16..20].fill(0xFF);
    let mut address: [u8; 16] = six[..16].try_into().unwrap();
    address[15] = 1;
    assert_eq!(outcome(GeneralName::IP, &six, &address), WITHIN);
    address[0] = 0;
    assert_eq!(outcome(GeneralName::IP, &six, &address), OUTSIDE);
    let long = [&name("Ember")[..], &[]].concat();
    assert_eq!(outcome(GeneralName::DIRECTORY, &name("ember"), &long), WITHIN);
    assert_eq!(outcome(GeneralName::DIRECTORY, &name("other"), &long), OUTSIDE);
    assert_eq!(outcome(GeneralName::DIRECTORY, EMPTY, &long), WITHIN);
    assert_eq!(outcome(GeneralName::DIRECTORY, &name("ember"), &[0x30, 1]), NEITHER);
}

#[test]
fn forms_that_are_not_constrained_are_free_and_every_name_counts() {
    let only_dns = constraints(&[(GeneralName::DNS, b"example.com")], &[]);
    let check = |names: &[(GeneralName, &[u8])]| check(&only_dns, &name("Ember"), names);
    assert_eq!(check(&[]), Reasons::NONE);
    assert_eq!(check(&[(GeneralName::IP, &[1, 2, 3, 4])]), Reasons::NONE);
    assert_eq!(check(&[(GeneralName::DNS, b"example.com")]), Reasons::NONE);
    let both: &[(GeneralName, &[u8])] =
        &[(GeneralName::DNS, b"example.com"), (GeneralName::DNS, b"other.test")];
    assert_eq!(check(both), Reasons::NAME_NOT_PERMITTED);
}

#[test]
fn what_is_excluded_stays_so_where_more_is_permitted() {
    let of = constraints(
        &[(GeneralName::DNS, b"test"), (GeneralName::DNS, b"example.com")],
        &[(GeneralName::DNS, b"bad.example.com")],
    );
    let check = |name: &str| check(&of, EMPTY, &[(GeneralName::DNS, name.as_bytes())]);
    assert_eq!(check("good.example.com"), Reasons::NONE);
    assert_eq!(check("x.bad.example.com"), Reasons::NAME_EXCLUDED);
    assert_eq!(check("example.org"), Reasons::NAME_NOT_PERMITTED);
}

#[test]
fn the_subject_and_the_mail_addresses_in_it_are_names_too() {
    let directory = constraints(&[(GeneralName::DIRECTORY, &name("Ember"))], &[]);
    assert_eq!(check(&directory, &name("Ember"), &[]), Reasons::NONE);
    assert_eq!(check(&directory, &name("Other"), &[]), Reasons::NAME_NOT_PERMITTED);
    // An empty subject is no name.
    assert_eq!(check(&directory, EMPTY, &[]), Reasons::NONE);
    let mail = constraints(&[(GeneralName::EMAIL, b"example.com")], &[]);
    let subject = |address: &str| {
        let attribute = [&der(6, &[EMAIL_ADDRESS])[..], &der(0x16, &[address.as_bytes()])].concat();
        der(0x30, &[&der(0x31, &[&der(0x30, &[&attribute])])])
    };
    assert_eq!(check(&mail, &subject("a@example.com"), &[]), Reasons::NONE);
    assert_eq!(check(&mail, &subject("a@other.test"), &[]), Reasons::NAME_NOT_PERMITTED);
}

#[test]
fn comparisons_are_counted_up_to_the_limit() {
    let names = 256;
    let subtrees = usize::try_from(limits::MAX_NAME_COMPARISONS).unwrap() / names;
    let list: Vec<u8> = (0..names).flat_map(|_| der(GeneralName::DNS.0, &[b"a"])).collect();
    let alternative = Some(SubjectAltName::of_list(&list));
    let names = Names { subject: DistinguishedName(EMPTY), alternative, common_name: CommonName::Ignored };
    for (more, expected) in [(0, Reasons::NONE), (1, Reasons::NAME_BUDGET)] {
        let one = der(0x30, &[&der(GeneralName::DNS.0, &[b"b"])]);
        let bases = one.repeat(subtrees + more);
        let long = |tag: u8, contents: &[u8]| {
            let len = u16::try_from(contents.len()).unwrap().to_be_bytes();
            [&[tag, 0x82], &len[..], contents].concat()
        };
        let constraints = long(0x30, &long(0xA1, &bases));
        let reasons = NameConstraints(&constraints).check(names, &mut NameBudget::FULL.clone());
        assert_eq!(reasons, expected, "{more}");
    }
}

#[test]
fn constraints_that_are_malformed_are_refused_and_permit_nothing() {
    let dns = der(GeneralName::DNS.0, &[b"a"]);
    let subtree = der(0x30, &[&dns]);
    let of = |tag, base: &[u8]| der(0x30, &[&der(tag, &[base])]);
    let decode = |bytes: &[u8]| {
        let octets = der(0x04, &[bytes]);
        let value = Reader::new(&octets).any().unwrap();
        NameConstraints::decode(value).map(|_| ()).map_err(|error| error.kind)
    };
    assert_eq!(decode(&of(0xA0, &subtree)), Ok(()));
    assert_eq!(decode(&of(0xA1, &subtree)), Ok(()));
    for (wrong, kind) in [
        (Vec::new(), ErrorKind::Truncated),
        (EMPTY.to_vec(), ErrorKind::IllegalValue),
        (of(0xA0, &[]), ErrorKind::IllegalValue),
        (of(0xA2, &subtree), ErrorKind::TrailingBytes),
        ([&of(0xA0, &subtree)[..], &[5, 0]].concat(), ErrorKind::TrailingBytes),
        // minimum and maximum
        (of(0xA0, &der(0x30, &[&dns, &[0x80, 1, 1]])), ErrorKind::IllegalValue),
        (of(0xA0, &der(0x30, &[&dns, &[0x81, 1, 1]])), ErrorKind::IllegalValue),
        (of(0xA0, &der(0x30, &[&[0x0C, 1, b'a']])), ErrorKind::IllegalValue),
        (of(0xA0, &der(0x30, &[&der(GeneralName::IP.0, &[&[1, 2, 3, 4]])])), ErrorKind::IllegalValue),
        // a mask with holes
        (
            of(0xA0, &der(0x30, &[&der(GeneralName::IP.0, &[&[1, 0, 0, 0, 255, 0, 255, 0]])])),
            ErrorKind::IllegalValue,
        ),
        (
            of(0xA0, &der(0x30, &[&der(GeneralName::IP.0, &[&[1, 0, 0, 0, 253, 0, 0, 0]])])),
            ErrorKind::IllegalValue,
        ),
    ] {
        assert_eq!(decode(&wrong), Err(kind), "{wrong:?}");
        if kind != ErrorKind::TrailingBytes {
            let reasons = check(&wrong, EMPTY, &[(GeneralName::DNS, b"a"), (GeneralName::IP, &[1, 2, 3, 4])]);
            assert!(!reasons.is_empty(), "{wrong:?}");
        }
    }
}
