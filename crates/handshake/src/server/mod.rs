//! The server's machine (RFC 5246 section 7.3, Figure 1); the client is not asked for a certificate.
//!
//! ```text
//! Client                                               Server
//! ClientHello                  -------->
//!                                                 ServerHello
//!                                                 Certificate
//!                                          ServerKeyExchange*
//!                              <--------      ServerHelloDone
//! ClientKeyExchange
//! [ChangeCipherSpec]
//! Finished                     -------->
//!                                          [ChangeCipherSpec]
//!                              <--------             Finished
//! ```

mod finish;
mod hello;
mod key_exchange;

use crate::{
    Credential, Error, Host, Machine, ServerConfig, Step,
    context::{Context, Hello, MAX_RESULT_BYTES, Working},
    key_schedule::MasterSecret,
    message::Joined,
    negotiate::SignedKeyExchange,
};
use codec::{Chunk, HandshakeType as H, ProtocolVersion, Reason};
use core::mem;
use crypto::{Budget, Progress};
use memory::Bytes;
use suites::Group;
use zeroize::Zeroizing;

/// What the machine takes in.
enum Input<'a> {
    /// A whole message.
    Message(H, &'a [u8]),
    /// ChangeCipherSpec.
    ChangeCipherSpec,
}

/// Where the handshake stands. A state carries only what later states need.
enum State<'c> {
    WaitClientHello,
    Working(Working<Then<'c>>),
    WaitClientKeyExchange { hello: Hello, secret: Secret<'c> },
    WaitChangeCipherSpec(Agreed),
    WaitFinished(Agreed),
    Done,
    Failed,
}

/// What the result of slow work is for.
enum Then<'c> {
    /// Our ephemeral key pair was made.
    Generated { hello: Hello, credential: &'c Credential<'c>, signed: SignedKeyExchange },
    /// ServerKeyExchange was signed.
    Signed { hello: Hello, signed: SignedKeyExchange, private: Bytes, params: Bytes },
    /// The pre-master secret is known: shared by both ephemeral keys, or deciphered.
    PreMasterSecret { hello: Hello, client_version: Option<ProtocolVersion> },
}

/// What turns ClientKeyExchange into the pre-master secret.
enum Secret<'c> {
    /// Our private value of this group.
    Ephemeral { group: &'static Group, private: Bytes },
    /// The certificate's key.
    KeyTransport(&'c Credential<'c>),
}

/// Keys are agreed; what remains is the client's Finished.
struct Agreed {
    hello: Hello,
    master_secret: MasterSecret,
}

/// A server's handshake.
pub struct Server<'c> {
    state: State<'c>,
    config: &'c ServerConfig<'c>,
    cx: Context,
    client_version: ProtocolVersion,
    signed: Option<SignedKeyExchange>,
}

impl<'c> Server<'c> {
    /// Waits for a ClientHello.
    ///
    /// # Errors
    /// Out of memory.
    pub fn new(config: &'c ServerConfig<'c>) -> Result<Self, Error> {
        Ok(Self {
            state: State::WaitClientHello,
            config,
            cx: Context::new(crate::transcript::Transcript::start(config.profile.suites)?),
            client_version: ProtocolVersion(0),
            signed: None,
        })
    }

    fn fail_on_error(&mut self, step: Result<Step, Error>) -> Result<Step, Error> {
        if step.is_err() {
            self.state = State::Failed;
        }
        step
    }

    fn take_chunk(&mut self, chunk: Chunk<'_>, host: &mut Host<'_>) -> Result<Step, Error> {
        match self.cx.joiner.push(chunk)? {
            Joined::Part => Ok(Step::WaitPeer),
            Joined::Borrowed(body) => self.on_message(chunk.message_type, body, host),
            Joined::Owned(body) => self.on_message(chunk.message_type, &body, host),
        }
    }

    fn on_message(&mut self, message_type: H, body: &[u8], host: &mut Host<'_>) -> Result<Step, Error> {
        // Finished enters the transcript after it was checked (RFC 5246 section 7.4.9).
        if message_type != H::FINISHED {
            self.cx.hash_message(message_type, body)?;
        }
        self.step(Input::Message(message_type, body), host)
    }

    /// One arm for each arrow of the figure. The state is taken out, so that nothing goes on after an error.
    fn step(&mut self, input: Input<'_>, host: &mut Host<'_>) -> Result<Step, Error> {
        let (next, step) = match (mem::replace(&mut self.state, State::Failed), input) {
            // ClientHello -------->
            (State::WaitClientHello, Input::Message(H::CLIENT_HELLO, body)) => {
                self.on_client_hello(body, host)?
            }
            // ClientKeyExchange -------->
            (
                State::WaitClientKeyExchange { hello, secret },
                Input::Message(H::CLIENT_KEY_EXCHANGE, body),
            ) => self.on_client_key_exchange(hello, secret, body, host)?,
            // [ChangeCipherSpec] -------->
            (State::WaitChangeCipherSpec(agreed), Input::ChangeCipherSpec) => {
                (State::WaitFinished(agreed), Step::WaitPeer)
            }
            // Finished -------->
            (State::WaitFinished(agreed), Input::Message(H::FINISHED, body)) => {
                self.on_finished(agreed, body)?
            }
            (_, Input::Message(message_type, _)) => return Err(Error::Unexpected(message_type)),
            (_, Input::ChangeCipherSpec) => return Err(Reason::UnexpectedChangeCipherSpec.into()),
        };
        self.state = next;
        Ok(step)
    }

    fn work(&mut self, budget: Budget, host: &mut Host<'_>) -> Result<Step, Error> {
        let State::Working(working) = &mut self.state else { return Err(Error::Misuse) };
        let mut result = Zeroizing::new([0; MAX_RESULT_BYTES]);
        match working.job.advance(budget, &mut *result) {
            Progress::Pending => Ok(Step::Work),
            Progress::Ready(len) => {
                let result = result.get_mut(..len?).ok_or(Error::Internal)?;
                self.resume(result, host)
            }
        }
    }

    /// Goes on where slow work was for.
    fn resume(&mut self, result: &mut [u8], host: &mut Host<'_>) -> Result<Step, Error> {
        let State::Working(Working { then, .. }) = mem::replace(&mut self.state, State::Failed) else {
            return Err(Error::Misuse);
        };
        let (next, step) = match then {
            Then::Generated { hello, credential, signed } => {
                self.on_generated(hello, credential, signed, result, host)?
            }
            Then::Signed { hello, signed, private, params } => {
                self.send_server_key_exchange(hello, signed, private, &params, result)?
            }
            Then::PreMasterSecret { hello, client_version } => {
                self.on_pre_master_secret(hello, client_version, result)?
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

    fn has_work(&self) -> bool {
        matches!(self.state, State::Working(_))
    }

    fn chunk_limit(&self) -> usize {
        usize::MAX
    }

    fn context(&mut self) -> &mut Context {
        &mut self.cx
    }
}
