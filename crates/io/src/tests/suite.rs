//! What every adapter must do.

use super::{
    Failure, Subject, fixture,
    wire::{Answer, Handle},
};
use crate::{Buffer, limits};
use core::{
    pin::pin,
    task::{Context, Poll, Waker},
};
use embertls::{AlertDescription, Error, Flags, Misuse};
use std::{io::Write, vec, vec::Vec};
use testkit::rng::Seeded;

/// When a call that waits is dropped and made again.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Drop {
    Never,
    Always,
    At(usize),
}

/// Polls calls, and counts how often they waited.
struct Executor {
    drop: Drop,
    waits: usize,
}

impl Executor {
    const fn patient() -> Self {
        Self { drop: Drop::Never, waits: 0 }
    }

    fn run<S, T>(
        &mut self,
        subject: &mut S,
        mut call: impl AsyncFnMut(&mut S) -> Result<T, Failure>,
    ) -> Result<T, Failure> {
        loop {
            let mut future = pin!(call(subject));
            loop {
                if let Poll::Ready(outcome) = future.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
                    return outcome;
                }
                self.waits += 1;
                assert!(self.waits < 200_000, "it waits for ever");
                if self.drop == Drop::Always || self.drop == Drop::At(self.waits) {
                    break;
                }
            }
        }
    }
}

fn client<S: Subject>(transport: &Handle) -> S {
    S::client(fixture::client(), transport.clone(), Buffer::full_size().unwrap())
}

fn undisturbed<S: Subject>() -> (S, Handle) {
    let transport = Handle::new(|_| None);
    (client(&transport), transport)
}

/// A handshake, a message there and back, and an orderly close from our side.
fn session<S: Subject>(client: &mut S, executor: &mut Executor, message: &[u8]) -> Result<Vec<u8>, Failure> {
    executor.run(client, async |s| s.handshake().await)?;
    send(client, executor, message)?;
    let mut back = vec![0; message.len()];
    let mut got = 0;
    while got < back.len() {
        match executor.run(client, async |s| s.read(&mut back[got..]).await)? {
            0 => return Err(Failure::Tls(Error::Truncated)),
            n => got += n,
        }
    }
    executor.run(client, async |s| s.close().await)?;
    Ok(back)
}

fn send<S: Subject>(client: &mut S, executor: &mut Executor, message: &[u8]) -> Result<(), Failure> {
    let mut sent = 0;
    while sent < message.len() {
        sent += executor.run(client, async |s| s.write(&message[sent..]).await)?;
    }
    executor.run(client, async |s| s.flush().await)
}

fn handshake<S: Subject>(client: &mut S) -> Result<(), Failure> {
    Executor::patient().run(client, async |s| s.handshake().await)
}

fn read<S: Subject>(client: &mut S, out: &mut [u8]) -> Result<usize, Failure> {
    Executor::patient().run(client, async |s| s.read(out).await)
}

fn write<S: Subject>(client: &mut S, payload: &[u8]) -> Result<usize, Failure> {
    Executor::patient().run(client, async |s| s.write(payload).await)
}

fn close<S: Subject>(client: &mut S) -> Result<(), Failure> {
    Executor::patient().run(client, async |s| s.close().await)
}

fn message() -> Vec<u8> {
    Seeded::new(3).bytes(40_000)
}

/// What the server was told, after it took what has arrived.
fn told(transport: &Handle) -> Option<Error> {
    let mut wire = transport.wire.borrow_mut();
    wire.drive();
    wire.outcome.as_ref().and_then(crate::tls_error)
}

pub(super) fn a_message_goes_there_and_back<S: Subject>() {
    let (mut client, _) = undisturbed::<S>();
    assert_eq!(session(&mut client, &mut Executor::patient(), &message()), Ok(message()));
}

pub(super) fn single_bytes_are_slow_and_nothing_else<S: Subject>() {
    let mut client = client::<S>(&Handle::new(|_| Some(Answer::Short)));
    let message = &message()[..5000];
    assert_eq!(session(&mut client, &mut Executor::patient(), message).unwrap(), message);
}

