//! Comparison of distinguished names (RFC 5280 section 7.1): without regard to the case of ASCII letters and to white
//! space around words, in the kinds of string that have both; any other value byte by byte.

use pki::der::{Reader, Value, tag};

/// Whether two Names, in DER, are the same.
#[must_use]
pub(crate) fn same_name(one: &[u8], other: &[u8]) -> bool {
    one == other || after_start(one, other).is_some_and(|rest| rest.is_empty())
}

/// Whether a Name begins with all relative names of another (RFC 5280 section 4.2.1.10); None for one that is malformed.
pub(crate) fn is_below(name: &[u8], subtree: &[u8]) -> Option<bool> {
    rdns(name)?;
    rdns(subtree)?;
    Some(after_start(name, subtree).is_some())
}

/// Whether a Name is another one with one more relative name, whose attributes these are.
#[cfg(feature = "x509-crl-parse")]
pub(crate) fn is_joined(name: &[u8], start: &[u8], attributes: &[u8]) -> bool {
    after_start(name, start).is_some_and(|mut rest| {
        rest.value(tag::SET).is_ok_and(|set| same_relative_name(set.contents, attributes)) && rest.is_empty()
    })
}

/// Whether the attributes of two relative names are the same.
#[cfg(feature = "x509-crl-parse")]
pub(crate) fn same_relative_name(one: &[u8], other: &[u8]) -> bool {
    same_attributes(Reader::new(one), Reader::new(other)) == Some(true)
}

fn rdns(name: &[u8]) -> Option<Reader<'_>> {
    Reader::new(name).sequence().ok()
}

/// What is left of a Name after all relative names of another; None when it does not begin with them.
fn after_start<'a>(name: &'a [u8], start: &[u8]) -> Option<Reader<'a>> {
    let (mut name, mut start) = (rdns(name)?, rdns(start)?);
    while !start.is_empty() {
        let (one, other) = (name.value(tag::SET).ok()?, start.value(tag::SET).ok()?);
        if one.bytes != other.bytes && !same_attributes(one.reader(), other.reader())? {
            return None;
        }
    }
    Some(name)
}

/// The attributes of a relative name, in the order in which they stand: DER sorts them.
fn same_attributes(mut one: Reader<'_>, mut other: Reader<'_>) -> Option<bool> {
    while !one.is_empty() && !other.is_empty() {
        let (mut one, mut other) = (one.sequence().ok()?, other.sequence().ok()?);
        if one.oid().ok()? != other.oid().ok()? || !same_value(one.any().ok()?, other.any().ok()?) {
            return Some(false);
        }
    }
    Some(one.is_empty() && other.is_empty())
}

fn same_value(one: Value<'_>, other: Value<'_>) -> bool {
    if is_text(one.tag) && is_text(other.tag) {
        return folded(one.contents).eq(folded(other.contents));
    }
    one.bytes == other.bytes
}

/// UTF8String, PrintableString and IA5String write ASCII in the same way.
const fn is_text(tag: u8) -> bool {
    matches!(tag, 0x0C | 0x13 | 0x16)
}

/// The bytes in lower case, without spaces at either end, with one space for any number within.
fn folded(text: &[u8]) -> impl Iterator<Item = u8> {
    let text = text.trim_ascii();
    text.iter().enumerate().filter_map(move |(index, byte)| {
        let after_space = index.checked_sub(1).and_then(|before| text.get(before)).is_some_and(is_space);
        match byte {
            _ if is_space(byte) => (!after_space).then_some(b' '),
            byte => Some(byte.to_ascii_lowercase()),
        }
    })
}

const fn is_space(byte: &u8) -> bool {
    byte.is_ascii_whitespace()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::{vec, vec::Vec};

    fn der(tag: u8, contents: &[u8]) -> Vec<u8> {
        [&[tag, u8::try_from(contents.len()).unwrap()], contents].concat()
    }

    fn attribute(id: u8, tag: u8, text: &str) -> Vec<u8> {
        der(0x30, &[&[6, 3, 0x55, 4, id][..], &der(tag, text.as_bytes())].concat())
    }

    fn name(parts: &[(u8, u8, &str)]) -> Vec<u8> {
        let sets = parts.iter().map(|(id, tag, text)| der(0x31, &attribute(*id, *tag, text)));
        der(0x30, &sets.collect::<Vec<_>>().concat())
    }

    #[test]
    fn case_white_space_and_kind_of_string_do_not_matter() {
        let plain = name(&[(6, 0x13, "US"), (10, 0x13, "Ember Tests")]);
        for same in [
            name(&[(6, 0x13, "US"), (10, 0x0C, "Ember Tests")]),
            name(&[(6, 0x13, "us"), (10, 0x13, "EMBER tests")]),
            name(&[(6, 0x13, " US"), (10, 0x13, "Ember   Tests ")]),
        ] {
            assert!(same_name(&plain, &same) && same_name(&same, &plain));
        }
        for other in [
            name(&[(6, 0x13, "US")]),
            name(&[(10, 0x13, "Ember Tests"), (6, 0x13, "US")]),
            name(&[(6, 0x13, "US"), (10, 0x13, "EmberTests")]),
            name(&[(6, 0x13, "US"), (11, 0x13, "Ember Tests")]),
            // BMPString is not read as text.
            name(&[(6, 0x13, "US"), (10, 0x1E, "ember tests")]),
            vec![],
        ] {
            assert!(!same_name(&plain, &other) && !same_name(&other, &plain));
        }
    }

    #[test]
    fn a_name_is_below_those_it_begins_with() {
        let upper = name(&[(6, 0x13, "US")]);
        let lower = name(&[(6, 0x13, "us"), (10, 0x13, "x")]);
        assert_eq!(is_below(&lower, &upper), Some(true));
        assert_eq!(is_below(&upper, &upper), Some(true));
        assert_eq!(is_below(&upper, &lower), Some(false));
        assert_eq!(is_below(&lower, &name(&[])), Some(true));
        assert_eq!(is_below(&[], &upper), None);
        assert_eq!(is_below(&upper, &[0x30]), None);
    }

    #[test]
    fn attributes_that_share_a_set_are_all_compared() {
        let set = |parts: &[Vec<u8>]| der(0x30, &der(0x31, &parts.concat()));
        let (one, two) = (attribute(3, 0x0C, "a"), attribute(10, 0x0C, "b"));
        let (upper, other) = (attribute(10, 0x0C, "B"), attribute(10, 0x0C, "c"));
        assert!(same_name(&set(&[one.clone(), two.clone()]), &set(&[one.clone(), upper])));
        assert!(!same_name(&set(&[one.clone(), two.clone()]), &set(&[one.clone(), other])));
        assert!(!same_name(&set(&[one.clone(), two]), &set(&[one])));
    }
}
