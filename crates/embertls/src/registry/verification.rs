//! Verification profiles: what certificates may be signed with, and what keys they may hold. Those of mbedTLS by its
//! names, and one for old certificates; a custom one is a value of [`x509::VerificationProfile`].

use super::{groups, schemes};
use crypto::{KeyType, SignatureAlgorithm};
use x509::{VerificationProfile, limits::MIN_RSA_BITS};

const ANY_KEY: &[KeyType] = &[KeyType::Rsa, KeyType::Ec, KeyType::Ed25519];

/// mbedTLS's `mbedtls_x509_crt_profile_default`: every algorithm of the SHA-2 family and every curve of the build, RSA of 2048
/// bits or more; Ed25519, which mbedTLS does not have, with its feature.
pub static DEFAULT: VerificationProfile<'static> = VerificationProfile {
    algorithms: schemes::CERTIFICATE_ALGORITHMS,
    keys: ANY_KEY,
    curves: groups::CURVES,
    min_rsa_bits: MIN_RSA_BITS,
};

/// mbedTLS's `mbedtls_x509_crt_profile_next`: SHA-256 and longer, curves of 256 bits and more, RSA of 2048 bits or more; today
/// the same as [`DEFAULT`].
pub static NEXT: VerificationProfile<'static> = DEFAULT;

/// RFC 5759, mbedTLS's `mbedtls_x509_crt_profile_suiteb`: ECDSA with SHA-256 or SHA-384, P-256 or P-384 only.
pub static SUITE_B: VerificationProfile<'static> = VerificationProfile {
    algorithms: super::profiles::SUITE_B.certificate_algorithms,
    keys: &[KeyType::Ec],
    curves: groups::SUITE_B_CURVES,
    min_rsa_bits: MIN_RSA_BITS,
};

/// [`DEFAULT`] with SHA-1 and MD5, for certificates that nobody can renew: whoever can make a collision can forge them.
pub static LEGACY: VerificationProfile<'static> = VerificationProfile { algorithms: WITH_BROKEN, ..DEFAULT };

/// An OCSP response is asked for and checked if one comes (RFC 6066 section 8); certificates that demand one (RFC 7633) are
/// refused without. CertIDs under SHA-1, as nearly all are, and SHA-256.
#[cfg(feature = "ocsp-stapling")]
pub static STAPLING: x509::Stapling<'static> = x509::Stapling::new(CERT_ID_HASHES);

#[cfg(feature = "ocsp-stapling")]
static CERT_ID_HASHES: &[&crypto::Hash] = &[
    &crypto::hash::SHA1,
    #[cfg(feature = "sha256")]
    &crypto::hash::SHA256,
];

static WITH_BROKEN: &[&SignatureAlgorithm] = &[
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
    #[cfg(all(feature = "ecdsa", feature = "sha1"))]
    &crypto::signature::ECDSA_SHA1,
    #[cfg(all(feature = "pkcs1-v15", feature = "sha1"))]
    &crypto::signature::RSA_PKCS1_SHA1,
    #[cfg(all(feature = "pkcs1-v15", feature = "md5"))]
    &crypto::signature::RSA_PKCS1_MD5,
];

/// The profiles by name.
pub static ALL: &[(&str, &VerificationProfile<'static>)] =
    &[("default", &DEFAULT), ("next", &NEXT), ("suiteb", &SUITE_B), ("legacy", &LEGACY)];
