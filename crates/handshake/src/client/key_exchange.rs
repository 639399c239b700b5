//! ServerKeyExchange and ServerHelloDone, and the flight that answers them (RFC 5246 sections 7.4.3 to 7.4.9, RFC 8422
//! sections 5.4 and 5.7).

use super::{Agreed, Client, ClientFlight, ServerShare, State, Then};
use crate::{
    Error, Host, Step,
    context::{Hello, Working},
    key_schedule::Side,
    transcript,
    witness::{PathJudged, PeerProof, SignatureVerified},
};
use codec::{
    HandshakeType as H, Reason, SignatureScheme,
    message::{
        DigitallySigned, EncryptedPreMasterSecret, ServerDhParams, ServerEcdhParams, ServerHelloDone,
        ServerKeyExchange,
    },
};
use crypto::{KeyType, ToBeSigned};
use memory::Bytes;
use suites::{
    Ephemeral, Method, Scheme,
    presence::{Fields, KeyTransport},
};
use zeroize::Zeroizing;

/// Bytes of the pre-master secret of key transport: client_version and 46 random bytes.
const PRE_MASTER_SECRET_LEN: usize = 48;

impl State<'_> {
    pub(super) const fn wait_server_hello_done(
        hello: Hello,
        proof: PeerProof,
        share: Option<ServerShare>,
    ) -> Self {
        Self::WaitServerHelloDone { hello, proof, share, authentication: None }
    }
}

impl<'c> Client<'c> {
    /// The group and scheme must be among those that were offered; then the signature is verified.
    pub(super) fn on_server_key_exchange(
        &mut self,
        hello: Hello,
        path: PathJudged,
        ephemeral: Ephemeral,
        body: &[u8],
    ) -> Result<(State<'c>, Step), Error> {
        let decoding = Error::decoding(H::SERVER_KEY_EXCHANGE);
        let names_scheme = hello.version.names_schemes();
        let profile = self.config.profile;
        let (wire, signed, share) = match ephemeral {
            Ephemeral::Ecdhe(curves) => {
                let message = ServerKeyExchange::decode(body, ServerEcdhParams::read, names_scheme)
                    .map_err(decoding)?;
                (message.wire, message.signed, ServerShare::on_curve(curves, profile, &message.params)?)
            }
            Ephemeral::Dhe(fields, functions) => {
                let message =
                    ServerKeyExchange::decode(body, ServerDhParams::read, names_scheme).map_err(decoding)?;
                let share = ServerShare::in_field(fields, profile, functions, &message.params)?;
                (message.wire, message.signed, share)
            }
        };
        let key = self.certificate.public_key(profile)?;
        let scheme = self.scheme_of(&hello, key.key_type(), signed.scheme)?;
        let randoms = &self.cx.randoms;
        let to_be_signed = ToBeSigned::of_parts(scheme.algorithm, &[&randoms.client, &randoms.server, wire])?;
        let DigitallySigned { signature, .. } = signed;
        let job = (scheme.algorithm.verify)(&key, to_be_signed.as_ref(), signature)?;
        self.seen.group = share.group();
        self.seen.scheme = Some(scheme.id);
        let then = Then::SignatureVerified { hello, path, share };
        Ok((State::Working(Working { job, then }), Step::Work))
    }

