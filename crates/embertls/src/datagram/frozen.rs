//! A connection over datagrams that sleeps.
//!
//! ```text
//! struct {
//!     Connected connected;
//!     Place write;                    of epoch 1
//!     Place read;                     whose sequence number means nothing
//!     uint64 newest;                  of epoch 1, and which of the 64 records up to it have come
//!     uint64 seen;
//!     uint64 unprotected;             the next sequence number of epoch 0
//!     uint16 max_plaintext;
//!     uint16 peer_flight;             message_seq of the peer's last flight, and of the message after it
//!     uint16 next_peer_flight;
//!     uint16 next_message;
//!     uint32 rejected_records;
//!     opaque session_key<0..32>;
//!     uint8 have_connection_ids;      whether they were agreed on
//!     opaque own_connection_id<0..255>;
//!     opaque peer_connection_id<0..255>;
//!     uint16 padding;                 1 for none
//!     opaque flight<0..2^16>;         our last one, while the peer may miss it
//!     opaque change_cipher_spec<0..3>;    where it stands in the flight, an uint24
//! } DatagramConnection;
//! ```

use super::{
    DatagramConnection, DatagramSettings, Phase, check_versions, flight::SentFlight, reassembly::Reassembly,
    timer::Timer,
};
use crate::{
    Error, FreezeError, Freezer, Host,
    belongs::Belongs,
    frozen::{self, Awake, Places},
};
use codec::{ErrorKind, ProtocolVersion, Reader, Writer};
use handshake::{Connected, Flight, Transport, trace};
use memory::{Boxed, Bytes};
use record::{
    Place, Protected,
    datagram::{DatagramReader, DatagramWriter},
};
use suites::{Construction, Suite, TrafficKey};

/// Of the records: what stands beside [`Awake`].
struct Rest {
    seen: [u64; 2],
    unprotected: u64,
    max_plaintext: u16,
    peer_flights: (u16, u16),
    next_message: u16,
    rejected_records: u32,
    session_key: Option<[u8; 32]>,
}

impl<'c> DatagramConnection<'c> {
    /// Freezes the connection, as [`crate::Connection::freeze`]. A last flight that the peer may miss is frozen too.
    ///
    /// # Errors
    /// As [`crate::Connection::freeze`].
    pub fn freeze(&mut self, freezer: &mut Freezer<'_>, host: &mut Host<'_>) -> Result<Bytes, Error> {
        let connected = self.may_freeze()?;
        let places = Places::new(self.writer.place(), self.reader.place(), freezer)?;
        let blob = freezer.seal(&self.belongs.0, Transport::Datagrams, host, |w| {
            frozen::write(w, connected, &places)?;
            self.write_rest(w)
        })?;
        trace!(host, State, "frozen, {} bytes", blob.len());
        self.fail_silently();
        self.reader = DatagramReader::new();
        self.writer = DatagramWriter::new(ProtocolVersion::DTLS1_0);
        self.connected = None;
        self.session_key = None;
        Ok(blob)
    }

    fn may_freeze(&self) -> Result<&Connected, Error> {
        let waits = self.flight.as_ref().is_some_and(|flight| !flight.is_drained());
        let refused = match &self.phase {
            Phase::Failed => FreezeError::Ended,
            _ if self.sent_close || self.received_close => FreezeError::Ended,
            Phase::Handshake(_) => FreezeError::Handshaking,
            Phase::Connected if waits || self.alerts != [None; 2] => FreezeError::Unsent,
            Phase::Connected => return self.connected.as_deref().ok_or(Error::Internal),
        };
        Err(refused.into())
    }

    fn write_rest(&self, w: &mut Writer<'_>) -> Result<(), codec::Error> {
        let [newest, seen] = self.reader.seen();
        for number in [newest, seen, self.writer.unprotected()] {
            w.bytes(&number.to_be_bytes())?;
        }
        w.u16(u16::try_from(self.max_plaintext).unwrap_or(u16::MAX))?;
        w.u16(self.peer_flights.0)?;
        w.u16(self.peer_flights.1)?;
        w.u16(self.reassembly.next_seq())?;
        w.bytes(&self.rejected_records.to_be_bytes())?;
        frozen::write_session_key(w, self.session_key.as_ref())?;
        self.write_connection_ids(w)?;
        let flight = self.flight.as_ref().map(SentFlight::flight);
        w.vec24(|w| flight.map_or(Ok(()), |flight| w.bytes(flight.messages())))?;
        w.vec8(|w| match flight.and_then(Flight::change_cipher_spec) {
            Some(at) => {
                let too_long = codec::Error::new(ErrorKind::TooLong, at);
                let [_, high, middle, low] = u32::try_from(at).map_err(|_| too_long)?.to_be_bytes();
                w.bytes(&[high, middle, low])
            }
            None => Ok(()),
        })
    }

