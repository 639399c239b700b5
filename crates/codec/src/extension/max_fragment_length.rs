//! max_fragment_length (RFC 6066 section 4).

use crate::{Error, ErrorKind, Reader, Writer};

/// `enum { 2^9(1), 2^10(2), 2^11(3), 2^12(4), (255) } MaxFragmentLength;`
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MaxFragmentLength {
    /// 512 bytes.
    Bytes512 = 1,
    /// 1024 bytes.
    Bytes1024 = 2,
    /// 2048 bytes.
    Bytes2048 = 3,
    /// 4096 bytes.
    Bytes4096 = 4,
}

impl MaxFragmentLength {
    /// The most bytes of plaintext in a record.
    #[must_use]
    pub const fn bytes(self) -> u16 {
        256 << self as u8
    }

    /// The value for a number of bytes; None for any but the four.
    #[must_use]
    pub const fn of_bytes(bytes: u16) -> Option<Self> {
        Some(match bytes {
            512 => Self::Bytes512,
            1024 => Self::Bytes1024,
            2048 => Self::Bytes2048,
            4096 => Self::Bytes4096,
            _ => return None,
        })
    }

    /// Decodes the body.
    ///
    /// # Errors
    /// [`ErrorKind::IllegalValue`] for another value, which RFC 6066 answers with illegal_parameter; a body that is
    /// not one byte.
    pub fn decode(body: &[u8]) -> Result<Self, Error> {
        let mut r = Reader::new(body);
        let value = match r.u8()? {
            1 => Self::Bytes512,
            2 => Self::Bytes1024,
            3 => Self::Bytes2048,
            4 => Self::Bytes4096,
            _ => return Err(Error::new(ErrorKind::IllegalValue, 0)),
        };
        r.finish()?;
        Ok(value)
    }

    /// Encodes the body.
    ///
    /// # Errors
    /// [`ErrorKind::OutOfMemory`].
    pub fn encode(&self, w: &mut Writer<'_>) -> Result<(), Error> {
        w.u8(*self as u8)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::check;

    #[test]
    fn round_trips_and_refuses_other_lengths() {
        for (value, bytes) in [(1, 512), (2, 1024), (3, 2048), (4, 4096)] {
            check(&[value], &[], |bytes, w| MaxFragmentLength::decode(bytes)?.encode(w));
            let decoded = MaxFragmentLength::decode(&[value]).unwrap();
            assert_eq!(decoded.bytes(), bytes);
            assert_eq!(MaxFragmentLength::of_bytes(bytes), Some(decoded));
        }
        assert_eq!(MaxFragmentLength::of_bytes(8192), None);
    }

    #[test]
    fn refuses_other_values() {
        for value in [0, 5, 255] {
            assert_eq!(MaxFragmentLength::decode(&[value]), Err(Error::new(ErrorKind::IllegalValue, 0)));
        }
    }
}
