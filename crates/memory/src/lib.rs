//! Fallible memory: the one crate of EmberTLS that allocates.
//!
//! Rust's `Box::new` and `Vec::push` abort the program when memory is out, so that a remote peer could reboot
//! a device by opening connections. Here every allocation returns [`OutOfMemory`] instead, and every growing
//! buffer has a cap.
#![no_std]
#![forbid(unsafe_code)]
extern crate alloc;

mod boxed;
mod bytes;

pub use alloc::boxed::Box;
pub use boxed::Boxed;
pub use bytes::Bytes;

/// An allocation failed, or a buffer would have grown past its cap.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OutOfMemory;

impl core::fmt::Display for OutOfMemory {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("out of memory")
    }
}

impl core::error::Error for OutOfMemory {}
