//! Integers of fixed size and their big-endian bytes (RFC 8017 sections 4.1 and 4.2), and the public exponent's power.

use crate::Error;
use crate::limits::{RSA_EXPONENT_BYTES_MAX, RSA_EXPONENT_MIN, RSA_MODULUS_BITS_MAX, RSA_MODULUS_BITS_MIN};
use crypto_bigint::Uint;
use crypto_bigint::modular::FixedMontyForm;
use zeroize::Zeroize as _;

/// OS2IP into `LIMBS` limbs; `None` when the value does not fit. CT: the value does not leak, its length does.
pub(super) fn from_bytes<const LIMBS: usize>(bytes: &[u8]) -> Option<Uint<LIMBS>> {
    let mut padded = Uint::<LIMBS>::ZERO.to_be_bytes();
    let len = padded.as_slice().len();
    let surplus = bytes.len().saturating_sub(len);
    let (zeros, value) = bytes.split_at_checked(surplus)?;
    if zeros.iter().fold(0, |any, byte| any | byte) != 0 {
        return None;
    }
    padded.as_mut_slice().get_mut(len - value.len()..)?.copy_from_slice(value);
    let integer = Uint::from_be_slice(padded.as_slice());
    padded.as_mut_slice().zeroize();
    Some(integer)
}

/// I2OSP into the whole of `out`, for a value known to fit; what does not fit would be cut off at the top.
pub(super) fn to_bytes<const LIMBS: usize>(integer: &Uint<LIMBS>, out: &mut [u8]) {
    let mut bytes = integer.to_be_bytes();
    out.fill(0);
    for (to, from) in out.iter_mut().rev().zip(bytes.as_slice().iter().rev()) {
        *to = *from;
    }
    bytes.as_mut_slice().zeroize();
}

/// Without leading zeros.
pub(super) const fn trimmed(mut bytes: &[u8]) -> &[u8] {
    while let [0, rest @ ..] = bytes {
        bytes = rest;
    }
    bytes
}

/// Bits of a big-endian integer without leading zeros.
pub(super) const fn bits(bytes: &[u8]) -> usize {
    match bytes {
        [top, ..] => bytes.len() * 8 - top.leading_zeros() as usize,
        [] => 0,
    }
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
