//! What every protection promises, and what CBC must not tell apart.

use super::{Counting, Dead, KEY, MAC_KEY, Shape};
use codec::{ContentType, ProtocolVersion};
use crypto::{Error, Rng, cipher::cbc};
use std::{vec, vec::Vec};
use suites::{Direction, Mac, RecordConnectionId, RecordHeader};

const HEADER: RecordHeader<'static> = RecordHeader {
    sequence_number: 7,
    content_type: ContentType::APPLICATION_DATA,
    version: ProtocolVersion::TLS1_2,
    connection_id: RecordConnectionId::NONE,
};

/// A byte that no zeroized buffer holds.
const MARK: u8 = 0xA7;

/// The sealed fragment of `plaintext`.
fn seal(shape: Shape, plaintext: &[u8]) -> Vec<u8> {
    let (before, after) = (shape.before(), shape.bulk.after);
    let mut buffer = vec![0; before];
    buffer.extend(plaintext);
    buffer.resize(before + plaintext.len() + after, 0);
    let range = before..before + plaintext.len();
    let len = shape.protection(Direction::Seal).seal(HEADER, &mut buffer, range, &mut Counting(1)).unwrap();
    buffer.truncate(len);
    buffer
}

fn open(shape: Shape, header: RecordHeader<'_>, fragment: &mut [u8]) -> Result<Vec<u8>, Error> {
    let range = shape.protection(Direction::Open).open(header, fragment)?;
    Ok(fragment[range].to_vec())
}

/// Opening fails with the one error, and the place where plaintext would stand holds none of it.
#[track_caller]
fn assert_refused(shape: Shape, header: RecordHeader<'_>, mut fragment: Vec<u8>, what: &str) {
    assert_eq!(open(shape, header, &mut fragment), Err(Error::OpenFailed), "{} {what}", shape.name());
    let marks = fragment.windows(4).filter(|bytes| bytes.iter().all(|byte| *byte == MARK)).count();
    assert_eq!(marks, 0, "{} leaves plaintext: {what}", shape.name());
}

#[test]
fn every_length_comes_back() {
    for shape in super::shapes() {
        for len in (0..=300).chain([16_384]) {
            let plaintext: Vec<u8> = (0..=255).cycle().take(len).collect();
            let mut fragment = seal(shape, &plaintext);
            assert!(fragment.len() <= shape.before() + len + shape.bulk.after);
            assert!(len < 16 || !fragment.windows(16).any(|bytes| bytes == &plaintext[..16]));
            assert_eq!(open(shape, HEADER, &mut fragment).as_deref(), Ok(&plaintext[..]), "{}", shape.name());
        }
    }
}

#[test]
fn exactly_the_room_that_the_row_names_is_enough_and_one_byte_less_is_not() {
    for shape in super::shapes() {
        let bulk = shape.bulk;
        // The plaintext after which MAC and padding are longest.
        let mac_len = shape.mac.key_len();
        let len = 16 * 4 - mac_len % 16;
        let range = bulk.before..bulk.before + len;
        let needed = seal(shape, &vec![MARK; len]).len();
        let mut protection = shape.protection(Direction::Seal);
        let mut exact = vec![MARK; needed];
        assert_eq!(protection.seal(HEADER, &mut exact, range.clone(), &mut Counting(1)), Ok(needed));
        let mut short = vec![MARK; needed - 1];
        assert_eq!(
            protection.seal(HEADER, &mut short, range, &mut Counting(1)),
            Err(Error::BufferTooSmall),
            "{}",
            shape.name()
        );
    }
}

#[test]
fn every_changed_byte_and_every_cut_is_refused() {
    for shape in super::shapes() {
        let fragment = seal(shape, &[MARK; 40]);
        for at in 0..fragment.len() {
            let mut changed = fragment.clone();
            changed[at] ^= 1;
            assert_refused(shape, HEADER, changed, "changed byte");
        }
        for len in 0..fragment.len() {
            assert_refused(shape, HEADER, fragment[..len].to_vec(), "cut off");
        }
        let mut longer = fragment.clone();
        longer.extend([0; 16]);
        assert_refused(shape, HEADER, longer, "longer");
    }
}