/// Calls that wait, in a rhythm, and single bytes in between.
fn slow(rhythm: usize) -> Handle {
    Handle::new(move |call| match call % rhythm {
        0 => None,
        1 => Some(Answer::WouldBlock),
        _ => Some(Answer::Short),
    })
}

pub(super) fn would_block_at_any_call_loses_nothing<S: Subject>() {
    for rhythm in [2, 3, 5, 7] {
        let mut client = client::<S>(&slow(rhythm));
        let message = &message()[..3000];
        assert_eq!(session(&mut client, &mut Executor::patient(), message).unwrap(), message, "{rhythm}");
    }
}

pub(super) fn interrupted_calls_are_made_again_and_not_for_ever<S: Subject>() {
    let mut sometimes = client::<S>(&Handle::new(|call| (call % 3 != 0).then_some(Answer::Interrupted)));
    assert_eq!(session(&mut sometimes, &mut Executor::patient(), b"hello").unwrap(), b"hello");
    let transport = Handle::new(|_| Some(Answer::Interrupted));
    assert_eq!(handshake(&mut client::<S>(&transport)), Err(Failure::Interrupted));
    assert_eq!(transport.calls.get(), limits::MAX_INTERRUPTED_RETRIES + 1);
}

/// Answers that end a stream, and the errors that they end it with.
const BAD: [(Answer, &[Failure]); 3] = [
    (Answer::Zero, &[Failure::Tls(Error::Truncated), Failure::WriteZero, Failure::Reset]),
    (Answer::Reset, &[Failure::Reset]),
    (Answer::TooMuch, &[Failure::Other, Failure::Reset]),
];

pub(super) fn a_bad_answer_at_any_call_is_an_error_within_bounded_calls<S: Subject>() {
    for (bad, expected) in BAD {
        let mut at = 1;
        loop {
            let transport = Handle::new(move |call| (call == at).then_some(bad));
            let outcome = session(&mut client::<S>(&transport), &mut Executor::patient(), &message()[..100]);
            let calls = transport.calls.get();
            if calls < at {
                assert!(outcome.is_ok());
                break;
            }
            let error = outcome.unwrap_err();
            assert!(expected.contains(&error), "{bad:?} at {at}: {error:?}");
            assert!(calls <= at + 3, "{bad:?} at {at}: {calls} calls");
            at += 1;
        }
        assert!(at > 8, "{at} calls make no session");
    }
}

pub(super) fn a_transport_that_always_answers_badly_ends_each_call<S: Subject>() {
    for (bad, _) in BAD {
        let transport = Handle::new(move |_| Some(bad));
        let mut client = client::<S>(&transport);
        for _ in 0..3 {
            assert!(handshake(&mut client).is_err());
            assert!(read(&mut client, &mut [0; 8]).is_err());
            assert!(write(&mut client, b"x").is_err());
        }
        assert!(transport.calls.get() < 40);
    }
}

pub(super) fn a_handshake_that_failed_stays_failed<S: Subject>() {
    let transport = Handle::new(|call| (call == 4).then_some(Answer::Zero));
    let mut client = client::<S>(&transport);
    let first = handshake(&mut client).unwrap_err();
    if first == Failure::Tls(Error::Truncated) {
        assert_eq!(handshake(&mut client), Err(first));
        assert_eq!(read(&mut client, &mut [0; 8]), Err(first));
        assert_eq!(write(&mut client, b"x"), Err(first));
    }
    let transport = Handle::new(|_| None);
    let mut client = S::client(fixture::client_without_roots(), transport, Buffer::full_size().unwrap());
    let first = handshake(&mut client).unwrap_err();
    assert!(matches!(first, Failure::Tls(Error::Certificate(_))));
    assert_eq!(handshake(&mut client), Err(first));
    assert_eq!(read(&mut client, &mut [0; 8]), Err(first));
    assert_eq!(write(&mut client, b"x"), Err(first));
    assert_eq!(close(&mut client), Err(first));
}

