//! The record layer (RFC 5246 section 6): records in and out, in place, in the caller's buffer.
#![no_std]
#![forbid(unsafe_code)]
#[cfg(test)]
extern crate std;

#[cfg(feature = "dtls")]
pub mod datagram;
mod error;
pub mod limits;
mod open;
#[cfg(feature = "context-serialization")]
mod place;
mod protected;
pub mod protection;
mod seal;
#[cfg(feature = "cbc-record-splitting")]
mod split;
#[cfg(not(feature = "cbc-record-splitting"))]
#[path = "split_off.rs"]
mod split;
#[cfg(test)]
#[cfg(all(
    feature = "aes",
    feature = "cbc",
    feature = "cbc-record-splitting",
    feature = "chachapoly",
    feature = "encrypt-then-mac",
    feature = "gcm",
    feature = "sha1",
    feature = "sha256",
    feature = "sha384"
))]
mod tests;

pub use error::Error;
pub use open::{Opened, Reader};
#[cfg(feature = "context-serialization")]
pub use place::Place;
pub use protected::Protected;
pub use seal::Writer;
