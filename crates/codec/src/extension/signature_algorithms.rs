//! signature_algorithms (RFC 5246 section 7.4.1.4.1).

use crate::{Error, Reader, SignatureScheme, SignatureSchemes, Writer, write_list};

/// `SignatureAndHashAlgorithm supported_signature_algorithms<2..2^16-2>`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SignatureAlgorithms<'a> {
    /// Schemes in the client's order.
    pub schemes: SignatureSchemes<'a>,
}

impl<'a> SignatureAlgorithms<'a> {
    /// Decodes the body.
    ///
    /// # Errors
    /// An empty list, an odd length, one that does not fit the body.
    pub fn decode(body: &'a [u8]) -> Result<Self, Error> {
        let mut r = Reader::new(body);
        let schemes = SignatureSchemes::read(&mut r)?;
        r.finish()?;
        Ok(Self { schemes })
    }

    /// Encodes the body.
    ///
    /// # Errors
    /// [`crate::ErrorKind::OutOfMemory`].
    pub fn encode(&self, w: &mut Writer<'_>) -> Result<(), Error> {
        self.schemes.encode(w)
    }

    /// Encodes a body from any source.
    ///
    /// # Errors
    /// [`crate::ErrorKind::TooShort`] for an empty list, [`crate::ErrorKind::TooLong`],
    /// [`crate::ErrorKind::OutOfMemory`].
    pub fn write(
        w: &mut Writer<'_>,
        schemes: impl IntoIterator<Item = SignatureScheme>,
    ) -> Result<(), Error> {
        write_list(w, schemes)
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
        let list =
            [SignatureScheme::ECDSA_SHA256, SignatureScheme(0x2A2A), SignatureScheme::RSA_PKCS1_SHA512];
        let body = encoding(|w| SignatureAlgorithms::write(w, list)).unwrap();
        assert!(SignatureAlgorithms::decode(&body).unwrap().schemes.iter().eq(list));
        check(&body, &[], |bytes, w| SignatureAlgorithms::decode(bytes)?.encode(w));
    }

    #[test]
    fn refuses_empty_and_uneven_lists() {
        assert_eq!(SignatureAlgorithms::decode(&[0, 0]), Err(Error::new(ErrorKind::TooShort, 2)));
        assert_eq!(SignatureAlgorithms::decode(&[0, 3, 0, 1, 2]), Err(Error::new(ErrorKind::Uneven, 2)));
        let none = encoding(|w| SignatureAlgorithms::write(w, []));
        assert_eq!(none.map_err(|e| e.kind), Err(ErrorKind::TooShort));
    }
}
