//! Verification profiles: which algorithms, kinds of key and sizes a path may use.

use crypto::{Curve, KeyType, SignatureAlgorithm};

/// What [`crate::Policy::under`] puts a verification under; mbedTLS's `mbedtls_x509_crt_profile`.
#[derive(Clone, Copy)]
pub struct VerificationProfile<'c> {
    /// Algorithms that may sign certificates and CRLs.
    pub algorithms: &'c [&'static SignatureAlgorithm],
    /// Kinds of key that certificates may hold; any other is `BAD_PK`.
    pub keys: &'c [KeyType],
    /// Curves that keys may be on; any other is `BAD_KEY`.
    pub curves: &'c [&'static Curve],
    /// Bits of the smallest RSA key; a smaller one is `BAD_KEY`, and so is one below
    /// [`crate::limits::MIN_RSA_BITS`] whatever stands here.
    pub min_rsa_bits: usize,
}

/// Every kind of key.
pub(crate) static ANY_KEY: &[KeyType] = &[KeyType::Rsa, KeyType::Ec, KeyType::Ed25519];
