//! renegotiation_info (RFC 5746 section 3.2).

use crate::{Error, Reader, Writer};

/// `struct { opaque renegotiated_connection<0..255>; } RenegotiationInfo;`
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RenegotiationInfo<'a> {
    /// verify_data of the handshake before; empty in a first one.
    pub renegotiated_connection: &'a [u8],
}

impl<'a> RenegotiationInfo<'a> {
    /// What a first handshake sends and expects.
    pub const INITIAL: RenegotiationInfo<'static> = RenegotiationInfo { renegotiated_connection: &[] };

    /// Decodes the body.
    ///
    /// # Errors
    /// A length that does not fit the body.
    pub fn decode(body: &'a [u8]) -> Result<Self, Error> {
        let mut r = Reader::new(body);
        let renegotiated_connection = r.vec8(0, 0xFF)?.as_slice();
        r.finish()?;
        Ok(Self { renegotiated_connection })
    }

    /// Encodes the body.
    ///
    /// # Errors
    /// [`crate::ErrorKind::TooLong`], [`crate::ErrorKind::OutOfMemory`].
    pub fn encode(&self, w: &mut Writer<'_>) -> Result<(), Error> {
        w.vec8(|w| w.bytes(self.renegotiated_connection))
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
        check(&[0], &[], |bytes, w| RenegotiationInfo::decode(bytes)?.encode(w));
        check(&[2, 8, 9], &[], |bytes, w| RenegotiationInfo::decode(bytes)?.encode(w));
        assert_eq!(encoding(|w| RenegotiationInfo::INITIAL.encode(w)).as_deref(), Ok([0].as_slice()));
    }

    #[test]
    fn does_not_encode_what_its_length_cannot_say() {
        let long = encoding(|w| RenegotiationInfo { renegotiated_connection: &[0; 256] }.encode(w));
        assert_eq!(long.map_err(|e| e.kind), Err(ErrorKind::TooLong));
    }
}
