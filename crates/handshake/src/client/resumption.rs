//! A session from before: found, offered, matched with ServerHello, kept for later (RFC 5246 section 7.4.1.2, RFC 5077
//! section 3.4).

use super::{Agreed, Client, State};
use crate::{
    Error, Host, Resumption, Step,
    context::Hello,
    session::{self, Session},
    witness::{PeerProof, SessionMatched},
};
use codec::{
    HandshakeType as H, Reason,
    message::{MAX_SESSION_ID_LEN, NewSessionTicket, ServerHello},
};
use memory::Bytes;

impl<'c> Client<'c> {
    /// Looks for a session of this configuration and server, one that its profile still offers.
    pub(super) fn find_session(&mut self, host: &mut Host<'_>) {
        let Some(fingerprint) = self.fingerprint else { return };
        let Some(store) = host.sessions.as_deref_mut() else { return };
        let Some(session) = session::load(store, &fingerprint) else { return };
        let profile = self.config.profile;
        let version = profile.versions.iter().find(|version| version.wire == session.version);
        let suite = profile.suites.iter().find(|suite| suite.id == session.suite);
        let offered = version.zip(suite).is_some_and(|(version, suite)| version.permits(suite));
        let shown = self.config.tickets || session.ticket.is_empty();
        if offered && shown && session.fingerprint == fingerprint && !session.is_too_old(host, false) {
            self.session = Some(session);
        }
    }

    /// The session_id to offer: the session's, or, with a ticket, a random one that tells whether it was taken (RFC 5077
    /// section 3.4).
    pub(super) fn draw_session_id(&mut self, host: &mut Host<'_>) -> Result<(), Error> {
        let Some(session) = &mut self.session else { return Ok(()) };
        if !session.ticket.is_empty() {
            let mut id = [0; MAX_SESSION_ID_LEN];
            host.rng.fill(&mut id)?;
            session.id.clear();
            session.id.extend(&id)?;
        }
        Ok(())
    }

    /// Whether the server resumes the session that was offered; then version, suite and extended master secret must be
    /// the session's (RFC 5246 section 7.4.1.3, RFC 7627 section 5.3).
    pub(super) fn is_resumed(&self, message: &ServerHello<'_>, hello: &Hello) -> Result<bool, Error> {
        let Some(session) = &self.session else { return Ok(false) };
        if message.session_id.is_empty() || *session.id != *message.session_id {
            return Ok(false);
        }
        if session.version != hello.version.wire || session.suite != hello.suite.id {
            return Err(Reason::SessionChanged.into());
        }
        match (session.extended_master_secret, hello.negotiated.extended_master_secret) {
            (true, false) => Err(Reason::ExtendedMasterSecretMissing.into()),
            (false, true) => Err(Reason::ExtendedMasterSecretUnexpected.into()),
            (true, true) | (false, false) => Ok(true),
        }
    }

    /// The keys come from the session's master secret; the server's Finished comes first.
    pub(super) fn resume_session(
        &mut self,
        hello: Hello,
        host: &mut Host<'_>,
    ) -> Result<(State<'c>, Step), Error> {
        let session = self.session.as_ref().ok_or(Error::Internal)?;
        let master_secret = session.master_secret.copy();
        let by = if session.ticket.is_empty() { Resumption::SessionId } else { Resumption::Ticket };
        self.seen.resumed = Some(by);
        self.seen.verdict = session.peer.map(|peer| peer.verdict);
        let proof = PeerProof::Resumed(SessionMatched::of(session));
        self.cx.make_keys(&hello, &master_secret, host)?;
        let agreed = Agreed { hello, proof, master_secret };
        Ok((State::after_agreement(agreed), Step::WaitPeer))
    }

    pub(super) fn on_new_session_ticket(
        &mut self,
        agreed: Agreed,
        body: &[u8],
    ) -> Result<(State<'c>, Step), Error> {
        let message = NewSessionTicket::decode(body).map_err(Error::decoding(H::NEW_SESSION_TICKET))?;
        // An empty one says that there is none after all (RFC 5077 section 3.3); one that is too long is not kept.
        if !message.ticket.is_empty() && message.ticket.len() <= crate::limits::MAX_TICKET_BYTES {
            self.ticket = Some((Bytes::copy_of(message.ticket)?, message.lifetime_hint));
        }
        Ok((State::WaitChangeCipherSpec(agreed), Step::WaitPeer))
    }

    /// Keeps what can be resumed: the new ticket, else the session_id of a full handshake; a session that was resumed
    /// without a new ticket stays as it is.
    pub(super) fn keep_session(&mut self, agreed: &Agreed, host: &mut Host<'_>) -> Result<(), Error> {
        let Some(fingerprint) = self.fingerprint else { return Ok(()) };
        let identity = match &self.session {
            Some(session) if self.seen.resumed.is_some() => session.peer,
            Some(_) | None => self.certificate.identity(),
        };
        let mut session = Session::new(&agreed.hello, &agreed.master_secret, fingerprint, identity, host);
        if let Some((ticket, lifetime)) = self.ticket.take() {
            session.lifetime = lifetime;
            session.ticket.extend(&ticket)?;
        } else if self.seen.resumed.is_some() {
            return Ok(());
        } else {
            session.id.extend(&self.session_id)?;
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
