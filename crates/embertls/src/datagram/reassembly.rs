//! Fragments of handshake messages, put into order (RFC 6347 sections 4.2.2 and 4.2.3). A message that comes whole and in
//! order is never copied. Parts are kept, joined as they come, within a limit, and nothing of a message is handed on before
//! all of it has come: who forges a part with another length or type of the message spoils nothing that the peer sends.

use super::limits;
use codec::HandshakeType;
use core::ops::Range;
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
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// Of a message that is done with.
    Old,
    /// All of the message that is awaited.
    Whole,
    /// A part of it, or of a later one.
    Part,
    /// Nothing new, or not to be believed.
    Useless,
}

/// A message that is being handed on.
#[derive(Clone, Copy)]
struct UnderWay {
    message_type: HandshakeType,
    total: u32,
    delivered: u32,
}

impl UnderWay {
    fn fits(self, fragment: &Fragment) -> bool {
        (self.message_type, self.total) == (fragment.message_type, fragment.total)
    }
}

/// A fragment among those that are held.
#[derive(Clone, Copy)]
struct Held {
    fragment: Fragment,
    /// Where its header begins.
    at: usize,
    /// Bytes of the message in it.
    len: usize,
}

impl Held {
    /// Of the wire.
    const fn size(&self) -> usize {
        HEADER_BYTES + self.len
    }

    fn end(&self) -> u32 {
        self.fragment.offset.saturating_add(u32::try_from(self.len).unwrap_or(u32::MAX))
    }

    /// Whether both are of one message, and nothing is missing between them.
    fn touches(&self, other: &Self) -> bool {
        let [of, other_of] = [self, other].map(|held| Fragment { offset: 0, ..held.fragment });
        of == other_of && self.fragment.offset <= other.end() && other.fragment.offset <= self.end()
    }

    fn covers(&self, other: &Self) -> bool {
        self.fragment.offset <= other.fragment.offset && other.end() <= self.end()
    }
}

/// The message that is awaited, and what has come of it and of those behind it.
pub(super) struct Reassembly {
    next_seq: u16,
    begun: bool,
    under_way: Option<UnderWay>,
    /// Fragments in the form of the wire, one after the other, those that grew last at the end. No two of one message
    /// touch, but where they disagree on its type or its length.
    held: Bytes,
}

impl Reassembly {
    pub(super) const fn new() -> Self {
        let held = Bytes::with_cap(limits::MAX_HELD_BYTES);
        Self { next_seq: 0, begun: false, under_way: None, held }
    }

    /// The number of the message that is awaited.
    pub(super) const fn next_seq(&self) -> u16 {
        self.next_seq
    }

    /// Messages before this one were answered without state.
    pub(super) const fn start_at(&mut self, message_seq: u16) {
        self.next_seq = message_seq;
    }

    /// Whether anything was handed on.
    pub(super) const fn has_begun(&self) -> bool {
        self.begun
    }

    pub(super) fn place(&self, fragment: &Fragment, len: usize) -> Place {
        if fragment.total > limits::MAX_MESSAGE_BYTES {
            return Place::Useless;
        }
        match fragment.message_seq.wrapping_sub(self.next_seq) {
            0 => {}
            1..limits::MAX_MESSAGES_AHEAD => return Place::Part,
            0x8000.. => return Place::Old,
            _ => return Place::Useless,
        }
        match self.under_way {
            Some(message) if message.fits(fragment) => Place::Part,
            Some(_) => Place::Useless,
            None if usize::try_from(fragment.total) == Ok(len) => Place::Whole,
            None => Place::Part,
        }
    }

    /// So many more bytes of the message that is awaited have been handed on.
    pub(super) fn advance(&mut self, fragment: &Fragment, len: u32) {
        let Fragment { message_type, total, .. } = *fragment;
        let delivered = self.delivered() + len;
        self.begun = true;
        if delivered == total {
            self.next_seq = self.next_seq.wrapping_add(1);
            self.under_way = None;
        } else {
            self.under_way = Some(UnderWay { message_type, total, delivered });
        }
    }

    /// Bytes of the awaited message that were handed on.
    pub(super) fn delivered(&self) -> u32 {
        self.under_way.map_or(0, |message| message.delivered)
    }

