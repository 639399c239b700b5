//! Every adapter over transports that a script disturbs: what one must do, all must do.

mod blocking;
#[cfg(feature = "embedded-io")]
mod embedded;
#[cfg(feature = "embedded-io-async")]
mod embedded_async;
mod fixture;
#[cfg(feature = "session")]
mod session;
mod shared;
mod suite;
#[cfg(feature = "tokio")]
mod tokio;
mod wire;

use crate::Buffer;
use embertls::{ClientConfig, Error};
use std::io;
use wire::Handle;

/// How a call failed, in the same words for every adapter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Failure {
    Tls(Error),
    Reset,
    Interrupted,
    WriteZero,
    Other,
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        if let Some(error) = crate::tls_error(&error) {
            return Self::Tls(error);
        }
        let known = [
            (io::ErrorKind::ConnectionReset, Self::Reset),
            (io::ErrorKind::Interrupted, Self::Interrupted),
            (io::ErrorKind::WriteZero, Self::WriteZero),
        ];
        known.iter().find(|(kind, _)| *kind == error.kind()).map_or(Self::Other, |(_, failure)| *failure)
    }
}

/// A client behind an adapter.
trait Subject: Sized {
    fn client(config: &'static ClientConfig<'static>, transport: Handle, receive: Buffer<'static>) -> Self;

    async fn handshake(&mut self) -> Result<(), Failure>;

    async fn read(&mut self, out: &mut [u8]) -> Result<usize, Failure>;

    async fn write(&mut self, payload: &[u8]) -> Result<usize, Failure>;

    async fn flush(&mut self) -> Result<(), Failure>;

    async fn close(&mut self) -> Result<(), Failure>;
}

/// The tests of the suite for one adapter; with one more where a writer need not wait for a reader.
macro_rules! all_must {
    ($subject:ty) => {
        crate::tests::all_must! { $subject:
            a_message_goes_there_and_back
            single_bytes_are_slow_and_nothing_else
            would_block_at_any_call_loses_nothing
            interrupted_calls_are_made_again_and_not_for_ever
            a_bad_answer_at_any_call_is_an_error_within_bounded_calls
            a_transport_that_always_answers_badly_ends_each_call
            a_handshake_that_failed_stays_failed
            the_end_is_zero_only_after_close_notify
            what_was_sent_before_close_notify_is_read_first
            nothing_can_be_sent_after_close
            a_peer_that_closed_and_is_gone_is_no_error
            a_refused_certificate_is_named_and_told_to_the_peer
            a_changed_record_is_told_to_the_peer_and_stays_an_error
            a_lent_buffer_bounds_the_record_and_the_error_names_the_size
            a_transport_with_a_buffer_is_flushed_before_it_is_waited_for
            a_call_that_is_dropped_at_any_wait_loses_and_repeats_nothing
        }
    };
    (alone $subject:ty) => {
        crate::tests::all_must! { $subject }
        crate::tests::all_must! { $subject: a_peer_that_negotiates_anew_is_followed }
    };
    ($subject:ty: $($test:ident)*) => {
        $(#[test]
        fn $test() {
            crate::tests::suite::$test::<$subject>();
        })*
    };
}

use all_must;
