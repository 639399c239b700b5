//! The handshake machines of client and server (RFC 5246 section 7), under any driver.
//!
//! A driver hands in chunks of messages and ChangeCipherSpec; the machine says what comes next ([`Step`]), hands
//! out flights and keys, and ends in [`Connected`], which cannot be made without the proofs of every check.
#![no_std]
#![forbid(unsafe_code)]
#![cfg_attr(
    not(all(
        feature = "client",
        feature = "server",
        feature = "client-authentication",
        feature = "session-resumption"
    )),
    expect(
        dead_code,
        reason = "what sides and features share holds parts that some of them alone do not need"
    )
)]
#[cfg(test)]
extern crate std;

#[cfg(feature = "context-serialization")]
mod belonging;
#[cfg(any(feature = "raw-public-keys", feature = "x509-crt-parse"))]
mod certificate;
#[cfg(feature = "client")]
mod client;
mod config;
mod connected;
#[cfg(feature = "dtls-connection-id")]
mod connection_ids;
#[cfg(not(feature = "dtls-connection-id"))]
#[path = "connection_ids_off.rs"]
mod connection_ids;
mod context;
mod error;
pub mod extension;
#[cfg(any(feature = "context-serialization", feature = "session-resumption"))]
mod fingerprint;
mod flight;
#[cfg(feature = "dtls")]
mod framing;
#[cfg(not(feature = "dtls"))]
#[path = "framing_off.rs"]
mod framing;
#[cfg(feature = "context-serialization")]
mod freezer;
mod host;
#[cfg(feature = "export-keys")]
mod key_log;
#[cfg(not(feature = "export-keys"))]
#[path = "key_log_off.rs"]
mod key_log;
#[cfg(feature = "async-private")]
mod key_request;
#[cfg(not(feature = "async-private"))]
#[path = "key_request_off.rs"]
mod key_request;
mod key_schedule;
pub mod kx;
pub mod limits;
mod machine;
mod message;
mod negotiate;
#[cfg(feature = "x509-crt-parse")]
mod peer_certificate;
#[cfg(not(any(feature = "raw-public-keys", feature = "x509-crt-parse")))]
#[path = "peer_certificate_off.rs"]
mod peer_certificate;
#[cfg(all(feature = "raw-public-keys", not(feature = "x509-crt-parse")))]
#[path = "peer_certificate_raw.rs"]
mod peer_certificate;
pub mod prf;
mod psk;
#[cfg(feature = "raw-public-keys")]
mod raw_keys;
#[cfg(not(feature = "raw-public-keys"))]
#[path = "raw_keys_off.rs"]
mod raw_keys;
#[cfg(feature = "server")]
mod server;
mod session;
#[cfg(feature = "session-cache")]
mod session_cache;
pub mod switches;
#[cfg(feature = "ticket-sealer")]
mod ticket;
#[cfg(feature = "debug")]
#[doc(hidden)]
pub mod trace;
#[cfg(not(feature = "debug"))]
#[doc(hidden)]
#[path = "trace_off.rs"]
pub mod trace;
mod transcript;
#[cfg(feature = "async-verification")]
mod verdict_by;
#[cfg(not(feature = "async-verification"))]
#[path = "verdict_by_off.rs"]
mod verdict_by;
#[cfg(feature = "ed25519")]
mod whole_transcript;
#[cfg(not(feature = "ed25519"))]
#[path = "whole_transcript_off.rs"]
mod whole_transcript;
mod witness;

#[cfg(feature = "context-serialization")]
pub use belonging::{Belonging, Transport};
#[cfg(feature = "client")]
pub use client::Client;
pub use config::{
    AuthMode, ClientConfig, Credential, CredentialChoice, OwnConnectionId, Peer, Preference, Renegotiation,
    ServerConfig,
};
pub use connected::{Connected, Facts, Resumption};
pub use context::{Before, Context, Step};
pub use error::{Error, FreezeError};
pub use flight::Flight;
#[cfg(feature = "context-serialization")]
pub use freezer::{CounterFailed, FreezeCounter, Freezer};
pub use host::{Host, Instant, KeyLog, Level, Trace};
pub use key_schedule::TrafficKeys;
pub use machine::{Answer, Machine, PeerChain, Request};
pub use psk::{Psk, PskLookup, ServerPsk};
#[cfg(feature = "server")]
pub use server::Server;
pub use session::{OpenedTicket, SessionStore, TicketSealer};
#[cfg(feature = "session-cache")]
pub use session_cache::SessionCache;
#[cfg(feature = "ticket-sealer")]
pub use ticket::TicketKeys;
pub use verdict_by::VerdictBy;
#[cfg(feature = "context-serialization")]
pub use witness::Thawed;
