//! Just enough DER to write certificates, right or wrong ones (X.690).

/// A value of this tag.
#[must_use]
pub fn value(tag: u8, contents: &[u8]) -> Vec<u8> {
    let mut out = vec![tag];
    match u8::try_from(contents.len()) {
        Ok(len @ 0..=0x7F) => out.push(len),
        _ => {
            let bytes = contents.len().to_be_bytes();
            let len: Vec<u8> = bytes.into_iter().skip_while(|byte| *byte == 0).collect();
            out.push(0x80 | u8::try_from(len.len()).unwrap_or_default());
            out.extend(len);
        }
    }
    out.extend_from_slice(contents);
    out
}

/// A SEQUENCE of these values.
#[must_use]
pub fn sequence(parts: &[Vec<u8>]) -> Vec<u8> {
    value(0x30, &parts.concat())
}

/// An OBJECT IDENTIFIER with these contents.
#[must_use]
pub fn oid(contents: &[u8]) -> Vec<u8> {
    value(0x06, contents)
}

/// A BIT STRING of whole octets.
#[must_use]
pub fn bits(octets: &[u8]) -> Vec<u8> {
    value(0x03, &[&[0], octets].concat())
}

/// A named bit list: bit n of the ASN.1 list is bit n here.
#[must_use]
pub fn named_bits(set: u8) -> Vec<u8> {
    let octet = set.reverse_bits();
    let unused = u8::try_from(octet.trailing_zeros()).unwrap_or_default();
    if octet == 0 { value(0x03, &[0]) } else { value(0x03, &[unused, octet]) }
}

/// An INTEGER of 0 to 127.
#[must_use]
pub fn small(number: u8) -> Vec<u8> {
    value(0x02, &[number & 0x7F])
}

/// A Name: C, O and CN as UTF8String.
#[must_use]
pub fn name(organization: &str, common: &str) -> Vec<u8> {
    let attribute =
        |id: u8, text: &str| value(0x31, &sequence(&[oid(&[0x55, 4, id]), value(0x0C, text.as_bytes())]));
    sequence(&[attribute(10, organization), attribute(3, common)])
}

/// An Extension.
#[must_use]
pub fn extension(id: &[u8], critical: bool, contents: &[u8]) -> Vec<u8> {
    let mut parts = vec![oid(id)];
    if critical {
        parts.push(value(0x01, &[0xFF]));
    }
    parts.push(value(0x04, contents));
    sequence(&parts)
}
