//! A stream of records taken apart: whatever the cuts between reads and the limit on chunks, the contents are the same.

use codec::{Alert, HandshakeType};
use record::{Error, Opened, Protected, Reader};
use suites::{Construction, Direction, TrafficKey};
use testkit::null;

/// Longest cut in bytes.
const MAX_CUT: usize = 64;

/// About the most pieces.
const MAX_PIECES: usize = 256;

/// What a stream held, without regard to how it came.
#[derive(Debug, PartialEq, Eq)]
enum Content {
    Handshake { message_type: HandshakeType, total: u32, body: Vec<u8> },
    ChangeCipherSpec,
    Alert(Alert),
    Data(Vec<u8>),
    Error(Error),
}

/// The first two bytes choose cuts and chunks, the rest is the stream.
///
/// # Panics
/// When the cuts change what is read.
pub fn run(input: &[u8]) {
    let [cut, chunk, stream @ ..] = input else { return };
    let whole = read(stream, stream.len().max(1), usize::MAX);
    // Long streams are not cut into more than a few hundred pieces, for speed.
    let least = stream.len() / MAX_PIECES;
    let cut = 1 + least + usize::from(*cut) % MAX_CUT;
    let chunk = 1 + least + usize::from(*chunk);
    assert_eq!(whole, read(stream, cut, usize::MAX));
    assert_eq!(whole, read(stream, stream.len().max(1), chunk));
    assert_eq!(whole, read(stream, cut, chunk));
}

/// Feeds `cut` bytes at a time and takes chunks of at most `chunk`.
fn read(stream: &[u8], cut: usize, chunk: usize) -> Vec<Content> {
    let mut reader = Reader::new();
    let mut contents = Vec::new();
    let mut buffer = Vec::new();
    let mut portions = stream.chunks(cut);
    loop {
        match reader.next(&mut buffer, chunk) {
            Err(error) => {
                contents.push(Content::Error(error));
                return contents;
            }
            Ok((used, Opened::NeedMore(needed))) => {
                assert!(needed > 0);
                buffer.drain(..used);
                if used == 0 || buffer.is_empty() {
                    assert!(needed > buffer.len(), "asked for {needed} bytes and has {}", buffer.len());
                    let Some(portion) = portions.next() else { return contents };
                    buffer.extend(portion);
                }
            }
            Ok((used, opened)) => {
                let changed = matches!(opened, Opened::ChangeCipherSpec);
                match opened {
                    Opened::Data(range) => contents.push(Content::Data(buffer[range].to_vec())),
                    other => note(other, &mut contents),
                }
                buffer.drain(..used);
                if changed {
                    reader.install(null_protection());
                }
            }
        }
    }
}

/// Adds to what was read; pieces of one message are joined.
fn note(opened: Opened<'_>, contents: &mut Vec<Content>) {
    contents.push(match opened {
        Opened::Handshake(chunk) if chunk.offset > 0 => {
            match contents.iter_mut().rev().find(|content| matches!(content, Content::Handshake { .. })) {
                Some(Content::Handshake { message_type, total, body }) => {
                    assert_eq!((*message_type, *total), (chunk.message_type, chunk.total));
                    assert_eq!(body.len(), chunk.offset as usize);
                    body.extend(chunk.bytes);
                    assert!(body.len() <= chunk.total as usize);
                }
                _ => panic!("a message that began in its middle"),
            }
            return;
        }
        Opened::Handshake(chunk) => Content::Handshake {
            message_type: chunk.message_type,
            total: chunk.total,
            body: chunk.bytes.to_vec(),
        },
        Opened::ChangeCipherSpec => Content::ChangeCipherSpec,
        Opened::Alert(alert) => Content::Alert(alert),
        Opened::Data(_) | Opened::NeedMore(_) => return,
    });
}

fn null_protection() -> Protected {
    let key =
        TrafficKey { mac_key: &[], key: &[], fixed_iv: &[], first_nonce: 0, direction: Direction::Open };
    Protected::new(&null::ECDHE, Construction::default(), &key).expect("there is memory")
}
