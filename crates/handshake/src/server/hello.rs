//! ClientHello, and the flight that answers it (RFC 5246 sections 7.4.1.2, 7.4.1.3, 7.4.2, 7.4.5).

use super::{Secret, Server, State, Then};
use crate::{
    Error, Host, Step,
    context::{Hello, Working},
    negotiate::{self, Choice, bit},
};
use codec::{
    CipherSuite, ExtensionType, HandshakeType as H, ProtocolVersion, Reason,
    message::{Certificate, ClientHello, Extensions, ServerHello, ServerHelloDone},
};
use suites::{HelloOffer, Negotiated, Version};

impl<'c> Server<'c> {
    fn offer(&self) -> HelloOffer<'c> {
        HelloOffer { profile: self.config.profile, server_name: None, alpn: self.config.alpn }
    }

    pub(super) fn on_client_hello(
        &mut self,
        body: &[u8],
        host: &mut Host<'_>,
    ) -> Result<(State<'c>, Step), Error> {
        let message = ClientHello::decode(body).map_err(Error::decoding(H::CLIENT_HELLO))?;
        let version = self.choose_version(message.version)?;
        if !message.compression_methods.contains(&0) {
            return Err(Reason::NullCompressionMissing.into());
        }
        self.client_version = message.version;
        self.cx.version = Some(version.wire);
        self.cx.client_random = *message.random;
        let (mut negotiated, received) = self.read_offers(&message)?;
        let offers = |id: CipherSuite| message.cipher_suites.iter().any(|offered| offered == id);
        let choice = negotiate::choose(self.config, |suite| offers(suite.id), &negotiated)?;
        negotiated.suite = Some(choice.suite);
        self.cx.transcript.narrow(choice.suite);
        host.rng.fill(&mut self.cx.server_random)?;
        self.send_server_hello(version, choice, &mut negotiated, received)?;
        self.send_certificate(choice)?;
        let hello = Hello { version, suite: choice.suite, negotiated };
        self.signed = choice.signed;
        match choice.signed {
            Some(signed) => {
                let job = (signed.group.agreement.generate)(host.rng)?;
                let then = Then::Generated { hello, credential: choice.credential, signed };
                Ok((State::Working(Working { job, then }), Step::Work))
            }
            None => self.send_server_hello_done(hello, Secret::KeyTransport(choice.credential)),
        }
    }

    /// The newest version of the profile that is not newer than the client's.
    fn choose_version(&self, offered: ProtocolVersion) -> Result<&'static Version, Error> {
        let mut versions = self.config.profile.versions.iter();
        Ok(versions.find(|version| version.wire <= offered).ok_or(Reason::NoCommonVersion)?)
    }

    /// Reads the extensions that the profile knows and skips the others; bit n of the second value says that the
    /// client sent extension n.
    fn read_offers(&self, message: &ClientHello<'_>) -> Result<(Negotiated, u32), Error> {
        let offer = self.offer();
        let mut negotiated = Negotiated::default();
        let mut received = 0;
        // RFC 5746 section 3.6: the signalling suite stands for an empty renegotiation_info.
        let signalled =
            message.cipher_suites.iter().any(|id| id == CipherSuite::EMPTY_RENEGOTIATION_INFO_SCSV);
        let signal = signalled.then_some((ExtensionType::RENEGOTIATION_INFO, [0].as_slice()));
        for (index, row) in offer.profile.extensions.iter().enumerate() {
            for (_, body) in message.extensions.iter().chain(signal).filter(|(id, _)| *id == row.id) {
                received |= bit(index);
                (row.on_offer)(&offer, body, &mut negotiated).map_err(Error::extension(H::CLIENT_HELLO))?;
            }
            if received & bit(index) == 0 {
                (row.if_missing)(&offer, &mut negotiated)?;
            }
        }
        Ok((negotiated, received))
    }

    /// No session is kept, so the session_id is empty (RFC 5246 section 7.4.1.3).
    fn send_server_hello(
        &mut self,
        version: &Version,
        choice: Choice<'_>,
        negotiated: &mut Negotiated,
        received: u32,
    ) -> Result<(), Error> {
        let offer = self.offer();
        let random = self.cx.server_random;
        self.cx.send(H::SERVER_HELLO, |w| {
            let hello = ServerHello {
                version: version.wire,
                random: &random,
                session_id: &[],
                cipher_suite: choice.suite.id,
                compression_method: 0,
                extensions: Extensions::ABSENT,
            };
            hello.encode_with(w, |w| {
                for (index, row) in offer.profile.extensions.iter().enumerate() {
                    if received & bit(index) != 0 {
                        row.write(w, |w| (row.answer)(&offer, negotiated, w))?;
                    }
                }
                Ok(())
            })
        })
    }

    fn send_certificate(&mut self, choice: Choice<'_>) -> Result<(), Error> {
        let chain = choice.credential.chain;
        let len: usize = chain.iter().map(|der| der.len() + 3).sum();
        if let Some(flight) = &mut self.cx.flight {
            flight.reserve(len + 7)?;
        }
        self.cx.send(H::CERTIFICATE, |w| Certificate::write(w, chain))
    }

    pub(super) fn send_server_hello_done(
        &mut self,
        hello: Hello,
        secret: Secret<'c>,
    ) -> Result<(State<'c>, Step), Error> {
        self.cx.send(H::SERVER_HELLO_DONE, |w| ServerHelloDone.encode(w))?;
        Ok((State::WaitClientKeyExchange { hello, secret }, Step::SendFlight))
    }
}
