//! The server's log: a line for each connection.

use crate::{describe::hex, exit::Failure, output::report, report::agreed};
use embertls::Facts;
use std::{io, net::SocketAddr, time::Instant};

/// What the log says of a connection.
pub(super) struct Log {
    peer: SocketAddr,
    start: Instant,
    agreed: Option<String>,
    pub(super) request: Option<String>,
    pub(super) bytes_in: u64,
    pub(super) bytes_out: u64,
}

impl Log {
    pub(super) fn new(peer: SocketAddr) -> Self {
        Self { peer, start: Instant::now(), agreed: None, request: None, bytes_in: 0, bytes_out: 0 }
    }

    /// The handshake is complete.
    pub(super) fn on_connected(
        &mut self,
        facts: Option<&Facts>,
        psk_identity: Option<&[u8]>,
        alpn: &[&[u8]],
    ) {
        self.agreed = facts.map(|facts| agreed(facts, psk_identity, alpn));
    }

    /// Over datagrams, after [`Log::on_connected`]: the connection IDs of the peer's records and of ours.
    pub(super) fn on_connection_ids(&mut self, ids: Option<(&[u8], &[u8])>) {
        if let (Some(line), Some((own, peer))) = (&mut self.agreed, ids) {
            line.push_str(&format!(", connection IDs {} and {}", hex(own), hex(peer)));
        }
    }

    /// The peer has another address.
    pub(super) fn on_moved(&mut self, to: SocketAddr) {
        let from = core::mem::replace(&mut self.peer, to);
        report(format_args!("{from} has moved to {to}"));
    }

    /// Writes the line.
    pub(super) fn finish(self, outcome: io::Result<()>) -> Result<(), Failure> {
        let outcome = outcome.map_err(|error| Failure::tls(&error));
        let Self { peer, start, agreed, request, bytes_in, bytes_out } = self;
        let mut line = format!("{peer} {}", agreed.as_deref().unwrap_or("no handshake"));
        if let Some(request) = request {
            line.push_str(&format!(", {request}"));
        }
        let end = outcome.as_ref().err().map_or_else(|| "closed".to_owned(), ToString::to_string);
        report(format_args!(
            "{line}, {bytes_in} bytes in, {bytes_out} bytes out, {} ms, {end}",
            start.elapsed().as_millis()
        ));
        outcome
    }
}
