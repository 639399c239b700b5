//! connection_id (RFC 9146 section 3).

use crate::{Error, Reader, Writer};

/// ```text
/// struct {
///     opaque cid<0..2^8-1>;
/// } ConnectionId;
/// ```
/// What the sender wants to find in the records that it receives; empty for nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ConnectionId<'m> {
    /// The connection ID.
    pub cid: &'m [u8],
}

impl<'m> ConnectionId<'m> {
    /// Decodes the body.
    ///
    /// # Errors
    /// A body that is not a vector and nothing else.
    pub fn decode(body: &'m [u8]) -> Result<Self, Error> {
        let mut r = Reader::new(body);
        let cid = r.vec8(0, 0xFF)?.as_slice();
        r.finish()?;
        Ok(Self { cid })
    }

    /// Encodes the body.
    ///
    /// # Errors
    /// [`crate::ErrorKind::TooLong`] for more than 255 bytes; [`crate::ErrorKind::OutOfMemory`].
    pub fn encode(&self, w: &mut Writer<'_>) -> Result<(), Error> {
        w.vec8(|w| w.bytes(self.cid))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{check, encoding};
    use std::vec;

    #[test]
    fn round_trips_at_every_length_and_refuses_others() {
        for len in [0, 1, 8, 254, 255] {
            let mut body = vec![len];
            body.resize(1 + usize::from(len), 0xC1);
            check(&body, &[], |bytes, w| ConnectionId::decode(bytes)?.encode(w));
        }
        assert!(encoding(|w| ConnectionId { cid: &[0; 256] }.encode(w)).is_err());
    }
}
