//! Key pairs: made, read, and what they say of themselves.

use crate::{Error, der};
use crypto::{KeyType, PrivateKey, Rng, SignatureAlgorithm, curve, signature};
use memory::Bytes;
use pki::{
    BoxedKey, KeyKind,
    der::{Reader, tag},
    private_key::{ED25519, RSA, SECP256R1, SECP384R1, SECP521R1},
};
use rsa::pkcs1::EncodeRsaPrivateKey as _;
use std::fmt;

const KINDS: &[&KeyKind] = &[&RSA, &SECP256R1, &SECP384R1, &SECP521R1, &ED25519];

/// rsaEncryption.
const RSA_ENCRYPTION: &[u8] = &[0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x01, 0x01];
/// id-ecPublicKey.
const EC_PUBLIC_KEY: &[u8] = &[0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x02, 0x01];

/// The longest uncompressed point, on P-521.
const MAX_POINT_LEN: usize = 133;

/// A kind of key that can be made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NewKey {
    /// RSA with a modulus of so many bits: 2048, 3072 or 4096.
    Rsa(usize),
    /// On the curve P-256.
    P256,
    /// On the curve P-384.
    P384,
    /// On the curve P-521.
    P521,
    /// Ed25519.
    Ed25519,
}

/// A private key with its public half.
pub struct KeyPair {
    parts: Parts,
    signer: BoxedKey,
    spki: Vec<u8>,
}

/// What is written of a key.
enum Parts {
    /// RSAPrivateKey (RFC 8017 appendix A.1.2).
    Rsa { pkcs1: Bytes },
    /// A scalar, its curve's object identifier, and the public point.
    Ec { curve: &'static [u8], scalar: Bytes, point: Vec<u8> },
    /// The private key of Ed25519 (RFC 8032 section 5.1.5).
    Ed25519 { private: Bytes },
}

impl KeyPair {
    /// Makes a key.
    ///
    /// # Errors
    /// [`Error::Refused`] for another size of RSA, [`Error::Crypto`] when there is no randomness.
    pub fn generate(kind: NewKey, rng: &mut dyn Rng) -> Result<Self, Error> {
        match kind {
            NewKey::Rsa(bits @ (2048 | 3072 | 4096)) => {
                let key = rsa::PrivateKey::new(&mut Source(rng), bits).map_err(|_| crypto::Error::Entropy)?;
                let pkcs1 = key.to_pkcs1_der().map_err(|_| Error::Crypto(crypto::Error::InvalidKey))?;
                Self::from_der(pkcs1.as_bytes())
            }
            NewKey::Rsa(bits) => {
                Err(Error::Refused(format!("RSA keys have 2048, 3072 or 4096 bits, not {bits}")))
            }
            NewKey::P256 => Self::generate_ec(curve::secp256r1::OID, 32, rng),
            NewKey::P384 => Self::generate_ec(curve::secp384r1::OID, 48, rng),
            NewKey::P521 => Self::generate_ec(curve::secp521r1::OID, 66, rng),
            NewKey::Ed25519 => {
                let mut private = Bytes::zeroed(32).map_err(|_| crypto::Error::OutOfMemory)?;
                rng.fill(&mut private)?;
                Self::from_der(&edwards(&private))
            }
        }
    }

    fn generate_ec(curve: &'static [u8], len: usize, rng: &mut dyn Rng) -> Result<Self, Error> {
        // A number out of range is drawn again (FIPS 186-5 appendix A.2.2).
        loop {
            let mut scalar = Bytes::zeroed(len).map_err(|_| crypto::Error::OutOfMemory)?;
            rng.fill(&mut scalar)?;
            // P-521's numbers have one bit in their first byte.
            if let ([top, ..], 66) = (&mut *scalar, len) {
                *top &= 1;
            }
            match Self::from_der(&sec1(&scalar, Some(curve), None)) {
                Err(Error::Malformed(error)) if error.kind == pki::ErrorKind::InvalidKey => {}
                outcome => return outcome,
            }
        }
    }

