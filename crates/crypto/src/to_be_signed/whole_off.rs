//! In builds without Ed25519 no algorithm takes a message whole: there is no value of this type.

use memory::OutOfMemory;

pub(super) enum Whole {}

impl Whole {
    pub(super) const fn of(_: &[&[u8]]) -> Result<Self, OutOfMemory> {
        Err(OutOfMemory)
    }
}

impl AsRef<[u8]> for Whole {
    fn as_ref(&self) -> &[u8] {
        match *self {}
    }
}
