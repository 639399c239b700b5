//! What a stream needs of its owner's world, and what it is made of.

use crate::Buffer;
use embertls::{Error, Host, Misuse};

/// Lends the time, the randomness, and whatever else a [`Host`] may carry, for one call after the other.
///
/// ```
/// use embertls::{Host, Instant, Rng, Time};
/// use embertls_io::World;
///
/// struct Board<R> {
///     rng: R,
///     built: i64, // seconds since 1970
/// }
///
/// impl<R: Rng> World for Board<R> {
///     fn host(&mut self) -> Host<'_> {
///         Host::new(Instant(milliseconds()), Time::AtLeast(self.built), &mut self.rng)
///     }
/// }
/// #
/// # fn milliseconds() -> u64 {
/// #     0
/// # }
/// ```
pub trait World {
    /// The world as it is now.
    fn host(&mut self) -> Host<'_>;
}

impl<W: World + ?Sized> World for &mut W {
    fn host(&mut self) -> Host<'_> {
        (**self).host()
    }
}

/// What a stream is made of besides its configuration and its transport.
pub struct Parts<'b, W> {
    /// Time and randomness.
    pub world: W,
    /// Where records arrive: bounds the largest protected record that can be opened.
    pub receive: Buffer<'b>,
    /// Where records are made: bounds the largest record that is sent.
    pub transmit: Buffer<'b>,
}

impl<'b, W: World> Parts<'b, W> {
    /// Buffers of the caller's.
    pub fn new(world: W, receive: impl Into<Buffer<'b>>, transmit: impl Into<Buffer<'b>>) -> Self {
        Self { world, receive: receive.into(), transmit: transmit.into() }
    }

    /// Owned buffers for the largest records.
    ///
    /// # Errors
    /// [`Error::OutOfMemory`] when the allocator refuses.
    pub fn owned(world: W) -> Result<Self, Error> {
        Ok(Self { world, receive: Buffer::full_size()?, transmit: Buffer::full_size()? })
    }

    /// For a transport that has carried plaintext, as before STARTTLS: `waiting` is what was read from it and has not
    /// been used. It must be nothing, for whoever could put it there could have it taken for what TLS protects (RFC
    /// 3207 section 6).
    ///
    /// # Errors
    /// [`Misuse::BytesBeforeTls`].
    pub fn after_plaintext(self, waiting: &[u8]) -> Result<Self, Error> {
        if waiting.is_empty() { Ok(self) } else { Err(Error::Misuse(Misuse::BytesBeforeTls)) }
    }
}
