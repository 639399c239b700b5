//! A box whose making can fail, on stable Rust and without `unsafe`.

use crate::OutOfMemory;
use alloc::{boxed::Box, vec::Vec};
use core::ops::{Deref, DerefMut};

/// A fallible `Box<T>`.
///
/// It is a `Box<[T; 1]>` inside, since `Vec::try_reserve_exact` is the fallible allocation that stable Rust has.
/// For a trait object, implement the trait for `[T; 1]` too and unsize [`Boxed::into_array_box`].
pub struct Boxed<T>(Box<[T; 1]>);

impl<T> Boxed<T> {
    /// Moves `value` to the heap.
    ///
    /// # Errors
    /// [`OutOfMemory`] when the allocator refuses; `value` is dropped.
    pub fn try_new(value: T) -> Result<Self, OutOfMemory> {
        let mut slot = Vec::new();
        slot.try_reserve_exact(1).map_err(|_| OutOfMemory)?;
        slot.push(value);
        slot.into_boxed_slice().try_into().map(Self).map_err(|_| OutOfMemory)
    }

    /// Moves the value back out and frees the memory.
    #[must_use]
    pub fn into_inner(self) -> T {
        let [value] = *self.0;
        value
    }

    /// The array box inside, which coerces to `Box<dyn Trait>` where `[T; 1]: Trait`.
    #[must_use]
    pub fn into_array_box(self) -> Box<[T; 1]> {
        self.0
    }
}

impl<T> Deref for Boxed<T> {
    type Target = T;
    fn deref(&self) -> &T {
        let [value] = &*self.0;
        value
    }
}

impl<T> DerefMut for Boxed<T> {
    fn deref_mut(&mut self) -> &mut T {
        let [value] = &mut *self.0;
        value
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn holds_and_returns_the_value() {
        let mut b = Boxed::try_new(7_u32).unwrap();
        *b += 1;
        assert_eq!(*b, 8);
        assert_eq!(b.into_inner(), 8);
    }
}
