//! The server's machine (RFC 5246 section 7.3, Figures 1 and 2; RFC 5077 section 3.1, Figures 1 and 2).
//!
//! ```text
//! Client                                               Server
//! ClientHello                  -------->
//!                                                 ServerHello
//!                                                 Certificate
//!                                          CertificateStatus*
//!                                          ServerKeyExchange*
//!                                         CertificateRequest*
//!                              <--------      ServerHelloDone
//! Certificate*
//! ClientKeyExchange
//! CertificateVerify*
//! [ChangeCipherSpec]
//! Finished                     -------->
//!                                           NewSessionTicket*
//!                                          [ChangeCipherSpec]
//!                              <--------             Finished
//!
//! ClientHello                  -------->                       a session is resumed
//!                                                 ServerHello
//!                                           NewSessionTicket*
//!                                          [ChangeCipherSpec]
//!                              <--------             Finished
//! [ChangeCipherSpec]
//! Finished                     -------->
//! ```
//!
//! With a pre-shared key (RFC 4279 sections 2 to 4, RFC 5489 section 2) only RSA_PSK has a Certificate, and none has a
//! CertificateRequest. ServerKeyExchange has the hint for an identity: before our public value in DHE_PSK and ECDHE_PSK,
//! where nothing is signed, and alone in PSK and RSA_PSK, where it is left out without a hint. ClientKeyExchange begins
//! with the identity.

mod authentication;
#[cfg(feature = "ocsp-stapling")]
mod certificate_status;
#[cfg(not(feature = "ocsp-stapling"))]
#[path = "certificate_status_off.rs"]
mod certificate_status;
mod finish;
mod hello;
mod key_exchange;
mod psk;
#[cfg(feature = "session-resumption")]
mod resumption;
#[cfg(not(feature = "session-resumption"))]
#[path = "resumption_off.rs"]
mod resumption;

use crate::{
    Answer, AuthMode, Credential, Error, Host, Machine, Request, ServerConfig, Step, VerdictBy,
    context::{Before, Context, Hello, MAX_RESULT_BYTES, Working},
    framing::Framing,
    key_request,
    key_schedule::MasterSecret,
    limits,
    message::{Input, Joined},
    negotiate::Ephemeral,
    peer_certificate::PeerCertificate,
    psk::KeptIdentity,
    transcript::{Signers, Transcript},
    witness::{PathJudged, PeerProof},
};
use codec::{Chunk, HandshakeType as H, ProtocolVersion, SignatureScheme};
use core::mem;
use crypto::{Budget, Progress};
use memory::Bytes;
use resumption::ServerSession;
use suites::{Group, Suite};
use zeroize::Zeroizing;

/// Where the handshake stands. A state carries only what later states need.
enum State<'c> {
    WaitClientHello,
    /// The application chooses a credential for this ClientHello.
    ChoosingCredential(Bytes),
    Working(Working<Then<'c>>),
    /// Entries of the client's list are judged as they come.
    WaitCertificate {
        hello: Hello,
        secret: Secret<'c>,
    },
    /// Certificates are being judged; `complete` when the message has ended.
    JudgingPath {
        hello: Hello,
        secret: Secret<'c>,
        complete: bool,
    },
    /// The application judges the path.
    AskingVerdict {
        hello: Hello,
        secret: Secret<'c>,
    },
    /// `path` is that of the client's certificate, when it sent one.
    WaitClientKeyExchange {
        hello: Hello,
        secret: Secret<'c>,
        path: Option<PathJudged>,
    },
    WaitCertificateVerify {
        hello: Hello,
        master_secret: MasterSecret,
        path: PathJudged,
    },
    WaitChangeCipherSpec(Agreed),
    WaitFinished(Agreed),
    Done,
    Failed,
}

