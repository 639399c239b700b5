//! Ed25519 (RFC 8032 section 5.1, RFC 8410, RFC 8422 section 5.10): PureEdDSA, which takes the message and no digest.
//!
//! Verification is strict, so that a signature has one form and a key cannot vouch for everything: S below the order, keys
//! and R in their canonical encoding, neither of small order. CT: private keys and nonces do not leak. Each job is one
//! slice; the message is taken in before, so that a verification holds none.

use crate::{
    BoxedJob, Budget, Curve, Error, Job, KeyType, Parameters, PrivateKey, Progress, PublicKey, Rng,
    SignatureAlgorithm, Signs, boxed,
};
use ed25519_dalek::hazmat::{ExpandedSecretKey, raw_sign};
use ed25519_dalek::{Signature, StreamVerifier, VerifyingKey};
use memory::Bytes;
use sha2::Sha512;
use zeroize::Zeroizing;

/// The content bytes of 1.3.101.112 (RFC 8410 section 3), of keys and of signatures.
pub const OID: &[u8] = &[0x2B, 0x65, 0x70];

/// Bytes of a private key and of a public one.
const KEY_LEN: usize = 32;

/// Bytes of a signature: R and S.
const SIGNATURE_LEN: usize = 64;

/// Verification of Ed25519.
pub static CURVE: Curve = Curve {
    name: "Ed25519",
    key: KeyType::Ed25519,
    oid: OID,
    bits: 255,
    public_len: KEY_LEN,
    verify: verify_on_curve,
};

/// `Ed25519`.
pub static ALGORITHM: SignatureAlgorithm = SignatureAlgorithm {
    name: "Ed25519",
    oid: OID,
    parameters: Parameters::Absent,
    key: KeyType::Ed25519,
    hash: &crate::hash::SHA512,
    signs: Signs::Message,
    verify,
};

fn verify(key: &PublicKey<'_>, message: &[u8], signature: &[u8]) -> Result<BoxedJob, Error> {
    match key {
        PublicKey::Ec { curve, point } if curve.key == KeyType::Ed25519 => {
            (curve.verify)(point, message, signature)
        }
        PublicKey::Ec { .. } | PublicKey::Rsa { .. } => Err(Error::InvalidKey),
    }
}

fn verify_on_curve(point: &[u8], message: &[u8], signature: &[u8]) -> Result<BoxedJob, Error> {
    let public = public_key(point).ok_or(Error::InvalidPoint)?;
    Ok(boxed(Verify(Some(start(&public, message, signature)?)))?)
}

/// A point in its canonical encoding and not of small order.
fn public_key(point: &[u8]) -> Option<VerifyingKey> {
    let key = VerifyingKey::from_bytes(point.try_into().ok()?).ok()?;
    // decompression takes y modulo p, and a sign of zero
    let canonical = key.to_edwards().compress().to_bytes() == *point;
    (canonical && !key.is_weak()).then_some(key)
}

/// Takes in the message; refuses R of small order and S that is not reduced.
fn start(public: &VerifyingKey, message: &[u8], signature: &[u8]) -> Result<StreamVerifier, Error> {
    let bytes: &[u8; SIGNATURE_LEN] = signature.try_into().map_err(|_| Error::BadSignature)?;
    let signature = Signature::from_bytes(bytes);
    public_key(signature.r_bytes()).ok_or(Error::BadSignature)?;
    let mut verifier = public.verify_stream(&signature).map_err(|_| Error::BadSignature)?;
    verifier.update(message);
    Ok(verifier)
}

struct Verify(Option<StreamVerifier>);

impl Job for Verify {
    fn advance(&mut self, _: Budget, _: &mut [u8]) -> Progress<Result<usize, Error>> {
        let verified = self.0.take().is_some_and(|verifier| verifier.finalize_and_verify().is_ok());
        Progress::Ready(if verified { Ok(0) } else { Err(Error::BadSignature) })
    }
}

/// A private key of Ed25519.
pub struct SigningKey {
    private: Zeroizing<[u8; KEY_LEN]>,
    public: VerifyingKey,
}

impl SigningKey {
    /// A key from its 32 random bytes (RFC 8032 section 5.1.5). Works out the public point, which costs one
    /// multiplication.
    ///
    /// # Errors
    /// [`Error::InvalidKey`] for another length.
    pub fn new(private: &[u8]) -> Result<Self, Error> {
        let private = private.try_into().map(Zeroizing::new).map_err(|_| Error::InvalidKey)?;
        Ok(Self { public: VerifyingKey::from(&ExpandedSecretKey::from(&*private)), private })
    }

    /// Whether `point` is this key's public half.
    #[must_use]
    pub fn matches(&self, point: &[u8]) -> bool {
        self.public.as_bytes() == point
    }

    /// The public half.
    #[must_use]
    pub fn public(&self) -> &[u8; KEY_LEN] {
        self.public.as_bytes()
    }
}

impl PrivateKey for SigningKey {
    fn key_type(&self) -> KeyType {
        KeyType::Ed25519
    }

    fn curve_oid(&self) -> Option<&'static [u8]> {
        None
    }

    fn sign(
        &self,
        algorithm: &'static SignatureAlgorithm,
        message: &[u8],
        _: &mut dyn Rng,
    ) -> Result<BoxedJob, Error> {
        if algorithm.key != KeyType::Ed25519 {
            return Err(Error::Unsupported);
        }
        let message = Bytes::copy_of(message)?;
        Ok(boxed(Sign { private: self.private.clone(), public: self.public, message })?)
    }

    fn decrypt_or(&self, _: &[u8], _: &[u8], _: &mut dyn Rng) -> Result<BoxedJob, Error> {
        Err(Error::Unsupported)
    }
}

struct Sign {
    private: Zeroizing<[u8; KEY_LEN]>,
    public: VerifyingKey,
    message: Bytes,
}

impl Job for Sign {
    fn advance(&mut self, _: Budget, out: &mut [u8]) -> Progress<Result<usize, Error>> {
        let Some(out) = out.first_chunk_mut::<SIGNATURE_LEN>() else {
            return Progress::Ready(Err(Error::BufferTooSmall));
        };
        let expanded = ExpandedSecretKey::from(&*self.private);
        let signature = raw_sign::<Sha512>(&expanded, &self.message, &self.public).to_bytes();
        // a fault in the arithmetic would tell the key to whoever has a second signature of the message
        let verified = start(&self.public, &self.message, &signature)
            .is_ok_and(|verifier| verifier.finalize_and_verify().is_ok());
        if !verified {
            return Progress::Ready(Err(Error::Fault));
        }
        *out = signature;
        Progress::Ready(Ok(SIGNATURE_LEN))
    }
}

#[cfg(test)]
mod tests;
