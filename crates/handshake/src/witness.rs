//! Proofs that a check was made. Each is made in one function, and `Connected` cannot be made without them.

use crate::session::Session;
use suites::{
    Suite,
    presence::{Certificates, PreSharedKeys},
};
use x509::Verdict;

/// Finished verified (RFC 5246 section 7.4.9).
pub(crate) struct FinishedVerified(());

impl FinishedVerified {
    /// Compares verify_data in constant time.
    pub(crate) fn check(expected: &[u8; 12], received: &[u8]) -> Option<Self> {
        crypto::ct::equal(expected, received).then_some(Self(()))
    }
}

/// The certificate path was judged, and the judgement is good or was waived by the auth mode.
pub(crate) struct PathJudged(Certificates);

impl PathJudged {
    /// The caller has compared the verdict with its auth mode.
    pub(crate) const fn by(certificates: Certificates, _verdict: &Verdict) -> Self {
        Self(certificates)
    }
}

/// A signature by the key of the peer's certificate verified: over ServerKeyExchange (RFC 5246 section 7.4.3), or
/// CertificateVerify (section 7.4.8).
pub(crate) struct SignatureVerified(());

impl SignatureVerified {
    /// The verification job ended without an error.
    pub(crate) const fn of_job() -> Self {
        Self(())
    }
}

/// The suite mixes a pre-shared key into the pre-master secret; Finished proves that the peer has it too.
#[derive(Clone, Copy)]
pub(crate) struct SharedKeySuite(PreSharedKeys);

impl SharedKeySuite {
    /// None for a suite without one.
    pub(crate) const fn of(suite: &Suite) -> Option<Self> {
        match suite.kx.psk {
            Some((psk, _)) => Some(Self(psk)),
            None => None,
        }
    }
}

/// A session was found that fits version, suite, extended master secret and configuration; Finished proves that the
/// peer has it too.
pub(crate) struct SessionMatched(());

impl SessionMatched {
    /// The caller has compared the session with the hellos.
    pub(crate) const fn of(_session: &Session) -> Self {
        Self(())
    }
}

/// A blob was opened under the device's key and belongs to the configuration: what is in it is what proofs led to.
#[cfg(feature = "context-serialization")]
pub struct Thawed {
    is_counted: bool,
}

#[cfg(feature = "context-serialization")]
impl Thawed {
    /// The caller has opened the blob and compared the fingerprint.
    pub(crate) const fn of_blob(is_counted: bool) -> Self {
        Self { is_counted }
    }

    /// Whether a counter sees to it that nobody else thaws the blob.
    #[must_use]
    pub const fn is_counted(&self) -> bool {
        self.is_counted
    }
}

/// How the peer proved itself.
pub(crate) enum PeerProof {
    /// By a signature of the certificate's key.
    Signed(PathJudged, SignatureVerified),
    /// By deciphering the pre-master secret; Finished is the proof (RFC 5246 appendix F.1.1.2).
    KeyTransport(PathJudged),
    /// By a pre-shared key; Finished is the proof (RFC 4279).
    SharedKey(SharedKeySuite),
    /// By the master secret of a session in which it had proved itself.
    Resumed(SessionMatched),
    /// Not at all: a client that was not asked for a certificate, or may be without one.
    Anonymous,
}
