//! The server's Certificate: each entry is judged as it comes, then dropped (RFC 5246 section 7.4.2).

use super::{Client, State};
use crate::{
    AuthMode, Error, Host, Peer, Step,
    certificate::Entry,
    context::Hello,
    witness::{PathJudged, PeerProof},
};
use codec::{Chunk, Reason};
use core::mem;
use crypto::{Budget, Progress, PublicKey};
use x509::{KeyPurpose, Policy, Usage};

impl<'c> Client<'c> {
    fn policy(&self, host: &Host<'_>, hello: &Hello) -> Policy<'c> {
        Policy {
            anchors: self.config.trust_anchors,
            algorithms: self.config.profile.certificate_algorithms,
            curves: self.config.profile.curves,
            time: host.time,
            usage: Usage::Server,
            key_purpose: if hello.suite.kx.is_ephemeral() { KeyPurpose::Sign } else { KeyPurpose::Encipher },
            name: match self.peer {
                Peer::Named(name) => Some(name),
                Peer::Unnamed => None,
            },
            ..Policy::default()
        }
    }

    /// A piece of the message, of at most one length or one certificate.
    pub(super) fn on_certificate_chunk(
        &mut self,
        chunk: Chunk<'_>,
        host: &mut Host<'_>,
    ) -> Result<Step, Error> {
        let State::WaitCertificate(hello) = mem::replace(&mut self.state, State::Failed) else {
            return Err(Error::Misuse);
        };
        if chunk.offset == 0 {
            self.cx.transcript.update_header(chunk.message_type, chunk.total);
        }
        self.cx.transcript.update(chunk.bytes);
        match self.chain.push(chunk)? {
            Entry::Part if chunk.is_last() => return self.end_of_chain(hello),
            Entry::Part => {
                self.state = State::WaitCertificate(hello);
                return Ok(Step::WaitPeer);
            }
            Entry::Borrowed(der) => self.on_certificate(der, &hello, host)?,
            Entry::Owned(der) => self.on_certificate(&der, &hello, host)?,
        }
        if chunk.is_last() {
            return self.end_of_chain(hello);
        }
        self.state = State::JudgingPath { hello, complete: false };
        Ok(Step::Work)
    }

    fn on_certificate(&mut self, der: &[u8], hello: &Hello, host: &mut Host<'_>) -> Result<(), Error> {
        let policy = self.policy(host, hello);
        let observer = host.observer.as_deref_mut();
        self.verifier.push(&policy, der, observer).map_err(Error::certificate)
    }

    /// The list has ended: whatever can still lead to a trust anchor is checked.
    fn end_of_chain(&mut self, hello: Hello) -> Result<Step, Error> {
        if self.verifier.is_empty() {
            return Err(Reason::NoCertificate.into());
        }
        self.state = State::JudgingPath { hello, complete: true };
        Ok(Step::Work)
    }

    /// Goes on with the signatures of certificates.
    pub(super) fn judge(&mut self, budget: Budget, host: &mut Host<'_>) -> Result<Step, Error> {
        let State::JudgingPath { hello, complete } = &self.state else { return Err(Error::Misuse) };
        let (hello, complete) = (*hello, *complete);
        let policy = self.policy(host, &hello);
        if self.verifier.advance(&policy, budget).map_err(Error::certificate)? == Progress::Pending {
            return Ok(Step::Work);
        }
        self.state = if complete { self.on_verdict(hello)? } else { State::WaitCertificate(hello) };
        Ok(Step::WaitPeer)
    }

    /// The verdict over the whole path, and whether the key serves the suite.
    fn on_verdict(&mut self, hello: Hello) -> Result<State, Error> {
        let verdict = self.verifier.verdict();
        self.verdict = Some(verdict);
        if self.config.auth_mode == AuthMode::Required && !verdict.flags.is_empty() {
            return Err(Error::Certificate(verdict.flags));
        }
        let key = pki::public_key(self.verifier.public_key(), self.config.profile.curves)
            .map_err(|_| Error::Violation(Reason::UnsupportedKey))?;
        if key.key_type() != hello.suite.kx.certificate_key {
            return Err(Reason::CertificateKeyDoesNotFitSuite.into());
        }
        // RFC 8422 section 5.3: an ECDSA key must be on a curve that was offered.
        if let PublicKey::Ec { curve, .. } = key
            && !self.config.profile.groups.iter().any(|group| group.curve_oid == Some(curve.oid))
        {
            return Err(Reason::GroupNotOffered.into());
        }
        let path = PathJudged::by(&verdict);
        Ok(if hello.suite.kx.is_ephemeral() {
            State::WaitServerKeyExchange { hello, path }
        } else {
            let proof = PeerProof::KeyTransport(path);
            State::WaitServerHelloDone { hello, proof, share: None, certificate_requested: false }
        })
    }
}
