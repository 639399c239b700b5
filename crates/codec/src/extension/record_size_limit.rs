//! record_size_limit (RFC 8449 section 4).

use crate::{Error, ErrorKind, Reader, Writer};

/// The smallest limit that an endpoint may set (RFC 8449 section 4).
pub const MIN_RECORD_SIZE_LIMIT: u16 = 64;

/// `uint16 RecordSizeLimit;`
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RecordSizeLimit(pub u16);

impl RecordSizeLimit {
    /// Decodes the body.
    ///
    /// # Errors
    /// [`ErrorKind::IllegalValue`] below 64, which RFC 8449 answers with illegal_parameter; a body that is not two
    /// bytes.
    pub fn decode(body: &[u8]) -> Result<Self, Error> {
        let mut r = Reader::new(body);
        let limit = r.u16()?;
        r.finish()?;
        if limit < MIN_RECORD_SIZE_LIMIT {
            return Err(Error::new(ErrorKind::IllegalValue, 0));
        }
        Ok(Self(limit))
    }

    /// Encodes the body.
    ///
    /// # Errors
    /// [`ErrorKind::OutOfMemory`].
    pub fn encode(&self, w: &mut Writer<'_>) -> Result<(), Error> {
        w.u16(self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::check;

    #[test]
    fn round_trips_and_refuses_other_lengths() {
        check(&[0, 64], &[], |bytes, w| RecordSizeLimit::decode(bytes)?.encode(w));
        check(&[0x40, 1], &[], |bytes, w| RecordSizeLimit::decode(bytes)?.encode(w));
    }

    #[test]
    fn refuses_limits_below_64() {
        assert_eq!(RecordSizeLimit::decode(&[0, 63]), Err(Error::new(ErrorKind::IllegalValue, 0)));
        assert_eq!(RecordSizeLimit::decode(&[0, 0]), Err(Error::new(ErrorKind::IllegalValue, 0)));
    }
}
