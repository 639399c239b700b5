//! The encodings of PKCS#1 v1.5: EMSA-PKCS1-v1_5 (RFC 8017 section 9.2) and EME-PKCS1-v1_5 (RFC 8017 section 7.2).

use super::finish::Finish;
use crate::ct::Mask;
use crate::limits::RSA_PADDING_ROUNDS;
use crate::{Digest, Error, Hash, Rng};
use memory::Bytes;

/// Bytes that padding needs at least: two markers, eight bytes of padding, the zero that ends it.
const PADDING_LEN_MIN: usize = 11;

/// EMSA-PKCS1-v1_5: fills `encoded`, which has the modulus' length. `None` when the modulus is too short.
pub(super) fn encode(hash: &Hash, digest: &[u8], encoded: &mut [u8]) -> Option<()> {
    let padding_len = emsa_padding_len(hash, digest, encoded.len())?;
    let (padding, info) = encoded.split_at_mut_checked(padding_len)?;
    let (prefix, hashed) = info.split_at_mut_checked(hash.digest_info.len())?;
    padding.fill(0xFF);
    if let [zero, one, .., end] = padding {
        (*zero, *one, *end) = (0, 1, 0);
    }
    prefix.copy_from_slice(hash.digest_info);
    hashed.copy_from_slice(digest);
    Some(())
}

/// The bytes before the DigestInfo; `None` when the modulus is too short.
fn emsa_padding_len(hash: &Hash, digest: &[u8], modulus_len: usize) -> Option<usize> {
    modulus_len
        .checked_sub(hash.digest_info.len() + digest.len())
        .filter(|padding_len| *padding_len >= PADDING_LEN_MIN)
}

/// A signature is good when it comes to exactly the block that [`encode`] makes: nothing that a peer wrote is parsed.
pub(super) struct Expect {
    digest_info: &'static [u8],
    digest: Digest,
    padding_len: usize,
}

impl Expect {
    /// Of a digest of `hash` under a modulus of `modulus_len` bytes; `None` when that is too short.
    pub(super) fn new(hash: &Hash, digest: &[u8], modulus_len: usize) -> Option<Self> {
        let padding_len = emsa_padding_len(hash, digest, modulus_len)?;
        Some(Self { digest_info: hash.digest_info, digest: Digest::new(digest), padding_len })
    }
}

impl Finish for Expect {
    fn finish(&self, result: &[u8], _: &mut [u8]) -> Result<usize, Error> {
        let matches = result.split_at_checked(self.padding_len).is_some_and(|(padding, info)| {
            let padded = matches!(padding, [0, 1, ones @ .., 0] if ones.iter().all(|byte| *byte == 0xFF));
            padded && info.strip_prefix(self.digest_info) == Some(self.digest.as_ref())
        });
        if matches { Ok(0) } else { Err(Error::BadSignature) }
    }
}

/// EME-PKCS1-v1_5: fills `encoded`, which has the modulus' length, with padding from `rng`.
pub(super) fn pad(message: &[u8], encoded: &mut [u8], rng: &mut dyn Rng) -> Result<(), Error> {
    let padding_len = encoded.len().checked_sub(message.len()).ok_or(Error::Unsupported)?;
    let (padding, rest) = encoded.split_at_mut_checked(padding_len).ok_or(Error::Unsupported)?;
    if padding_len < PADDING_LEN_MIN {
        return Err(Error::Unsupported);
    }
    rest.copy_from_slice(message);
    let [zero, two, random @ .., end] = padding else {
        return Err(Error::Unsupported);
    };
    (*zero, *two, *end) = (0, 2, 0);
    nonzero(random, rng)
}

/// Fills `random` with bytes that are not zero. Which draws were zero tells nothing of those that stay.
fn nonzero(random: &mut [u8], rng: &mut dyn Rng) -> Result<(), Error> {
    rng.fill(random)?;
    for _ in 0..RSA_PADDING_ROUNDS {
        let mut missing = random.iter_mut().filter(|byte| **byte == 0).peekable();
        if missing.peek().is_none() {
            return Ok(());
        }
        let mut more = [0; 16];
        rng.fill(&mut more)?;
        for (byte, drawn) in missing.zip(more) {
            *byte = drawn;
        }
    }
    Err(Error::Entropy)
}

/// The message of an EME-PKCS1-v1_5 block, or this substitute, of the only length that a message may have.
pub(super) struct UnpadOr(pub(super) Bytes);

/// Whether a message of `len` bytes fits under a modulus of `modulus_len`.
pub(super) const fn fits(len: usize, modulus_len: usize) -> bool {
    len.saturating_add(PADDING_LEN_MIN) <= modulus_len
}

impl Finish for UnpadOr {
    /// CT: neither the block nor whether it was good leaks; the lengths do, which are public.
    fn finish(&self, result: &[u8], out: &mut [u8]) -> Result<usize, Error> {
        let substitute = &*self.0;
        let out = out.get_mut(..substitute.len()).ok_or(Error::BufferTooSmall)?;
        let start = result.len().checked_sub(substitute.len()).ok_or(Error::Unsupported)?;
        let (padding, message) = result.split_at_checked(start).ok_or(Error::Unsupported)?;
        let [zero, two, random @ .., end] = padding else {
            return Err(Error::Unsupported);
        };
        out.copy_from_slice(substitute);
        // constant time from here
        let is = |byte: &u8, value| Mask::equal(usize::from(*byte), value);
        let marked = is(zero, 0) & is(two, 2) & is(end, 0);
        let good = random.iter().fold(marked, |good, byte| good & !is(byte, 0));
        good.assign(out, message);
        // constant time to here
        Ok(substitute.len())
    }
}
