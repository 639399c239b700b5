//! The handshake machines of client and server (RFC 5246 section 7), under any driver.
//!
//! A driver hands in chunks of messages and ChangeCipherSpec; the machine says what comes next ([`Step`]), hands
//! out flights and keys, and ends in [`Connected`], which cannot be made without the proofs of every check.
#![no_std]
#![forbid(unsafe_code)]
#![cfg_attr(
    not(all(feature = "client", feature = "server")),
    expect(dead_code, reason = "what both sides share holds parts that one side alone does not need")
)]
#[cfg(test)]
extern crate std;

#[cfg(feature = "client")]
mod certificate;
#[cfg(feature = "client")]
mod client;
mod config;
mod connected;
mod context;
mod error;
pub mod extension;
mod flight;
mod host;
mod key_schedule;
pub mod kx;
pub mod limits;
mod machine;
mod message;
mod negotiate;
#[cfg(feature = "server")]
mod server;
mod transcript;
mod witness;

#[cfg(feature = "client")]
pub use client::Client;
pub use config::{AuthMode, ClientConfig, Credential, Peer, ServerConfig};
pub use connected::{Connected, Facts};
pub use context::{Context, Step};
pub use error::Error;
pub use flight::Flight;
pub use host::{Host, Instant};
pub use key_schedule::TrafficKeys;
pub use machine::Machine;
#[cfg(feature = "server")]
pub use server::Server;
