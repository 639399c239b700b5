//! Signature algorithms: the rows that certificates and signature schemes name, with the object identifiers of
//! RFC 5758 section 3.2 (ECDSA) and RFC 8017 appendix A.2.4 (PKCS#1).
//!
//! Naming an ECDSA row links no curve: the key brings its own. The digest's length must be the row's.

#[cfg(feature = "ed25519")]
pub use crate::curve::ed25519::ALGORITHM as ED25519;

/// Declares the rows.
macro_rules! signature_algorithms {
    ($(#[cfg($cfg:meta)] $id:ident $name:literal $key:ident $hash:ident $verify:path {
        oid: $oid:expr, parameters: $parameters:expr
    })*) => {
        $(
            #[cfg($cfg)]
            #[doc = concat!("`", $name, "`.")]
            pub static $id: crate::SignatureAlgorithm = crate::SignatureAlgorithm {
                name: $name,
                oid: &$oid,
                parameters: $parameters,
                key: crate::KeyType::$key,
                hash: &crate::hash::$hash,
                signs: crate::Signs::Digest,
                verify: |key, digest, signature| $verify(&crate::hash::$hash, key, digest, signature),
            };
        )*
    };
}

signature_algorithms! {
    // 1.2.840.10045.4.3.2 and so on
    #[cfg(all(feature = "ecdsa", feature = "sha256"))]
    ECDSA_SHA256 "ecdsa-with-SHA256" Ec SHA256 verify_ecdsa {
        oid: [0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x04, 0x03, 2], parameters: crate::Parameters::Absent
    }
    #[cfg(all(feature = "ecdsa", feature = "sha384"))]
    ECDSA_SHA384 "ecdsa-with-SHA384" Ec SHA384 verify_ecdsa {
        oid: [0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x04, 0x03, 3], parameters: crate::Parameters::Absent
    }
    #[cfg(all(feature = "ecdsa", feature = "sha512"))]
    ECDSA_SHA512 "ecdsa-with-SHA512" Ec SHA512 verify_ecdsa {
        oid: [0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x04, 0x03, 4], parameters: crate::Parameters::Absent
    }
    // 1.2.840.10045.4.1
    #[cfg(all(feature = "ecdsa", feature = "sha1"))]
    ECDSA_SHA1 "ecdsa-with-SHA1" Ec SHA1 verify_ecdsa {
        oid: [0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x04, 0x01], parameters: crate::Parameters::Absent
    }
    // 1.2.840.113549.1.1.4, broken: collisions take seconds
    #[cfg(all(feature = "pkcs1-v15", feature = "md5"))]
    RSA_PKCS1_MD5 "md5WithRSAEncryption" Rsa MD5 crate::rsa::verify_pkcs1 {
        oid: [0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x01, 4], parameters: crate::Parameters::Null
    }
    // 1.2.840.113549.1.1.5
    #[cfg(all(feature = "pkcs1-v15", feature = "sha1"))]
    RSA_PKCS1_SHA1 "sha1WithRSAEncryption" Rsa SHA1 crate::rsa::verify_pkcs1 {
        oid: [0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x01, 5], parameters: crate::Parameters::Null
    }
    // No certificate has it: PKCS#1 v1.5 without a DigestInfo, in the handshakes of TLS 1.0 and 1.1 (RFC 2246 section
    // 4.7).
    #[cfg(all(feature = "pkcs1-v15", feature = "md5", feature = "sha1"))]
    RSA_MD5_SHA1 "rsa-md5-sha1" Rsa MD5_SHA1 crate::rsa::verify_pkcs1 {
        oid: [], parameters: crate::Parameters::Null
    }
    // 1.2.840.113549.1.1.10 with the parameters of RFC 4055 section 3.1
    #[cfg(all(feature = "pkcs1-v21", feature = "sha256"))]
    RSA_PSS_SHA256 "rsassaPss with SHA-256" Rsa SHA256 crate::rsa::pss::verify {
        oid: [0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x01, 10], parameters: crate::Parameters::Pss(&pss_parameters(1, 32))
    }
    #[cfg(all(feature = "pkcs1-v21", feature = "sha384"))]
    RSA_PSS_SHA384 "rsassaPss with SHA-384" Rsa SHA384 crate::rsa::pss::verify {
        oid: [0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x01, 10], parameters: crate::Parameters::Pss(&pss_parameters(2, 48))
    }
    #[cfg(all(feature = "pkcs1-v21", feature = "sha512"))]
    RSA_PSS_SHA512 "rsassaPss with SHA-512" Rsa SHA512 crate::rsa::pss::verify {
        oid: [0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x01, 10], parameters: crate::Parameters::Pss(&pss_parameters(3, 64))
    }
    // 1.2.840.113549.1.1.11 and so on
    #[cfg(all(feature = "pkcs1-v15", feature = "sha256"))]
    RSA_PKCS1_SHA256 "sha256WithRSAEncryption" Rsa SHA256 crate::rsa::verify_pkcs1 {
        oid: [0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x01, 11], parameters: crate::Parameters::Null
    }
    #[cfg(all(feature = "pkcs1-v15", feature = "sha384"))]
    RSA_PKCS1_SHA384 "sha384WithRSAEncryption" Rsa SHA384 crate::rsa::verify_pkcs1 {
        oid: [0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x01, 12], parameters: crate::Parameters::Null
    }
    #[cfg(all(feature = "pkcs1-v15", feature = "sha512"))]
    RSA_PKCS1_SHA512 "sha512WithRSAEncryption" Rsa SHA512 crate::rsa::verify_pkcs1 {
        oid: [0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x01, 13], parameters: crate::Parameters::Null
    }
}

/// RSASSA-PSS-params of a hash of the SHA-2 family: the last arc of its object identifier, and bytes of its digest.
#[cfg(feature = "pkcs1-v21")]
const fn pss_parameters(hash: u8, salt_len: u8) -> [u8; 54] {
    [
        0x30, 0x34, // SEQUENCE
        0xA0, 0x0F, 0x30, 0x0D, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, hash, 0x05,
        0x00, // hash
        0xA1, 0x1C, 0x30, 0x1A, 0x06, 0x09, 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x01,
        0x08, // MGF1
        0x30, 0x0D, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, hash, 0x05,
        0x00, // its hash
        0xA2, 0x03, 0x02, 0x01, salt_len, // saltLength
    ]
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
        crate::PublicKey::Ec { curve, .. } if curve.key != crate::KeyType::Ec => {
            Err(crate::Error::InvalidKey)
        }
        crate::PublicKey::Ec { .. } if digest.len() != hash.output_len => Err(crate::Error::BadSignature),
        crate::PublicKey::Ec { curve, point } => (curve.verify)(point, digest, signature),
        crate::PublicKey::Rsa { .. } => Err(crate::Error::InvalidKey),
    }
}
