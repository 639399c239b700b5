//! Keys and signature algorithms as the layers above see them: rows and views, whose functions are linked only
//! when a row is named.

use crate::{BoxedJob, Error, Hash, Rng};

/// The kinds of public key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyType {
    /// rsaEncryption (RFC 8017).
    Rsa,
    /// id-ecPublicKey on a named curve (RFC 5480).
    Ec,
    /// id-Ed25519 (RFC 8410).
    Ed25519,
}

impl KeyType {
    /// The kind that suites name for it: keys of Ed25519 serve those of ECDSA (RFC 8422 section 5.3).
    #[must_use]
    pub const fn in_suites(self) -> Self {
        match self {
            Self::Ed25519 => Self::Ec,
            Self::Rsa | Self::Ec => self,
        }
    }
}

/// A public key, borrowed from the bytes that arrived.
#[derive(Clone, Copy)]
pub enum PublicKey<'a> {
    /// RSA: big-endian integers without leading zeros.
    Rsa {
        /// n.
        modulus: &'a [u8],
        /// e.
        exponent: &'a [u8],
    },
    /// A point on a curve that is compiled in.
    Ec {
        /// The curve's row.
        curve: &'static Curve,
        /// The uncompressed point (SEC 1 section 2.3.3), or that of Ed25519 (RFC 8032 section 5.1.2), not yet validated.
        point: &'a [u8],
    },
}

impl PublicKey<'_> {
    /// The kind of this key.
    #[must_use]
    pub const fn key_type(&self) -> KeyType {
        match self {
            Self::Rsa { .. } => KeyType::Rsa,
            Self::Ec { curve, .. } => curve.key,
        }
    }

    /// The size in bits: of the modulus, or of the curve's field.
    #[must_use]
    pub const fn bits(&self) -> usize {
        match self {
            Self::Rsa { modulus, .. } => match modulus {
                [top, ..] => modulus.len() * 8 - top.leading_zeros() as usize,
                [] => 0,
            },
            Self::Ec { curve, .. } => curve.bits,
        }
    }
}

/// A curve on which signatures can be verified: ECDSA or Ed25519. Naming the row links the verification only.
pub struct Curve {
    /// As in RFC 8422: `secp256r1`.
    pub name: &'static str,
    /// What keys on it are: [`KeyType::Ec`] or [`KeyType::Ed25519`].
    pub key: KeyType,
    /// The content bytes of the namedCurve object identifier (RFC 5480 section 2.1.1.1); of Ed25519 those of the
    /// algorithm's (RFC 8410 section 3).
    pub oid: &'static [u8],
    /// Bits of the field.
    pub bits: usize,
    /// Bytes of an uncompressed point.
    pub public_len: usize,
    /// Verifies a DER ECDSA-Sig-Value (RFC 3279 section 2.2.3) over a digest, or a signature of Ed25519 over a message,
    /// which is taken in at once. The job's result is empty.
    pub verify: fn(point: &[u8], signed: &[u8], signature: &[u8]) -> Result<BoxedJob, Error>,
}

/// Ephemeral key agreement over one group (RFC 8422 section 5.10, RFC 7748).
pub struct Agreement {
    /// As in RFC 8422: `x25519`.
    pub name: &'static str,
    /// Bytes of the private value.
    pub private_len: usize,
    /// Bytes of the public value on the wire.
    pub public_len: usize,
    /// Bytes of the shared secret.
    pub shared_len: usize,
    /// Makes a key pair; the job's result is the private value followed by the public one.
    pub generate: fn(rng: &mut dyn Rng) -> Result<BoxedJob, Error>,
    /// Agrees with a peer, whose public value is validated; the job's result is the shared secret.
    pub agree: fn(private: &[u8], peer_public: &[u8]) -> Result<BoxedJob, Error>,
}

