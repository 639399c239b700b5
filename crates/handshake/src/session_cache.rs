//! A server's sessions in memory (RFC 5246 section 7.4.1.2): as many as it has places, the oldest making room.

use crate::{SessionStore, limits};
use memory::Bytes;

struct Entry {
    key: Bytes,
    session: Bytes,
}

/// A [`SessionStore`] of `PLACES` sessions. It allocates what it keeps and nothing before; out of memory it forgets. How
/// long a session may be used is the server's configuration.
pub struct SessionCache<const PLACES: usize> {
    entries: [Option<Entry>; PLACES],
    /// The place that is filled next.
    next: usize,
}

impl<const PLACES: usize> Default for SessionCache<PLACES> {
    fn default() -> Self {
        Self::new()
    }
}

impl<const PLACES: usize> SessionCache<PLACES> {
    /// An empty cache.
    #[must_use]
    pub const fn new() -> Self {
        Self { entries: [const { None }; PLACES], next: 0 }
    }

    /// How many sessions it holds.
    #[must_use]
    pub fn len(&self) -> usize {
        self.entries.iter().flatten().count()
    }

    /// Whether it holds none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    fn place_of(&mut self, key: &[u8]) -> Option<&mut Option<Entry>> {
        self.entries.iter_mut().find(|entry| entry.as_ref().is_some_and(|entry| *entry.key == *key))
    }
}

impl<const PLACES: usize> SessionStore for SessionCache<PLACES> {
    fn load(&mut self, key: &[u8], found: &mut dyn FnMut(&[u8])) {
        if let Some(Some(entry)) = self.place_of(key) {
            found(&entry.session);
        }
    }

    fn store(&mut self, key: &[u8], session: &[u8]) {
        if let Some(place) = self.place_of(key) {
            *place = None;
        }
        if session.is_empty() || session.len() > limits::MAX_SESSION_BYTES || PLACES == 0 {
            return;
        }
        let (Ok(key), Ok(session)) = (Bytes::copy_of(key), Bytes::copy_of(session)) else { return };
        let free = self.entries.iter().position(Option::is_none);
        let index = free.unwrap_or(self.next);
        if free.is_none() {
            self.next = (self.next + 1) % PLACES;
        }
        if let Some(place) = self.entries.get_mut(index) {
            *place = Some(Entry { key, session });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::vec::Vec;

    fn load<const N: usize>(cache: &mut SessionCache<N>, key: &[u8]) -> Option<Vec<u8>> {
        let mut session = None;
        cache.load(key, &mut |bytes| session = Some(bytes.to_vec()));
        session
    }

    #[test]
    fn a_full_cache_forgets_its_oldest_session() {
        let mut cache = SessionCache::<2>::new();
        cache.store(b"a", b"1");
        cache.store(b"b", b"2");
        cache.store(b"c", b"3");
        assert_eq!(load(&mut cache, b"a"), None);
        assert_eq!(load(&mut cache, b"b").as_deref(), Some(b"2".as_slice()));
        cache.store(b"d", b"4");
        assert_eq!(load(&mut cache, b"b"), None);
        assert_eq!(load(&mut cache, b"c").as_deref(), Some(b"3".as_slice()));
        assert_eq!(cache.len(), 2);
    }

    #[test]
    fn a_session_is_replaced_under_its_key_and_forgotten_when_empty() {
        let mut cache = SessionCache::<2>::new();
        cache.store(b"a", b"1");
        cache.store(b"a", b"2");
        assert_eq!((cache.len(), load(&mut cache, b"a").as_deref()), (1, Some(b"2".as_slice())));
        cache.store(b"a", b"");
        assert!(cache.is_empty());
    }

    #[test]
    fn a_cache_without_places_keeps_nothing() {
        let mut cache = SessionCache::<0>::new();
        cache.store(b"a", b"1");
        assert_eq!(load(&mut cache, b"a"), None);
    }
}
