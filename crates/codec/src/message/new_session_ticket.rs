//! NewSessionTicket (RFC 5077 section 3.3).

use crate::{Error, Reader, Writer};

/// ```text
/// struct {
///     uint32 ticket_lifetime_hint;
///     opaque ticket<0..2^16-1>;
/// } NewSessionTicket;
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NewSessionTicket<'a> {
    /// Seconds for which the server means to accept the ticket; 0 when it does not say.
    pub lifetime_hint: u32,
    /// What the client shows again; empty when the server has none after all.
    pub ticket: &'a [u8],
}

impl<'a> NewSessionTicket<'a> {
    /// Decodes the body.
    ///
    /// # Errors
    /// A field that breaks the structure above.
    pub fn decode(bytes: &'a [u8]) -> Result<Self, Error> {
        let mut r = Reader::new(bytes);
        let message = Self { lifetime_hint: r.u32()?, ticket: r.vec16(0, 0xFFFF)?.as_slice() };
        r.finish()?;
        Ok(message)
    }

    /// Encodes the body.
    ///
    /// # Errors
    /// [`crate::ErrorKind::TooLong`], [`crate::ErrorKind::OutOfMemory`].
    pub fn encode(&self, w: &mut Writer<'_>) -> Result<(), Error> {
        w.bytes(&self.lifetime_hint.to_be_bytes())?;
        w.vec16(|w| w.bytes(self.ticket))
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
        check(&[0, 1, 0x51, 0x80, 0, 3, 7, 8, 9], &[], |bytes, w| NewSessionTicket::decode(bytes)?.encode(w));
        check(&[0, 0, 0, 0, 0, 0], &[], |bytes, w| NewSessionTicket::decode(bytes)?.encode(w));
        let message = NewSessionTicket::decode(&[0, 1, 0x51, 0x80, 0, 3, 7, 8, 9]).unwrap();
        assert_eq!((message.lifetime_hint, message.ticket), (86_400, [7, 8, 9].as_slice()));
    }

    #[test]
    fn does_not_encode_a_ticket_that_is_too_long() {
        let long = encoding(|w| NewSessionTicket { lifetime_hint: 0, ticket: &[0; 0x1_0000] }.encode(w));
        assert_eq!(long.map_err(|e| e.kind), Err(ErrorKind::TooLong));
    }
}
