//! What lives as long as a handshake and serves both sides.

use crate::{
    Connected, Error, Flight, Host, TrafficKeys,
    connection_ids::ConnectionIds,
    framing::Framing,
    key_schedule::{MasterSecret, Side},
    message::Joiner,
    prf,
    transcript::Transcript,
    witness::FinishedVerified,
};
use codec::{Chunk, HandshakeType, ProtocolVersion, Reason, message::Finished};
use crypto::{BoxedJob, Hash};
use suites::{Negotiated, RenegotiatedConnection, Suite, Version};

/// What the hellos chose; what else they agreed on is in [`Context`].
#[derive(Clone, Copy)]
pub(crate) struct Hello {
    pub(crate) version: &'static Version,
    pub(crate) suite: &'static Suite,
}

impl Hello {
    /// The hash of the transcript.
    pub(crate) fn hash(&self) -> &'static Hash {
        self.version.hash(self.suite)
    }

    /// Who a peer is by the identity of its pre-shared key.
    pub(crate) fn psk_digest(&self, identity: &[u8]) -> [u8; 32] {
        let mut digest = [0; 32];
        let whole = (self.suite.prf.digest)(&[b"psk", identity]);
        digest.iter_mut().zip(whole.as_ref()).for_each(|(to, from)| *to = *from);
        digest
    }

    /// `PRF(secret, label, seed)`, the seed in parts.
    pub(crate) fn prf(&self, secret: &[u8], label: &[u8], seed: [&[u8]; 2], out: &mut [u8]) {
        match self.version.prf {
            Some(prf) => (prf.expand)(secret, label, seed, out),
            None => prf::of_suite(self.suite.prf, secret, label, seed, out),
        }
    }
}

/// Both sides' randoms.
#[derive(Clone, Copy)]
pub(crate) struct Randoms {
    pub(crate) client: [u8; 32],
    pub(crate) server: [u8; 32],
}

/// The handshake before, in a renegotiation: what it is bound to, and who the peer was.
#[derive(Clone, Copy)]
pub struct Before {
    pub(crate) verify_data: RenegotiatedConnection,
    /// The digest of what the peer proved itself with.
    pub(crate) peer: Option<[u8; 32]>,
}

impl Before {
    /// The handshake that led to a connection.
    #[must_use]
    pub fn of(connected: &Connected) -> Self {
        Self { verify_data: *connected.verify_data(), peer: connected.peer_digest() }
    }
}

/// What a step of a machine came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// The peer's next bytes are needed.
    WaitPeer,
    /// A flight is ready to be sent; then the peer's bytes are needed.
    SendFlight,
    /// Slow work waits for `advance`.
    Work,
    /// The application is asked something, and `answer` goes on.
    Ask,
    /// The handshake is complete.
    Connected,
    /// The handshake is complete when the flight that is ready has been sent.
    SendFlightConnected,
}

/// Slow work that is under way, and what its result is for.
pub(crate) struct Working<T> {
    pub(crate) job: BoxedJob,
    pub(crate) then: T,
}

/// The longest result of a job.
pub(crate) const MAX_RESULT_BYTES: usize = crypto::limits::MAX_JOB_RESULT_BYTES;

/// Transcript, randoms, the flight that goes out and the keys that come of it.
pub struct Context {
    pub(crate) transcript: Transcript,
    pub(crate) randoms: Randoms,
    /// Ours and the peer's, as far as they are known.
    pub(crate) verify_data: RenegotiatedConnection,
    pub(crate) before: Option<Before>,
    pub(crate) joiner: Joiner,
    pub(crate) framing: Framing,
    pub(crate) flight: Option<Flight>,
    pub(crate) keys: Option<TrafficKeys>,
    pub(crate) version: Option<ProtocolVersion>,
    /// What the hellos come to; with a suite once they have.
    pub(crate) negotiated: Negotiated,
    pub(crate) connected: Option<Connected>,
    pub(crate) session_key: Option<[u8; 32]>,
    pub(crate) connection_ids: ConnectionIds,
}

impl Context {
    pub(crate) fn new(transcript: Transcript, framing: Framing, before: Option<Before>) -> Self {
        Self {
            transcript,
            randoms: Randoms { client: [0; 32], server: [0; 32] },
            verify_data: RenegotiatedConnection { client: [0; 12], server: [0; 12] },
            before,
            joiner: Joiner::new(),
            framing,
            flight: None,
            keys: None,
            version: None,
            negotiated: Negotiated::default(),
            connected: None,
            session_key: None,
            connection_ids: ConnectionIds::new(),
        }
    }

    /// A first ClientHello was answered without state: both sides number their messages from here (RFC 6347 section 4.2.2).
    #[cfg(feature = "dtls")]
    pub const fn start_at(&mut self, message_seq: u16) {
        self.framing.start_at(message_seq);
    }

    /// Bytes of a message's header on the wire.
    #[must_use]
    pub const fn header_len(&self) -> usize {
        self.framing.header_len()
    }

    /// The flight that is ready to be sent, once.
    pub fn take_flight(&mut self) -> Option<Flight> {
        self.flight.take()
    }

    /// The keys, once, as soon as they are agreed.
    pub fn take_traffic_keys(&mut self) -> Option<TrafficKeys> {
        self.keys.take()
    }

    /// The outcome, once.
    pub fn take_connected(&mut self) -> Option<Connected> {
        self.connected.take()
    }

    /// The version on the wire, once the hellos have agreed on it.
    #[must_use]
    pub const fn version(&self) -> Option<ProtocolVersion> {
        self.version
    }

