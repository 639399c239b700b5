//! The client's machine (RFC 5246 section 7.3, Figures 1 and 2; RFC 5077 section 3.1, Figures 1 and 2).
//!
//! ```text
//! Client                                               Server
//! ClientHello                  -------->
//!                                                 ServerHello
//!                                                Certificate
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
//! With a pre-shared key (RFC 4279 sections 2 to 4, RFC 5489 section 2) only RSA_PSK has a Certificate. ServerKeyExchange has
//! the hint for an identity: before the server's public value in DHE_PSK and ECDHE_PSK, where nothing is signed, and alone
//! in PSK and RSA_PSK, where it is left out without a hint. The client's answer is the identity, in ClientKeyExchange.

#[cfg(feature = "client-authentication")]
mod authentication;
#[cfg(not(feature = "client-authentication"))]
#[path = "authentication_off.rs"]
mod authentication;
mod certificate;
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
#[cfg(any(feature = "ecdh", feature = "dhm"))]
mod share;
#[cfg(not(any(feature = "ecdh", feature = "dhm")))]
#[path = "share_off.rs"]
mod share;

use crate::{
    Answer, ClientConfig, Error, Host, Machine, Peer, Request, Step, VerdictBy,
    context::{Before, Context, Hello, MAX_RESULT_BYTES, Working},
    framing::Framing,
    key_request,
    key_schedule::MasterSecret,
    limits,
    message::{Input, Joined},
    peer_certificate::PeerCertificate,
    transcript::Transcript,
    verdict_by::Asking,
    witness::{PathJudged, PeerProof, SharedKeySuite},
};
use authentication::{ClientAuthentication, SigningScheme};
use certificate_status::Awaited;
use codec::{Chunk, HandshakeType as H, Reason, SignatureScheme};
use core::mem;
use crypto::{Budget, Progress};
use memory::Bytes;
use resumption::Sessions;
use share::ServerShare;
use suites::{
    Ephemeral,
    presence::{Certificates, Fields, KeyTransport},
};
use x509::Verdict;
use zeroize::Zeroizing;

/// Where the handshake stands. A state carries only what later states need.
enum State<'c> {
    WaitServerHello,
    /// Entries of the list are judged as they come.
    WaitCertificate(Certified),
    /// Certificates are being judged; `complete` when the message has ended.
    JudgingPath {
        certified: Certified,
        complete: bool,
    },
    /// Or whatever comes without one.
    #[cfg_attr(not(feature = "ocsp-stapling"), expect(dead_code, reason = "nobody is asked for a status"))]
    WaitCertificateStatus(Awaited),
    /// The application judges the path.
    AskingVerdict(Certified, Asking),
    WaitServerKeyExchange {
        hello: Hello,
        path: PathJudged,
        ephemeral: Ephemeral,
    },
    /// DHE_PSK and ECDHE_PSK: ServerKeyExchange without a signature.
    WaitPskServerKeyExchange {
        hello: Hello,
        key: SharedKeySuite,
        ephemeral: Ephemeral,
    },
    /// PSK and RSA_PSK: a ServerKeyExchange that has nothing but a hint, or what comes without one.
    WaitPskIdentityHint {
        hello: Hello,
        key: SharedKeySuite,
        proof: PeerProof,
    },
    /// Or CertificateRequest, at most once.
    WaitServerHelloDone {
        hello: Hello,
        proof: PeerProof,
        share: Option<ServerShare>,
        authentication: Option<ClientAuthentication<'c>>,
    },
    Working(Working<Then<'c>>),
    WaitNewSessionTicket(Agreed),
    WaitChangeCipherSpec(Agreed),
    WaitFinished(Agreed),
    Done,
    Failed,
}

