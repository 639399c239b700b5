//! CertificateRequest (RFC 5246 section 7.4.4).

use crate::{Error, Reader, SignatureSchemes, Writer};

/// ```text
/// opaque DistinguishedName<1..2^16-1>;
/// struct {
///     ClientCertificateType certificate_types<1..2^8-1>;
///     SignatureAndHashAlgorithm supported_signature_algorithms<2..2^16-2>;
///     DistinguishedName certificate_authorities<0..2^16-1>;
/// } CertificateRequest;
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CertificateRequest<'a> {
    /// ClientCertificateType numbers (RFC 5246 section 7.4.4, RFC 8422 section 5.5).
    pub certificate_types: &'a [u8],
    /// What the server can verify.
    pub schemes: SignatureSchemes<'a>,
    authorities: &'a [u8],
}

impl<'a> CertificateRequest<'a> {
    /// Decodes the body.
    ///
    /// # Errors
    /// A field that breaks the structure above.
    pub fn decode(bytes: &'a [u8]) -> Result<Self, Error> {
        let mut r = Reader::new(bytes);
        let certificate_types = r.vec8(1, 0xFF)?.as_slice();
        let schemes = SignatureSchemes::read(&mut r)?;
        let authorities = r.vec16(0, 0xFFFF)?;
        r.finish()?;
        let mut names = authorities;
        while !names.is_empty() {
            names.vec16(1, 0xFFFF)?;
        }
        Ok(Self { certificate_types, schemes, authorities: authorities.as_slice() })
    }

    /// The distinguished names of acceptable authorities in DER; none means any.
    pub fn certificate_authorities(&self) -> impl Iterator<Item = &'a [u8]> + Clone + use<'a> {
        let mut names = Reader::new(self.authorities);
        core::iter::from_fn(move || Some(names.vec16(1, 0xFFFF).ok()?.as_slice()))
    }

    /// Encodes the body.
    ///
    /// # Errors
    /// [`crate::ErrorKind::OutOfMemory`].
    pub fn encode(&self, w: &mut Writer<'_>) -> Result<(), Error> {
        w.vec8(|w| w.bytes(self.certificate_types))?;
        self.schemes.encode(w)?;
        w.vec16(|w| w.bytes(self.authorities))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{ErrorKind, SignatureScheme, testing::check};

    const BODY: &[u8] = &[2, 1, 64, 0, 4, 4, 3, 4, 1, 0, 7, 0, 2, 0x30, 0, 0, 1, 5];

    #[test]
    fn round_trips_and_refuses_other_lengths() {
        check(BODY, &[], |bytes, w| CertificateRequest::decode(bytes)?.encode(w));
        let request = CertificateRequest::decode(BODY).unwrap();
        assert_eq!(request.certificate_types, &[1, 64]);
        assert!(
            request.schemes.iter().eq([SignatureScheme::ECDSA_SHA256, SignatureScheme::RSA_PKCS1_SHA256])
        );
        assert!(request.certificate_authorities().eq([[0x30, 0].as_slice(), &[5]]));
    }

    #[test]
    fn refuses_empty_lists_and_names() {
        let kind = |bytes: &[u8]| CertificateRequest::decode(bytes).map(|_| ()).map_err(|e| e.kind);
        assert_eq!(kind(&[0, 0, 2, 4, 3, 0, 0]), Err(ErrorKind::TooShort));
        assert_eq!(kind(&[1, 1, 0, 0, 0, 0]), Err(ErrorKind::TooShort));
        assert_eq!(kind(&[1, 1, 0, 3, 4, 3, 4, 0, 0]), Err(ErrorKind::Uneven));
        assert_eq!(kind(&[1, 1, 0, 2, 4, 3, 0, 2, 0, 0]), Err(ErrorKind::TooShort));
    }
}
