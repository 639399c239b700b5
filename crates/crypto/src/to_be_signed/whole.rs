//! A message in one piece.

use memory::{Bytes, OutOfMemory};

pub(super) struct Whole(Bytes);

impl Whole {
    pub(super) fn of(parts: &[&[u8]]) -> Result<Self, OutOfMemory> {
        let mut whole = Bytes::with_cap(parts.iter().map(|part| part.len()).sum());
        whole.reserve(whole.cap())?;
        for part in parts {
            whole.extend(part)?;
        }
        Ok(Self(whole))
    }
}

impl AsRef<[u8]> for Whole {
    fn as_ref(&self) -> &[u8] {
        &self.0
    }
}
