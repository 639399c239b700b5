//! The RSA private operation by the Chinese remainder theorem (RFC 8017 sections 5.1.2 and 5.2.1).
//!
//! Each operation is blinded by a fresh random factor, and its result is raised to the public exponent before it
//! leaves, so that a fault in one half does not give the other prime away. CT: the key, the operand of a decryption
//! and its result do not leak; the modulus, its length and the primes' common length class are public.

use super::finish::{Emit, Finish};
use super::integer::{check_modulus, from_bytes, power, public_exponent, trimmed};
use super::pkcs1::{self, UnpadOr};
use crate::{
    BoxedJob, Budget, Error, Job, KeyType, Parameters, PrivateKey, Progress, Rng, SignatureAlgorithm, boxed,
};
use crypto_bigint::modular::{FixedMontyForm, FixedMontyParams};
use crypto_bigint::{CtEq as _, CtLt as _, NonZero, Odd, U1024, U1536, U2048, U3072, U4096, Uint};
use memory::{Boxed, Bytes};
use zeroize::Zeroize as _;

/// The numbers of a two-prime private key, big-endian, under their names in RFC 8017 appendix A.1.2. Leading zeros
/// are permitted.
pub struct Components<'k> {
    /// n.
    pub modulus: &'k [u8],
    /// e.
    pub public_exponent: &'k [u8],
    /// d.
    pub private_exponent: &'k [u8],
    /// p.
    pub prime1: &'k [u8],
    /// q.
    pub prime2: &'k [u8],
    /// d mod (p-1).
    pub exponent1: &'k [u8],
    /// d mod (q-1).
    pub exponent2: &'k [u8],
    /// The inverse of q mod p.
    pub coefficient: &'k [u8],
}

/// An RSA private key with two primes, which signs by PKCS#1 v1.5 and decrypts.
pub struct RsaPrivateKey(Size);

/// The key in integers of the next size.
enum Size {
    Bits2048(Boxed<Key<{ U1024::LIMBS }, { U2048::LIMBS }>>),
    Bits3072(Boxed<Key<{ U1536::LIMBS }, { U3072::LIMBS }>>),
    Bits4096(Boxed<Key<{ U2048::LIMBS }, { U4096::LIMBS }>>),
}

/// Calls the same code for whichever size the key has.
macro_rules! with_key {
    ($size:expr, $key:ident => $code:expr) => {
        match $size {
            Size::Bits2048($key) => $code,
            Size::Bits3072($key) => $code,
            Size::Bits4096($key) => $code,
        }
    };
}

impl RsaPrivateKey {
    /// A key from its components, which must agree with one another. Primality is not tested: a key with a composite
    /// factor fails each operation with [`Error::Fault`].
    ///
    /// # Errors
    /// [`Error::InvalidKey`] for components that do not agree or exceed the limits; [`Error::OutOfMemory`].
    pub fn new(components: &Components<'_>) -> Result<Self, Error> {
        let modulus = trimmed(components.modulus);
        check_modulus(modulus)?;
        let prime_len = trimmed(components.prime1).len().max(trimmed(components.prime2).len());
        Ok(Self(match modulus.len().max(2 * prime_len) {
            ..=256 => Size::Bits2048(Boxed::try_new(Key::new(components)?)?),
            257..=384 => Size::Bits3072(Boxed::try_new(Key::new(components)?)?),
            385.. => Size::Bits4096(Boxed::try_new(Key::new(components)?)?),
        }))
    }

    /// Whether this is the private half of a public key.
    #[must_use]
    pub fn matches(&self, modulus: &[u8], exponent: &[u8]) -> bool {
        with_key!(&self.0, key => key.matches(modulus, exponent))
    }

    /// Bytes of the modulus, which are those of a signature or ciphertext.
    #[must_use]
    pub fn modulus_len(&self) -> usize {
        with_key!(&self.0, key => key.modulus_len)
    }

    /// Bits of the modulus.
    #[must_use]
    pub fn modulus_bits(&self) -> usize {
        with_key!(&self.0, key => key.modulus.as_ref().bit_width_vartime() as usize)
    }

    /// A job that applies the key to `operand`, which has the modulus' length and is below the modulus.
    pub(super) fn apply<F: Finish + Send + 'static>(
        &self,
        operand: &[u8],
        finish: F,
        rng: &mut dyn Rng,
    ) -> Result<BoxedJob, Error> {
        with_key!(&self.0, key => Ok(boxed(Private { operation: Operation::new(key, operand, rng)?, finish })?))
    }
}

impl PrivateKey for RsaPrivateKey {
    fn key_type(&self) -> KeyType {
        KeyType::Rsa
    }

