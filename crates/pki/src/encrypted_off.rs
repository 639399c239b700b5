//! Without a scheme there is nothing that a password opens.

use crate::{Error, ErrorKind};
use memory::Bytes;

/// Refuses.
///
/// # Errors
/// [`ErrorKind::Encrypted`].
pub const fn decrypt(_: &[u8], _: &[u8]) -> Result<Bytes, Error> {
    Err(Error::new(ErrorKind::Encrypted))
}