    /// Thaws a client's connection to `peer`.
    ///
    /// # Errors
    /// As [`crate::Connection::thaw_client`].
    #[cfg(feature = "client")]
    pub fn thaw_client(
        config: &'c handshake::ClientConfig<'c>,
        peer: handshake::Peer<'c>,
        settings: DatagramSettings,
        blob: &[u8],
        freezer: &mut Freezer<'_>,
        host: &mut Host<'_>,
    ) -> Result<Self, Error> {
        check_versions(config.profile)?;
        Self::thaw(Belongs::client(config, peer), settings, blob, freezer, host)
    }

    /// Thaws a server's connection.
    ///
    /// # Errors
    /// As [`crate::Connection::thaw_client`].
    #[cfg(feature = "server")]
    pub fn thaw_server(
        config: &'c handshake::ServerConfig<'c>,
        settings: DatagramSettings,
        blob: &[u8],
        freezer: &mut Freezer<'_>,
        host: &mut Host<'_>,
    ) -> Result<Self, Error> {
        check_versions(config.profile)?;
        Self::thaw(Belongs::server(config), settings, blob, freezer, host)
    }

    fn thaw(
        belongs: Belongs<'c>,
        settings: DatagramSettings,
        blob: &[u8],
        freezer: &mut Freezer<'_>,
        host: &mut Host<'_>,
    ) -> Result<Self, Error> {
        let belonging = belongs.0;
        let connection =
            freezer.open(&belonging, Transport::Datagrams, blob, |r, thawed| -> Result<_, Error> {
                let Awake { connected, read, write } = frozen::read(r, &belonging, thawed, protect, host)?;
                let rest = Rest::read(r).map_err(frozen::malformed)?;
                let version = connected.facts().version.wire;
                let mut connection = Self {
                    early_change_cipher_spec: false,
                    phase: Phase::Connected,
                    belongs,
                    settings,
                    reader: DatagramReader::thawed(version, read, rest.seen),
                    writer: DatagramWriter::thawed(version, rest.unprotected, write),
                    reassembly: Reassembly::new(),
                    flight: None,
                    timer: Timer::default(),
                    path_bytes: settings.datagram_bytes,
                    longest_sent: 0,
                    peer_flights: rest.peer_flights,
                    alerts: [None; 2],
                    suspicion: None,
                    connected: Some(Boxed::try_new(connected)?),
                    session_key: rest.session_key,
                    max_plaintext: rest.max_plaintext.into(),
                    rejected_records: rest.rejected_records,
                    failed_opens: rest.rejected_records,
                    received_close: false,
                    sent_close: false,
                };
                connection.reassembly.start_at(rest.next_message);
                connection.writer.set_max_plaintext(connection.max_plaintext);
                connection.read_connection_ids(r).map_err(frozen::malformed)?;
                connection.flight = read_flight(r).map_err(frozen::malformed)?.map(SentFlight::sent);
                Ok(connection)
            })?;
        trace!(host, State, "thawed");
        Ok(connection)
    }
}

/// Makes one direction's protection.
fn protect(
    place: &Place,
    suite: &'static Suite,
    construction: Construction,
    key: &TrafficKey<'_>,
) -> Result<Protected, crypto::Error> {
    Protected::in_epoch_at(1, place, suite, construction, key)
}

impl Rest {
    fn read(r: &mut Reader<'_>) -> Result<Self, codec::Error> {
        let mut numbers = [0; 3];
        for number in &mut numbers {
            *number = u64::from_be_bytes(*r.array()?);
        }
        let [newest, seen, unprotected] = numbers;
        Ok(Self {
            seen: [newest, seen],
            unprotected,
            max_plaintext: r.u16()?,
            peer_flights: (r.u16()?, r.u16()?),
            next_message: r.u16()?,
            rejected_records: r.u32()?,
            session_key: frozen::read_session_key(r)?,
        })
    }
}

fn read_flight(r: &mut Reader<'_>) -> Result<Option<Flight>, codec::Error> {
    let messages = r.vec24(0, handshake::limits::MAX_FLIGHT_BYTES)?.as_slice();
    let change_cipher_spec = match r.vec8(0, 3)?.as_slice() {
        [] => None,
        [high, middle, low] => usize::try_from(u32::from_be_bytes([0, *high, *middle, *low])).ok(),
        _ => return Err(r.error(ErrorKind::IllegalValue)),
    };
    if messages.is_empty() {
        return Ok(None);
    }
    Ok(Some(Flight::of_sleeper(Bytes::copy_of(messages)?, change_cipher_spec)))
}