    fn curve_oid(&self) -> Option<&'static [u8]> {
        None
    }

    fn sign(
        &self,
        algorithm: &'static SignatureAlgorithm,
        digest: &[u8],
        rng: &mut dyn Rng,
    ) -> Result<BoxedJob, Error> {
        if algorithm.key != KeyType::Rsa || digest.len() != algorithm.hash.output_len {
            return Err(Error::Unsupported);
        }
        let mut encoded = Bytes::zeroed(self.modulus_len())?;
        match algorithm.parameters {
            Parameters::Null => {
                pkcs1::encode(algorithm.hash, digest, &mut encoded).ok_or(Error::Unsupported)?
            }
            Parameters::Pss(_) => return self.sign_pss(algorithm.hash, digest, rng),
            Parameters::Absent => return Err(Error::Unsupported),
        }
        self.apply(&encoded, Emit, rng)
    }

    fn decrypt_or(&self, ciphertext: &[u8], substitute: &[u8], rng: &mut dyn Rng) -> Result<BoxedJob, Error> {
        let len = self.modulus_len();
        if !pkcs1::fits(substitute.len(), len) {
            return Err(Error::Unsupported);
        }
        let finish = UnpadOr(Bytes::copy_of(substitute)?);
        // A ciphertext that is none costs as much as any other, and comes to the substitute: 1 is its own power and
        // no padded block.
        let mut operand = Bytes::zeroed(len)?;
        if with_key!(&self.0, key => key.takes(ciphertext)) {
            operand.copy_from_slice(ciphertext);
        } else if let Some(last) = operand.last_mut() {
            *last = 1;
        }
        self.apply(&operand, finish, rng)
    }
}

/// A key whose primes fit in `HALF` limbs and whose modulus in `FULL`, twice as many.
struct Key<const HALF: usize, const FULL: usize> {
    modulus: Odd<Uint<FULL>>,
    modulus_len: usize,
    public_exponent: u32,
    prime1: Odd<Uint<HALF>>,
    prime2: Odd<Uint<HALF>>,
    exponent1: Uint<HALF>,
    exponent2: Uint<HALF>,
    coefficient: Uint<HALF>,
}

impl<const HALF: usize, const FULL: usize> Key<HALF, FULL> {
    fn new(components: &Components<'_>) -> Result<Self, Error> {
        let public_exponent = public_exponent(trimmed(components.public_exponent))?;
        Self::decode(components, public_exponent).filter(Self::agrees).ok_or(Error::InvalidKey)
    }

    /// The components as integers, with the private exponent compared with its remainders.
    fn decode(components: &Components<'_>, public_exponent: u32) -> Option<Self> {
        let modulus = trimmed(components.modulus);
        let key = Self {
            modulus: Odd::new(from_bytes(modulus)?).into_option()?,
            modulus_len: modulus.len(),
            public_exponent,
            prime1: Odd::new(from_bytes(components.prime1)?).into_option()?,
            prime2: Odd::new(from_bytes(components.prime2)?).into_option()?,
            exponent1: from_bytes(components.exponent1)?,
            exponent2: from_bytes(components.exponent2)?,
            coefficient: from_bytes(components.coefficient)?,
        };
        let mut private_exponent = from_bytes::<FULL>(components.private_exponent)?;
        let same = private_exponent.rem(&less_one(&key.prime1)?).ct_eq(&key.exponent1)
            & private_exponent.rem(&less_one(&key.prime2)?).ct_eq(&key.exponent2);
        private_exponent.zeroize();
        same.to_bool().then_some(key)
    }

    /// Whether pq = n, e dP = 1 mod (p-1), e dQ = 1 mod (q-1), q qInv = 1 mod p (RFC 8017 section 3.2).
    fn agrees(&self) -> bool {
        let [p, q] = [&self.prime1, &self.prime2].map(|prime| prime.as_ref().resize::<FULL>());
        let one = Uint::<HALF>::ONE;
        let exponents_agree = [(&self.prime1, &self.exponent1), (&self.prime2, &self.exponent2)].iter().all(
            |(prime, exponent)| {
                let product =
                    exponent.resize::<FULL>().wrapping_mul(&Uint::<FULL>::from(self.public_exponent));
                less_one(prime).is_some_and(|order| product.rem(&order).ct_eq(&one).to_bool())
            },
        );
        let inverse = self.coefficient.resize::<FULL>().wrapping_mul(&q).rem(self.prime1.as_nz_ref());
        exponents_agree
            && p.wrapping_mul(&q).ct_eq(self.modulus.as_ref()).to_bool()
            && inverse.ct_eq(&one).to_bool()
            && self.coefficient.ct_lt(self.prime1.as_ref()).to_bool()
    }

