//! The reader without protection: splits, fragmentation, and what it refuses.

use super::*;
use proptest::prelude::*;
use std::{vec, vec::Vec};

fn record(content_type: u8, fragment: &[u8]) -> Vec<u8> {
    let mut record = vec![content_type, 3, 3];
    record.extend(u16::try_from(fragment.len()).unwrap().to_be_bytes());
    record.extend(fragment);
    record
}

fn message(message_type: u8, body: &[u8]) -> Vec<u8> {
    let mut message = u32::try_from(body.len()).unwrap().to_be_bytes().to_vec();
    message[0] = message_type;
    message.extend(body);
    message
}

/// What is no message, above all message types.
const CHANGE_CIPHER_SPEC: u16 = 256;
const ALERT: u16 = 257;
const DATA: u16 = 258;

/// Feeds `wire` in steps through a buffer of `size` bytes and joins the chunks.
fn read(wire: &[u8], step: usize, size: usize, limit: usize) -> Result<Vec<(u16, Vec<u8>)>, Error> {
    let mut reader = Reader::new();
    let mut buf = Vec::new();
    let mut wire = wire;
    let mut messages: Vec<(u16, Vec<u8>)> = Vec::new();
    loop {
        let (used, opened) = reader.next(&mut buf, limit)?;
        let mut starved = false;
        match opened {
            Opened::NeedMore(needed) => {
                assert!(needed > buf.len() - used, "needs only what is not there");
                starved = true;
            }
            Opened::Handshake(chunk) => {
                assert!(chunk.bytes.len() <= limit);
                if chunk.offset == 0 {
                    messages.push((chunk.message_type.0.into(), Vec::new()));
                }
                let (_, body) = messages.iter_mut().rfind(|(id, _)| *id < CHANGE_CIPHER_SPEC).unwrap();
                assert_eq!(body.len(), chunk.offset as usize);
                body.extend(chunk.bytes);
            }
            Opened::ChangeCipherSpec => messages.push((CHANGE_CIPHER_SPEC, vec![])),
            Opened::Alert(alert) => messages.push((ALERT, alert.encode().to_vec())),
            Opened::Data(_) => messages.push((DATA, vec![])),
        }
        buf.drain(..used);
        if starved {
            if wire.is_empty() {
                return Ok(messages);
            }
            let (now, later) = wire.split_at(step.min(wire.len()).min(size - buf.len()));
            assert!(!now.is_empty(), "the buffer is full and nothing can be read");
            buf.extend(now);
            wire = later;
        }
    }
}

/// Mostly handshake, of messages with short bodies; now and then what is refused.
fn any_record() -> impl Strategy<Value = Vec<u8>> {
    let messages = proptest::collection::vec(prop_oneof![3 => 0_u8..4, 1 => any::<u8>()], 0..30);
    prop_oneof![
        12 => messages.prop_map(|bytes| record(22, &bytes)),
        4 => (prop_oneof![Just(1_u8), Just(2), any::<u8>()], any::<u8>()).prop_map(|(a, b)| record(21, &[a, b])),
        2 => Just(record(20, &[1])),
        1 => (any::<u8>(), proptest::collection::vec(any::<u8>(), 0..4)).prop_map(|(id, bytes)| record(id, &bytes)),
    ]
}

proptest! {
    #[test]
    fn any_split_and_any_fragmentation_gives_the_same_messages(
        bodies in proptest::collection::vec(proptest::collection::vec(any::<u8>(), 0..300), 1..5),
        fragment in 1_usize..200,
        step in 1_usize..64,
        limit in 1_usize..100,
    ) {
        let expected: Vec<_> = (11_u16..).zip(bodies).collect();
        let stream: Vec<u8> = expected.iter().flat_map(|(id, body)| message(u8::try_from(*id).unwrap(), body)).collect();
        let wire: Vec<u8> = stream.chunks(fragment).flat_map(|part| record(22, part)).collect();
        prop_assert_eq!(read(&wire, step, 64, limit).unwrap(), expected);
    }

    #[test]
    fn streams_of_any_records_read_the_same_however_they_are_cut(
        records in proptest::collection::vec(any_record(), 0..8),
        step in 1_usize..64,
        limit in 1_usize..9,
    ) {
        let wire = records.concat();
        let whole = read(&wire, wire.len().max(1), wire.len().max(1), usize::MAX);
        prop_assert_eq!(&read(&wire, step, 64, limit), &whole);
        prop_assert_eq!(&read(&wire, 1, 64, usize::MAX), &whole);
    }

    #[test]
    fn arbitrary_bytes_never_panic(wire in proptest::collection::vec(any::<u8>(), 0..200), step in 1_usize..64) {
        let _ = read(&wire, step, 20_000, usize::MAX);
    }
}

