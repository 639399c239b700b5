//! ServerHelloDone (RFC 5246 section 7.4.5).

use crate::{Error, Reader, Writer};

/// `struct { } ServerHelloDone;`
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ServerHelloDone;

impl ServerHelloDone {
    /// Decodes the body.
    ///
    /// # Errors
    /// [`crate::ErrorKind::TrailingBytes`] for any byte.
    pub fn decode(bytes: &[u8]) -> Result<Self, Error> {
        Reader::new(bytes).finish()?;
        Ok(Self)
    }

    /// Encodes the body, which is empty.
    ///
    /// # Errors
    /// None; as the other messages for those that walk over all of them.
    pub const fn encode(&self, _: &mut Writer<'_>) -> Result<(), Error> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::check;

    #[test]
    fn is_empty_and_nothing_else() {
        check(&[], &[], |bytes, w| ServerHelloDone::decode(bytes)?.encode(w));
    }
}
