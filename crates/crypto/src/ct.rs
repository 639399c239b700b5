//! Constant-time choices: the one place with masks.
//!
//! CT: no function here branches on, or indexes by, its arguments; lengths are public.

use core::hint::black_box;
use core::ops::{BitAnd, BitOr, Not};

/// A truth value of all ones or all zeros, which the optimiser cannot see through.
#[derive(Clone, Copy)]
pub struct Mask(usize);

impl Mask {
    /// From bit 0.
    fn of_bit(bit: usize) -> Self {
        Self(black_box(0_usize.wrapping_sub(bit & 1)))
    }

    /// Whether both are equal.
    #[must_use]
    pub fn equal(a: usize, b: usize) -> Self {
        let difference = a ^ b;
        !Self::of_bit((difference | difference.wrapping_neg()) >> (usize::BITS - 1))
    }

    /// Whether `a < b`; both must be below half of `usize`'s range.
    #[must_use]
    pub fn less_than(a: usize, b: usize) -> Self {
        Self::of_bit(a.wrapping_sub(b) >> (usize::BITS - 1))
    }

    /// Whether both are equal; different lengths, which are public, never are.
    #[must_use]
    pub fn equal_bytes(a: &[u8], b: &[u8]) -> Self {
        if a.len() != b.len() {
            return Self(0);
        }
        let difference = a.iter().zip(b).fold(0, |all, (a, b)| all | (a ^ b));
        Self::equal(usize::from(difference), 0)
    }

    /// `yes` or `no`.
    #[must_use]
    pub const fn select(self, yes: usize, no: usize) -> usize {
        (yes & self.0) | (no & !self.0)
    }

    /// `byte`, or zero.
    #[must_use]
    pub const fn keep(self, byte: u8) -> u8 {
        let [low, ..] = self.0.to_le_bytes();
        byte & low
    }

    /// Overwrites `to` with `from`, or leaves it; the slices are of one length.
    pub fn assign(self, to: &mut [u8], from: &[u8]) {
        for (to, from) in to.iter_mut().zip(from) {
            *to = self.keep(*from) | (!self).keep(*to);
        }
    }

    /// Makes the value public.
    #[must_use]
    pub const fn is_true(self) -> bool {
        self.0 != 0
    }
}

impl BitAnd for Mask {
    type Output = Self;
    fn bitand(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }
}

impl BitOr for Mask {
    type Output = Self;
    fn bitor(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

impl Not for Mask {
    type Output = Self;
    fn not(self) -> Self {
        Self(!self.0)
    }
}

/// Whether two secrets are equal; the answer is public.
#[must_use]
pub fn equal(a: &[u8], b: &[u8]) -> bool {
    Mask::equal_bytes(a, b).is_true()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn masks_say_what_operators_say() {
        for a in [0, 1, 2, 255, 256, 16_384, usize::MAX / 2] {
            for b in [0, 1, 2, 255, 256, 16_384, usize::MAX / 2] {
                assert_eq!(Mask::equal(a, b).is_true(), a == b);
                assert_eq!(Mask::less_than(a, b).is_true(), a < b);
                assert_eq!(Mask::less_than(a, b).select(3, 4), if a < b { 3 } else { 4 });
            }
        }
    }

    #[test]
    fn bytes_are_compared_and_chosen() {
        assert!(equal(b"abc", b"abc"));
        assert!(!equal(b"abc", b"abd"));
        assert!(!equal(b"abc", b"ab"));
        let mut to = *b"old";
        Mask::equal(1, 2).assign(&mut to, b"new");
        assert_eq!(&to, b"old");
        Mask::equal(2, 2).assign(&mut to, b"new");
        assert_eq!(&to, b"new");
        assert_eq!((!Mask::equal(2, 2)).keep(0xA5), 0);
    }
}
