//! A client and a server of DTLS over a network that loses, repeats, delays and damages datagrams, in virtual time.

use crate::pair::{Setup, Side, with_host};
use embertls::{Answer, DatagramConnection, DatagramSettings, Error, Event, Facts, Host, Instant};
use handshake::{ClientConfig, Peer, ServerConfig};
use std::collections::BTreeMap;

/// Milliseconds that a datagram is under way.
pub const LATENCY_MS: u64 = 10;

/// What becomes of a datagram.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// It arrives.
    Passes,
    /// It does not.
    Lost,
    /// It arrives twice.
    Doubled,
    /// It arrives so many milliseconds late.
    Delayed(u64),
    /// This bit of it, counted anew from its first when there are fewer, arrives changed.
    Damaged(usize),
}

/// One end.
pub struct End<'c> {
    connection: Option<DatagramConnection<'c>>,
    /// How it is driven.
    pub setup: Setup,
    /// Application data that arrived, datagram by datagram.
    pub received: Vec<Vec<u8>>,
    /// Every event but `None` and `Data`.
    pub events: Vec<Event>,
    /// The error that ended it.
    pub error: Option<Error>,
    /// Datagrams that it sent.
    pub sent: usize,
    /// What has arrived while the connection asked something.
    waiting: Vec<Vec<u8>>,
}

impl<'c> End<'c> {
    fn new(connection: Result<DatagramConnection<'c>, Error>, setup: Setup) -> Self {
        let (connection, error) = match connection {
            Ok(connection) => (Some(connection), None),
            Err(error) => (None, Some(error)),
        };
        Self {
            connection,
            setup,
            received: Vec::new(),
            events: Vec::new(),
            error,
            sent: 0,
            waiting: Vec::new(),
        }
    }

    /// A client.
    #[must_use]
    pub fn client(
        config: &'c ClientConfig<'c>,
        peer: Peer<'c>,
        settings: DatagramSettings,
        mut setup: Setup,
    ) -> Self {
        let connection =
            with_host(&mut setup, |host| DatagramConnection::client(config, peer, settings, host));
        Self::new(connection, setup)
    }

    /// A server.
    #[must_use]
    pub fn server(config: &'c ServerConfig<'c>, settings: DatagramSettings, mut setup: Setup) -> Self {
        let connection = with_host(&mut setup, |host| DatagramConnection::server(config, settings, host));
        Self::new(connection, setup)
    }

    /// Calls the connection as it is.
    pub fn call<T>(
        &mut self,
        what: impl FnOnce(&mut DatagramConnection<'c>, &mut Host<'_>) -> T,
    ) -> Option<T> {
        let connection = self.connection.as_mut()?;
        Some(with_host(&mut self.setup, |host| what(connection, host)))
    }

    /// Another connection in the place of this one.
    ///
    /// # Errors
    /// What `make` says; the connection is then the one that it was.
    pub fn replace(
        &mut self,
        make: impl FnOnce(&mut Host<'_>) -> Result<DatagramConnection<'c>, Error>,
    ) -> Result<(), Error> {
        let made = with_host(&mut self.setup, make)?;
        self.connection = Some(made);
        Ok(())
    }

    /// Whether the handshake is complete and nothing went wrong since.
    #[must_use]
    pub fn is_connected(&self) -> bool {
        self.error.is_none() && self.facts().is_some()
    }

    /// What was agreed.
    #[must_use]
    pub fn facts(&self) -> Option<Facts> {
        self.connection.as_ref().and_then(|connection| connection.facts().copied())
    }

    /// A datagram has arrived.
    pub fn receive(&mut self, datagram: &[u8]) {
        let mut datagram = datagram.to_vec();
        let mut at = 0;
        // A last call without bytes hands on what was held.
        loop {
            let rest = datagram.get_mut(at..).unwrap_or_default();
            let is_last = rest.is_empty();
            match self.call(|connection, host| connection.receive(host, rest)) {
                Some(Ok(received)) => {
                    if let Event::Data(range) = &received.event {
                        let bytes = datagram.get(at + range.start..at + range.end);
                        self.received.push(bytes.unwrap_or_default().to_vec());
                    } else if received.event == Event::Work {
                        self.work();
                    } else if received.event == Event::Request {
                        if !self.events.ends_with(&[Event::Request]) {
                            self.events.push(Event::Request);
                        }
                        let rest = datagram.get(at + received.used..).unwrap_or_default();
                        return self.waiting.push(rest.to_vec());
                    } else if received.event != Event::None {
                        self.events.push(received.event.clone());
                    }
                    at += received.used;
                    if is_last && received.event == Event::None || received.event == Event::Closed {
                        return;
                    }
                }
                Some(Err(error)) => {
                    self.error.get_or_insert(error);
                    return;
                }
                None => return,
            }
        }
    }

    /// Answers what the connection asks, then takes what has arrived meanwhile.
    pub fn answer_with(&mut self, answer: Answer<'_>) {
        match self.call(|connection, host| connection.answer_with(host, answer)) {
            Some(Ok(Event::Work)) => self.work(),
            Some(Ok(event)) => self.events.push(event),
            Some(Err(error)) => {
                self.error.get_or_insert(error);
            }
            None => {}
        }
        for datagram in std::mem::take(&mut self.waiting) {
            self.receive(&datagram);
        }
    }

    fn work(&mut self) {
        loop {
            match self.call(|connection, host| connection.advance(host)) {
                Some(Ok(Event::Work)) => {}
                Some(Ok(Event::None)) | None => return,
                Some(Ok(event)) => return self.events.push(event),
                Some(Err(error)) => {
                    self.error.get_or_insert(error);
                    return;
                }
            }
        }
    }

    /// Every datagram that waits to be sent.
    pub fn transmit(&mut self) -> Vec<Vec<u8>> {
        let mut all = Vec::new();
        let mut out = vec![0; self.setup.send_buffer];
        loop {
            match self.call(|connection, host| connection.poll_transmit(host, &mut out)) {
                None | Some(Ok(0)) => break,
                Some(Ok(len)) => all.push(out.iter().take(len).copied().collect()),
                Some(Err(error)) => {
                    self.error.get_or_insert(error);
                    break;
                }
            }
        }
        self.sent += all.len();
        all
    }

    /// A datagram of application data.
    ///
    /// # Errors
    /// What the connection says.
    pub fn send(&mut self, payload: &[u8]) -> Result<Vec<u8>, Error> {
        let mut out = vec![0; self.setup.send_buffer];
        let sent = self.call(|connection, host| connection.send(host, payload, &mut out));
        let len = sent.unwrap_or(Err(Error::Misuse(embertls::Misuse::Closed)))?;
        out.truncate(len);
        Ok(out)
    }

    fn deadline(&self) -> Option<Instant> {
        self.connection.as_ref().and_then(DatagramConnection::next_timeout)
    }
}

/// Both ends and what is between them.
pub struct DatagramPair<'c, F> {
    /// The client.
    pub client: End<'c>,
    /// The server.
    pub server: End<'c>,
    /// Milliseconds since the start.
    pub now: u64,
    fate: F,
    numbered: usize,
    /// By the time of arrival and a number.
    under_way: BTreeMap<(u64, usize), (Side, Vec<u8>)>,
}

