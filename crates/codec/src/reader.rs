//! A cursor over received bytes: the presentation language of RFC 5246 section 4.
//!
//! Nothing outside this file computes offsets into received bytes. Decoding borrows and never allocates.

use crate::{Error, ErrorKind};

/// Reads values from the front of a byte slice and knows how far it came.
#[derive(Clone, Copy, Debug)]
pub struct Reader<'a> {
    rest: &'a [u8],
    at: usize,
}

impl<'a> Reader<'a> {
    /// A reader at the start of `bytes`.
    #[must_use]
    pub const fn new(bytes: &'a [u8]) -> Self {
        Self { rest: bytes, at: 0 }
    }

    /// Takes `len` bytes.
    ///
    /// # Errors
    /// [`ErrorKind::Truncated`] when fewer are left.
    pub fn take(&mut self, len: usize) -> Result<&'a [u8], Error> {
        let (taken, rest) = self.rest.split_at_checked(len).ok_or(self.error(ErrorKind::Truncated))?;
        self.rest = rest;
        self.at += len;
        Ok(taken)
    }

    /// Takes an array.
    ///
    /// # Errors
    /// [`ErrorKind::Truncated`] when fewer bytes are left.
    pub fn array<const N: usize>(&mut self) -> Result<&'a [u8; N], Error> {
        let (taken, rest) = self.rest.split_first_chunk().ok_or(self.error(ErrorKind::Truncated))?;
        self.rest = rest;
        self.at += N;
        Ok(taken)
    }

    /// Takes a uint8.
    ///
    /// # Errors
    /// [`ErrorKind::Truncated`].
    pub fn u8(&mut self) -> Result<u8, Error> {
        self.array().map(|&[byte]| byte)
    }

    /// Takes a uint16.
    ///
    /// # Errors
    /// [`ErrorKind::Truncated`].
    pub fn u16(&mut self) -> Result<u16, Error> {
        self.array().copied().map(u16::from_be_bytes)
    }

    /// Takes a uint24.
    ///
    /// # Errors
    /// [`ErrorKind::Truncated`].
    pub fn u24(&mut self) -> Result<u32, Error> {
        self.array().map(|&[a, b, c]| u32::from_be_bytes([0, a, b, c]))
    }

    /// Takes a uint32.
    ///
    /// # Errors
    /// [`ErrorKind::Truncated`].
    pub fn u32(&mut self) -> Result<u32, Error> {
        self.array().copied().map(u32::from_be_bytes)
    }

    /// Takes a vector `<min..max>` with a one-byte length.
    ///
    /// # Errors
    /// [`ErrorKind::Truncated`], [`ErrorKind::TooShort`], [`ErrorKind::TooLong`].
    pub fn vec8(&mut self, min: usize, max: usize) -> Result<Self, Error> {
        let len = usize::from(self.u8()?);
        self.sub(len, min, max)
    }

    /// Takes a vector `<min..max>` with a two-byte length.
    ///
    /// # Errors
    /// [`ErrorKind::Truncated`], [`ErrorKind::TooShort`], [`ErrorKind::TooLong`].
    pub fn vec16(&mut self, min: usize, max: usize) -> Result<Self, Error> {
        let len = usize::from(self.u16()?);
        self.sub(len, min, max)
    }

    /// Takes a vector `<min..max>` with a three-byte length.
    ///
    /// # Errors
    /// [`ErrorKind::Truncated`], [`ErrorKind::TooShort`], [`ErrorKind::TooLong`].
    pub fn vec24(&mut self, min: usize, max: usize) -> Result<Self, Error> {
        let at = self.at;
        let len = usize::try_from(self.u24()?).map_err(|_| Error::new(ErrorKind::TooLong, at))?;
        self.sub(len, min, max)
    }

    fn sub(&mut self, len: usize, min: usize, max: usize) -> Result<Self, Error> {
        if len < min {
            return Err(self.error(ErrorKind::TooShort));
        }
        if len > max {
            return Err(self.error(ErrorKind::TooLong));
        }
        let at = self.at;
        self.take(len).map(|rest| Self { rest, at })
    }

    /// All that is left, which is taken.
    pub fn rest(&mut self) -> &'a [u8] {
        let rest = core::mem::take(&mut self.rest);
        self.at += rest.len();
        rest
    }

    /// What is left, untouched.
    #[must_use]
    pub const fn as_slice(&self) -> &'a [u8] {
        self.rest
    }

    /// Whether nothing is left.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.rest.is_empty()
    }

    /// Bytes that are left.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.rest.len()
    }

    /// Ends the structure.
    ///
    /// # Errors
    /// [`ErrorKind::TrailingBytes`] when something is left.
    pub fn finish(self) -> Result<(), Error> {
        if self.rest.is_empty() { Ok(()) } else { Err(self.error(ErrorKind::TrailingBytes)) }
    }

    /// An error at the present offset.
    #[must_use]
    pub const fn error(&self, kind: ErrorKind) -> Error {
        Error::new(kind, self.at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_integers_and_ends() {
        let mut r = Reader::new(&[1, 0, 2, 0, 0, 3, 0, 0, 0, 4]);
        assert_eq!((r.u8().unwrap(), r.u16().unwrap(), r.u24().unwrap(), r.u32().unwrap()), (1, 2, 3, 4));
        assert_eq!(r.finish(), Ok(()));
    }

    #[test]
    fn rejects_a_vector_outside_its_bounds_and_says_where() {
        assert_eq!(Reader::new(&[2, 1, 1]).vec8(3, 9).map(|_| ()), Err(Error::new(ErrorKind::TooShort, 1)));
        assert_eq!(Reader::new(&[2, 1, 1]).vec8(0, 1).map(|_| ()), Err(Error::new(ErrorKind::TooLong, 1)));
        assert_eq!(Reader::new(&[0, 2, 1]).vec16(0, 9).map(|_| ()), Err(Error::new(ErrorKind::Truncated, 2)));
    }

    #[test]
    fn offsets_in_a_vector_count_from_the_outer_start() {
        let mut r = Reader::new(&[7, 0, 2, 1, 1]);
        r.u8().unwrap();
        let mut inner = r.vec16(0, 9).unwrap();
        inner.u8().unwrap();
        assert_eq!(inner.finish(), Err(Error::new(ErrorKind::TrailingBytes, 4)));
    }
}