    /// The first private key of a file, PEM or DER.
    ///
    /// # Errors
    /// As [`pki::key_file`].
    pub fn from_file(file: &[u8], password: Option<&str>) -> Result<Self, Error> {
        let password = password.map(str::as_bytes);
        // Reads it as a whole, and so finds out whether what a password opened is damaged.
        pki::key_file(file, password, KINDS)?;
        Self::from_der(&pki::key_file_der(file, password)?)
    }

    /// From PKCS#1, PKCS#8 or SEC1 in DER.
    ///
    /// # Errors
    /// As [`pki::private_key()`].
    pub fn from_der(der: &[u8]) -> Result<Self, Error> {
        let signer = pki::private_key(der, KINDS)?;
        let copy = |bytes: &[u8]| Bytes::copy_of(bytes).map_err(|_| crypto::Error::OutOfMemory);
        let inner = inner(der)?;
        if signer.key_type() == KeyType::Ed25519 {
            let private = Reader::new(inner).value(tag::OCTET_STRING)?.contents;
            let public = *curve::ed25519::SigningKey::new(private)?.public();
            let spki = der::sequence(&[&edwards_algorithm(), &der::bits(&public)]);
            return Ok(Self { parts: Parts::Ed25519 { private: copy(private)? }, signer, spki });
        }
        let mut fields = Reader::new(inner).sequence()?;
        fields.small()?;
        let (parts, spki) = match signer.curve_oid() {
            None => {
                let [modulus, exponent] = [fields.unsigned()?, fields.unsigned()?];
                let public = der::sequence(&[&der::unsigned(modulus), &der::unsigned(exponent)]);
                let algorithm = der::sequence(&[&der::oid(RSA_ENCRYPTION), der::NULL]);
                (Parts::Rsa { pkcs1: copy(inner)? }, der::sequence(&[&algorithm, &der::bits(&public)]))
            }
            Some(curve) => {
                let scalar = fields.value(tag::OCTET_STRING)?.contents;
                let point = point(curve, scalar)?;
                let algorithm = der::sequence(&[&der::oid(EC_PUBLIC_KEY), &der::oid(curve)]);
                let spki = der::sequence(&[&algorithm, &der::bits(&point)]);
                (Parts::Ec { curve, scalar: copy(scalar)?, point }, spki)
            }
        };
        Ok(Self { parts, signer, spki })
    }

    /// SubjectPublicKeyInfo in DER.
    #[must_use]
    pub fn spki(&self) -> &[u8] {
        &self.spki
    }

    /// Whether it is an RSA key, which can also decipher.
    #[must_use]
    pub const fn is_rsa(&self) -> bool {
        matches!(self.parts, Parts::Rsa { .. })
    }

    pub(crate) fn signer(&self) -> &dyn PrivateKey {
        &*self.signer
    }

    /// How it signs: with the hash of its strength.
    pub(crate) fn algorithm(&self) -> &'static SignatureAlgorithm {
        match &self.parts {
            Parts::Rsa { .. } => &signature::RSA_PKCS1_SHA256,
            Parts::Ed25519 { .. } => &signature::ED25519,
            Parts::Ec { curve, .. } if *curve == curve::secp521r1::OID => &signature::ECDSA_SHA512,
            Parts::Ec { curve, .. } if *curve == curve::secp384r1::OID => &signature::ECDSA_SHA384,
            Parts::Ec { .. } => &signature::ECDSA_SHA256,
        }
    }

    /// The label of PEM and the DER of the form of its kind: PKCS#1 or SEC1.
    pub(crate) fn own_form(&self) -> Result<(&'static str, Vec<u8>), Error> {
        match &self.parts {
            Parts::Rsa { pkcs1 } => Ok(("RSA PRIVATE KEY", pkcs1.to_vec())),
            Parts::Ec { curve, scalar, point } => {
                Ok(("EC PRIVATE KEY", sec1(scalar, Some(curve), Some(point))))
            }
            Parts::Ed25519 { .. } => Err(Error::refused("keys of Ed25519 have no form but PKCS#8")),
        }
    }