    /// Keeps a fragment until its message is complete. Where there is no room, those that have not grown for the longest
    /// time make it: their sender repeats them.
    pub(super) fn hold(&mut self, fragment: &Fragment, bytes: &[u8]) {
        let new = Held { fragment: *fragment, at: self.held.len(), len: bytes.len() };
        match self.find(|held| held.touches(&new)) {
            Some(held) if held.covers(&new) => {}
            Some(held) => {
                if self.grow(held, &new, bytes).is_some() {
                    while self.join_last().is_some() {}
                }
            }
            None => {
                self.append(fragment, bytes);
            }
        }
    }

    fn append(&mut self, fragment: &Fragment, bytes: &[u8]) -> Option<()> {
        let header = fragment.write(u32::try_from(bytes.len()).ok()?);
        self.make_room(0, HEADER_BYTES + bytes.len())?;
        self.held.extend(&header).ok()?;
        self.held.extend(bytes).ok()
    }

    /// Adds what `new` has and `held` has not to both of its sides, and moves it to the end.
    fn grow(&mut self, held: Held, new: &Held, bytes: &[u8]) -> Option<()> {
        self.held.get_mut(held.at..)?.rotate_left(held.size());
        let before = usize::try_from(held.fragment.offset.saturating_sub(new.fragment.offset)).ok()?;
        let after = usize::try_from(new.end().saturating_sub(held.end())).ok()?;
        self.make_room(held.size(), before + after)?;
        let at = self.held.len() - held.size();
        self.held.extend(bytes.get(bytes.len() - after..)?).ok()?;
        self.held.extend(bytes.get(..before)?).ok()?;
        self.held.get_mut(at + HEADER_BYTES..)?.rotate_right(before);
        let offset = held.fragment.offset.min(new.fragment.offset);
        self.write_header(at, Fragment { offset, ..held.fragment }, held.len + before + after)
    }

    /// Joins the last fragment with another that it touches; None when there is none.
    fn join_last(&mut self) -> Option<()> {
        let last = self.last()?;
        let other = self.find(|held| held.at != last.at && held.touches(&last))?;
        self.held.get_mut(other.at..)?.rotate_left(other.size());
        let at = self.held.len() - last.size() - other.size();
        let (mut first, mut second) = (last, other);
        if other.fragment.offset < last.fragment.offset {
            self.held.get_mut(at..)?.rotate_left(last.size());
            (first, second) = (other, last);
        }
        let (here, next) = (first.end(), second.end());
        let known = usize::try_from(here - second.fragment.offset).ok()?.min(second.len);
        let cut = at + first.size()..at + first.size() + HEADER_BYTES + known;
        let end = self.held.len() - cut.len();
        self.held.copy_within(cut.end.., cut.start);
        self.held.truncate(end);
        let len = usize::try_from(here.max(next) - first.fragment.offset).ok()?;
        self.write_header(at, first.fragment, len)
    }

    fn write_header(&mut self, at: usize, fragment: Fragment, len: usize) -> Option<()> {
        let header = fragment.write(u32::try_from(len).ok()?);
        self.held.get_mut(at..at + HEADER_BYTES)?.copy_from_slice(&header);
        Some(())
    }

    /// Room for so many bytes, without the last `kept` ones; nothing goes while a message is being handed on.
    fn make_room(&mut self, kept: usize, bytes: usize) -> Option<()> {
        while self.held.len() + bytes > self.held.cap() {
            let first = self.find(|first| first.size() + kept <= self.held.len())?;
            if self.under_way.is_some() {
                return None;
            }
            self.remove(first);
        }
        let needed = (self.held.len() + bytes).next_multiple_of(limits::HELD_STEP_BYTES);
        let additional = needed.min(self.held.cap()) - self.held.len();
        self.held.reserve(additional).ok()
    }

    fn remove(&mut self, held: Held) {
        self.held.copy_within(held.at + held.size().., held.at);
        self.held.truncate(self.held.len() - held.size());
    }

    /// The awaited message, when all of it that was not handed on is held: where that is, until
    /// [`Reassembly::give_back`].
    pub(super) fn lend(&mut self) -> Option<(Fragment, Bytes, Range<usize>)> {
        let complete = self.find(|held| self.completes(held))?;
        let known = usize::try_from(self.delivered() - complete.fragment.offset).ok()?;
        let range = complete.at + HEADER_BYTES + known..complete.at + complete.size();
        Some((complete.fragment, self.held.take(), range))
    }

    fn completes(&self, held: &Held) -> bool {
        held.fragment.message_seq == self.next_seq
            && held.fragment.offset <= self.delivered()
            && held.end() == held.fragment.total
            && self.under_way.is_none_or(|message| message.fits(&held.fragment))
    }

