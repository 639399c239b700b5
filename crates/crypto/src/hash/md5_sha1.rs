//! MD5 and SHA-1 side by side: the hash of transcripts and RSA signatures in TLS 1.0 and 1.1 (RFC 2246 sections 4.7 and
//! 7.4.9). As strong as the stronger one; neither is enough alone.

use super::{Digest, Hash, MD5, RunningHash, SHA1};
use memory::{Box, Boxed, OutOfMemory};

/// Bytes of both digests.
const OUTPUT_LEN: usize = 36;

fn join(md5: &Digest, sha1: &Digest) -> Digest {
    let mut joined = [0; OUTPUT_LEN];
    for (to, from) in joined.iter_mut().zip(md5.as_ref().iter().chain(sha1.as_ref())) {
        *to = *from;
    }
    Digest::new(&joined)
}

struct Running {
    md5: Box<dyn RunningHash + Send>,
    sha1: Box<dyn RunningHash + Send>,
}

impl RunningHash for Running {
    fn update(&mut self, bytes: &[u8]) {
        self.md5.update(bytes);
        self.sha1.update(bytes);
    }
    fn digest(&self) -> Digest {
        join(&self.md5.digest(), &self.sha1.digest())
    }
}

fn digest(parts: &[&[u8]]) -> Digest {
    join(&(MD5.digest)(parts), &(SHA1.digest)(parts))
}

fn hmac(key: &[u8], parts: &[&[u8]]) -> Digest {
    join(&(MD5.hmac)(key, parts), &(SHA1.hmac)(key, parts))
}

fn start() -> Result<Box<dyn RunningHash + Send>, OutOfMemory> {
    let running = Running { md5: (MD5.start)()?, sha1: (SHA1.start)()? };
    Ok(Boxed::try_new(running)?.into_array_box())
}

/// `MD5(x) || SHA-1(x)`, without a DigestInfo.
pub static MD5_SHA1: Hash =
    Hash { name: "md5_sha1", output_len: OUTPUT_LEN, block_len: 64, digest_info: &[], digest, hmac, start };
