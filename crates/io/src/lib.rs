//! Adapters of EmberTLS to real transports, clocks and random sources.
//!
//! | module | feature | |
//! | --- | --- | --- |
//! | `blocking` | `std` (default) | a stream over `Read + Write` of `std`, blocking or not |
//! | `embedded_io` | `embedded-io` | a stream over `Read + Write` of `embedded-io`, without `std` |
//! | `embedded_io_async` | `embedded-io-async` | a stream over the async ones, and its halves, without `std` |
//! | `tokio` | `tokio` | a stream that is `AsyncRead + AsyncWrite` |
//! | `session` | `session` | RT-Thread's session of six calls |
//! | `pump` | | the engine under all of them, for transports of other kinds |
//! | `clock`, `os_entropy` | `std`, `platform-entropy` | time and randomness of an operating system |
//! | `key_log_file` | `std` | secrets as lines of an NSS key log |
//! | `pcapng` | `pcap` | a connection with its secrets as a capture |
//! | `udp` | `udp` | DTLS: a connection, and a listener for many peers |
//! | `reload`, `starttls` | `std` | a server's new certificate; TLS after plaintext |
//!
//! A stream is made of a configuration, a transport and `Parts`: two buffers and a `World`, which lends time and randomness
//! to each call. `docs/api.md` of the repository has a program for each.
#![no_std]
#![forbid(unsafe_code)]

#[cfg(any(feature = "std", test))]
extern crate std;

#[cfg(all(any(feature = "std", feature = "embedded-io"), any(feature = "client", feature = "server")))]
mod accessors;
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
#[cfg(feature = "std")]
pub mod key_log_file;
pub mod limits;
#[cfg(feature = "platform-entropy")]
pub mod os_entropy;
#[cfg(any(feature = "client", feature = "server"))]
mod patience;
#[cfg(feature = "pcap")]
pub mod pcapng;
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
#[cfg(all(feature = "udp", any(feature = "client", feature = "server")))]
pub mod udp;
#[cfg(any(feature = "client", feature = "server"))]
mod world;

#[cfg(any(feature = "client", feature = "server"))]
pub use {
    buffer::Buffer,
    error::StreamError,
    world::{Parts, WithBudget, WithKeyLog, WithSessions, WithTickets, WithTrace, World},
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
