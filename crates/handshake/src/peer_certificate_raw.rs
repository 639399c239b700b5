//! With raw public keys and without the feature `x509-crt-parse`: the peer's Certificate is one key (RFC 7250), and nothing of X.509 is
//! linked.

use crate::{
    Error, Host,
    certificate::{CertificateStream, Entry},
    context::Hello,
    machine::PeerChain,
    message::Piece,
    session::PeerIdentity,
};
use codec::{Chunk, Reason};
use crypto::{Budget, Progress, PublicKey};
use memory::{Boxed, Bytes, OutOfMemory};
use suites::Profile;
use x509::{Flags, Policy, Reasons, Verdict, limits::MAX_SPKI_BYTES};

/// The key under way, then what was found of it.
pub(crate) struct PeerCertificate {
    stream: CertificateStream,
    /// SubjectPublicKeyInfo; empty when none came.
    spki: Bytes,
    verdict: Verdict,
    /// The key as a digest under the suite's hash.
    digest: [u8; 32],
    /// The key with its length, when the application asked to keep it.
    kept: Option<Bytes>,
}

/// Bytes of a kept key with its length.
const MAX_KEPT_BYTES: usize = MAX_SPKI_BYTES + 3;

impl PeerCertificate {
    pub(crate) fn new(keep: bool) -> Self {
        let kept = if keep { Some(Bytes::with_cap(MAX_KEPT_BYTES)) } else { None };
        Self {
            stream: CertificateStream::new(),
            spki: Bytes::with_cap(MAX_SPKI_BYTES),
            verdict: Verdict::default(),
            digest: [0; 32],
            kept,
        }
    }

    /// A public key will come, as ever here.
    pub(crate) const fn expect_raw_key(&mut self) {
        self.stream.expect_raw_key();
    }

    /// The most bytes that the next chunk may have.
    pub(crate) fn wants(&self) -> usize {
        self.stream.wants()
    }

    /// A piece of the message, of at most a length or the key. What was not agreed to be a bare key cannot be read.
    pub(crate) fn push(
        &mut self,
        chunk: Chunk<'_>,
        policy: &Policy<'_>,
        hello: &Hello,
        _: &mut Host<'_>,
    ) -> Result<Piece, Error> {
        if !self.stream.is_bare() {
            return Err(Reason::NoCommonCertificateType.into());
        }
        match self.stream.push(chunk)? {
            Entry::Part => {}
            Entry::Borrowed(key) => self.on_key(key, policy, hello)?,
            Entry::Owned(key) => self.on_key(&key, policy, hello)?,
        }
        Ok(if chunk.is_last() { Piece::End } else { Piece::Part })
    }

    fn on_key(&mut self, spki: &[u8], policy: &Policy<'_>, hello: &Hello) -> Result<(), Error> {
        let digest = (hello.suite.prf.digest)(&[spki]);
        self.digest.iter_mut().zip(digest.as_ref()).for_each(|(to, from)| *to = *from);
        self.verdict = policy.judge_key(spki);
        if spki.len() > MAX_SPKI_BYTES {
            return Err(Reason::UnsupportedKey.into());
        }
        if let Some(kept) = &mut self.kept {
            codec::Writer::new(kept).vec24(|w| w.bytes(spki)).map_err(Error::encoding)?;
        }
        Ok(self.spki.extend(spki)?)
    }

    /// There is no signature to check.
    #[expect(clippy::unnecessary_wraps, clippy::unused_self, reason = "as with certificates")]
    pub(crate) const fn advance(
        &mut self,
        _: &Policy<'_>,
        _: Budget,
        _: &mut Host<'_>,
    ) -> Result<Progress<()>, Error> {
        Ok(Progress::Ready(()))
    }

    /// The key has come: who looks on may say otherwise.
    pub(crate) fn show(&mut self, host: &mut Host<'_>) {
        if let Some(observer) = host.observer.as_deref_mut() {
            let mut flags = self.verdict.flags;
            observer.on_path(&mut flags);
            if flags != self.verdict.flags {
                self.overrule(flags);
            }
        }
    }

    /// Somebody else has judged the key.
    pub(crate) const fn overrule(&mut self, flags: Flags) {
        if flags.is_empty() {
            self.verdict.reasons = Reasons::NONE;
        }
        self.verdict.flags = flags;
    }

    /// The key, if it is kept.
    pub(crate) fn chain(&self) -> PeerChain<'_> {
        PeerChain::of(self.kept.as_deref().unwrap_or_default())
    }

    /// The kept key served its purpose.
    pub(crate) fn forget_chain(&mut self) {
        self.kept = None;
    }

    /// Whether no key came.
    pub(crate) fn is_empty(&self) -> bool {
        self.spki.is_empty()
    }

    /// The verdict over the key.
    pub(crate) const fn verdict(&self) -> Verdict {
        self.verdict
    }

    /// Who the peer is, by what it sent.
    pub(crate) fn identity(&self) -> Option<PeerIdentity> {
        (!self.is_empty()).then_some(PeerIdentity { digest: self.digest, verdict: self.verdict })
    }

    /// The key.
    pub(crate) fn public_key(&self, profile: &Profile<'_>) -> Result<PublicKey<'_>, Error> {
        pki::public_key(&self.spki, profile.curves).map_err(|_| Error::Violation(Reason::UnsupportedKey))
    }

    /// The key with its 3-byte length, once, if it was kept.
    pub(crate) fn take_kept(&mut self) -> Result<Option<Boxed<Bytes>>, OutOfMemory> {
        self.kept.take().map(Boxed::try_new).transpose()
    }
}
