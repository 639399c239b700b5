//! The extensions at the end of a hello (RFC 5246 section 7.4.1.4).

use crate::{Error, ErrorKind, ExtensionType, Reader, Writer, limits};

/// ```text
/// struct {
///     ExtensionType extension_type;
///     opaque extension_data<0..2^16-1>;
/// } Extension;
/// Extension extensions<0..2^16-1>;
/// ```
/// The whole field may be absent. Decoding has seen that every entry is well-formed and that no type stands twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Extensions<'a> {
    entries: Option<&'a [u8]>,
}

impl<'a> Extensions<'a> {
    /// A hello without the field.
    pub const ABSENT: Self = Self { entries: None };

    /// Decodes all that follows compression_method(s).
    ///
    /// # Errors
    /// [`ErrorKind::Truncated`], [`ErrorKind::TrailingBytes`], [`ErrorKind::Duplicate`], and
    /// [`ErrorKind::TooLong`] past [`limits::MAX_EXTENSIONS`].
    pub fn decode(bytes: &'a [u8]) -> Result<Self, Error> {
        Self::read(Reader::new(bytes))
    }

    pub(super) fn read(mut r: Reader<'a>) -> Result<Self, Error> {
        if r.is_empty() {
            return Ok(Self::ABSENT);
        }
        let block = r.vec16(0, 0xFFFF)?;
        r.finish()?;
        let extensions = Self { entries: Some(block.as_slice()) };
        let mut entries = block;
        for index in 0.. {
            if entries.is_empty() {
                break;
            }
            if index == limits::MAX_EXTENSIONS {
                return Err(entries.error(ErrorKind::TooLong));
            }
            let duplicate = entries.error(ErrorKind::Duplicate);
            let (id, _) = entry(&mut entries)?;
            if extensions.iter().take(index).any(|(earlier, _)| earlier == id) {
                return Err(duplicate);
            }
        }
        Ok(extensions)
    }

    /// The extensions in the order of the wire: type and body.
    pub fn iter(&self) -> impl Iterator<Item = (ExtensionType, &'a [u8])> + Clone + use<'a> {
        let mut entries = Reader::new(self.entries.unwrap_or_default());
        core::iter::from_fn(move || entry(&mut entries).ok())
    }

    /// The body of one extension.
    #[must_use]
    pub fn find(&self, id: ExtensionType) -> Option<&'a [u8]> {
        self.iter().find_map(|(found, body)| (found == id).then_some(body))
    }

    /// Writes the field as it was decoded; nothing when it is absent.
    ///
    /// # Errors
    /// [`ErrorKind::OutOfMemory`].
    pub fn encode(&self, w: &mut Writer<'_>) -> Result<(), Error> {
        match self.entries {
            Some(entries) => w.vec16(|w| w.bytes(entries)),
            None => Ok(()),
        }
    }

    /// Writes the field with the entries that `body` writes, and leaves it out when there are none
    /// (RFC 5246 section 7.4.1.3).
    ///
    /// # Errors
    /// What `body` returns; [`ErrorKind::TooLong`], [`ErrorKind::OutOfMemory`].
    pub fn write(
        w: &mut Writer<'_>,
        body: impl FnOnce(&mut Writer<'_>) -> Result<(), Error>,
    ) -> Result<(), Error> {
        let start = w.len();
        let mut empty = true;
        w.vec16(|w| {
            let before = w.len();
            body(w)?;
            empty = w.len() == before;
            Ok(())
        })?;
        if empty {
            w.truncate(start);
        }
        Ok(())
    }
}

/// Takes one extension.
fn entry<'a>(entries: &mut Reader<'a>) -> Result<(ExtensionType, &'a [u8]), Error> {
    let id = ExtensionType(entries.u16()?);
    Ok((id, entries.vec16(0, 0xFFFF)?.as_slice()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{check, encoding};
    use std::{vec, vec::Vec};

    /// encrypt_then_mac, an unknown type with two bytes, extended_master_secret.
    const BLOCK: &[u8] = &[0, 14, 0, 22, 0, 0, 0x12, 0x34, 0, 2, 7, 8, 0, 23, 0, 0];

    #[test]
    fn round_trips_and_refuses_other_lengths() {
        check(BLOCK, &[0], |bytes, w| Extensions::decode(bytes)?.encode(w));
        check(&[0, 0], &[0], |bytes, w| Extensions::decode(bytes)?.encode(w));
    }

    #[test]
    fn lists_types_and_bodies_and_finds_one() {
        let extensions = Extensions::decode(BLOCK).unwrap();
        let all: Vec<_> = extensions.iter().collect();
        let unknown = ExtensionType(0x1234);
        assert_eq!(
            all,
            vec![
                (ExtensionType::ENCRYPT_THEN_MAC, [].as_slice()),
                (unknown, &[7, 8]),
                (ExtensionType::EXTENDED_MASTER_SECRET, &[]),
            ]
        );
        assert_eq!(extensions.find(unknown), Some([7, 8].as_slice()));
        assert_eq!(extensions.find(ExtensionType::SERVER_NAME), None);
    }

    #[test]
    fn refuses_a_type_that_stands_twice_though_it_is_unknown() {
        let twice = [0, 13, 0x12, 0x34, 0, 0, 0, 22, 0, 0, 0x12, 0x34, 0, 1, 9];
        assert_eq!(Extensions::decode(&twice), Err(Error::new(ErrorKind::Duplicate, 10)));
    }

    #[test]
    fn refuses_an_entry_that_reaches_past_the_block() {
        assert_eq!(Extensions::decode(&[0, 4, 0, 22, 0, 1]), Err(Error::new(ErrorKind::Truncated, 6)));
        assert_eq!(Extensions::decode(&[0, 3, 0, 22, 0]), Err(Error::new(ErrorKind::Truncated, 4)));
    }

    #[test]
    fn an_empty_field_is_left_out() {
        assert_eq!(encoding(|w| Extensions::write(w, |_| Ok(()))), Ok(vec![]));
        assert_eq!(encoding(|w| Extensions::write(w, |w| w.bytes(&[0; 4]))).unwrap().len(), 6);
    }
}
