//! The client's certificate, and the proof that it has the key (RFC 5246 sections 7.4.4, 7.4.6 and 7.4.8, RFC 8422 section
//! 5.5).

use super::{Agreed, Secret, Server, State, Then};
use crate::{
    AuthMode, Error, Host, Step,
    context::{Hello, Working},
    key_schedule::MasterSecret,
    message::Piece,
    transcript,
    witness::{PathJudged, PeerProof, SignatureVerified},
};
use codec::{
    Chunk, HandshakeType as H, Reason,
    message::{CertificateRequest, CertificateVerify},
};
use core::mem;
use crypto::{Budget, KeyType, Progress};
use suites::Scheme;
use x509::{Flags, KeyPurpose, Policy, Usage};

/// ClientCertificateType rsa_sign and ecdsa_sign, of which the latter is for Ed25519 too (RFC 8422 section 5.5).
const CERTIFICATE_TYPES: [(KeyType, u8); 2] = [(KeyType::Rsa, 1), (KeyType::Ec, 64)];

impl<'c> Server<'c> {
    fn policy(&self, host: &Host<'_>) -> Policy<'c> {
        Policy {
            anchors: self.config.trust_anchors,
            algorithms: self.config.profile.certificate_algorithms,
            curves: self.config.profile.curves,
            revocation: self.config.revocation,
            pins: self.config.pins,
            time: host.time,
            usage: Usage::Client,
            key_purpose: KeyPurpose::Sign,
            ..Policy::default()
        }
    }

    /// Asks for what can be verified: schemes of the profile, and the keys that they have.
    pub(super) fn send_certificate_request(&mut self, hello: &Hello) -> Result<(), Error> {
        let schemes = transcript::schemes(hello.version, self.config.profile);
        let mut types = [0; CERTIFICATE_TYPES.len()];
        let mut count = 0;
        let served = CERTIFICATE_TYPES
            .into_iter()
            .filter(|(key, _)| schemes.iter().any(|scheme| scheme.algorithm.key.in_suites() == *key));
        for (to, (_, certificate_type)) in types.iter_mut().zip(served) {
            *to = certificate_type;
            count += 1;
        }
        let types = types.get(..count).filter(|types| !types.is_empty()).ok_or(Error::Misuse)?;
        let named = hello.version.names_schemes().then(|| schemes.iter().map(|scheme| scheme.id));
        let authorities = self.config.trust_anchors.iter().map(|anchor| anchor.subject);
        self.cx.send(H::CERTIFICATE_REQUEST, |w| CertificateRequest::write(w, types, named, authorities))
    }

    /// A piece of the message, of at most one length or one certificate.
    pub(super) fn on_certificate_chunk(
        &mut self,
        chunk: Chunk<'_>,
        host: &mut Host<'_>,
    ) -> Result<Step, Error> {
        let State::WaitCertificate { hello, secret } = mem::replace(&mut self.state, State::Failed) else {
            return Err(Error::Misuse);
        };
        self.cx.hash_chunk(&chunk)?;
        let policy = self.policy(host);
        let (next, step) = match self.certificate.push(chunk, &policy, &hello, host)? {
            Piece::Part => (State::WaitCertificate { hello, secret }, Step::WaitPeer),
            Piece::Certificate => (State::JudgingPath { hello, secret, complete: false }, Step::Work),
            Piece::End if self.certificate.is_empty() && self.config.auth_mode == AuthMode::Required => {
                return Err(Reason::NoClientCertificate.into());
            }
            Piece::End if self.certificate.is_empty() => {
                self.cx.check_renegotiation(None)?;
                (State::WaitClientKeyExchange { hello, secret, path: None }, Step::WaitPeer)
            }
            Piece::End => (State::JudgingPath { hello, secret, complete: true }, Step::Work),
        };
        self.state = next;
        Ok(step)
    }

    /// Goes on with the signatures of certificates.
    pub(super) fn judge(&mut self, budget: Budget, host: &mut Host<'_>) -> Result<Step, Error> {
        let policy = self.policy(host);
        if self.certificate.advance(&policy, budget, host)? == Progress::Pending {
            return Ok(Step::Work);
        }
        let State::JudgingPath { hello, secret, complete } = mem::replace(&mut self.state, State::Failed)
        else {
            return Err(Error::Misuse);
        };
        if !complete {
            self.state = State::WaitCertificate { hello, secret };
            return Ok(Step::WaitPeer);
        }
        self.certificate.show(host);
        if self.config.verdict_by.asks() {
            self.state = State::AskingVerdict { hello, secret };
            return Ok(Step::Ask);
        }
        self.on_verdict(hello, secret)
    }

    /// The application has judged the path.
    pub(super) fn on_answer(
        &mut self,
        hello: Hello,
        secret: Secret<'c>,
        flags: Flags,
    ) -> Result<Step, Error> {
        self.certificate.overrule(flags);
        if !self.config.keep_peer_chain {
            self.certificate.forget_chain();
        }
        self.on_verdict(hello, secret)
    }

    fn on_verdict(&mut self, hello: Hello, secret: Secret<'c>) -> Result<Step, Error> {
        let verdict = self.certificate.verdict();
        if self.config.auth_mode == AuthMode::Required && !verdict.flags.is_empty() {
            return Err(Error::Certificate(verdict.flags));
        }
        self.cx.check_renegotiation(self.certificate.identity().map(|peer| peer.digest))?;
        let (certificates, _) = hello.suite.kx.certificate.ok_or(Error::Internal)?;
        let path = Some(PathJudged::by(certificates, &verdict));
        self.state = State::WaitClientKeyExchange { hello, secret, path };
        Ok(Step::WaitPeer)
    }

    /// The signature over all messages before this one, by a scheme that was asked for.
    pub(super) fn on_certificate_verify(
        &mut self,
        hello: Hello,
        master_secret: MasterSecret,
        path: PathJudged,
        body: &[u8],
    ) -> Result<(State<'c>, Step), Error> {
        let signed = CertificateVerify::decode(body, hello.version.names_schemes())
            .map_err(Error::decoding(H::CERTIFICATE_VERIFY))?
            .signed;
        let key = self.certificate.public_key(self.config.profile)?;
        let fits = |scheme: &&&Scheme| {
            scheme.algorithm.key == key.key_type() && signed.scheme.is_none_or(|named| named == scheme.id)
        };
        let schemes = transcript::schemes(hello.version, self.config.profile);
        let scheme = schemes.iter().find(fits).ok_or(Reason::SignatureSchemeNotOffered)?;
        let to_be_signed = self.cx.transcript.to_be_signed(scheme.algorithm)?;
        let job = (scheme.algorithm.verify)(&key, to_be_signed.as_ref(), signed.signature)?;
        self.cx.hash_message(H::CERTIFICATE_VERIFY, body)?;
        let then = Then::CertificateVerified { hello, master_secret, path };
        Ok((State::Working(Working { job, then }), Step::Work))
    }

    pub(super) const fn on_certificate_verified(
        hello: Hello,
        master_secret: MasterSecret,
        path: PathJudged,
    ) -> (State<'c>, Step) {
        let proof = PeerProof::Signed(path, SignatureVerified::of_job());
        (State::WaitChangeCipherSpec(Agreed { hello, master_secret, proof }), Step::WaitPeer)
    }
}
