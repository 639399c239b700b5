//! supported_groups (RFC 8422 section 5.1.1).

use crate::{Error, NamedGroup, NamedGroups, Reader, Writer, write_list};

/// `NamedCurve named_curve_list<2..2^16-1>`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SupportedGroups<'a> {
    /// Groups in the client's order.
    pub groups: NamedGroups<'a>,
}

impl<'a> SupportedGroups<'a> {
    /// Decodes the body.
    ///
    /// # Errors
    /// An empty list, an odd length, one that does not fit the body.
    pub fn decode(body: &'a [u8]) -> Result<Self, Error> {
        let mut r = Reader::new(body);
        let groups = NamedGroups::read(&mut r)?;
        r.finish()?;
        Ok(Self { groups })
    }

    /// Encodes the body.
    ///
    /// # Errors
    /// [`crate::ErrorKind::OutOfMemory`].
    pub fn encode(&self, w: &mut Writer<'_>) -> Result<(), Error> {
        self.groups.encode(w)
    }

    /// Encodes a body from any source.
    ///
    /// # Errors
    /// [`crate::ErrorKind::TooShort`] for an empty list, [`crate::ErrorKind::TooLong`],
    /// [`crate::ErrorKind::OutOfMemory`].
    pub fn write(w: &mut Writer<'_>, groups: impl IntoIterator<Item = NamedGroup>) -> Result<(), Error> {
        write_list(w, groups)
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
        let list = [NamedGroup::X25519, NamedGroup(0x2A2A), NamedGroup::SECP384R1];
        let body = encoding(|w| SupportedGroups::write(w, list)).unwrap();
        assert!(SupportedGroups::decode(&body).unwrap().groups.iter().eq(list));
        check(&body, &[], |bytes, w| SupportedGroups::decode(bytes)?.encode(w));
    }

    #[test]
    fn refuses_empty_and_uneven_lists() {
        assert_eq!(SupportedGroups::decode(&[0, 0]), Err(Error::new(ErrorKind::TooShort, 2)));
        assert_eq!(SupportedGroups::decode(&[0, 3, 0, 1, 2]), Err(Error::new(ErrorKind::Uneven, 2)));
        let none = encoding(|w| SupportedGroups::write(w, []));
        assert_eq!(none.map_err(|e| e.kind), Err(ErrorKind::TooShort));
    }
}
