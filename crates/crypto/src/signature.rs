//! Signature algorithms: the rows that certificates and signature schemes name, with the object identifiers of
//! RFC 5758 section 3.2 (ECDSA) and RFC 8017 appendix A.2.4 (PKCS#1).
//!
//! Naming an ECDSA row links no curve: the key brings its own. The digest's length must be the row's.

/// Declares the rows.
macro_rules! signature_algorithms {
    ($(#[cfg($cfg:meta)] $id:ident $name:literal $key:ident $hash:ident $verify:path {
        oid: $oid:expr, parameters: $parameters:ident
    })*) => {
        $(
            #[cfg($cfg)]
            #[doc = concat!("`", $name, "`.")]
            pub static $id: crate::SignatureAlgorithm = crate::SignatureAlgorithm {
                name: $name,
                oid: &$oid,
                parameters: crate::Parameters::$parameters,
                key: crate::KeyType::$key,
                hash: &crate::hash::$hash,
                verify: |key, digest, signature| $verify(&crate::hash::$hash, key, digest, signature),
            };
        )*
    };
}

signature_algorithms! {
    // 1.2.840.10045.4.3.2 and so on
    #[cfg(all(feature = "ecdsa", feature = "sha256"))]
    ECDSA_SHA256 "ecdsa-with-SHA256" Ec SHA256 verify_ecdsa {
        oid: [0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x04, 0x03, 2], parameters: Absent
    }
    #[cfg(all(feature = "ecdsa", feature = "sha384"))]
    ECDSA_SHA384 "ecdsa-with-SHA384" Ec SHA384 verify_ecdsa {
        oid: [0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x04, 0x03, 3], parameters: Absent
    }
    #[cfg(all(feature = "ecdsa", feature = "sha512"))]
    ECDSA_SHA512 "ecdsa-with-SHA512" Ec SHA512 verify_ecdsa {
        oid: [0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x04, 0x03, 4], parameters: Absent
    }
    // 1.2.840.113549.1.1.11 and so on
    #[cfg(all(feature = "pkcs1-v15", feature = "sha256"))]
    RSA_PKCS1_SHA256 "sha256WithRSAEncryption" Rsa SHA256 crate::rsa::verify_pkcs1 {
        oid: [0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x01, 11], parameters: Null
    }
    #[cfg(all(feature = "pkcs1-v15", feature = "sha384"))]
    RSA_PKCS1_SHA384 "sha384WithRSAEncryption" Rsa SHA384 crate::rsa::verify_pkcs1 {
        oid: [0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x01, 12], parameters: Null
    }
    #[cfg(all(feature = "pkcs1-v15", feature = "sha512"))]
    RSA_PKCS1_SHA512 "sha512WithRSAEncryption" Rsa SHA512 crate::rsa::verify_pkcs1 {
        oid: [0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x01, 13], parameters: Null
    }
}

/// Verifies an ECDSA signature over a digest of `hash` on the curve that the key names. The job's result is empty.
///
/// # Errors
/// [`crate::Error::InvalidKey`] for a key of another type, [`crate::Error::InvalidPoint`] for one that is no point
/// of its curve; [`crate::Error::BadSignature`] here or by the job.
#[cfg(feature = "ecdsa")]
pub fn verify_ecdsa(
    hash: &crate::Hash,
    key: &crate::PublicKey<'_>,
    digest: &[u8],
    signature: &[u8],
) -> Result<crate::BoxedJob, crate::Error> {
    match key {
        crate::PublicKey::Ec { .. } if digest.len() != hash.output_len => Err(crate::Error::BadSignature),
        crate::PublicKey::Ec { curve, point } => (curve.verify)(point, digest, signature),
        crate::PublicKey::Rsa { .. } => Err(crate::Error::InvalidKey),
    }
}
