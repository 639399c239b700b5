//! client_certificate_type and server_certificate_type (RFC 7250 section 3).

use crate::{CertificateType, Error, Reader, Writer};

/// A client's list; the server's answer is one of it.
///
/// ```text
/// struct {
///     select (ClientOrServerExtension) {
///         case client: CertificateType client_certificate_types<1..2^8-1>;
///         case server: CertificateType client_certificate_type;
///     }
/// } ClientCertTypeExtension;
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CertificateTypes<'m> {
    list: &'m [u8],
}

impl<'m> CertificateTypes<'m> {
    /// Decodes a client's body.
    ///
    /// # Errors
    /// A body that is not a vector of at least one type and nothing else.
    pub fn decode(body: &'m [u8]) -> Result<Self, Error> {
        let mut r = Reader::new(body);
        let list = r.vec8(1, 0xFF)?.as_slice();
        r.finish()?;
        Ok(Self { list })
    }

    /// Whether a type is in it.
    #[must_use]
    pub fn contains(&self, certificate_type: CertificateType) -> bool {
        self.list.contains(&certificate_type.0)
    }

    /// Encodes the body again.
    ///
    /// # Errors
    /// [`crate::ErrorKind::OutOfMemory`].
    pub fn encode(&self, w: &mut Writer<'_>) -> Result<(), Error> {
        w.vec8(|w| w.bytes(self.list))
    }

    /// Encodes a body from types in order of preference.
    ///
    /// # Errors
    /// [`crate::ErrorKind::TooLong`], [`crate::ErrorKind::OutOfMemory`].
    pub fn write(w: &mut Writer<'_>, types: impl Iterator<Item = CertificateType>) -> Result<(), Error> {
        w.vec8(|w| types.into_iter().try_for_each(|certificate_type| w.u8(certificate_type.0)))
    }
}

/// Decodes a server's body.
///
/// # Errors
/// A body of another length than one byte.
pub fn decode_choice(body: &[u8]) -> Result<CertificateType, Error> {
    let mut r = Reader::new(body);
    let certificate_type = CertificateType(r.u8()?);
    r.finish()?;
    Ok(certificate_type)
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
        check(&[2, 2, 0], &[], |bytes, w| CertificateTypes::decode(bytes)?.encode(w));
        let both = [CertificateType::RAW_PUBLIC_KEY, CertificateType::X509];
        let body = encoding(|w| CertificateTypes::write(w, both.into_iter())).unwrap();
        assert_eq!(body, [2, 2, 0]);
        let list = CertificateTypes::decode(&body).unwrap();
        assert!(both.into_iter().all(|one| list.contains(one)) && !list.contains(CertificateType(1)));
        assert_eq!(CertificateTypes::decode(&[0]).map_err(|e| e.kind), Err(ErrorKind::TooShort));
    }

    #[test]
    fn a_choice_is_one_byte() {
        assert_eq!(decode_choice(&[2]), Ok(CertificateType::RAW_PUBLIC_KEY));
        assert_eq!(decode_choice(&[]).map_err(|e| e.kind), Err(ErrorKind::Truncated));
        assert_eq!(decode_choice(&[2, 0]).map_err(|e| e.kind), Err(ErrorKind::TrailingBytes));
    }
}
