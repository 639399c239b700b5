//! A connection over a stream that sleeps.
//!
//! ```text
//! struct {
//!     Connected connected;
//!     Place write;
//!     Place read;
//!     uint16 max_plaintext_sent;
//!     uint16 max_plaintext_received;
//!     uint8 renegotiations_left;
//!     uint8 renegotiated;
//!     opaque session_key<0..32>;
//! } StreamConnection;
//! ```

use super::{Connection, Phase, Side};
use crate::{
    Error, FreezeError, Freezer, Host,
    belongs::Belongs,
    frozen::{self, Awake, Places},
    limits,
    outgoing::Outgoing,
    renegotiation::Renegotiator,
};
use codec::Writer as Encoder;
use handshake::{Connected, Transport, trace};
use memory::{Boxed, Bytes};
use record::{Protected, Reader, Writer};
use suites::SizeLimits;

impl<'c> Connection<'c> {
    /// Freezes the connection: a sealed blob from which [`Connection::thaw_client`] or [`Connection::thaw_server`] goes on
    /// without a handshake, on this device or another with the key. This one is at its end, and has no keys any more. Bytes
    /// that were received and not shown to it, or not used, are presented to the thawed one.
    ///
    /// ```
    /// use embertls::{
    ///     Bytes, ClientConfig, Connection, CounterFailed, Error, FreezeCounter, Freezer, Host, Peer,
    ///     crypto::cipher::aead::AES_128_GCM,
    /// };
    /// # use embertls::{Event, Instant, Psk, ServerConfig, ServerPsk, Time, crypto};
    ///
    /// /// A number in flash that nobody can wind back.
    /// struct Counter(u64);
    ///
    /// impl FreezeCounter for Counter {
    ///     fn value(&mut self) -> Result<u64, CounterFailed> {
    ///         Ok(self.0)
    ///     }
    ///     fn step_from(&mut self, value: u64) -> Result<bool, CounterFailed> {
    ///         let moves = self.0 == value;
    ///         self.0 += u64::from(moves);
    ///         Ok(moves)
    ///     }
    /// }
    ///
    /// /// The blob may be kept anywhere.
    /// fn sleep(
    ///     tls: &mut Connection<'_>, device_key: &[u8; 16], counter: &mut Counter, host: &mut Host<'_>,
    /// ) -> Result<Bytes, Error> {
    ///     let mut freezer = Freezer::new(&AES_128_GCM, device_key)?.with_counter(counter);
    ///     tls.freeze(&mut freezer, host)
    /// }
    ///
    /// fn wake<'c>(
    ///     blob: &[u8], config: &'c ClientConfig<'c>, peer: Peer<'c>, device_key: &[u8; 16], counter: &mut Counter,
    ///     host: &mut Host<'_>,
    /// ) -> Result<Connection<'c>, Error> {
    ///     let mut freezer = Freezer::new(&AES_128_GCM, device_key)?.with_counter(counter);
    ///     Connection::thaw_client(config, peer, blob, &mut freezer, host)
    /// }
    /// #
    /// # struct Drawn(u8);
    /// # impl embertls::Rng for Drawn {
    /// #     fn fill(&mut self, out: &mut [u8]) -> Result<(), crypto::Error> {
    /// #         out.fill_with(|| { self.0 = self.0.wrapping_add(1); self.0 });
    /// #         Ok(())
    /// #     }
    /// # }
    /// # /// What `from` has to send, to `to`.
    /// # fn carry(from: &mut Connection<'_>, to: &mut Connection<'_>, host: &mut Host<'_>) -> Result<(), Error> {
    /// #     let mut wire = [0; 4096];
    /// #     let end = from.poll_transmit(host, &mut wire)?;
    /// #     let mut at = 0;
    /// #     while at < end {
    /// #         at += to.receive(host, &mut wire[at..end])?.used;
    /// #     }
    /// #     Ok(())
    /// # }
    /// # fn main() -> Result<(), Error> {
    /// #     let psk = Psk { identity: b"device 7", key: b"a key of 16 byte" };
    /// #     let keys = [psk];
    /// #     let profile = embertls::Profile {
    /// #         suites: &[&embertls::registry::suites::TLS_PSK_WITH_AES_128_GCM_SHA256],
    /// #         ..embertls::registry::profiles::DEFAULT
    /// #     };
    /// #     let config = ClientConfig { psk: Some(psk), ..ClientConfig::new(&profile, &[]) };
    /// #     let theirs = ServerConfig { psk: Some(ServerPsk::new(&keys)), ..ServerConfig::new(&profile, &[]) };
    /// #     let mut rng = Drawn(0);
    /// #     let mut host = Host::new(Instant(0), Time::Unknown, &mut rng);
    /// #     let mut tls = Connection::client(&config, Peer::Unnamed, &mut host)?;
    /// #     let mut server = Connection::server(&theirs, &mut host)?;
    /// #     for _ in 0..2 {
    /// #         carry(&mut tls, &mut server, &mut host)?;
    /// #         carry(&mut server, &mut tls, &mut host)?;
    /// #     }
    /// #     let (device_key, mut counter) = ([7; 16], Counter(0));
    /// #
    /// let blob = sleep(&mut tls, &device_key, &mut counter, &mut host)?;
    /// // Deep sleep, a reboot, or a fail-over later:
    /// let mut tls = wake(&blob, &config, Peer::Unnamed, &device_key, &mut counter, &mut host)?;
    /// let mut record = [0; 100];
    /// let sent = tls.send(&mut host, b"21.5 degrees", &mut record)?;
    /// #     let received = server.receive(&mut host, &mut record[..sent.written])?;
    /// #     let Event::Data(range) = received.event else { panic!("{received:?}") };
    /// #     assert_eq!(record[range], *b"21.5 degrees");
    /// #     assert!(wake(&blob, &config, Peer::Unnamed, &device_key, &mut counter, &mut host).is_err());
    /// #     Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// [`Error::Freeze`], [`Error::OutOfMemory`] or [`Error::Entropy`]; the connection then goes on as if nothing had been
    /// asked.
    pub fn freeze(&mut self, freezer: &mut Freezer<'_>, host: &mut Host<'_>) -> Result<Bytes, Error> {
        let connected = self.may_freeze()?;
        let places = Places::new(self.writer.place(), self.reader.place(), freezer)?;
        let blob = freezer.seal(&self.belongs.0, Transport::Stream, host, |w| {
            frozen::write(w, connected, &places)?;
            self.write_rest(w)
        })?;
        trace!(host, State, "frozen, {} bytes", blob.len());
        self.phase = Phase::Failed;
        self.reader = Reader::new();
        self.writer = Writer::new();
        self.connected = None;
        self.session_key = None;
        Ok(blob)
    }

