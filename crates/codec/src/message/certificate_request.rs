//! CertificateRequest (RFC 5246 section 7.4.4; RFC 4346 section 7.4.4 for the form without algorithms).

use crate::{Error, Reader, SignatureScheme, SignatureSchemes, Writer, list::write_list};

/// ```text
/// opaque DistinguishedName<1..2^16-1>;
/// struct {
///     ClientCertificateType certificate_types<1..2^8-1>;
///     SignatureAndHashAlgorithm supported_signature_algorithms<2..2^16-2>;     // since TLS 1.2
///     DistinguishedName certificate_authorities<0..2^16-1>;
/// } CertificateRequest;
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CertificateRequest<'a> {
    /// ClientCertificateType numbers (RFC 5246 section 7.4.4, RFC 8422 section 5.5).
    pub certificate_types: &'a [u8],
    /// What the server can verify; None before TLS 1.2, where the certificate types imply it.
    pub schemes: Option<SignatureSchemes<'a>>,
    authorities: &'a [u8],
}

impl<'a> CertificateRequest<'a> {
    /// Decodes the body; `names_schemes` says whether the version lists the signatures' algorithms.
    ///
    /// # Errors
    /// A field that breaks the structure above.
    pub fn decode(bytes: &'a [u8], names_schemes: bool) -> Result<Self, Error> {
        let mut r = Reader::new(bytes);
        let certificate_types = r.vec8(1, 0xFF)?.as_slice();
        let schemes = if names_schemes { Some(SignatureSchemes::read(&mut r)?) } else { None };
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
        if let Some(schemes) = self.schemes {
            schemes.encode(w)?;
        }
        w.vec16(|w| w.bytes(self.authorities))
    }

    /// Encodes a body from what a server has: its lists in any form. `schemes` is None before TLS 1.2.
    ///
    /// # Errors
    /// An empty list of schemes, an empty name, [`crate::ErrorKind::TooLong`], [`crate::ErrorKind::OutOfMemory`].
    pub fn write(
        w: &mut Writer<'_>,
        certificate_types: &[u8],
        schemes: Option<impl IntoIterator<Item = SignatureScheme>>,
        authorities: impl IntoIterator<Item: AsRef<[u8]>>,
    ) -> Result<(), Error> {
        w.vec8(|w| w.bytes(certificate_types))?;
        if let Some(schemes) = schemes {
            write_list(w, schemes)?;
        }
        w.vec16(|w| authorities.into_iter().try_for_each(|name| w.vec16(|w| w.bytes(name.as_ref()))))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        ErrorKind,
        testing::{check, encoding},
    };

    const BODY: &[u8] = &[2, 1, 64, 0, 4, 4, 3, 4, 1, 0, 7, 0, 2, 0x30, 0, 0, 1, 5];

    #[test]
    fn round_trips_and_refuses_other_lengths() {
        check(BODY, &[], |bytes, w| CertificateRequest::decode(bytes, true)?.encode(w));
        let request = CertificateRequest::decode(BODY, true).unwrap();
        assert_eq!(request.certificate_types, &[1, 64]);
        let schemes = [SignatureScheme::ECDSA_SHA256, SignatureScheme::RSA_PKCS1_SHA256];
        assert!(request.schemes.unwrap().iter().eq(schemes));
        assert!(request.certificate_authorities().eq([[0x30, 0].as_slice(), &[5]]));
        let written =
            encoding(|w| CertificateRequest::write(w, &[1, 64], Some(schemes), [[0x30, 0].as_slice(), &[5]]));
        assert_eq!(written.as_deref(), Ok(BODY));
    }

    #[test]
    fn old_versions_have_no_schemes() {
        const OLD: &[u8] = &[2, 1, 64, 0, 4, 0, 2, 0x30, 0];
        check(OLD, &[], |bytes, w| CertificateRequest::decode(bytes, false)?.encode(w));
        let none: Option<[SignatureScheme; 0]> = None;
        let written = encoding(|w| CertificateRequest::write(w, &[1, 64], none, [[0x30, 0].as_slice()]));
        assert_eq!(written.as_deref(), Ok(OLD));
    }

    #[test]
    fn refuses_empty_lists_and_names() {
        let kind = |bytes: &[u8]| CertificateRequest::decode(bytes, true).map(|_| ()).map_err(|e| e.kind);
        assert_eq!(kind(&[0, 0, 2, 4, 3, 0, 0]), Err(ErrorKind::TooShort));
        assert_eq!(kind(&[1, 1, 0, 0, 0, 0]), Err(ErrorKind::TooShort));
        assert_eq!(kind(&[1, 1, 0, 3, 4, 3, 4, 0, 0]), Err(ErrorKind::Uneven));
        assert_eq!(kind(&[1, 1, 0, 2, 4, 3, 0, 2, 0, 0]), Err(ErrorKind::TooShort));
    }
}
