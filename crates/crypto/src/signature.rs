//! Signature algorithms: the rows that certificates and signature schemes name, with the object identifiers of
//! RFC 5758 section 3.2 (ECDSA) and RFC 8017 appendix A.2.4 (PKCS#1).
//!
//! Naming an ECDSA row links no curve: the key brings its own. The digest's length must be the row's.

#[cfg(any(feature = "ecdsa", all(feature = "rsa", feature = "pkcs1-v15")))]
use crate::{BoxedJob, Error, KeyType, Parameters, PublicKey, SignatureAlgorithm};

#[cfg(all(feature = "rsa", feature = "pkcs1-v15"))]
use crate::rsa::verify_pkcs1 as rsa_pkcs1;

/// Declares a row.
#[cfg(any(feature = "ecdsa", all(feature = "rsa", feature = "pkcs1-v15")))]
macro_rules! signature_algorithm {
    ($id:ident $name:literal $oid:expr, $parameters:ident, $key:ident, $hash:ident, $verify:ident) => {
        #[doc = concat!("`", $name, "`.")]
        pub static $id: SignatureAlgorithm = SignatureAlgorithm {
            name: $name,
            oid: &$oid,
            parameters: Parameters::$parameters,
            key: KeyType::$key,
            hash: &crate::hash::$hash,
            verify: |key, digest, signature| $verify(&crate::hash::$hash, key, digest, signature),
        };
    };
}

/// The content bytes of 1.2.840.10045.4.3.`last`.
#[cfg(feature = "ecdsa")]
const fn ecdsa_with_sha2(last: u8) -> [u8; 8] {
    [0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x04, 0x03, last]
}

/// The content bytes of 1.2.840.113549.1.1.`last`.
#[cfg(all(feature = "rsa", feature = "pkcs1-v15"))]
const fn pkcs1(last: u8) -> [u8; 9] {
    [0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x01, last]
}

#[cfg(all(feature = "ecdsa", feature = "sha256"))]
signature_algorithm!(ECDSA_SHA256 "ecdsa-with-SHA256" ecdsa_with_sha2(2), Absent, Ec, SHA256, ecdsa);
#[cfg(all(feature = "ecdsa", feature = "sha384"))]
signature_algorithm!(ECDSA_SHA384 "ecdsa-with-SHA384" ecdsa_with_sha2(3), Absent, Ec, SHA384, ecdsa);
#[cfg(all(feature = "ecdsa", feature = "sha512"))]
signature_algorithm!(ECDSA_SHA512 "ecdsa-with-SHA512" ecdsa_with_sha2(4), Absent, Ec, SHA512, ecdsa);
#[cfg(all(feature = "rsa", feature = "pkcs1-v15", feature = "sha256"))]
signature_algorithm!(RSA_PKCS1_SHA256 "sha256WithRSAEncryption" pkcs1(11), Null, Rsa, SHA256, rsa_pkcs1);
#[cfg(all(feature = "rsa", feature = "pkcs1-v15", feature = "sha384"))]
signature_algorithm!(RSA_PKCS1_SHA384 "sha384WithRSAEncryption" pkcs1(12), Null, Rsa, SHA384, rsa_pkcs1);
#[cfg(all(feature = "rsa", feature = "pkcs1-v15", feature = "sha512"))]
signature_algorithm!(RSA_PKCS1_SHA512 "sha512WithRSAEncryption" pkcs1(13), Null, Rsa, SHA512, rsa_pkcs1);

#[cfg(feature = "ecdsa")]
fn ecdsa(
    hash: &crate::Hash,
    key: &PublicKey<'_>,
    digest: &[u8],
    signature: &[u8],
) -> Result<BoxedJob, Error> {
    match key {
        PublicKey::Ec { .. } if digest.len() != hash.output_len => Err(Error::BadSignature),
        PublicKey::Ec { curve, point } => (curve.verify)(point, digest, signature),
        PublicKey::Rsa { .. } => Err(Error::InvalidKey),
    }
}
