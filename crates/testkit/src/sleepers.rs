//! A client and a server over a stream or over datagrams, of which each may be frozen and thawed.
#![expect(clippy::panic, reason = "a connection that is not made ends the test")]

use crate::{
    credentials::server_name,
    datagrams::{self, DatagramPair, Fate},
    pair::{self, Pair, Setup, Side},
};
use crypto::cipher::aead::AES_256_GCM;
use embertls::{
    Bytes, Connection, CounterFailed, DatagramConnection, DatagramSettings, Error, FreezeCounter, Freezer,
    Host,
};
use handshake::{ClientConfig, Facts, Peer, ServerConfig};

/// The key of the device on which the tests' connections sleep.
pub const DEVICE_KEY: [u8; 32] = *b"the key of one device, 32 bytes.";

/// Without a counter.
///
/// # Panics
/// When the key is refused.
#[must_use]
pub fn freezer<'f>() -> Freezer<'f> {
    match Freezer::new(&AES_256_GCM, &DEVICE_KEY) {
        Ok(freezer) => freezer,
        Err(error) => panic!("{error:?}"),
    }
}

/// With this counter, if there is one.
///
/// # Panics
/// When the key is refused.
#[must_use]
pub fn freezer_with(counter: Option<&mut Counter>) -> Freezer<'_> {
    match counter {
        Some(counter) => freezer().with_counter(counter),
        None => freezer(),
    }
}

/// A counter in memory.
#[derive(Clone, Debug, Default)]
pub struct Counter {
    /// Where it stands.
    pub value: u64,
    /// Whether it cannot be read.
    pub is_blind: bool,
    /// Whether it cannot be moved.
    pub is_stuck: bool,
    /// Whether somebody else is always quicker.
    pub is_contended: bool,
}

impl FreezeCounter for Counter {
    fn value(&mut self) -> Result<u64, CounterFailed> {
        if self.is_blind { Err(CounterFailed) } else { Ok(self.value) }
    }

    fn step_from(&mut self, value: u64) -> Result<bool, CounterFailed> {
        if self.is_stuck {
            return Err(CounterFailed);
        }
        let moves = self.value == value && !self.is_contended;
        self.value += u64::from(moves);
        Ok(moves)
    }
}

type OverDatagrams = DatagramPair<'static, fn(usize, Side, &[u8]) -> Fate>;

/// What is between the ends.
enum Between {
    Stream(Box<Pair<'static, 'static>>),
    Datagrams(Box<OverDatagrams>),
}

/// Both ends with their configurations.
pub struct Sleepers {
    client: &'static ClientConfig<'static>,
    server: &'static ServerConfig<'static>,
    between: Between,
}

/// Whom the client means.
const SERVER: Peer<'static> = server_name("localhost");

impl Sleepers {
    /// A client and a server that have not spoken yet, over datagrams where the client's versions are those.
    #[must_use]
    pub fn new(
        client: &'static ClientConfig<'static>,
        server: &'static ServerConfig<'static>,
        seed: u64,
    ) -> Self {
        let setups = [Setup::new(seed), Setup::new(seed + 1)];
        Self::with_setups(client, server, setups)
    }

    /// As [`Sleepers::new`], with the setups of client and server.
    #[must_use]
    pub fn with_setups(
        client: &'static ClientConfig<'static>,
        server: &'static ServerConfig<'static>,
        [ours, theirs]: [Setup; 2],
    ) -> Self {
        let between = if client.profile.versions.iter().any(|version| version.datagram) {
            let settings = DatagramSettings::default();
            let passes: fn(usize, Side, &[u8]) -> Fate = |_, _, _| Fate::Passes;
            Between::Datagrams(Box::new(DatagramPair::new(
                datagrams::End::client(client, SERVER, settings, ours),
                datagrams::End::server(server, settings, theirs),
                passes,
            )))
        } else {
            Between::Stream(Box::new(Pair::new(
                pair::End::client(client, SERVER, ours),
                pair::End::server(server, theirs),
            )))
        };
        Self { client, server, between }
    }

    /// Those after a handshake.
    ///
    /// # Panics
    /// When it fails.
    #[must_use]
    pub fn connected(
        client: &'static ClientConfig<'static>,
        server: &'static ServerConfig<'static>,
        seed: u64,
    ) -> Self {
        let mut sleepers = Self::new(client, server, seed);
        sleepers.drive();
        for side in [Side::Client, Side::Server] {
            let (connected, error) = (sleepers.facts(side).is_some(), sleepers.error(side));
            assert!(connected && error.is_none(), "{side:?}: {error:?}");
        }
        sleepers
    }

    /// Until nothing is left to happen.
    pub fn drive(&mut self) {
        match &mut self.between {
            Between::Stream(pair) => pair.drive(),
            Between::Datagrams(pair) => pair.drive(),
        }
    }

