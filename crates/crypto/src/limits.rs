//! Limits of this crate: each with its source and what happens at the edge.

/// Draws of a scalar by rejection before the random source is called broken. A curve refuses a draw with at most
/// chance 1/2 (P-256: 2^-32), so a working source never gets here. Past it: [`crate::Error::Entropy`].
pub const SCALAR_DRAWS: usize = 64;

/// Random bytes mixed into each ECDSA nonce (RFC 6979 section 3.6): 256 bits.
pub const ECDSA_HEDGE_BYTES: usize = 32;

/// The shortest digest that ECDSA signs or verifies: SHA-1's, the shortest of any TLS version (RFC 4492 section 5.4).
/// A shorter one, which could be searched, is [`crate::Error::BadSignature`], or in signing
/// [`crate::Error::Unsupported`].
pub const ECDSA_DIGEST_BYTES_MIN: usize = 20;

/// The smallest RSA modulus: 112 bits of strength (SP 800-131A revision 2 table 2). Below it:
/// [`crate::Error::InvalidKey`].
pub const RSA_MODULUS_BITS_MIN: usize = 2048;

/// The largest RSA modulus: what public roots use, and the most work that a peer's certificate may ask for. Above
/// it: [`crate::Error::InvalidKey`].
pub const RSA_MODULUS_BITS_MAX: usize = 4096;

/// The smallest RSA public exponent (RFC 8017 section 3.1). Below it, or even: [`crate::Error::InvalidKey`].
pub const RSA_EXPONENT_MIN: u32 = 3;

/// The longest RSA public exponent: 32 bits, as much as widespread platforms accept, so that verification stays a
/// few dozen multiplications. Longer: [`crate::Error::InvalidKey`].
pub const RSA_EXPONENT_BYTES_MAX: usize = 4;

/// Rounds of drawing padding bytes again because they were zero (RFC 8017 section 7.2.1). A working source leaves
/// one byte in 256 for each further round. Past it: [`crate::Error::Entropy`].
pub const RSA_PADDING_ROUNDS: usize = 32;

/// The most bytes of one DRBG request (SP 800-90A table 3: 2^19 bits). Past it: [`crate::Error::BufferTooSmall`].
pub const MAX_DRBG_REQUEST_BYTES: usize = 1 << 16;

/// Requests between two seedings; SP 800-90A table 3 allows 2^48, this is mbedTLS's. At it the generator reseeds.
pub const DRBG_RESEED_INTERVAL: u32 = 10_000;

/// The most bytes of entropy, personalisation and additional input at once: four sources of one bit a byte, and
/// 512 bytes more. Past it: [`crate::Error::BufferTooSmall`] or [`crate::Error::OutOfMemory`].
pub const MAX_DRBG_INPUT_BYTES: usize = 4 * ENTROPY_AND_NONCE_BITS + 512;

/// Bits of min-entropy of a seed: 256 for the security strength of AES-256, and half as much for the nonce (SP 800-90A
/// section 8.6.7).
pub const ENTROPY_AND_NONCE_BITS: usize = 384;

/// Samples that are tested and thrown away when a source starts (SP 800-90B section 4.3, requirement 10).
pub const START_UP_SAMPLES: usize = 1024;

/// Samples of one window of the adaptive proportion test (SP 800-90B section 4.4.2, non-binary).
pub const PROPORTION_WINDOW: usize = 512;

/// Equal samples in a row that fail the repetition count test, by claimed bits a sample (1 to 8): `1 + ceil(40 / H)`,
/// for one false alarm in 2^40 samples (SP 800-90B section 4.4.1).
pub const REPETITION_CUTOFFS: [usize; 8] = [41, 21, 15, 11, 9, 8, 7, 6];

/// Equal samples in a window that fail the adaptive proportion test, by claimed bits a sample (1 to 8): one more than
/// the number that a binomial(512, 2^-H) stays below but for one window in 2^40 (SP 800-90B section 4.4.2).
pub const PROPORTION_CUTOFFS: [usize; 8] = [336, 201, 123, 78, 51, 35, 26, 19];

#[cfg(feature = "dhm")]
/// The smallest finite field that a peer may bring, in bits (RFC 7919 section 1). Below it: [`crate::Error::InvalidKey`].
pub const FINITE_FIELD_BITS_MIN: usize = 2048;

#[cfg(feature = "dhm")]
/// The largest finite field that a peer may bring, in bits: the most work that its check may ask for. Above it:
/// [`crate::Error::InvalidKey`].
pub const FINITE_FIELD_BITS_MAX: usize = 4096;

/// The longest result of a job, in bytes: a key pair of the largest finite field, else an RSA-4096 signature.
#[cfg(feature = "dhm")]
pub const MAX_JOB_RESULT_BYTES: usize = 1024 + 50;

/// The longest result of a job, in bytes: an RSA-4096 signature.
#[cfg(not(feature = "dhm"))]
pub const MAX_JOB_RESULT_BYTES: usize = 512;