/// What the result of slow work is for.
enum Then<'c> {
    /// The finite field that the server brought was checked.
    FieldChecked { hello: Hello, proof: PeerProof, share: ServerShare, field: Fields },
    /// The signature over ServerKeyExchange was verified.
    SignatureVerified { hello: Hello, path: PathJudged, share: ServerShare },
    /// Our ephemeral key pair was made.
    Generated { flight: ClientFlight<'c>, share: ServerShare },
    /// The shared secret of both ephemeral keys was computed.
    Shared { flight: ClientFlight<'c>, share: ServerShare, public: Bytes },
    /// The pre-master secret was enciphered.
    Enciphered { flight: ClientFlight<'c>, pre_master_secret: Bytes, by: KeyTransport },
    /// CertificateVerify was signed.
    Signed { agreed: Agreed, scheme: SigningScheme },
}

impl Then<'_> {
    /// What it means that the work failed.
    fn failed(&self, error: crypto::Error) -> Error {
        match (self, error) {
            (Self::FieldChecked { .. }, crypto::Error::InvalidKey) => Reason::BadFiniteField.into(),
            (_, error) => error.into(),
        }
    }
}

/// What the hellos agreed on, where the suite has a certificate.
#[derive(Clone, Copy)]
struct Certified {
    hello: Hello,
    by: Certificates,
}

/// What the client's second flight needs besides the key exchange.
struct ClientFlight<'c> {
    hello: Hello,
    proof: PeerProof,
    authentication: Option<ClientAuthentication<'c>>,
}

/// Keys are agreed; what remains is the server's Finished.
struct Agreed {
    hello: Hello,
    proof: PeerProof,
    master_secret: MasterSecret,
}

/// What of the handshake goes into the connection's facts.
#[derive(Default)]
struct Seen {
    verdict: Option<Verdict>,
    scheme: Option<SignatureScheme>,
    group: Option<codec::NamedGroup>,
    certificate_requested: bool,
    certificate_sent: bool,
    /// What is known of the certificate's status was handed to the verifier.
    certificate_status: bool,
}

/// A client's handshake.
pub struct Client<'c> {
    state: State<'c>,
    config: &'c ClientConfig<'c>,
    peer: Peer<'c>,
    cx: Context,
    /// Bit n: extension n of the profile was offered.
    offered: u32,
    certificate: PeerCertificate,
    seen: Seen,
    sessions: Sessions,
    hello_requests: u8,
    /// HelloVerifyRequest was answered.
    verified: bool,
}

impl<'c> Client<'c> {
    /// Starts a handshake; its first flight, the ClientHello, is ready to be sent. `before` is the handshake that led to
    /// the connection, in a renegotiation.
    ///
    /// # Errors
    /// Out of memory, a failing random source, or a profile that cannot be encoded.
    pub fn new(
        config: &'c ClientConfig<'c>,
        peer: Peer<'c>,
        before: Option<Before>,
        host: &mut Host<'_>,
    ) -> Result<Self, Error> {
        if config.psk.is_some_and(|psk| !psk.is_valid()) {
            return Err(Error::Misuse);
        }
        let transcript = Transcript::start(config.profile, authentication::signers(config))?;
        let datagram = config.profile.versions.first().is_some_and(|version| version.datagram);
        let sessions = Sessions::new(config, &peer, before.is_none(), host)?;
        let mut client = Self {
            state: State::WaitServerHello,
            config,
            peer,
            cx: Context::new(transcript, Framing::new(datagram), before),
            offered: 0,
            certificate: PeerCertificate::new(config.keep_peer_chain || config.verdict_by.asks()),
            seen: Seen::default(),
            sessions,
            hello_requests: 0,
            verified: false,
        };
        client.cx.session_key = client.sessions.key();
        client.cx.connection_ids.choose(config.connection_id, host.rng)?;
        host.rng.fill(&mut client.cx.randoms.client)?;
        client.send_client_hello(&[])?;
        Ok(client)
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
        if matches!(self.state, State::WaitCertificate(_)) && chunk.message_type == H::CERTIFICATE {
            return self.on_certificate_chunk(chunk, host);
        }
        match self.cx.joiner.push(chunk)? {
            Joined::Part => Ok(Step::WaitPeer),
            Joined::Borrowed(body) => self.on_message(chunk.message_type, body, host),
            Joined::Owned(body) => self.on_message(chunk.message_type, &body, host),
        }
    }

    fn on_message(&mut self, message_type: H, body: &[u8], host: &mut Host<'_>) -> Result<Step, Error> {
        // HelloRequest is in no transcript; Finished enters it after it was checked (RFC 5246 section 7.4.9).
        if message_type != H::HELLO_REQUEST && message_type != H::FINISHED {
            self.cx.hash_message(message_type, body)?;
        }
        self.step(Input::Message(message_type, body), host)
    }

