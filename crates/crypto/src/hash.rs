//! Hash functions and HMAC as rows (FIPS 180-4, RFC 2104).

use memory::{Box, OutOfMemory};
use zeroize::Zeroize;

/// The longest digest of any row.
const MAX_DIGEST_LEN: usize = 64;

/// A digest or MAC, wiped when dropped.
#[derive(Clone)]
pub struct Digest {
    bytes: [u8; MAX_DIGEST_LEN],
    len: u8,
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
        self.bytes.get(..self.len.into()).unwrap_or(&[])
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

/// Declares the row of a hash over RustCrypto's implementation.
#[cfg(any(feature = "md5", feature = "sha1", feature = "sha256", feature = "sha512"))]
macro_rules! hash_row {
    ($(#[$doc:meta])* $row:ident, $name:literal, $hash:ty, $output_len:literal, $block_len:literal, $digest_info:expr) => {
        $(#[$doc])*
        pub static $row: Hash = {
            struct Running($hash);

            impl RunningHash for Running {
                fn update(&mut self, bytes: &[u8]) {
                    digest::Digest::update(&mut self.0, bytes);
                }
                fn digest(&self) -> Digest {
                    Digest::new(&digest::Digest::finalize(self.0.clone()))
                }
            }

            fn digest(parts: &[&[u8]]) -> Digest {
                let mut hash = <$hash as digest::Digest>::new();
                for part in parts {
                    digest::Digest::update(&mut hash, part);
                }
                Digest::new(&digest::Digest::finalize(hash))
            }

            fn hmac(key: &[u8], parts: &[&[u8]]) -> Digest {
                let mut block = [0; $block_len];
                shorten_key(key, digest, &mut block);
                let mut mac = <hmac::Hmac<$hash> as hmac::KeyInit>::new(&block.into());
                block.zeroize();
                for part in parts {
                    hmac::Mac::update(&mut mac, part);
                }
                Digest::new(&hmac::Mac::finalize(mac).into_bytes())
            }

            fn start() -> Result<Box<dyn RunningHash + Send>, OutOfMemory> {
                let running = Running(<$hash as digest::Digest>::new());
                Ok(memory::Boxed::try_new(running)?.into_array_box())
            }

            Hash {
                name: $name,
                output_len: $output_len,
                block_len: $block_len,
                digest_info: $digest_info,
                digest,
                hmac,
                start,
            }
        };
    };
}

/// An HMAC key as a block: padded with zeros, or hashed first when it is longer (RFC 2104 section 2).
#[cfg(any(feature = "md5", feature = "sha1", feature = "sha256", feature = "sha512"))]
pub(crate) fn shorten_key(key: &[u8], digest: fn(&[&[u8]]) -> Digest, block: &mut [u8]) {
    let hashed;
    let key = if key.len() > block.len() {
        hashed = digest(&[key]);
        hashed.as_ref()
    } else {
        key
    };
    for (to, from) in block.iter_mut().zip(key) {
        *to = *from;
    }
}

#[cfg(feature = "sha1")]
hash_row!(
    /// SHA-1 (FIPS 180-4), for HMAC and old certificates only.
    SHA1, "sha1", sha1::Sha1, 20, 64,
    &[0x30, 0x21, 0x30, 0x09, 0x06, 0x05, 0x2B, 0x0E, 0x03, 0x02, 0x1A, 0x05, 0x00, 0x04, 0x14]
);
#[cfg(feature = "md5")]
hash_row!(
    /// MD5 (RFC 1321), for the PRF and signatures of TLS 1.0 and 1.1 only.
    MD5, "md5", md5::Md5, 16, 64,
    &[0x30, 0x20, 0x30, 0x0C, 0x06, 0x08, 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x02, 0x05, 0x05, 0x00, 0x04, 0x10]
);
#[cfg(feature = "sha256")]
hash_row!(
    /// SHA-256 (FIPS 180-4).
    SHA256, "sha256", sha2::Sha256, 32, 64,
    &[0x30, 0x31, 0x30, 0x0D, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01, 0x05, 0x00, 0x04, 0x20]
);
#[cfg(feature = "sha384")]
hash_row!(
    /// SHA-384 (FIPS 180-4).
    SHA384, "sha384", sha2::Sha384, 48, 128,
    &[0x30, 0x41, 0x30, 0x0D, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x02, 0x05, 0x00, 0x04, 0x30]
);
#[cfg(feature = "sha512")]
hash_row!(
    /// SHA-512 (FIPS 180-4).
    SHA512, "sha512", sha2::Sha512, 64, 128,
    &[0x30, 0x51, 0x30, 0x0D, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x03, 0x05, 0x00, 0x04, 0x40]
);

#[cfg(all(feature = "md5", feature = "sha1"))]
mod md5_sha1;
#[cfg(all(feature = "md5", feature = "sha1"))]
pub use md5_sha1::MD5_SHA1;

#[cfg(test)]
#[cfg(all(feature = "sha1", feature = "sha256", feature = "sha512"))]
mod tests;
