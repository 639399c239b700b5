//! Private keys: PKCS#1 (RFC 8017 appendix A.1.2), PKCS#8 (RFC 5958, RFC 8410) and SEC1 (RFC 5915), in DER.
//!
//! Which kinds can be read is a list of rows that the caller hands in; naming a row links that kind.

use crate::{
    Error, ErrorKind,
    der::{Reader, Value, tag},
    spki::{EC_PUBLIC_KEY, ID_ED25519, RSA_ENCRYPTION},
};
use crypto::PrivateKey;
use memory::Box;

/// What an uncompressed point begins with (SEC 1 section 2.3.3).
const UNCOMPRESSED: u8 = 4;

/// A private key on the heap, wiped when dropped.
pub type BoxedKey = Box<dyn PrivateKey + Send + Sync>;

/// A kind of private key.
pub struct KeyKind {
    /// As people say it: `RSA`, `EC secp256r1`.
    pub name: &'static str,
    /// The curve's object identifier (content octets), of Ed25519 the algorithm's; None for RSA.
    pub curve: Option<&'static [u8]>,
    /// Reads RSAPrivateKey, or the octets of an EC or Ed25519 private key and, where it is known, the public point.
    read: fn(&[u8], Option<&[u8]>) -> Result<BoxedKey, Error>,
}

/// Reads a private key from DER: PKCS#8, PKCS#1 or SEC1, told apart by their contents.
///
/// # Errors
/// Malformed DER; [`ErrorKind::Unsupported`] for kinds that are not in `kinds`; [`ErrorKind::Encrypted`];
/// [`ErrorKind::InvalidKey`] when the numbers do not belong together.
pub fn private_key(der: &[u8], kinds: &[&'static KeyKind]) -> Result<BoxedKey, Error> {
    let mut outer = Reader::new(der);
    let mut fields = outer.sequence()?;
    outer.finish()?;
    // EncryptedPrivateKeyInfo begins with an AlgorithmIdentifier, all others with a version.
    if fields.peek(tag::SEQUENCE) {
        let encrypted = fields.sequence()?.peek(tag::OID);
        let kind = if encrypted { ErrorKind::Encrypted } else { ErrorKind::UnexpectedTag };
        return Err(Error::new(kind));
    }
    let version = fields.small()?;
    if fields.peek(tag::SEQUENCE) {
        if version > 1 {
            return Err(fields.error(ErrorKind::Unsupported));
        }
        return pkcs8(fields, kinds);
    }
    if fields.peek(tag::INTEGER) {
        return read(kinds, None, der, None, 0);
    }
    if version != 1 {
        return Err(fields.error(ErrorKind::Unsupported));
    }
    sec1(fields, None, kinds)
}

/// PrivateKeyInfo after its version (RFC 5958 section 2); attributes are skipped, and so is the public key but for
/// Ed25519, whose private key has none beside it.
fn pkcs8(mut fields: Reader<'_>, kinds: &[&'static KeyKind]) -> Result<BoxedKey, Error> {
    let mut algorithm = fields.sequence()?;
    let unsupported = algorithm.error(ErrorKind::Unsupported);
    let oid = algorithm.oid()?;
    let key = fields.value(tag::OCTET_STRING)?;
    if oid == ID_ED25519 {
        algorithm.finish()?;
        return edwards(fields, oid, key, kinds);
    }
    while !fields.is_empty() {
        fields.any()?;
    }
    if oid == RSA_ENCRYPTION {
        algorithm.null()?;
        algorithm.finish()?;
        return read(kinds, None, key.contents, None, key.reader().offset());
    }
    if oid != EC_PUBLIC_KEY {
        return Err(unsupported);
    }
    if !algorithm.peek(tag::OID) {
        return Err(algorithm.error(ErrorKind::Unsupported));
    }
    let curve = algorithm.oid()?;
    algorithm.finish()?;
    let mut inner = key.reader();
    let mut ec = inner.sequence()?;
    inner.finish()?;
    if ec.small()? != 1 {
        return Err(ec.error(ErrorKind::Unsupported));
    }
    sec1(ec, Some(curve), kinds)
}

/// OneAsymmetricKey after its privateKey: CurvePrivateKey is an OCTET STRING in that (RFC 8410 section 7), and version 2 has
/// the public key.
fn edwards(
    mut fields: Reader<'_>,
    curve: &[u8],
    key: Value<'_>,
    kinds: &[&'static KeyKind],
) -> Result<BoxedKey, Error> {
    fields.optional(tag::constructed(0))?;
    let point = fields.optional(tag::primitive(1))?;
    fields.finish()?;
    let point = match point.map(|point| point.contents) {
        Some([0, point @ ..]) => Some(point),
        Some(_) => return Err(key.error(ErrorKind::IllegalValue)),
        None => None,
    };
    let mut inner = key.reader();
    let private = inner.value(tag::OCTET_STRING)?;
    inner.finish()?;
    read(kinds, Some(curve), private.contents, point, private.reader().offset())
}

/// ECPrivateKey after its version (RFC 5915 section 3).
fn sec1(mut fields: Reader<'_>, curve: Option<&[u8]>, kinds: &[&'static KeyKind]) -> Result<BoxedKey, Error> {
    let scalar = fields.value(tag::OCTET_STRING)?;
    let own = match fields.optional(tag::constructed(0))? {
        Some(parameters) => {
            let mut parameters = parameters.reader();
            if !parameters.peek(tag::OID) {
                return Err(parameters.error(ErrorKind::Unsupported));
            }
            let oid = parameters.oid()?;
            parameters.finish()?;
            Some(oid)
        }
        None => None,
    };
    let point = match fields.optional(tag::constructed(1))? {
        Some(point) => {
            let mut point = point.reader();
            let bits = point.octet_aligned_bits()?;
            point.finish()?;
            match bits {
                [UNCOMPRESSED, ..] => Some(bits),
                // a compressed one proves nothing here
                [2 | 3, x @ ..] if x.len() == scalar.contents.len() => None,
                _ => return Err(scalar.error(ErrorKind::InvalidKey)),
            }
        }
        None => None,
    };
    fields.finish()?;
    if own.is_some() && curve.is_some() && own != curve {
        return Err(scalar.error(ErrorKind::InvalidKey));
    }
    let curve = curve.or(own).ok_or(scalar.error(ErrorKind::Unsupported))?;
    read(kinds, Some(curve), scalar.contents, point, scalar.reader().offset())
}

