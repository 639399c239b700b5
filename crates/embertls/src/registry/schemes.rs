//! Signature schemes, and the algorithms that are accepted in certificates.

use crypto::SignatureAlgorithm;
use suites::Scheme;

/// Declares each scheme as a static and lists them all, with their algorithms.
macro_rules! schemes {
    ($(#[cfg($cfg:meta)] $id:ident $name:literal { algorithm: $algorithm:ident })*) => {
        $(
            #[cfg($cfg)]
            #[doc = concat!("`", $name, "`.")]
            pub static $id: Scheme = Scheme {
                id: codec::SignatureScheme::$id,
                name: $name,
                algorithm: &crypto::signature::$algorithm,
            };
        )*

        /// Every scheme of this build, in order of preference.
        pub static ALL: &[&Scheme] = &[$(#[cfg($cfg)] &$id,)*];
    };
}

schemes! {
    #[cfg(all(feature = "ecdsa", feature = "sha256"))]
    ECDSA_SHA256 "ecdsa_secp256r1_sha256" { algorithm: ECDSA_SHA256 }
    #[cfg(all(feature = "ecdsa", feature = "sha384"))]
    ECDSA_SHA384 "ecdsa_secp384r1_sha384" { algorithm: ECDSA_SHA384 }
    #[cfg(all(feature = "ecdsa", feature = "sha512"))]
    ECDSA_SHA512 "ecdsa_secp521r1_sha512" { algorithm: ECDSA_SHA512 }
    #[cfg(feature = "ed25519")]
    ED25519 "ed25519" { algorithm: ED25519 }
    #[cfg(all(feature = "pkcs1-v21", feature = "sha256"))]
    RSA_PSS_RSAE_SHA256 "rsa_pss_rsae_sha256" { algorithm: RSA_PSS_SHA256 }
    #[cfg(all(feature = "pkcs1-v21", feature = "sha384"))]
    RSA_PSS_RSAE_SHA384 "rsa_pss_rsae_sha384" { algorithm: RSA_PSS_SHA384 }
    #[cfg(all(feature = "pkcs1-v21", feature = "sha512"))]
    RSA_PSS_RSAE_SHA512 "rsa_pss_rsae_sha512" { algorithm: RSA_PSS_SHA512 }
    #[cfg(all(feature = "rsa", feature = "pkcs1-v15", feature = "sha256"))]
    RSA_PKCS1_SHA256 "rsa_pkcs1_sha256" { algorithm: RSA_PKCS1_SHA256 }
    #[cfg(all(feature = "rsa", feature = "pkcs1-v15", feature = "sha384"))]
    RSA_PKCS1_SHA384 "rsa_pkcs1_sha384" { algorithm: RSA_PKCS1_SHA384 }
    #[cfg(all(feature = "rsa", feature = "pkcs1-v15", feature = "sha512"))]
    RSA_PKCS1_SHA512 "rsa_pkcs1_sha512" { algorithm: RSA_PKCS1_SHA512 }
    #[cfg(all(feature = "ecdsa", feature = "sha1", feature = "allow-sha1-in-key-exchange"))]
    ECDSA_SHA1 "ecdsa_sha1" { algorithm: ECDSA_SHA1 }
    #[cfg(all(feature = "rsa", feature = "pkcs1-v15", feature = "sha1", feature = "allow-sha1-in-key-exchange"))]
    RSA_PKCS1_SHA1 "rsa_pkcs1_sha1" { algorithm: RSA_PKCS1_SHA1 }
}

/// Those that are offered without being asked for: all but SHA-1.
pub static MODERN: &[&Scheme] = &[
    #[cfg(all(feature = "ecdsa", feature = "sha256"))]
    &ECDSA_SHA256,
    #[cfg(all(feature = "ecdsa", feature = "sha384"))]
    &ECDSA_SHA384,
    #[cfg(all(feature = "ecdsa", feature = "sha512"))]
    &ECDSA_SHA512,
    #[cfg(feature = "ed25519")]
    &ED25519,
    #[cfg(all(feature = "pkcs1-v21", feature = "sha256"))]
    &RSA_PSS_RSAE_SHA256,
    #[cfg(all(feature = "pkcs1-v21", feature = "sha384"))]
    &RSA_PSS_RSAE_SHA384,
    #[cfg(all(feature = "pkcs1-v21", feature = "sha512"))]
    &RSA_PSS_RSAE_SHA512,
    #[cfg(all(feature = "rsa", feature = "pkcs1-v15", feature = "sha256"))]
    &RSA_PKCS1_SHA256,
    #[cfg(all(feature = "rsa", feature = "pkcs1-v15", feature = "sha384"))]
    &RSA_PKCS1_SHA384,
    #[cfg(all(feature = "rsa", feature = "pkcs1-v15", feature = "sha512"))]
    &RSA_PKCS1_SHA512,
];

/// Algorithms that may sign certificates: no SHA-1.
pub static CERTIFICATE_ALGORITHMS: &[&SignatureAlgorithm] = &[
    #[cfg(all(feature = "ecdsa", feature = "sha256"))]
    &crypto::signature::ECDSA_SHA256,
    #[cfg(all(feature = "ecdsa", feature = "sha384"))]
    &crypto::signature::ECDSA_SHA384,
    #[cfg(all(feature = "ecdsa", feature = "sha512"))]
    &crypto::signature::ECDSA_SHA512,
    #[cfg(feature = "ed25519")]
    &crypto::signature::ED25519,
    #[cfg(all(feature = "rsa", feature = "pkcs1-v15", feature = "sha256"))]
    &crypto::signature::RSA_PKCS1_SHA256,
    #[cfg(all(feature = "rsa", feature = "pkcs1-v15", feature = "sha384"))]
    &crypto::signature::RSA_PKCS1_SHA384,
    #[cfg(all(feature = "rsa", feature = "pkcs1-v15", feature = "sha512"))]
    &crypto::signature::RSA_PKCS1_SHA512,
    #[cfg(all(feature = "pkcs1-v21", feature = "sha256"))]
    &crypto::signature::RSA_PSS_SHA256,
    #[cfg(all(feature = "pkcs1-v21", feature = "sha384"))]
    &crypto::signature::RSA_PSS_SHA384,
    #[cfg(all(feature = "pkcs1-v21", feature = "sha512"))]
    &crypto::signature::RSA_PSS_SHA512,
];

/// Before TLS 1.2 the key alone decides: MD5 with SHA-1 for RSA (RFC 2246 section 7.4.3), SHA-1 for ECDSA (RFC 4492
/// section 5.4). The number of the first is the one that RFC 8446 section 4.2.3 leaves to private use and that others
/// use for it too.
#[cfg(all(feature = "md5", feature = "sha1"))]
pub static BEFORE_TLS1_2: &[&Scheme] = &[
    #[cfg(all(feature = "rsa", feature = "pkcs1-v15"))]
    &Scheme {
        id: codec::SignatureScheme(0xFF01),
        name: "rsa_pkcs1_md5_sha1",
        algorithm: &crypto::signature::RSA_MD5_SHA1,
    },
    #[cfg(feature = "ecdsa")]
    &Scheme {
        id: codec::SignatureScheme::ECDSA_SHA1,
        name: "ecdsa_sha1",
        algorithm: &crypto::signature::ECDSA_SHA1,
    },
];
