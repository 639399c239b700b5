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
#[cfg(all(feature = "std", any(feature = "client", feature = "server")))]
mod buffer;
#[cfg(feature = "std")]
pub mod clock;
#[cfg(feature = "std")]
mod error;
pub mod limits;
#[cfg(feature = "platform-entropy")]
pub mod os_entropy;

#[cfg(all(feature = "std", any(feature = "client", feature = "server")))]
pub use buffer::Buffer;
#[cfg(feature = "std")]
pub use error::{tls_error, to_io};

/// The examples of this README and of the repository's are compiled as doctests.
#[cfg(all(doctest, feature = "std", feature = "client", feature = "platform-entropy"))]
#[doc = include_str!("../README.md")]
#[doc = include_str!("../../../README.md")]
pub struct Readme;
