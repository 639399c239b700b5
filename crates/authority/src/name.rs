//! Distinguished names from text (RFC 4514 section 3): `CN=device 7,O=Example,C=DE`.

use crate::{Error, der};

/// A Name, in DER.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Name(Vec<u8>);

const UTF8_STRING: u8 = 0x0C;
const PRINTABLE_STRING: u8 = 0x13;
const IA5_STRING: u8 = 0x16;

/// The attributes that can be written: their names, object identifiers, and the string type that RFC 5280 asks for.
const ATTRIBUTES: [(&str, &[u8], u8); 12] = [
    ("CN", &[0x55, 4, 3], UTF8_STRING),
    ("SN", &[0x55, 4, 4], UTF8_STRING),
    ("SERIALNUMBER", &[0x55, 4, 5], PRINTABLE_STRING),
    ("C", &[0x55, 4, 6], PRINTABLE_STRING),
    ("L", &[0x55, 4, 7], UTF8_STRING),
    ("ST", &[0x55, 4, 8], UTF8_STRING),
    ("STREET", &[0x55, 4, 9], UTF8_STRING),
    ("O", &[0x55, 4, 10], UTF8_STRING),
    ("OU", &[0x55, 4, 11], UTF8_STRING),
    ("DC", &[0x09, 0x92, 0x26, 0x89, 0x93, 0xF2, 0x2C, 0x64, 1, 25], IA5_STRING),
    ("UID", &[0x09, 0x92, 0x26, 0x89, 0x93, 0xF2, 0x2C, 0x64, 1, 1], UTF8_STRING),
    ("EMAILADDRESS", &[0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 1, 9, 1], IA5_STRING),
];

impl Name {
    /// Reads text, in which the most specific attribute stands first, as RFC 4514 has it; the name begins with the last
    /// one. A backslash takes its meaning from `,`, `+`, `"`, `\`, `<`, `>`, `;` and `=`, or begins two hexadecimal digits.
    ///
    /// # Errors
    /// [`Error::Refused`] for an unknown attribute, an empty value or one that its type cannot hold.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let mut names = Vec::new();
        for part in split(text, b',') {
            let attributes =
                split(part, b'+').into_iter().map(attribute).collect::<Result<Vec<_>, Error>>()?;
            let mut sorted = attributes;
            sorted.sort();
            let parts: Vec<&[u8]> = sorted.iter().map(Vec::as_slice).collect();
            names.push(der::value(der::tag::SET, &parts));
        }
        names.reverse();
        let parts: Vec<&[u8]> = names.iter().map(Vec::as_slice).collect();
        Ok(Self(der::sequence(&parts)))
    }

    /// A name that is written already.
    #[must_use]
    pub fn from_der(der: &[u8]) -> Self {
        Self(der.to_vec())
    }

    /// No attribute at all: what a certificate is called stands in its subjectAltName.
    #[must_use]
    pub fn empty() -> Self {
        Self(der::sequence(&[]))
    }

    /// Whether it has no attribute.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0 == Self::empty().0
    }

    /// The DER.
    #[must_use]
    pub fn der(&self) -> &[u8] {
        &self.0
    }
}

/// Splits at a separator that no backslash stands before.
fn split(text: &str, separator: u8) -> Vec<&str> {
    let mut parts = Vec::new();
    let (mut start, mut escaped) = (0, false);
    for (at, byte) in text.bytes().enumerate() {
        if !escaped && byte == separator {
            parts.push(text.get(start..at).unwrap_or_default());
            start = at + 1;
        }
        escaped = !escaped && byte == b'\\';
    }
    parts.push(text.get(start..).unwrap_or_default());
    parts
}

/// AttributeTypeAndValue.
fn attribute(text: &str) -> Result<Vec<u8>, Error> {
    let wrong = |why: &str| Error::Refused(format!("'{text}' {why}"));
    let (name, value) = text.split_once('=').ok_or_else(|| wrong("is not NAME=VALUE"))?;
    let name = name.trim().to_ascii_uppercase();
    let (_, oid, string) = ATTRIBUTES
        .iter()
        .find(|(known, _, _)| *known == name)
        .ok_or_else(|| wrong("has an attribute that is not known"))?;
    let value = unescape(value.trim()).ok_or_else(|| wrong("has a backslash that means nothing"))?;
    let printable = |c: char| c.is_ascii_alphanumeric() || " '()+,-./:=?".contains(c);
    let fits = match *string {
        PRINTABLE_STRING => value.chars().all(printable),
        IA5_STRING => value.is_ascii(),
        _ => true,
    };
    if value.is_empty() || !fits || (name == "C" && value.len() != 2) {
        return Err(wrong("has a value that this attribute cannot have"));
    }
    Ok(der::sequence(&[&der::oid(oid), &der::value(*string, &[value.as_bytes()])]))
}

fn unescape(text: &str) -> Option<String> {
    let mut out = Vec::new();
    let mut bytes = text.bytes();
    while let Some(byte) = bytes.next() {
        if byte != b'\\' {
            out.push(byte);
            continue;
        }
        let next = bytes.next()?;
        if next.is_ascii_hexdigit() {
            let digits = [next, bytes.next()?];
            out.push(u8::from_str_radix(std::str::from_utf8(&digits).ok()?, 16).ok()?);
        } else if b",+\"\\<>;=# ".contains(&next) {
            out.push(next);
        } else {
            return None;
        }
    }
    String::from_utf8(out).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attributes_stand_from_the_last_to_the_first() {
        let name = Name::parse("CN=a\\, b\\2B, C=DE").unwrap();
        let mut reader = pki::der::Reader::new(name.der());
        let mut sets = reader.sequence().unwrap();
        let first = sets.value(der::tag::SET).unwrap();
        assert!(first.contents.ends_with(b"DE"));
        let second = sets.value(der::tag::SET).unwrap();
        assert!(second.contents.ends_with(b"a, b+"));
        assert!(sets.is_empty());
    }

    #[test]
    fn rejects_what_is_no_name() {
        for text in
            ["", "CN", "CN=", "XX=a", "C=Germany", "CN=a\\", "CN=a\\zz", "emailAddress=ä@b", "CN=a,,O=b"]
        {
            assert!(Name::parse(text).is_err(), "{text}");
        }
    }
}
