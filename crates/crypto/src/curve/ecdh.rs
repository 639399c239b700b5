//! ECDH on the short Weierstrass curves (SEC 1 section 3.3.1, RFC 8422 section 5.10).
//!
//! CT: private values and shared secrets do not leak. Each job is one slice.

use super::weierstrass::{copy, decode_point, decode_scalar, encode_point, field_len, point_len};
use crate::limits::SCALAR_DRAWS;
use crate::{Agreement, BoxedJob, Budget, Error, Job, Progress, Rng, boxed};
use elliptic_curve::ff::PrimeField;
use elliptic_curve::group::{Curve as _, Group as _};
use elliptic_curve::point::AffineCoordinates as _;
use elliptic_curve::{CurveArithmetic, FieldBytes, NonZeroScalar, ProjectivePoint, Scalar};
use zeroize::{Zeroize as _, Zeroizing};

/// The row of a curve's key agreement.
pub(super) const fn agreement<C: CurveArithmetic>(name: &'static str) -> Agreement {
    Agreement {
        name,
        private_len: field_len::<C>(),
        public_len: point_len::<C>(),
        shared_len: field_len::<C>(),
        generate: generate::<C>,
        agree: agree::<C>,
    }
}

fn generate<C: CurveArithmetic>(rng: &mut dyn Rng) -> Result<BoxedJob, Error> {
    Ok(boxed(Generate::<C> { private: draw_scalar(rng)? })?)
}

fn agree<C: CurveArithmetic>(private: &[u8], peer_public: &[u8]) -> Result<BoxedJob, Error> {
    Ok(boxed(Agree::<C> { peer: decode_point::<C>(peer_public)?, private: decode_scalar::<C>(private)? })?)
}

/// Bits of the order, which is that of the scalars.
const fn order_bits<C: CurveArithmetic>() -> usize {
    Scalar::<C>::NUM_BITS as usize
}

/// Draws a scalar by rejection (FIPS 186-5 appendix A.2.2), so that none is likelier than another.
fn draw_scalar<C: CurveArithmetic>(rng: &mut dyn Rng) -> Result<Zeroizing<NonZeroScalar<C>>, Error> {
    let mut candidate = FieldBytes::<C>::default();
    for _ in 0..SCALAR_DRAWS {
        rng.fill(candidate.as_mut_slice())?;
        // secp521r1's order leaves most of the first byte unused
        if let Some(top) = candidate.first_mut() {
            *top &= 0xFF >> (field_len::<C>() * 8).saturating_sub(order_bits::<C>());
        }
        let scalar = decode_scalar::<C>(&candidate);
        candidate.as_mut_slice().zeroize();
        if scalar.is_ok() {
            return scalar;
        }
    }
    Err(Error::Entropy)
}

struct Generate<C: CurveArithmetic> {
    private: Zeroizing<NonZeroScalar<C>>,
}

impl<C: CurveArithmetic> Generate<C> {
    fn run(&self, out: &mut [u8]) -> Result<usize, Error> {
        let len = field_len::<C>() + point_len::<C>();
        let out = out.get_mut(..len).ok_or(Error::BufferTooSmall)?;
        let (private, public) = out.split_at_mut_checked(field_len::<C>()).ok_or(Error::BufferTooSmall)?;
        encode_point::<C>(&ProjectivePoint::<C>::mul_by_generator(&self.private), public)?;
        let mut bytes = FieldBytes::<C>::from(&*self.private);
        copy(private, &bytes)?;
        bytes.as_mut_slice().zeroize();
        Ok(len)
    }
}

impl<C: CurveArithmetic> Job for Generate<C> {
    fn advance(&mut self, _: Budget, out: &mut [u8]) -> Progress<Result<usize, Error>> {
        Progress::Ready(self.run(out))
    }
}

struct Agree<C: CurveArithmetic> {
    private: Zeroizing<NonZeroScalar<C>>,
    peer: ProjectivePoint<C>,
}

impl<C: CurveArithmetic> Agree<C> {
    fn run(&self, out: &mut [u8]) -> Result<usize, Error> {
        let out = out.get_mut(..field_len::<C>()).ok_or(Error::BufferTooSmall)?;
        // the order is prime and neither factor is zero: the product is not infinity
        let mut shared = (self.peer * **self.private).to_affine();
        let mut x = shared.x();
        let copied = copy(out, &x);
        x.as_mut_slice().zeroize();
        shared.zeroize();
        copied.map(|()| field_len::<C>())
    }
}

impl<C: CurveArithmetic> Job for Agree<C> {
    fn advance(&mut self, _: Budget, out: &mut [u8]) -> Progress<Result<usize, Error>> {
        Progress::Ready(self.run(out))
    }
}
