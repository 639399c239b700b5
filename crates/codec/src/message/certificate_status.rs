//! CertificateStatus (RFC 6066 section 8).

use crate::{Error, ErrorKind, Reader, Writer};

/// CertificateStatusType ocsp, the only one.
const OCSP: u8 = 1;

/// ```text
/// struct {
///     CertificateStatusType status_type = ocsp;
///     opaque OCSPResponse<1..2^24-1>;
/// } CertificateStatus;
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CertificateStatus<'a> {
    /// An OCSPResponse in DER.
    pub response: &'a [u8],
}

impl<'a> CertificateStatus<'a> {
    /// Decodes the body.
    ///
    /// # Errors
    /// [`ErrorKind::IllegalValue`] for another type; a field that breaks the structure above.
    pub fn decode(bytes: &'a [u8]) -> Result<Self, Error> {
        let mut r = Reader::new(bytes);
        let wrong_type = r.error(ErrorKind::IllegalValue);
        if r.u8()? != OCSP {
            return Err(wrong_type);
        }
        let response = r.vec24(1, 0xFF_FFFF)?.as_slice();
        r.finish()?;
        Ok(Self { response })
    }

    /// Encodes the body.
    ///
    /// # Errors
    /// [`ErrorKind::TooShort`] for an empty response, [`ErrorKind::TooLong`], [`ErrorKind::OutOfMemory`].
    pub fn encode(&self, w: &mut Writer<'_>) -> Result<(), Error> {
        if self.response.is_empty() {
            return Err(Error::new(ErrorKind::TooShort, w.len()));
        }
        w.u8(OCSP)?;
        w.vec24(|w| w.bytes(self.response))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{check, encoding};

    #[test]
    fn round_trips_and_refuses_other_lengths() {
        check(&[1, 0, 0, 3, 7, 8, 9], &[], |bytes, w| CertificateStatus::decode(bytes)?.encode(w));
    }

    #[test]
    fn refuses_other_types_and_empty_responses() {
        let kind = |bytes| CertificateStatus::decode(bytes).map_err(|e| e.kind);
        assert_eq!(kind(&[2, 0, 0, 1, 7]), Err(ErrorKind::IllegalValue));
        assert_eq!(kind(&[1, 0, 0, 0]), Err(ErrorKind::TooShort));
        let empty = encoding(|w| CertificateStatus { response: &[] }.encode(w));
        assert_eq!(empty.map_err(|e| e.kind), Err(ErrorKind::TooShort));
    }
}
