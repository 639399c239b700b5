//! ECDSA on the short Weierstrass curves (FIPS 186-5 section 6, SEC 1 section 4.1), its DER form (RFC 3279 section
//! 2.2.3) and nonces (RFC 6979).
//!
//! Nonces are RFC 6979's with fresh random bytes mixed in (its section 3.6): a dead random source leaves the
//! deterministic scheme, which never repeats a nonce for different digests, and a glitched signature of the same
//! digest meets another nonce. CT: private keys and nonces do not leak. Each job is one slice.

use super::weierstrass::{decode_point, decode_scalar, encode_point, point_len};
use crate::limits::{ECDSA_DIGEST_BYTES_MIN, ECDSA_HEDGE_BYTES};
use crate::{
    BoxedJob, Budget, Curve, Digest, Error, Job, KeyType, PrivateKey, Progress, Rng, SignatureAlgorithm,
    boxed,
};
use ecdsa::hazmat::{sign_prehashed_rfc6979, verify_prehashed};
use ecdsa::{DigestAlgorithm, EcdsaCurve, Signature};
use elliptic_curve::group::Group as _;
use elliptic_curve::{CurveArithmetic, FieldBytes, NonZeroScalar, ProjectivePoint};
use zeroize::Zeroizing;

mod der;

/// What the rows and keys of a curve tell of it.
pub trait SigningCurve: DigestAlgorithm + CurveArithmetic {
    /// As in RFC 8422.
    const NAME: &'static str;
    /// The content bytes of the object identifier.
    const OID: &'static [u8];
    /// Bits of the field.
    const BITS: usize;
}

/// The row of a curve's verification.
pub(super) const fn curve<C: SigningCurve>() -> Curve {
    Curve {
        name: C::NAME,
        key: KeyType::Ec,
        oid: C::OID,
        bits: C::BITS,
        public_len: point_len::<C>(),
        verify: verify::<C>,
    }
}

fn verify<C: EcdsaCurve + CurveArithmetic>(
    point: &[u8],
    digest: &[u8],
    signature: &[u8],
) -> Result<BoxedJob, Error> {
    if digest.len() < ECDSA_DIGEST_BYTES_MIN {
        return Err(Error::BadSignature);
    }
    let public = decode_point::<C>(point)?;
    let (mut r, mut s) = (FieldBytes::<C>::default(), FieldBytes::<C>::default());
    der::decode(signature, &mut r, &mut s).ok_or(Error::BadSignature)?;
    // refuses r and s outside [1, n-1]
    let signature = Signature::<C>::from_scalars(r, s).map_err(|_| Error::BadSignature)?;
    Ok(boxed(Verify::<C> { public, digest: Digest::new(digest), signature })?)
}

struct Verify<C: EcdsaCurve + CurveArithmetic> {
    public: ProjectivePoint<C>,
    digest: Digest,
    signature: Signature<C>,
}

impl<C: EcdsaCurve + CurveArithmetic> Job for Verify<C> {
    fn advance(&mut self, _: Budget, _: &mut [u8]) -> Progress<Result<usize, Error>> {
        let verified = verify_prehashed::<C>(&self.public, self.digest.as_ref(), &self.signature);
        Progress::Ready(verified.map(|()| 0).map_err(|_| Error::BadSignature))
    }
}

/// An ECDSA private key.
pub struct SigningKey<C: CurveArithmetic> {
    private: Zeroizing<NonZeroScalar<C>>,
    public: ProjectivePoint<C>,
}

impl<C: SigningCurve> SigningKey<C> {
    /// A key from the big-endian private scalar, of just the field's length (RFC 5915 section 3). Works out the
    /// public point, which costs one multiplication.
    ///
    /// # Errors
    /// [`Error::InvalidKey`] for another length or a scalar outside [1, n-1].
    pub fn new(private: &[u8]) -> Result<Self, Error> {
        let private = decode_scalar::<C>(private)?;
        Ok(Self { public: ProjectivePoint::<C>::mul_by_generator(&private), private })
    }

    /// Whether `point`, uncompressed, is this key's public half.
    #[must_use]
    pub fn matches(&self, point: &[u8]) -> bool {
        decode_point::<C>(point).is_ok_and(|point| point == self.public)
    }

    /// Writes the uncompressed public point to the start of `out` and returns its length.
    ///
    /// # Errors
    /// [`Error::BufferTooSmall`] when it does not fit.
    pub fn public(&self, out: &mut [u8]) -> Result<usize, Error> {
        let len = point_len::<C>();
        encode_point::<C>(&self.public, out.get_mut(..len).ok_or(Error::BufferTooSmall)?)?;
        Ok(len)
    }
}

impl<C: SigningCurve> PrivateKey for SigningKey<C> {
    fn key_type(&self) -> KeyType {
        KeyType::Ec
    }

    fn curve_oid(&self) -> Option<&'static [u8]> {
        Some(C::OID)
    }

    fn sign(
        &self,
        algorithm: &'static SignatureAlgorithm,
        digest: &[u8],
        rng: &mut dyn Rng,
    ) -> Result<BoxedJob, Error> {
        if algorithm.key != KeyType::Ec
            || digest.len() != algorithm.hash.output_len
            || digest.len() < ECDSA_DIGEST_BYTES_MIN
        {
            return Err(Error::Unsupported);
        }
        let mut hedge = Zeroizing::new([0; ECDSA_HEDGE_BYTES]);
        rng.fill(&mut *hedge)?;
        Ok(boxed(Sign::<C> {
            private: self.private.clone(),
            public: self.public,
            digest: Digest::new(digest),
            hedge,
        })?)
    }

    fn decrypt_or(&self, _: &[u8], _: &[u8], _: &mut dyn Rng) -> Result<BoxedJob, Error> {
        Err(Error::Unsupported)
    }
}

struct Sign<C: CurveArithmetic> {
    private: Zeroizing<NonZeroScalar<C>>,
    public: ProjectivePoint<C>,
    digest: Digest,
    hedge: Zeroizing<[u8; ECDSA_HEDGE_BYTES]>,
}

impl<C: SigningCurve> Job for Sign<C> {
    fn advance(&mut self, _: Budget, out: &mut [u8]) -> Progress<Result<usize, Error>> {
        let digest = self.digest.as_ref();
        let signature = sign::<C>(&self.private, digest, &*self.hedge);
        // a fault in the arithmetic would tell the key to whoever has a second signature
        if verify_prehashed::<C>(&self.public, digest, &signature).is_err() {
            return Progress::Ready(Err(Error::Fault));
        }
        let (r, s) = signature.split_bytes();
        Progress::Ready(der::encode(&r, &s, out).ok_or(Error::BufferTooSmall))
    }
}

/// Signs with the nonce of RFC 6979 section 3.2, whose hash is the one of the curve's own strength; `hedge` is the
/// additional data of its section 3.6.
fn sign<C: SigningCurve>(private: &NonZeroScalar<C>, digest: &[u8], hedge: &[u8]) -> Signature<C> {
    sign_prehashed_rfc6979::<C, C::Digest>(private, digest, hedge).0
}

#[cfg(test)]
#[cfg(all(feature = "secp256r1", feature = "secp384r1"))]
mod tests;
