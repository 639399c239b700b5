//! Adapters of EmberTLS to real transports, clocks and random sources.
//!
//! [`blocking::Stream`] makes any `Read + Write` a TLS stream; [`clock::Clock`] tells the time; `os_entropy` (feature
//! `platform-entropy`) seeds a DRBG from the operating system.
#![no_std]
#![forbid(unsafe_code)]

#[cfg(any(feature = "std", test))]
extern crate std;

#[cfg(all(feature = "std", any(feature = "client", feature = "server")))]
pub mod blocking;
#[cfg(any(feature = "client", feature = "server"))]
mod buffer;
#[cfg(feature = "std")]
pub mod clock;
#[cfg(all(any(feature = "std", feature = "embedded-io"), any(feature = "client", feature = "server")))]
mod drive;
#[cfg(all(feature = "embedded-io", any(feature = "client", feature = "server")))]
mod embedded_error;
#[cfg(all(feature = "embedded-io", any(feature = "client", feature = "server")))]
pub mod embedded_io;
#[cfg(all(feature = "embedded-io-async", any(feature = "client", feature = "server")))]
pub mod embedded_io_async;
#[cfg(any(feature = "client", feature = "server"))]
mod error;
pub mod limits;
#[cfg(feature = "platform-entropy")]
pub mod os_entropy;
#[cfg(any(feature = "client", feature = "server"))]
mod patience;
#[cfg(any(feature = "client", feature = "server"))]
pub mod pump;
#[cfg(feature = "std")]
pub mod reload;
#[cfg(feature = "session")]
pub mod session;
#[cfg(all(feature = "std", any(feature = "client", feature = "server")))]
mod shared;
#[cfg(feature = "std")]
pub mod starttls;
#[cfg(all(feature = "std", any(feature = "client", feature = "server")))]
mod std_error;
#[cfg(all(feature = "std", any(feature = "client", feature = "server")))]
mod system;
#[cfg(test)]
#[cfg(all(feature = "std", feature = "client", feature = "server"))]
mod tests;
#[cfg(all(feature = "tokio", any(feature = "client", feature = "server")))]
pub mod tokio;
#[cfg(any(feature = "client", feature = "server"))]
mod world;

#[cfg(any(feature = "client", feature = "server"))]
pub use {
    buffer::Buffer,
    error::StreamError,
    world::{Parts, WithBudget, WithKeyLog, WithSessions, WithTickets, World},
};
#[cfg(all(feature = "std", any(feature = "client", feature = "server")))]
pub use {
    shared::Shared,
    std_error::{tls_error, to_io},
    system::System,
};

/// The examples of this README and of the repository's are compiled as doctests.
#[cfg(all(doctest, feature = "std", feature = "client", feature = "platform-entropy"))]
#[doc = include_str!("../README.md")]
#[doc = include_str!("../../../README.md")]
pub struct Readme;