    /// PrivateKeyInfo (RFC 5958 section 2) in DER.
    pub(crate) fn pkcs8(&self) -> Vec<u8> {
        let (algorithm, key) = match &self.parts {
            Parts::Rsa { pkcs1 } => (der::sequence(&[&der::oid(RSA_ENCRYPTION), der::NULL]), pkcs1.to_vec()),
            Parts::Ec { curve, scalar, point } => (
                der::sequence(&[&der::oid(EC_PUBLIC_KEY), &der::oid(curve)]),
                sec1(scalar, None, Some(point)),
            ),
            Parts::Ed25519 { private } => return edwards(private),
        };
        der::sequence(&[&der::small(0), &algorithm, &der::octets(&key)])
    }
}

impl fmt::Debug for KeyPair {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("KeyPair")
    }
}

/// RSAPrivateKey or ECPrivateKey, also when it stands within PKCS#8.
fn inner(der: &[u8]) -> Result<&[u8], Error> {
    let mut fields = Reader::new(der).sequence()?;
    fields.small()?;
    if !fields.peek(tag::SEQUENCE) {
        return Ok(der);
    }
    fields.any()?;
    Ok(fields.value(tag::OCTET_STRING)?.contents)
}

/// ECPrivateKey (RFC 5915 section 3).
fn sec1(scalar: &[u8], curve: Option<&[u8]>, point: Option<&[u8]>) -> Vec<u8> {
    let curve = curve.map_or_else(Vec::new, |curve| der::value(tag::constructed(0), &[&der::oid(curve)]));
    let point = point.map_or_else(Vec::new, |point| der::value(tag::constructed(1), &[&der::bits(point)]));
    der::sequence(&[&der::small(1), &der::octets(scalar), &curve, &point])
}

/// AlgorithmIdentifier of Ed25519, without parameters (RFC 8410 section 3).
fn edwards_algorithm() -> Vec<u8> {
    der::sequence(&[&der::oid(curve::ed25519::OID)])
}

/// PrivateKeyInfo of Ed25519 (RFC 8410 section 7), of version 1: some programs do not read version 2.
fn edwards(private: &[u8]) -> Vec<u8> {
    der::sequence(&[&der::small(0), &edwards_algorithm(), &der::octets(&der::octets(private))])
}

/// The uncompressed public point of a scalar.
fn point(curve: &[u8], scalar: &[u8]) -> Result<Vec<u8>, Error> {
    let mut out = [0; MAX_POINT_LEN];
    let len = if curve == curve::secp521r1::OID {
        curve::secp521r1::SigningKey::new(scalar)?.public(&mut out)?
    } else if curve == curve::secp384r1::OID {
        curve::secp384r1::SigningKey::new(scalar)?.public(&mut out)?
    } else {
        curve::secp256r1::SigningKey::new(scalar)?.public(&mut out)?
    };
    Ok(out.get(..len).unwrap_or_default().to_vec())
}

/// Our generators as the crate `rsa` wants them.
struct Source<'a>(&'a mut dyn Rng);

impl rand_core::TryRng for Source<'_> {
    type Error = SourceError;

    fn try_next_u32(&mut self) -> Result<u32, SourceError> {
        let mut bytes = [0; 4];
        self.try_fill_bytes(&mut bytes)?;
        Ok(u32::from_le_bytes(bytes))
    }

    fn try_next_u64(&mut self) -> Result<u64, SourceError> {
        let mut bytes = [0; 8];
        self.try_fill_bytes(&mut bytes)?;
        Ok(u64::from_le_bytes(bytes))
    }

    fn try_fill_bytes(&mut self, out: &mut [u8]) -> Result<(), SourceError> {
        self.0.fill(out).map_err(|_| SourceError)
    }
}

impl rand_core::TryCryptoRng for Source<'_> {}

#[derive(Debug)]
struct SourceError;

impl fmt::Display for SourceError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the random source failed")
    }
}

impl std::error::Error for SourceError {}
