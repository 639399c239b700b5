//! Lists of 16-bit code points: cipher suites, named groups, signature schemes.

use crate::{
    CipherSuite, Error, ErrorKind, NamedGroup, Reader, SignatureScheme, SrtpProtectionProfile, Writer,
};
use core::marker::PhantomData;

/// A code point of two bytes.
pub trait CodePoint16: Copy {
    /// From the number on the wire; every number is one.
    fn from_wire(number: u16) -> Self;
    /// The number on the wire.
    fn wire(self) -> u16;
}

macro_rules! code_point_16 {
    ($($name:ident)*) => {
        $(impl CodePoint16 for $name {
            fn from_wire(number: u16) -> Self {
                Self(number)
            }
            fn wire(self) -> u16 {
                self.0
            }
        })*
    };
}
code_point_16!(CipherSuite NamedGroup SignatureScheme SrtpProtectionProfile);

/// The longest list that the two-byte length of the RFCs' `<2..2^16-2>` allows, in bytes.
const MAX_LIST_BYTES: usize = 0xFFFE;

/// A list `T name<2..2^16-2>`, borrowed from the wire.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct List<'a, T> {
    wire: &'a [[u8; 2]],
    element: PhantomData<T>,
}

impl<'a, T: CodePoint16> List<'a, T> {
    /// Takes the list, length and all.
    ///
    /// # Errors
    /// [`ErrorKind::TooShort`] for an empty list, [`ErrorKind::Uneven`], [`ErrorKind::TooLong`],
    /// [`ErrorKind::Truncated`].
    pub fn read(r: &mut Reader<'a>) -> Result<Self, Error> {
        let list = r.vec16(2, MAX_LIST_BYTES)?;
        let (wire, odd) = list.as_slice().as_chunks();
        if !odd.is_empty() {
            return Err(list.error(ErrorKind::Uneven));
        }
        Ok(Self { wire, element: PhantomData })
    }

    /// The elements in the order of the wire.
    pub fn iter(&self) -> impl Iterator<Item = T> + Clone + use<'a, T> {
        self.wire.iter().map(|number| T::from_wire(u16::from_be_bytes(*number)))
    }

    /// Writes the list, length and all.
    ///
    /// # Errors
    /// [`ErrorKind::OutOfMemory`].
    pub fn encode(&self, w: &mut Writer<'_>) -> Result<(), Error> {
        write_list(w, self.iter())
    }
}

/// Writes `T name<2..2^16-2>` from any source.
///
/// # Errors
/// [`ErrorKind::TooShort`] when there is no element, [`ErrorKind::TooLong`] past 32767 of them,
/// [`ErrorKind::OutOfMemory`].
pub fn write_list<T: CodePoint16>(
    w: &mut Writer<'_>,
    list: impl IntoIterator<Item = T>,
) -> Result<(), Error> {
    w.vec16(|w| {
        let start = w.len();
        list.into_iter().try_for_each(|element| w.u16(element.wire()))?;
        if w.len() == start { Err(Error::new(ErrorKind::TooShort, start)) } else { Ok(()) }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use memory::Bytes;
    use std::{vec, vec::Vec};

    fn read(bytes: &[u8]) -> Result<Vec<NamedGroup>, Error> {
        let mut r = Reader::new(bytes);
        let list = List::read(&mut r)?;
        r.finish()?;
        Ok(list.iter().collect())
    }

    #[test]
    fn round_trips_with_unknown_numbers() {
        let bytes = [0, 4, 0, 29, 0xEA, 0xEA];
        assert_eq!(read(&bytes), Ok(vec![NamedGroup::X25519, NamedGroup(0xEAEA)]));
        let mut out = Bytes::with_cap(64);
        List::<NamedGroup>::read(&mut Reader::new(&bytes))
            .unwrap()
            .encode(&mut Writer::new(&mut out))
            .unwrap();
        assert_eq!(&*out, &bytes);
    }

    #[test]
    fn rejects_empty_uneven_cut_off_and_trailing() {
        assert_eq!(read(&[0, 0]), Err(Error::new(ErrorKind::TooShort, 2)));
        assert_eq!(read(&[0, 3, 1, 2, 3]), Err(Error::new(ErrorKind::Uneven, 2)));
        assert_eq!(read(&[0, 4, 1, 2, 3]), Err(Error::new(ErrorKind::Truncated, 2)));
        assert_eq!(read(&[0, 2, 1, 2, 3]), Err(Error::new(ErrorKind::TrailingBytes, 4)));
    }

    #[test]
    fn writes_no_empty_list_and_none_that_its_length_cannot_say() {
        let mut out = Bytes::with_cap(0x2_0000);
        let mut w = Writer::new(&mut out);
        let none: [NamedGroup; 0] = [];
        assert_eq!(write_list(&mut w, none).map_err(|e| e.kind), Err(ErrorKind::TooShort));
        let many = core::iter::repeat_n(NamedGroup::X25519, 0x8000);
        assert_eq!(write_list(&mut w, many).map_err(|e| e.kind), Err(ErrorKind::TooLong));
    }
}
