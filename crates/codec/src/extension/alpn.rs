//! application_layer_protocol_negotiation (RFC 7301 section 3.1).

use crate::{Error, ErrorKind, Reader, Writer};

/// ```text
/// opaque ProtocolName<1..2^8-1>;
/// struct { ProtocolName protocol_name_list<2..2^16-1> } ProtocolNameList;
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ProtocolNameList<'a> {
    list: &'a [u8],
}

impl<'a> ProtocolNameList<'a> {
    /// Decodes the body.
    ///
    /// # Errors
    /// An empty list or name; lengths that do not fit.
    pub fn decode(body: &'a [u8]) -> Result<Self, Error> {
        let mut r = Reader::new(body);
        let list = r.vec16(2, 0xFFFF)?;
        r.finish()?;
        let mut names = list;
        while !names.is_empty() {
            names.vec8(1, 0xFF)?;
        }
        Ok(Self { list: list.as_slice() })
    }

    /// The names in order of preference.
    pub fn iter(&self) -> impl Iterator<Item = &'a [u8]> + Clone + use<'a> {
        let mut names = Reader::new(self.list);
        core::iter::from_fn(move || Some(names.vec8(1, 0xFF).ok()?.as_slice()))
    }

    /// The name of a server's answer, which has exactly one.
    #[must_use]
    pub fn only(&self) -> Option<&'a [u8]> {
        let mut names = self.iter();
        names.next().filter(|_| names.next().is_none())
    }

    /// Encodes the body.
    ///
    /// # Errors
    /// [`ErrorKind::OutOfMemory`].
    pub fn encode(&self, w: &mut Writer<'_>) -> Result<(), Error> {
        w.vec16(|w| w.bytes(self.list))
    }

    /// Encodes a body from names.
    ///
    /// # Errors
    /// [`ErrorKind::TooShort`] without a name or for an empty one, [`ErrorKind::TooLong`], [`ErrorKind::OutOfMemory`].
    pub fn write(w: &mut Writer<'_>, names: &[&[u8]]) -> Result<(), Error> {
        w.vec16(|w| {
            let start = w.len();
            for name in names {
                if name.is_empty() {
                    return Err(Error::new(ErrorKind::TooShort, w.len()));
                }
                w.vec8(|w| w.bytes(name))?;
            }
            if w.len() == start { Err(Error::new(ErrorKind::TooShort, start)) } else { Ok(()) }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{check, encoding};

    #[test]
    fn round_trips_and_refuses_other_lengths() {
        let names: [&[u8]; 2] = [b"h2", b"http/1.1"];
        let body = encoding(|w| ProtocolNameList::write(w, &names)).unwrap();
        assert!(ProtocolNameList::decode(&body).unwrap().iter().eq(names));
        check(&body, &[], |bytes, w| ProtocolNameList::decode(bytes)?.encode(w));
    }

    #[test]
    fn an_answer_has_exactly_one_name() {
        let only = |body| ProtocolNameList::decode(body).unwrap().only();
        assert_eq!(only(&[0, 3, 2, b'h', b'2']), Some(b"h2".as_slice()));
        assert_eq!(only(&[0, 4, 1, b'a', 1, b'b']), None);
    }

    #[test]
    fn refuses_empty_lists_and_names() {
        let kind = |body| ProtocolNameList::decode(body).map_err(|e| e.kind);
        assert_eq!(kind(&[0, 0]), Err(ErrorKind::TooShort));
        assert_eq!(kind(&[0, 3, 0, 1, b'a']), Err(ErrorKind::TooShort));
        assert_eq!(kind(&[0, 3, 3, b'a', b'b']), Err(ErrorKind::Truncated));
        let write = |names: &[&[u8]]| encoding(|w| ProtocolNameList::write(w, names)).map_err(|e| e.kind);
        assert_eq!(write(&[]), Err(ErrorKind::TooShort));
        assert_eq!(write(&[b"a", b""]), Err(ErrorKind::TooShort));
        assert_eq!(write(&[&[b'a'; 256]]), Err(ErrorKind::TooLong));
    }
}
