//! server_name (RFC 6066 section 3).

use crate::{Error, ErrorKind, Reader, Writer};

/// NameType host_name.
const HOST_NAME: u8 = 0;

/// A client's list of names. The server's answer is empty: [`super::expect_empty`].
///
/// ```text
/// struct {
///     NameType name_type = host_name;
///     opaque HostName<1..2^16-1>;
/// } ServerName;
/// struct { ServerName server_name_list<1..2^16-1> } ServerNameList;
/// ```
/// Names of another type are skipped: every type that can be defined later begins with a two-byte length
/// (RFC 6066 section 3).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ServerNameList<'a> {
    /// The host name, as the client wrote it; None when only other types are in the list.
    pub host_name: Option<&'a [u8]>,
}

impl<'a> ServerNameList<'a> {
    /// Decodes the body of a client's extension.
    ///
    /// # Errors
    /// [`ErrorKind::Duplicate`] for a second host name; an empty list or name; lengths that do not fit.
    pub fn decode(body: &'a [u8]) -> Result<Self, Error> {
        let mut r = Reader::new(body);
        let mut list = r.vec16(1, 0xFFFF)?;
        r.finish()?;
        let mut host_name = None;
        while !list.is_empty() {
            let duplicate = list.error(ErrorKind::Duplicate);
            let name_type = list.u8()?;
            let name = list.vec16(1, 0xFFFF)?.as_slice();
            if name_type == HOST_NAME && host_name.replace(name).is_some() {
                return Err(duplicate);
            }
        }
        Ok(Self { host_name })
    }

    /// Encodes the body.
    ///
    /// # Errors
    /// [`ErrorKind::TooShort`] without a name or for an empty one, [`ErrorKind::TooLong`], [`ErrorKind::OutOfMemory`].
    pub fn encode(&self, w: &mut Writer<'_>) -> Result<(), Error> {
        let name = self.host_name.unwrap_or_default();
        if name.is_empty() {
            return Err(Error::new(ErrorKind::TooShort, w.len()));
        }
        w.vec16(|w| {
            w.u8(HOST_NAME)?;
            w.vec16(|w| w.bytes(name))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{check, encoding};

    #[test]
    fn round_trips_and_refuses_other_lengths() {
        let list = ServerNameList { host_name: Some(b"example.com") };
        let body = encoding(|w| list.encode(w)).unwrap();
        assert_eq!(ServerNameList::decode(&body), Ok(list));
        check(&body, &[], |bytes, w| ServerNameList::decode(bytes)?.encode(w));
    }

    #[test]
    fn skips_other_types_and_refuses_a_second_host_name() {
        let other = ServerNameList::decode(&[0, 8, 7, 0, 1, b'x', 0, 0, 1, b'a']);
        assert_eq!(other, Ok(ServerNameList { host_name: Some(b"a") }));
        let second = ServerNameList::decode(&[0, 8, 0, 0, 1, b'a', 0, 0, 1, b'b']);
        assert_eq!(second, Err(Error::new(ErrorKind::Duplicate, 6)));
    }

    #[test]
    fn refuses_empty_lists_and_names() {
        assert_eq!(ServerNameList::decode(&[0, 0]).map_err(|e| e.kind), Err(ErrorKind::TooShort));
        assert_eq!(ServerNameList::decode(&[0, 3, 0, 0, 0]).map_err(|e| e.kind), Err(ErrorKind::TooShort));
        let none = encoding(|w| ServerNameList { host_name: None }.encode(w));
        assert_eq!(none.map_err(|e| e.kind), Err(ErrorKind::TooShort));
        let long = encoding(|w| ServerNameList { host_name: Some(&[b'a'; 0xFFFF]) }.encode(w));
        assert_eq!(long.map_err(|e| e.kind), Err(ErrorKind::TooLong));
    }
}
