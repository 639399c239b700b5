//! The record layer (RFC 5246 section 6): records in and out, in place, in the caller's buffer.
#![no_std]
#![forbid(unsafe_code)]
#[cfg(test)]
extern crate std;

mod error;
pub mod limits;
mod open;
mod protected;
pub mod protection;
mod seal;

pub use error::Error;
pub use open::{Opened, Reader};
pub use protected::Protected;
pub use seal::Writer;
