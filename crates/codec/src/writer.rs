//! Writes values in the presentation language of RFC 5246 section 4 to capped bytes.

use crate::{Error, ErrorKind};
use memory::Bytes;

/// Appends encodings to a [`Bytes`]; a failed write may leave part of the encoding behind.
pub struct Writer<'b> {
    out: &'b mut Bytes,
}

/// The width of a vector's length prefix.
#[derive(Clone, Copy)]
enum Prefix {
    One,
    Two,
    Three,
}

impl<'b> Writer<'b> {
    /// Writes after what `out` holds.
    #[must_use]
    pub const fn new(out: &'b mut Bytes) -> Self {
        Self { out }
    }

    /// Appends bytes as they are.
    ///
    /// # Errors
    /// [`ErrorKind::OutOfMemory`] past the cap or when the allocator refuses.
    pub fn bytes(&mut self, bytes: &[u8]) -> Result<(), Error> {
        Ok(self.out.extend(bytes)?)
    }

    /// Appends a uint8.
    ///
    /// # Errors
    /// [`ErrorKind::OutOfMemory`].
    pub fn u8(&mut self, value: u8) -> Result<(), Error> {
        self.bytes(&[value])
    }

    /// Appends a uint16.
    ///
    /// # Errors
    /// [`ErrorKind::OutOfMemory`].
    pub fn u16(&mut self, value: u16) -> Result<(), Error> {
        self.bytes(&value.to_be_bytes())
    }

    /// Appends a vector with a one-byte length that `body` writes.
    ///
    /// # Errors
    /// [`ErrorKind::TooLong`] when the body exceeds 255 bytes; [`ErrorKind::OutOfMemory`]; what `body` returns.
    pub fn vec8(&mut self, body: impl FnOnce(&mut Self) -> Result<(), Error>) -> Result<(), Error> {
        let start = self.open(Prefix::One)?;
        body(self)?;
        self.close(Prefix::One, start)
    }

    /// Appends a vector with a two-byte length that `body` writes.
    ///
    /// # Errors
    /// As [`Writer::vec8`], the limit being 65535 bytes.
    pub fn vec16(&mut self, body: impl FnOnce(&mut Self) -> Result<(), Error>) -> Result<(), Error> {
        let start = self.open(Prefix::Two)?;
        body(self)?;
        self.close(Prefix::Two, start)
    }

    /// Appends a vector with a three-byte length that `body` writes.
    ///
    /// # Errors
    /// As [`Writer::vec8`], the limit being 16777215 bytes.
    pub fn vec24(&mut self, body: impl FnOnce(&mut Self) -> Result<(), Error>) -> Result<(), Error> {
        let start = self.open(Prefix::Three)?;
        body(self)?;
        self.close(Prefix::Three, start)
    }

    /// Makes room for `additional` bytes at once.
    ///
    /// # Errors
    /// [`ErrorKind::OutOfMemory`].
    pub fn reserve(&mut self, additional: usize) -> Result<(), Error> {
        Ok(self.out.reserve(additional)?)
    }

    /// Bytes that stand in the buffer.
    #[must_use]
    pub fn len(&self) -> usize {
        self.out.len()
    }

    /// Whether the buffer is empty.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.out.is_empty()
    }

    /// Takes back what was written after `len`.
    pub fn truncate(&mut self, len: usize) {
        self.out.truncate(len);
    }

    fn open(&mut self, prefix: Prefix) -> Result<usize, Error> {
        match prefix {
            Prefix::One => self.bytes(&[0])?,
            Prefix::Two => self.bytes(&[0; 2])?,
            Prefix::Three => self.bytes(&[0; 3])?,
        }
        Ok(self.out.len())
    }

    fn close(&mut self, prefix: Prefix, start: usize) -> Result<(), Error> {
        let too_long = Error::new(ErrorKind::TooLong, start);
        let len = u32::try_from(self.out.len().saturating_sub(start)).map_err(|_| too_long)?;
        let [top, high, middle, low] = len.to_be_bytes();
        let before = self.out.get_mut(..start).ok_or(too_long)?;
        match prefix {
            Prefix::One if len <= 0xFF => {
                if let Some(field) = before.last_chunk_mut() {
                    *field = [low];
                }
            }
            Prefix::Two if len <= 0xFFFF => {
                if let Some(field) = before.last_chunk_mut() {
                    *field = [middle, low];
                }
            }
            Prefix::Three if top == 0 => {
                if let Some(field) = before.last_chunk_mut() {
                    *field = [high, middle, low];
                }
            }
            Prefix::One | Prefix::Two | Prefix::Three => return Err(too_long),
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fills_in_the_lengths_of_nested_vectors() {
        let mut out = Bytes::with_cap(64);
        let mut w = Writer::new(&mut out);
        w.vec24(|w| w.vec16(|w| w.vec8(|w| w.u16(0x0102)))).unwrap();
        assert_eq!(&*out, &[0, 0, 5, 0, 3, 2, 1, 2]);
    }

    #[test]
    fn refuses_a_body_longer_than_its_prefix_can_say() {
        let mut out = Bytes::with_cap(1024);
        assert_eq!(Writer::new(&mut out).vec8(|w| w.bytes(&[0; 255])), Ok(()));
        assert_eq!(
            Writer::new(&mut out).vec8(|w| w.bytes(&[0; 256])).map_err(|e| e.kind),
            Err(ErrorKind::TooLong)
        );
    }
}