#[test]
fn sequence_number_type_and_version_are_authenticated() {
    for shape in super::shapes() {
        let fragment = seal(shape, &[MARK; 40]);
        for header in [
            RecordHeader { sequence_number: 8, ..HEADER },
            RecordHeader { sequence_number: 7 | 1 << 63, ..HEADER },
            RecordHeader { content_type: ContentType::HANDSHAKE, ..HEADER },
            RecordHeader { version: ProtocolVersion::TLS1_1, ..HEADER },
        ] {
            assert_refused(shape, header, fragment.clone(), "another header");
        }
    }
}

#[test]
fn the_explicit_nonce_is_the_sequence_number_and_needs_no_randomness() {
    for shape in super::shapes().into_iter().filter(|shape| shape.bulk.before == 8) {
        let mut protection = shape.protection(Direction::Seal);
        for sequence_number in [0, 1, 2, 0x0102_0304_0506_0708] {
            let mut buffer = vec![MARK; 8 + 5 + shape.bulk.after];
            let header = RecordHeader { sequence_number, ..HEADER };
            protection.seal(header, &mut buffer, 8..13, &mut Dead).unwrap();
            assert_eq!(buffer[..8], sequence_number.to_be_bytes());
        }
    }
}

#[test]
fn chacha20_poly1305_has_another_nonce_for_each_sequence_number_and_nothing_of_it_in_the_record() {
    let shape =
        Shape { bulk: &crate::protection::CHACHA20_POLY1305, mac: Mac::Aead, construction: super::AS_SUITE };
    let mut protection = shape.protection(Direction::Seal);
    let mut sealed = vec![];
    for sequence_number in [0, 1, 0x0102_0304_0506_0708] {
        let mut buffer = vec![MARK; 5 + 16];
        let header = RecordHeader { sequence_number, ..HEADER };
        assert_eq!(protection.seal(header, &mut buffer, 0..5, &mut Dead), Ok(5 + 16));
        // The nonce is the IV xor the sequence number, flush right (RFC 7905 section 2).
        let mut nonce: [u8; 12] = super::SALT[..12].try_into().unwrap();
        for (to, from) in nonce[4..].iter_mut().zip(sequence_number.to_be_bytes()) {
            *to ^= from;
        }
        let aead = (crypto::cipher::aead::CHACHA20_POLY1305.new)(&KEY).unwrap();
        let (mut data, mut tag) = ([MARK; 5], [0; 16]);
        aead.seal(&nonce, &header.additional_data(5).unwrap(), &mut data, &mut tag).unwrap();
        assert_eq!(buffer, [&data[..], &tag].concat());
        sealed.push(buffer);
    }
    sealed.dedup();
    assert_eq!(sealed.len(), 3);
}

#[test]
fn the_iv_of_cbc_is_drawn_for_each_record_and_a_failing_draw_is_an_error() {
    let explicit = |shape: &Shape| shape.bulk.block_cipher && shape.before() > 0;
    for shape in super::shapes().into_iter().filter(explicit) {
        let mut protection = shape.protection(Direction::Seal);
        let mut rng = Counting(9);
        let mut ivs = vec![];
        for _ in 0..4 {
            let mut buffer = vec![MARK; 200];
            protection.seal(HEADER, &mut buffer, 16..21, &mut rng).unwrap();
            ivs.push(buffer[..16].to_vec());
        }
        ivs.sort();
        ivs.dedup();
        assert_eq!(ivs.len(), 4);
        let mut buffer = vec![MARK; 200];
        assert_eq!(protection.seal(HEADER, &mut buffer, 16..21, &mut Dead), Err(Error::Entropy));
        assert_eq!(buffer[16..21], [MARK; 5], "what was not sealed is as it was");
    }
}

