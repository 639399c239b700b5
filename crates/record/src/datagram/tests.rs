//! Headers, epochs and what is dropped.

use super::*;
use crate::Protected;
use codec::Alert;
use crypto::{Error as CryptoError, Rng};
use memory::{Box, Boxed};
use std::{vec, vec::Vec};
use suites::{Bulk, Construction, Mac, Protection, RecordHeader, RecordIv, TrafficKey};

/// A protection that reverses the bytes and appends the sequence number, so that both can be seen.
struct Visible;

impl Protection for Visible {
    fn seal(
        &mut self,
        header: RecordHeader<'_>,
        buffer: &mut [u8],
        plaintext: core::ops::Range<usize>,
        _: &mut dyn Rng,
    ) -> Result<usize, CryptoError> {
        let end = plaintext.end;
        buffer[plaintext].reverse();
        buffer[end..end + 8].copy_from_slice(&header.sequence_number.to_be_bytes());
        Ok(end + 8)
    }

    fn open(
        &mut self,
        header: RecordHeader<'_>,
        fragment: &mut [u8],
    ) -> Result<core::ops::Range<usize>, CryptoError> {
        let len = fragment.len().checked_sub(8).ok_or(CryptoError::OpenFailed)?;
        if fragment[len..] != header.sequence_number.to_be_bytes() {
            return Err(CryptoError::OpenFailed);
        }
        fragment[..len].reverse();
        Ok(0..len)
    }
}

fn protect(_: &TrafficKey<'_>, _: Mac, _: Construction) -> Result<Box<dyn Protection + Send>, CryptoError> {
    Ok(Boxed::try_new(Visible)?.into_array_box())
}

static BULK: Bulk = Bulk {
    name: "VISIBLE",
    key_len: 0,
    fixed_iv_len: 0,
    before: 0,
    after: 8,
    block_cipher: false,
    max_records: 3,
    protect,
};

fn protected() -> Protected {
    Protected {
        protection: Boxed::try_new(Visible).unwrap().into_array_box(),
        bulk: &BULK,
        record_iv: RecordIv::Explicit,
        restarts: 0,
        sequence_number: 0,
        end: BULK.max_records,
    }
}

struct NoRng;

impl Rng for NoRng {
    fn fill(&mut self, _: &mut [u8]) -> Result<(), CryptoError> {
        Err(CryptoError::Entropy)
    }
}

fn record(writer: &mut DatagramWriter, epoch: u16, content_type: ContentType, payload: &[u8]) -> Vec<u8> {
    let before = writer.headroom(epoch);
    let mut buffer = vec![0; before + payload.len() + writer.tailroom(epoch)];
    buffer[before..before + payload.len()].copy_from_slice(payload);
    let range = before..before + payload.len();
    let len = writer.seal(epoch, content_type, &mut buffer, range, &mut NoRng).unwrap();
    buffer.truncate(len);
    buffer
}

fn pair() -> (DatagramWriter, DatagramReader) {
    (DatagramWriter::new(ProtocolVersion::DTLS1_2), DatagramReader::new())
}

