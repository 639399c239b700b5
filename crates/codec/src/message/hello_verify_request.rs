//! HelloVerifyRequest (RFC 6347 section 4.2.1).

use crate::{Error, ProtocolVersion, Reader, Writer};

/// ```text
/// struct {
///     ProtocolVersion server_version;
///     opaque cookie<0..2^8-1>;
/// } HelloVerifyRequest;
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HelloVerifyRequest<'a> {
    /// Says nothing of the version that is chosen later.
    pub version: ProtocolVersion,
    /// What the client sends back.
    pub cookie: &'a [u8],
}

impl<'a> HelloVerifyRequest<'a> {
    /// Decodes the body.
    ///
    /// # Errors
    /// A field that breaks the structure above.
    pub fn decode(bytes: &'a [u8]) -> Result<Self, Error> {
        let mut r = Reader::new(bytes);
        let message = Self { version: ProtocolVersion(r.u16()?), cookie: r.vec8(0, 0xFF)?.as_slice() };
        r.finish()?;
        Ok(message)
    }

    /// Encodes the body.
    ///
    /// # Errors
    /// A cookie over 255 bytes; [`crate::ErrorKind::OutOfMemory`].
    pub fn encode(&self, w: &mut Writer<'_>) -> Result<(), Error> {
        w.u16(self.version.0)?;
        w.vec8(|w| w.bytes(self.cookie))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{check, encoding};

    #[test]
    fn round_trips_and_refuses_other_lengths() {
        let message = HelloVerifyRequest { version: ProtocolVersion::DTLS1_0, cookie: &[5; 32] };
        let body = encoding(|w| message.encode(w)).unwrap();
        assert_eq!(HelloVerifyRequest::decode(&body), Ok(message));
        check(&body, &[], |bytes, w| HelloVerifyRequest::decode(bytes)?.encode(w));
    }
}
