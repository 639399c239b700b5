//! Bytes to values and values to bytes for TLS. Decoding borrows and never allocates; encoding is fallible.
#![no_std]
#![forbid(unsafe_code)]
#[cfg(test)]
extern crate std;

mod alert;
mod chunk;
mod code_point;
mod error;
pub mod limits;
pub mod message;
mod reader;
mod reason;
mod writer;

pub use alert::{Alert, AlertDescription, AlertLevel};
pub use chunk::Chunk;
pub use code_point::{
    CipherSuite, ContentType, ExtensionType, HandshakeType, NamedGroup, ProtocolVersion, SignatureScheme,
};
pub use error::{Error, ErrorKind};
pub use reader::Reader;
pub use reason::Reason;
pub use writer::Writer;
