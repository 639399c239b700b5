//! The status of the server's certificate, which it may staple (RFC 6066 section 8): after Certificate, if the server has
//! answered status_request. What is made of it, or of its want, is for the verifier to say.

use super::{Certified, Client, State};
use crate::{AuthMode, Error, Host, Step, message::Input};
use codec::{HandshakeType as H, message::CertificateStatus};
use crypto::{Budget, Progress};
use x509::Verdict;

/// CertificateStatus may come.
pub(super) struct Awaited(Certified);

impl<'c> Client<'c> {
    /// The path is judged: its status is waited for, or judged without an answer; None when nothing is asked, or no more.
    pub(super) fn ask_status(
        &mut self,
        certified: &Certified,
        host: &Host<'_>,
    ) -> Result<Option<(State<'c>, Step)>, Error> {
        if self.config.stapling.is_none() || self.seen.certificate_status {
            return Ok(None);
        }
        let verdict = self.certificate.verdict();
        if self.config.auth_mode == AuthMode::Required && !verdict.flags.is_empty() {
            return Err(self.refusal(&verdict));
        }
        if self.cx.negotiated.status_request {
            return Ok(Some((State::WaitCertificateStatus(Awaited(*certified)), Step::WaitPeer)));
        }
        Ok(Some(self.judge_status(*certified, None, host)?))
    }

    fn judge_status(
        &mut self,
        certified: Certified,
        response: Option<&[u8]>,
        host: &Host<'_>,
    ) -> Result<(State<'c>, Step), Error> {
        let policy = self.policy(host, &certified.hello);
        self.certificate.push_status(&policy, response)?;
        self.seen.certificate_status = true;
        Ok((State::JudgingPath { certified, complete: true }, Step::Work))
    }

    pub(super) fn on_certificate_status(
        &mut self,
        awaited: Awaited,
        body: &[u8],
        host: &mut Host<'_>,
    ) -> Result<(State<'c>, Step), Error> {
        let message = CertificateStatus::decode(body).map_err(Error::decoding(H::CERTIFICATE_STATUS))?;
        if let Some(observer) = host.observer.as_deref_mut() {
            observer.on_status(message.response);
        }
        self.judge_status(awaited.0, Some(message.response), host)
    }

    /// The server may answer the extension and staple nothing; what has come is what stands after Certificate.
    pub(super) fn without_certificate_status(
        &mut self,
        awaited: Awaited,
        input: Input<'_>,
        host: &mut Host<'_>,
    ) -> Result<Step, Error> {
        let Awaited(certified) = awaited;
        self.judge_status(certified, None, host)?;
        // There is no signature to check, so that this ends at once.
        let policy = self.policy(host, &certified.hello);
        if self.certificate.advance(&policy, Budget::UNLIMITED, host)? == Progress::Pending {
            return Err(Error::Internal);
        }
        self.state = self.on_verdict(certified)?;
        self.step(input, host)
    }

    /// Why a certificate is refused: for its status, when that is known, since its path was good before.
    pub(super) const fn refusal(&self, verdict: &Verdict) -> Error {
        if self.seen.certificate_status {
            Error::CertificateStatus(verdict.reasons)
        } else {
            Error::Certificate(verdict.flags)
        }
    }
}
