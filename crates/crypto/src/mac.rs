//! The MACs of records as rows.

#[cfg(all(feature = "cbc", any(feature = "sha1", feature = "sha256", feature = "sha384")))]
mod compression;
#[cfg(all(feature = "cbc", any(feature = "sha1", feature = "sha256", feature = "sha384")))]
mod hmac;

#[cfg(all(feature = "cbc", feature = "sha1"))]
pub use hmac::HMAC_SHA1;
#[cfg(all(feature = "cbc", feature = "sha256"))]
pub use hmac::HMAC_SHA256;
#[cfg(all(feature = "cbc", feature = "sha384"))]
pub use hmac::HMAC_SHA384;

use crate::{Digest, Error};
use memory::Box;

/// One direction's record MAC.
pub trait RecordMac {
    /// The MAC of the concatenated parts.
    fn mac(&self, parts: &[&[u8]]) -> Digest;

    /// The MAC of `header` and the first `len` bytes of `data`, where `min_len <= len <= data.len()`.
    ///
    /// CT: `len`, `header` and `data` do not leak; the work depends on `data.len()` and `min_len`.
    fn mac_constant_time(&self, header: &[u8], data: &[u8], len: usize, min_len: usize) -> Digest;
}

impl<M: RecordMac> RecordMac for [M; 1] {
    fn mac(&self, parts: &[&[u8]]) -> Digest {
        let [mac] = self;
        mac.mac(parts)
    }
    fn mac_constant_time(&self, header: &[u8], data: &[u8], len: usize, min_len: usize) -> Digest {
        let [mac] = self;
        mac.mac_constant_time(header, data, len, min_len)
    }
}

/// A record MAC's row.
pub struct MacAlgorithm {
    /// As in the suites' names: `SHA256`.
    pub name: &'static str,
    /// Bytes of the MAC and of its key.
    pub len: usize,
    /// Makes it from its key.
    pub new: fn(key: &[u8]) -> Result<Box<dyn RecordMac + Send>, Error>,
}
