//! Certificate (RFC 5246 section 7.4.2).

use crate::{Error, ErrorKind, Reader, Writer};

/// The longest that a three-byte length can say.
const MAX_24: usize = 0xFF_FFFF;

/// ```text
/// opaque ASN.1Cert<1..2^24-1>;
/// struct {
///     ASN.1Cert certificate_list<0..2^24-1>;
/// } Certificate;
/// ```
/// A view of a message that is whole in memory; the handshake streams its entries and needs no such thing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Certificate<'a> {
    list: &'a [u8],
}

impl<'a> Certificate<'a> {
    /// Decodes the body.
    ///
    /// # Errors
    /// An entry that is empty or reaches past the list; bytes after the list.
    pub fn decode(bytes: &'a [u8]) -> Result<Self, Error> {
        let mut r = Reader::new(bytes);
        let list = r.vec24(0, MAX_24)?;
        r.finish()?;
        let mut entries = list;
        while !entries.is_empty() {
            entries.vec24(1, MAX_24)?;
        }
        Ok(Self { list: list.as_slice() })
    }

    /// The certificates in DER, the end entity's first.
    pub fn iter(&self) -> impl Iterator<Item = &'a [u8]> + Clone + use<'a> {
        let mut entries = Reader::new(self.list);
        core::iter::from_fn(move || Some(entries.vec24(1, MAX_24).ok()?.as_slice()))
    }

    /// Encodes the body.
    ///
    /// # Errors
    /// [`ErrorKind::OutOfMemory`].
    pub fn encode(&self, w: &mut Writer<'_>) -> Result<(), Error> {
        w.vec24(|w| w.bytes(self.list))
    }

    /// Encodes a body from certificates in DER.
    ///
    /// # Errors
    /// [`ErrorKind::TooShort`] for an empty entry, [`ErrorKind::TooLong`], [`ErrorKind::OutOfMemory`].
    pub fn write(w: &mut Writer<'_>, chain: &[&[u8]]) -> Result<(), Error> {
        w.vec24(|w| {
            chain.iter().try_for_each(|der| {
                if der.is_empty() {
                    return Err(Error::new(ErrorKind::TooShort, w.len()));
                }
                w.vec24(|w| w.bytes(der))
            })
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{check, encoding};

    #[test]
    fn round_trips_and_refuses_other_lengths() {
        let chain: [&[u8]; 2] = [&[1; 300], &[2; 5]];
        let body = encoding(|w| Certificate::write(w, &chain)).unwrap();
        check(&body, &[], |bytes, w| Certificate::decode(bytes)?.encode(w));
        assert!(Certificate::decode(&body).unwrap().iter().eq(chain));
        check(&[0, 0, 0], &[], |bytes, w| Certificate::decode(bytes)?.encode(w));
    }

    #[test]
    fn refuses_entries_that_are_empty_or_too_long_for_the_list() {
        assert_eq!(Certificate::decode(&[0, 0, 3, 0, 0, 0]), Err(Error::new(ErrorKind::TooShort, 6)));
        assert_eq!(Certificate::decode(&[0, 0, 4, 0, 0, 2, 9]), Err(Error::new(ErrorKind::Truncated, 6)));
        assert_eq!(Certificate::decode(&[0, 0, 2, 0, 0]), Err(Error::new(ErrorKind::Truncated, 3)));
        let empty = encoding(|w| Certificate::write(w, &[&[]]));
        assert_eq!(empty.map_err(|e| e.kind), Err(ErrorKind::TooShort));
    }
}