/// The parameters that an AlgorithmIdentifier of a signature must carry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Parameters {
    /// None at all (ECDSA, RFC 5758 section 3.2).
    Absent,
    /// An ASN.1 NULL (PKCS#1 v1.5, RFC 8017 appendix A.2.4).
    Null,
    /// RSASSA-PSS-params in DER: the row's hash, MGF1 with it, and a salt as long as the digest (RFC 8017 appendix
    /// A.2.3).
    Pss(&'static [u8]),
}

impl Parameters {
    /// The DER.
    #[must_use]
    pub const fn der(self) -> &'static [u8] {
        match self {
            Self::Absent => &[],
            Self::Null => &[5, 0],
            Self::Pss(der) => der,
        }
    }
}

/// What the primitive of a signature is given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Signs {
    /// The digest of the message.
    Digest,
    /// The message (EdDSA, RFC 8032 section 5.1).
    Message,
}

/// How a signature is verified: key type, hash and encoding. Rows are in [`crate::signature`].
pub struct SignatureAlgorithm {
    /// As certificates are described: `ecdsa-with-SHA256`.
    pub name: &'static str,
    /// The content bytes of the object identifier in AlgorithmIdentifier.
    pub oid: &'static [u8],
    /// What follows that object identifier.
    pub parameters: Parameters,
    /// Keys that can make such a signature.
    pub key: KeyType,
    /// The hash of the signed message.
    pub hash: &'static Hash,
    /// Whether the primitive is given the digest by `hash`, or uses that itself.
    pub signs: Signs,
    /// Verifies a signature over what [`crate::ToBeSigned`] makes of the message. The job's result is empty; a bad
    /// signature is [`Error::BadSignature`], a key of another type [`Error::InvalidKey`].
    pub verify: fn(key: &PublicKey<'_>, signed: &[u8], signature: &[u8]) -> Result<BoxedJob, Error>,
}

/// A private key: in memory, or behind a secure element that implements this trait.
pub trait PrivateKey {
    /// The kind of key.
    fn key_type(&self) -> KeyType;

    /// The curve's object identifier (content bytes) for an ECDSA key.
    fn curve_oid(&self) -> Option<&'static [u8]>;

    /// Signs `digest`, which is the message itself for an algorithm that [`Signs::Message`]: what [`crate::ToBeSigned`]
    /// makes. The job's result is the signature as it goes over the wire, checked with the public key before it leaves.
    ///
    /// # Errors
    /// [`Error::Unsupported`] when the key cannot make such signatures; [`Error::Entropy`], [`Error::OutOfMemory`].
    fn sign(
        &self,
        algorithm: &'static SignatureAlgorithm,
        digest: &[u8],
        rng: &mut dyn Rng,
    ) -> Result<BoxedJob, Error>;

    /// RSAES-PKCS1-v1_5 decryption without an oracle (RFC 5246 section 7.4.7.1): the job's result is the
    /// message when padding and length are as they should be, else `substitute`, chosen in constant time.
    ///
    /// # Errors
    /// [`Error::Unsupported`] for keys that cannot decrypt; never anything about the ciphertext's contents.
    fn decrypt_or(&self, ciphertext: &[u8], substitute: &[u8], rng: &mut dyn Rng) -> Result<BoxedJob, Error>;
}

impl<K: PrivateKey> PrivateKey for [K; 1] {
    fn key_type(&self) -> KeyType {
        let [key] = self;
        key.key_type()
    }
    fn curve_oid(&self) -> Option<&'static [u8]> {
        let [key] = self;
        key.curve_oid()
    }
    fn sign(
        &self,
        algorithm: &'static SignatureAlgorithm,
        digest: &[u8],
        rng: &mut dyn Rng,
    ) -> Result<BoxedJob, Error> {
        let [key] = self;
        key.sign(algorithm, digest, rng)
    }
    fn decrypt_or(&self, ciphertext: &[u8], substitute: &[u8], rng: &mut dyn Rng) -> Result<BoxedJob, Error> {
        let [key] = self;
        key.decrypt_or(ciphertext, substitute, rng)
    }
}
