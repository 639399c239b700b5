//! Sessions that can be resumed (RFC 5246 section 7.4.1.2, RFC 5077): what is kept of one, its bytes, and when it may be
//! used again.

use crate::{Error, Host, Instant, context::Hello, key_schedule::MasterSecret, limits, psk::KeptIdentity};
use codec::{CipherSuite, ErrorKind, ProtocolVersion, Reader, Writer};
use crypto::Rng;
use memory::Bytes;
use suites::Negotiated;
use x509::{Flags, Time, Verdict};

/// Keeps sessions: a client's under the fingerprint of configuration and server, a server's under the session_id. The
/// bytes hold a master secret: whoever can read them can read and forge the session's connections.
pub trait SessionStore {
    /// Shows to `found` what is kept under `key`, if anything is.
    fn load(&mut self, key: &[u8], found: &mut dyn FnMut(&[u8]));
    /// Keeps a session under `key` in place of what was there; an empty one only forgets. A store may forget at any
    /// time.
    fn store(&mut self, key: &[u8], session: &[u8]);
}

/// Seals a server's sessions into tickets, so that the clients keep them (RFC 5077 section 4).
pub trait TicketSealer {
    /// Whether there is a key.
    fn is_ready(&self) -> bool;
    /// Seals a session; None without a key.
    ///
    /// # Errors
    /// [`crypto::Error::Entropy`], [`crypto::Error::OutOfMemory`].
    fn seal(
        &mut self,
        session: &[u8],
        now: Instant,
        rng: &mut dyn Rng,
    ) -> Result<Option<Bytes>, crypto::Error>;
    /// Opens a ticket; None for one that this sealer did not seal, or no longer opens.
    ///
    /// # Errors
    /// [`crypto::Error::OutOfMemory`].
    fn open(&mut self, ticket: &[u8]) -> Result<Option<OpenedTicket>, crypto::Error>;
}

/// A ticket that was opened.
pub struct OpenedTicket {
    /// The session.
    pub session: Bytes,
    /// Whether the key has been replaced since, so that a new ticket is due.
    pub is_renewal_due: bool,
}

/// Bytes of a fingerprint.
pub(crate) const FINGERPRINT_LEN: usize = 32;

/// What a session belongs to: everything in a configuration that decides what a connection may be trusted with. Under
/// another fingerprint a session is not resumed.
pub(crate) type Fingerprint = [u8; FINGERPRINT_LEN];

/// The format of the bytes; others are not read.
const FORMAT: u8 = 2;

/// Who the peer proved to be when the session was made.
#[derive(Clone, Copy)]
pub(crate) struct PeerIdentity {
    /// The digest of the peer's own certificate.
    pub(crate) digest: [u8; 32],
    /// What its verification found.
    pub(crate) verdict: Verdict,
}

/// A session.
pub(crate) struct Session {
    pub(crate) version: ProtocolVersion,
    pub(crate) suite: CipherSuite,
    pub(crate) extended_master_secret: bool,
    pub(crate) master_secret: MasterSecret,
    pub(crate) fingerprint: Fingerprint,
    /// Monotonic milliseconds, meaningful to the process that made the session.
    pub(crate) made_at: u64,
    /// Seconds since 1970; 0 when the date was not known.
    pub(crate) made_on: u64,
    /// Seconds for which the session may be used; 0 when nobody said.
    pub(crate) lifetime: u32,
    pub(crate) peer: Option<PeerIdentity>,
    /// Of the pre-shared key with which the session was made.
    pub(crate) psk_identity: Option<KeptIdentity>,
    /// The session_id; empty with a ticket.
    pub(crate) id: Bytes,
    /// The ticket; empty with a session_id.
    pub(crate) ticket: Bytes,
}

impl Session {
    /// A session of a handshake that is complete.
    pub(crate) fn new(
        hello: &Hello,
        negotiated: &Negotiated,
        master_secret: &MasterSecret,
        fingerprint: Fingerprint,
        peer: Option<PeerIdentity>,
        host: &Host<'_>,
    ) -> Self {
        Self {
            version: hello.version.wire,
            suite: hello.suite.id,
            extended_master_secret: negotiated.extended_master_secret,
            master_secret: master_secret.copy(),
            fingerprint,
            made_at: host.now.0,
            made_on: unix_seconds(host.time).unwrap_or(0),
            lifetime: 0,
            peer,
            psk_identity: None,
            id: Bytes::with_cap(codec::message::MAX_SESSION_ID_LEN),
            ticket: Bytes::with_cap(limits::MAX_TICKET_BYTES),
        }
    }

    /// Whether the session is older than its lifetime, by the clock that ran when it was made (`made_here`) or by the
    /// date.
    pub(crate) fn is_too_old(&self, host: &Host<'_>, made_here: bool) -> bool {
        if self.lifetime == 0 {
            return false;
        }
        let lifetime = u64::from(self.lifetime);
        if made_here {
            return host.now.0.saturating_sub(self.made_at) > lifetime * 1000;
        }
        match unix_seconds(host.time) {
            Some(now) if self.made_on != 0 => now.saturating_sub(self.made_on) > lifetime,
            Some(_) | None => false,
        }
    }

