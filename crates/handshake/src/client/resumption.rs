//! A session from before: found, offered, matched with ServerHello, kept for later (RFC 5246 section 7.4.1.2, RFC 5077
//! section 3.4).

use super::{Agreed, Client, State, psk};
use crate::{
    ClientConfig, Error, Host, Peer, Resumption, Step,
    context::Hello,
    fingerprint,
    session::{self, Fingerprint, PeerIdentity, Session},
    witness::{PeerProof, SessionMatched},
};
use codec::{
    ExtensionType, HandshakeType as H, Reason,
    message::{MAX_SESSION_ID_LEN, NewSessionTicket, ServerHello},
};
use memory::Bytes;

/// What of a handshake is about sessions.
pub(super) struct Sessions {
    /// What sessions of this configuration and server are kept under; None without a store.
    fingerprint: Option<Fingerprint>,
    /// The session that was offered.
    offered: Option<Session>,
    /// How it was resumed.
    resumed: Option<Resumption>,
    /// The ticket that came, with its lifetime.
    ticket: Option<(Bytes, u32)>,
    /// The session_id of ServerHello.
    id: Bytes,
}

impl Sessions {
    /// With the session of this configuration and server that the store has, if it fits; none in a renegotiation.
    pub(super) fn new(
        config: &ClientConfig<'_>,
        peer: &Peer<'_>,
        is_first: bool,
        host: &mut Host<'_>,
    ) -> Result<Self, Error> {
        let fingerprint = match host.sessions {
            Some(_) if is_first => fingerprint::of_client(config, peer)?,
            Some(_) | None => None,
        };
        let mut sessions = Self {
            fingerprint,
            offered: None,
            resumed: None,
            ticket: None,
            id: Bytes::with_cap(MAX_SESSION_ID_LEN),
        };
        sessions.find(config, host);
        sessions.draw_id(host)?;
        Ok(sessions)
    }

    /// Looks for a session that the profile still offers.
    fn find(&mut self, config: &ClientConfig<'_>, host: &mut Host<'_>) {
        let Some(fingerprint) = self.fingerprint else { return };
        let Some(store) = host.sessions.as_deref_mut() else { return };
        let Some(session) = session::load(store, &fingerprint) else { return };
        let profile = config.profile;
        let version = profile.versions.iter().find(|version| version.wire == session.version);
        let suite = profile.suites.iter().find(|suite| suite.id == session.suite);
        let is_offered = version
            .zip(suite)
            .is_some_and(|(version, suite)| version.permits(suite) && psk::may_offer(config, suite));
        let shown = config.tickets || session.ticket.is_empty();
        // RFC 7627 section 5.3: such a session is offered with the extension or not at all.
        let bound = !session.extended_master_secret
            || profile.extensions.iter().any(|row| row.id == ExtensionType::EXTENDED_MASTER_SECRET);
        if is_offered
            && shown
            && bound
            && session.fingerprint == fingerprint
            && !session.is_too_old(host, false)
        {
            self.offered = Some(session);
        }
    }

    /// The session_id to offer: the session's, or, with a ticket, a random one that tells whether it was taken (RFC 5077
    /// section 3.4).
    fn draw_id(&mut self, host: &mut Host<'_>) -> Result<(), Error> {
        let Some(session) = &mut self.offered else { return Ok(()) };
        if !session.ticket.is_empty() {
            let mut id = [0; MAX_SESSION_ID_LEN];
            host.rng.fill(&mut id)?;
            session.id.clear();
            session.id.extend(&id)?;
        }
        Ok(())
    }

    /// What sessions are kept under.
    pub(super) const fn key(&self) -> Option<Fingerprint> {
        self.fingerprint
    }

    /// The session_id of ClientHello.
    pub(super) fn offered_id(&self) -> &[u8] {
        self.offered.as_ref().map_or(&[][..], |session| &session.id)
    }

    /// The ticket of ClientHello, empty to ask for one, None not to.
    pub(super) fn offered_ticket(&self, config: &ClientConfig<'_>) -> Option<&[u8]> {
        let ticket = self.offered.as_ref().map_or(&[][..], |session| &session.ticket);
        (config.tickets && self.fingerprint.is_some()).then_some(ticket)
    }

    /// How a session was resumed.
    pub(super) const fn resumed(&self) -> Option<Resumption> {
        self.resumed
    }