    /// What was lent, but for the message if it was refused.
    pub(super) fn give_back(&mut self, held: Bytes, refused: bool) {
        self.held = held;
        let refused = if refused { self.find(|held| self.completes(held)) } else { None };
        if let Some(refused) = refused {
            self.remove(refused);
        }
        while let Some(old) = self.find(|held| self.is_old(held)) {
            self.remove(old);
        }
        if self.held.is_empty() {
            self.held.clear();
        }
    }

    fn is_old(&self, held: &Held) -> bool {
        self.place(&held.fragment, held.len) == Place::Old
    }

    /// Forgets everything that is held.
    pub(super) fn clear(&mut self) {
        self.held.clear();
    }

    /// The first that is such.
    fn find(&self, is_such: impl FnMut(&Held) -> bool) -> Option<Held> {
        self.fragments().find(is_such)
    }

    fn last(&self) -> Option<Held> {
        self.fragments().last()
    }

    fn fragments(&self) -> impl Iterator<Item = Held> {
        let (mut rest, all) = (&*self.held, self.held.len());
        core::iter::from_fn(move || {
            let at = all - rest.len();
            let (fragment, bytes, after) = Fragment::split(rest)?;
            rest = after;
            Some(Held { fragment, at, len: bytes.len() })
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
        pieces.iter().flat_map(|(fragment, bytes)| taken(&mut reassembly, fragment, bytes)).collect()
    }

    /// What a piece completes.
    fn taken(reassembly: &mut Reassembly, fragment: &Fragment, bytes: &[u8]) -> Vec<Vec<u8>> {
        let mut messages = vec![];
        match reassembly.place(fragment, bytes.len()) {
            Place::Whole => {
                reassembly.advance(fragment, fragment.total);
                messages.push(bytes.to_vec());
            }
            Place::Part => reassembly.hold(fragment, bytes),
            Place::Old | Place::Useless => {}
        }
        while let Some((fragment, held, range)) = reassembly.lend() {
            messages.push(held[range].to_vec());
            reassembly.advance(&fragment, fragment.total);
            reassembly.give_back(held, false);
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
        let expected = vec![first, second, vec![]];
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
    fn pieces_of_one_byte_in_any_order_take_the_room_of_a_message() {
        let message: Vec<u8> = (0..=255).cycle().take(1000).collect();
        let orders: [fn(usize) -> usize; 4] = [|n| n, |n| 999 - n, |n| n * 7 % 1000, |n| n / 2 + n % 2 * 500];
        for order in orders {
            let mut reassembly = Reassembly::new();
            for n in 0..1000 {
                let (fragment, bytes) = piece(0, &message, order(n), order(n) + 1);
                let complete = taken(&mut reassembly, &fragment, &bytes);
                let islands = reassembly.fragments().count();
                assert_eq!(reassembly.held.len(), if n < 999 { n + 1 + 12 * islands } else { 0 });
                assert_eq!(complete, if n < 999 { vec![] } else { vec![message.clone()] });
            }
        }
    }

    #[test]
    fn overlaps_of_every_kind_are_joined_once() {
        let message: Vec<u8> = (0..12).collect();
        for a in 0..12 {
            for b in a + 1..=12 {
                for c in 0..12 {
                    for d in c + 1..=12 {
                        let pieces = [(6, 8), (2, 4), (a, b), (c, d), (0, 3), (3, 12)];
                        let pieces = pieces.map(|(from, to)| piece(0, &message, from, to));
                        assert_eq!(joined(&pieces), vec![message.clone()], "{a} {b} {c} {d}");
                    }
                }
            }
        }
    }

    #[test]
    fn parts_that_disagree_on_type_or_length_spoil_nothing() {
        let (message, forged) = ((0..40).collect::<Vec<u8>>(), vec![0xFF; 41]);
        let halves = [piece(0, &message, 0, 20), piece(0, &message, 20, 40)];
        let mut other_type = piece(0, &message, 0, 30);
        other_type.0.message_type = HandshakeType(12);
        for bad in [piece(0, &forged, 0, 30), piece(0, &forged, 10, 41), other_type] {
            for at in 0..2 {
                let mut pieces = halves.to_vec();
                pieces.insert(at, bad.clone());
                let mut reassembly = Reassembly::new();
                for (fragment, bytes) in &pieces[..2] {
                    assert_eq!(taken(&mut reassembly, fragment, bytes), Vec::<Vec<u8>>::new());
                }
                let (fragment, bytes) = &pieces[2];
                assert_eq!(taken(&mut reassembly, fragment, bytes), vec![message.clone()]);
                assert_eq!(reassembly.held.len(), 0, "what disagrees goes with the message");
            }
        }
    }

    #[test]
    fn the_rest_of_a_message_under_way_is_held_whatever_else_comes() {
        let message: Vec<u8> = (0..100).collect();
        let (whole, bytes) = piece(0, &message, 0, 100);
        let mut reassembly = Reassembly::new();
        reassembly.advance(&whole, 30);
        reassembly.hold(&Fragment { offset: 30, ..whole }, &bytes[30..]);
        for seq in 1..8 {
            for from in (0..30_000).step_by(1000) {
                let (fragment, bytes) = piece(seq, &vec![3; 30_000], from, from + 900);
                reassembly.hold(&fragment, &bytes);
            }
        }
        assert_eq!(reassembly.place(&Fragment { total: 99, ..whole }, 99), Place::Useless);
        assert_eq!(reassembly.place(&whole, 100), Place::Part);
        let (fragment, held, range) = reassembly.lend().unwrap();
        assert_eq!(held[range], message[30..]);
        reassembly.advance(&fragment, 70);
        reassembly.give_back(held, false);
        assert_eq!((reassembly.next_seq(), reassembly.delivered()), (1, 0));
    }

    #[test]
    fn a_message_that_is_refused_makes_room_for_another_under_its_number() {
        let (message, other) = (vec![1; 20], vec![2; 30]);
        let mut reassembly = Reassembly::new();
        for (fragment, bytes) in
            [piece(0, &message, 0, 10), piece(0, &other, 0, 20), piece(0, &message, 10, 20)]
        {
            reassembly.hold(&fragment, &bytes);
        }
        let (_, held, range) = reassembly.lend().unwrap();
        assert_eq!(held[range], message);
        reassembly.give_back(held, true);
        let (fragment, bytes) = piece(0, &other, 20, 30);
        assert_eq!(taken(&mut reassembly, &fragment, &bytes), vec![other]);
    }

    #[test]
    fn what_makes_no_sense_is_dropped() {
        let message = [1; 20];
        let (good, bytes) = piece(0, &message, 0, 10);
        let reassembly = Reassembly::new();
        let len = bytes.len();
        let place = |change: fn(&mut Fragment)| {
            let mut fragment = Fragment { offset: 10, ..good };
            change(&mut fragment);
            reassembly.place(&fragment, len)
        };
        assert_eq!(place(|_| {}), Place::Part);
        assert_eq!(place(|f| f.message_seq = 7), Place::Part);
        assert_eq!(place(|f| f.message_seq = 8), Place::Useless);
        assert_eq!(place(|f| f.message_seq = 500), Place::Useless);
        assert_eq!(place(|f| f.message_seq = 0xFFFF), Place::Old);
        assert_eq!(place(|f| f.total = limits::MAX_MESSAGE_BYTES), Place::Part);
        assert_eq!(place(|f| f.total = limits::MAX_MESSAGE_BYTES + 1), Place::Useless);
        let mut wire = good.write(10).to_vec();
        wire.extend([7; 9]);
        assert_eq!(Fragment::split(&wire), None, "shorter than it says");
        assert_eq!(Fragment::split(&Fragment { offset: 15, ..good }.write(0)), None);
    }

    #[test]
    fn what_is_held_has_a_limit_and_what_has_not_grown_for_the_longest_time_goes() {
        let mut reassembly = Reassembly::new();
        let message = vec![3; 30_000];
        for seq in 1..6 {
            for from in (0..message.len()).step_by(1000) {
                // Gaps between them, so that nothing is joined.
                let (fragment, bytes) = piece(seq, &message, from, from + 990);
                reassembly.hold(&fragment, &bytes);
                assert!(reassembly.held.len() <= limits::MAX_HELD_BYTES);
            }
        }
        assert!(reassembly.held.len() > limits::MAX_HELD_BYTES - 1002);
        // The longest message of all comes in spite of it.
        let longest: Vec<u8> = (0..=255).cycle().take(limits::MAX_MESSAGE_BYTES as usize).collect();
        let mut complete = vec![];
        for from in (0..longest.len()).step_by(1000) {
            let (fragment, bytes) = piece(0, &longest, from, longest.len().min(from + 1000));
            complete.extend(taken(&mut reassembly, &fragment, &bytes));
        }
        assert_eq!(complete, [longest]);
    }
}
