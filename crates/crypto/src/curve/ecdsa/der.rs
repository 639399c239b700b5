//! `Ecdsa-Sig-Value ::= SEQUENCE { r INTEGER, s INTEGER }` (RFC 3279 section 2.2.3) in DER, and nothing but DER.
//!
//! Signatures are public: nothing here needs constant time.

const INTEGER: u8 = 0x02;
const SEQUENCE: u8 = 0x30;

/// Decodes both integers, right-aligned, into fields of a scalar's length. `None` for a negative integer, one that
/// does not fit, and any encoding other than the one that DER permits.
pub(super) fn decode(signature: &[u8], r: &mut [u8], s: &mut [u8]) -> Option<()> {
    let (contents, rest) = element(SEQUENCE, signature)?;
    let (first, others) = element(INTEGER, contents)?;
    let (second, trailing) = element(INTEGER, others)?;
    if !rest.is_empty() || !trailing.is_empty() {
        return None;
    }
    unsigned(first, r)?;
    unsigned(second, s)
}

/// Splits off one element of the given tag (X.690 sections 8.1.3 and 10.1): its contents and what follows.
fn element(tag: u8, bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let (&[actual, first], rest) = bytes.split_first_chunk()?;
    if actual != tag {
        return None;
    }
    let (len, rest) = match first {
        0..0x80 => (first, rest),
        0x81 => {
            let (&len, rest) = rest.split_first()?;
            (if len < 0x80 { None } else { Some(len) }?, rest)
        }
        // no curve's signature is as long as 256 bytes
        0x80 | 0x82.. => return None,
    };
    rest.split_at_checked(len.into())
}

/// A positive integer without needless zeros (X.690 section 8.3.2), right-aligned in `field`.
fn unsigned(contents: &[u8], field: &mut [u8]) -> Option<()> {
    let magnitude = match contents {
        // a zero byte stands only before one that would look negative
        [0, magnitude @ ..] if negative(magnitude) => magnitude,
        [0, ..] | [] => return None,
        _ if negative(contents) => return None,
        _ => contents,
    };
    let start = field.len().checked_sub(magnitude.len())?;
    let (zeros, value) = field.split_at_mut_checked(start)?;
    zeros.fill(0);
    value.copy_from_slice(magnitude);
    Some(())
}

/// Whether the top bit is set, which makes an INTEGER negative.
fn negative(contents: &[u8]) -> bool {
    contents.first().is_some_and(|top| *top >= 0x80)
}

/// Encodes both integers to the start of `out`; the length, or `None` when they do not fit.
pub(super) fn encode(r: &[u8], s: &[u8], out: &mut [u8]) -> Option<usize> {
    let (r, s) = (minimal(r), minimal(s));
    let contents = integer_len(r)? + integer_len(s)?;
    let rest = header(SEQUENCE, contents, out)?;
    let rest = integer(r, rest)?;
    let left = integer(s, rest)?.len();
    out.len().checked_sub(left)
}

/// Without leading zero bytes.
fn minimal(mut magnitude: &[u8]) -> &[u8] {
    while let [0, rest @ ..] = magnitude {
        magnitude = rest;
    }
    magnitude
}

/// Whether a zero byte keeps the integer positive, or is the whole of it.
fn padded(magnitude: &[u8]) -> bool {
    magnitude.is_empty() || negative(magnitude)
}

/// Bytes of a whole INTEGER, whose length has one byte.
fn integer_len(magnitude: &[u8]) -> Option<u8> {
    u8::try_from(2 + usize::from(padded(magnitude)) + magnitude.len()).ok().filter(|len| *len < 0x80)
}

fn integer<'o>(magnitude: &[u8], out: &'o mut [u8]) -> Option<&'o mut [u8]> {
    let mut rest = header(INTEGER, integer_len(magnitude)? - 2, out)?;
    if padded(magnitude) {
        let (zero, after) = rest.split_first_mut()?;
        *zero = 0;
        rest = after;
    }
    let (value, rest) = rest.split_at_mut_checked(magnitude.len())?;
    value.copy_from_slice(magnitude);
    Some(rest)
}