    /// What an end has agreed on.
    pub fn facts(&mut self, side: Side) -> Option<Facts> {
        match &mut self.between {
            Between::Stream(pair) => pair.end(side).facts(),
            Between::Datagrams(pair) => pair.end(side).facts(),
        }
    }

    /// What ended an end.
    pub fn error(&mut self, side: Side) -> Option<Error> {
        match &mut self.between {
            Between::Stream(pair) => pair.end(side).error,
            Between::Datagrams(pair) => pair.end(side).error,
        }
    }

    /// The ends of a stream.
    ///
    /// # Panics
    /// Over datagrams.
    pub fn stream(&mut self) -> &mut Pair<'static, 'static> {
        match &mut self.between {
            Between::Stream(pair) => pair,
            Between::Datagrams(_) => panic!("over datagrams"),
        }
    }

    /// The ends over datagrams.
    ///
    /// # Panics
    /// Over a stream.
    pub fn datagrams(&mut self) -> &mut OverDatagrams {
        match &mut self.between {
            Between::Stream(_) => panic!("over a stream"),
            Between::Datagrams(pair) => pair,
        }
    }

    /// Sends a payload, and returns what went over the wire.
    ///
    /// # Errors
    /// What the sending end says.
    ///
    /// # Panics
    /// When it does not arrive.
    pub fn say(&mut self, from: Side, payload: &[u8]) -> Result<Vec<u8>, Error> {
        match &mut self.between {
            Between::Stream(pair) => {
                let before = (pair.end(from).sent.len(), pair.end(from.other()).received.len());
                pair.send(from, payload)?;
                let arrived = pair.end(from.other()).received.get(before.1..) == Some(payload);
                assert!(arrived, "{from:?}: {:?}", pair.end(from.other()).error);
                Ok(pair.end(from).sent.get(before.0..).unwrap_or_default().to_vec())
            }
            Between::Datagrams(pair) => {
                let datagram = pair.end(from).send(payload)?;
                pair.post(from, datagram.clone());
                pair.drive();
                let arrived = pair.end(from.other()).received.last().is_some_and(|last| last == payload);
                assert!(arrived, "{from:?}: {:?}", pair.end(from.other()).error);
                Ok(datagram)
            }
        }
    }

    /// Data both ways.
    ///
    /// # Panics
    /// When it does not arrive.
    pub fn exchange(&mut self, what: &str) {
        for side in [Side::Client, Side::Server, Side::Client] {
            let payload = format!("{what}: {side:?}");
            if let Err(error) = self.say(side, payload.as_bytes()) {
                panic!("{payload} cannot send: {error:?}");
            }
        }
    }

    /// Freezes an end.
    ///
    /// # Errors
    /// What the connection says.
    pub fn freeze(&mut self, side: Side, freezer: &mut Freezer<'_>) -> Result<Bytes, Error> {
        match &mut self.between {
            Between::Stream(pair) => pair.end(side).call(|connection, host| connection.freeze(freezer, host)),
            Between::Datagrams(pair) => {
                pair.end(side).call(|connection, host| connection.freeze(freezer, host))
            }
        }
        .unwrap_or(Err(Error::Internal))
    }

    /// Thaws an end in the place of what it was.
    ///
    /// # Errors
    /// What the connection says; the end stays as it was.
    pub fn thaw(&mut self, side: Side, blob: &[u8], freezer: &mut Freezer<'_>) -> Result<(), Error> {
        let (client, server) = (self.client, self.server);
        match &mut self.between {
            Between::Stream(pair) => {
                pair.end(side).replace(|host| stream(side, client, server, blob, freezer, host))
            }
            Between::Datagrams(pair) => {
                pair.end(side).replace(|host| over_datagrams(side, client, server, blob, freezer, host))
            }
        }
    }
}

fn stream(
    side: Side,
    client: &'static ClientConfig<'static>,
    server: &'static ServerConfig<'static>,
    blob: &[u8],
    freezer: &mut Freezer<'_>,
    host: &mut Host<'_>,
) -> Result<Connection<'static>, Error> {
    match side {
        Side::Client => Connection::thaw_client(client, SERVER, blob, freezer, host),
        Side::Server => Connection::thaw_server(server, blob, freezer, host),
    }
}

fn over_datagrams(
    side: Side,
    client: &'static ClientConfig<'static>,
    server: &'static ServerConfig<'static>,
    blob: &[u8],
    freezer: &mut Freezer<'_>,
    host: &mut Host<'_>,
) -> Result<DatagramConnection<'static>, Error> {
    let settings = DatagramSettings::default();
    match side {
        Side::Client => DatagramConnection::thaw_client(client, SERVER, settings, blob, freezer, host),
        Side::Server => DatagramConnection::thaw_server(server, settings, blob, freezer, host),
    }
}