/// What the result of slow work is for.
enum Then<'c> {
    /// Our ephemeral key pair was made.
    Generated { hello: Hello, ephemeral: Ephemeral<'c> },
    /// ServerKeyExchange was signed.
    Signed { hello: Hello, group: &'static Group, scheme: SignatureScheme, private: Bytes, params: Bytes },
    /// The pre-master secret is known, or with a pre-shared key the other secret beside it: shared by both ephemeral keys,
    /// or deciphered.
    PreMasterSecret(Agreeing, Option<ProtocolVersion>),
    /// CertificateVerify was verified.
    CertificateVerified { hello: Hello, master_secret: MasterSecret, path: PathJudged },
}

/// What the keys come from, besides the secret that is being computed.
struct Agreeing {
    hello: Hello,
    path: Option<PathJudged>,
    /// The pre-shared key.
    psk: Option<Bytes>,
}

/// What turns ClientKeyExchange into the pre-master secret.
enum Secret<'c> {
    /// Our private value of this group.
    Ephemeral { group: &'static Group, private: Bytes },
    /// The certificate's key.
    KeyTransport(&'c Credential<'c>),
    /// Nothing but the pre-shared key.
    PskAlone,
}

/// Keys are agreed; what remains is the client's Finished.
struct Agreed {
    hello: Hello,
    master_secret: MasterSecret,
    proof: PeerProof,
}

/// A server's handshake.
pub struct Server<'c> {
    state: State<'c>,
    config: &'c ServerConfig<'c>,
    cx: Context,
    client_version: ProtocolVersion,
    ephemeral: Option<Ephemeral<'c>>,
    psk_identity: Option<KeptIdentity>,
    certificate: PeerCertificate,
    session: ServerSession,
}

impl<'c> Server<'c> {
    /// Waits for a ClientHello. `before` is the handshake that led to the connection, in a renegotiation.
    ///
    /// # Errors
    /// Out of memory.
    pub fn new(config: &'c ServerConfig<'c>, before: Option<Before>) -> Result<Self, Error> {
        if config.psk.is_some_and(|psk| psk.identity_hint.len() > limits::MAX_PSK_IDENTITY_BYTES) {
            return Err(Error::Misuse);
        }
        let datagram = config.profile.versions.first().is_some_and(|version| version.datagram);
        let transcript =
            Transcript::start(config.profile, Signers::of_clients(config.auth_mode != AuthMode::None))?;
        Ok(Self {
            state: State::WaitClientHello,
            config,
            cx: Context::new(transcript, Framing::new(datagram), before),
            client_version: ProtocolVersion(0),
            ephemeral: None,
            psk_identity: None,
            certificate: PeerCertificate::new(config.keep_peer_chain || config.verdict_by.asks()),
            session: ServerSession::default(),
        })
    }

    fn fail_on_error(&mut self, step: Result<Step, Error>) -> Result<Step, Error> {
        match step {
            Ok(Step::Work) if self.request().is_some() => return Ok(Step::Ask),
            Ok(_) => {}
            Err(_) => self.state = State::Failed,
        }
        step
    }

    fn take_chunk(&mut self, chunk: Chunk<'_>, host: &mut Host<'_>) -> Result<Step, Error> {
        if chunk.offset == 0 {
            self.cx.framing.begin();
        }
        if matches!(self.state, State::WaitCertificate { .. }) && chunk.message_type == H::CERTIFICATE {
            return self.on_certificate_chunk(chunk, host);
        }
        match self.cx.joiner.push(chunk)? {
            Joined::Part => Ok(Step::WaitPeer),
            Joined::Borrowed(body) => self.on_message(chunk.message_type, body, host),
            Joined::Owned(body) => self.on_message(chunk.message_type, &body, host),
        }
    }

    fn on_message(&mut self, message_type: H, body: &[u8], host: &mut Host<'_>) -> Result<Step, Error> {
        // Both enter the transcript after they were checked (RFC 5246 sections 7.4.8 and 7.4.9).
        if message_type != H::FINISHED && message_type != H::CERTIFICATE_VERIFY {
            self.cx.hash_message(message_type, body)?;
        }
        self.step(Input::Message(message_type, body), host)
    }