    /// One arm for each arrow of the figure. The state is taken out, so that nothing goes on after an error.
    fn step(&mut self, input: Input<'_>, host: &mut Host<'_>) -> Result<Step, Error> {
        let (next, step) = match (mem::replace(&mut self.state, State::Failed), input) {
            // RFC 5246 section 7.4.1.1: ignored while a handshake is under way
            (state, Input::Message(H::HELLO_REQUEST, []))
                if self.hello_requests < limits::MAX_HELLO_REQUESTS =>
            {
                self.hello_requests += 1;
                (state, Step::WaitPeer)
            }
            // <-------- HelloVerifyRequest, once, in datagrams (RFC 6347 section 4.2.1)
            (State::WaitServerHello, Input::Message(H::HELLO_VERIFY_REQUEST, body))
                if self.cx.framing.is_datagram() && !self.verified =>
            {
                self.on_hello_verify_request(body)?
            }
            // <-------- ServerHello
            (State::WaitServerHello, Input::Message(H::SERVER_HELLO, body)) => {
                self.on_server_hello(body, host)?
            }
            // <-------- Certificate: see on_certificate_chunk
            // <-------- CertificateStatus*
            (State::WaitCertificateStatus(awaited), Input::Message(H::CERTIFICATE_STATUS, body)) => {
                self.on_certificate_status(awaited, body, host)?
            }
            (State::WaitCertificateStatus(awaited), input) => {
                return self.without_certificate_status(awaited, input, host);
            }
            // <-------- ServerKeyExchange
            (
                State::WaitServerKeyExchange { hello, path, ephemeral },
                Input::Message(H::SERVER_KEY_EXCHANGE, body),
            ) => self.on_server_key_exchange(hello, path, ephemeral, body)?,
            // <-------- ServerKeyExchange                      (DHE_PSK, ECDHE_PSK)
            (
                State::WaitPskServerKeyExchange { hello, key, ephemeral },
                Input::Message(H::SERVER_KEY_EXCHANGE, body),
            ) => self.on_psk_server_key_exchange(hello, key, ephemeral, body)?,
            // <-------- ServerKeyExchange*                     (PSK, RSA_PSK)
            (
                State::WaitPskIdentityHint { hello, key, proof },
                Input::Message(H::SERVER_KEY_EXCHANGE, body),
            ) => Self::on_psk_identity_hint(hello, key, proof, body)?,
            (State::WaitPskIdentityHint { hello, key: _, proof }, input) => {
                self.state = State::wait_server_hello_done(hello, proof, None);
                return self.step(input, host);
            }
            // <-------- CertificateRequest                     (RFC 4279 section 2: not without certificates)
            (
                State::WaitServerHelloDone { hello, proof, share, authentication: None },
                Input::Message(H::CERTIFICATE_REQUEST, body),
            ) if hello.suite.kx.certificate_key().is_some() => {
                self.on_certificate_request(hello, proof, share, body)?
            }
            // <-------- ServerHelloDone
            (
                State::WaitServerHelloDone { hello, proof, share, authentication },
                Input::Message(H::SERVER_HELLO_DONE, body),
            ) => {
                let flight = ClientFlight { hello, proof, authentication };
                self.on_server_hello_done(flight, share, body, host)?
            }
            // <-------- NewSessionTicket
            (State::WaitNewSessionTicket(agreed), Input::Message(H::NEW_SESSION_TICKET, body)) => {
                self.on_new_session_ticket(agreed, body)?
            }
            // <-------- [ChangeCipherSpec]
            (State::WaitChangeCipherSpec(agreed), Input::ChangeCipherSpec) => {
                (State::WaitFinished(agreed), Step::WaitPeer)
            }
            // <-------- Finished
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
                    let len = len.map_err(|error| working.then.failed(error))?;
                    let result = result.get(..len).ok_or(Error::Internal)?;
                    self.resume(result, host)
                }
            },
            State::JudgingPath { .. } => self.judge(budget, host),
            State::WaitServerHello
            | State::WaitCertificate(_)
            | State::WaitCertificateStatus(_)
            | State::AskingVerdict(..)
            | State::WaitServerKeyExchange { .. }
            | State::WaitPskServerKeyExchange { .. }
            | State::WaitPskIdentityHint { .. }
            | State::WaitServerHelloDone { .. }
            | State::WaitNewSessionTicket(_)
            | State::WaitChangeCipherSpec(_)
            | State::WaitFinished(_)
            | State::Done
            | State::Failed => Err(Error::Misuse),
        }
    }

    /// Goes on where slow work was for.
    fn resume(&mut self, result: &[u8], host: &mut Host<'_>) -> Result<Step, Error> {
        let State::Working(Working { then, .. }) = mem::replace(&mut self.state, State::Failed) else {
            return Err(Error::Misuse);
        };
        let (next, step) = match then {
            Then::SignatureVerified { hello, path, share } => {
                Self::on_signature_verified(hello, path, share)?
            }
            Then::FieldChecked { hello, proof, share, field } => {
                Self::on_field_checked(hello, proof, share, field)
            }
            Then::Generated { flight, share } => self.on_generated(flight, share, result)?,
            Then::Shared { flight, share, public } => {
                self.send_ephemeral_flight(flight, &share, &public, result, host)?
            }
            Then::Enciphered { flight, pre_master_secret, by } => {
                self.send_key_transport_flight(flight, by, &pre_master_secret, result, host)?
            }
            Then::Signed { agreed, scheme } => self.send_certificate_verify(agreed, scheme, result)?,
        };
        self.state = next;
        Ok(step)
    }
}

