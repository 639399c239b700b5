//! The RSA public operation (RFC 8017 sections 5.1.1 and 5.2.2), its signatures (section 8.2.2) and encryption (section
//! 7.2.1).
//!
//! The exponent has at most 32 bits, so that a verification is some twenty multiplications and one slice. CT: the
//! message of an encryption does not leak; moduli, exponents and signatures are public.

use super::finish::{Emit, Finish};
use super::integer::{check_modulus, from_bytes, power, public_exponent, to_bytes};
use super::pkcs1::{self, Expect};
use crate::{BoxedJob, Budget, Error, Hash, Job, Progress, PublicKey, Rng, boxed};
use crypto_bigint::modular::{FixedMontyForm, FixedMontyParams};
use crypto_bigint::{Odd, U2048, U3072, U4096};
use memory::Bytes;

/// Verifies an RSASSA-PKCS1-v1_5 signature over a digest of `hash`. The job's result is empty.
///
/// # Errors
/// [`Error::InvalidKey`] for a key that is not RSA or outside the limits; [`Error::BadSignature`] here or by the
/// job.
pub fn verify_pkcs1(
    hash: &Hash,
    key: &PublicKey<'_>,
    digest: &[u8],
    signature: &[u8],
) -> Result<BoxedJob, Error> {
    if digest.len() != hash.output_len {
        return Err(Error::BadSignature);
    }
    let key = Checked::new(key)?;
    let expected = Expect::new(hash, digest, key.modulus.len()).ok_or(Error::InvalidKey)?;
    key.verify(signature, expected)
}

/// Encrypts by RSAES-PKCS1-v1_5, as TLS does for a pre-master secret (RFC 5246 section 7.4.7.1). The job's result is
/// the ciphertext, of the modulus' length.
///
/// # Errors
/// [`Error::InvalidKey`] for a key that is not RSA or outside the limits; [`Error::Unsupported`] for a message
/// that is too long for it; [`Error::Entropy`].
pub fn encrypt_pkcs1(key: &PublicKey<'_>, message: &[u8], rng: &mut dyn Rng) -> Result<BoxedJob, Error> {
    let key = Checked::new(key)?;
    let mut encoded = Bytes::zeroed(key.modulus.len())?;
    pkcs1::pad(message, &mut encoded, rng)?;
    key.job(encoded, Emit)
}

/// A public key within the limits.
pub(super) struct Checked<'k> {
    pub(super) modulus: &'k [u8],
    exponent: u32,
}

impl<'k> Checked<'k> {
    pub(super) fn new(key: &PublicKey<'k>) -> Result<Self, Error> {
        match key {
            PublicKey::Rsa { modulus, exponent } => {
                check_modulus(modulus)?;
                Ok(Self { modulus, exponent: public_exponent(exponent)? })
            }
            PublicKey::Ec { .. } => Err(Error::InvalidKey),
        }
    }

    /// RSAVP1 on a signature, which must be of the modulus' length and below the modulus.
    pub(super) fn verify<F: Finish + Send + 'static>(
        &self,
        signature: &[u8],
        finish: F,
    ) -> Result<BoxedJob, Error> {
        if signature.len() != self.modulus.len() || signature >= self.modulus {
            return Err(Error::BadSignature);
        }
        self.job(Bytes::copy_of(signature)?, finish)
    }

    /// RSAEP on `input`, of the modulus' length and below the modulus.
    fn job<F: Finish + Send + 'static>(&self, input: Bytes, finish: F) -> Result<BoxedJob, Error> {
        Ok(boxed(Public { modulus: Bytes::copy_of(self.modulus)?, exponent: self.exponent, input, finish })?)
    }
}

struct Public<F> {
    modulus: Bytes,
    exponent: u32,
    /// The operand, then the result.
    input: Bytes,
    finish: F,
}

impl<F: Finish> Job for Public<F> {
    fn advance(&mut self, _: Budget, out: &mut [u8]) -> Progress<Result<usize, Error>> {
        let raised = raise(&self.modulus, self.exponent, &mut self.input);
        Progress::Ready(raised.and_then(|()| self.finish.finish(&self.input, out)))
    }
}

/// `value` to the exponent, modulo the modulus, in place, with integers of the next size.
fn raise(modulus: &[u8], exponent: u32, value: &mut [u8]) -> Result<(), Error> {
    match modulus.len() {
        ..=256 => raise_in::<{ U2048::LIMBS }>(modulus, exponent, value),
        257..=384 => raise_in::<{ U3072::LIMBS }>(modulus, exponent, value),
        385.. => raise_in::<{ U4096::LIMBS }>(modulus, exponent, value),
    }
}

fn raise_in<const LIMBS: usize>(modulus: &[u8], exponent: u32, value: &mut [u8]) -> Result<(), Error> {
    let modulus = from_bytes::<LIMBS>(modulus).ok_or(Error::InvalidKey)?;
    let modulus = Odd::new(modulus).into_option().ok_or(Error::InvalidKey)?;
    let base = from_bytes::<LIMBS>(value).ok_or(Error::InvalidKey)?;
    let params = FixedMontyParams::new_vartime(modulus);
    to_bytes(&power(&FixedMontyForm::new(&base, &params), exponent).retrieve(), value);
    Ok(())
}