    fn may_freeze(&self) -> Result<&Connected, Error> {
        let refused = match &self.phase {
            Phase::Failed => FreezeError::Ended,
            _ if self.sent_close || self.received_close => FreezeError::Ended,
            Phase::Handshake(handshaking) if handshaking.is_complete() => FreezeError::Unsent,
            Phase::Handshake(_) => FreezeError::Handshaking,
            Phase::Connected if !self.outgoing.is_empty() => FreezeError::Unsent,
            Phase::Connected if !self.reader.is_between_records() => FreezeError::Unread,
            Phase::Connected => return self.connected.as_deref().ok_or(Error::Internal),
        };
        Err(refused.into())
    }

    fn write_rest(&self, w: &mut Encoder<'_>) -> Result<(), codec::Error> {
        for bytes in [self.writer.max_plaintext(), self.reader.max_plaintext()] {
            w.u16(u16::try_from(bytes).unwrap_or(u16::MAX))?;
        }
        w.bytes(&self.renegotiator.state())?;
        frozen::write_session_key(w, self.session_key.as_ref())
    }

    /// Thaws a client's connection to `peer`.
    ///
    /// # Errors
    /// [`Error::Freeze`], [`Error::OutOfMemory`], [`Error::Entropy`].
    #[cfg(feature = "client")]
    pub fn thaw_client(
        config: &'c handshake::ClientConfig<'c>,
        peer: handshake::Peer<'c>,
        blob: &[u8],
        freezer: &mut Freezer<'_>,
        host: &mut Host<'_>,
    ) -> Result<Self, Error> {
        let renegotiator = Renegotiator::client(config, peer);
        let belongs = Belongs::client(config, peer);
        Self::thaw(Side::Client, belongs, renegotiator, &config.size_limits, blob, freezer, host)
    }

    /// Thaws a server's connection.
    ///
    /// # Errors
    /// As [`Connection::thaw_client`].
    #[cfg(feature = "server")]
    pub fn thaw_server(
        config: &'c handshake::ServerConfig<'c>,
        blob: &[u8],
        freezer: &mut Freezer<'_>,
        host: &mut Host<'_>,
    ) -> Result<Self, Error> {
        let renegotiator = Renegotiator::server(config);
        let belongs = Belongs::server(config);
        Self::thaw(Side::Server, belongs, renegotiator, &config.size_limits, blob, freezer, host)
    }

    fn thaw(
        side: Side,
        belongs: Belongs<'c>,
        mut renegotiator: Renegotiator<'c>,
        size_limits: &SizeLimits,
        blob: &[u8],
        freezer: &mut Freezer<'_>,
        host: &mut Host<'_>,
    ) -> Result<Self, Error> {
        let belonging = belongs.0;
        let connection =
            freezer.open(&belonging, Transport::Stream, blob, |r, thawed| -> Result<_, Error> {
                let Awake { connected, read, write } =
                    frozen::read(r, &belonging, thawed, Protected::at, host)?;
                let version = connected.facts().version.wire;
                let sent = r.u16().map_err(frozen::malformed)?;
                let received = r.u16().map_err(frozen::malformed)?;
                renegotiator.restore(*r.array().map_err(frozen::malformed)?);
                Ok(Self {
                    side,
                    phase: Phase::Connected,
                    belongs,
                    reader: Reader::thawed(version, read, received.into()),
                    writer: Writer::thawed(version, write, sent.into()),
                    outgoing: Outgoing::default(),
                    connected: Some(Boxed::try_new(connected)?),
                    renegotiator,
                    session_key: frozen::read_session_key(r).map_err(frozen::malformed)?,
                    receive_limit: size_limits
                        .record_size_limit
                        .map_or(limits::MAX_PLAINTEXT_BYTES, usize::from),
                    without_progress: 0,
                    received_close: false,
                    sent_close: false,
                })
            })?;
        trace!(host, State, "thawed");
        Ok(connection)
    }
}