impl Machine for Client<'_> {
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

    fn has_work(&self) -> bool {
        matches!(self.state, State::Working(_) | State::JudgingPath { .. }) && self.request().is_none()
    }

    fn request(&self) -> Option<Request<'_>> {
        if let State::AskingVerdict(..) = self.state {
            return VerdictBy::request(self.certificate.verdict(), self.certificate.chain());
        }
        let State::Working(working) = &self.state else { return None };
        key_request::of(&working.job)
    }

    fn answer(&mut self, answer: Answer<'_>, host: &mut Host<'_>) -> Result<Step, Error> {
        if let (&State::AskingVerdict(certified, asking), Answer::Certificate(flags)) = (&self.state, answer)
        {
            self.state = State::Failed;
            return self.on_answer(certified, asking, flags, host);
        }
        let State::Working(working) = &mut self.state else { return Err(Error::Misuse) };
        key_request::answer(&mut working.job, answer)?;
        Ok(Step::Work)
    }

    fn chunk_limit(&self) -> usize {
        match self.state {
            State::WaitCertificate(_) => self.certificate.wants(),
            State::WaitServerHello
            | State::JudgingPath { .. }
            | State::WaitCertificateStatus(_)
            | State::AskingVerdict(..)
            | State::WaitServerKeyExchange { .. }
            | State::WaitPskServerKeyExchange { .. }
            | State::WaitPskIdentityHint { .. }
            | State::WaitServerHelloDone { .. }
            | State::Working(_)
            | State::WaitNewSessionTicket(_)
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
            State::WaitServerHello => {
                message_type == H::SERVER_HELLO || message_type == H::HELLO_VERIFY_REQUEST && !self.verified
            }
            State::WaitCertificate(_) => message_type == H::CERTIFICATE,
            State::WaitServerKeyExchange { .. } | State::WaitPskServerKeyExchange { .. } => {
                message_type == H::SERVER_KEY_EXCHANGE
            }
            State::WaitCertificateStatus(_) => matches!(
                message_type,
                H::CERTIFICATE_STATUS
                    | H::SERVER_KEY_EXCHANGE
                    | H::CERTIFICATE_REQUEST
                    | H::SERVER_HELLO_DONE
            ),
            State::WaitPskIdentityHint { .. } => {
                matches!(message_type, H::SERVER_KEY_EXCHANGE | H::CERTIFICATE_REQUEST | H::SERVER_HELLO_DONE)
            }
            State::WaitServerHelloDone { .. } => {
                matches!(message_type, H::CERTIFICATE_REQUEST | H::SERVER_HELLO_DONE)
            }
            State::WaitNewSessionTicket(_) => message_type == H::NEW_SESSION_TICKET,
            State::WaitFinished(_) => message_type == H::FINISHED,
            State::JudgingPath { .. }
            | State::AskingVerdict(..)
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