    /// Who the server was when the session that is resumed was made.
    pub(super) fn identity(&self) -> Option<PeerIdentity> {
        self.offered.as_ref().filter(|_| self.resumed.is_some()).and_then(|session| session.peer)
    }
}

impl<'c> Client<'c> {
    /// Whether the server resumes the session that was offered; then version, suite and extended master secret must be
    /// the session's (RFC 5246 section 7.4.1.3, RFC 7627 section 5.3).
    pub(super) fn is_resumed(&mut self, message: &ServerHello<'_>, hello: &Hello) -> Result<bool, Error> {
        let Some(session) = &self.sessions.offered else {
            return self.note_session_id(message);
        };
        if message.session_id.is_empty() || *session.id != *message.session_id {
            return self.note_session_id(message);
        }
        if session.version != hello.version.wire || session.suite != hello.suite.id {
            return Err(Reason::SessionChanged.into());
        }
        match (session.extended_master_secret, self.cx.negotiated.extended_master_secret) {
            (true, false) => Err(Reason::ExtendedMasterSecretMissing.into()),
            (false, true) => Err(Reason::ExtendedMasterSecretUnexpected.into()),
            (true, true) | (false, false) => Ok(true),
        }
    }

    /// A full handshake: what its session will stand under at the server.
    fn note_session_id(&mut self, message: &ServerHello<'_>) -> Result<bool, Error> {
        self.sessions.id.extend(message.session_id)?;
        Ok(false)
    }

    /// The keys come from the session's master secret; the server's Finished comes first.
    pub(super) fn resume_session(
        &mut self,
        hello: Hello,
        host: &mut Host<'_>,
    ) -> Result<(State<'c>, Step), Error> {
        let session = self.sessions.offered.as_ref().ok_or(Error::Internal)?;
        let master_secret = session.master_secret.copy();
        let by = if session.ticket.is_empty() { Resumption::SessionId } else { Resumption::Ticket };
        self.sessions.resumed = Some(by);
        self.seen.verdict = session.peer.map(|peer| peer.verdict);
        let proof = PeerProof::Resumed(SessionMatched::of(session));
        self.cx.make_keys(&hello, &master_secret, host)?;
        let agreed = Agreed { hello, proof, master_secret };
        Ok((self.after_agreement(agreed), Step::WaitPeer))
    }

    pub(super) fn on_new_session_ticket(
        &mut self,
        agreed: Agreed,
        body: &[u8],
    ) -> Result<(State<'c>, Step), Error> {
        let message = NewSessionTicket::decode(body).map_err(Error::decoding(H::NEW_SESSION_TICKET))?;
        // An empty one says that there is none after all (RFC 5077 section 3.3); one that is too long is not kept.
        if !message.ticket.is_empty() && message.ticket.len() <= crate::limits::MAX_TICKET_BYTES {
            self.sessions.ticket = Some((Bytes::copy_of(message.ticket)?, message.lifetime_hint));
        }
        Ok((State::WaitChangeCipherSpec(agreed), Step::WaitPeer))
    }

    /// Keeps what can be resumed: the new ticket, else the session_id of a full handshake; a session that was resumed
    /// without a new ticket stays as it is.
    pub(super) fn keep_session(&mut self, agreed: &Agreed, host: &mut Host<'_>) -> Result<(), Error> {
        let Some(fingerprint) = self.sessions.fingerprint else { return Ok(()) };
        let identity = self.sessions.identity().or_else(|| self.certificate.identity());
        let mut session = Session::new(
            &agreed.hello,
            &self.cx.negotiated,
            &agreed.master_secret,
            fingerprint,
            identity,
            host,
        );
        session.psk_identity = self.psk_identity(&agreed.hello)?;
        if let Some((ticket, lifetime)) = self.sessions.ticket.take() {
            session.lifetime = lifetime;
            session.ticket.extend(&ticket)?;
        } else if self.sessions.resumed.is_some() {
            return Ok(());
        } else {
            session.id.extend(&self.sessions.id)?;
        }
        let Some(store) = host.sessions.as_deref_mut() else { return Ok(()) };
        if session.ticket.is_empty() && session.id.is_empty() {
            store.store(&fingerprint, &[]);
        } else {
            store.store(&fingerprint, &session.encode()?);
        }
        Ok(())
    }
}
