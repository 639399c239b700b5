//! Bytes to values and values to bytes for TLS. Decoding borrows and never allocates; encoding is fallible.
#![no_std]
#![forbid(unsafe_code)]
#[cfg(test)]
extern crate std;

mod alert;
mod chunk;
mod code_point;
mod error;
pub mod extension;
pub mod limits;
mod list;
pub mod message;
mod reader;
mod reason;
#[cfg(test)]
mod testing;
mod writer;

pub use alert::{Alert, AlertDescription, AlertLevel};
pub use chunk::Chunk;
pub use code_point::{
    CertificateType, CipherSuite, ContentType, ExtensionType, HandshakeType, NamedGroup, ProtocolVersion,
    SignatureScheme, SrtpProtectionProfile,
};
pub use error::{Error, ErrorKind};
pub use list::{CodePoint16, List, write_list};
pub use reader::Reader;
pub use reason::Reason;
pub use writer::Writer;

/// `CipherSuite cipher_suites<2..2^16-2>` (RFC 5246 section 7.4.1.2).
pub type CipherSuites<'a> = List<'a, CipherSuite>;
/// `NamedCurve named_curve_list<2..2^16-1>` (RFC 8422 section 5.1.1).
pub type NamedGroups<'a> = List<'a, NamedGroup>;
/// `SignatureAndHashAlgorithm supported_signature_algorithms<2..2^16-2>` (RFC 5246 section 7.4.1.4.1).
pub type SignatureSchemes<'a> = List<'a, SignatureScheme>;
