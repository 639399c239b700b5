//! ServerHello (RFC 5246 section 7.4.1.3).
//!
//! ```text
//! struct {
//!     ProtocolVersion server_version;
//!     Random random;
//!     SessionID session_id<0..32>;
//!     CipherSuite cipher_suite;
//!     CompressionMethod compression_method;
//!     Extension extensions<0..2^16-1>;   (may be absent)
//! } ServerHello;
//! ```

use super::Extensions;
use crate::{CipherSuite, Error, ProtocolVersion, Reader};

/// A server's hello, borrowed from its bytes.
#[derive(Clone, Copy, Debug)]
pub struct ServerHello<'a> {
    /// server_version.
    pub version: ProtocolVersion,
    /// The server's random.
    pub random: &'a [u8; 32],
    /// The session's name; empty when it cannot be resumed.
    pub session_id: &'a [u8],
    /// The suite that was chosen.
    pub cipher_suite: CipherSuite,
    /// compression_method; null is 0.
    pub compression_method: u8,
    /// Answers to the client's extensions.
    pub extensions: Extensions<'a>,
}

impl<'a> ServerHello<'a> {
    /// Reads a body.
    ///
    /// # Errors
    /// Lengths outside the structure's, a cut-off field, trailing bytes, an extension that stands twice.
    pub fn decode(body: &'a [u8]) -> Result<Self, Error> {
        let mut r = Reader::new(body);
        Ok(Self {
            version: ProtocolVersion(r.u16()?),
            random: r.array()?,
            session_id: r.vec8(0, 32)?.as_slice(),
            cipher_suite: CipherSuite(r.u16()?),
            compression_method: r.u8()?,
            extensions: Extensions::decode(r)?,
        })
    }
}
