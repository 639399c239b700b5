//! EmberTLS: TLS 1.2 for devices, client and server, in pure Rust without `std` and without I/O.
//!
//! A [`Connection`] takes received bytes and hands out bytes to send; time and randomness come with each call in
//! [`Host`]; the caller owns every record buffer. What is offered is a [`Profile`]: rows of [`registry`], and what
//! no profile names is not linked. The crate `embertls-io` joins connections to sockets.
//!
//! ```
//! # use embertls::{ClientConfig, Connection, Error, Event, Host, Peer, ServerName, registry::profiles};
//! /// One turn of a client over any transport: `buf` holds what was received, `out` is room for what is sent.
//! fn turn(
//!     connection: &mut Connection<'_>,
//!     host: &mut Host<'_>,
//!     buf: &mut [u8],
//!     out: &mut [u8],
//! ) -> Result<(usize, Event, usize), Error> {
//!     let received = connection.receive(host, buf)?;
//!     let written = connection.poll_transmit(host, out)?;
//!     Ok((received.used, received.event, written))
//! }
//! ```
#![no_std]
#![forbid(unsafe_code)]
#![cfg_attr(
    not(all(feature = "client", feature = "server")),
    expect(dead_code, reason = "what both sides share names both, and here one is missing")
)]

mod error;
#[cfg(feature = "error-strings")]
mod error_text;
mod event;
mod handshaking;
pub mod limits;
mod outgoing;
pub mod registry;
mod stream;

pub use codec::{
    AlertDescription, CipherSuite, HandshakeType, NamedGroup, ProtocolVersion, Reason, SignatureScheme,
};
pub use crypto::{Budget, PrivateKey, Rng};
pub use error::{Error, Limit, Misuse};
pub use event::{Event, Received, Sent};
pub use handshake::{AuthMode, ClientConfig, Credential, Facts, Host, Instant, Peer, ServerConfig};
pub use memory::OutOfMemory;
pub use stream::Connection;
pub use suites::{Profile, Version};
pub use x509::{CertificateObserver, Flags, ServerName, Time, TrustAnchor, Verdict};