    /// The bytes that a store keeps.
    pub(crate) fn encode(&self) -> Result<Bytes, Error> {
        let mut bytes = Bytes::with_cap(limits::MAX_SESSION_BYTES);
        let psk_identity = self.psk_identity.as_ref().map_or(0, |identity| 1 + identity.len());
        bytes.reserve(
            limits::SESSION_WITHOUT_TICKET_BYTES + psk_identity + self.id.len() + self.ticket.len(),
        )?;
        self.write(&mut Writer::new(&mut bytes)).map_err(Error::encoding)?;
        Ok(bytes)
    }

    fn write(&self, w: &mut Writer<'_>) -> Result<(), codec::Error> {
        w.u8(FORMAT)?;
        w.u16(self.version.0)?;
        w.u16(self.suite.0)?;
        w.u8(u8::from(self.extended_master_secret))?;
        w.bytes(self.master_secret.bytes())?;
        w.bytes(&self.fingerprint)?;
        w.bytes(&self.made_at.to_be_bytes())?;
        w.bytes(&self.made_on.to_be_bytes())?;
        w.bytes(&self.lifetime.to_be_bytes())?;
        w.vec8(|w| match &self.peer {
            Some(peer) => {
                w.bytes(&peer.digest)?;
                w.bytes(&peer.verdict.flags.bits().to_be_bytes())?;
                w.u8(u8::from(peer.verdict.dates_unchecked))
            }
            None => Ok(()),
        })?;
        // An empty identity is not the same as none.
        w.vec8(|w| match &self.psk_identity {
            Some(identity) => w.vec8(|w| w.bytes(identity)),
            None => Ok(()),
        })?;
        w.vec8(|w| w.bytes(&self.id))?;
        w.vec16(|w| w.bytes(&self.ticket))
    }

    /// Reads what [`Session::encode`] wrote; None for anything else, which a store may well hand out.
    pub(crate) fn decode(bytes: &[u8]) -> Option<Self> {
        Self::read(&mut Reader::new(bytes)).ok()
    }

    fn read(r: &mut Reader<'_>) -> Result<Self, codec::Error> {
        let illegal = r.error(ErrorKind::IllegalValue);
        if r.u8()? != FORMAT {
            return Err(illegal);
        }
        let version = ProtocolVersion(r.u16()?);
        let suite = CipherSuite(r.u16()?);
        let extended_master_secret = r.u8()? != 0;
        let master_secret = MasterSecret::from_session(r.take(48)?).ok_or(illegal)?;
        let fingerprint = *r.array()?;
        let made_at = u64::from_be_bytes(*r.array()?);
        let made_on = u64::from_be_bytes(*r.array()?);
        let lifetime = r.u32()?;
        let mut identity = r.vec8(0, 0xFF)?;
        let peer = if identity.is_empty() {
            None
        } else {
            let digest = *identity.array()?;
            let flags = Flags::from_bits(identity.u32()?);
            let dates_unchecked = identity.u8()? != 0;
            let verdict = Verdict { flags, dates_unchecked, ..Verdict::default() };
            identity.finish()?;
            Some(PeerIdentity { digest, verdict })
        };
        let mut psk = r.vec8(0, 1 + limits::MAX_PSK_IDENTITY_BYTES)?;
        let psk_identity = if psk.is_empty() {
            None
        } else {
            let identity = KeptIdentity::copy_of(psk.vec8(0, limits::MAX_PSK_IDENTITY_BYTES)?.as_slice())?;
            psk.finish()?;
            Some(identity)
        };
        let mut id = Bytes::with_cap(codec::message::MAX_SESSION_ID_LEN);
        id.extend(r.vec8(0, codec::message::MAX_SESSION_ID_LEN)?.as_slice())?;
        let mut ticket = Bytes::with_cap(limits::MAX_TICKET_BYTES);
        ticket.extend(r.vec16(0, limits::MAX_TICKET_BYTES)?.as_slice())?;
        r.finish()?;
        Ok(Self {
            version,
            suite,
            extended_master_secret,
            master_secret,
            fingerprint,
            made_at,
            made_on,
            lifetime,
            peer,
            psk_identity,
            id,
            ticket,
        })
    }
}

/// Seconds since 1970 when the date is known.
fn unix_seconds(time: Time) -> Option<u64> {
    match time {
        Time::Known(seconds) => u64::try_from(seconds).ok(),
        Time::AtLeast(_) | Time::Unknown => None,
    }
}

/// The session that a store has under a key.
pub(crate) fn load(store: &mut dyn SessionStore, key: &[u8]) -> Option<Session> {
    let mut session = None;
    store.load(key, &mut |bytes| session = Session::decode(bytes));
    session
}
