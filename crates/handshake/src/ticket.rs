//! Tickets sealed by the server (RFC 5077 section 4): which key, a nonce, and the session under an AEAD.
//!
//! Keys rotate with an overlap of one: what the key before sealed can be opened until the next rotation. Without a key
//! there is no ticket.

use crate::{Instant, OpenedTicket, TicketSealer, limits};
use crypto::{
    Error, Rng,
    cipher::aead::{Aead, AeadAlgorithm},
};
use memory::{Box, Bytes};
use zeroize::Zeroizing;

/// Bytes of key_name.
const NAME_LEN: usize = 16;
/// Bytes of the nonce, drawn for each ticket.
const NONCE_LEN: usize = 12;
/// Bytes of the tag.
const TAG_LEN: usize = 16;
/// Bytes before the sealed session.
const HEADER_LEN: usize = NAME_LEN + NONCE_LEN;
/// The longest key of an AEAD.
const MAX_KEY_LEN: usize = 32;

struct Key {
    name: [u8; NAME_LEN],
    aead: Box<dyn Aead + Send>,
    made_at: Instant,
    sealed: u32,
}

/// The keys that seal and open a server's tickets. They belong to the process, not to a configuration: connections
/// borrow them for each call.
pub struct TicketKeys {
    algorithm: &'static AeadAlgorithm,
    rotate_after_ms: u64,
    current: Option<Key>,
    previous: Option<Key>,
}

impl TicketKeys {
    /// No key: no ticket is issued or accepted before [`TicketKeys::rotate`] or [`TicketKeys::install`].
    #[must_use]
    pub const fn new(algorithm: &'static AeadAlgorithm) -> Self {
        Self {
            algorithm,
            rotate_after_ms: limits::TICKET_KEY_LIFETIME_SECONDS * 1000,
            current: None,
            previous: None,
        }
    }

    /// Seconds after which a key is replaced, when it is next used to seal.
    pub const fn rotate_every(&mut self, seconds: u32) {
        self.rotate_after_ms = seconds as u64 * 1000;
    }

    /// Draws a new key; the one before it still opens tickets, older ones do no longer.
    ///
    /// # Errors
    /// [`Error::Entropy`], [`Error::OutOfMemory`]; the keys stay as they were.
    pub fn rotate(&mut self, now: Instant, rng: &mut dyn Rng) -> Result<(), Error> {
        let mut name = [0; NAME_LEN];
        let mut key = Zeroizing::new([0; MAX_KEY_LEN]);
        rng.fill(&mut name)?;
        rng.fill(&mut *key)?;
        self.install(name, key.get(..self.algorithm.key_len).ok_or(Error::InvalidKey)?, now)
    }

    /// Takes a key from outside, for servers that share theirs; the one before it still opens tickets.
    ///
    /// # Errors
    /// [`Error::InvalidKey`] for a key of another length, or one of zeros only; [`Error::OutOfMemory`].
    pub fn install(&mut self, name: [u8; NAME_LEN], key: &[u8], now: Instant) -> Result<(), Error> {
        if key.len() != self.algorithm.key_len || key.iter().all(|byte| *byte == 0) {
            return Err(Error::InvalidKey);
        }
        let aead = (self.algorithm.new)(key)?;
        self.previous = self.current.take();
        self.current = Some(Key { name, aead, made_at: now, sealed: 0 });
        Ok(())
    }
}

impl TicketSealer for TicketKeys {
    fn is_ready(&self) -> bool {
        self.current.is_some()
    }

    fn seal(&mut self, session: &[u8], now: Instant, rng: &mut dyn Rng) -> Result<Option<Bytes>, Error> {
        let worn = |key: &Key| {
            now.0.saturating_sub(key.made_at.0) > self.rotate_after_ms
                || key.sealed >= limits::MAX_TICKETS_OF_A_KEY
        };
        if self.current.as_ref().is_some_and(worn) {
            self.rotate(now, rng)?;
        }
        let Some(key) = &mut self.current else { return Ok(None) };
        let mut ticket = Bytes::zeroed(HEADER_LEN + session.len() + TAG_LEN)?;
        let (header, sealed) = ticket.split_at_mut_checked(HEADER_LEN).ok_or(Error::Fault)?;
        let (name, nonce) = header.split_at_mut_checked(NAME_LEN).ok_or(Error::Fault)?;
        let (data, tag) = sealed.split_at_mut_checked(session.len()).ok_or(Error::Fault)?;
        name.copy_from_slice(&key.name);
        rng.fill(nonce)?;
        data.copy_from_slice(session);
        let nonce = (&*nonce).try_into().map_err(|_| Error::Fault)?;
        key.aead.seal(nonce, &key.name, data, tag)?;
        key.sealed += 1;
        Ok(Some(ticket))
    }

