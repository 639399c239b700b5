//! Fragments of handshake messages, put into order (RFC 6347 sections 4.2.2 and 4.2.3). What comes in order is never
//! copied; what comes early is kept, once, within a limit.

use super::limits;
use codec::HandshakeType;
use memory::Bytes;

/// A fragment's header (RFC 6347 section 4.2.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Fragment {
    pub(crate) message_type: HandshakeType,
    pub(crate) total: u32,
    pub(crate) message_seq: u16,
    pub(crate) offset: u32,
}

/// Bytes of a fragment's header.
pub(super) const HEADER_BYTES: usize = 12;

impl Fragment {
    /// Splits the first fragment off a record's plaintext; None when it is none.
    pub(crate) fn split(plaintext: &[u8]) -> Option<(Self, &[u8], &[u8])> {
        let (header, rest) = plaintext.split_first_chunk::<HEADER_BYTES>()?;
        let [message_type, t0, t1, t2, s0, s1, o0, o1, o2, l0, l1, l2] = *header;
        let fragment = Self {
            message_type: HandshakeType(message_type),
            total: u32::from_be_bytes([0, t0, t1, t2]),
            message_seq: u16::from_be_bytes([s0, s1]),
            offset: u32::from_be_bytes([0, o0, o1, o2]),
        };
        let len = u32::from_be_bytes([0, l0, l1, l2]);
        let (bytes, rest) = rest.split_at_checked(usize::try_from(len).ok()?)?;
        // An empty piece of a message that is not empty says nothing.
        let fits = fragment.offset.checked_add(len)? <= fragment.total && (len > 0 || fragment.total == 0);
        fits.then_some((fragment, bytes, rest))
    }

    /// As it is sent, with `len` bytes of the body.
    pub(crate) const fn write(&self, len: u32) -> [u8; HEADER_BYTES] {
        let [_, t0, t1, t2] = self.total.to_be_bytes();
        let [s0, s1] = self.message_seq.to_be_bytes();
        let [_, o0, o1, o2] = self.offset.to_be_bytes();
        let [_, l0, l1, l2] = len.to_be_bytes();
        [self.message_type.0, t0, t1, t2, s0, s1, o0, o1, o2, l0, l1, l2]
    }
}

/// Where a fragment stands.
pub(super) enum Place {
    /// Of a message that is done with.
    Old,
    /// The next bytes of the message under way: those after so many of the fragment's.
    Next(usize),
    /// Of later.
    Early,
    /// Nothing new, or not to be believed.
    Useless,
}

/// The message under way, and what came early.
pub(super) struct Reassembly {
    next_seq: u16,
    delivered: u32,
    /// Type and length of the message under way, from its first fragment that was delivered.
    current: Option<(HandshakeType, u32)>,
    /// Fragments in the form of the wire, one after the other.
    held: Bytes,
}

impl Reassembly {
    pub(super) const fn new() -> Self {
        Self { next_seq: 0, delivered: 0, current: None, held: Bytes::with_cap(limits::MAX_HELD_BYTES) }
    }

    /// The number of the message that is awaited.
    pub(super) const fn next_seq(&self) -> u16 {
        self.next_seq
    }

    /// Messages before this one were answered without state.
    pub(super) const fn start_at(&mut self, message_seq: u16) {
        self.next_seq = message_seq;
    }

    /// Whether anything has come.
    pub(super) fn has_begun(&self) -> bool {
        self.next_seq != 0 || self.delivered != 0 || !self.held.is_empty()
    }

    pub(super) const fn delivered(&self) -> u32 {
        self.delivered
    }

    pub(super) fn place(&self, fragment: &Fragment, len: usize) -> Place {
        if fragment.total > limits::MAX_MESSAGE_BYTES {
            return Place::Useless;
        }
        let ahead = fragment.message_seq.wrapping_sub(self.next_seq);
        match ahead {
            0 => {}
            1..limits::MAX_MESSAGES_AHEAD => return Place::Early,
            0x8000.. => return Place::Old,
            _ => return Place::Useless,
        }
        if self.current.is_some_and(|current| current != (fragment.message_type, fragment.total)) {
            return Place::Useless;
        }
        let Some(known) = self.delivered.checked_sub(fragment.offset) else { return Place::Early };
        match usize::try_from(known) {
            Ok(known) if known < len || fragment.total == 0 => Place::Next(known),
            Ok(_) | Err(_) => Place::Useless,
        }
    }

    /// So many more bytes of the message under way have been handed on; whether it is complete.
    pub(super) fn advance(&mut self, fragment: &Fragment, len: u32) -> bool {
        self.current = Some((fragment.message_type, fragment.total));
        self.delivered += len;
        let complete = self.delivered == fragment.total;
        if complete {
            self.next_seq = self.next_seq.wrapping_add(1);
            self.delivered = 0;
            self.current = None;
        }
        complete
    }

    /// Keeps a fragment for later; when there is no room the peer will send it again.
    pub(super) fn hold(&mut self, fragment: &Fragment, bytes: &[u8]) {
        let Ok(len) = u32::try_from(bytes.len()) else { return };
        let is_held = self.fragments().any(|(held, held_bytes)| {
            held.message_seq == fragment.message_seq
                && held.offset <= fragment.offset
                && u32::try_from(held_bytes.len())
                    .is_ok_and(|held_len| held.offset + held_len >= fragment.offset + len)
        });
        let room = self.held.cap() - self.held.len();
        if !is_held && HEADER_BYTES + bytes.len() <= room {
            let before = self.held.len();
            let added = self.held.extend(&fragment.write(len)).and_then(|()| self.held.extend(bytes));
            if added.is_err() {
                self.held.truncate(before);
            }
        }
    }

