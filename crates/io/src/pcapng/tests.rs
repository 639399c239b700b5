//! A capture is read back block by block, and both streams come out of its packets.

use super::packet::checksum;
use super::*;
use std::{vec, vec::Vec};

fn word(bytes: &[u8], at: usize) -> u32 {
    u32::from_le_bytes(bytes[at..at + 4].try_into().unwrap())
}

fn network(bytes: &[u8], at: usize) -> u32 {
    u32::from_be_bytes(bytes[at..at + 4].try_into().unwrap())
}

/// Type and body of every block.
fn blocks(mut file: &[u8]) -> Vec<(u32, &[u8])> {
    let mut blocks = Vec::new();
    while !file.is_empty() {
        let len = word(file, 4) as usize;
        assert_eq!(len % 4, 0);
        let (block, rest) = file.split_at(len);
        assert_eq!(word(block, len - 4) as usize, len);
        blocks.push((word(block, 0), &block[8..len - 4]));
        file = rest;
    }
    blocks
}

/// What a packet is: whether the client sent it, its flags, its payload. Sums, lengths and numbers are checked.
fn packet<'a>(body: &'a [u8], next: &mut [u32; 2]) -> (bool, u8, &'a [u8]) {
    let len = word(body, 12) as usize;
    assert_eq!(word(body, 16) as usize, len);
    assert_eq!(body.len(), (20 + len).next_multiple_of(4));
    let ip = &body[20..20 + len];
    assert_eq!((ip[0], ip[9]), (0x45, 6));
    assert_eq!(usize::from(u16::from_be_bytes([ip[2], ip[3]])), len);
    assert_eq!(checksum(&[&ip[..20]]), 0, "the sum of a header with its checksum");
    let tcp = &ip[20..];
    let tcp_len = u16::try_from(tcp.len()).unwrap().to_be_bytes();
    assert_eq!(checksum(&[&ip[12..20], &[0, 6], &tcp_len, tcp]), 0);
    let from_client = u16::from_be_bytes([tcp[2], tcp[3]]) == 443;
    let (own, other) = if from_client { (0, 1) } else { (1, 0) };
    assert_eq!(network(tcp, 4), next[own], "sequence number");
    if tcp[13] & ACK != 0 {
        assert_eq!(network(tcp, 8), next[other], "acknowledged");
    }
    let payload = &tcp[20..];
    next[own] += u32::try_from(payload.len()).unwrap() + u32::from(tcp[13] & (SYN | FIN) != 0);
    (from_client, tcp[13], payload)
}

#[test]
fn both_streams_and_the_secrets_come_back() {
    let question: Vec<u8> = (0..5001_u32).map(|n| n.to_le_bytes()[0]).collect();
    let answer = vec![7; 100_000];
    for server in [false, true] {
        let begin = if server { Pcapng::server } else { Pcapng::client };
        let mut capture = begin(Vec::new()).unwrap();
        capture.sent(&question).unwrap();
        capture.received(&answer).unwrap();
        capture.received(b"last").unwrap();
        capture.secret(&[0xAB; 32], &[0xCD; 48]).unwrap();
        let file = capture.finish().unwrap();

        let blocks = blocks(&file);
        assert_eq!(blocks[0].0, SECTION_HEADER);
        assert_eq!(word(blocks[0].1, 0), BYTE_ORDER);
        assert_eq!((blocks[1].0, word(blocks[1].1, 0)), (INTERFACE_DESCRIPTION, LINKTYPE_IPV4));
        let secrets = blocks.iter().position(|(block_type, _)| *block_type == DECRYPTION_SECRETS).unwrap();
        let (_, body) = blocks[secrets];
        assert_eq!((word(body, 0), word(body, 4)), (TLS_KEY_LOG, 176));
        assert_eq!(body[8..], key_log_file::line(&[0xAB; 32], &[0xCD; 48]));

        let mut next = [0, 0];
        let mut streams = [Vec::new(), Vec::new()];
        let mut flags = Vec::new();
        for (index, (block_type, body)) in blocks.iter().enumerate().skip(2) {
            if *block_type == ENHANCED_PACKET {
                let (from_client, flag, payload) = packet(body, &mut next);
                assert!(payload.len() <= MAX_SEGMENT);
                streams[usize::from(from_client == server)].extend_from_slice(payload);
                assert_eq!(payload == b"last", index == secrets + 1, "held until its secret came");
                flags.push((from_client, flag));
            }
        }
        assert_eq!(streams[0], question);
        assert_eq!(streams[1], [answer.as_slice(), b"last"].concat());
        assert_eq!(flags[..3], [(true, SYN), (false, SYN | ACK), (true, ACK)]);
        assert_eq!(flags[flags.len() - 3..], [(!server, FIN | ACK), (server, FIN | ACK), (!server, ACK)]);
    }
}

#[test]
fn the_checksum_is_that_of_the_rfc() {
    // RFC 1071 section 3: these add up to ddf2.
    assert_eq!(checksum(&[&[0x00, 0x01, 0xF2, 0x03, 0xF4, 0xF5, 0xF6, 0xF7]]), !0xDDF2);
}

#[test]
fn an_error_of_the_file_is_told() {
    let mut small = [0_u8; 200];
    let mut capture = Pcapng::client(&mut small[..]);
    assert_eq!(capture.as_mut().err().map(|error| error.kind()), Some(io::ErrorKind::WriteZero));
}
