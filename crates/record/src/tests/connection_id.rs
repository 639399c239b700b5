//! Golden records with connection IDs, which a script that shares no code with this one recomputes from RFC 9146.

use crate::{
    Protected,
    datagram::{DatagramReader, DatagramRecord, DatagramWriter},
    protection as rows,
};
use codec::{Alert, ContentType, ProtocolVersion};
use crypto::{Error, Rng, mac};
use memory::{Boxed, Bytes};
use std::{collections::BTreeMap, path::PathBuf, process::Command, string::String, vec, vec::Vec};
use suites::{Bulk, Construction, Direction, Mac, RecordIv, TrafficKey};

/// The fields of a record.
struct Case(BTreeMap<&'static str, &'static str>);

fn cases() -> Vec<Case> {
    let text = include_str!("../../testdata/rfc9146/records.txt");
    let blocks = text.split("\n\n").filter(|block| block.starts_with("name: "));
    blocks.map(|block| Case(block.lines().filter_map(|line| line.split_once(": ")).collect())).collect()
}

impl Case {
    fn name(&self) -> &str {
        self.0["name"]
    }

    fn bytes(&self, field: &str) -> Vec<u8> {
        let digits = self.0.get(field).copied().unwrap_or_default();
        let byte = |at| u8::from_str_radix(&digits[at..at + 2], 16).unwrap();
        (0..digits.len()).step_by(2).map(byte).collect()
    }

    fn sequence_number(&self) -> u64 {
        self.bytes("sequence_number").into_iter().fold(0, |number, byte| number << 8 | u64::from(byte))
    }

    fn bulk(&self) -> &'static Bulk {
        let all = [
            &rows::AES_128_GCM,
            &rows::AES_256_GCM,
            &rows::AES_256_CCM,
            &rows::AES_128_CCM_8,
            &rows::CHACHA20_POLY1305,
            &rows::AES_128_CBC,
            &rows::AES_256_CBC,
        ];
        all.into_iter().find(|bulk| bulk.name == self.0["cipher"]).unwrap()
    }

    fn protected(&self, direction: Direction) -> Protected {
        let mac = match self.0.get("mac") {
            None => Mac::Aead,
            Some(&"sha1") => Mac::Hmac(&mac::HMAC_SHA1),
            Some(&"sha256") => Mac::Hmac(&mac::HMAC_SHA256),
            Some(_) => Mac::Hmac(&mac::HMAC_SHA384),
        };
        let bulk = self.bulk();
        let (key, mac_key, iv) = (self.bytes("key"), self.bytes("mac_key"), self.bytes("iv"));
        let fixed_iv = if bulk.block_cipher { &[] } else { &iv[..] };
        let key = TrafficKey { mac_key: &mac_key, key: &key, fixed_iv, first_nonce: 0, direction };
        let encrypt_then_mac = self.0.get("encrypt_then_mac") == Some(&"1");
        let construction = Construction { encrypt_then_mac, record_iv: RecordIv::Explicit };
        Protected {
            restarts: 0,
            protection: (bulk.protect)(&key, mac, construction).unwrap(),
            bulk,
            record_iv: RecordIv::Explicit,
            sequence_number: 0,
            end: bulk.max_records,
        }
    }

    fn cid(&self) -> Boxed<Bytes> {
        Boxed::try_new(Bytes::copy_of(&self.bytes("cid")).unwrap()).unwrap()
    }
}

/// The IV of the one record that needs one.
struct Iv(Vec<u8>);

impl Rng for Iv {
    fn fill(&mut self, out: &mut [u8]) -> Result<(), Error> {
        out.copy_from_slice(&self.0);
        Ok(())
    }
}