#[test]
fn a_record_larger_than_the_buffer_streams() {
    let wire = record(22, &message(11, &[5; 3000]));
    assert_eq!(read(&wire, 16, 16, usize::MAX).unwrap(), [(11, vec![5; 3000])]);
}

#[test]
fn rejects_what_plaintext_records_cannot_be() {
    let refused = |wire: &[u8]| match read(wire, 64, 20_000, usize::MAX) {
        Err(Error::Violation(reason)) => reason,
        other => panic!("{other:?}"),
    };
    assert_eq!(refused(&record(23, b"x")), Reason::UnexpectedMessage);
    assert_eq!(refused(&record(22, b"")), Reason::EmptyRecord);
    assert_eq!(refused(&record(21, b"")), Reason::EmptyRecord);
    assert_eq!(refused(&record(20, b"")), Reason::EmptyRecord);
    assert_eq!(refused(&record(20, &[2])), Reason::BadChangeCipherSpec);
    assert_eq!(refused(&record(20, &[1, 1])), Reason::BadChangeCipherSpec);
    assert_eq!(refused(&record(21, &[2])), Reason::BadAlert);
    assert_eq!(refused(&record(21, &[3, 0])), Reason::BadAlertLevel);
    assert_eq!(refused(b"HTTP/1.1 400 Bad Request"), Reason::NotTls);
    assert_eq!(refused(&[0x80, 0x2E, 1, 3, 1, 0]), Reason::SslV2Hello);
    assert_eq!(refused(&[22, 2, 0, 0, 1, 0]), Reason::RecordVersion);
    assert_eq!(refused(&[record(21, &[1, 90]), vec![99, 3, 3, 0, 1]].concat()), Reason::UnknownContentType);
    assert_eq!(refused(&[22, 3, 3, 0x40, 1]), Reason::RecordOverflow);
}

#[test]
fn only_alerts_may_interrupt_a_message() {
    let start = record(22, &message(1, &[0; 10])[..7]);
    let after = |next: Vec<u8>| read(&[start.clone(), next].concat(), 64, 64, usize::MAX);
    assert_eq!(after(record(20, &[1])), Err(Error::Violation(Reason::ChangeCipherSpecWithinMessage)));
    assert_eq!(after(record(23, &[1])), Err(Error::Violation(Reason::InterleavedRecord)));
    assert!(after(record(21, &[2, 40])).is_ok());
    let header = record(22, &message(1, &[0; 10])[..2]);
    assert_eq!(
        read(&[header, record(20, &[1])].concat(), 64, 64, usize::MAX),
        Err(Error::Violation(Reason::ChangeCipherSpecWithinMessage))
    );
}

#[test]
fn a_full_sized_record_is_the_longest() {
    let body = vec![1; limits::MAX_PLAINTEXT_BYTES - 4];
    assert_eq!(read(&record(22, &message(1, &body)), 64, 64, usize::MAX).unwrap()[0].1.len(), body.len());
}

#[test]
fn every_record_has_the_version_that_was_agreed() {
    let mut reader = Reader::new();
    reader.set_version(ProtocolVersion::TLS1_2);
    let mut wire = [22, 3, 1, 0, 1, 0];
    assert!(matches!(reader.next(&mut wire, 9), Err(Error::Violation(Reason::RecordVersion))));
}
