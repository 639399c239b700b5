//! The caller's world, lent for one call.

use crate::{SessionStore, TicketSealer};
use crypto::{Budget, Rng};
use x509::{CertificateObserver, Time};

/// Monotonic time in milliseconds from any start.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Instant(pub u64);

/// Takes the secrets of connections, so that a capture of them can be read.
pub trait KeyLog {
    /// A line of the NSS key log is `CLIENT_RANDOM <client_random> <master_secret>`, both in hexadecimal.
    fn log(&mut self, client_random: &[u8; 32], master_secret: &[u8; 48]);
}

/// How much of it a line of a [`Trace`] is, as mbedTLS counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// What ends a connection.
    Error = 1,
    /// Messages and alerts that come and go.
    State = 2,
    /// What was agreed on.
    Fact = 3,
    /// Records.
    Record = 4,
}

/// Takes lines of what a connection does, for whoever debugs. No secret and no data of the application is in them.
pub trait Trace {
    /// One line, without its end.
    fn line(&mut self, level: Level, text: core::fmt::Arguments<'_>);
}

/// A line for the host's trace: `trace!(host, State, "<= {:?}", message_type)`. Without the feature `debug` it compiles to
/// nothing.
#[doc(hidden)]
#[macro_export]
macro_rules! trace {
    ($host:expr, $level:ident, $($text:tt)+) => {
        if $crate::trace::ON && let Some(trace) = $host.trace.as_deref_mut() {
            trace.line($crate::Level::$level, ::core::format_args!($($text)+));
        }
    };
}

/// What a call may use of the caller's world: time, randomness, how much work to do, what is shared with other
/// connections, and who watches.
pub struct Host<'h> {
    /// Monotonic time.
    pub now: Instant,
    /// The date, as far as it is known.
    pub time: Time,
    /// Randomness.
    pub rng: &'h mut dyn Rng,
    /// How much slow work this call may do; None runs it to its end.
    pub budget: Option<Budget>,
    /// Keeps sessions, so that later handshakes are short; None resumes none by session_id, and a client none at all.
    pub sessions: Option<&'h mut (dyn SessionStore + 'h)>,
    /// Server: seals tickets; None issues and accepts none.
    pub tickets: Option<&'h mut (dyn TicketSealer + 'h)>,
    /// Sees each certificate of the peer as it arrives.
    pub observer: Option<&'h mut (dyn CertificateObserver + 'h)>,
    /// Sees the secrets; its calls are compiled in with the feature `export-keys` only.
    pub key_log: Option<&'h mut (dyn KeyLog + 'h)>,
    /// Reads along; its calls are compiled in with the feature `debug` only.
    pub trace: Option<&'h mut (dyn Trace + 'h)>,
}

impl<'h> Host<'h> {
    /// A host that runs slow work to its end, keeps no sessions, and that nobody watches.
    pub fn new(now: Instant, time: Time, rng: &'h mut dyn Rng) -> Self {
        Self {
            now,
            time,
            rng,
            budget: None,
            sessions: None,
            tickets: None,
            observer: None,
            key_log: None,
            trace: None,
        }
    }
}
