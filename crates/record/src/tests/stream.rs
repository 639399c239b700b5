//! Writer and reader together, under every protection.

use super::{Counting, Dead, Shape};
use crate::{Error, Opened, Protected, Reader, Writer, limits};
use codec::{Alert, AlertDescription, ContentType, ProtocolVersion, Reason};
use proptest::prelude::*;
use std::{vec, vec::Vec};
use suites::{Direction, RecordConnectionId, RecordIv};

fn writer(protected: Protected) -> Writer {
    let mut writer = Writer::new();
    writer.set_version(ProtocolVersion::TLS1_2);
    writer.install(protected);
    writer
}

fn reader(protected: Protected) -> Reader {
    let mut reader = Reader::new();
    reader.set_version(ProtocolVersion::TLS1_2);
    reader.install(protected);
    reader
}

fn pair(shape: Shape) -> (Writer, Reader) {
    (writer(shape.protected(Direction::Seal)), reader(shape.protected(Direction::Open)))
}

fn try_record(writer: &mut Writer, content_type: ContentType, plaintext: &[u8]) -> Result<Vec<u8>, Error> {
    let mut buffer = vec![0; writer.headroom(content_type)];
    buffer.extend(plaintext);
    buffer.resize(buffer.len() + writer.tailroom(), 0);
    let range = writer.headroom(content_type)..writer.headroom(content_type) + plaintext.len();
    let record = writer.seal(content_type, &mut buffer, range, &mut Counting(1))?;
    Ok(buffer[record].to_vec())
}

fn record(writer: &mut Writer, content_type: ContentType, plaintext: &[u8]) -> Vec<u8> {
    try_record(writer, content_type, plaintext).unwrap()
}

/// What a reader reported, without borrows; pieces of a message joined.
#[derive(Debug, PartialEq)]
enum Seen {
    Message(u8, Vec<u8>),
    ChangeCipherSpec,
    Alert(Alert),
    Data(Vec<u8>),
}

/// Feeds `wire`, `step` bytes at a time, into a buffer that holds `size`.
fn read(reader: &mut Reader, mut wire: &[u8], step: usize, size: usize) -> Result<Vec<Seen>, Error> {
    let (mut buffer, mut seen) = (Vec::new(), Vec::new());
    loop {
        let (used, opened) = reader.next(&mut buffer, usize::MAX)?;
        let mut starved = false;
        let item = match opened {
            Opened::NeedMore(needed) => {
                assert!(needed <= size, "needs {needed} of {size}");
                starved = true;
                None
            }
            Opened::Handshake(chunk) => {
                if chunk.offset == 0 {
                    seen.push(Seen::Message(chunk.message_type.0, vec![]));
                }
                let Some(Seen::Message(_, body)) = seen.last_mut() else { panic!("no message under way") };
                body.extend(chunk.bytes);
                None
            }
            Opened::ChangeCipherSpec => Some(Seen::ChangeCipherSpec),
            Opened::Alert(alert) => Some(Seen::Alert(alert)),
            Opened::Data(range) => Some(Seen::Data(buffer[range].to_vec())),
        };
        seen.extend(item);
        buffer.drain(..used);
        if starved {
            if wire.is_empty() {
                assert!(buffer.is_empty());
                return Ok(seen);
            }
            let (now, later) = wire.split_at(step.min(wire.len()).min(size - buffer.len()));
            buffer.extend(now);
            wire = later;
        }
    }
}

const MESSAGES: &[u8] = &[20, 0, 0, 3, 7, 8, 9, 0, 0, 0, 0, 1, 0, 0, 5, 1, 2, 3, 4, 5];

fn expected(data: &[u8]) -> Vec<Seen> {
    vec![
        Seen::Message(20, vec![7, 8, 9]),
        Seen::Message(0, vec![]),
        Seen::Message(1, vec![1, 2, 3, 4, 5]),
        Seen::Data(data.to_vec()),
        Seen::Data(vec![]),
        Seen::ChangeCipherSpec,
        Seen::Alert(Alert::warning(AlertDescription::CLOSE_NOTIFY)),
    ]
}

/// Data that was split joined again; the empty record after it stays.
fn joined(seen: Vec<Seen>) -> Vec<Seen> {
    let mut joined: Vec<Seen> = vec![];
    for item in seen {
        match (joined.last_mut(), item) {
            (Some(Seen::Data(before)), Seen::Data(more)) if !more.is_empty() => before.extend(more),
            (_, item) => joined.push(item),
        }
    }
    joined
}

