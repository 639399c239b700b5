//! Whether a group that a peer brought is one to rely on: a safe prime p = 2q + 1 of 2048 to 4096 bits, and a generator
//! from 2 to p-2.
//!
//! The peer has signed the group, and could give its keys away in simpler ways: the tests are against bad parameters, not
//! against numbers made to pass them. q is tested by Miller and Rabin with fixed bases; given q, one power shows that p
//! is prime (Pocklington's criterion).

use super::field::{by_size, monty};
use crate::integer::{bits, from_bytes};
use crate::limits::{FINITE_FIELD_BITS_MAX, FINITE_FIELD_BITS_MIN};
use crate::{BoxedJob, Budget, Error, Job, Progress, boxed};
use crypto_bigint::modular::{FixedMontyForm, FixedMontyParams};
use crypto_bigint::{U2048, U3072, U4096, U6144, U8192, Uint};
use memory::Bytes;

/// The bases of the tests of q. Of odd composites at most one in four passes a base, and of those that nobody chose next
/// to none.
const BASES: [u8; 8] = [2, 3, 5, 7, 11, 13, 17, 19];

/// Primes that need no test (RFC 3526 sections 3 to 5): what servers without RFC 7919 use most.
static KNOWN: [&[u8]; 3] =
    [include_bytes!("modp2048.bin"), include_bytes!("modp3072.bin"), include_bytes!("modp4096.bin")];

/// Starts the check. The job's result is empty; each base is a slice.
///
/// # Errors
/// [`Error::InvalidKey`], here or by the job, for a group that is none of these; [`Error::OutOfMemory`].
pub fn check(p: &[u8], g: &[u8]) -> Result<BoxedJob, Error> {
    let size = bits(p);
    let odd = p.last().is_some_and(|last| last % 2 == 1);
    if p.first() == Some(&0) || !(FINITE_FIELD_BITS_MIN..=FINITE_FIELD_BITS_MAX).contains(&size) || !odd {
        return Err(Error::InvalidKey);
    }
    by_size!(p.len(), check_generator(p, g))?;
    let bases_left = if KNOWN.contains(&p) { 0 } else { BASES.len() };
    Ok(boxed(Check { p: Bytes::copy_of(p)?, bases_left })?)
}

fn check_generator<const LIMBS: usize>(p: &[u8], g: &[u8]) -> Result<(), Error> {
    let p = from_bytes::<LIMBS>(p).ok_or(Error::InvalidKey)?;
    let g = from_bytes::<LIMBS>(g).ok_or(Error::InvalidKey)?;
    if g > Uint::ONE && g < p.wrapping_sub(&Uint::ONE) { Ok(()) } else { Err(Error::InvalidKey) }
}

struct Check {
    p: Bytes,
    /// Bases that q has not been tested with.
    bases_left: usize,
}

impl Job for Check {
    fn advance(&mut self, budget: Budget, _: &mut [u8]) -> Progress<Result<usize, Error>> {
        let mut left = budget.0;
        while let Some(index) = self.bases_left.checked_sub(1) {
            let base = BASES.get(index).copied().unwrap_or(2);
            match by_size!(self.p.len(), passes(&self.p, base)) {
                Ok(true) => self.bases_left = index,
                Ok(false) => return Progress::Ready(Err(Error::InvalidKey)),
                Err(error) => return Progress::Ready(Err(error)),
            }
            // A base is as many multiplications as the prime has bits.
            left = left.saturating_sub(cost(self.p.len()));
            if left == 0 && self.bases_left > 0 {
                return Progress::Pending;
            }
        }
        Progress::Ready(Ok(0))
    }
}

/// Word multiplications of one base, in the unit of [`Budget`].
fn cost(p_len: usize) -> u32 {
    let words = p_len / 4;
    u32::try_from(words * words * p_len * 8).unwrap_or(u32::MAX)
}

/// Whether q passes the test with this base, and, with the base 2, p as well.
fn passes<const LIMBS: usize>(p: &[u8], base: u8) -> Result<bool, Error> {
    let p_value = from_bytes::<LIMBS>(p).ok_or(Error::InvalidKey)?;
    let q = p_value.shr_vartime(1);
    // q is odd when p = 3 mod 4; else it is even, and no prime.
    if !q.is_odd().to_bool() {
        return Ok(false);
    }
    if base == 2 {
        // 2^(p-1) = 1, where 2^((p-1)/q) - 1 = 3 has no factor in common with p: then p is prime if q is.
        let params = monty::<LIMBS>(p)?;
        let two = FixedMontyForm::new(&Uint::from(2_u8), &params);
        let power = two.pow_vartime(&p_value.wrapping_sub(&Uint::ONE)).retrieve();
        if power != Uint::ONE || has_factor_three(p) {
            return Ok(false);
        }
    }
    let odd = crypto_bigint::Odd::new(q).into_option().ok_or(Error::InvalidKey)?;
    let params = FixedMontyParams::new_vartime(odd);
    Ok(is_probable_prime(&q, &FixedMontyForm::new(&Uint::from(base), &params)))
}

/// By the sum of its digits to the base 256, each of which is 1 modulo 3.
fn has_factor_three(p: &[u8]) -> bool {
    p.iter().map(|byte| usize::from(*byte)).sum::<usize>().is_multiple_of(3)
}

/// The test of Miller and Rabin with one base.
fn is_probable_prime<const LIMBS: usize>(n: &Uint<LIMBS>, base: &FixedMontyForm<LIMBS>) -> bool {
    let less_one = n.wrapping_sub(&Uint::ONE);
    let twos = less_one.trailing_zeros_vartime();
    let mut power = base.pow_vartime(&less_one.shr_vartime(twos));
    if power.retrieve() == Uint::ONE {
        return true;
    }
    for _ in 0..twos {
        if power.retrieve() == less_one {
            return true;
        }
        power = power.square();
    }
    false
}
