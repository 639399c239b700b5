//! `ember client --dtls`: the same over UDP.

use crate::{exit::Failure, limits, report::Report, world::ToolWorld};
use embertls::{ClientConfig, DatagramSettings, Peer};
use io::udp::Connection;
use std::{
    io::{ErrorKind, Read, Write},
    net::{ToSocketAddrs, UdpSocket},
    sync::mpsc::{self, Receiver, TryRecvError},
    thread,
    time::{Duration, Instant},
};

/// How long a look at the network lasts while standard input may bring something.
const LOOK: Duration = Duration::from_millis(20);

/// The connection and what has gone through it.
pub(crate) struct Datagrams {
    connection: Connection<'static, ToolWorld>,
}

impl Datagrams {
    pub(crate) fn connect(
        config: &'static ClientConfig<'static>,
        peer: Peer<'static>,
        settings: DatagramSettings,
        (host, port): (&str, u16),
        world: ToolWorld,
    ) -> Result<Self, Failure> {
        let address = (host, port)
            .to_socket_addrs()
            .map_err(|error| Failure::Peer(format!("{host} is not known: {error}")))?
            .next()
            .ok_or_else(|| Failure::Peer(format!("{host} has no address")))?;
        let any = if address.is_ipv4() { "0.0.0.0:0" } else { "[::]:0" };
        let cannot = |error| Failure::Peer(format!("{address} cannot be reached: {error}"));
        let socket = UdpSocket::bind(any).map_err(cannot)?;
        socket.connect(address).map_err(cannot)?;
        socket.set_read_timeout(Some(LOOK)).map_err(cannot)?;
        let connection = Connection::client(config, peer, settings, socket, world);
        Ok(Self { connection: connection.map_err(|error| Failure::tls(&error))? })
    }

    /// Completes the handshake and tells of it.
    pub(crate) fn handshake(&mut self, report: &mut Report, alpn: &[&[u8]]) -> Result<(), Failure> {
        let start = Instant::now();
        self.connection.handshake_observed(Some(report.chain_mut())).map_err(|error| {
            report.on_handshake_error(&error);
            Failure::tls(&error)
        })?;
        let identity = self.connection.connection().psk_identity();
        report.on_connection_ids(self.connection.connection().connection_ids());
        report.on_connected(start.elapsed(), self.connection.facts(), identity, alpn);
        Ok(())
    }

    /// Standard input goes out in datagrams, what comes to standard output, until the peer closes or, after the input's
    /// end, a second is quiet.
    pub(crate) fn exchange(&mut self) -> Result<(), Failure> {
        let input = read_input(self.connection.connection().max_payload());
        let mut input = Some(input);
        let mut last_event = Instant::now();
        loop {
            if self.print_next()? {
                last_event = Instant::now();
            } else if self.is_closed() {
                return Ok(());
            }
            match input.as_ref().map(Receiver::try_recv) {
                Some(Ok(bytes)) => {
                    self.send(&bytes)?;
                    last_event = Instant::now();
                }
                Some(Err(TryRecvError::Disconnected)) => input = None,
                Some(Err(TryRecvError::Empty)) => {}
                None if last_event.elapsed() >= limits::QUIET_SECONDS => return Ok(()),
                None => {}
            }
        }
    }

    /// One request; what comes back goes to standard output, HTTP or not, until the peer closes or a second is quiet.
    pub(crate) fn get(&mut self, path: &str, authority: &str) -> Result<(), Failure> {
        let slash = if path.starts_with('/') { "" } else { "/" };
        self.send(format!("GET {slash}{path} HTTP/1.0\r\nHost: {authority}\r\n\r\n").as_bytes())?;
        let mut last_event = Instant::now();
        while last_event.elapsed() < limits::QUIET_SECONDS && !self.is_closed() {
            if self.print_next()? {
                last_event = Instant::now();
            }
        }
        Ok(())
    }

    /// Ends the connection in order; bytes of all datagrams, in and out.
    pub(crate) fn close(&mut self) -> (u64, u64) {
        // The peer may have gone; there is nobody to tell.
        let _ = self.connection.close();
        self.connection.bytes()
    }

    fn is_closed(&self) -> bool {
        !self.connection.connection().is_connected()
    }

    fn send(&mut self, bytes: &[u8]) -> Result<(), Failure> {
        self.connection.send(bytes).map_err(|error| Failure::tls(&error))
    }

    /// Prints the next message, if one comes soon.
    fn print_next(&mut self) -> Result<bool, Failure> {
        let mut buffer = vec![0; 1 << 16];
        match self.connection.recv(&mut buffer) {
            Ok(0) => Ok(false),
            Ok(len) => {
                let bytes = buffer.get(..len).unwrap_or_default();
                let mut out = std::io::stdout().lock();
                out.write_all(bytes)
                    .and_then(|()| out.flush())
                    .map_err(|error| Failure::Peer(format!("standard output takes no more: {error}")))?;
                Ok(true)
            }
            Err(error)
                if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut)
                    && io::tls_error(&error).is_none() =>
            {
                Ok(false)
            }
            Err(error) => Err(Failure::tls(&error)),
        }
    }
}

/// A thread that reads standard input, a datagram's worth at a time.
fn read_input(most: usize) -> Receiver<Vec<u8>> {
    let (sender, receiver) = mpsc::sync_channel(4);
    thread::spawn(move || {
        let mut buffer = vec![0; most.max(1)];
        let mut input = std::io::stdin();
        while let Ok(len @ 1..) = input.read(&mut buffer) {
            let bytes = buffer.get(..len).unwrap_or_default().to_vec();
            if sender.send(bytes).is_err() {
                return;
            }
        }
    });
    receiver
}
