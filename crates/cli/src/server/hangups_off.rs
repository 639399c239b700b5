//! No SIGHUP: the standard library has none, nor have some systems, and the server keeps its certificates as long as it runs.

use std::io;

/// None ever comes.
pub(super) struct Hangups;

impl Hangups {
    pub(super) const fn new() -> io::Result<Self> {
        Ok(Self)
    }

    pub(super) const fn take(&self) -> bool {
        false
    }
}