fn header(tag: u8, len: u8, out: &mut [u8]) -> Option<&mut [u8]> {
    if len < 0x80 {
        let (head, rest) = out.split_first_chunk_mut()?;
        *head = [tag, len];
        return Some(rest);
    }
    let (head, rest) = out.split_first_chunk_mut()?;
    *head = [tag, 0x81, len];
    Some(rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decoded(signature: &[u8]) -> Option<([u8; 4], [u8; 4])> {
        let (mut r, mut s) = ([9; 4], [9; 4]);
        decode(signature, &mut r, &mut s).map(|()| (r, s))
    }

    #[test]
    fn integers_survive_both_ways() {
        for value in [[0, 0, 0, 1], [0, 0, 0, 0x80], [0x7F, 1, 2, 3], [0x80, 0, 0, 0], [0xFF; 4]] {
            let other = [0, 1, 0, 0];
            let mut out = [0; 16];
            let len = encode(&value, &other, &mut out).unwrap();
            assert_eq!(decoded(&out[..len]), Some((value, other)));
            for short in 0..len {
                assert_eq!(encode(&value, &other, &mut out[..short]), None);
            }
        }
    }

    #[test]
    fn long_signatures_have_a_length_of_two_bytes_and_no_others_do() {
        let (r, s) = ([0x81; 66], [0x41; 66]);
        let mut out = [0; 150];
        let len = encode(&r, &s, &mut out).unwrap();
        assert_eq!((len, &out[..3]), (3 + 69 + 68, &[0x30, 0x81, 69 + 68][..]));
        let (mut decoded_r, mut decoded_s) = ([0; 66], [0; 66]);
        decode(&out[..len], &mut decoded_r, &mut decoded_s).unwrap();
        assert_eq!((decoded_r, decoded_s), (r, s));
        assert_eq!(encode(&[1; 126], &s, &mut out), None);
    }

    #[test]
    fn refuses_what_der_does_not_permit() {
        assert_eq!(decoded(&[0x30, 6, 2, 1, 1, 2, 1, 2]), Some(([0, 0, 0, 1], [0, 0, 0, 2])));
        let wrong: [(&str, &[u8]); 15] = [
            ("empty", &[]),
            ("no length", &[0x30]),
            ("another tag", &[0x31, 6, 2, 1, 1, 2, 1, 2]),
            ("another inner tag", &[0x30, 6, 2, 1, 1, 3, 1, 2]),
            ("trailing byte", &[0x30, 6, 2, 1, 1, 2, 1, 2, 0]),
            ("trailing byte inside", &[0x30, 7, 2, 1, 1, 2, 1, 2, 0]),
            ("truncated", &[0x30, 6, 2, 1, 1, 2, 1]),
            ("long form of a short length", &[0x30, 0x81, 6, 2, 1, 1, 2, 1, 2]),
            ("long form inside", &[0x30, 7, 2, 0x81, 1, 1, 2, 1, 2]),
            ("length of two bytes", &[0x30, 0x82, 0, 6, 2, 1, 1, 2, 1, 2]),
            ("indefinite length", &[0x30, 0x80, 2, 1, 1, 2, 1, 2, 0, 0]),
            ("needless zero", &[0x30, 7, 2, 2, 0, 1, 2, 1, 2]),
            ("negative", &[0x30, 6, 2, 1, 0x81, 2, 1, 2]),
            ("empty integer", &[0x30, 5, 2, 0, 2, 1, 2]),
            ("too long for the field", &[0x30, 10, 2, 5, 1, 0, 0, 0, 0, 2, 1, 2]),
        ];
        for (what, bytes) in wrong {
            assert_eq!(decoded(bytes), None, "{what}");
        }
    }

    #[test]
    fn zero_is_refused() {
        assert_eq!(decoded(&[0x30, 6, 2, 1, 0, 2, 1, 2]), None);
    }
}
