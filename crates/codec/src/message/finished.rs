//! Finished (RFC 5246 section 7.4.9).

use crate::{Error, Reader, Writer};

/// Bytes of verify_data for every suite that does not say otherwise, and none does.
pub const VERIFY_DATA_LEN: usize = 12;

/// `struct { opaque verify_data[verify_data_length]; } Finished;`
#[derive(Clone, Copy)]
pub struct Finished<'a> {
    /// To be compared in constant time, and with nothing else.
    pub verify_data: &'a [u8; VERIFY_DATA_LEN],
}

impl<'a> Finished<'a> {
    /// Decodes the body.
    ///
    /// # Errors
    /// Another length.
    pub fn decode(bytes: &'a [u8]) -> Result<Self, Error> {
        let mut r = Reader::new(bytes);
        let verify_data = r.array()?;
        r.finish()?;
        Ok(Self { verify_data })
    }

    /// Encodes the body.
    ///
    /// # Errors
    /// [`crate::ErrorKind::OutOfMemory`].
    pub fn encode(&self, w: &mut Writer<'_>) -> Result<(), Error> {
        w.bytes(self.verify_data)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::check;

    #[test]
    fn round_trips_and_refuses_other_lengths() {
        check(b"twelve bytes", &[], |bytes, w| Finished::decode(bytes)?.encode(w));
    }
}
