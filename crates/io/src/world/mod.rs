//! What a stream needs of its owner's world, and what it is made of.

mod with;

pub use with::{WithBudget, WithKeyLog, WithSessions, WithTickets, WithTrace};

use crate::Buffer;
use embertls::{Budget, Error, Host, KeyLog, Misuse, SessionStore, TicketSealer, Trace};

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

    /// With a store of sessions: later handshakes with the same peer are short.
    fn with_sessions<S: SessionStore>(self, sessions: S) -> WithSessions<Self, S>
    where
        Self: Sized,
    {
        WithSessions { world: self, sessions }
    }

    /// With the keys of a server's tickets, so that the clients keep their sessions.
    fn with_tickets<T: TicketSealer>(self, tickets: T) -> WithTickets<Self, T>
    where
        Self: Sized,
    {
        WithTickets { world: self, tickets }
    }

    /// With so much slow work a call, after which others have their turn.
    fn with_budget(self, budget: Budget) -> WithBudget<Self>
    where
        Self: Sized,
    {
        WithBudget { world: self, budget }
    }

    /// With someone who sees the secrets, so that a capture can be read (feature `export-keys` of `embertls`).
    fn with_key_log<L: KeyLog>(self, log: L) -> WithKeyLog<Self, L>
    where
        Self: Sized,
    {
        WithKeyLog { world: self, log }
    }

    /// With someone who reads along (feature `debug` of `embertls`).
    fn with_trace<T: Trace>(self, trace: T) -> WithTrace<Self, T>
    where
        Self: Sized,
    {
        WithTrace { world: self, trace }
    }
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

    /// The same buffers in another world: `parts.in_world(|world| world.with_sessions(store))`.
    pub fn in_world<V: World>(self, change: impl FnOnce(W) -> V) -> Parts<'b, V> {
        Parts { world: change(self.world), receive: self.receive, transmit: self.transmit }
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
