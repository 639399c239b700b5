//! Growable bytes with a cap, wiped when dropped.

use crate::OutOfMemory;
use alloc::vec::Vec;
use core::ops::{Deref, DerefMut};
use zeroize::Zeroize;

/// Bytes on the heap that never grow past a cap and are zeroized before their memory is freed.
///
/// Growth is exact (no doubling): a handshake knows how much comes next. [`Bytes::extend`] moves old contents,
/// and the place they leave is zeroized as well.
#[derive(Default)]
pub struct Bytes {
    held: Vec<u8>,
    cap: usize,
}

impl Bytes {
    /// An empty buffer that allocates nothing yet and will hold at most `cap` bytes.
    #[must_use]
    pub const fn with_cap(cap: usize) -> Self {
        Self { held: Vec::new(), cap }
    }

    /// A copy of `bytes`, whose length is also its cap.
    ///
    /// # Errors
    /// [`OutOfMemory`] when the allocator refuses.
    pub fn copy_of(bytes: &[u8]) -> Result<Self, OutOfMemory> {
        let mut copy = Self::with_cap(bytes.len());
        copy.extend(bytes)?;
        Ok(copy)
    }

    /// `len` zero bytes, whose length is also the cap.
    ///
    /// # Errors
    /// [`OutOfMemory`] when the allocator refuses.
    pub fn zeroed(len: usize) -> Result<Self, OutOfMemory> {
        let mut zeros = Self::with_cap(len);
        zeros.reserve(len)?;
        zeros.held.resize(len, 0);
        Ok(zeros)
    }

    /// Makes room for `additional` more bytes at once.
    ///
    /// # Errors
    /// [`OutOfMemory`] past the cap or when the allocator refuses; the contents stay as they were.
    pub fn reserve(&mut self, additional: usize) -> Result<(), OutOfMemory> {
        let needed = self.held.len().checked_add(additional).ok_or(OutOfMemory)?;
        if needed > self.cap {
            return Err(OutOfMemory);
        }
        if needed <= self.held.capacity() {
            return Ok(());
        }
        let mut grown = Vec::new();
        grown.try_reserve_exact(needed).map_err(|_| OutOfMemory)?;
        grown.extend_from_slice(&self.held);
        self.held.zeroize();
        self.held = grown;
        Ok(())
    }

    /// Appends `bytes`.
    ///
    /// # Errors
    /// [`OutOfMemory`] past the cap or when the allocator refuses; the contents stay as they were.
    pub fn extend(&mut self, bytes: &[u8]) -> Result<(), OutOfMemory> {
        self.reserve(bytes.len())?;
        self.held.extend_from_slice(bytes);
        Ok(())
    }

    /// Drops what lies past `len`; nothing happens when the buffer is shorter.
    pub fn truncate(&mut self, len: usize) {
        if let Some(tail) = self.held.get_mut(len..) {
            tail.zeroize();
        }
        self.held.truncate(len);
    }

    /// Wipes the contents and gives the memory back; the cap stays.
    pub fn clear(&mut self) {
        self.held.zeroize();
        self.held = Vec::new();
    }

    /// The contents, leaving an empty buffer with the same cap behind.
    #[must_use]
    pub fn take(&mut self) -> Self {
        let cap = self.cap;
        core::mem::replace(self, Self::with_cap(cap))
    }

    /// The most bytes that this buffer will hold.
    #[must_use]
    pub const fn cap(&self) -> usize {
        self.cap
    }
}

impl Drop for Bytes {
    fn drop(&mut self) {
        self.held.zeroize();
    }
}

impl Deref for Bytes {
    type Target = [u8];
    fn deref(&self) -> &[u8] {
        &self.held
    }
}

impl DerefMut for Bytes {
    fn deref_mut(&mut self) -> &mut [u8] {
        &mut self.held
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refuses_to_grow_past_its_cap_and_keeps_what_it_held() {
        let mut b = Bytes::with_cap(4);
        b.extend(&[1, 2, 3]).unwrap();
        assert_eq!(b.extend(&[4, 5]), Err(OutOfMemory));
        assert_eq!(&*b, &[1, 2, 3]);
        b.extend(&[4]).unwrap();
        assert_eq!(b.extend(&[5]), Err(OutOfMemory));
    }

    #[test]
    fn take_leaves_an_empty_buffer_of_the_same_cap() {
        let mut b = Bytes::copy_of(&[9, 9]).unwrap();
        assert_eq!(&*b.take(), &[9, 9]);
        assert!(b.is_empty());
        assert_eq!(b.cap(), 2);
    }
}
