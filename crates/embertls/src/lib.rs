//! EmberTLS: TLS 1.0 to 1.2 for devices, client and server, in pure Rust without `std` and without I/O.
//!
//! A [`Connection`] takes received bytes and hands out bytes to send; time and randomness come with each call in
//! [`Host`]; the caller owns every record buffer. What is offered is a [`Profile`]: rows of [`registry`], and what
//! no profile names is not linked. Names and anchors are parsed by [`ServerName::parse`] and [`TrustAnchor::decode`],
//! private keys by [`pki::private_key()`]; generators and entropy sources are in [`crypto`]. A program needs a global
//! allocator, and gets an error when that refuses.
//!
//! The crate `embertls-io` joins connections to sockets of `std`, `embertls-certs` has the roots of `certs/` as
//! constants.
//!
//! # A client on a device
//!
//! Nothing below uses `std`. `buf` must hold one protected record: 18437 bytes for any peer, less for one that is
//! known to send small ones; a handshake needs less. `out` may be as small as a few hundred bytes.
//!
//! ```
//! use embertls::{
//!     ClientConfig, Connection, Error, Event, Host, Instant, Misuse, Peer, Rng, ServerName, Time,
//!     crypto::{self, drbg::SeededRng, entropy::{EntropySource, Source}},
//!     registry::profiles::DEFAULT,
//! };
//!
//! /// The network and the timer of a board.
//! trait Board {
//!     /// Waits for bytes, and returns how many there were; 0 when the peer has closed the transport.
//!     fn read(&mut self, buf: &mut [u8]) -> usize;
//!     fn write(&mut self, bytes: &[u8]);
//!     fn milliseconds(&self) -> u64;
//! }
//!
//! /// Sends all that the connection has to say.
//! fn transmit(
//!     tls: &mut Connection<'_>, host: &mut Host<'_>, board: &mut impl Board, out: &mut [u8],
//! ) -> Result<(), Error> {
//!     loop {
//!         match tls.poll_transmit(host, out)? {
//!             0 => return Ok(()),
//!             n => board.write(&out[..n]),
//!         }
//!     }
//! }
//!
//! /// Sends `request` and shows the answer to `on_data`, until the peer closes.
//! fn exchange(
//!     board: &mut impl Board, rng: &mut dyn Rng, config: &ClientConfig<'_>, peer: Peer<'_>,
//!     buf: &mut [u8], out: &mut [u8], mut request: &[u8], mut on_data: impl FnMut(&[u8]),
//! ) -> Result<(), Error> {
//!     // A board without a calendar says `Unknown`, or `AtLeast` with the date of its build.
//!     let mut host = Host::new(Instant(board.milliseconds()), Time::AtLeast(1_767_225_600), rng);
//!     let mut tls = Connection::client(config, peer, &mut host)?;
//!     let mut held = 0; // bytes at the start of buf that have arrived and are not used
//!     transmit(&mut tls, &mut host, board, out)?;
//!     loop {
//!         host.now = Instant(board.milliseconds());
//!         let outcome = tls.receive(&mut host, &mut buf[..held]);
//!         transmit(&mut tls, &mut host, board, out)?; // an error leaves an alert for the peer
//!         let received = outcome?;
//!         let mut more = false;
//!         match received.event {
//!             Event::Connected => {
//!                 while !request.is_empty() {
//!                     let sent = tls.send(&mut host, request, out)?;
//!                     board.write(&out[..sent.written]);
//!                     request = &request[sent.consumed..];
//!                 }
//!             }
//!             Event::Data(range) => on_data(&buf[range]),
//!             Event::Closed => {
//!                 tls.close();
//!                 return transmit(&mut tls, &mut host, board, out);
//!             }
//!             Event::NeedMore(needed) if needed > buf.len() => {
//!                 let error = tls.refuse_record(needed);
//!                 transmit(&mut tls, &mut host, board, out)?;
//!                 return Err(error);
//!             }
//!             Event::NeedMore(_) => more = true,
//!             // Work comes with a budget in `host` only, requests to servers that want them; warnings are for a log.
//!             Event::None | Event::Transmit | Event::Warning(_) | Event::Work | Event::Request => {}
//!         }
//!         buf.copy_within(received.used..held, 0);
//!         held -= received.used;
//!         if more {
//!             match board.read(&mut buf[held..]) {
//!                 0 => return tls.end_of_stream(), // an error: the peer must send close_notify first
//!                 n => held += n,
//!             }
//!         }
//!     }
//! }
//!
//! /// The noise source of a chip.
//! struct Trng;
//!
//! impl EntropySource for Trng {
//!     fn min_entropy_bits_per_byte(&self) -> u8 {
//!         4 // as its data sheet says
//!     }
//!     fn fill(&mut self, out: &mut [u8]) -> Result<(), crypto::Error> {
//!         out.fill_with(read_noise_register);
//!         Ok(())
//!     }
//! }
//!
//! /// It can sit in flash; the anchors are those of `embertls-certs`, for example.
//! static CONFIG: ClientConfig<'static> = ClientConfig::new(&DEFAULT, &[]);
//!
//! fn fetch(board: &mut impl Board) -> Result<(), Error> {
//!     let mut trng = Trng;
//!     let mut sources = [Source::new(&mut trng)];
//!     let mut rng = SeededRng::new(&mut sources, b"board 7").map_err(|_| Error::Entropy)?;
//!     let peer = Peer::Named(ServerName::parse("example.com").ok_or(Error::Misuse(Misuse::ServerName))?);
//!     let (mut buf, mut out) = ([0; 4096], [0; 512]); // the peer is known to send records of up to 4 KiB
//!     exchange(board, &mut rng, &CONFIG, peer, &mut buf, &mut out, b"GET / HTTP/1.0\r\n\r\n", |_data| {})
//! }
//! #
//! # fn read_noise_register() -> u8 {
//! #     use std::hash::{BuildHasher, RandomState};
//! #     RandomState::new().hash_one(0).to_le_bytes()[0]
//! # }
//! #
//! # /// Answers whatever it reads with handshake_failure.
//! # struct Refusing;
//! #
//! # impl Board for Refusing {
//! #     fn read(&mut self, buf: &mut [u8]) -> usize {
//! #         let alert = [21, 3, 3, 0, 2, 2, 40];
//! #         buf[..7].copy_from_slice(&alert);
//! #         7
//! #     }
//! #     fn write(&mut self, bytes: &[u8]) {
//! #         assert_eq!(bytes[0], 22, "ClientHello");
//! #     }
//! #     fn milliseconds(&self) -> u64 {
//! #         0
//! #     }
//! # }
//! #
//! # let refused = Error::AlertReceived(embertls::AlertDescription::HANDSHAKE_FAILURE);
//! # assert_eq!(fetch(&mut Refusing), Err(refused));
//! ```
#![no_std]
#![forbid(unsafe_code)]
#![cfg_attr(
    not(all(feature = "client", feature = "server")),
    expect(dead_code, reason = "what both sides share names both, and here one is missing")
)]
#[cfg(test)]
extern crate std;

