//! Signing and checking structures of the form SEQUENCE { to be signed, algorithm, BIT STRING }.

use crate::{Error, KeyPair, der};
use crypto::{Budget, Curve, Job, Progress, Rng, SignatureAlgorithm, ToBeSigned, curve, signature};
use pki::der::Reader;

/// The longest signature: of an RSA key of 4096 bits.
const MAX_SIGNATURE_LEN: usize = 512;

const CURVES: &[&Curve] =
    &[&curve::secp256r1::CURVE, &curve::secp384r1::CURVE, &curve::secp521r1::CURVE, &curve::ed25519::CURVE];

const ALGORITHMS: &[&SignatureAlgorithm] = &[
    &signature::ECDSA_SHA256,
    &signature::ECDSA_SHA384,
    &signature::ECDSA_SHA512,
    &signature::ED25519,
    &signature::RSA_PKCS1_SHA256,
    &signature::RSA_PKCS1_SHA384,
    &signature::RSA_PKCS1_SHA512,
    &signature::RSA_PSS_SHA256,
    &signature::RSA_PSS_SHA384,
    &signature::RSA_PSS_SHA512,
];

/// AlgorithmIdentifier.
pub(crate) fn identifier(algorithm: &SignatureAlgorithm) -> Vec<u8> {
    der::sequence(&[&der::oid(algorithm.oid), algorithm.parameters.der()])
}

/// The whole structure.
pub(crate) fn signed(tbs: &[u8], key: &KeyPair, rng: &mut dyn Rng) -> Result<Vec<u8>, Error> {
    let algorithm = key.algorithm();
    let signed = ToBeSigned::of(algorithm, tbs);
    let mut out = [0; MAX_SIGNATURE_LEN];
    let mut job = key.signer().sign(algorithm, signed.as_ref(), rng)?;
    let len = finish(&mut *job, &mut out)?;
    let signature = out.get(..len).unwrap_or_default();
    Ok(der::sequence(&[tbs, &identifier(algorithm), &der::bits(signature)]))
}

/// The part that is signed, when the signature over it is that of the key inside, which `spki` finds.
pub(crate) fn verified(der: &[u8], spki: impl Fn(&[u8]) -> Result<&[u8], Error>) -> Result<&[u8], Error> {
    let mut outer = Reader::new(der);
    let mut fields = outer.sequence()?;
    outer.finish()?;
    verified_by(der, spki(fields.any()?.bytes)?)
}

/// The part that is signed, when the signature over it is this key's.
pub(crate) fn verified_by<'a>(der: &'a [u8], spki: &[u8]) -> Result<&'a [u8], Error> {
    let mut outer = Reader::new(der);
    let mut fields = outer.sequence()?;
    outer.finish()?;
    let tbs = fields.any()?.bytes;
    let identifier = fields.any()?.bytes;
    let bits = fields.octet_aligned_bits()?;
    fields.finish()?;
    let algorithm = ALGORITHMS
        .iter()
        .find(|row| self::identifier(row) == identifier)
        .ok_or_else(|| Error::refused("it is signed with an algorithm that is not supported"))?;
    let public = pki::public_key(spki, CURVES)?;
    let bad = |_| Error::refused("its signature is not the key's");
    if public.key_type() != algorithm.key {
        return Err(bad(crypto::Error::BadSignature));
    }
    let signed = ToBeSigned::of(algorithm, tbs);
    let mut job = (algorithm.verify)(&public, signed.as_ref(), bits).map_err(bad)?;
    finish(&mut *job, &mut []).map_err(bad)?;
    Ok(tbs)
}

fn finish(job: &mut dyn Job, out: &mut [u8]) -> Result<usize, crypto::Error> {
    loop {
        if let Progress::Ready(outcome) = job.advance(Budget::UNLIMITED, out) {
            return outcome;
        }
    }
}