    fn matches(&self, modulus: &[u8], exponent: &[u8]) -> bool {
        from_bytes(modulus).is_some_and(|modulus: Uint<FULL>| modulus == *self.modulus.as_ref())
            && public_exponent(exponent) == Ok(self.public_exponent)
    }

    /// Whether a public value has the modulus' length and is below the modulus.
    fn takes(&self, value: &[u8]) -> bool {
        value.len() == self.modulus_len
            && from_bytes(value).is_some_and(|value: Uint<FULL>| value < *self.modulus.as_ref())
    }

    /// A copy for one job. A key is not `Clone`, so that copies have no other purpose.
    const fn copy(&self) -> Self {
        Self {
            modulus: self.modulus,
            modulus_len: self.modulus_len,
            public_exponent: self.public_exponent,
            prime1: self.prime1,
            prime2: self.prime2,
            exponent1: self.exponent1,
            exponent2: self.exponent2,
            coefficient: self.coefficient,
        }
    }
}

impl<const HALF: usize, const FULL: usize> Drop for Key<HALF, FULL> {
    fn drop(&mut self) {
        self.prime1.zeroize();
        self.prime2.zeroize();
        self.exponent1.zeroize();
        self.exponent2.zeroize();
        self.coefficient.zeroize();
    }
}

/// One less than an odd number; `None` for 1.
fn less_one<const LIMBS: usize>(odd: &Odd<Uint<LIMBS>>) -> Option<NonZero<Uint<LIMBS>>> {
    NonZero::new(odd.as_ref().wrapping_sub(&Uint::ONE)).into_option()
}

/// How far an operation has come. Each stage is one slice.
#[derive(Clone, Copy)]
enum Stage {
    /// Multiply the operand with the blinding factor's power, and invert the factor.
    Blind,
    /// Raise modulo p.
    First,
    /// Raise modulo q.
    Second,
    /// Join both halves, take the blinding off, check.
    Join,
}

/// One application of a key. Wiped when dropped.
struct Operation<const HALF: usize, const FULL: usize> {
    key: Key<HALF, FULL>,
    stage: Stage,
    operand: Uint<FULL>,
    blinded: Uint<FULL>,
    /// The blinding factor, then its inverse.
    factor: Uint<FULL>,
    first: Uint<HALF>,
    second: Uint<HALF>,
}

impl<const HALF: usize, const FULL: usize> Operation<HALF, FULL> {
    fn new(key: &Key<HALF, FULL>, operand: &[u8], rng: &mut dyn Rng) -> Result<Self, Error> {
        Ok(Self {
            key: key.copy(),
            stage: Stage::Blind,
            operand: from_bytes(operand).ok_or(Error::Unsupported)?,
            blinded: Uint::ZERO,
            factor: blinding_factor(&key.modulus, key.modulus_len, rng)?,
            first: Uint::ZERO,
            second: Uint::ZERO,
        })
    }

    /// Word multiplications of the stage at hand, in the unit of [`Budget`].
    const fn cost(&self) -> u32 {
        match self.stage {
            // the inversion is worth about a hundred multiplications of the full length
            Stage::Blind => multiplications(Uint::<FULL>::BITS, 128),
            // five multiplications for four bits of the exponent
            Stage::First | Stage::Second => multiplications(Uint::<HALF>::BITS, Uint::<HALF>::BITS / 4 * 5),
            Stage::Join => multiplications(Uint::<FULL>::BITS, 24),
        }
    }

    /// One stage; the result after the last.
    fn step(&mut self) -> Result<Option<Uint<FULL>>, Error> {
        match self.stage {
            Stage::Blind => {
                self.blind()?;
                self.stage = Stage::First;
            }
            Stage::First => {
                self.first = raise(&self.blinded, &self.key.prime1, &self.key.exponent1);
                self.stage = Stage::Second;
            }
            Stage::Second => {
                self.second = raise(&self.blinded, &self.key.prime2, &self.key.exponent2);
                self.stage = Stage::Join;
            }
            Stage::Join => return self.join().map(Some),
        }
        Ok(None)
    }

    fn blind(&mut self) -> Result<(), Error> {
        let params = FixedMontyParams::new_vartime(self.key.modulus);
        let factor = FixedMontyForm::new(&self.factor, &params);
        // a factor without an inverse shares a prime with the modulus; no working random source draws one
        self.factor = factor.invert().into_option().ok_or(Error::Entropy)?.retrieve();
        let operand = FixedMontyForm::new(&self.operand, &params);
        self.blinded = power(&factor, self.key.public_exponent).mul(&operand).retrieve();
        Ok(())
    }

