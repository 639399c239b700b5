//! What a finished handshake leaves behind.

use crate::witness::{FinishedVerified, PeerProof};
use codec::{NamedGroup, SignatureScheme};
use suites::{AlpnChoice, Suite, Version};
use x509::Verdict;

/// What a connection has agreed on and what was checked.
#[derive(Clone, Copy)]
pub struct Facts {
    /// The protocol version.
    pub version: &'static Version,
    /// The cipher suite.
    pub suite: &'static Suite,
    /// The group of an ephemeral key exchange.
    pub group: Option<NamedGroup>,
    /// The scheme of the signature over ServerKeyExchange.
    pub scheme: Option<SignatureScheme>,
    /// RFC 7627.
    pub extended_master_secret: bool,
    /// RFC 7366.
    pub encrypt_then_mac: bool,
    /// RFC 5746: the peer knows secure renegotiation.
    pub secure_renegotiation: bool,
    /// Which of the configuration's application protocols.
    pub alpn: Option<AlpnChoice>,
    /// What the verification of the peer's certificate found; None when the peer was not asked for one.
    pub verdict: Option<Verdict>,
    /// Whether the server asked for a client certificate (an empty one was sent).
    pub client_certificate_requested: bool,
}

/// A finished handshake. Made in one place for each side, and only with the proofs.
pub struct Connected {
    facts: Facts,
}

impl Connected {
    pub(crate) const fn new(facts: Facts, _finished: &FinishedVerified, _proof: &PeerProof) -> Self {
        Self { facts }
    }

    /// What was agreed.
    #[must_use]
    pub const fn facts(&self) -> &Facts {
        &self.facts
    }
}