#[test]
fn headers_come_back() {
    let header = DatagramHeader {
        content_type: ContentType::ALERT,
        version: ProtocolVersion::DTLS1_0,
        epoch: 0x0102,
        sequence_number: 0x0304_0506_0708,
        len: 0x090A,
    };
    let bytes = header.write().unwrap();
    assert_eq!(bytes, [21, 0xFE, 0xFF, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    assert_eq!(DatagramHeader::read(&bytes), Some(header));
    assert_eq!(DatagramHeader::read(&bytes[..12]), None);
    assert_eq!(DatagramHeader { len: 1 << 16, ..header }.write(), None);
}

#[test]
fn several_records_of_a_datagram_come_one_after_the_other() {
    let (mut writer, mut reader) = pair();
    let mut datagram = record(&mut writer, 0, ContentType::HANDSHAKE, b"abc");
    datagram.extend(record(&mut writer, 0, ContentType::CHANGE_CIPHER_SPEC, &[1]));
    datagram.extend(record(&mut writer, 0, ContentType::ALERT, &[2, 40]));
    let (used, found) = reader.next(&mut datagram);
    assert_eq!((used, found), (16, DatagramRecord::Handshake { range: 13..16, authentic: false }));
    let (used, found) = reader.next(&mut datagram[16..]);
    assert_eq!((used, found), (14, DatagramRecord::ChangeCipherSpec));
    let (used, found) = reader.next(&mut datagram[30..]);
    let alert = Alert::decode(&[2, 40]).unwrap();
    assert_eq!((used, found), (15, DatagramRecord::Alert { alert, authentic: false }));
}

#[test]
fn epoch_1_is_noise_before_its_keys_and_once_only_after() {
    let (mut writer, mut reader) = pair();
    writer.install(protected());
    let sealed = record(&mut writer, 1, ContentType::APPLICATION_DATA, b"data");
    assert_eq!(reader.next(&mut sealed.clone()), (sealed.len(), DatagramRecord::Noise));
    reader.install(protected());
    let mut opened = sealed.clone();
    assert_eq!(reader.next(&mut opened), (sealed.len(), DatagramRecord::Data(13..17)));
    assert_eq!(opened[13..17], *b"data");
    assert_eq!(reader.next(&mut sealed.clone()).1, DatagramRecord::Useless, "a second time");
    let mut other = record(&mut writer, 1, ContentType::APPLICATION_DATA, b"more");
    assert_eq!(other[3..11], [0, 1, 0, 0, 0, 0, 0, 1]);
    other[10] = 9;
    assert_eq!(reader.next(&mut other).1, DatagramRecord::Rejected, "another sequence number");
    let plain = record(&mut writer, 0, ContentType::ALERT, &[2, 40]);
    assert_eq!(reader.next(&mut plain.clone()).1, DatagramRecord::Noise, "epoch 0 is over");
}

#[test]
fn what_means_nothing_is_dropped() {
    let (mut writer, mut reader) = pair();
    let good = record(&mut writer, 0, ContentType::HANDSHAKE, b"abc");
    let changed = |at: usize, value: u8| {
        let mut bytes = good.clone();
        bytes[at] = value;
        bytes
    };
    for mut bytes in [changed(0, 99), changed(1, 3), changed(4, 2), good[..14].to_vec(), changed(12, 200)] {
        assert_eq!(reader.next(&mut bytes).1, DatagramRecord::Noise, "{bytes:?}");
    }
    reader.set_version(ProtocolVersion::DTLS1_0);
    assert_eq!(reader.next(&mut changed(0, 20)[..14]).1, DatagramRecord::Noise, "another version");
    let hello = DatagramRecord::Handshake { range: 13..16, authentic: false };
    assert_eq!(reader.next(&mut good.clone()).1, hello, "it may be a hello that is repeated");
    for (content_type, bytes) in [
        (ContentType::HANDSHAKE, &b""[..]),
        (ContentType::CHANGE_CIPHER_SPEC, &[2]),
        (ContentType::ALERT, &[2]),
        (ContentType::ALERT, &[9, 40]),
        (ContentType::APPLICATION_DATA, b"early"),
    ] {
        let (mut writer, mut reader) = pair();
        assert_eq!(reader.next(&mut record(&mut writer, 0, content_type, bytes)).1, DatagramRecord::Noise);
    }
}

#[test]
fn the_limit_of_records_under_a_key_holds_in_its_epoch() {
    let (mut writer, _) = pair();
    writer.install(protected());
    for _ in 0..3 {
        record(&mut writer, 1, ContentType::APPLICATION_DATA, b"x");
    }
    let before = writer.headroom(1);
    let mut buffer = vec![0; before + 1 + writer.tailroom(1)];
    let sealed = writer.seal(1, ContentType::APPLICATION_DATA, &mut buffer, before..before + 1, &mut NoRng);
    assert_eq!(sealed, Err(crate::Error::Exhausted));
}

#[test]
fn the_last_sequence_number_of_either_epoch_is_used_and_none_follows() {
    const LAST: u64 = (1 << 48) - 1;
    let (mut writer, mut reader) = pair();
    writer.start_at(LAST);
    let mut plain = record(&mut writer, 0, ContentType::HANDSHAKE, b"abc");
    assert_eq!(plain[3..11], [0, 0, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF]);
    assert!(matches!(reader.next(&mut plain).1, DatagramRecord::Handshake { .. }));
    writer.install(protected());
    writer.protected.as_mut().unwrap().sequence_number = (1 << 48) + LAST;
    writer.protected.as_mut().unwrap().end = 2 << 48;
    let sealed = record(&mut writer, 1, ContentType::APPLICATION_DATA, b"last");
    assert_eq!(sealed[3..11], [0, 1, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF]);
    reader.install(protected());
    assert_eq!(reader.next(&mut sealed.clone()).1, DatagramRecord::Data(13..17));
    assert_eq!(reader.next(&mut sealed.clone()).1, DatagramRecord::Useless, "a second time");
    for epoch in [0, 1] {
        let before = writer.headroom(epoch);
        let mut buffer = vec![0; before + 1 + writer.tailroom(epoch)];
        let range = before..before + 1;
        let sealed = writer.seal(epoch, ContentType::HANDSHAKE, &mut buffer, range, &mut NoRng);
        assert_eq!(sealed, Err(crate::Error::Exhausted), "epoch {epoch}");
    }
}

#[test]
fn records_of_other_epochs_mean_nothing_whatever_their_number() {
    let (mut writer, mut reader) = pair();
    writer.install(protected());
    reader.install(protected());
    let sealed = record(&mut writer, 1, ContentType::APPLICATION_DATA, b"data");
    for epoch in [0_u16, 2, 3, 0x7FFF, 0xFFFE, 0xFFFF] {
        for number in [0, 1, (1_u64 << 48) - 1] {
            let mut other = sealed.clone();
            other[3..5].copy_from_slice(&epoch.to_be_bytes());
            other[5..11].copy_from_slice(&number.to_be_bytes()[2..]);
            assert_eq!(reader.next(&mut other), (sealed.len(), DatagramRecord::Noise), "{epoch} {number}");
        }
    }
    assert_eq!(reader.next(&mut sealed.clone()).1, DatagramRecord::Data(13..17));
}