    /// The fragment that continues the message under way, once; what is of no use any more is dropped.
    pub(super) fn take_next(&mut self) -> Option<(Fragment, Bytes)> {
        if self.held.is_empty() {
            return None;
        }
        let held = self.held.take();
        let (mut found, mut rest) = (None, &*held);
        while let Some((fragment, bytes, after)) = Fragment::split(rest) {
            rest = after;
            match self.place(&fragment, bytes.len()) {
                Place::Next(_) if found.is_none() => {
                    found = Bytes::copy_of(bytes).ok().map(|bytes| (fragment, bytes));
                }
                Place::Next(_) | Place::Early => self.hold(&fragment, bytes),
                Place::Old | Place::Useless => {}
            }
        }
        found
    }

    /// Forgets everything that is held.
    pub(super) fn clear(&mut self) {
        self.held.clear();
    }

    fn fragments(&self) -> impl Iterator<Item = (Fragment, &[u8])> {
        let mut rest = &*self.held;
        core::iter::from_fn(move || {
            let (fragment, bytes, after) = Fragment::split(rest)?;
            rest = after;
            Some((fragment, bytes))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::{vec, vec::Vec};

    /// Takes pieces of messages as they come; what was put together, in order.
    fn joined(pieces: &[(Fragment, Vec<u8>)]) -> Vec<Vec<u8>> {
        let mut reassembly = Reassembly::new();
        let mut messages = vec![vec![]];
        for (fragment, bytes) in pieces {
            let mut next = Some((*fragment, Bytes::copy_of(bytes).unwrap()));
            while let Some((fragment, bytes)) = next.take() {
                match reassembly.place(&fragment, bytes.len()) {
                    Place::Next(known) => {
                        let new = &bytes[known..];
                        messages.last_mut().unwrap().extend_from_slice(new);
                        if reassembly.advance(&fragment, u32::try_from(new.len()).unwrap()) {
                            messages.push(vec![]);
                        }
                    }
                    Place::Early => reassembly.hold(&fragment, &bytes),
                    Place::Old | Place::Useless => {}
                }
                next = reassembly.take_next();
            }
        }
        messages
    }

    fn piece(message_seq: u16, message: &[u8], from: usize, to: usize) -> (Fragment, Vec<u8>) {
        let fragment = Fragment {
            message_type: HandshakeType(11),
            total: u32::try_from(message.len()).unwrap(),
            message_seq,
            offset: u32::try_from(from).unwrap(),
        };
        (fragment, message[from..to].to_vec())
    }

    #[test]
    fn any_order_overlap_and_repetition_gives_the_same_messages() {
        let first: Vec<u8> = (0..100).collect();
        let second: Vec<u8> = (100..150).collect();
        let pieces = [
            piece(0, &first, 0, 40),
            piece(0, &first, 30, 70),
            piece(0, &first, 60, 100),
            piece(1, &second, 0, 25),
            piece(1, &second, 25, 50),
            piece(2, &[], 0, 0),
        ];
        let expected = vec![first, second, vec![], vec![]];
        let mut order: Vec<usize> = (0..pieces.len()).collect();
        // Heap's algorithm: all 720 orders.
        let mut counters = vec![0; order.len()];
        let mut at = 0;
        while at < order.len() {
            let sequence: Vec<_> = order.iter().chain(&order).map(|n| pieces[*n].clone()).collect();
            assert_eq!(joined(&sequence), expected, "{order:?}");
            if counters[at] < at {
                order.swap(if at % 2 == 0 { 0 } else { counters[at] }, at);
                counters[at] += 1;
                at = 0;
            } else {
                counters[at] = 0;
                at += 1;
            }
        }
    }

    #[test]
    fn what_cannot_belong_together_is_dropped() {
        let message = [1; 20];
        let (good, bytes) = piece(0, &message, 0, 10);
        let mut reassembly = Reassembly::new();
        assert!(!reassembly.advance(&good, 10));
        let len = bytes.len();
        let other = |change: fn(&mut Fragment)| {
            let mut fragment = Fragment { offset: 10, ..good };
            change(&mut fragment);
            fragment
        };
        assert!(matches!(reassembly.place(&other(|_| {}), len), Place::Next(0)));
        assert!(matches!(reassembly.place(&good, len), Place::Useless));
        assert!(matches!(reassembly.place(&other(|f| f.total = 21), len), Place::Useless));
        assert!(matches!(
            reassembly.place(&other(|f| f.message_type = HandshakeType(1)), len),
            Place::Useless
        ));
        assert!(matches!(reassembly.place(&other(|f| f.message_seq = 500), len), Place::Useless));
        assert!(matches!(reassembly.place(&other(|f| f.message_seq = 0xFFFF), len), Place::Old));
        assert!(matches!(reassembly.place(&other(|f| f.total = 1 << 20), len), Place::Useless));
        let mut wire = good.write(10).to_vec();
        wire.extend([7; 9]);
        assert_eq!(Fragment::split(&wire), None, "shorter than it says");
        assert_eq!(Fragment::split(&Fragment { offset: 15, ..good }.write(0)), None);
    }

    #[test]
    fn what_is_held_has_a_limit() {
        let mut reassembly = Reassembly::new();
        let message = vec![3; 30_000];
        for seq in 1..6 {
            for from in (0..message.len()).step_by(1000) {
                let (fragment, bytes) = piece(seq, &message, from, from + 1000);
                reassembly.hold(&fragment, &bytes);
            }
        }
        assert!(reassembly.held.len() <= limits::MAX_HELD_BYTES);
    }
}