pub(super) fn the_end_is_zero_only_after_close_notify<S: Subject>() {
    let (mut cut, _) = undisturbed::<S>();
    handshake(&mut cut).unwrap();
    let truncated = Err(Failure::Tls(Error::Truncated));
    assert_eq!(read(&mut cut, &mut [0; 8]), truncated);
    assert_eq!(read(&mut cut, &mut [0; 8]), truncated, "an end that was cut off stays one");

    let (mut client, transport) = undisturbed::<S>();
    handshake(&mut client).unwrap();
    transport.wire.borrow_mut().server.close().unwrap();
    assert_eq!(read(&mut client, &mut [0; 8]), Ok(0));
    assert_eq!(read(&mut client, &mut [0; 8]), Ok(0));
    assert!(transport.wire.borrow().server.is_peer_closed(), "close_notify was answered");
}

pub(super) fn what_was_sent_before_close_notify_is_read_first<S: Subject>() {
    let (mut client, transport) = undisturbed::<S>();
    handshake(&mut client).unwrap();
    send(&mut client, &mut Executor::patient(), b"last words").unwrap();
    transport.wire.borrow_mut().server.close().unwrap();
    let mut out = [0; 6];
    assert_eq!(read(&mut client, &mut out), Ok(6));
    assert_eq!(&out, b"last w");
    assert_eq!(read(&mut client, &mut out), Ok(4));
    assert_eq!(&out[..4], b"ords");
    assert_eq!(read(&mut client, &mut out), Ok(0));
}

pub(super) fn nothing_can_be_sent_after_close<S: Subject>() {
    let (mut client, transport) = undisturbed::<S>();
    handshake(&mut client).unwrap();
    close(&mut client).unwrap();
    assert_eq!(write(&mut client, b"x"), Err(Failure::Tls(Error::Misuse(Misuse::Closed))));
    let mut wire = transport.wire.borrow_mut();
    wire.drive();
    assert!(wire.outcome.is_none() && wire.server.is_peer_closed(), "the peer saw an orderly close");
}

pub(super) fn a_peer_that_closed_and_is_gone_is_no_error<S: Subject>() {
    let gone = std::rc::Rc::new(core::cell::Cell::new(false));
    let is_gone = std::rc::Rc::clone(&gone);
    // Reads go on, writes are refused: each call after the first read is a write or a flush.
    let reads = std::rc::Rc::new(core::cell::Cell::new(0));
    let read_calls = std::rc::Rc::clone(&reads);
    let transport = Handle::new(move |_| {
        if !is_gone.get() {
            return None;
        }
        read_calls.set(read_calls.get() + 1);
        (read_calls.get() > 1).then_some(Answer::Reset)
    });
    let mut client = client::<S>(&transport);
    handshake(&mut client).unwrap();
    transport.wire.borrow_mut().server.close().unwrap();
    gone.set(true);
    assert_eq!(read(&mut client, &mut [0; 8]), Ok(0));
    assert_eq!(close(&mut client), Ok(()));
    assert!(reads.get() > 1, "something was refused");
}

pub(super) fn a_refused_certificate_is_named_and_told_to_the_peer<S: Subject>() {
    let transport = Handle::new(|_| None);
    let mut client =
        S::client(fixture::client_without_roots(), transport.clone(), Buffer::full_size().unwrap());
    let error = handshake(&mut client).unwrap_err();
    let Failure::Tls(Error::Certificate(flags)) = error else { panic!("{error:?}") };
    assert!(flags.contains(Flags::NOT_TRUSTED));
    assert_eq!(told(&transport), Some(Error::AlertReceived(AlertDescription::UNKNOWN_CA)));
}

