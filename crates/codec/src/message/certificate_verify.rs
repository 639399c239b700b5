//! CertificateVerify (RFC 5246 section 7.4.8).

use super::DigitallySigned;
use crate::{Error, Reader, Writer};

/// ```text
/// struct {
///     digitally-signed struct {
///         opaque handshake_messages[handshake_messages_length];
///     }
/// } CertificateVerify;
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CertificateVerify<'a> {
    /// The signature over all handshake messages so far.
    pub signed: DigitallySigned<'a>,
}

impl<'a> CertificateVerify<'a> {
    /// Decodes the body; `names_scheme` says whether the version names the signature's algorithm.
    ///
    /// # Errors
    /// A field that breaks the structure above.
    pub fn decode(bytes: &'a [u8], names_scheme: bool) -> Result<Self, Error> {
        let mut r = Reader::new(bytes);
        let signed = DigitallySigned::read(&mut r, names_scheme)?;
        r.finish()?;
        Ok(Self { signed })
    }

    /// Encodes the body.
    ///
    /// # Errors
    /// [`crate::ErrorKind::TooLong`], [`crate::ErrorKind::OutOfMemory`].
    pub fn encode(&self, w: &mut Writer<'_>) -> Result<(), Error> {
        self.signed.encode(w)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        ErrorKind, SignatureScheme,
        testing::{check, encoding},
    };

    #[test]
    fn round_trips_with_and_without_the_scheme_and_refuses_other_lengths() {
        for scheme in [Some(SignatureScheme::RSA_PKCS1_SHA384), None] {
            let message = CertificateVerify { signed: DigitallySigned { scheme, signature: &[5; 256] } };
            let body = encoding(|w| message.encode(w)).unwrap();
            let names_scheme = scheme.is_some();
            assert_eq!(CertificateVerify::decode(&body, names_scheme), Ok(message));
            check(&body, &[], |bytes, w| CertificateVerify::decode(bytes, names_scheme)?.encode(w));
        }
    }

    #[test]
    fn does_not_encode_a_signature_that_is_too_long() {
        let signed = DigitallySigned { scheme: None, signature: &[5; 0x1_0000] };
        let long = encoding(|w| CertificateVerify { signed }.encode(w));
        assert_eq!(long.map_err(|e| e.kind), Err(ErrorKind::TooLong));
    }
}
