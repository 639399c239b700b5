//! Sessions from before, and what is kept for later (RFC 5246 section 7.4.1.2, RFC 5077 sections 3.1 to 3.4).

use super::{Agreed, Server, State};
use crate::{
    Error, Host, Resumption, Step,
    context::Hello,
    fingerprint,
    key_schedule::Side,
    psk::KeptIdentity,
    raw_keys,
    session::{self, Fingerprint, PeerIdentity, Session},
    transcript::Signers,
    witness::{PeerProof, SessionMatched},
};
use codec::{
    ExtensionType, HandshakeType as H, Reason,
    message::{ClientHello, MAX_SESSION_ID_LEN, NewSessionTicket},
};
use suites::{HelloOffer, Negotiated, Version};

/// A session_id, at most 32 bytes.
#[derive(Clone, Copy, Default)]
pub(super) struct SessionId {
    bytes: [u8; MAX_SESSION_ID_LEN],
    len: usize,
}

impl SessionId {
    fn new(id: &[u8]) -> Self {
        let mut session_id = Self::default();
        for (to, from) in session_id.bytes.iter_mut().zip(id) {
            *to = *from;
            session_id.len += 1;
        }
        session_id
    }
}

impl AsRef<[u8]> for SessionId {
    fn as_ref(&self) -> &[u8] {
        self.bytes.get(..self.len).unwrap_or_default()
    }
}

/// What of this handshake is about sessions.
#[derive(Default)]
pub(super) struct ServerSession {
    /// What goes into ServerHello.
    pub(super) id: SessionId,
    /// What the session belongs to; None when none is kept.
    pub(super) fingerprint: Option<Fingerprint>,
    pub(super) resumed: Option<Resumption>,
    /// Who the client was, in the session that is resumed.
    pub(super) peer: Option<PeerIdentity>,
}

/// A session that fits.
pub(super) struct Found {
    session: Session,
    by: Resumption,
    is_renewal_due: bool,
}

impl<'c> Server<'c> {
    /// The session that the client offers, when this server has it and it belongs to the same configuration, name,
    /// version, suite and kind of master secret. Anything else is a full handshake, but for a session with the extended
    /// master secret that is offered without (RFC 7627 section 5.3).
    pub(super) fn find_session(
        &mut self,
        version: &'static Version,
        message: &ClientHello<'_>,
        server_name: Option<&[u8]>,
        host: &mut Host<'_>,
    ) -> Result<Option<(Hello, Found)>, Error> {
        if (host.sessions.is_none() && host.tickets.is_none()) || self.cx.before.is_some() {
            return Ok(None);
        }
        let negotiated = &self.cx.negotiated;
        self.session.fingerprint = fingerprint::of_server(self.config, server_name)?;
        let Some(found) = load(message, negotiated, host)? else { return Ok(None) };
        let session = &found.session;
        let profile = self.config.profile;
        let suite = profile.suites.iter().find(|suite| {
            suite.id == session.suite
                && version.permits(suite)
                && message.cipher_suites.iter().any(|id| id == suite.id)
        });
        let Some(suite) = suite else { return Ok(None) };
        if self.session.fingerprint != Some(session.fingerprint)
            || session.version != version.wire
            || session.is_too_old(host, true)
        {
            return Ok(None);
        }
        match (session.extended_master_secret, negotiated.extended_master_secret) {
            (true, false) => return Err(Reason::ExtendedMasterSecretMissing.into()),
            (false, true) => return Ok(None),
            (true, true) | (false, false) => {}
        }
        // A key that was taken away takes its sessions along.
        match (&session.psk_identity, suite.kx.psk, self.config.psk) {
            (None, None, _) => {}
            (Some(identity), Some(_), Some(psk)) if psk.find(identity)?.is_some() => {}
            (Some(_) | None, _, _) => return Ok(None),
        }
        Ok(Some((Hello { version, suite }, found)))
    }