    fn join(&self) -> Result<Uint<FULL>, Error> {
        // Garner's formula: m = m2 + q ((m1 - m2) qInv mod p)
        let params = FixedMontyParams::new(self.key.prime1);
        let second = self.second.rem(self.key.prime1.as_nz_ref());
        let difference =
            FixedMontyForm::new(&self.first, &params).sub(&FixedMontyForm::new(&second, &params));
        let mut multiple =
            difference.mul(&FixedMontyForm::new(&self.key.coefficient, &params)).retrieve().resize::<FULL>();
        let mut blinded = multiple
            .wrapping_mul(&self.key.prime2.as_ref().resize::<FULL>())
            .wrapping_add(&self.second.resize::<FULL>());
        let params = FixedMontyParams::new_vartime(self.key.modulus);
        let result = FixedMontyForm::new(&blinded, &params).mul(&FixedMontyForm::new(&self.factor, &params));
        multiple.zeroize();
        blinded.zeroize();
        if !power(&result, self.key.public_exponent).retrieve().ct_eq(&self.operand).to_bool() {
            return Err(Error::Fault);
        }
        Ok(result.retrieve())
    }
}

impl<const HALF: usize, const FULL: usize> Drop for Operation<HALF, FULL> {
    fn drop(&mut self) {
        self.operand.zeroize();
        self.blinded.zeroize();
        self.factor.zeroize();
        self.first.zeroize();
        self.second.zeroize();
    }
}

/// A random number below the modulus' top bit and not zero. That it misses the upper half costs the blinding at most
/// one bit.
fn blinding_factor<const LIMBS: usize>(
    modulus: &Odd<Uint<LIMBS>>,
    modulus_len: usize,
    rng: &mut dyn Rng,
) -> Result<Uint<LIMBS>, Error> {
    let mut drawn = Bytes::zeroed(modulus_len)?;
    rng.fill(&mut drawn)?;
    let factor = from_bytes::<LIMBS>(&drawn).ok_or(Error::Entropy)?;
    let excess = Uint::<LIMBS>::BITS - (modulus.as_ref().bit_width_vartime() - 1);
    let factor = factor.shl_vartime(excess).shr_vartime(excess);
    if factor.is_nonzero().to_bool() { Ok(factor) } else { Err(Error::Entropy) }
}

/// `base` to `exponent` modulo a prime: one half of the operation.
fn raise<const HALF: usize, const FULL: usize>(
    base: &Uint<FULL>,
    prime: &Odd<Uint<HALF>>,
    exponent: &Uint<HALF>,
) -> Uint<HALF> {
    let params = FixedMontyParams::new(*prime);
    let mut base = base.rem(prime.as_nz_ref());
    let result = FixedMontyForm::new(&base, &params).pow_amm(exponent).retrieve();
    base.zeroize();
    result
}

/// The cost of `count` modular multiplications of `bits` bits.
const fn multiplications(bits: u32, count: u32) -> u32 {
    let words = bits / 32;
    2 * words * words * count / 1000
}

struct Private<F, const HALF: usize, const FULL: usize> {
    operation: Operation<HALF, FULL>,
    finish: F,
}

impl<F: Finish, const HALF: usize, const FULL: usize> Private<F, HALF, FULL> {
    fn finish(&self, mut result: Uint<FULL>, out: &mut [u8]) -> Result<usize, Error> {
        let mut bytes = result.to_be_bytes();
        result.zeroize();
        let excess = bytes.as_slice().len().saturating_sub(self.operation.key.modulus_len);
        let finished = self.finish.finish(bytes.as_slice().get(excess..).unwrap_or(&[]), out);
        bytes.as_mut_slice().zeroize();
        finished
    }
}

impl<F: Finish, const HALF: usize, const FULL: usize> Job for Private<F, HALF, FULL> {
    /// At least one stage a call, and further ones while the budget covers them.
    fn advance(&mut self, budget: Budget, out: &mut [u8]) -> Progress<Result<usize, Error>> {
        let Budget(mut left) = budget;
        loop {
            left = left.saturating_sub(self.operation.cost());
            match self.operation.step() {
                Err(error) => return Progress::Ready(Err(error)),
                Ok(Some(result)) => return Progress::Ready(self.finish(result, out)),
                Ok(None) if left < self.operation.cost() => return Progress::Pending,
                Ok(None) => {}
            }
        }
    }
}

#[cfg(test)]
mod tests;