#[test]
fn a_chained_iv_is_the_last_block_of_the_record_before_and_needs_no_randomness() {
    for shape in super::cbc_shapes(super::CHAINED) {
        let row = if shape.bulk.key_len == 16 { &cbc::AES_128_CBC } else { &cbc::AES_256_CBC };
        let cipher = (row.new)(&KEY[..row.key_len]).unwrap();
        let mut protection = shape.protection(Direction::Seal);
        let mut opening = shape.protection(Direction::Open);
        let mut iv = super::SALT;
        for content in [&[MARK; 5][..], &[1; 40], &[]] {
            let mut buffer = content.to_vec();
            buffer.resize(content.len() + shape.bulk.after, 0);
            let len = protection.seal(HEADER, &mut buffer, 0..content.len(), &mut Dead).unwrap();
            let mut decrypted = buffer[..len].to_vec();
            cipher.decrypt(&iv, &mut decrypted).unwrap();
            assert_eq!(&decrypted[..content.len()], content, "{}", shape.name());
            iv = buffer[len - 16..len].try_into().unwrap();
            let range = opening.open(HEADER, &mut buffer[..len]).unwrap();
            assert_eq!(&buffer[range], content);
        }
    }
}

/// A MAC-then-encrypt fragment made by somebody who has the keys: `content` as it is, then the MAC over
/// `authentic`, then `padding`.
fn forge(shape: Shape, authentic: &[u8], content: &[u8], padding: &[u8]) -> Vec<u8> {
    let Mac::Hmac(mac) = shape.mac else { panic!("not a CBC shape") };
    let header = HEADER.additional_data(authentic.len()).unwrap();
    let tag = (mac.new)(&MAC_KEY[..mac.len]).unwrap().mac(&[&header, authentic]);
    encrypt(shape, &[content, tag.as_ref(), padding].concat())
}

/// A fragment of these blocks.
fn encrypt(shape: Shape, blocks: &[u8]) -> Vec<u8> {
    let row = if shape.bulk.key_len == 16 { &cbc::AES_128_CBC } else { &cbc::AES_256_CBC };
    let mut data = blocks.to_vec();
    let mut iv = [0; 16];
    Counting(3).fill(&mut iv).unwrap();
    (row.new)(&KEY[..row.key_len]).unwrap().encrypt(&iv, &mut data).unwrap();
    [&iv[..], &data].concat()
}

/// Padding of `value + 1` bytes, and the content that makes whole blocks with it.
fn padded(shape: Shape, value: u8) -> (Vec<u8>, Vec<u8>) {
    let padding = vec![value; usize::from(value) + 1];
    let tail = shape.mac.key_len() + padding.len();
    let content = vec![MARK; (tail + 32).next_multiple_of(16) - tail];
    (content, padding)
}

#[test]
fn cbc_accepts_every_length_of_padding() {
    for shape in super::cbc_shapes(super::AS_SUITE) {
        for value in 0..=255 {
            let (content, padding) = padded(shape, value);
            let mut fragment = forge(shape, &content, &content, &padding);
            assert_eq!(open(shape, HEADER, &mut fragment), Ok(content), "{} {value}", shape.name());
        }
    }
}

#[test]
fn cbc_refuses_each_wrong_byte_of_padding_like_a_wrong_mac() {
    for shape in super::cbc_shapes(super::AS_SUITE) {
        for value in [1, 2, 14, 15, 16, 17, 63, 64, 127, 128, 254, 255] {
            let (content, padding) = padded(shape, value);
            for at in 0..usize::from(value) {
                let mut wrong = padding.clone();
                wrong[at] ^= 0x80;
                assert_refused(shape, HEADER, forge(shape, &content, &content, &wrong), "padding");
            }
            let (mut other, last) = (content.clone(), content.len() - 1);
            other[last] ^= 1;
            assert_refused(shape, HEADER, forge(shape, &other, &content, &padding), "MAC");
        }
    }
}

#[test]
fn cbc_refuses_padding_that_is_longer_than_the_record() {
    for shape in super::cbc_shapes(super::AS_SUITE) {
        let mac_len = shape.mac.key_len();
        // Whole blocks of nothing but padding, from where the MAC would not fit to exactly where it just fits.
        for blocks in mac_len / 16 + 1..=16 {
            let len = blocks * 16;
            let no_room = u8::try_from(len - mac_len).unwrap();
            for value in [no_room, no_room.saturating_add(1), 255] {
                let padding = vec![value; len - mac_len];
                assert_refused(shape, HEADER, forge(shape, &[], &[], &padding), "padding over the MAC");
            }
            let fits = no_room - 1;
            let mut empty = forge(shape, &[], &[], &vec![fits; usize::from(fits) + 1]);
            assert_eq!(open(shape, HEADER, &mut empty), Ok(vec![]), "{}", shape.name());
        }
    }
}