    /// One arm for each arrow of the figure. The state is taken out, so that nothing goes on after an error.
    fn step(&mut self, input: Input<'_>, host: &mut Host<'_>) -> Result<Step, Error> {
        let (next, step) = match (mem::replace(&mut self.state, State::Failed), input) {
            // ClientHello -------->
            (State::WaitClientHello, Input::Message(H::CLIENT_HELLO, body)) => {
                self.on_client_hello(body, None, host)?
            }
            // Certificate -------->: see on_certificate_chunk
            // ClientKeyExchange -------->
            (
                State::WaitClientKeyExchange { hello, secret, path },
                Input::Message(H::CLIENT_KEY_EXCHANGE, body),
            ) => self.on_client_key_exchange(hello, secret, path, body, host)?,
            // CertificateVerify -------->
            (
                State::WaitCertificateVerify { hello, master_secret, path },
                Input::Message(H::CERTIFICATE_VERIFY, body),
            ) => self.on_certificate_verify(hello, master_secret, path, body)?,
            // [ChangeCipherSpec] -------->
            (State::WaitChangeCipherSpec(agreed), Input::ChangeCipherSpec) => {
                (State::WaitFinished(agreed), Step::WaitPeer)
            }
            // Finished -------->
            (State::WaitFinished(agreed), Input::Message(H::FINISHED, body)) => {
                self.on_finished(agreed, body, host)?
            }
            _ => return Err(input.unexpected()),
        };
        self.state = next;
        Ok(step)
    }

    fn work(&mut self, budget: Budget, host: &mut Host<'_>) -> Result<Step, Error> {
        let mut result = Zeroizing::new([0; MAX_RESULT_BYTES]);
        match &mut self.state {
            State::Working(working) => match working.job.advance(budget, &mut *result) {
                Progress::Pending => Ok(Step::Work),
                Progress::Ready(len) => {
                    let result = result.get_mut(..len?).ok_or(Error::Internal)?;
                    self.resume(result, host)
                }
            },
            State::JudgingPath { .. } => self.judge(budget, host),
            State::WaitClientHello
            | State::ChoosingCredential(_)
            | State::WaitCertificate { .. }
            | State::AskingVerdict { .. }
            | State::WaitClientKeyExchange { .. }
            | State::WaitCertificateVerify { .. }
            | State::WaitChangeCipherSpec(_)
            | State::WaitFinished(_)
            | State::Done
            | State::Failed => Err(Error::Misuse),
        }
    }

    /// Goes on where slow work was for.
    fn resume(&mut self, result: &mut [u8], host: &mut Host<'_>) -> Result<Step, Error> {
        let State::Working(Working { then, .. }) = mem::replace(&mut self.state, State::Failed) else {
            return Err(Error::Misuse);
        };
        let (next, step) = match then {
            Then::Generated { hello, ephemeral } => self.on_generated(hello, ephemeral, result, host)?,
            Then::Signed { hello, group, scheme, private, params } => {
                self.send_signed_key_exchange(&hello, scheme, &params, result)?;
                self.send_server_hello_done(hello, Secret::Ephemeral { group, private })?
            }
            Then::PreMasterSecret(agreeing, client_version) => {
                self.on_pre_master_secret(agreeing, client_version, result, host)?
            }
            Then::CertificateVerified { hello, master_secret, path } => {
                Self::on_certificate_verified(hello, master_secret, path)
            }
        };
        self.state = next;
        Ok(step)
    }
}

