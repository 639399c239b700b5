//! ClientHello and ServerHello, seen by the client (RFC 5246 sections 7.4.1.2 and 7.4.1.3).

use super::{Certified, Client, State, authentication, psk};
use crate::{Error, Host, Peer, Step, context::Hello, negotiate::bit, raw_keys, transcript::Transcript};
use codec::{
    CipherSuite, HandshakeType as H, Reason, Writer,
    message::{ClientHello, HelloVerifyRequest, ServerHello},
};
use suites::{HelloOffer, Negotiated};
use x509::ServerName;

impl<'c> Client<'c> {
    /// After ServerHello, what of the offer the chosen version has.
    fn offer(&self) -> HelloOffer<'_> {
        let mut versions = self.config.profile.versions.iter();
        let has_connection_ids = versions
            .any(|version| version.connection_ids && self.cx.version.is_none_or(|wire| wire == version.wire));
        HelloOffer {
            profile: self.config.profile,
            server_name: match self.peer {
                Peer::Named(ServerName::Dns(name)) => Some(name),
                Peer::Named(ServerName::Ip(_)) | Peer::Unnamed => None,
            },
            alpn: self.config.alpn,
            size_limits: self.config.size_limits,
            srtp: self.config.srtp,
            status_request: self.config.stapling.is_some_and(|stapling| stapling.fetched().is_empty()),
            server_certificate: self.config.server_certificate,
            client_certificate: raw_keys::of_client(self.config.credentials),
            ticket: self.sessions.offered_ticket(self.config),
            connection_id: self.cx.connection_ids.own().filter(|_| has_connection_ids),
            renegotiated: self.cx.before.map(|before| before.verify_data),
        }
    }

    /// All suites and extensions of the profile, null compression, and a session when there is one.
    pub(super) fn send_client_hello(&mut self, cookie: &[u8]) -> Result<(), Error> {
        let profile = self.config.profile;
        let version = profile.versions.first().ok_or(Error::Misuse)?;
        let permitted = |suite: &&&suites::Suite| profile.versions.iter().any(|v| v.permits(suite));
        let served = |suite: &&&suites::Suite| psk::may_offer(self.config, suite);
        let suites = profile.suites.iter().filter(permitted).filter(served).map(|suite| suite.id);
        let signals = self.config.fallback.then_some(CipherSuite::FALLBACK_SCSV);
        // Taken out, so that the flight can grow while the offer is read.
        let random = self.cx.randoms.client;
        let mut flight = self.cx.flight.take();
        let mut offered = 0;
        let offer = self.offer();
        let session_id = self.sessions.offered_id();
        let mut framing = self.cx.framing;
        let cookie = framing.is_datagram().then_some(cookie);
        flight.get_or_insert(crate::Flight::new()).write(&mut framing, H::CLIENT_HELLO, |w| {
            ClientHello::write(w, version.wire, &random, session_id, cookie, suites.chain(signals), |w| {
                write_offers(&offer, &mut offered, w)
            })
        })?;
        let written = flight.as_ref().map_or(&[][..], |flight| flight.messages());
        self.cx.transcript.update(written)?;
        self.cx.framing = framing;
        self.cx.flight = flight;
        self.offered = offered;
        Ok(())
    }

    /// The same hello again with the server's cookie; neither the first nor this message is in the transcript (RFC 6347
    /// section 4.2.6).
    pub(super) fn on_hello_verify_request(&mut self, body: &[u8]) -> Result<(State<'c>, Step), Error> {
        let message = HelloVerifyRequest::decode(body).map_err(Error::decoding(H::HELLO_VERIFY_REQUEST))?;
        self.verified = true;
        self.cx.transcript = Transcript::start(self.config.profile, authentication::signers(self.config))?;
        self.send_client_hello(message.cookie)?;
        Ok((State::WaitServerHello, Step::SendFlight))
    }

    /// Version, suite and extensions must be among those that were offered.
    pub(super) fn on_server_hello(
        &mut self,
        body: &[u8],
        host: &mut Host<'_>,
    ) -> Result<(State<'c>, Step), Error> {
        let message = ServerHello::decode(body).map_err(Error::decoding(H::SERVER_HELLO))?;
        let profile = self.config.profile;
        // Also of a version that is refused: only a record of it carries the alert to this server (appendix E.1). Of
        // another major version there are no such records.
        let is_known = profile.versions.iter().any(|v| v.wire.0 >> 8 == message.version.0 >> 8);
        self.cx.version = is_known.then_some(message.version);
        let version =
            profile.versions.iter().find(|v| v.wire == message.version).ok_or(Reason::VersionNotOffered)?;
        let suite =
            profile.suites.iter().find(|s| s.id == message.cipher_suite).ok_or(Reason::SuiteNotOffered)?;
        if !version.permits(suite) || !psk::may_offer(self.config, suite) {
            return Err(Reason::SuiteNotOffered.into());
        }
        if message.compression_method != 0 {
            return Err(Reason::CompressionNotOffered.into());
        }
        self.cx.randoms.server = *message.random;
        let negotiated = self.read_answers(
            &message,
            Negotiated { suite: Some(suite), record_iv: version.record_iv, ..Negotiated::default() },
        )?;
        self.cx.connection_ids.take_up(&negotiated, &message.extensions)?;
        let hello = Hello { version, suite };
        self.cx.transcript.narrow(&hello, profile, authentication::signers(self.config));
        self.cx.negotiated = negotiated;
        if self.is_resumed(&message, &hello)? {
            return self.resume_session(hello, host);
        }
        let next = match hello.suite.kx.certificate {
            Some((by, _)) => {
                let wanted = self.config.server_certificate;
                raw_keys::expect_of_server(&mut self.certificate, wanted, &negotiated)?;
                State::WaitCertificate(Certified { hello, by })
            }
            None => self.without_certificate(hello)?,
        };
        Ok((next, Step::WaitPeer))
    }

    /// RFC 5246 section 7.4.1.4: an answer without an offer ends the handshake.
    fn read_answers(
        &self,
        message: &ServerHello<'_>,
        mut negotiated: Negotiated,
    ) -> Result<Negotiated, Error> {
        let offer = self.offer();
        let rows = self.config.profile.extensions;
        let was_offered = |index: usize| self.offered & bit(index) != 0;
        let mut answered = 0;
        for (id, body) in message.extensions.iter() {
            let (index, row) = rows
                .iter()
                .enumerate()
                .find(|(index, row)| row.id == id && was_offered(*index))
                .ok_or(Reason::UnsolicitedExtension)?;
            answered |= bit(index);
            (row.on_answer)(&offer, body, &mut negotiated).map_err(Error::extension(H::SERVER_HELLO))?;
        }
        for (index, row) in rows.iter().enumerate() {
            if was_offered(index) && answered & bit(index) == 0 {
                (row.if_unanswered)(&offer, &mut negotiated)?;
            }
        }
        Ok(negotiated)
    }
}

/// Writes each extension that has something to offer, and notes which.
fn write_offers(offer: &HelloOffer<'_>, offered: &mut u32, w: &mut Writer<'_>) -> Result<(), codec::Error> {
    for (index, row) in offer.profile.extensions.iter().enumerate() {
        if bit(index) != 0 && row.write(w, |w| (row.offer)(offer, w))? {
            *offered |= bit(index);
        }
    }
    Ok(())
}
