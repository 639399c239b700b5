//! Tests of the DER reader.

use super::*;

fn error<'a, T>(
    bytes: &'a [u8],
    read: impl FnOnce(&mut Reader<'a>) -> Result<T, Error>,
) -> Option<(ErrorKind, usize)> {
    read(&mut Reader::new(bytes)).err().map(|error| (error.kind, error.at))
}

#[test]
fn lengths_stand_in_the_fewest_octets() {
    let long = |len: usize, header: &[u8]| {
        let mut bytes = header.to_vec();
        bytes.resize(header.len() + len, 7);
        let mut reader = Reader::new(&bytes);
        reader.any().map(|value| (value.contents.len(), reader.is_empty()))
    };
    assert_eq!(long(0, &[4, 0]), Ok((0, true)));
    assert_eq!(long(0x7F, &[4, 0x7F]), Ok((0x7F, true)));
    assert_eq!(long(0x80, &[4, 0x81, 0x80]), Ok((0x80, true)));
    assert_eq!(long(0x100, &[4, 0x82, 1, 0]), Ok((0x100, true)));
    assert_eq!(long(0x1_0000, &[4, 0x83, 1, 0, 0]), Ok((0x1_0000, true)));
    for (len, header) in [
        (0x7F, &[4, 0x81, 0x7F][..]),
        (0xFF, &[4, 0x82, 0, 0xFF]),
        (0x100, &[4, 0x83, 0, 1, 0]),
        (0x100, &[4, 0x84, 0, 0, 1, 0]),
        (4, &[4, 0x80]),
        (4, &[4, 0xFF]),
        (4, &[0x1F, 4]),
    ] {
        assert_eq!(long(len, header), Err(Error { kind: ErrorKind::NotDer, at: 0 }), "{header:?}");
    }
}

#[test]
fn what_is_cut_off_is_truncated() {
    for bytes in [&[][..], &[4], &[4, 1], &[4, 0x81], &[4, 0x82, 1], &[4, 0x83, 0xFF, 0xFF, 0xFF, 0]] {
        assert_eq!(error(bytes, Reader::any), Some((ErrorKind::Truncated, 0)), "{bytes:?}");
    }
}

#[test]
fn offsets_count_from_the_outermost_start() {
    let bytes = [5, 0, 0x30, 5, 2, 1, 9, 1, 0];
    let mut reader = Reader::new(&bytes);
    reader.null().unwrap();
    assert_eq!(reader.offset(), 2);
    let mut inner = reader.sequence().unwrap();
    assert_eq!(inner.small(), Ok(9));
    assert_eq!(inner.oid().unwrap_err(), Error { kind: ErrorKind::UnexpectedTag, at: 7 });
    assert_eq!(inner.boolean().unwrap_err(), Error { kind: ErrorKind::NotDer, at: 9 });
    assert_eq!(reader.finish(), Ok(()));
    assert_eq!(Reader::new(&bytes).finish().unwrap_err(), Error { kind: ErrorKind::TrailingBytes, at: 0 });
}

#[test]
fn integers_have_one_encoding() {
    let unsigned =
        |bytes: &[u8]| Reader::new(bytes).unsigned().map(<[u8]>::to_vec).map_err(|error| error.kind);
    assert_eq!(unsigned(&[2, 1, 0]), Ok(std::vec![]));
    assert_eq!(unsigned(&[2, 1, 0x7F]), Ok(std::vec![0x7F]));
    assert_eq!(unsigned(&[2, 2, 0, 0x80]), Ok(std::vec![0x80]));
    assert_eq!(unsigned(&[2, 0]), Err(ErrorKind::NotDer));
    assert_eq!(unsigned(&[2, 2, 0, 0x7F]), Err(ErrorKind::NotDer));
    assert_eq!(unsigned(&[2, 2, 0, 0]), Err(ErrorKind::NotDer));
    assert_eq!(unsigned(&[2, 1, 0x80]), Err(ErrorKind::IllegalValue));
    assert_eq!(unsigned(&[2, 1, 0xFF]), Err(ErrorKind::IllegalValue));
    assert_eq!(Reader::new(&[2, 5, 0, 0xFF, 0xFF, 0xFF, 0xFF]).small(), Ok(u32::MAX));
    assert_eq!(error(&[2, 5, 1, 0, 0, 0, 0], Reader::small), Some((ErrorKind::IllegalValue, 0)));
}

#[test]
fn booleans_nulls_identifiers_and_bits_have_one_encoding() {
    assert_eq!(Reader::new(&[1, 1, 0xFF]).boolean(), Ok(true));
    assert_eq!(Reader::new(&[1, 1, 0]).boolean(), Ok(false));
    for wrong in [&[1, 1, 1][..], &[1, 0], &[1, 2, 0xFF, 0xFF]] {
        assert_eq!(error(wrong, Reader::boolean), Some((ErrorKind::NotDer, 2)));
    }
    assert_eq!(Reader::new(&[5, 0]).null(), Ok(()));
    assert_eq!(error(&[5, 1, 0], Reader::null), Some((ErrorKind::NotDer, 2)));
    assert_eq!(Reader::new(&[6, 3, 0x2A, 0x86, 0x48]).oid(), Ok(&[0x2A, 0x86, 0x48][..]));
    for wrong in [&[6, 0][..], &[6, 1, 0x80], &[6, 2, 0x2A, 0x86], &[6, 3, 0x2A, 0x80, 1], &[6, 2, 0x80, 1]] {
        assert_eq!(error(wrong, Reader::oid), Some((ErrorKind::NotDer, 2)), "{wrong:?}");
    }
    assert_eq!(Reader::new(&[3, 2, 0, 9]).octet_aligned_bits(), Ok(&[9][..]));
    assert_eq!(Reader::new(&[3, 1, 0]).octet_aligned_bits(), Ok(&[][..]));
    for wrong in [&[3, 0][..], &[3, 2, 1, 8], &[3, 1, 8]] {
        assert_eq!(error(wrong, Reader::octet_aligned_bits), Some((ErrorKind::IllegalValue, 2)));
    }
}

#[test]
fn an_optional_value_is_taken_only_when_it_is_there() {
    let mut reader = Reader::new(&[0x80, 1, 1, 5, 0]);
    assert!(reader.optional(tag::constructed(0)).unwrap().is_none());
    assert_eq!(reader.optional(tag::primitive(0)).unwrap().map(|value| value.contents), Some(&[1][..]));
    assert!(reader.peek(tag::NULL));
    assert_eq!(
        error(&[0xA0, 1], |reader| reader.optional(tag::constructed(0))),
        Some((ErrorKind::Truncated, 0))
    );
}

proptest::proptest! {
    #[test]
    fn arbitrary_bytes_end_within_their_length(bytes in proptest::collection::vec(proptest::prelude::any::<u8>(), 0..300)) {
        let mut reader = Reader::new(&bytes);
        let mut values = 0;
        while let Ok(value) = reader.any() {
            proptest::prop_assert!(value.bytes.ends_with(value.contents));
            values += 2;
        }
        proptest::prop_assert!(values <= bytes.len() && reader.offset() <= bytes.len());
    }
}
