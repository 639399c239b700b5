//! What a signature is made over: the digest of a message, or the message itself for algorithms that take it whole (RFC
//! 8032, RFC 8422 section 5.10).

use crate::{Digest, SignatureAlgorithm, Signs};
use memory::OutOfMemory;

#[cfg(feature = "ed25519")]
mod whole;
#[cfg(not(feature = "ed25519"))]
#[path = "to_be_signed/whole_off.rs"]
mod whole;

use whole::Whole;

/// What the functions of a [`SignatureAlgorithm`] and of a private key are given.
pub struct ToBeSigned<'m>(Form<'m>);

enum Form<'m> {
    Digest(Digest),
    Message(&'m [u8]),
    Whole(Whole),
}

impl<'m> ToBeSigned<'m> {
    /// Of a message that stays where it is.
    #[must_use]
    pub fn of(algorithm: &SignatureAlgorithm, message: &'m [u8]) -> Self {
        Self(match algorithm.signs {
            Signs::Digest => Form::Digest((algorithm.hash.digest)(&[message])),
            Signs::Message => Form::Message(message),
        })
    }

    /// A digest that was made on the way.
    #[must_use]
    pub const fn digest(digest: Digest) -> Self {
        Self(Form::Digest(digest))
    }

    /// A message that was collected on the way.
    #[must_use]
    pub const fn message(message: &'m [u8]) -> Self {
        Self(Form::Message(message))
    }
}

impl ToBeSigned<'static> {
    /// Of the concatenated parts, which are copied where the algorithm takes a message.
    ///
    /// # Errors
    /// [`OutOfMemory`] when the allocator refuses.
    pub fn of_parts(algorithm: &SignatureAlgorithm, parts: &[&[u8]]) -> Result<Self, OutOfMemory> {
        Ok(Self(match algorithm.signs {
            Signs::Digest => Form::Digest((algorithm.hash.digest)(parts)),
            Signs::Message => Form::Whole(Whole::of(parts)?),
        }))
    }
}

impl AsRef<[u8]> for ToBeSigned<'_> {
    fn as_ref(&self) -> &[u8] {
        match &self.0 {
            Form::Digest(digest) => digest.as_ref(),
            Form::Message(message) => message,
            Form::Whole(whole) => whole.as_ref(),
        }
    }
}
