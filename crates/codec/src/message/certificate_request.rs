//! CertificateRequest (RFC 5246 section 7.4.4).
//!
//! ```text
//! struct {
//!     ClientCertificateType certificate_types<1..2^8-1>;
//!     SignatureAndHashAlgorithm supported_signature_algorithms<2..2^16-2>;
//!     DistinguishedName certificate_authorities<0..2^16-1>;
//! } CertificateRequest;
//! ```

use crate::{Error, ErrorKind, Reader};

/// What a server asks of a client's certificate.
#[derive(Clone, Copy, Debug)]
pub struct CertificateRequest<'a> {
    /// certificate_types.
    pub certificate_types: &'a [u8],
    /// supported_signature_algorithms, two bytes each.
    pub signature_schemes: &'a [u8],
    /// certificate_authorities, each with its two-byte length.
    pub certificate_authorities: &'a [u8],
}

impl<'a> CertificateRequest<'a> {
    /// Reads a body.
    ///
    /// # Errors
    /// Lengths outside the structure's, a cut-off field, trailing bytes.
    pub fn decode(body: &'a [u8]) -> Result<Self, Error> {
        let mut r = Reader::new(body);
        let certificate_types = r.vec8(1, 0xFF)?.as_slice();
        let schemes = r.vec16(2, 0xFFFE)?;
        if !schemes.len().is_multiple_of(2) {
            return Err(schemes.error(ErrorKind::Uneven));
        }
        let mut names = r.vec16(0, 0xFFFF)?;
        r.finish()?;
        let certificate_authorities = names.as_slice();
        while !names.is_empty() {
            names.vec16(1, 0xFFFF)?;
        }
        Ok(Self { certificate_types, signature_schemes: schemes.as_slice(), certificate_authorities })
    }
}