#[test]
fn cbc_refuses_every_record_of_one_byte_repeated() {
    // All of it is right padding as far as it goes: what counts is whether a MAC fits before it.
    for shape in super::cbc_shapes(super::AS_SUITE) {
        for blocks in 1..=20 {
            for value in 0..=255 {
                assert_refused(shape, HEADER, encrypt(shape, &vec![value; blocks * 16]), "one byte");
            }
        }
    }
}

#[test]
fn cbc_refuses_a_wrong_last_byte_behind_a_mac_that_is_right_for_it() {
    // Where padding is wrong, the MAC is looked for as if there were one byte of it: here it is found and right.
    for shape in super::cbc_shapes(super::AS_SUITE) {
        let (content, _) = padded(shape, 0);
        for value in 1..=255 {
            assert_refused(shape, HEADER, forge(shape, &content, &content, &[value]), "last byte");
        }
    }
}

#[test]
fn cbc_refuses_each_wrong_byte_of_the_mac_at_every_padding() {
    for shape in super::cbc_shapes(super::AS_SUITE) {
        let mac_len = shape.mac.key_len();
        let Mac::Hmac(mac) = shape.mac else { panic!("not a CBC shape") };
        for value in [0, 1, 15, 16, 100, 255] {
            let (content, padding) = padded(shape, value);
            let header = HEADER.additional_data(content.len()).unwrap();
            let tag = (mac.new)(&MAC_KEY[..mac_len]).unwrap().mac(&[&header, &content]);
            for index in 0..mac_len {
                let mut blocks = [&content[..], tag.as_ref(), &padding].concat();
                blocks[content.len() + index] ^= 4;
                assert_refused(shape, HEADER, encrypt(shape, &blocks), "MAC byte");
            }
        }
    }
}

#[test]
fn encrypt_then_mac_refuses_wrong_padding_under_a_right_mac() {
    for shape in super::cbc_shapes(super::ENCRYPT_THEN_MAC) {
        let Mac::Hmac(mac) = shape.mac else { panic!("not a CBC shape") };
        let sealed = |blocks: &[u8]| {
            let fragment = encrypt(shape, blocks);
            let header = HEADER.additional_data(fragment.len()).unwrap();
            let tag = (mac.new)(&MAC_KEY[..mac.len]).unwrap().mac(&[&header, &fragment]);
            [&fragment, tag.as_ref()].concat()
        };
        let good = [&[MARK; 12][..], &[3; 4]].concat();
        assert_eq!(open(shape, HEADER, &mut sealed(&good)), Ok(vec![MARK; 12]));
        let wrong = [&[MARK; 12][..], &[2, 3, 3, 3]].concat();
        assert_refused(shape, HEADER, sealed(&wrong), "padding");
        let too_long = [&[MARK; 12][..], &[16; 4]].concat();
        assert_refused(shape, HEADER, sealed(&too_long), "padding over the record");
        assert_refused(shape, HEADER, sealed(&[]), "no block");
    }
}

#[test]
fn keys_and_macs_of_another_shape_are_refused() {
    for shape in super::shapes() {
        let key = suites::TrafficKey {
            mac_key: &MAC_KEY[..shape.mac.key_len()],
            key: &KEY[..shape.bulk.key_len - 1],
            fixed_iv: &[0; 12][..shape.bulk.fixed_iv_len],
            first_nonce: 0,
            direction: Direction::Seal,
        };
        assert!((shape.bulk.protect)(&key, shape.mac, shape.construction).is_err());
    }
    for shape in super::cbc_shapes(super::AS_SUITE) {
        let key = suites::TrafficKey {
            mac_key: &[],
            key: &KEY[..shape.bulk.key_len],
            fixed_iv: &[],
            first_nonce: 0,
            direction: Direction::Open,
        };
        assert!((shape.bulk.protect)(&key, Mac::Aead, shape.construction).is_err());
    }
}
