//! Hash functions and HMAC as rows (FIPS 180-4, RFC 2104).

use memory::{Box, OutOfMemory};
use zeroize::Zeroize;

/// The longest digest of any row.
pub const MAX_DIGEST_LEN: usize = 64;

/// A digest or MAC, wiped when dropped.
#[derive(Clone)]
pub struct Digest {
    bytes: [u8; MAX_DIGEST_LEN],
    len: usize,
}

impl Digest {
    /// A digest of these bytes; what exceeds the longest digest is cut off.
    #[must_use]
    pub fn new(bytes: &[u8]) -> Self {
        let mut digest = Self { bytes: [0; MAX_DIGEST_LEN], len: 0 };
        for (to, from) in digest.bytes.iter_mut().zip(bytes) {
            *to = *from;
            digest.len += 1;
        }
        digest
    }
}

impl AsRef<[u8]> for Digest {
    fn as_ref(&self) -> &[u8] {
        self.bytes.get(..self.len).unwrap_or(&[])
    }
}

impl Drop for Digest {
    fn drop(&mut self) {
        self.bytes.zeroize();
    }
}

/// A hash function. Naming a row links that hash.
pub struct Hash {
    /// As in RFC 5246: `sha256`.
    pub name: &'static str,
    /// Bytes of a digest.
    pub output_len: usize,
    /// Bytes of a block.
    pub block_len: usize,
    /// The DER DigestInfo up to the digest (RFC 8017 section 9.2, note 1).
    pub digest_info: &'static [u8],
    /// Digest of the concatenated parts, on the stack.
    pub digest: fn(parts: &[&[u8]]) -> Digest,
    /// HMAC of the concatenated parts, on the stack.
    pub hmac: fn(key: &[u8], parts: &[&[u8]]) -> Digest,
    /// A hash that runs over many calls.
    pub start: fn() -> Result<Box<dyn RunningHash + Send>, OutOfMemory>,
}

/// A hash under way.
pub trait RunningHash {
    /// Takes in more of the message.
    fn update(&mut self, bytes: &[u8]);
    /// The digest of all so far; the hash goes on.
    fn digest(&self) -> Digest;
}

impl<H: RunningHash> RunningHash for [H; 1] {
    fn update(&mut self, bytes: &[u8]) {
        let [hash] = self;
        hash.update(bytes);
    }
    fn digest(&self) -> Digest {
        let [hash] = self;
        hash.digest()
    }
}