#[cfg(feature = "context-serialization")]
mod belongs;
#[cfg(not(feature = "context-serialization"))]
#[path = "belongs_off.rs"]
mod belongs;
#[cfg(feature = "dtls-cookie")]
pub mod cookie;
#[cfg(feature = "dtls")]
pub mod datagram;
mod error;
#[cfg(feature = "error-strings")]
mod error_advice;
#[cfg(feature = "error-strings")]
mod error_text;
mod event;
#[cfg(feature = "export-keys")]
mod export;
#[cfg(feature = "context-serialization")]
mod frozen;
mod handshaking;
pub mod limits;
mod outgoing;
mod phase;
pub mod registry;
#[cfg(feature = "renegotiation")]
mod renegotiation;
#[cfg(not(feature = "renegotiation"))]
#[path = "renegotiation_off.rs"]
mod renegotiation;
mod stream;
pub mod switches;

pub use {crypto, pki};

pub use codec::{
    AlertDescription, CipherSuite, HandshakeType, NamedGroup, ProtocolVersion, Reason, SignatureScheme,
};
#[cfg(feature = "async-private")]
pub use crypto::ExternalKey;
pub use crypto::{Budget, KeyFailure, KeyOperation, KeyRequest, KeyType, PrivateKey, Rng};
#[cfg(feature = "dtls")]
pub use datagram::{DatagramConnection, DatagramSettings};
pub use error::{Error, Fault, Limit, Misuse};
pub use event::{Event, Received, Sent};
#[cfg(feature = "session-cache")]
pub use handshake::SessionCache;
#[cfg(feature = "ticket-sealer")]
pub use handshake::TicketKeys;
pub use handshake::limits::{MAX_PSK_BYTES, MAX_PSK_IDENTITY_BYTES};
pub use handshake::{
    Answer, AuthMode, ClientConfig, Credential, CredentialChoice, Facts, FreezeError, Host, Instant, KeyLog,
    Level, OpenedTicket, OwnConnectionId, Peer, PeerChain, Preference, Psk, PskLookup, Renegotiation,
    Request, Resumption, ServerConfig, ServerPsk, SessionStore, TicketSealer, Trace, VerdictBy,
};
#[cfg(feature = "context-serialization")]
pub use handshake::{CounterFailed, FreezeCounter, Freezer};
pub use memory::{Bytes, OutOfMemory};
pub use stream::Connection;
pub use suites::{CertificateTypes, Group, GroupKind, Profile, SizeLimits, SrtpProfile, Suite, Version};
#[cfg(feature = "ocsp-stapling")]
pub use x509::MissingStaple;
pub use x509::{
    CertificateObserver, CommonName, Flags, PinRole, Pins, Reasons, ServerName, Stapling, Time, TrustAnchor,
    Verdict,
};
