//! What a private key that is not here is asked, and how it fails; asked with the feature `async-private` only.

use crate::SignatureAlgorithm;

/// What a key is to do.
#[derive(Clone, Copy)]
pub struct KeyRequest<'r> {
    /// Which of the application's keys.
    pub key: u32,
    /// What is wanted.
    pub operation: KeyOperation<'r>,
}

/// What a key does.
#[derive(Clone, Copy)]
pub enum KeyOperation<'r> {
    /// A signature as it goes over the wire (PKCS#1 or PSS block as long as the modulus, ECDSA-Sig-Value in DER) over this
    /// digest of the algorithm's hash, or over the message where the algorithm [`crate::Signs::Message`].
    Sign {
        /// Hash and encoding.
        algorithm: &'static SignatureAlgorithm,
        /// What is signed: what [`crate::ToBeSigned`] makes.
        digest: &'r [u8],
    },
    /// The message of an RSAES-PKCS1-v1_5 ciphertext (RFC 8017 section 7.2.2).
    Decrypt {
        /// As long as the modulus, or as the peer sent it.
        ciphertext: &'r [u8],
    },
}

/// Why a key has no result.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyFailure {
    /// The ciphertext is none, or its padding is wrong. The peer must not learn of it: the handshake goes on and ends at
    /// Finished (RFC 5246 section 7.4.7.1). An element that cannot tell this from other failures answers with it.
    BadCiphertext,
    /// The element does not answer, or refuses.
    Failed,
}