impl<'c, F: FnMut(usize, Side, &[u8]) -> Fate> DatagramPair<'c, F> {
    /// `fate` says what becomes of a datagram: its number, who sent it, its bytes.
    pub fn new(client: End<'c>, server: End<'c>, fate: F) -> Self {
        Self { client, server, now: 0, fate, numbered: 0, under_way: BTreeMap::new() }
    }

    /// An end.
    pub fn end(&mut self, side: Side) -> &mut End<'c> {
        match side {
            Side::Client => &mut self.client,
            Side::Server => &mut self.server,
        }
    }

    /// Puts a datagram on its way.
    pub fn post(&mut self, from: Side, datagram: Vec<u8>) {
        let number = self.numbered;
        self.numbered += 1;
        let fate = (self.fate)(number, from, &datagram);
        let mut arrive = |at: u64, half: usize, bytes: Vec<u8>| {
            self.under_way.insert((at, 2 * number + half), (from.other(), bytes));
        };
        match fate {
            Fate::Lost => {}
            Fate::Passes => arrive(self.now + LATENCY_MS, 0, datagram),
            Fate::Doubled => {
                arrive(self.now + LATENCY_MS, 0, datagram.clone());
                arrive(self.now + LATENCY_MS + 1, 1, datagram);
            }
            Fate::Delayed(by) => arrive(self.now + LATENCY_MS + by, 0, datagram),
            Fate::Damaged(bit) => {
                let mut damaged = datagram;
                let at = bit / 8 % damaged.len().max(1);
                if let Some(byte) = damaged.get_mut(at) {
                    *byte ^= 1 << (bit % 8);
                }
                arrive(self.now + LATENCY_MS, 0, damaged);
            }
        }
    }

    /// Sends what waits at both ends.
    pub fn flush(&mut self) {
        for side in [Side::Client, Side::Server] {
            for datagram in self.end(side).transmit() {
                self.post(side, datagram);
            }
        }
    }

    /// Lets the next thing happen: an arrival, or a timer. False when nothing is left to happen.
    pub fn step(&mut self) -> bool {
        self.flush();
        let arrival = self.under_way.keys().next().map(|(at, _)| *at);
        let timer = [&self.client, &self.server].into_iter().filter_map(End::deadline).map(|at| at.0).min();
        let Some(next) = [arrival, timer].into_iter().flatten().min() else { return false };
        self.now = self.now.max(next);
        for side in [Side::Client, Side::Server] {
            let now = Instant(self.now);
            self.end(side).setup.now = now;
        }
        if arrival == Some(next)
            && let Some((_, (to, datagram))) = self.under_way.pop_first()
        {
            self.end(to).receive(&datagram);
            return true;
        }
        for side in [Side::Client, Side::Server] {
            if let Some(Err(error)) = self.end(side).call(|connection, host| connection.on_timeout(host)) {
                self.end(side).error.get_or_insert(error);
            }
        }
        true
    }

    /// Until nothing is left to happen.
    pub fn drive(&mut self) {
        while self.step() {}
        self.flush();
    }
}