pub(super) fn a_changed_record_is_told_to_the_peer_and_stays_an_error<S: Subject>() {
    let (mut client, transport) = undisturbed::<S>();
    handshake(&mut client).unwrap();
    {
        let mut wire = transport.wire.borrow_mut();
        wire.server.write_all(b"changed on the way").unwrap();
        *wire.server.transport_mut().outgoing.back_mut().unwrap() ^= 1;
    }
    assert_eq!(read(&mut client, &mut [0; 8]), Err(Failure::Tls(Error::RecordRejected)));
    assert_eq!(told(&transport), Some(Error::AlertReceived(AlertDescription::BAD_RECORD_MAC)));
    assert_eq!(read(&mut client, &mut [0; 8]), Err(Failure::Tls(Error::RecordRejected)));
    assert_eq!(write(&mut client, b"x"), Err(Failure::Tls(Error::RecordRejected)));
}

pub(super) fn a_lent_buffer_bounds_the_record_and_the_error_names_the_size<S: Subject>() {
    let transport = Handle::new(|_| None);
    let lent: &'static mut [u8] = vec![0; 2048].leak();
    let mut client = S::client(fixture::client(), transport.clone(), Buffer::from(lent));
    handshake(&mut client).unwrap();
    send(&mut client, &mut Executor::patient(), &message()[..1000]).unwrap();
    let mut got = 0;
    while got < 1000 {
        got += read(&mut client, &mut [0; 1000]).unwrap();
    }
    send(&mut client, &mut Executor::patient(), &message()[..4000]).unwrap();
    let error = read(&mut client, &mut [0; 8]).unwrap_err();
    let Failure::Tls(Error::RecordTooLarge { needed }) = error else { panic!("{error:?}") };
    assert!((4000..4200).contains(&needed), "{needed}");
    assert_eq!(told(&transport), Some(Error::AlertReceived(AlertDescription::RECORD_OVERFLOW)));
}

pub(super) fn a_transport_with_a_buffer_is_flushed_before_it_is_waited_for<S: Subject>() {
    let (mut client, transport) = undisturbed::<S>();
    transport.wire.borrow_mut().buffered = true;
    assert_eq!(
        session(&mut client, &mut Executor::patient(), &message()[..3000]),
        Ok(message()[..3000].to_vec())
    );
    assert!(transport.wire.borrow().server.is_peer_closed());
}

pub(super) fn a_call_that_is_dropped_at_any_wait_loses_and_repeats_nothing<S: Subject>() {
    let message = &message()[..300];
    let run = |drop, step: usize| {
        let transport = Handle::new(move |call| (call % step == 1).then_some(Answer::WouldBlock));
        let mut executor = Executor { drop, waits: 0 };
        assert_eq!(session(&mut client::<S>(&transport), &mut executor, message).unwrap(), message);
        assert!(transport.wire.borrow().server.is_peer_closed());
        executor.waits
    };
    for step in [2, 3] {
        run(Drop::Always, step);
        let waits = run(Drop::Never, step);
        for at in 1..=waits {
            run(Drop::At(at), step);
        }
    }
    let mut executor = Executor { drop: Drop::Always, waits: 0 };
    assert_eq!(session(&mut client::<S>(&slow(3)), &mut executor, message).unwrap(), message);
}

pub(super) fn a_peer_that_negotiates_anew_is_followed<S: Subject>() {
    for rhythm in [1, 2] {
        let transport = Handle::new(move |call| (call % rhythm == 1).then_some(Answer::WouldBlock));
        let mut client = client::<S>(&transport);
        handshake(&mut client).unwrap();
        let before = *transport.wire.borrow().server.connection().tls_unique().unwrap();
        {
            let mut wire = transport.wire.borrow_mut();
            wire.server.renegotiate().unwrap();
            wire.server.flush().unwrap();
        }
        let mut executor = Executor { drop: Drop::Always, waits: 0 };
        send(&mut client, &mut executor, b"before").unwrap();
        let mut out = [0; 16];
        assert_eq!(executor.run(&mut client, async |s| s.read(&mut out).await), Ok(6));
        // The handshake is under way; writing goes on when it is over.
        send(&mut client, &mut executor, b"after").unwrap();
        assert_eq!(executor.run(&mut client, async |s| s.read(&mut out).await), Ok(5));
        assert_eq!(&out[..6], b"aftere");
        let wire = transport.wire.borrow();
        assert_ne!(*wire.server.connection().tls_unique().unwrap(), before);
    }
}
