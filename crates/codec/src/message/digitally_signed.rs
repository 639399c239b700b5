//! A signature in a message (RFC 5246 section 4.7; RFC 4346 section 7.4.3 for the form without its algorithm).

use crate::{Error, Reader, SignatureScheme, Writer};

/// ```text
/// struct {
///     SignatureAndHashAlgorithm algorithm;     // since TLS 1.2
///     opaque signature<0..2^16-1>;
/// } DigitallySigned;
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DigitallySigned<'a> {
    /// The algorithm; None before TLS 1.2, where the key's type implies it.
    pub scheme: Option<SignatureScheme>,
    /// The signature.
    pub signature: &'a [u8],
}

impl<'a> DigitallySigned<'a> {
    /// Takes the structure; `names_scheme` says whether the version has the algorithm in it.
    ///
    /// # Errors
    /// A length that does not fit.
    pub fn read(r: &mut Reader<'a>, names_scheme: bool) -> Result<Self, Error> {
        let scheme = if names_scheme { Some(SignatureScheme(r.u16()?)) } else { None };
        Ok(Self { scheme, signature: r.vec16(0, 0xFFFF)?.as_slice() })
    }

    /// Appends the structure.
    ///
    /// # Errors
    /// [`crate::ErrorKind::TooLong`], [`crate::ErrorKind::OutOfMemory`].
    pub fn encode(&self, w: &mut Writer<'_>) -> Result<(), Error> {
        if let Some(scheme) = self.scheme {
            w.u16(scheme.0)?;
        }
        w.vec16(|w| w.bytes(self.signature))
    }
}
