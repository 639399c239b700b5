//! status_request (RFC 6066 section 8).

use crate::{Error, Reader, Writer};

/// CertificateStatusType ocsp.
const OCSP: u8 = 1;

/// A client's wish for a status of the server's certificate. The server's answer is empty: [`super::expect_empty`].
///
/// ```text
/// struct {
///     CertificateStatusType status_type;
///     select (status_type) {
///         case ocsp: OCSPStatusRequest;
///     } request;
/// } CertificateStatusRequest;
/// struct {
///     ResponderID responder_id_list<0..2^16-1>;
///     Extensions  request_extensions;
/// } OCSPStatusRequest;
/// opaque ResponderID<1..2^16-1>;
/// opaque Extensions<0..2^16-1>;
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CertificateStatusRequest<'m> {
    /// An OCSP response.
    Ocsp {
        /// responder_id_list, the entries with their lengths; empty when the server knows better.
        responder_ids: &'m [u8],
        /// request_extensions, in DER.
        extensions: &'m [u8],
    },
    /// A status of another type, which nobody has.
    Other {
        /// status_type.
        status_type: u8,
        /// What follows it.
        request: &'m [u8],
    },
}

impl<'m> CertificateStatusRequest<'m> {
    /// A wish for any OCSP response.
    pub const ANY: Self = Self::Ocsp { responder_ids: &[], extensions: &[] };

    /// Decodes the body.
    ///
    /// # Errors
    /// A field that breaks the structure above.
    pub fn decode(body: &'m [u8]) -> Result<Self, Error> {
        let mut r = Reader::new(body);
        let status_type = r.u8()?;
        if status_type != OCSP {
            return Ok(Self::Other { status_type, request: r.rest() });
        }
        let mut list = r.vec16(0, 0xFFFF)?;
        let responder_ids = list.as_slice();
        while !list.is_empty() {
            list.vec16(1, 0xFFFF)?;
        }
        let extensions = r.vec16(0, 0xFFFF)?.as_slice();
        r.finish()?;
        Ok(Self::Ocsp { responder_ids, extensions })
    }

    /// Encodes the body.
    ///
    /// # Errors
    /// [`crate::ErrorKind::TooLong`], [`crate::ErrorKind::OutOfMemory`].
    pub fn encode(&self, w: &mut Writer<'_>) -> Result<(), Error> {
        match *self {
            Self::Ocsp { responder_ids, extensions } => {
                w.u8(OCSP)?;
                w.vec16(|w| w.bytes(responder_ids))?;
                w.vec16(|w| w.bytes(extensions))
            }
            Self::Other { status_type, request } => {
                w.u8(status_type)?;
                w.bytes(request)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        ErrorKind,
        testing::{check, encoding},
    };

    #[test]
    fn round_trips_and_refuses_other_lengths() {
        for body in [&[1, 0, 0, 0, 0][..], &[1, 0, 5, 0, 3, 7, 8, 9, 0, 2, 0x30, 0]] {
            check(body, &[], |bytes, w| CertificateStatusRequest::decode(bytes)?.encode(w));
        }
        let any = encoding(|w| CertificateStatusRequest::ANY.encode(w)).unwrap();
        assert_eq!(any, [1, 0, 0, 0, 0]);
    }

    #[test]
    fn refuses_empty_responder_ids_and_keeps_other_types() {
        let empty = CertificateStatusRequest::decode(&[1, 0, 2, 0, 0, 0, 0]);
        assert_eq!(empty.map_err(|e| e.kind), Err(ErrorKind::TooShort));
        let other = CertificateStatusRequest::Other { status_type: 2, request: &[9] };
        assert_eq!(CertificateStatusRequest::decode(&[2, 9]), Ok(other));
        assert_eq!(encoding(|w| other.encode(w)).unwrap(), [2, 9]);
        assert!(CertificateStatusRequest::decode(&[]).is_err());
    }
}
