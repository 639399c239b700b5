//! CertificateVerify (RFC 5246 section 7.4.8).

use crate::{Error, Reader, SignatureScheme, Writer};

/// ```text
/// struct {
///     SignatureAndHashAlgorithm algorithm;
///     opaque signature<0..2^16-1>;
/// } CertificateVerify;      // DigitallySigned, RFC 5246 section 4.7
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CertificateVerify<'a> {
    /// The algorithm of the signature.
    pub scheme: SignatureScheme,
    /// The signature over all handshake messages so far.
    pub signature: &'a [u8],
}

impl<'a> CertificateVerify<'a> {
    /// Decodes the body.
    ///
    /// # Errors
    /// A field that breaks the structure above.
    pub fn decode(bytes: &'a [u8]) -> Result<Self, Error> {
        let mut r = Reader::new(bytes);
        let scheme = SignatureScheme(r.u16()?);
        let signature = r.vec16(0, 0xFFFF)?.as_slice();
        r.finish()?;
        Ok(Self { scheme, signature })
    }

    /// Encodes the body.
    ///
    /// # Errors
    /// [`crate::ErrorKind::TooLong`], [`crate::ErrorKind::OutOfMemory`].
    pub fn encode(&self, w: &mut Writer<'_>) -> Result<(), Error> {
        w.u16(self.scheme.0)?;
        w.vec16(|w| w.bytes(self.signature))
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
        let message = CertificateVerify { scheme: SignatureScheme::RSA_PKCS1_SHA384, signature: &[5; 256] };
        let body = encoding(|w| message.encode(w)).unwrap();
        assert_eq!(CertificateVerify::decode(&body), Ok(message));
        check(&body, &[], |bytes, w| CertificateVerify::decode(bytes)?.encode(w));
    }

    #[test]
    fn does_not_encode_a_signature_that_is_too_long() {
        let message =
            CertificateVerify { scheme: SignatureScheme::RSA_PKCS1_SHA384, signature: &[5; 0x1_0000] };
        assert_eq!(encoding(|w| message.encode(w)).map_err(|e| e.kind), Err(ErrorKind::TooLong));
    }
}
