//! Buffers of a stream: memory of the caller's or owned, and the window of it that is filled.

use crate::limits;
use core::ops::Range;
use embertls::OutOfMemory;
use memory::Bytes;

/// Memory for records, whose size the caller chooses.
pub enum Buffer<'b> {
    /// Owned by the stream.
    Owned(Bytes),
    /// Lent by the caller.
    Borrowed(&'b mut [u8]),
}

impl Buffer<'_> {
    /// A buffer of `len` bytes.
    ///
    /// # Errors
    /// [`OutOfMemory`] when the allocator refuses.
    pub fn owned(len: usize) -> Result<Self, OutOfMemory> {
        Bytes::zeroed(len).map(Self::Owned)
    }

    /// A buffer that holds the largest record there is, [`limits::MAX_RECORD_BYTES`].
    ///
    /// # Errors
    /// [`OutOfMemory`] when the allocator refuses.
    pub fn full_size() -> Result<Self, OutOfMemory> {
        Self::owned(limits::MAX_RECORD_BYTES)
    }

    fn bytes(&self) -> &[u8] {
        match self {
            Self::Owned(bytes) => bytes,
            Self::Borrowed(bytes) => bytes,
        }
    }

    fn bytes_mut(&mut self) -> &mut [u8] {
        match self {
            Self::Owned(bytes) => bytes,
            Self::Borrowed(bytes) => bytes,
        }
    }
}

impl<'b> From<&'b mut [u8]> for Buffer<'b> {
    fn from(bytes: &'b mut [u8]) -> Self {
        Self::Borrowed(bytes)
    }
}

impl<'b, const N: usize> From<&'b mut [u8; N]> for Buffer<'b> {
    fn from(bytes: &'b mut [u8; N]) -> Self {
        Self::Borrowed(bytes)
    }
}

/// A buffer with a filled window: bytes enter at its end and leave at its start.
pub(crate) struct Window<'b> {
    buffer: Buffer<'b>,
    start: usize,
    end: usize,
}

impl<'b> Window<'b> {
    pub(crate) fn new(buffer: Buffer<'b>) -> Self {
        Self { buffer, start: 0, end: 0 }
    }

    pub(crate) fn len(&self) -> usize {
        self.end - self.start
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.start == self.end
    }

    pub(crate) fn capacity(&self) -> usize {
        self.buffer.bytes().len()
    }

    pub(crate) fn filled(&self) -> &[u8] {
        self.buffer.bytes().get(self.start..self.end).unwrap_or_default()
    }

    pub(crate) fn filled_mut(&mut self) -> &mut [u8] {
        self.buffer.bytes_mut().get_mut(self.start..self.end).unwrap_or_default()
    }

    /// A part of the filled bytes, counted from the window's start.
    pub(crate) fn part(&self, range: Range<usize>) -> &[u8] {
        self.filled().get(range).unwrap_or_default()
    }

    /// Drops `n` bytes from the start.
    pub(crate) fn consume(&mut self, n: usize) {
        self.start = self.start.saturating_add(n).min(self.end);
        if self.is_empty() {
            self.start = 0;
            self.end = 0;
        }
    }

    /// The free space behind the window, after moving the window to the front when that makes room.
    pub(crate) fn free_mut(&mut self) -> &mut [u8] {
        if self.start > 0 {
            let filled = self.start..self.end;
            self.buffer.bytes_mut().copy_within(filled, 0);
            self.end -= self.start;
            self.start = 0;
        }
        let end = self.end;
        self.buffer.bytes_mut().get_mut(end..).unwrap_or_default()
    }

    /// Takes `n` bytes of the free space into the window; false when there is not so much of it.
    pub(crate) fn fill(&mut self, n: usize) -> bool {
        let fits = n <= self.capacity() - self.end;
        if fits {
            self.end += n;
        }
        fits
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::vec;

    #[test]
    fn bytes_leave_in_the_order_in_which_they_came_and_space_is_used_again() {
        let mut memory = vec![0; 8];
        let mut window = Window::new(Buffer::from(memory.as_mut_slice()));
        window.free_mut()[..6].copy_from_slice(b"abcdef");
        assert!(window.fill(6));
        window.consume(4);
        assert_eq!(window.free_mut().len(), 6);
        window.free_mut()[..2].copy_from_slice(b"gh");
        assert!(window.fill(2));
        assert_eq!(window.filled(), b"efgh");
        assert_eq!(window.part(1..3), b"fg");
        assert_eq!(window.part(1..9), b"");
        window.consume(usize::MAX);
        assert!(window.is_empty());
    }

    #[test]
    fn a_transport_that_claims_more_than_the_space_is_not_believed() {
        let mut window = Window::new(Buffer::owned(4).unwrap());
        assert_eq!(window.free_mut().len(), 4);
        assert!(window.fill(4));
        assert!(!window.fill(1));
        assert_eq!(window.len(), 4);
    }
}
