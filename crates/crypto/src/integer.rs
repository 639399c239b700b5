//! Integers of fixed size and their big-endian bytes (RFC 8017 sections 4.1 and 4.2).

use crypto_bigint::Uint;
use zeroize::Zeroize as _;

/// OS2IP into `LIMBS` limbs; `None` when the value does not fit. CT: the value does not leak, its length does.
pub(crate) fn from_bytes<const LIMBS: usize>(bytes: &[u8]) -> Option<Uint<LIMBS>> {
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
pub(crate) fn to_bytes<const LIMBS: usize>(integer: &Uint<LIMBS>, out: &mut [u8]) {
    let mut bytes = integer.to_be_bytes();
    out.fill(0);
    for (to, from) in out.iter_mut().rev().zip(bytes.as_slice().iter().rev()) {
        *to = *from;
    }
    bytes.as_mut_slice().zeroize();
}

/// Bits of a big-endian integer without leading zeros.
pub(crate) const fn bits(bytes: &[u8]) -> usize {
    match bytes {
        [top, ..] => bytes.len() * 8 - top.leading_zeros() as usize,
        [] => 0,
    }
}
