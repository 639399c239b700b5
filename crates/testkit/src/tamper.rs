//! Wires that change what passes: for mutated transcripts.

use crate::rng::Seeded;

/// Bytes of a record's header.
pub const RECORD_HEADER_BYTES: usize = 5;

/// Splits bytes into records by their length fields; what does not make a whole record is the last piece.
#[must_use]
pub fn records(mut bytes: &[u8]) -> Vec<Vec<u8>> {
    let mut records = Vec::new();
    while !bytes.is_empty() {
        let len = match bytes {
            [_, _, _, high, low, ..] => RECORD_HEADER_BYTES + usize::from(u16::from_be_bytes([*high, *low])),
            _ => bytes.len(),
        };
        let (record, rest) = bytes.split_at(len.min(bytes.len()));
        records.push(record.to_vec());
        bytes = rest;
    }
    records
}

/// A record of this content type in TLS 1.2.
#[must_use]
pub fn record(content_type: u8, fragment: &[u8]) -> Vec<u8> {
    let [high, low] = u16::try_from(fragment.len()).unwrap_or(u16::MAX).to_be_bytes();
    [&[content_type, 3, 3, high, low], fragment].concat()
}

/// A handshake message: type, length, body.
#[must_use]
pub fn message(message_type: u8, body: &[u8]) -> Vec<u8> {
    let [_, high, middle, low] = u32::try_from(body.len()).unwrap_or(u32::MAX).to_be_bytes();
    [&[message_type, high, middle, low], body].concat()
}

/// Splits a run of handshake messages.
#[must_use]
pub fn messages(mut bytes: &[u8]) -> Vec<Vec<u8>> {
    let mut messages = Vec::new();
    while let [_, high, middle, low, ..] = bytes {
        let len = 4 + usize::try_from(u32::from_be_bytes([0, *high, *middle, *low])).unwrap_or(0);
        let (message, rest) = bytes.split_at(len.min(bytes.len()));
        messages.push(message.to_vec());
        bytes = rest;
    }
    messages
}

/// Changes the handshake messages among these records: each then begins a record of its own, behind the records of
/// other types.
pub fn edit_messages(bytes: &mut Vec<u8>, change: impl FnOnce(&mut Vec<Vec<u8>>)) {
    let (handshake, others): (Vec<_>, Vec<_>) =
        records(bytes).into_iter().partition(|record| record.first() == Some(&22));
    let fragments: Vec<&[u8]> =
        handshake.iter().filter_map(|record| record.get(RECORD_HEADER_BYTES..)).collect();
    let mut messages = messages(&fragments.concat());
    change(&mut messages);
    *bytes = others.concat();
    let parts = messages.iter().flat_map(|message| message.chunks(1 << 14));
    bytes.extend(parts.flat_map(|part| record(22, part)));
}

/// A ClientHello whose body is made `len` bytes long by an extension that nobody knows.
#[must_use]
pub fn padded_hello(hello: &[u8], len: usize) -> Vec<u8> {
    const UNKNOWN: [u8; 2] = [0xFE, 0xED];
    let body = hello.get(4..).unwrap_or_default();
    let at = |index: usize| body.get(index).copied().map_or(0, usize::from);
    // version and random, session_id, cipher_suites, compression_methods
    let suites = 34 + 1 + at(34);
    let methods = suites + 2 + (at(suites) << 8 | at(suites + 1));
    let extensions = methods + 1 + at(methods);
    let padding = len.saturating_sub(body.len() + 4);
    let uint16 = |value: usize| u16::try_from(value).unwrap_or(u16::MAX).to_be_bytes();
    let all_extensions = body.len().saturating_sub(extensions + 2) + 4 + padding;
    let padded = [
        body.get(..extensions).unwrap_or_default(),
        &uint16(all_extensions),
        body.get(extensions + 2..).unwrap_or_default(),
        &UNKNOWN,
        &uint16(padding),
        &vec![0; padding],
    ];
    message(1, &padded.concat())
}

/// The ways in which a transcript is changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Mutation {
    /// One bit of the fragment is flipped.
    FlipBit,
    /// One byte of the fragment has another value, small or at the edges.
    SetByte,
    /// A length inside the fragment grows or shrinks by a few.
    NudgeByte,
    /// The fragment loses its end; the record's length says so.
    CutFragment,
    /// The fragment gets more bytes; the record's length says so.
    ExtendFragment,
    /// Bytes are removed from the middle of the fragment, and the handshake header is made to fit.
    RemoveFromMessage,
    /// Bytes are put into the middle of the fragment, and the handshake header is made to fit.
    InsertIntoMessage,
    /// The record comes twice.
    Duplicate,
    /// The record does not come.
    Drop,
    /// The record changes places with the one after it.
    Swap,
    /// The record's content type is another.
    ContentType,
    /// The record's version is another.
    Version,
    /// The record's length is another, its bytes stay.
    Length,
    /// A random record stands before it.
    Insert,
    /// A warning alert stands before it.
    Warning,
    /// A message of a random type stands before it.
    StrangeMessage,
    /// The bytes are random from here on.
    Garbage,
    /// Nothing comes from here on.
    Silence,
}

/// All of them.
pub const MUTATIONS: [Mutation; 18] = [
    Mutation::FlipBit,
    Mutation::SetByte,
    Mutation::NudgeByte,
    Mutation::CutFragment,
    Mutation::ExtendFragment,
    Mutation::RemoveFromMessage,
    Mutation::InsertIntoMessage,
    Mutation::Duplicate,
    Mutation::Drop,
    Mutation::Swap,
    Mutation::ContentType,
    Mutation::Version,
    Mutation::Length,
    Mutation::Insert,
    Mutation::Warning,
    Mutation::StrangeMessage,
    Mutation::Garbage,
    Mutation::Silence,
];