fn stream(writer: &mut Writer, data: &[u8], fragment: usize) -> Vec<u8> {
    let mut wire: Vec<u8> = vec![];
    for part in MESSAGES.chunks(fragment) {
        wire.extend(record(writer, ContentType::HANDSHAKE, part));
    }
    wire.extend(record(writer, ContentType::APPLICATION_DATA, data));
    wire.extend(record(writer, ContentType::APPLICATION_DATA, &[]));
    wire.extend(record(writer, ContentType::CHANGE_CIPHER_SPEC, &[1]));
    let close = Alert::warning(AlertDescription::CLOSE_NOTIFY);
    wire.extend(record(writer, ContentType::ALERT, &close.encode()));
    wire
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]
    #[test]
    fn any_split_and_any_fragmentation_gives_the_same_under_every_protection(
        data in proptest::collection::vec(any::<u8>(), 0..200),
        fragment in 1_usize..25,
        step in 1_usize..80,
    ) {
        for shape in super::shapes() {
            let (mut writer, mut reader) = pair(shape);
            let wire = stream(&mut writer, &data, fragment);
            let seen = joined(read(&mut reader, &wire, step, 400).unwrap());
            prop_assert_eq!(seen, expected(&data), "{}", shape.name());
        }
    }

    #[test]
    fn a_changed_byte_anywhere_is_an_error_and_never_other_data(
        data in proptest::collection::vec(any::<u8>(), 1..100),
        at in any::<proptest::sample::Index>(),
        bit in 0_u32..8,
    ) {
        for shape in super::whole_shapes() {
            let (mut writer, mut reader) = pair(shape);
            let mut wire = record(&mut writer, ContentType::APPLICATION_DATA, &data);
            let at = at.index(wire.len());
            wire[at] ^= 1 << bit;
            let whole = wire.len();
            match reader.next(&mut wire, usize::MAX) {
                Err(Error::Violation(_)) => {}
                Ok((0, Opened::NeedMore(needed))) => prop_assert!(needed > whole),
                other => prop_assert!(false, "{} {other:?}", shape.name()),
            }
        }
    }
}

#[test]
fn a_record_that_fills_the_buffer_exactly_is_opened_and_one_byte_less_asks_for_its_length() {
    for shape in super::whole_shapes() {
        for len in [0, 1, 15, 16, 17, 2000, limits::MAX_PLAINTEXT_BYTES] {
            let (mut writer, mut reader) = pair(shape);
            let mut wire = record(&mut writer, ContentType::APPLICATION_DATA, &vec![3; len]);
            let whole = wire.len();
            for have in [5, 6, whole - 1] {
                let (used, opened) = reader.next(&mut wire[..have], 1).unwrap();
                assert!(matches!((used, opened), (0, Opened::NeedMore(needed)) if needed == whole));
            }
            let (used, opened) = reader.next(&mut wire, 1).unwrap();
            let Opened::Data(range) = opened else { panic!("{opened:?}") };
            assert_eq!((used, range.len()), (whole, len));
        }
    }
}

#[test]
fn a_plaintext_of_2_to_the_14_is_the_longest_both_ways() {
    let long = vec![1; limits::MAX_PLAINTEXT_BYTES + 1];
    for shape in super::shapes() {
        let (mut writer, mut reader) = pair(shape);
        assert_eq!(try_record(&mut writer, ContentType::APPLICATION_DATA, &long), Err(Error::BadRange));
        // A peer that does it all the same.
        let mut protected = shape.protected(Direction::Seal);
        let before = 5 + shape.bulk.before;
        let mut wire = vec![1; before + long.len() + shape.bulk.after];
        let data = shape.bulk.before..shape.bulk.before + long.len();
        let (data_type, version) = (ContentType::APPLICATION_DATA, ProtocolVersion::TLS1_2);
        let header = protected.header(data_type, version, RecordConnectionId::NONE).unwrap();
        let len = protected.seal(header, &mut wire[5..], data, &mut Counting(1)).unwrap();
        wire.truncate(5 + len);
        let [high, low] = u16::try_from(len).unwrap().to_be_bytes();
        wire[..5].copy_from_slice(&[23, 3, 3, high, low]);
        let refused = reader.next(&mut wire, 1).map(|_| ());
        assert_eq!(refused, Err(Error::Violation(Reason::RecordOverflow)), "{}", shape.name());
    }
}

#[test]
fn a_fragment_over_the_limit_is_refused_by_its_header_alone() {
    let shape = super::shapes()[0];
    let header = |len: usize| {
        let [high, low] = u16::try_from(len).unwrap().to_be_bytes();
        [23, 3, 3, high, low]
    };
    let (_, mut reader) = pair(shape);
    let mut longest = header(limits::MAX_CIPHERTEXT_BYTES);
    let at_limit = reader.next(&mut longest, 1).unwrap();
    assert!(matches!(at_limit, (0, Opened::NeedMore(needed)) if needed == limits::MAX_CIPHERTEXT_BYTES + 5));
    let past_limit = reader.next(&mut header(limits::MAX_CIPHERTEXT_BYTES + 1), 1).map(|_| ());
    assert_eq!(past_limit, Err(Error::Violation(Reason::RecordOverflow)));
}

