//! Without the ciphers and the hash there is nothing that a password opens.

use super::Block;
use crate::{Error, ErrorKind};
use memory::Bytes;

pub(super) const fn decrypt(_: &Block<'_>, _: &[u8]) -> Result<Bytes, Error> {
    Err(Error::new(ErrorKind::Encrypted))
}