    /// The scheme that the server names, or that the version and the key imply.
    fn scheme_of(
        &self,
        hello: &Hello,
        key: KeyType,
        named: Option<SignatureScheme>,
    ) -> Result<&'static Scheme, Reason> {
        transcript::schemes(hello.version, self.config.profile)
            .iter()
            .find(|scheme| scheme.algorithm.key == key && named.is_none_or(|named| named == scheme.id))
            .copied()
            .ok_or(Reason::SignatureSchemeNotOffered)
    }

    pub(super) fn on_signature_verified(
        hello: Hello,
        path: PathJudged,
        share: ServerShare,
    ) -> Result<(State<'c>, Step), Error> {
        Self::check_share(hello, PeerProof::Signed(path, SignatureVerified::of_job()), share)
    }

    /// A finite field of the server's own is checked, but only when the server has signed it.
    pub(super) fn check_share(
        hello: Hello,
        proof: PeerProof,
        share: ServerShare,
    ) -> Result<(State<'c>, Step), Error> {
        Ok(match share.check()? {
            Some((field, job)) => {
                let then = Then::FieldChecked { hello, proof, share, field };
                (State::Working(Working { job, then }), Step::Work)
            }
            None => (State::wait_server_hello_done(hello, proof, Some(share)), Step::WaitPeer),
        })
    }

    /// A finite field of the server's own is a safe prime.
    pub(super) const fn on_field_checked(
        hello: Hello,
        proof: PeerProof,
        share: ServerShare,
        _: Fields,
    ) -> (State<'c>, Step) {
        (State::wait_server_hello_done(hello, proof, Some(share)), Step::WaitPeer)
    }

    /// Starts our half of the key exchange.
    pub(super) fn on_server_hello_done(
        &mut self,
        flight: ClientFlight<'c>,
        share: Option<ServerShare>,
        body: &[u8],
        host: &mut Host<'_>,
    ) -> Result<(State<'c>, Step), Error> {
        ServerHelloDone::decode(body).map_err(Error::decoding(H::SERVER_HELLO_DONE))?;
        let working = match (&flight.hello.suite.kx.method, share) {
            (Method::PskAlone(_), _) => return self.send_psk_flight(flight, host),
            (&Method::KeyTransport(by, encrypt), _) => {
                let pre_master_secret = self.draw_pre_master_secret(host)?;
                let key = self.certificate.public_key(self.config.profile)?;
                let job = encrypt(&key, &pre_master_secret, host.rng)?;
                Working { job, then: Then::Enciphered { flight, pre_master_secret, by } }
            }
            (Method::Ephemeral(_), Some(share)) => {
                Working { job: share.generate(host.rng)?, then: Then::Generated { flight, share } }
            }
            (Method::Ephemeral(_), None) => return Err(Error::Unexpected(H::SERVER_HELLO_DONE)),
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
        flight: ClientFlight<'c>,
        share: ServerShare,
        result: &[u8],
    ) -> Result<(State<'c>, Step), Error> {
        let (private, public) = share.split(result)?;
        let job = share.agree(private)?;
        let then = Then::Shared { flight, public: Bytes::copy_of(public)?, share };
        Ok((State::Working(Working { job, then }), Step::Work))
    }

    /// ClientKeyExchange carries our public value; the shared secret is the pre-master secret.
    pub(super) fn send_ephemeral_flight(
        &mut self,
        flight: ClientFlight<'c>,
        share: &ServerShare,
        public: &[u8],
        shared_secret: &[u8],
        host: &mut Host<'_>,
    ) -> Result<(State<'c>, Step), Error> {
        self.send_certificate(&flight)?;
        let (config, hello) = (self.config, flight.hello);
        self.cx.send(H::CLIENT_KEY_EXCHANGE, |w| {
            Self::write_psk_identity(config, &hello, w)?;
            share.encode(public, w)
        })?;
        self.agree(flight, shared_secret, host)
    }

    /// ClientKeyExchange carries the enciphered pre-master secret.
    pub(super) fn send_key_transport_flight(
        &mut self,
        flight: ClientFlight<'c>,
        _: KeyTransport,
        pre_master_secret: &[u8],
        enciphered: &[u8],
        host: &mut Host<'_>,
    ) -> Result<(State<'c>, Step), Error> {
        self.send_certificate(&flight)?;
        let (config, hello) = (self.config, flight.hello);
        self.cx.send(H::CLIENT_KEY_EXCHANGE, |w| {
            Self::write_psk_identity(config, &hello, w)?;
            EncryptedPreMasterSecret { ciphertext: enciphered }.encode(w)
        })?;
        self.agree(flight, pre_master_secret, host)
    }

    /// ClientKeyExchange has nothing but the identity of the pre-shared key.
    fn send_psk_flight(
        &mut self,
        flight: ClientFlight<'c>,
        host: &mut Host<'_>,
    ) -> Result<(State<'c>, Step), Error> {
        let (config, hello) = (self.config, flight.hello);
        self.cx.send(H::CLIENT_KEY_EXCHANGE, |w| Self::write_psk_identity(config, &hello, w))?;
        self.agree(flight, &[], host)
    }

    /// `secret` is the pre-master secret, or with a pre-shared key the other secret beside it.
    fn agree(
        &mut self,
        flight: ClientFlight<'c>,
        secret: &[u8],
        host: &mut Host<'_>,
    ) -> Result<(State<'c>, Step), Error> {
        let ClientFlight { hello, proof, authentication } = flight;
        let master_secret = self.cx.agree(&hello, secret, self.psk_of(&hello), host)?;
        self.prove_key(authentication, Agreed { hello, proof, master_secret }, host)
    }

    /// NewSessionTicket comes first when the server has promised it (RFC 5077 section 3.3).
    pub(super) const fn after_agreement(&self, agreed: Agreed) -> State<'c> {
        if self.cx.negotiated.session_ticket {
            State::WaitNewSessionTicket(agreed)
        } else {
            State::WaitChangeCipherSpec(agreed)
        }
    }

    pub(super) fn send_finished(&mut self, agreed: Agreed) -> Result<(State<'c>, Step), Error> {
        self.cx.send_finished(&agreed.hello, &agreed.master_secret, Side::Client)?;
        Ok((self.after_agreement(agreed), Step::SendFlight))
    }
}