#[test]
fn records_out_of_order_or_repeated_are_refused() {
    for shape in super::shapes() {
        let (mut writer, mut reader) = pair(shape);
        let mut first = record(&mut writer, ContentType::APPLICATION_DATA, b"one");
        let mut second = record(&mut writer, ContentType::APPLICATION_DATA, b"two");
        let mut repeated = first.clone();
        assert!(reader.next(&mut first, 1).is_ok());
        let refused = Err(Error::Violation(Reason::BadRecordMac));
        assert_eq!(reader.next(&mut repeated, 1).map(|_| ()), refused);
        let (_, mut fresh) = pair(shape);
        assert_eq!(fresh.next(&mut second, 1).map(|_| ()), refused);
    }
}

#[test]
fn empty_records_other_than_data_are_refused_under_protection_too() {
    for shape in super::shapes() {
        for content_type in [ContentType::HANDSHAKE, ContentType::ALERT, ContentType::CHANGE_CIPHER_SPEC] {
            let (mut writer, mut reader) = pair(shape);
            let mut wire = record(&mut writer, content_type, &[]);
            let refused = reader.next(&mut wire, 1).map(|_| ());
            assert_eq!(refused, Err(Error::Violation(Reason::EmptyRecord)));
        }
        for (content_type, plaintext, reason) in [
            (ContentType::ALERT, &[2][..], Reason::BadAlert),
            (ContentType::ALERT, &[2, 40, 2, 40], Reason::BadAlert),
            (ContentType::CHANGE_CIPHER_SPEC, &[0], Reason::BadChangeCipherSpec),
            (ContentType::CHANGE_CIPHER_SPEC, &[1, 1], Reason::BadChangeCipherSpec),
        ] {
            let (mut writer, mut reader) = pair(shape);
            let mut wire = record(&mut writer, content_type, plaintext);
            assert_eq!(reader.next(&mut wire, 1).map(|_| ()), Err(Error::Violation(reason)));
        }
    }
}

#[test]
fn an_opened_record_is_handed_out_in_pieces_where_it_stands() {
    for shape in super::shapes() {
        let (mut writer, mut reader) = pair(shape);
        let mut wire = record(&mut writer, ContentType::HANDSHAKE, MESSAGES);
        let (mut start, mut bodies) = (0, Vec::new());
        while start < wire.len() {
            let (used, opened) = reader.next(&mut wire[start..], 2).unwrap();
            let Opened::Handshake(chunk) = opened else { panic!("{opened:?}") };
            assert!(chunk.bytes.len() <= 2);
            bodies.extend_from_slice(chunk.bytes);
            start += used;
        }
        assert_eq!(bodies, [7, 8, 9, 1, 2, 3, 4, 5]);
        assert!(matches!(reader.next(&mut [], 2), Ok((0, Opened::NeedMore(5)))));
    }
}

#[test]
fn taking_away_bytes_of_an_opened_record_is_the_callers_error() {
    let (mut writer, mut reader) = pair(super::shapes()[0]);
    let mut wire = record(&mut writer, ContentType::HANDSHAKE, MESSAGES);
    let (used, _) = reader.next(&mut wire, 9).unwrap();
    wire.pop();
    assert_eq!(reader.next(&mut wire[used..], 9).map(|_| ()), Err(Error::BadRange));
}

#[test]
fn records_end_at_the_rows_limit_and_the_sequence_number_never_wraps() {
    for shape in super::shapes() {
        let max = shape.bulk.max_records;
        for last in [max - 1, max, u64::MAX] {
            let mut writer = writer(shape.protected_at(Direction::Seal, last));
            let made = try_record(&mut writer, ContentType::APPLICATION_DATA, b"x");
            assert_eq!(made.is_ok(), last < max);
            let mut reader = reader(shape.protected_at(Direction::Open, last));
            let mut wire = match made {
                Ok(record) => record,
                Err(error) => {
                    assert_eq!(error, Error::Exhausted);
                    let mut early = Writer::new();
                    early.set_version(ProtocolVersion::TLS1_2);
                    early.install(shape.protected(Direction::Seal));
                    record(&mut early, ContentType::APPLICATION_DATA, b"x")
                }
            };
            let opened = reader.next(&mut wire, 1).map(|_| ());
            assert_eq!(opened, if last < max { Ok(()) } else { Err(Error::Exhausted) });
            if last < max {
                let again = try_record(&mut writer, ContentType::APPLICATION_DATA, b"x");
                assert_eq!(again, Err(Error::Exhausted));
            }
        }
    }
}