    fn open(&mut self, ticket: &[u8]) -> Result<Option<OpenedTicket>, Error> {
        let Some((name, rest)) = ticket.split_first_chunk::<NAME_LEN>() else { return Ok(None) };
        let Some((nonce, sealed)) = rest.split_first_chunk::<NONCE_LEN>() else { return Ok(None) };
        let Some(len) = sealed.len().checked_sub(TAG_LEN) else { return Ok(None) };
        let (key, is_renewal_due) = match (&mut self.current, &mut self.previous) {
            (Some(key), _) if key.name == *name => (key, false),
            (_, Some(key)) if key.name == *name => (key, true),
            (_, _) => return Ok(None),
        };
        let mut session = Bytes::copy_of(sealed)?;
        let (data, tag) = session.split_at_mut_checked(len).ok_or(Error::Fault)?;
        match key.aead.open(nonce, name, data, tag) {
            Ok(()) => {
                session.truncate(len);
                Ok(Some(OpenedTicket { session, is_renewal_due }))
            }
            Err(Error::OpenFailed) => Ok(None),
            Err(error) => Err(error),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Counter(u8);
    impl Rng for Counter {
        fn fill(&mut self, out: &mut [u8]) -> Result<(), Error> {
            for byte in out {
                self.0 = self.0.wrapping_add(1);
                *byte = self.0;
            }
            Ok(())
        }
    }

    const SESSION: &[u8] = b"a session";

    fn opens(keys: &mut TicketKeys, ticket: &[u8]) -> Option<bool> {
        keys.open(ticket).unwrap().map(|opened| {
            assert_eq!(&*opened.session, SESSION);
            opened.is_renewal_due
        })
    }

    fn keys() -> TicketKeys {
        TicketKeys::new(&crypto::cipher::aead::AES_256_GCM)
    }

    #[test]
    fn there_is_no_ticket_before_there_is_a_key() {
        let mut keys = keys();
        assert!(!keys.is_ready());
        assert!(keys.seal(SESSION, Instant(0), &mut Counter(0)).unwrap().is_none());
        assert!(keys.open(&[0; 64]).unwrap().is_none());
        assert_eq!(keys.install([0; 16], &[0; 32], Instant(0)), Err(Error::InvalidKey));
        assert_eq!(keys.install([0; 16], &[1; 16], Instant(0)), Err(Error::InvalidKey));
    }

    #[test]
    fn a_ticket_opens_under_its_key_and_the_next_and_not_after() {
        let (mut keys, mut rng) = (keys(), Counter(0));
        keys.rotate(Instant(0), &mut rng).unwrap();
        let ticket = keys.seal(SESSION, Instant(0), &mut rng).unwrap().unwrap();
        assert_eq!(opens(&mut keys, &ticket), Some(false));
        keys.rotate(Instant(1), &mut rng).unwrap();
        assert_eq!(opens(&mut keys, &ticket), Some(true));
        keys.rotate(Instant(2), &mut rng).unwrap();
        assert_eq!(opens(&mut keys, &ticket), None);
    }

    #[test]
    fn a_key_is_rotated_by_time() {
        let (mut keys, mut rng) = (keys(), Counter(0));
        keys.rotate_every(10);
        keys.rotate(Instant(0), &mut rng).unwrap();
        let first = keys.seal(SESSION, Instant(10_000), &mut rng).unwrap().unwrap();
        let second = keys.seal(SESSION, Instant(10_001), &mut rng).unwrap().unwrap();
        assert_ne!(first[..NAME_LEN], second[..NAME_LEN]);
        assert_eq!((opens(&mut keys, &first), opens(&mut keys, &second)), (Some(true), Some(false)));
    }

    #[test]
    fn a_ticket_that_was_changed_anywhere_does_not_open() {
        let (mut keys, mut rng) = (keys(), Counter(0));
        keys.rotate(Instant(0), &mut rng).unwrap();
        let ticket = keys.seal(SESSION, Instant(0), &mut rng).unwrap().unwrap();
        for at in 0..ticket.len() {
            let mut damaged = ticket.to_vec();
            damaged[at] ^= 1;
            assert_eq!(opens(&mut keys, &damaged), None, "byte {at}");
            assert_eq!(opens(&mut keys, &ticket[..at]), None, "cut off at {at}");
        }
    }
}
