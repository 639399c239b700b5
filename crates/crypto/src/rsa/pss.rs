//! RSASSA-PSS (RFC 8017 section 8.1): EMSA-PSS with MGF1 of the same hash and a salt as long as the digest, the one
//! form that TLS and RFC 8446 section 4.2.3 name.

use super::finish::{Emit, Finish};
use super::integer::bits;
use super::private::RsaPrivateKey;
use super::public::Checked;
use crate::{BoxedJob, Digest, Error, Hash, PublicKey, Rng};
use memory::Bytes;

/// The last byte of every encoded message (RFC 8017 section 9.1.1 step 12).
const TRAILER: u8 = 0xBC;

/// Verifies an RSASSA-PSS signature over a digest of `hash`. The job's result is empty.
///
/// # Errors
/// As [`super::verify_pkcs1`].
pub fn verify(
    hash: &'static Hash,
    key: &PublicKey<'_>,
    digest: &[u8],
    signature: &[u8],
) -> Result<BoxedJob, Error> {
    if digest.len() != hash.output_len {
        return Err(Error::BadSignature);
    }
    let key = Checked::new(key)?;
    let encoded_bits = bits(key.modulus) - 1;
    key.verify(signature, Expect { hash, digest: Digest::new(digest), encoded_bits })
}

impl RsaPrivateKey {
    /// Signs a digest of `hash` by RSASSA-PSS. The job's result is the signature.
    ///
    /// # Errors
    /// [`Error::Unsupported`] for a digest of another length; [`Error::Entropy`], [`Error::OutOfMemory`].
    pub fn sign_pss(&self, hash: &Hash, digest: &[u8], rng: &mut dyn Rng) -> Result<BoxedJob, Error> {
        if digest.len() != hash.output_len {
            return Err(Error::Unsupported);
        }
        let mut salt = Bytes::zeroed(hash.output_len)?;
        rng.fill(&mut salt)?;
        let mut operand = Bytes::zeroed(self.modulus_len())?;
        let encoded_bits = self.modulus_bits() - 1;
        encode(hash, digest, &salt, &mut operand, encoded_bits).ok_or(Error::Unsupported)?;
        self.apply(&operand, Emit, rng)
    }
}

/// EMSA-PSS-ENCODE (RFC 8017 section 9.1.1) at the end of `operand`, whose other bytes are zero.
fn encode(hash: &Hash, digest: &[u8], salt: &[u8], operand: &mut [u8], encoded_bits: usize) -> Option<()> {
    let start = operand.len().checked_sub(encoded_bits.div_ceil(8))?;
    let encoded = operand.get_mut(start..)?;
    let masked_len = encoded.len().checked_sub(hash.output_len + 1)?;
    let (block, end) = encoded.split_at_mut_checked(masked_len)?;
    let (hashed, trailer) = end.split_at_mut_checked(hash.output_len)?;
    let one = block.len().checked_sub(salt.len() + 1)?;
    hashed.copy_from_slice(salted(hash, digest, salt).as_ref());
    *block.get_mut(one)? = 1;
    block.get_mut(one + 1..)?.copy_from_slice(salt);
    mask(hash, hashed, block);
    *block.first_mut()? &= top_mask(encoded_bits);
    trailer.fill(TRAILER);
    Some(())
}

struct Expect {
    hash: &'static Hash,
    digest: Digest,
    encoded_bits: usize,
}

impl Finish for Expect {
    fn finish(&self, result: &[u8], _: &mut [u8]) -> Result<usize, Error> {
        let mut copy = Bytes::copy_of(result)?;
        self.check(&mut copy).ok_or(Error::BadSignature).map(|()| 0)
    }
}

impl Expect {
    /// EMSA-PSS-VERIFY (RFC 8017 section 9.1.2) on a result of the modulus' length; `None` is "inconsistent".
    fn check(&self, result: &mut [u8]) -> Option<()> {
        let start = result.len().checked_sub(self.encoded_bits.div_ceil(8))?;
        let (above, encoded) = result.split_at_mut_checked(start)?;
        let masked_len = encoded.len().checked_sub(self.hash.output_len + 1)?;
        let (block, end) = encoded.split_at_mut_checked(masked_len)?;
        let (hashed, trailer) = end.split_at_mut_checked(self.hash.output_len)?;
        let zeros_len = block.len().checked_sub(self.hash.output_len + 1)?;
        let surplus = *block.first()? & !top_mask(self.encoded_bits);
        if *trailer != [TRAILER] || surplus != 0 || above.iter().any(|byte| *byte != 0) {
            return None;
        }
        mask(self.hash, hashed, block);
        *block.first_mut()? &= top_mask(self.encoded_bits);
        let (zeros, rest) = block.split_at_checked(zeros_len)?;
        let (one, salt) = rest.split_first()?;
        let expected = salted(self.hash, self.digest.as_ref(), salt);
        (zeros.iter().all(|byte| *byte == 0) && *one == 1 && expected.as_ref() == hashed).then_some(())
    }
}

/// H of M': eight zero bytes, the digest, the salt.
fn salted(hash: &Hash, digest: &[u8], salt: &[u8]) -> Digest {
    (hash.digest)(&[&[0; 8], digest, salt])
}

/// The bits of an encoded message's first byte that are in use.
const fn top_mask(encoded_bits: usize) -> u8 {
    0xFF >> (encoded_bits.div_ceil(8) * 8 - encoded_bits)
}

/// Adds MGF1 of `seed` (RFC 8017 appendix B.2.1) to `block`.
fn mask(hash: &Hash, seed: &[u8], block: &mut [u8]) {
    for (counter, chunk) in (0_u32..).zip(block.chunks_mut(hash.output_len.max(1))) {
        let stream = (hash.digest)(&[seed, &counter.to_be_bytes()]);
        for (byte, masking) in chunk.iter_mut().zip(stream.as_ref()) {
            *byte ^= masking;
        }
    }
}