#[test]
fn a_seal_without_randomness_makes_no_record_and_the_next_one_is_right() {
    for shape in super::cbc_shapes(super::AS_SUITE) {
        let (mut writer, mut reader) = pair(shape);
        let mut buffer = vec![0; 200];
        let range = writer.headroom(ContentType::APPLICATION_DATA)
            ..writer.headroom(ContentType::APPLICATION_DATA) + 4;
        let failed = writer.seal(ContentType::APPLICATION_DATA, &mut buffer, range, &mut Dead);
        assert_eq!(failed, Err(Error::Entropy));
        let mut wire = record(&mut writer, ContentType::APPLICATION_DATA, b"data");
        assert!(matches!(reader.next(&mut wire, 1), Ok((_, Opened::Data(_)))));
    }
}

#[test]
fn room_that_is_missing_on_either_side_is_an_error() {
    for shape in super::shapes() {
        let (mut writer, _) = pair(shape);
        let (before, after) = (writer.headroom(ContentType::APPLICATION_DATA), writer.tailroom());
        let mut seal = |len: usize, range: core::ops::Range<usize>| {
            writer.seal(ContentType::APPLICATION_DATA, &mut vec![0; len], range, &mut Counting(1)).map(|_| ())
        };
        assert_eq!(seal(before + 4 + after, before..before + 4), Ok(()));
        assert_eq!(seal(before + 3 + after, before..before + 4), Err(Error::BadRange));
        assert_eq!(seal(before + 4 + after, before - 1..before + 3), Err(Error::BadRange));
        assert_eq!(seal(before + 4 + after, before..usize::MAX), Err(Error::BadRange));
    }
}

#[test]
fn the_first_records_are_plain_and_say_tls_1_0() {
    let mut writer = Writer::new();
    assert_eq!((writer.headroom(ContentType::APPLICATION_DATA), writer.tailroom()), (5, 0));
    assert_eq!(record(&mut writer, ContentType::HANDSHAKE, b"ab"), [22, 3, 1, 0, 2, b'a', b'b']);
    writer.set_version(ProtocolVersion::TLS1_2);
    assert_eq!(record(&mut writer, ContentType::ALERT, &[2, 40]), [21, 3, 3, 0, 2, 2, 40]);
}

#[test]
fn data_under_a_chained_iv_is_split_after_its_first_byte_and_nothing_else_is() {
    for shape in super::shapes() {
        let splits = shape.construction.record_iv == RecordIv::Chained && shape.bulk.block_cipher;
        for (content_type, len) in [
            (ContentType::APPLICATION_DATA, 0),
            (ContentType::APPLICATION_DATA, 1),
            (ContentType::APPLICATION_DATA, 2),
            (ContentType::APPLICATION_DATA, limits::MAX_PLAINTEXT_BYTES),
            (ContentType::ALERT, 2),
        ] {
            let (mut writer, _) = pair(shape);
            let data: Vec<u8> = (1..=255).cycle().take(len).collect();
            let wire = record(&mut writer, content_type, &data);
            let first = 5 + usize::from(u16::from_be_bytes([wire[3], wire[4]]));
            let is_split = splits && content_type == ContentType::APPLICATION_DATA && len > 1;
            assert_eq!(first < wire.len(), is_split, "{} {len}", shape.name());
        }
    }
}

#[test]
fn an_agreed_limit_binds_both_ways() {
    for shape in super::shapes() {
        let (mut writer, mut reader) = pair(shape);
        writer.set_max_plaintext(512);
        assert_eq!(
            try_record(&mut writer, ContentType::APPLICATION_DATA, &[1; 513]),
            Err(Error::BadRange),
            "{}",
            shape.name()
        );
        reader.set_max_plaintext(512);
        let mut wire = record(&mut writer, ContentType::APPLICATION_DATA, &[1; 512]);
        assert!(matches!(reader.next(&mut wire, 1), Ok((_, Opened::Data(_)))), "{}", shape.name());
        let (mut writer, mut reader) = pair(shape);
        reader.set_max_plaintext(512);
        let mut wire = record(&mut writer, ContentType::APPLICATION_DATA, &[1; 514]);
        let refused = match reader.next(&mut wire, 1) {
            Ok((used, Opened::Data(range))) if range.len() == 1 => reader.next(&mut wire[used..], 1),
            other => other,
        };
        assert_eq!(refused.err(), Some(Error::Violation(Reason::RecordOverflow)), "{}", shape.name());
    }
}