#[test]
fn golden_records_are_opened() {
    let cases = cases();
    assert_eq!(cases.len(), 55);
    for case in cases {
        let mut reader = DatagramReader::new();
        reader.set_version(ProtocolVersion::DTLS1_2);
        reader.install(case.protected(Direction::Open));
        reader.set_connection_id(case.cid());
        let mut datagram = case.bytes("record");
        let (used, record) = reader.next(&mut datagram);
        assert_eq!(used, datagram.len(), "{}", case.name());
        let content = case.bytes("content");
        match (case.bytes("real_type")[0], record) {
            (22, DatagramRecord::Handshake { range, authentic: true })
            | (23, DatagramRecord::Data(range)) => {
                assert_eq!(datagram[range], content, "{}", case.name());
            }
            (21, DatagramRecord::Alert { alert, authentic: true }) => {
                assert_eq!(alert, Alert::decode(&content).unwrap(), "{}", case.name());
            }
            (_, record) => panic!("{}: {record:?}", case.name()),
        }
        assert_eq!(reader.newest(), 1 << 48 | case.sequence_number());
    }
}

#[test]
fn golden_records_are_made() {
    let mut made = 0;
    for case in cases().into_iter().filter(|case| case.sequence_number() < 8) {
        let mut writer = DatagramWriter::new(ProtocolVersion::DTLS1_2);
        writer.install(case.protected(Direction::Seal));
        writer.set_connection_id(case.cid());
        let content = case.bytes("content");
        let zeros: usize = case.0["zeros"].parse().unwrap();
        writer.set_padding(u16::try_from(content.len() + 1 + zeros).unwrap());
        let before = writer.headroom(1);
        let mut record = vec![];
        // Those before it only count.
        for _ in 0..=case.sequence_number() {
            record = vec![0xEE; before + content.len() + writer.tailroom(1)];
            let range = before..before + content.len();
            record[range.clone()].copy_from_slice(&content);
            let content_type = ContentType(case.bytes("real_type")[0]);
            let len = writer.seal(1, content_type, &mut record, range, &mut Iv(case.bytes("iv"))).unwrap();
            record.truncate(len);
        }
        assert_eq!(record, case.bytes("record"), "{}", case.name());
        made += 1;
    }
    assert_eq!(made, 44);
}

#[test]
fn a_record_of_nothing_but_zeros_is_dropped() {
    for case in cases().into_iter().filter(|case| case.bulk().name == "AES_128_GCM") {
        let mut writer = DatagramWriter::new(ProtocolVersion::DTLS1_2);
        writer.install(case.protected(Direction::Seal));
        writer.set_connection_id(case.cid());
        writer.set_padding(50);
        let before = writer.headroom(1);
        let mut record = vec![0; before + writer.tailroom(1)];
        let no_type = ContentType(0);
        let len = writer.seal(1, no_type, &mut record, before..before, &mut Iv(vec![])).unwrap();
        let mut reader = DatagramReader::new();
        reader.install(case.protected(Direction::Open));
        reader.set_connection_id(case.cid());
        assert_eq!(reader.next(&mut record[..len]), (len, DatagramRecord::Rejected));
    }
}

#[test]
fn the_longest_inner_plaintext_is_that_of_any_record() {
    let case = cases().remove(0);
    let mut writer = DatagramWriter::new(ProtocolVersion::DTLS1_2);
    writer.install(case.protected(Direction::Seal));
    writer.set_connection_id(case.cid());
    let most = crate::limits::MAX_PLAINTEXT_BYTES - 1;
    assert_eq!(writer.max_content(most + 1), most);
    for (len, fits) in [(most, true), (most + 1, false)] {
        let before = writer.headroom(1);
        let mut record = vec![1; before + len + writer.tailroom(1)];
        let sealed =
            writer.seal(1, ContentType::APPLICATION_DATA, &mut record, before..before + len, &mut Iv(vec![]));
        assert_eq!(sealed.is_ok(), fits, "{len}");
    }
}

#[test]
fn a_script_recomputes_the_golden_records() {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("testdata/rfc9146");
    let mut command = Command::new("python3");
    command.arg("-B").arg(folder.join("recompute.py"));
    let output = command.arg(folder.join("records.txt")).output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{said}{}", String::from_utf8_lossy(&output.stderr));
    assert_eq!(said.trim(), "55 records, 0 of them wrong");
}
