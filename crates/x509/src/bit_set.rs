//! Sets of bits: what [`crate::Flags`] and [`crate::Reasons`] have in common.

/// Gives a set, a newtype over `u32`, its operations, and `iter` over the rows of a table whose bits are set.
macro_rules! bit_set {
    ($set:ident, $table:ident: $row:ident . $bit:ident) => {
        impl $set {
            /// The empty set.
            pub const NONE: Self = Self(0);

            /// The set of these bits.
            #[must_use]
            pub const fn from_bits(bits: u32) -> Self {
                Self(bits)
            }

            /// The bits: their numbers do not change.
            #[must_use]
            pub const fn bits(self) -> u32 {
                self.0
            }

            /// Whether nothing is in it.
            #[must_use]
            pub const fn is_empty(self) -> bool {
                self.0 == 0
            }

            /// Both sets together.
            #[must_use]
            pub const fn or(self, other: Self) -> Self {
                Self(self.0 | other.0)
            }

            /// Whether all of `other` is in it.
            #[must_use]
            pub const fn contains(self, other: Self) -> bool {
                self.0 & other.0 == other.0
            }

            /// Whether any of `other` is in it.
            #[must_use]
            pub const fn intersects(self, other: Self) -> bool {
                self.0 & other.0 != 0
            }

            /// The rows of what is in it.
            pub fn iter(self) -> impl Iterator<Item = &'static $row> {
                $table.iter().filter(move |row| self.contains(row.$bit))
            }
        }
    };
}
pub(crate) use bit_set;
