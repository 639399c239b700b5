//! ClientHello, and the flight that answers it (RFC 5246 sections 7.4.1.2 to 7.4.5).

use super::{Secret, Server, State, Then, asks_for_certificate, certificate_status};
use crate::{
    Credential, CredentialChoice, Error, Host, Step,
    context::{Hello, Working},
    extension,
    negotiate::{self, Choice, Offered, bit},
    raw_keys,
    switches::NOTICE_FALLBACK,
    transcript::Signers,
};
use codec::{
    CipherSuite, ExtensionType, HandshakeType as H, ProtocolVersion, Reason,
    message::{ClientHello, Extensions, ServerHello, ServerHelloDone},
};
use memory::Bytes;
use suites::{HelloOffer, Negotiated, Version};

impl<'c> Server<'c> {
    fn offer(&self, host: &Host<'_>) -> HelloOffer<'c> {
        // A renegotiation keeps no session, so it promises no ticket.
        let is_first = self.cx.before.is_none();
        let seals = is_first && host.tickets.as_ref().is_some_and(|tickets| tickets.is_ready());
        HelloOffer {
            alpn: self.config.alpn,
            size_limits: self.config.size_limits,
            srtp: self.config.srtp,
            client_certificate: self.config.client_certificate,
            ticket: seals.then_some(&[]),
            renegotiated: self.cx.before.map(|before| before.verify_data),
            ..HelloOffer::new(self.config.profile)
        }
    }

    /// `answer` is the application's choice of a credential, when it was asked.
    pub(super) fn on_client_hello(
        &mut self,
        body: &[u8],
        answer: Option<usize>,
        host: &mut Host<'_>,
    ) -> Result<(State<'c>, Step), Error> {
        self.cx.connection_ids.choose(self.config.connection_id, host.rng)?;
        let own = self.cx.connection_ids.lend();
        let outcome = self.answer_client_hello(body, answer, own.bytes(), host);
        self.cx.connection_ids.give_back(own);
        outcome
    }

    fn answer_client_hello(
        &mut self,
        body: &[u8],
        answer: Option<usize>,
        connection_id: Option<&[u8]>,
        host: &mut Host<'_>,
    ) -> Result<(State<'c>, Step), Error> {
        let message = self.cx.framing.decode_client_hello(body).map_err(Error::decoding(H::CLIENT_HELLO))?;
        let version = self.choose_version(&message)?;
        if !message.compression_methods.contains(&0) {
            return Err(Reason::NullCompressionMissing.into());
        }
        self.client_version = message.version;
        self.cx.version = Some(version.wire);
        self.cx.randoms.client = *message.random;
        let connection_id = connection_id.filter(|_| version.connection_ids);
        let offer = HelloOffer { connection_id, ..self.offer(host) };
        let (negotiated, received) = self.read_offers(&offer, &message)?;
        if self.cx.before.is_some() && !negotiated.extended_master_secret {
            return Err(Reason::ExtendedMasterSecretMissing.into());
        }
        self.cx.negotiated = Negotiated { record_iv: version.record_iv, ..negotiated };
        self.cx.connection_ids.take_up(&negotiated, &message.extensions)?;
        host.rng.fill(&mut self.cx.randoms.server)?;
        let server_name = extension::server_name_of(&message);
        if let Some((hello, session)) = self.find_session(version, &message, server_name, host)? {
            return self.resume_session(hello, session, &offer, &message, received, host);
        }
        if self.config.credential_choice == CredentialChoice::Asked && answer.is_none() {
            return Ok((State::ChoosingCredential(Bytes::copy_of(body)?), Step::Ask));
        }
        let offered =
            Offered { version, suites: message.cipher_suites, server_name, negotiated: &self.cx.negotiated };
        let choice = negotiate::choose(self.config, &offered, answer)?;
        let asks = asks_for_certificate(self.config, choice.suite);
        let names_types = message.extensions.find(ExtensionType::SERVER_CERTIFICATE_TYPE).is_some();
        let negotiated = &mut self.cx.negotiated;
        raw_keys::agree(negotiated, choice.credential, names_types, asks);
        certificate_status::agree(negotiated, &choice);
        negotiated.suite = Some(choice.suite);
        negotiated.server_name = server_name.is_some() && choice.credential.is_some_and(negotiate::is_named);
        let hello = Hello { version, suite: choice.suite };
        self.draw_session_id(host)?;
        self.send_server_hello(&hello, &offer, received)?;
        let Choice { credential, ephemeral, .. } = choice;
        if let Some(credential) = credential {
            self.send_certificate(credential)?;
            self.send_certificate_status(credential)?;
        }
        self.ephemeral = ephemeral;
        if let Some(ephemeral) = ephemeral {
            let job = (ephemeral.group.agreement.generate)(host.rng)?;
            let then = Then::Generated { hello, ephemeral };
            return Ok((State::Working(Working { job, then }), Step::Work));
        }
        self.send_psk_identity_hint(&hello)?;
        self.send_server_hello_done(hello, credential.map_or(Secret::PskAlone, Secret::KeyTransport))
    }

    /// The newest version of the profile that is not newer than the client's. A client that has fallen back from a newer
    /// one is refused when that is in common (RFC 7507 section 3).
    fn choose_version(&self, message: &ClientHello<'_>) -> Result<&'static Version, Error> {
        let offered: ProtocolVersion = message.version;
        let mut versions = self.config.profile.versions.iter();
        let version = versions.find(|version| version.is_at_most(offered)).ok_or(Reason::NoCommonVersion)?;
        let newest = self.config.profile.versions.first();
        let fell_back = message.cipher_suites.iter().any(|id| id == CipherSuite::FALLBACK_SCSV);
        if NOTICE_FALLBACK && fell_back && newest.is_some_and(|newest| !newest.is_at_most(offered)) {
            return Err(Reason::InappropriateFallback.into());
        }
        Ok(version)
    }

    /// Reads the extensions that the profile knows and skips the others; bit n of the second value says that the
    /// client sent extension n.
    fn read_offers(
        &self,
        offer: &HelloOffer<'_>,
        message: &ClientHello<'_>,
    ) -> Result<(Negotiated, u32), Error> {
        let mut negotiated = Negotiated::default();
        let mut received = 0;
        // RFC 5746 section 3.6: the signalling suite stands for an empty renegotiation_info, in a first handshake.
        let signalled =
            message.cipher_suites.iter().any(|id| id == CipherSuite::EMPTY_RENEGOTIATION_INFO_SCSV);
        let signal = signalled.then_some((ExtensionType::RENEGOTIATION_INFO, [0].as_slice()));
        for (index, row) in offer.profile.extensions.iter().enumerate() {
            for (_, body) in message.extensions.iter().chain(signal).filter(|(id, _)| *id == row.id) {
                received |= bit(index);
                (row.server.on_offer)(offer, body, &mut negotiated)
                    .map_err(Error::extension(H::CLIENT_HELLO))?;
            }
            if received & bit(index) == 0 {
                (row.server.if_missing)(offer, &mut negotiated)?;
            }
        }
        Ok((negotiated, received))
    }

    /// The session_id is that of the session which is resumed, or under which this one will be kept.
    pub(super) fn send_server_hello(
        &mut self,
        hello: &Hello,
        offer: &HelloOffer<'_>,
        received: u32,
    ) -> Result<(), Error> {
        let random = self.cx.randoms.server;
        let session_id = self.session.id;
        let Hello { version, suite } = hello;
        let mut negotiated = self.cx.negotiated;
        self.cx.send(H::SERVER_HELLO, |w| {
            let message = ServerHello {
                version: version.wire,
                random: &random,
                session_id: session_id.as_ref(),
                cipher_suite: suite.id,
                compression_method: 0,
                extensions: Extensions::ABSENT,
            };
            message.encode_with(w, |w| {
                for (index, row) in offer.profile.extensions.iter().enumerate() {
                    if received & bit(index) != 0 {
                        row.write(w, |w| (row.server.answer)(offer, &mut negotiated, w))?;
                    }
                }
                Ok(())
            })
        })?;
        self.cx.negotiated = negotiated;
        let asks = asks_for_certificate(self.config, hello.suite);
        self.cx.transcript.narrow(hello, self.config.profile, Signers::of_clients(asks));
        Ok(())
    }

    fn send_certificate(&mut self, credential: &Credential<'_>) -> Result<(), Error> {
        let agreed = self.cx.negotiated.server_certificate_type;
        let len: usize = credential.chain.iter().map(|der| der.len() + 3).sum();
        if let Some(flight) = &mut self.cx.flight {
            flight.reserve(len + 7)?;
        }
        self.cx.send(H::CERTIFICATE, |w| raw_keys::write_certificate(w, Some(credential), agreed))
    }

    pub(super) fn send_server_hello_done(
        &mut self,
        hello: Hello,
        secret: Secret<'c>,
    ) -> Result<(State<'c>, Step), Error> {
        let asks = asks_for_certificate(self.config, hello.suite);
        if asks {
            self.send_certificate_request(&hello)?;
        }
        self.cx.send(H::SERVER_HELLO_DONE, |w| ServerHelloDone.encode(w))?;
        let next = if asks {
            raw_keys::expect_of_client(&mut self.certificate, &self.cx.negotiated);
            State::WaitCertificate { hello, secret }
        } else {
            State::WaitClientKeyExchange { hello, secret, path: None }
        };
        Ok((next, Step::SendFlight))
    }
}
