//! The peer's Certificate, of a server or of a client: each entry is judged as it comes, then dropped (RFC 5246 sections
//! 7.4.2 and 7.4.6).

use crate::{
    Error, Host,
    certificate::{CertificateStream, Entry},
    context::Hello,
    limits,
    machine::PeerChain,
    message::Piece,
    session::PeerIdentity,
};
use codec::{Chunk, Reason};
use crypto::{Budget, Progress, PublicKey};
use memory::{Boxed, Bytes, OutOfMemory};
use suites::Profile;
use x509::{Flags, Policy, Verdict, Verifier};

/// The chain under way, then what is left of it.
pub(crate) struct PeerCertificate {
    stream: CertificateStream,
    verifier: Verifier,
    /// The end entity's certificate, as a digest under the suite's hash.
    digest: [u8; 32],
    /// The entries with their lengths, when the application asked to keep them.
    kept: Option<Bytes>,
}

impl PeerCertificate {
    pub(crate) const fn new(keep: bool) -> Self {
        let kept = if keep { Some(Bytes::with_cap(limits::MAX_KEPT_CHAIN_BYTES)) } else { None };
        Self { stream: CertificateStream::new(), verifier: Verifier::new(), digest: [0; 32], kept }
    }

    /// A public key will come in place of certificates (RFC 7250).
    #[cfg(feature = "raw-public-keys")]
    pub(crate) const fn expect_raw_key(&mut self) {
        self.stream.expect_raw_key();
    }

    /// The most bytes that the next chunk may have.
    pub(crate) fn wants(&self) -> usize {
        self.stream.wants()
    }

    /// A piece of the message, of at most one length or one certificate.
    pub(crate) fn push(
        &mut self,
        chunk: Chunk<'_>,
        policy: &Policy<'_>,
        hello: &Hello,
        host: &mut Host<'_>,
    ) -> Result<Piece, Error> {
        match self.stream.push(chunk)? {
            Entry::Part if chunk.is_last() => return Ok(Piece::End),
            Entry::Part => return Ok(Piece::Part),
            Entry::Borrowed(key) if self.stream.is_bare() => {
                self.note(key, hello)?;
                self.verifier.push_key(policy, key)
            }
            Entry::Owned(key) if self.stream.is_bare() => {
                self.note(&key, hello)?;
                self.verifier.push_key(policy, &key)
            }
            Entry::Borrowed(der) => {
                self.note(der, hello)?;
                self.verifier.push(policy, der, host.observer.as_deref_mut())
            }
            Entry::Owned(der) => {
                self.note(&der, hello)?;
                self.verifier.push_owned(policy, der, host.observer.as_deref_mut())
            }
        }
        .map_err(Error::certificate)?;
        Ok(if chunk.is_last() { Piece::End } else { Piece::Certificate })
    }

    /// What stays of a certificate whatever is found of it.
    fn note(&mut self, der: &[u8], hello: &Hello) -> Result<(), Error> {
        if self.verifier.is_empty() {
            let digest = (hello.suite.prf.digest)(&[der]);
            self.digest.iter_mut().zip(digest.as_ref()).for_each(|(to, from)| *to = *from);
        }
        if let Some(kept) = &mut self.kept {
            codec::Writer::new(kept).vec24(|w| w.bytes(der)).map_err(Error::encoding)?;
        }
        Ok(())
    }

    /// Goes on with the signatures of certificates.
    pub(crate) fn advance(
        &mut self,
        policy: &Policy<'_>,
        budget: Budget,
        host: &mut Host<'_>,
    ) -> Result<Progress<()>, Error> {
        let observer = host.observer.as_deref_mut();
        self.verifier.advance_observed(policy, budget, observer).map_err(Error::certificate)
    }

    /// The path has ended: who looks on may say otherwise.
    pub(crate) fn show(&mut self, host: &mut Host<'_>) {
        if let Some(observer) = host.observer.as_deref_mut() {
            let found = self.verdict().flags;
            let mut flags = found;
            observer.on_path(&mut flags);
            if flags != found {
                self.overrule(flags);
            }
        }
    }

    /// Somebody else has judged the path.
    pub(crate) fn overrule(&mut self, flags: Flags) {
        self.verifier.overrule(flags);
    }

    /// The certificates so far, if they are kept.
    pub(crate) fn chain(&self) -> PeerChain<'_> {
        PeerChain::of(self.kept.as_deref().unwrap_or_default())
    }

    /// The chain served its purpose.
    pub(crate) fn forget_chain(&mut self) {
        self.kept = None;
    }

    /// The end entity's status: an OCSP response, or None when there is none; then [`PeerCertificate::advance`].
    #[cfg(feature = "ocsp-stapling")]
    pub(crate) fn push_status(&mut self, policy: &Policy<'_>, response: Option<&[u8]>) -> Result<(), Error> {
        self.verifier.push_status(policy, response).map_err(Error::certificate)
    }

    /// Whether the list was empty.
    pub(crate) const fn is_empty(&self) -> bool {
        self.verifier.is_empty()
    }

    /// The verdict over the whole path.
    pub(crate) fn verdict(&self) -> Verdict {
        self.verifier.verdict()
    }

    /// Who the peer is, by what it sent.
    pub(crate) fn identity(&self) -> Option<PeerIdentity> {
        (!self.is_empty()).then(|| PeerIdentity { digest: self.digest, verdict: self.verdict() })
    }

    /// The end entity's key.
    pub(crate) fn public_key(&self, profile: &Profile<'_>) -> Result<PublicKey<'_>, Error> {
        pki::public_key(self.verifier.public_key(), profile.curves)
            .map_err(|_| Error::Violation(Reason::UnsupportedKey))
    }

    /// The entries with their 3-byte lengths, once, if they were kept.
    pub(crate) fn take_kept(&mut self) -> Result<Option<Boxed<Bytes>>, OutOfMemory> {
        self.kept.take().map(Boxed::try_new).transpose()
    }
}
