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

        /// Every algorithm of this build that signs certificates.
        pub static CERTIFICATE_ALGORITHMS: &[&SignatureAlgorithm] =
            &[$(#[cfg($cfg)] &crypto::signature::$algorithm,)*];
    };
}

schemes! {
    #[cfg(all(feature = "ecdsa", feature = "sha256"))]
    ECDSA_SHA256 "ecdsa_secp256r1_sha256" { algorithm: ECDSA_SHA256 }
    #[cfg(all(feature = "ecdsa", feature = "sha384"))]
    ECDSA_SHA384 "ecdsa_secp384r1_sha384" { algorithm: ECDSA_SHA384 }
    #[cfg(all(feature = "ecdsa", feature = "sha512"))]
    ECDSA_SHA512 "ecdsa_secp521r1_sha512" { algorithm: ECDSA_SHA512 }
    #[cfg(all(feature = "rsa", feature = "pkcs1-v15", feature = "sha256"))]
    RSA_PKCS1_SHA256 "rsa_pkcs1_sha256" { algorithm: RSA_PKCS1_SHA256 }
    #[cfg(all(feature = "rsa", feature = "pkcs1-v15", feature = "sha384"))]
    RSA_PKCS1_SHA384 "rsa_pkcs1_sha384" { algorithm: RSA_PKCS1_SHA384 }
    #[cfg(all(feature = "rsa", feature = "pkcs1-v15", feature = "sha512"))]
    RSA_PKCS1_SHA512 "rsa_pkcs1_sha512" { algorithm: RSA_PKCS1_SHA512 }
}