/// Changes the `at`-th of these records.
pub fn mutate(records: &mut Vec<Vec<u8>>, at: usize, mutation: Mutation, rng: &mut Seeded) {
    let strange = if mutation == Mutation::Insert {
        Some(record(20 + rng.byte() % 6, &bytes_up_to(rng, 40)))
    } else if mutation == Mutation::Warning {
        Some(record(21, &[1, rng.byte()]))
    } else if mutation == Mutation::StrangeMessage {
        Some(record(22, &message(rng.byte() % 26, &bytes_up_to(rng, 20))))
    } else {
        None
    };
    if let Some(strange) = strange {
        records.insert(at.min(records.len()), strange);
        return;
    }
    let is_last = at + 1 >= records.len();
    let Some(record) = records.get_mut(at) else { return };
    match mutation {
        Mutation::FlipBit => change(record, rng, |byte, rng| byte ^ (1 << (rng.byte() % 8))),
        Mutation::SetByte => change(record, rng, |_, rng| {
            let edges = [0, 1, 2, 0x7F, 0x80, 0xFE, 0xFF];
            edges.get(rng.below(edges.len() + 1)).copied().unwrap_or_else(|| rng.byte())
        }),
        Mutation::NudgeByte => {
            change(record, rng, |byte, rng| byte.wrapping_add(rng.byte() % 7).wrapping_sub(3))
        }
        Mutation::CutFragment => {
            let keep = rng.below(record.len().saturating_sub(RECORD_HEADER_BYTES));
            record.truncate(RECORD_HEADER_BYTES + keep);
            fit_record(record);
        }
        Mutation::ExtendFragment => {
            record.extend(bytes_up_to(rng, 30));
            fit_record(record);
        }
        Mutation::RemoveFromMessage => {
            let from =
                RECORD_HEADER_BYTES + 4 + rng.below(record.len().saturating_sub(RECORD_HEADER_BYTES + 4));
            let to = (from + 1 + rng.below(6)).min(record.len());
            if from < to {
                record.drain(from..to);
            }
            fit_message(record);
        }
        Mutation::InsertIntoMessage => {
            let at =
                RECORD_HEADER_BYTES + 4 + rng.below(record.len().saturating_sub(RECORD_HEADER_BYTES + 4));
            let inserted = bytes_up_to(rng, 6);
            if at <= record.len() {
                record.splice(at..at, inserted);
            }
            fit_message(record);
        }
        Mutation::Duplicate => {
            let copy = record.clone();
            records.insert(at, copy);
        }
        Mutation::Drop => drop(records.remove(at)),
        Mutation::Swap if !is_last => records.swap(at, at + 1),
        Mutation::ContentType => set(record, 0, 19 + rng.byte() % 7),
        Mutation::Version => set(record, 1 + rng.below(2), rng.byte() % 5),
        Mutation::Length => set(record, 3 + rng.below(2), rng.byte()),
        Mutation::Garbage => {
            records.truncate(at);
            records.push(rng.bytes(200));
        }
        Mutation::Silence => records.truncate(at),
        Mutation::Swap | Mutation::Insert | Mutation::Warning | Mutation::StrangeMessage => {}
    }
}

fn bytes_up_to(rng: &mut Seeded, most: usize) -> Vec<u8> {
    let len = rng.below(most + 1);
    rng.bytes(len)
}

fn set(record: &mut [u8], at: usize, value: u8) {
    if let Some(byte) = record.get_mut(at) {
        *byte = value;
    }
}

/// Changes a byte of the fragment, more often one near its start, where lengths and types are.
fn change(record: &mut [u8], rng: &mut Seeded, to: impl Fn(u8, &mut Seeded) -> u8) {
    let len = record.len().saturating_sub(RECORD_HEADER_BYTES);
    let within = if rng.byte() < 128 { len } else { len.min(60) };
    if let Some(byte) = record.get_mut(RECORD_HEADER_BYTES + rng.below(within)) {
        *byte = to(*byte, rng);
    }
}

/// Makes the record's length that of its fragment.
fn fit_record(record: &mut [u8]) {
    let len = record.len().saturating_sub(RECORD_HEADER_BYTES);
    let [high, low] = u16::try_from(len).unwrap_or(u16::MAX).to_be_bytes();
    set(record, 3, high);
    set(record, 4, low);
}

/// Makes the lengths of the record and of its one message those of what is there.
fn fit_message(record: &mut [u8]) {
    fit_record(record);
    let len = record.len().saturating_sub(RECORD_HEADER_BYTES + 4);
    let [_, high, middle, low] = u32::try_from(len).unwrap_or(0).to_be_bytes();
    for (at, byte) in [(6, high), (7, middle), (8, low)] {
        set(record, at, byte);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn records_and_messages_split_where_their_lengths_say() {
        let two = [record(22, &[1, 2]), record(23, &[])].concat();
        assert_eq!(records(&two), [vec![22, 3, 3, 0, 2, 1, 2], vec![23, 3, 3, 0, 0]]);
        let two = [message(1, &[7]), message(14, &[])].concat();
        assert_eq!(messages(&two), [vec![1, 0, 0, 1, 7], vec![14, 0, 0, 0]]);
    }

    #[test]
    fn every_mutation_changes_a_transcript() {
        let transcript: Vec<Vec<u8>> = (0..4).map(|n| record(22, &message(n, &[n; 30]))).collect();
        for mutation in MUTATIONS {
            let changed = (0..20).any(|seed| {
                let mut mutated = transcript.clone();
                mutate(&mut mutated, 1, mutation, &mut Seeded::new(seed));
                mutated != transcript
            });
            assert!(changed, "{mutation:?}");
        }
    }
}
