//! What tests do with a pair again and again: a whole conversation, and connections one after the other that share
//! their sessions.
#![expect(clippy::panic, reason = "a conversation that fails ends the test")]

use crate::{
    allocator::unwatched,
    pair::{Pair, Setup, Shared, Side},
    rng::Seeded,
};
use embertls::{SessionStore, TicketSealer};
use handshake::{Instant, Resumption, TicketKeys};
use std::{cell::RefCell, collections::BTreeMap, rc::Rc};

/// Both ends.
pub const SIDES: [Side; 2] = [Side::Client, Side::Server];

/// Data both ways, then both closes; an error on either side ends the test.
///
/// # Panics
/// When anything is not as it should be.
pub fn converse(pair: &mut Pair<'_, '_>, what: &str) {
    pair.drive();
    for side in SIDES {
        assert!(pair.end(side).is_connected(), "{what}: {side:?} {:?}", pair.end(side).error);
    }
    exchange(pair, what);
    pair.close(Side::Client);
    pair.close(Side::Server);
    for side in SIDES {
        let end = pair.end(side);
        end.end_of_stream();
        assert!(end.is_closed(), "{what}: {side:?} saw no close_notify");
        assert_eq!(end.error, None, "{what}: {side:?}");
    }
}

/// A few thousand bytes in each direction.
///
/// # Panics
/// When they do not arrive.
pub fn exchange(pair: &mut Pair<'_, '_>, what: &str) {
    for (from, seed, len) in [(Side::Client, 1, 3000), (Side::Server, 2, 5000)] {
        let data = Seeded::new(seed).bytes(len);
        let before = pair.end(from.other()).received.len();
        if let Err(error) = pair.send(from, &data) {
            panic!("{what}: {from:?} cannot send: {error:?}");
        }
        let received = pair.end(from.other()).received.get(before..).unwrap_or_default();
        assert!(received == data, "{what}: what {from:?} sent did not arrive");
    }
}

/// How both ends resumed.
///
/// # Panics
/// When they do not agree, or are not connected.
pub fn resumed(pair: &Pair<'_, '_>, what: &str) -> Option<Resumption> {
    let [client, server] = [pair.client.facts(), pair.server.facts()]
        .map(|facts| facts.unwrap_or_else(|| panic!("{what}: not connected")).resumed);
    assert_eq!(client, server, "{what}: the ends do not agree");
    client
}

/// A store that forgets nothing, and whose contents tests may read and change. Its memory is never counted.
#[derive(Clone, Debug, Default)]
pub struct Map(pub BTreeMap<Vec<u8>, Vec<u8>>);

impl SessionStore for Map {
    fn load(&mut self, key: &[u8], found: &mut dyn FnMut(&[u8])) {
        if let Some(session) = self.0.get(key) {
            found(session);
        }
    }

    fn store(&mut self, key: &[u8], session: &[u8]) {
        unwatched(|| {
            if session.is_empty() {
                self.0.remove(key);
            } else {
                self.0.insert(key.to_vec(), session.to_vec());
            }
        });
    }
}

/// What a client and a server keep from one connection to the next.
#[derive(Clone)]
pub struct Sessions {
    /// The client's store.
    pub client: Rc<RefCell<Map>>,
    /// The server's store.
    pub server: Rc<RefCell<Map>>,
    /// The server's ticket keys.
    pub keys: Rc<RefCell<TicketKeys>>,
    /// What the server uses: its store, its keys, or both.
    pub by: &'static [Resumption],
    /// Monotonic time of both.
    pub now: Instant,
    /// The seed of the next connection.
    pub seed: u64,
}

impl Sessions {
    /// Nothing kept yet; the server has a key.
    ///
    /// # Panics
    /// Never: a seeded source does not fail.
    #[must_use]
    pub fn new(by: &'static [Resumption]) -> Self {
        let mut keys = TicketKeys::new(&crypto::cipher::aead::AES_256_GCM);
        if let Err(error) = keys.rotate(Instant(0), &mut Seeded::new(99)) {
            panic!("{error:?}");
        }
        Self {
            client: Rc::default(),
            server: Rc::default(),
            keys: Rc::new(RefCell::new(keys)),
            by,
            now: Instant(0),
            seed: 1,
        }
    }

    /// A copy whose stores are its own, so that what becomes of them is not seen here.
    #[must_use]
    pub fn apart(&self) -> Self {
        let copy = |store: &Rc<RefCell<Map>>| Rc::new(RefCell::new(store.borrow().clone()));
        Self { client: copy(&self.client), server: copy(&self.server), ..self.clone() }
    }

    /// The next connection's setups, the client's and the server's.
    pub fn setups(&mut self) -> [Setup; 2] {
        self.seed += 2;
        let shared: Shared<dyn SessionStore> = Shared(Rc::clone(&self.client) as _);
        let client = Setup { now: self.now, sessions: Some(shared), ..Setup::new(self.seed) };
        let mut server = Setup { now: self.now, ..Setup::new(self.seed + 1) };
        if self.by.contains(&Resumption::SessionId) {
            server.sessions = Some(Shared(Rc::clone(&self.server) as Rc<RefCell<dyn SessionStore>>));
        }
        if self.by.contains(&Resumption::Ticket) {
            server.tickets = Some(Shared(Rc::clone(&self.keys) as Rc<RefCell<dyn TicketSealer>>));
        }
        [client, server]
    }

    /// A new ticket key in the place of the old one.
    ///
    /// # Panics
    /// Never: a seeded source does not fail.
    pub fn rotate(&mut self) {
        self.seed += 1;
        if let Err(error) = self.keys.borrow_mut().rotate(self.now, &mut Seeded::new(self.seed)) {
            panic!("{error:?}");
        }
    }
}
