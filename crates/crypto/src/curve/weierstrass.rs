//! What the short Weierstrass curves of prime order share: points (SEC 1 section 2.3.3) and scalars.
//!
//! CT: scalars do not leak; points that arrive are public.

use crate::Error;
use elliptic_curve::array::typenum::Unsigned as _;
use elliptic_curve::group::Curve as _;
use elliptic_curve::point::AffineCoordinates as _;
use elliptic_curve::{AffinePoint, Curve, CurveArithmetic, FieldBytes, NonZeroScalar, ProjectivePoint};
use zeroize::{Zeroize as _, Zeroizing};

/// The tag of a point whose both coordinates follow. RFC 8422 section 5.1.2 leaves this form only.
const UNCOMPRESSED: u8 = 4;

/// Bytes of a field element.
pub(super) const fn field_len<C: Curve>() -> usize {
    C::FieldBytesSize::USIZE
}

/// Bytes of an uncompressed point.
pub(super) const fn point_len<C: Curve>() -> usize {
    1 + 2 * field_len::<C>()
}

/// Decodes and validates a point: uncompressed, of the exact length, coordinates below p, on the curve. Infinity
/// has no such encoding, and with cofactor 1 every point of the curve has the right order.
pub(super) fn decode_point<C: CurveArithmetic>(encoded: &[u8]) -> Result<ProjectivePoint<C>, Error> {
    let Some((&UNCOMPRESSED, coordinates)) = encoded.split_first() else {
        return Err(Error::InvalidPoint);
    };
    let (x, y) = coordinates.split_at_checked(field_len::<C>()).ok_or(Error::InvalidPoint)?;
    let x = FieldBytes::<C>::try_from(x).map_err(|_| Error::InvalidPoint)?;
    let y = FieldBytes::<C>::try_from(y).map_err(|_| Error::InvalidPoint)?;
    let point = AffinePoint::<C>::from_coordinates(&x, &y).into_option().ok_or(Error::InvalidPoint)?;
    Ok(point.into())
}

/// Writes `point`, which is not infinity, uncompressed to `out`, which has just that length.
pub(super) fn encode_point<C: CurveArithmetic>(
    point: &ProjectivePoint<C>,
    out: &mut [u8],
) -> Result<(), Error> {
    let point = point.to_affine();
    let (tag, coordinates) = out.split_first_mut().ok_or(Error::BufferTooSmall)?;
    let (x, y) = coordinates.split_at_mut_checked(field_len::<C>()).ok_or(Error::BufferTooSmall)?;
    *tag = UNCOMPRESSED;
    copy(x, &point.x())?;
    copy(y, &point.y())
}

/// Copies a field element to where exactly that fits.
pub(super) fn copy(to: &mut [u8], from: &[u8]) -> Result<(), Error> {
    if to.len() != from.len() {
        return Err(Error::BufferTooSmall);
    }
    to.copy_from_slice(from);
    Ok(())
}

/// A scalar in [1, n-1] from big-endian bytes of the field's length.
pub(super) fn decode_scalar<C: CurveArithmetic>(bytes: &[u8]) -> Result<Zeroizing<NonZeroScalar<C>>, Error> {
    let mut repr = FieldBytes::<C>::try_from(bytes).map_err(|_| Error::InvalidKey)?;
    let scalar = NonZeroScalar::<C>::from_repr(repr).into_option();
    repr.as_mut_slice().zeroize();
    scalar.map(Zeroizing::new).ok_or(Error::InvalidKey)
}
