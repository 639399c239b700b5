//! DER written from the inside out (X.690 section 8).

pub(crate) use pki::der::tag;

/// A NULL.
pub(crate) const NULL: &[u8] = &[tag::NULL, 0];

/// A value of any tag around its parts.
pub(crate) fn value(tag: u8, parts: &[&[u8]]) -> Vec<u8> {
    let contents = parts.concat();
    let mut out = vec![tag];
    let len = contents.len();
    match u8::try_from(len) {
        Ok(short @ 0..=0x7F) => out.push(short),
        Ok(_) | Err(_) => {
            let octets: Vec<u8> = len.to_be_bytes().into_iter().skip_while(|octet| *octet == 0).collect();
            out.push(0x80 | u8::try_from(octets.len()).unwrap_or_default());
            out.extend(octets);
        }
    }
    out.extend(contents);
    out
}

pub(crate) fn sequence(parts: &[&[u8]]) -> Vec<u8> {
    value(tag::SEQUENCE, parts)
}

/// A non-negative INTEGER from big-endian octets.
pub(crate) fn unsigned(magnitude: &[u8]) -> Vec<u8> {
    let start = magnitude.iter().position(|octet| *octet != 0).unwrap_or(magnitude.len());
    let (_, significant) = magnitude.split_at(start);
    let sign: &[u8] = if significant.first().is_none_or(|octet| *octet >= 0x80) { &[0] } else { &[] };
    value(tag::INTEGER, &[sign, significant])
}

pub(crate) fn small(number: u32) -> Vec<u8> {
    unsigned(&number.to_be_bytes())
}

/// From its content octets.
pub(crate) fn oid(contents: &[u8]) -> Vec<u8> {
    value(tag::OID, &[contents])
}

pub(crate) fn octets(contents: &[u8]) -> Vec<u8> {
    value(tag::OCTET_STRING, &[contents])
}

/// A BIT STRING of whole octets.
pub(crate) fn bits(contents: &[u8]) -> Vec<u8> {
    value(tag::BIT_STRING, &[&[0], contents])
}

/// A BIT STRING of named bits, of which bit 0 is the first (X.690 section 11.2.2: without trailing zeros).
pub(crate) fn named_bits(set: u16) -> Vec<u8> {
    let reversed = set.reverse_bits().to_be_bytes();
    let len = reversed.iter().rposition(|octet| *octet != 0).map_or(0, |last| last + 1);
    let (used, _) = reversed.split_at(len);
    let unused = used.last().map_or(0, |octet| octet.trailing_zeros());
    value(tag::BIT_STRING, &[&[u8::try_from(unused).unwrap_or_default()], used])
}

/// Content octets of an object identifier in dotted form; None for what is none.
pub(crate) fn dotted(text: &str) -> Option<Vec<u8>> {
    let arcs: Vec<u64> = text.split('.').map(|arc| arc.parse().ok()).collect::<Option<_>>()?;
    let [first, second, rest @ ..] = arcs.as_slice() else { return None };
    if *first > 2 || (*first < 2 && *second > 39) {
        return None;
    }
    let mut out = Vec::new();
    for arc in std::iter::once(first.checked_mul(40)?.checked_add(*second)?).chain(rest.iter().copied()) {
        let groups = (64 - arc.leading_zeros()).div_ceil(7).max(1);
        for group in (0..groups).rev() {
            let low = u8::try_from(arc >> (7 * group) & 0x7F).unwrap_or_default();
            out.push(if group == 0 { low } else { 0x80 | low });
        }
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;
    use pki::der::Reader;

    #[test]
    fn lengths_and_integers_are_the_shortest() {
        for len in [0, 1, 0x7F, 0x80, 0xFF, 0x100, 0xFFFF, 0x1_0000] {
            let written = octets(&vec![7; len]);
            assert_eq!(Reader::new(&written).value(tag::OCTET_STRING).unwrap().contents.len(), len);
        }
        assert_eq!(unsigned(&[]), [2, 1, 0]);
        assert_eq!(unsigned(&[0, 0x80]), [2, 2, 0, 0x80]);
        assert_eq!(small(127), [2, 1, 0x7F]);
        assert_eq!(small(256), [2, 2, 1, 0]);
    }

    #[test]
    fn named_bits_lose_their_trailing_zeros() {
        assert_eq!(named_bits(0b1), [3, 2, 7, 0x80]);
        assert_eq!(named_bits(0b110_0000), [3, 2, 1, 0x06]);
        assert_eq!(named_bits(1 << 8), [3, 3, 7, 0, 0x80]);
        assert_eq!(named_bits(0), [3, 1, 0]);
    }

    #[test]
    fn object_identifiers_are_read_from_their_dotted_form() {
        assert_eq!(dotted("1.2.840.113549").unwrap(), [0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D]);
        assert_eq!(dotted("2.5.29.32.0").unwrap(), [0x55, 0x1D, 0x20, 0]);
        assert_eq!(dotted("2.999").unwrap(), [0x88, 0x37]);
        for wrong in ["", "1", "3.1", "1.40", "1.x", "1.2.", "1.2.18446744073709551616"] {
            assert_eq!(dotted(wrong), None, "{wrong}");
        }
    }
}
