//! ServerKeyExchange, CertificateRequest and ServerHelloDone, and the flight that answers them (RFC 5246 sections
//! 7.4.3 to 7.4.8, RFC 8422 sections 5.4 and 5.7).

use super::{Agreed, Client, ClientFlight, State, Then};
use crate::{
    Error, Host, Step,
    context::{Hello, Working},
    key_schedule::Side,
    witness::{PathJudged, PeerProof, SignatureVerified},
};
use codec::{
    HandshakeType as H, Reason,
    message::{
        Certificate, CertificateRequest, ClientEcdhePublic, EncryptedPreMasterSecret, ServerHelloDone,
        ServerKeyExchange,
    },
};
use memory::Bytes;
use suites::{Group, Method};
use zeroize::Zeroizing;

/// Bytes of the pre-master secret of key transport: client_version and 46 random bytes.
const PRE_MASTER_SECRET_LEN: usize = 48;

/// The server's ephemeral public value.
pub(super) struct ServerShare {
    group: &'static Group,
    public: Bytes,
}

impl Client<'_> {
    /// The group and scheme must be among those that were offered; then the signature is verified.
    pub(super) fn on_server_key_exchange(
        &mut self,
        hello: Hello,
        path: PathJudged,
        body: &[u8],
    ) -> Result<(State, Step), Error> {
        let message = ServerKeyExchange::decode(body).map_err(Error::decoding(H::SERVER_KEY_EXCHANGE))?;
        let profile = self.config.profile;
        let group =
            profile.groups.iter().find(|group| group.id == message.group).ok_or(Reason::GroupNotOffered)?;
        let scheme = profile
            .schemes
            .iter()
            .find(|scheme| {
                scheme.id == message.scheme && scheme.algorithm.key == hello.suite.kx.certificate_key
            })
            .ok_or(Reason::SignatureSchemeNotOffered)?;
        let digest =
            (scheme.algorithm.hash.digest)(&[&self.cx.client_random, &self.cx.server_random, message.params]);
        let key = pki::public_key(self.verifier.public_key(), profile.curves)
            .map_err(|_| Error::Violation(Reason::UnsupportedKey))?;
        let job = (scheme.algorithm.verify)(&key, digest.as_ref(), message.signature)?;
        self.group = Some(group.id);
        self.scheme = Some(scheme.id);
        let share = ServerShare { group, public: Bytes::copy_of(message.public)? };
        let then = Then::SignatureVerified { hello, path, share };
        Ok((State::Working(Working { job, then }), Step::Work))
    }

    pub(super) fn on_signature_verified(
        &mut self,
        hello: Hello,
        path: PathJudged,
        share: ServerShare,
    ) -> (State, Step) {
        let proof = PeerProof::Signed(path, SignatureVerified::of_job());
        let next =
            State::WaitServerHelloDone { hello, proof, share: Some(share), certificate_requested: false };
        (next, Step::WaitPeer)
    }

    /// Answered with an empty Certificate (RFC 5246 section 7.4.6).
    pub(super) fn on_certificate_request(
        &mut self,
        hello: Hello,
        proof: PeerProof,
        share: Option<ServerShare>,
        body: &[u8],
    ) -> Result<(State, Step), Error> {
        CertificateRequest::decode(body).map_err(Error::decoding(H::CERTIFICATE_REQUEST))?;
        self.certificate_requested = true;
        Ok((State::WaitServerHelloDone { hello, proof, share, certificate_requested: true }, Step::WaitPeer))
    }

    /// Starts our half of the key exchange.
    pub(super) fn on_server_hello_done(
        &mut self,
        flight: ClientFlight,
        share: Option<ServerShare>,
        body: &[u8],
        host: &mut Host<'_>,
    ) -> Result<(State, Step), Error> {
        ServerHelloDone::decode(body).map_err(Error::decoding(H::SERVER_HELLO_DONE))?;
        let working = match (&flight.hello.suite.kx.method, share) {
            (Method::Ephemeral, Some(share)) => {
                let job = (share.group.agreement.generate)(host.rng)?;
                Working { job, then: Then::Generated { flight, share } }
            }
            (Method::Ephemeral, None) => return Err(Error::Unexpected(H::SERVER_HELLO_DONE)),
            (Method::KeyTransport { encrypt }, _) => {
                let pre_master_secret = self.draw_pre_master_secret(host)?;
                let key = pki::public_key(self.verifier.public_key(), self.config.profile.curves)
                    .map_err(|_| Error::Violation(Reason::UnsupportedKey))?;
                let job = encrypt(&key, &pre_master_secret, host.rng)?;
                Working { job, then: Then::Enciphered { flight, pre_master_secret } }
            }
        };
        Ok((State::Working(working), Step::Work))
    }

    /// The highest version offered, and 46 random bytes (RFC 5246 section 7.4.7.1).
    fn draw_pre_master_secret(&self, host: &mut Host<'_>) -> Result<Bytes, Error> {
        let version = self.config.profile.versions.first().ok_or(Error::Misuse)?;
        let mut random = Zeroizing::new([0; PRE_MASTER_SECRET_LEN - 2]);
        host.rng.fill(&mut *random)?;
        let mut pre_master_secret = Bytes::with_cap(PRE_MASTER_SECRET_LEN);
        pre_master_secret.reserve(PRE_MASTER_SECRET_LEN)?;
        pre_master_secret.extend(&version.wire.0.to_be_bytes())?;
        pre_master_secret.extend(&*random)?;
        Ok(pre_master_secret)
    }

    /// `result` is our private value and our public one.
    pub(super) fn on_generated(
        &mut self,
        flight: ClientFlight,
        share: ServerShare,
        result: &[u8],
    ) -> Result<(State, Step), Error> {
        let agreement = share.group.agreement;
        let (private, public) = result.split_at_checked(agreement.private_len).ok_or(Error::Internal)?;
        let job = (agreement.agree)(private, &share.public)?;
        let then = Then::Shared { flight, public: Bytes::copy_of(public)? };
        Ok((State::Working(Working { job, then }), Step::Work))
    }

    /// ClientKeyExchange carries our public value; the shared secret is the pre-master secret.
    pub(super) fn send_ephemeral_flight(
        &mut self,
        flight: ClientFlight,
        public: &[u8],
        shared_secret: &[u8],
    ) -> Result<(State, Step), Error> {
        self.send_empty_certificate(&flight)?;
        self.cx.send(H::CLIENT_KEY_EXCHANGE, |w| ClientEcdhePublic { point: public }.encode(w))?;
        self.send_finished(flight, shared_secret)
    }

    /// ClientKeyExchange carries the enciphered pre-master secret.
    pub(super) fn send_key_transport_flight(
        &mut self,
        flight: ClientFlight,
        pre_master_secret: &[u8],
        enciphered: &[u8],
    ) -> Result<(State, Step), Error> {
        self.send_empty_certificate(&flight)?;
        self.cx.send(H::CLIENT_KEY_EXCHANGE, |w| {
            EncryptedPreMasterSecret { ciphertext: enciphered }.encode(w)
        })?;
        self.send_finished(flight, pre_master_secret)
    }

    fn send_empty_certificate(&mut self, flight: &ClientFlight) -> Result<(), Error> {
        if flight.certificate_requested {
            self.cx.send(H::CERTIFICATE, |w| Certificate::write(w, &[]))?;
        }
        Ok(())
    }

    fn send_finished(
        &mut self,
        flight: ClientFlight,
        pre_master_secret: &[u8],
    ) -> Result<(State, Step), Error> {
        let ClientFlight { hello, proof, .. } = flight;
        let master_secret = self.cx.agree(&hello, pre_master_secret)?;
        self.cx.send_finished(&hello, &master_secret, Side::Client)?;
        let agreed = Agreed { hello, proof, master_secret };
        Ok((State::WaitChangeCipherSpec(agreed), Step::SendFlight))
    }
}
