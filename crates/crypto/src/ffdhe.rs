//! Diffie-Hellman in finite fields (RFC 7919, RFC 5246 section 8.1.2), on integers of fixed size.
//!
//! Groups with a name are rows, and known to be safe. A group that a peer brings is proved to be one by [`check()`]
//! before it is used. Every exchange has a fresh private value; CT: private values and shared secrets do not leak, but
//! for the leading zeros that RFC 5246 section 8.1.2 strips of a secret that is used once.

mod check;
mod field;

pub use check::check;

use crate::{Agreement, BoxedJob, Error, Rng};

/// A prime and a generator, big-endian without leading zeros.
#[derive(Clone, Copy, Debug)]
pub struct Parameters<'a> {
    /// The prime.
    pub p: &'a [u8],
    /// The generator.
    pub g: &'a [u8],
}

/// Declares the groups: parameters, bytes of the prime and of a private value (RFC 7919 appendix A, "exponent length").
macro_rules! groups {
    ($($name:ident $parameters:ident $label:literal $file:literal $len:literal $private_len:literal)*) => {
        $(
            #[doc = concat!("The prime and the generator of `", $label, "`.")]
            pub static $parameters: Parameters<'static> = Parameters { p: include_bytes!($file), g: &[2] };

            #[doc = concat!("`", $label, "`.")]
            pub static $name: Agreement = Agreement {
                name: $label,
                private_len: $private_len,
                public_len: $len,
                shared_len: $len,
                generate: |rng| generate($parameters.p, $parameters.g, rng),
                agree: |private, peer_public| agree($parameters.p, private, peer_public),
            };
        )*
    };
}

groups! {
    FFDHE2048 FFDHE2048_PARAMETERS "ffdhe2048" "ffdhe/ffdhe2048.bin" 256 29
    FFDHE3072 FFDHE3072_PARAMETERS "ffdhe3072" "ffdhe/ffdhe3072.bin" 384 35
    FFDHE4096 FFDHE4096_PARAMETERS "ffdhe4096" "ffdhe/ffdhe4096.bin" 512 41
    FFDHE6144 FFDHE6144_PARAMETERS "ffdhe6144" "ffdhe/ffdhe6144.bin" 768 47
    FFDHE8192 FFDHE8192_PARAMETERS "ffdhe8192" "ffdhe/ffdhe8192.bin" 1024 50
}

/// Bytes of a private value for a prime of so many bytes: twice the strength of the group (RFC 7919 appendix A).
const fn private_len(p_len: usize) -> usize {
    match p_len {
        ..=256 => 29,
        257..=384 => 35,
        385..=512 => 41,
        513..=768 => 47,
        769.. => 50,
    }
}

/// Makes a key pair. The job's result is the private value, then the public one, of the prime's length.
///
/// # Errors
/// [`Error::InvalidKey`] for a prime that is even or larger than 8192 bits; [`Error::Entropy`],
/// [`Error::OutOfMemory`].
pub fn generate(p: &[u8], g: &[u8], rng: &mut dyn Rng) -> Result<BoxedJob, Error> {
    field::generate(p, g, private_len(p.len()), rng)
}

/// Agrees with a peer, whose public value must be from 2 to p-2. The job's result is the shared secret without leading
/// zeros.
///
/// # Errors
/// [`Error::OutOfRange`] for such a public value; [`Error::InvalidKey`], [`Error::OutOfMemory`].
pub fn agree(p: &[u8], private: &[u8], peer_public: &[u8]) -> Result<BoxedJob, Error> {
    field::agree(p, private, peer_public)
}

#[cfg(test)]
mod tests;