impl Machine for Server<'_> {
    fn on_chunk(&mut self, chunk: Chunk<'_>, host: &mut Host<'_>) -> Result<Step, Error> {
        let step = self.take_chunk(chunk, host);
        self.fail_on_error(step)
    }

    fn on_change_cipher_spec(&mut self, host: &mut Host<'_>) -> Result<Step, Error> {
        let step = self.step(Input::ChangeCipherSpec, host);
        self.fail_on_error(step)
    }

    fn advance(&mut self, budget: Budget, host: &mut Host<'_>) -> Result<Step, Error> {
        let step = self.work(budget, host);
        self.fail_on_error(step)
    }

    fn request(&self) -> Option<Request<'_>> {
        if let State::Working(working) = &self.state {
            return key_request::of(&working.job);
        }
        if let State::AskingVerdict { .. } = self.state {
            return VerdictBy::request(self.certificate.verdict(), self.certificate.chain());
        }
        let State::ChoosingCredential(body) = &self.state else { return None };
        Some(Request::Credential { client_hello: self.cx.framing.decode_client_hello(body).ok()? })
    }

    fn answer(&mut self, answer: Answer<'_>, host: &mut Host<'_>) -> Result<Step, Error> {
        if let State::Working(working) = &mut self.state {
            key_request::answer(&mut working.job, answer)?;
            return Ok(Step::Work);
        }
        if let (State::AskingVerdict { .. }, Answer::Certificate(flags)) = (&self.state, answer) {
            let State::AskingVerdict { hello, secret } = mem::replace(&mut self.state, State::Failed) else {
                return Err(Error::Misuse);
            };
            return self.on_answer(hello, secret, flags);
        }
        let Answer::Credential(index) = answer else { return Err(Error::Misuse) };
        if !matches!(self.state, State::ChoosingCredential(_)) {
            return Err(Error::Misuse);
        }
        let State::ChoosingCredential(body) = mem::replace(&mut self.state, State::Failed) else {
            return Err(Error::Misuse);
        };
        let (next, step) = self.on_client_hello(&body, Some(index), host)?;
        self.state = next;
        Ok(step)
    }

    fn has_work(&self) -> bool {
        matches!(self.state, State::Working(_) | State::JudgingPath { .. }) && self.request().is_none()
    }

    fn chunk_limit(&self) -> usize {
        match self.state {
            State::WaitCertificate { .. } => self.certificate.wants(),
            State::WaitClientHello
            | State::ChoosingCredential(_)
            | State::Working(_)
            | State::JudgingPath { .. }
            | State::AskingVerdict { .. }
            | State::WaitClientKeyExchange { .. }
            | State::WaitCertificateVerify { .. }
            | State::WaitChangeCipherSpec(_)
            | State::WaitFinished(_)
            | State::Done
            | State::Failed => usize::MAX,
        }
    }

    #[cfg(feature = "dtls")]
    fn expects_change_cipher_spec(&self) -> bool {
        matches!(self.state, State::WaitChangeCipherSpec(_))
    }

    #[cfg(feature = "dtls")]
    fn expects(&self, message_type: H) -> bool {
        match self.state {
            State::WaitClientHello => message_type == H::CLIENT_HELLO,
            State::WaitCertificate { .. } => message_type == H::CERTIFICATE,
            State::WaitClientKeyExchange { .. } => message_type == H::CLIENT_KEY_EXCHANGE,
            State::WaitCertificateVerify { .. } => message_type == H::CERTIFICATE_VERIFY,
            State::WaitFinished(_) => message_type == H::FINISHED,
            State::ChoosingCredential(_)
            | State::JudgingPath { .. }
            | State::AskingVerdict { .. }
            | State::Working(_)
            | State::WaitChangeCipherSpec(_)
            | State::Done
            | State::Failed => false,
        }
    }

    fn context(&mut self) -> &mut Context {
        &mut self.cx
    }
}

/// Whether clients are asked for a certificate: not where a pre-shared key proves them (RFC 4279 section 2).
fn asks_for_certificate(config: &ServerConfig<'_>, suite: &Suite) -> bool {
    config.auth_mode != AuthMode::None && suite.kx.psk.is_none()
}
