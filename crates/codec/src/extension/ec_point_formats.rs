//! ec_point_formats (RFC 8422 section 5.1.2).

use crate::{Error, ErrorKind, Reader, Writer};

/// ECPointFormat uncompressed, the only one that RFC 8422 leaves.
const UNCOMPRESSED: u8 = 0;

/// `ECPointFormat ec_point_format_list<1..2^8-1>`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EcPointFormats<'a> {
    /// ECPointFormat numbers.
    pub formats: &'a [u8],
}

impl<'a> EcPointFormats<'a> {
    /// What this stack sends.
    pub const UNCOMPRESSED: EcPointFormats<'static> = EcPointFormats { formats: &[UNCOMPRESSED] };

    /// Decodes the body.
    ///
    /// # Errors
    /// An empty list, a length that does not fit the body.
    pub fn decode(body: &'a [u8]) -> Result<Self, Error> {
        let mut r = Reader::new(body);
        let formats = r.vec8(1, 0xFF)?.as_slice();
        r.finish()?;
        Ok(Self { formats })
    }

    /// Whether uncompressed points are in the list, as they must be.
    #[must_use]
    pub fn has_uncompressed(&self) -> bool {
        self.formats.contains(&UNCOMPRESSED)
    }

    /// Encodes the body.
    ///
    /// # Errors
    /// [`ErrorKind::TooShort`] for an empty list, [`ErrorKind::TooLong`], [`ErrorKind::OutOfMemory`].
    pub fn encode(&self, w: &mut Writer<'_>) -> Result<(), Error> {
        if self.formats.is_empty() {
            return Err(Error::new(ErrorKind::TooShort, w.len()));
        }
        w.vec8(|w| w.bytes(self.formats))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{check, encoding};

    #[test]
    fn round_trips_and_refuses_other_lengths() {
        check(&[1, 0], &[], |bytes, w| EcPointFormats::decode(bytes)?.encode(w));
        check(&[3, 1, 2, 0], &[], |bytes, w| EcPointFormats::decode(bytes)?.encode(w));
        assert_eq!(encoding(|w| EcPointFormats::UNCOMPRESSED.encode(w)).as_deref(), Ok([1, 0].as_slice()));
    }

    #[test]
    fn finds_uncompressed_anywhere_in_the_list() {
        assert!(EcPointFormats::decode(&[3, 1, 2, 0]).unwrap().has_uncompressed());
        assert!(!EcPointFormats::decode(&[2, 1, 2]).unwrap().has_uncompressed());
    }

    #[test]
    fn refuses_lists_that_are_empty_or_too_long() {
        assert_eq!(EcPointFormats::decode(&[0]), Err(Error::new(ErrorKind::TooShort, 1)));
        let kind = |formats: &[u8]| encoding(|w| EcPointFormats { formats }.encode(w)).map_err(|e| e.kind);
        assert_eq!(kind(&[]), Err(ErrorKind::TooShort));
        assert_eq!(kind(&[0; 256]), Err(ErrorKind::TooLong));
    }
}