fn read(
    kinds: &[&'static KeyKind],
    curve: Option<&[u8]>,
    key: &[u8],
    point: Option<&[u8]>,
    at: usize,
) -> Result<BoxedKey, Error> {
    let kind =
        kinds.iter().find(|kind| kind.curve == curve).ok_or(Error { kind: ErrorKind::Unsupported, at })?;
    (kind.read)(key, point).map_err(|error| Error { at: at + error.at, ..error })
}

#[cfg(any(feature = "rsa", feature = "ecdsa", feature = "ed25519"))]
fn boxed<K: PrivateKey + Send + Sync + 'static>(key: Result<K, crypto::Error>) -> Result<BoxedKey, Error> {
    let key = key.map_err(|error| match error {
        crypto::Error::OutOfMemory => Error::new(ErrorKind::OutOfMemory),
        crypto::Error::Entropy
        | crypto::Error::InvalidKey
        | crypto::Error::InvalidPoint
        | crypto::Error::OutOfRange
        | crypto::Error::BadSignature
        | crypto::Error::OpenFailed
        | crypto::Error::Fault
        | crypto::Error::PrivateKey
        | crypto::Error::BufferTooSmall
        | crypto::Error::Unsupported => Error::new(ErrorKind::InvalidKey),
    })?;
    Ok(memory::Boxed::try_new(key)?.into_array_box())
}

/// RSAPrivateKey with two primes.
#[cfg(feature = "rsa")]
fn read_rsa(der: &[u8], _: Option<&[u8]>) -> Result<BoxedKey, Error> {
    let mut outer = Reader::new(der);
    let mut fields = outer.sequence()?;
    outer.finish()?;
    let version = fields;
    if fields.small()? != 0 {
        return Err(version.error(ErrorKind::Unsupported));
    }
    let components = crypto::rsa::Components {
        modulus: fields.unsigned()?,
        public_exponent: fields.unsigned()?,
        private_exponent: fields.unsigned()?,
        prime1: fields.unsigned()?,
        prime2: fields.unsigned()?,
        exponent1: fields.unsigned()?,
        exponent2: fields.unsigned()?,
        coefficient: fields.unsigned()?,
    };
    fields.finish()?;
    boxed(crypto::rsa::RsaPrivateKey::new(&components))
}

/// RSA.
#[cfg(feature = "rsa")]
pub static RSA: KeyKind = KeyKind { name: "RSA", curve: None, read: read_rsa };

/// ECDSA on P-256.
#[cfg(all(feature = "ecdsa", feature = "secp256r1"))]
pub static SECP256R1: KeyKind = KeyKind {
    name: "EC secp256r1",
    curve: Some(crypto::curve::secp256r1::OID),
    read: |scalar, point| {
        let key = crypto::curve::secp256r1::SigningKey::new(scalar);
        boxed(key.and_then(|key| match point {
            Some(point) if !key.matches(point) => Err(crypto::Error::InvalidKey),
            Some(_) | None => Ok(key),
        }))
    },
};

/// ECDSA on P-384.
#[cfg(all(feature = "ecdsa", feature = "secp384r1"))]
pub static SECP384R1: KeyKind = KeyKind {
    name: "EC secp384r1",
    curve: Some(crypto::curve::secp384r1::OID),
    read: |scalar, point| {
        let key = crypto::curve::secp384r1::SigningKey::new(scalar);
        boxed(key.and_then(|key| match point {
            Some(point) if !key.matches(point) => Err(crypto::Error::InvalidKey),
            Some(_) | None => Ok(key),
        }))
    },
};

/// ECDSA on P-521.
#[cfg(all(feature = "ecdsa", feature = "secp521r1"))]
pub static SECP521R1: KeyKind = KeyKind {
    name: "EC secp521r1",
    curve: Some(crypto::curve::secp521r1::OID),
    read: |scalar, point| {
        let key = crypto::curve::secp521r1::SigningKey::new(scalar);
        boxed(key.and_then(|key| match point {
            Some(point) if !key.matches(point) => Err(crypto::Error::InvalidKey),
            Some(_) | None => Ok(key),
        }))
    },
};

/// Ed25519.
#[cfg(feature = "ed25519")]
pub static ED25519: KeyKind = KeyKind {
    name: "Ed25519",
    curve: Some(crypto::curve::ed25519::OID),
    read: |private, point| {
        let key = crypto::curve::ed25519::SigningKey::new(private);
        boxed(key.and_then(|key| match point {
            Some(point) if !key.matches(point) => Err(crypto::Error::InvalidKey),
            Some(_) | None => Ok(key),
        }))
    },
};