    /// What the hellos came to, once they have: how large records may be from then on.
    #[must_use]
    pub const fn negotiated(&self) -> Option<&Negotiated> {
        if self.negotiated.suite.is_some() { Some(&self.negotiated) } else { None }
    }

    /// What the session that is offered, resumed or kept stands under in the store: after a fatal error it is forgotten
    /// (RFC 5246 section 7.2.2).
    #[must_use]
    pub const fn session_key(&self) -> Option<[u8; 32]> {
        self.session_key
    }

    /// Appends a message to the flight under way, which begins with its first message.
    pub(crate) fn send(
        &mut self,
        message_type: HandshakeType,
        encode: impl FnOnce(&mut codec::Writer<'_>) -> Result<(), codec::Error>,
    ) -> Result<(), Error> {
        let flight = self.flight.get_or_insert(Flight::new());
        flight.push(&mut self.transcript, &mut self.framing, message_type, encode)
    }

    /// The master secret and the keys; the transcript ends with ClientKeyExchange. `secret` is the pre-master secret, or
    /// with a pre-shared key the other secret beside it.
    pub(crate) fn agree(
        &mut self,
        hello: &Hello,
        secret: &[u8],
        psk: Option<&[u8]>,
        host: &mut Host<'_>,
    ) -> Result<MasterSecret, Error> {
        let mixed = match (hello.suite.kx.psk, psk) {
            (Some((_, mix)), Some(psk)) => Some(mix(secret, psk)?),
            (None, None) => None,
            (Some(_), None) | (None, Some(_)) => return Err(Error::Internal),
        };
        let pre_master_secret = mixed.as_deref().unwrap_or(secret);
        let master_secret = if self.negotiated.extended_master_secret {
            let session_hash = self.transcript.digest(hello.hash()).ok_or(Error::Internal)?;
            MasterSecret::extended(hello, pre_master_secret, &session_hash)
        } else {
            MasterSecret::from_randoms(hello, pre_master_secret, &self.randoms)
        };
        self.make_keys(hello, &master_secret, host)?;
        Ok(master_secret)
    }

    /// The keys, from a master secret that was just agreed or is that of a session.
    pub(crate) fn make_keys(
        &mut self,
        hello: &Hello,
        master_secret: &MasterSecret,
        host: &mut Host<'_>,
    ) -> Result<(), Error> {
        crate::key_log::log(host, &self.randoms, master_secret);
        self.keys = Some(master_secret.traffic_keys(hello, self.negotiated.construction(), &self.randoms)?);
        Ok(())
    }

    /// RFC 7627 section 5.4 and RFC 5746: who negotiates anew stays who it was, and the master secret stays bound. `peer` is
    /// the digest of what it proved itself with.
    pub(crate) fn check_renegotiation(&self, peer: Option<[u8; 32]>) -> Result<(), Error> {
        let Some(before) = &self.before else { return Ok(()) };
        let same = match (&before.peer, peer) {
            (Some(before), Some(now)) => crypto::ct::equal(before, &now),
            (Some(_), None) => false,
            (None, _) => true,
        };
        if !same {
            return Err(Reason::PeerChangedInRenegotiation.into());
        }
        if !self.negotiated.extended_master_secret {
            return Err(Reason::ExtendedMasterSecretMissing.into());
        }
        Ok(())
    }

    /// Appends ChangeCipherSpec and our Finished.
    pub(crate) fn send_finished(
        &mut self,
        hello: &Hello,
        master_secret: &MasterSecret,
        side: Side,
    ) -> Result<(), Error> {
        let verify_data = self.compute_verify_data(hello, master_secret, side)?;
        self.flight.get_or_insert(Flight::new()).push_change_cipher_spec();
        self.send(HandshakeType::FINISHED, |w| w.bytes(&verify_data))
    }

    /// Checks the peer's Finished against the transcript before it.
    pub(crate) fn on_finished(
        &mut self,
        hello: &Hello,
        master_secret: &MasterSecret,
        side: Side,
        body: &[u8],
    ) -> Result<FinishedVerified, Error> {
        let body = Finished::decode(body).map_err(Error::decoding(HandshakeType::FINISHED))?.verify_data;
        let expected = self.compute_verify_data(hello, master_secret, side)?;
        let finished = FinishedVerified::check(&expected, body).ok_or(Reason::BadFinished)?;
        self.hash_message(HandshakeType::FINISHED, body)?;
        Ok(finished)
    }

    /// Takes a received message into the transcript.
    pub(crate) fn hash_message(&mut self, message_type: HandshakeType, body: &[u8]) -> Result<(), Error> {
        let total = u32::try_from(body.len()).map_err(|_| Error::Misuse)?;
        self.transcript.update(self.framing.received(message_type, total).bytes())?;
        self.transcript.update(body)?;
        Ok(())
    }

    /// Takes a piece of a received message into the transcript.
    pub(crate) fn hash_chunk(&mut self, chunk: &Chunk<'_>) -> Result<(), Error> {
        if chunk.offset == 0 {
            let header = self.framing.received(chunk.message_type, chunk.total);
            self.transcript.update(header.bytes())?;
        }
        self.transcript.update(chunk.bytes)?;
        Ok(())
    }

    fn compute_verify_data(
        &mut self,
        hello: &Hello,
        master_secret: &MasterSecret,
        side: Side,
    ) -> Result<[u8; 12], Error> {
        let handshake_hash = self.transcript.digest(hello.hash()).ok_or(Error::Internal)?;
        let verify_data = master_secret.verify_data(hello, side, &handshake_hash);
        match side {
            Side::Client => self.verify_data.client = verify_data,
            Side::Server => self.verify_data.server = verify_data,
        }
        Ok(verify_data)
    }
}