    /// ServerHello, a new ticket when one is due, ChangeCipherSpec and Finished.
    pub(super) fn resume_session(
        &mut self,
        hello: Hello,
        found: Found,
        offer: &HelloOffer<'_>,
        message: &ClientHello<'_>,
        received: u32,
        host: &mut Host<'_>,
    ) -> Result<(State<'c>, Step), Error> {
        let Found { session, by, is_renewal_due } = found;
        let negotiated = &mut self.cx.negotiated;
        negotiated.suite = Some(hello.suite);
        negotiated.session_ticket &= is_renewal_due;
        // No certificate is sent, and so no status of it.
        negotiated.status_request = false;
        raw_keys::agree_on_nothing(negotiated);
        self.session.id = SessionId::new(message.session_id);
        self.session.resumed = Some(by);
        if by == Resumption::SessionId {
            self.cx.session_key = message.session_id.try_into().ok();
        }
        self.session.peer = session.peer;
        self.psk_identity = session.psk_identity.as_deref().map(KeptIdentity::copy_of).transpose()?;
        self.send_server_hello(&hello, offer, received)?;
        self.cx.transcript.narrow(&hello, self.config.profile, Signers::NONE);
        let master_secret = session.master_secret.copy();
        self.cx.make_keys(&hello, &master_secret, host)?;
        let proof = PeerProof::Resumed(SessionMatched::of(&session));
        let agreed = Agreed { hello, master_secret, proof };
        if self.cx.negotiated.session_ticket {
            self.send_new_session_ticket(&session, host)?;
        }
        self.cx.send_finished(&hello, &agreed.master_secret, Side::Server)?;
        Ok((State::WaitChangeCipherSpec(agreed), Step::SendFlight))
    }

    /// A session_id for a session that a store will keep; none when the client takes a ticket instead.
    pub(super) fn draw_session_id(&mut self, host: &mut Host<'_>) -> Result<(), Error> {
        if host.sessions.is_some() && !self.cx.negotiated.session_ticket && self.session.fingerprint.is_some()
        {
            let mut id = [0; MAX_SESSION_ID_LEN];
            host.rng.fill(&mut id)?;
            self.session.id = SessionId::new(&id);
            self.cx.session_key = Some(id);
        }
        Ok(())
    }

    /// The session of a handshake that is complete: into a ticket that goes out before ChangeCipherSpec, or into the
    /// store.
    pub(super) fn keep_session(&mut self, agreed: &Agreed, host: &mut Host<'_>) -> Result<(), Error> {
        let Some(fingerprint) = self.session.fingerprint else { return Ok(()) };
        let peer = self.certificate.identity();
        let mut session =
            Session::new(&agreed.hello, &self.cx.negotiated, &agreed.master_secret, fingerprint, peer, host);
        session.lifetime = self.config.session_lifetime;
        session.psk_identity = self.psk_identity.as_deref().map(KeptIdentity::copy_of).transpose()?;
        if self.cx.negotiated.session_ticket {
            return self.send_new_session_ticket(&session, host);
        }
        if let Some(store) = host.sessions.as_deref_mut()
            && !self.session.id.as_ref().is_empty()
        {
            store.store(self.session.id.as_ref(), &session.encode()?);
        }
        Ok(())
    }

    /// An empty ticket when the key has gone since ServerHello promised one (RFC 5077 section 3.3).
    fn send_new_session_ticket(&mut self, session: &Session, host: &mut Host<'_>) -> Result<(), Error> {
        let sealed = match host.tickets.as_deref_mut() {
            Some(tickets) => tickets.seal(&session.encode()?, host.now, host.rng)?,
            None => None,
        };
        let ticket = sealed.as_deref().unwrap_or_default();
        let lifetime_hint = if ticket.is_empty() { 0 } else { self.config.session_lifetime };
        self.cx.send(H::NEW_SESSION_TICKET, |w| NewSessionTicket { lifetime_hint, ticket }.encode(w))
    }
}

/// The session of the client's ticket, else that of its session_id (RFC 5077 section 3.4).
fn load(
    message: &ClientHello<'_>,
    negotiated: &Negotiated,
    host: &mut Host<'_>,
) -> Result<Option<Found>, Error> {
    let ticket = message.extensions.find(ExtensionType::SESSION_TICKET).unwrap_or_default();
    if negotiated.session_ticket
        && !ticket.is_empty()
        && let Some(tickets) = host.tickets.as_deref_mut()
    {
        let Some(opened) = tickets.open(ticket)? else { return Ok(None) };
        return Ok(Session::decode(&opened.session).map(|session| Found {
            session,
            by: Resumption::Ticket,
            is_renewal_due: opened.is_renewal_due,
        }));
    }
    let Some(store) = host.sessions.as_deref_mut() else { return Ok(None) };
    if message.session_id.is_empty() {
        return Ok(None);
    }
    let found = session::load(store, message.session_id);
    Ok(found.map(|session| Found { session, by: Resumption::SessionId, is_renewal_due: false }))
}
