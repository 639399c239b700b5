//! What a driver sees of either machine.

use crate::{Context, Error, Host, Step};
#[cfg(feature = "dtls")]
use codec::HandshakeType;
use codec::{Chunk, message::ClientHello};
use crypto::{Budget, KeyFailure, KeyRequest};
use x509::{Flags, Verdict};

/// What the machine asks the application; it waits for the answer.
pub enum Request<'r> {
    /// Which of the server's credentials is for this client; the answer is its index, or one past the end for none.
    Credential {
        /// What the client says of itself: names, suites, schemes, authorities.
        client_hello: ClientHello<'r>,
    },
    /// What a private key does that is not here (`crypto::ExternalKey`); with feature `async-private` only.
    PrivateKey(KeyRequest<'r>),
    /// Whether the peer is trusted, with [`crate::VerdictBy::Application`]; with feature `async-verification` only.
    Certificate {
        /// What was found here.
        verdict: Verdict,
        /// What the peer sent.
        chain: PeerChain<'r>,
    },
}

/// The certificates of a peer in DER, its own first.
#[derive(Clone, Copy)]
pub struct PeerChain<'r>(&'r [u8]);

impl<'r> PeerChain<'r> {
    /// Entries with their 3-byte lengths.
    pub(crate) const fn of(entries: &'r [u8]) -> Self {
        Self(entries)
    }

    /// One after the other.
    pub fn iter(&self) -> impl Iterator<Item = &'r [u8]> + use<'r> {
        let mut entries = codec::Reader::new(self.0);
        core::iter::from_fn(move || Some(entries.vec24(1, 0xFF_FFFF).ok()?.as_slice()))
    }
}

/// The answer to a [`Request`] of the same name.
#[derive(Clone, Copy)]
pub enum Answer<'a> {
    /// The credential's index in the configuration, or any other number for none.
    Credential(usize),
    /// The signature, or the message that was deciphered.
    PrivateKey(Result<&'a [u8], KeyFailure>),
    /// What speaks against the peer, as the verdict from now on; nothing for a peer that is trusted.
    Certificate(Flags),
}

impl Request<'_> {
    /// Whether this is an answer to it.
    #[must_use]
    pub const fn takes(&self, answer: &Answer<'_>) -> bool {
        matches!(
            (self, answer),
            (Self::Credential { .. }, Answer::Credential(_))
                | (Self::PrivateKey(_), Answer::PrivateKey(_))
                | (Self::Certificate { .. }, Answer::Certificate(_))
        )
    }
}

/// A handshake machine under a driver. After an error it has failed for good.
pub trait Machine: Send {
    /// Takes the next piece of a handshake message, of at most [`Machine::chunk_limit`] bytes.
    ///
    /// # Errors
    /// Any.
    fn on_chunk(&mut self, chunk: Chunk<'_>, host: &mut Host<'_>) -> Result<Step, Error>;

    /// Takes ChangeCipherSpec.
    ///
    /// # Errors
    /// Where the state does not expect it.
    fn on_change_cipher_spec(&mut self, host: &mut Host<'_>) -> Result<Step, Error>;

    /// Goes on with slow work.
    ///
    /// # Errors
    /// Any; [`Error::Misuse`] when there is no work.
    fn advance(&mut self, budget: Budget, host: &mut Host<'_>) -> Result<Step, Error>;

    /// What is asked of the application; then [`Machine::answer`] goes on.
    fn request(&self) -> Option<Request<'_>>;

    /// Answers the request.
    ///
    /// # Errors
    /// Any; [`Error::Misuse`] when nothing is asked, or something else.
    fn answer(&mut self, answer: Answer<'_>, host: &mut Host<'_>) -> Result<Step, Error>;

    /// Whether slow work waits for [`Machine::advance`]; nothing else may be called before it is done.
    fn has_work(&self) -> bool;

    /// The most bytes that the next chunk may have.
    fn chunk_limit(&self) -> usize;

    /// Whether ChangeCipherSpec is what comes next; in datagrams it may also come too early.
    #[cfg(feature = "dtls")]
    fn expects_change_cipher_spec(&self) -> bool;

    /// Whether a message of this type may come next; in datagrams anybody can send another.
    #[cfg(feature = "dtls")]
    fn expects(&self, message_type: HandshakeType) -> bool;

    /// Flights, keys and the outcome.
    fn context(&mut self) -> &mut Context;
}

impl<M: Machine> Machine for [M; 1] {
    fn on_chunk(&mut self, chunk: Chunk<'_>, host: &mut Host<'_>) -> Result<Step, Error> {
        let [machine] = self;
        machine.on_chunk(chunk, host)
    }
    fn on_change_cipher_spec(&mut self, host: &mut Host<'_>) -> Result<Step, Error> {
        let [machine] = self;
        machine.on_change_cipher_spec(host)
    }
    fn advance(&mut self, budget: Budget, host: &mut Host<'_>) -> Result<Step, Error> {
        let [machine] = self;
        machine.advance(budget, host)
    }
    fn request(&self) -> Option<Request<'_>> {
        let [machine] = self;
        machine.request()
    }
    fn answer(&mut self, answer: Answer<'_>, host: &mut Host<'_>) -> Result<Step, Error> {
        let [machine] = self;
        machine.answer(answer, host)
    }
    fn has_work(&self) -> bool {
        let [machine] = self;
        machine.has_work()
    }
    fn chunk_limit(&self) -> usize {
        let [machine] = self;
        machine.chunk_limit()
    }
    #[cfg(feature = "dtls")]
    fn expects_change_cipher_spec(&self) -> bool {
        let [machine] = self;
        machine.expects_change_cipher_spec()
    }
    #[cfg(feature = "dtls")]
    fn expects(&self, message_type: HandshakeType) -> bool {
        let [machine] = self;
        machine.expects(message_type)
    }
    fn context(&mut self) -> &mut Context {
        let [machine] = self;
        machine.context()
    }
}
