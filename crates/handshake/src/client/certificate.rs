//! The server's Certificate (RFC 5246 section 7.4.2), and whether its key serves the suite.

use super::{Certified, Client, State};
use crate::{
    AuthMode, Error, Host, Peer, Step,
    context::Hello,
    message::Piece,
    verdict_by::Asking,
    witness::{PathJudged, PeerProof, SharedKeySuite},
};
use codec::{Chunk, Reason};
use core::mem;
use crypto::{Budget, KeyType, Progress, PublicKey};
use x509::{Flags, KeyPurpose, Policy, Usage};

impl<'c> Client<'c> {
    pub(super) fn policy(&self, host: &Host<'_>, hello: &Hello) -> Policy<'c> {
        Policy {
            anchors: self.config.trust_anchors,
            algorithms: self.config.profile.certificate_algorithms,
            curves: self.config.profile.curves,
            revocation: self.config.revocation,
            stapling: self.config.stapling,
            pins: self.config.pins,
            time: host.time,
            usage: Usage::Server,
            key_purpose: if hello.suite.kx.is_ephemeral() { KeyPurpose::Sign } else { KeyPurpose::Encipher },
            name: match self.peer {
                Peer::Named(name) => Some(name),
                Peer::Unnamed => None,
            },
            common_name: self.config.common_name,
            ..Policy::default()
        }
    }

    /// A piece of the message, of at most one length or one certificate.
    pub(super) fn on_certificate_chunk(
        &mut self,
        chunk: Chunk<'_>,
        host: &mut Host<'_>,
    ) -> Result<Step, Error> {
        let State::WaitCertificate(certified) = mem::replace(&mut self.state, State::Failed) else {
            return Err(Error::Misuse);
        };
        self.cx.hash_chunk(&chunk)?;
        let policy = self.policy(host, &certified.hello);
        match self.certificate.push(chunk, &policy, &certified.hello, host)? {
            Piece::Part => {
                self.state = State::WaitCertificate(certified);
                return Ok(Step::WaitPeer);
            }
            Piece::Certificate => self.state = State::JudgingPath { certified, complete: false },
            Piece::End if self.certificate.is_empty() => return Err(Reason::NoCertificate.into()),
            Piece::End => self.state = State::JudgingPath { certified, complete: true },
        }
        Ok(Step::Work)
    }

    /// Goes on with the signatures of certificates.
    pub(super) fn judge(&mut self, budget: Budget, host: &mut Host<'_>) -> Result<Step, Error> {
        let State::JudgingPath { certified, complete } = &self.state else { return Err(Error::Misuse) };
        let (certified, complete) = (*certified, *complete);
        let policy = self.policy(host, &certified.hello);
        if self.certificate.advance(&policy, budget, host)? == Progress::Pending {
            return Ok(Step::Work);
        }
        if !complete {
            self.state = State::WaitCertificate(certified);
            return Ok(Step::WaitPeer);
        }
        // The path has ended; when the status is known too, the verdict on the path was passed before.
        if !self.seen.certificate_status {
            self.certificate.show(host);
            if let Some(asking) = self.config.verdict_by.asking() {
                self.state = State::AskingVerdict(certified, asking);
                return Ok(Step::Ask);
            }
        }
        self.on_path_judged(certified, host)
    }

    /// The application has judged the path.
    pub(super) fn on_answer(
        &mut self,
        certified: Certified,
        _: Asking,
        flags: Flags,
        host: &mut Host<'_>,
    ) -> Result<Step, Error> {
        self.certificate.overrule(flags);
        if !self.config.keep_peer_chain {
            self.certificate.forget_chain();
        }
        self.on_path_judged(certified, host)
    }

    fn on_path_judged(&mut self, certified: Certified, host: &mut Host<'_>) -> Result<Step, Error> {
        let (next, step) = match self.ask_status(&certified, host)? {
            Some(asked) => asked,
            None => (self.on_verdict(certified)?, Step::WaitPeer),
        };
        self.state = next;
        Ok(step)
    }

    /// The verdict over the whole path and the status, and whether the key serves the suite.
    pub(super) fn on_verdict(&mut self, certified: Certified) -> Result<State<'c>, Error> {
        let Certified { hello, by } = certified;
        let verdict = self.certificate.verdict();
        self.seen.verdict = Some(verdict);
        if self.config.auth_mode == AuthMode::Required && !verdict.flags.is_empty() {
            return Err(self.refusal(&verdict));
        }
        self.cx.check_renegotiation(self.certificate.identity().map(|peer| peer.digest))?;
        let key = self.certificate.public_key(self.config.profile)?;
        if Some(key.key_type().in_suites()) != hello.suite.kx.certificate_key() {
            return Err(Reason::CertificateKeyDoesNotFitSuite.into());
        }
        // RFC 8422 section 5.3: an ECDSA key must be on a curve that was offered.
        if let PublicKey::Ec { curve, .. } = key
            && curve.key == KeyType::Ec
            && !self.config.profile.groups.iter().any(|group| group.curve_oid() == Some(curve.oid))
        {
            return Err(Reason::GroupNotOffered.into());
        }
        let path = PathJudged::by(by, &verdict);
        let kx = hello.suite.kx;
        Ok(match (kx.ephemeral(), SharedKeySuite::of(hello.suite)) {
            (Some(ephemeral), _) => State::WaitServerKeyExchange { hello, path, ephemeral },
            (None, None) => State::wait_server_hello_done(hello, PeerProof::KeyTransport(path), None),
            (None, Some(key)) => {
                State::WaitPskIdentityHint { hello, key, proof: PeerProof::KeyTransport(path) }
            }
        })
    }
}
