//! What lives as long as a handshake and serves both sides.

use crate::{
    Connected, Error, Flight, TrafficKeys,
    key_schedule::{MasterSecret, Side},
    message::Joiner,
    transcript::Transcript,
    witness::FinishedVerified,
};
use codec::{HandshakeType, ProtocolVersion, Reason, message::Finished};
use crypto::BoxedJob;
use suites::{Negotiated, Suite, Version};

/// What the hellos agreed on.
#[derive(Clone, Copy)]
pub(crate) struct Hello {
    pub(crate) version: &'static Version,
    pub(crate) suite: &'static Suite,
    pub(crate) negotiated: Negotiated,
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

/// The longest result of a job: an RSA-4096 signature or ciphertext.
pub(crate) const MAX_RESULT_BYTES: usize = 512;

/// Transcript, randoms, the flight that goes out and the keys that come of it.
pub struct Context {
    pub(crate) transcript: Transcript,
    pub(crate) client_random: [u8; 32],
    pub(crate) server_random: [u8; 32],
    pub(crate) joiner: Joiner,
    pub(crate) flight: Option<Flight>,
    pub(crate) keys: Option<TrafficKeys>,
    pub(crate) version: Option<ProtocolVersion>,
    pub(crate) connected: Option<Connected>,
}

impl Context {
    pub(crate) const fn new(transcript: Transcript) -> Self {
        Self {
            transcript,
            client_random: [0; 32],
            server_random: [0; 32],
            joiner: Joiner::new(),
            flight: None,
            keys: None,
            version: None,
            connected: None,
        }
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

    /// Appends a message to the flight under way, which begins with its first message.
    pub(crate) fn send(
        &mut self,
        message_type: HandshakeType,
        encode: impl FnOnce(&mut codec::Writer<'_>) -> Result<(), codec::Error>,
    ) -> Result<(), Error> {
        self.flight.get_or_insert(Flight::new()).push(&mut self.transcript, message_type, encode)
    }

    /// The master secret and the keys, from the pre-master secret; the transcript ends with ClientKeyExchange.
    pub(crate) fn agree(&mut self, hello: &Hello, pre_master_secret: &[u8]) -> Result<MasterSecret, Error> {
        let master_secret = if hello.negotiated.extended_master_secret {
            let session_hash = self.transcript.digest(hello.suite).ok_or(Error::Internal)?;
            MasterSecret::extended(hello.suite, pre_master_secret, &session_hash)
        } else {
            MasterSecret::from_randoms(
                hello.suite,
                pre_master_secret,
                &self.client_random,
                &self.server_random,
            )
        };
        self.keys = Some(master_secret.traffic_keys(
            hello.suite,
            hello.negotiated.construction(),
            &self.client_random,
            &self.server_random,
        )?);
        Ok(master_secret)
    }

    /// Appends ChangeCipherSpec and our Finished.
    pub(crate) fn send_finished(
        &mut self,
        hello: &Hello,
        master_secret: &MasterSecret,
        side: Side,
    ) -> Result<(), Error> {
        let verify_data = self.verify_data(hello, master_secret, side)?;
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
        let expected = self.verify_data(hello, master_secret, side)?;
        let finished = FinishedVerified::check(&expected, body).ok_or(Reason::BadFinished)?;
        self.hash_message(HandshakeType::FINISHED, body)?;
        Ok(finished)
    }

    /// Takes a received message into the transcript.
    pub(crate) fn hash_message(&mut self, message_type: HandshakeType, body: &[u8]) -> Result<(), Error> {
        let total = u32::try_from(body.len()).map_err(|_| Error::Misuse)?;
        self.transcript.update_header(message_type, total);
        self.transcript.update(body);
        Ok(())
    }

    fn verify_data(
        &self,
        hello: &Hello,
        master_secret: &MasterSecret,
        side: Side,
    ) -> Result<[u8; 12], Error> {
        let handshake_hash = self.transcript.digest(hello.suite).ok_or(Error::Internal)?;
        Ok(master_secret.verify_data(hello.suite, side, &handshake_hash))
    }
}
