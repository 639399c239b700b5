//! What a modulus and a public exponent may be, and the public exponent's power.

use crate::Error;
use crate::limits::{RSA_EXPONENT_BYTES_MAX, RSA_EXPONENT_MIN, RSA_MODULUS_BITS_MAX, RSA_MODULUS_BITS_MIN};
use crypto_bigint::modular::FixedMontyForm;

pub(super) use crate::integer::{bits, from_bytes, to_bytes};

/// Without leading zeros.
pub(super) const fn trimmed(mut bytes: &[u8]) -> &[u8] {
    while let [0, rest @ ..] = bytes {
        bytes = rest;
    }
    bytes
}

/// Checks a modulus: minimal bytes, odd, of a permitted size.
pub(super) fn check_modulus(modulus: &[u8]) -> Result<(), Error> {
    let permitted = (RSA_MODULUS_BITS_MIN..=RSA_MODULUS_BITS_MAX).contains(&bits(modulus));
    match modulus {
        [0, ..] | [] => Err(Error::InvalidKey),
        [.., last] => {
            if permitted && last % 2 == 1 {
                Ok(())
            } else {
                Err(Error::InvalidKey)
            }
        }
    }
}

/// A public exponent: minimal bytes, odd, of a permitted size.
pub(super) fn public_exponent(bytes: &[u8]) -> Result<u32, Error> {
    if bytes.len() > RSA_EXPONENT_BYTES_MAX || matches!(bytes, [0, ..]) {
        return Err(Error::InvalidKey);
    }
    let exponent = bytes.iter().fold(0, |value: u32, byte| value << 8 | u32::from(*byte));
    if exponent < RSA_EXPONENT_MIN || exponent % 2 == 0 { Err(Error::InvalidKey) } else { Ok(exponent) }
}

/// `base` to a public exponent, which is not zero. CT: `base` does not leak, `exponent` does.
pub(super) fn power<const LIMBS: usize>(
    base: &FixedMontyForm<LIMBS>,
    exponent: u32,
) -> FixedMontyForm<LIMBS> {
    let mut power = *base;
    let below_top = u32::BITS - 1 - exponent.leading_zeros().min(u32::BITS - 1);
    let mut squarings = 0;
    // squarings wait for the next set bit, so that a run of zeros is one call
    for bit in (0..below_top).rev() {
        squarings += 1;
        if exponent >> bit & 1 == 1 {
            power = power.square_repeat_vartime(squarings).mul(base);
            squarings = 0;
        }
    }
    power.square_repeat_vartime(squarings)
}
