//! ClientHello (RFC 5246 section 7.4.1.2).
//!
//! ```text
//! struct {
//!     ProtocolVersion client_version;
//!     Random random;
//!     SessionID session_id<0..32>;
//!     CipherSuite cipher_suites<2..2^16-2>;
//!     CompressionMethod compression_methods<1..2^8-1>;
//!     Extension extensions<0..2^16-1>;   (may be absent)
//! } ClientHello;
//! ```

use super::Extensions;
use crate::{CipherSuite, Error, ErrorKind, ProtocolVersion, Reader};

/// A client's hello, borrowed from its bytes.
#[derive(Clone, Copy, Debug)]
pub struct ClientHello<'a> {
    /// client_version: the highest that the client speaks.
    pub version: ProtocolVersion,
    /// The client's random.
    pub random: &'a [u8; 32],
    /// The session that the client wants to resume; empty for none.
    pub session_id: &'a [u8],
    /// Suites in the client's order.
    pub cipher_suites: CipherSuites<'a>,
    /// compression_methods; null is 0.
    pub compression_methods: &'a [u8],
    /// Extensions.
    pub extensions: Extensions<'a>,
}

impl<'a> ClientHello<'a> {
    /// Reads a body.
    ///
    /// # Errors
    /// Lengths outside the structure's, a cut-off field, trailing bytes, an extension that stands twice.
    pub fn decode(body: &'a [u8]) -> Result<Self, Error> {
        let mut r = Reader::new(body);
        let version = ProtocolVersion(r.u16()?);
        let random = r.array()?;
        let session_id = r.vec8(0, 32)?.as_slice();
        let cipher_suites = r.vec16(2, 0xFFFE)?;
        if !cipher_suites.len().is_multiple_of(2) {
            return Err(cipher_suites.error(ErrorKind::Uneven));
        }
        let compression_methods = r.vec8(1, 0xFF)?.as_slice();
        let extensions = Extensions::decode(r)?;
        let cipher_suites = CipherSuites(cipher_suites.as_slice());
        Ok(Self { version, random, session_id, cipher_suites, compression_methods, extensions })
    }
}

/// A list of cipher suites.
#[derive(Clone, Copy, Debug)]
pub struct CipherSuites<'a>(&'a [u8]);

impl<'a> CipherSuites<'a> {
    /// The suites in order.
    pub fn iter(&self) -> impl Iterator<Item = CipherSuite> + use<'a> {
        let (pairs, _) = self.0.as_chunks();
        pairs.iter().map(|pair| CipherSuite(u16::from_be_bytes(*pair)))
    }
}
