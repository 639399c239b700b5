//! What a finished handshake leaves behind.

#[cfg(feature = "context-serialization")]
mod frozen;

use crate::{
    PeerChain,
    context::{Hello, Randoms},
    key_schedule::MasterSecret,
    psk::KeptIdentity,
    session::PeerIdentity,
    witness::{FinishedVerified, PeerProof},
};
use codec::{NamedGroup, SignatureScheme};
use memory::{Boxed, Bytes};
use suites::{AlpnChoice, Negotiated, RenegotiatedConnection, SrtpProfile, Suite, Version};
use x509::Verdict;

/// How a session was resumed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Resumption {
    /// By session_id (RFC 5246 section 7.4.1.2).
    SessionId,
    /// By ticket (RFC 5077).
    Ticket,
}

/// What a connection has agreed on and what was checked.
#[derive(Clone, Copy)]
pub struct Facts {
    /// The protocol version.
    pub version: &'static Version,
    /// The cipher suite.
    pub suite: &'static Suite,
    /// The group of an ephemeral key exchange; None without one, or when the server brought a group of its own.
    pub group: Option<NamedGroup>,
    /// The scheme of the signature over ServerKeyExchange.
    pub scheme: Option<SignatureScheme>,
    /// How a session was resumed; None after a full handshake.
    pub resumed: Option<Resumption>,
    /// RFC 7627.
    pub extended_master_secret: bool,
    /// RFC 7366.
    pub encrypt_then_mac: bool,
    /// RFC 5746: the peer knows secure renegotiation.
    pub secure_renegotiation: bool,
    /// Which of the configuration's application protocols.
    pub alpn: Option<AlpnChoice>,
    /// Bytes of plaintext in the records of both sides, when the server agreed to max_fragment_length (RFC 6066).
    pub max_fragment_length: Option<u16>,
    /// Bytes of plaintext that the peer wants in a protected record, when both sides sent record_size_limit (RFC 8449);
    /// it then keeps to ours.
    pub record_size_limit: Option<u16>,
    /// The protection profile for SRTP (RFC 5764); None when there is none in common, or nobody asked.
    pub srtp: Option<&'static SrtpProfile>,
    /// What the verification of the peer's certificate found; None when the peer was not asked for one.
    pub verdict: Option<Verdict>,
    /// Client: whether the server asked for a certificate. Server: whether it did.
    pub client_certificate_requested: bool,
    /// Whether the client sent a certificate, and proved to have its key.
    pub client_certificate_sent: bool,
}

impl Facts {
    /// What the hellos have agreed on, and nothing of keys and certificates.
    pub(crate) fn agreed(hello: &Hello, negotiated: &Negotiated) -> Self {
        Self {
            version: hello.version,
            suite: hello.suite,
            group: None,
            scheme: None,
            resumed: None,
            extended_master_secret: negotiated.extended_master_secret,
            encrypt_then_mac: negotiated.encrypt_then_mac,
            secure_renegotiation: negotiated.secure_renegotiation,
            alpn: negotiated.alpn.map(|index| AlpnChoice(index.into())),
            max_fragment_length: negotiated.max_fragment_length,
            record_size_limit: negotiated.record_size_limit,
            srtp: negotiated.srtp,
            verdict: None,
            client_certificate_requested: false,
            client_certificate_sent: false,
        }
    }
}

/// What of a handshake outlives it.
pub(crate) struct Remains {
    pub(crate) master_secret: MasterSecret,
    pub(crate) randoms: Randoms,
    pub(crate) verify_data: RenegotiatedConnection,
    pub(crate) peer: Option<PeerIdentity>,
    /// Behind one pointer, since few keep it.
    pub(crate) peer_chain: Option<Boxed<Bytes>>,
    pub(crate) psk_identity: Option<KeptIdentity>,
}

/// A finished handshake. Made in one place for each side, and only with the proofs.
pub struct Connected {
    facts: Facts,
    remains: Remains,
}

impl Connected {
    pub(crate) const fn new(
        facts: Facts,
        remains: Remains,
        _finished: &FinishedVerified,
        _proof: &PeerProof,
    ) -> Self {
        Self { facts, remains }
    }

    /// What was agreed.
    #[must_use]
    pub const fn facts(&self) -> &Facts {
        &self.facts
    }

    /// The peer's certificates in DER, its own first, when the configuration asked to keep them.
    pub fn peer_chain(&self) -> impl Iterator<Item = &[u8]> {
        PeerChain::of(self.remains.peer_chain.as_ref().map_or(&[][..], |chain| chain)).iter()
    }

    /// The identity of the pre-shared key; None without one. A session that is resumed has that of the handshake in which it
    /// was made.
    #[must_use]
    pub fn psk_identity(&self) -> Option<&[u8]> {
        self.remains.psk_identity.as_deref()
    }

    /// verify_data of both sides, to which a renegotiation is bound.
    #[must_use]
    pub const fn verify_data(&self) -> &RenegotiatedConnection {
        &self.remains.verify_data
    }

    /// `tls-unique`: the verify_data of the first Finished of this handshake (RFC 5929 section 3.1). It identifies the
    /// connection only with the extended master secret (RFC 7627 section 7); without, there is none here.
    #[must_use]
    pub fn tls_unique(&self) -> Option<&[u8; 12]> {
        let first = match self.facts.resumed {
            Some(_) => &self.remains.verify_data.server,
            None => &self.remains.verify_data.client,
        };
        self.facts.extended_master_secret.then_some(first)
    }

    /// Version and suite, which say what the PRF is; the facts have all else.
    fn hello(&self) -> Hello {
        let Facts { version, suite, .. } = self.facts;
        Hello { version, suite }
    }

    /// The digest of what the peer proved itself with: its certificate, or else the identity of the pre-shared key.
    pub(crate) fn peer_digest(&self) -> Option<[u8; 32]> {
        let by_key = || self.psk_identity().map(|identity| self.hello().psk_digest(identity));
        self.remains.peer.map(|peer| peer.digest).or_else(by_key)
    }

    /// Keying material for the application: `PRF(master_secret, label, client_random + server_random + context)` (RFC
    /// 5705 section 4). Without a context nothing stands for it, which is not the same as an empty one.
    ///
    /// None for a context over 65535 bytes, or out of memory.
    #[must_use]
    pub fn export(&self, label: &[u8], context: Option<&[u8]>, out: &mut [u8]) -> Option<()> {
        let randoms = &self.remains.randoms;
        let mut seed = Bytes::with_cap(64 + 2 + usize::from(u16::MAX));
        seed.reserve(64 + context.map_or(0, |context| context.len() + 2)).ok()?;
        seed.extend(&randoms.client).ok()?;
        seed.extend(&randoms.server).ok()?;
        if let Some(context) = context {
            seed.extend(&u16::try_from(context.len()).ok()?.to_be_bytes()).ok()?;
            seed.extend(context).ok()?;
        }
        self.hello().prf(self.remains.master_secret.bytes(), label, [&seed, &[]], out);
        Some(())
    }
}
