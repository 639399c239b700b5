//! Streams over transports that a script disturbs, with a whole server behind them.

use super::*;
use crate::{Buffer, System, limits, tls_error};
use embertls::{AlertDescription, Error, Flags};
use std::{boxed::Box, cell::Cell, collections::VecDeque, rc::Rc, vec, vec::Vec};
use testkit::rng::Seeded;

mod fixture;

/// What the transport answers instead of doing its work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Answer {
    Interrupted,
    WouldBlock,
    /// End of stream for a read, 0 for a write.
    Zero,
    Reset,
    /// One byte only.
    Short,
    /// More than was asked for.
    TooMuch,
}

/// Answers that end a stream, and the errors that they end it with.
const BAD: [(Answer, &[ErrorKind]); 3] = [
    (Answer::Zero, &[ErrorKind::UnexpectedEof, ErrorKind::WriteZero]),
    (Answer::Reset, &[ErrorKind::ConnectionReset]),
    (Answer::TooMuch, &[ErrorKind::Other]),
];

/// The server's end of the wire.
#[derive(Default)]
struct Pipe {
    incoming: VecDeque<u8>,
    outgoing: VecDeque<u8>,
}

impl Read for Pipe {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        if self.incoming.is_empty() { Err(ErrorKind::WouldBlock.into()) } else { self.incoming.read(out) }
    }
}

impl Write for Pipe {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.outgoing.extend(bytes);
        Ok(bytes.len())
    }
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// A transport to a server that sends back what it reads.
struct Scripted {
    server: Stream<'static, Pipe, System<Seeded>>,
    outcome: Option<io::Error>,
    calls: Rc<Cell<usize>>,
    script: Box<dyn FnMut(usize) -> Option<Answer>>,
}

impl Scripted {
    fn new(script: impl FnMut(usize) -> Option<Answer> + 'static) -> Self {
        let parts = Parts::full_size(Seeded::new(2), fixture::clock()).unwrap();
        let server = Stream::server(fixture::server(), Pipe::default(), parts).unwrap();
        Self { server, outcome: None, calls: Rc::default(), script: Box::new(script) }
    }

    fn next(&mut self) -> Option<Answer> {
        self.calls.set(self.calls.get() + 1);
        (self.script)(self.calls.get())
    }

    fn drive(&mut self) {
        let mut buffer = [0; 4096];
        while self.outcome.is_none() {
            match self.server.read(&mut buffer) {
                Ok(0) => return,
                Ok(n) => self.server.write_all(&buffer[..n]).unwrap(),
                Err(error) if error.kind() == ErrorKind::WouldBlock => return,
                Err(error) => self.outcome = Some(error),
            }
        }
    }
}

impl Read for Scripted {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        assert!(!out.is_empty(), "a read into nothing says nothing");
        let limit = match self.next() {
            None => out.len(),
            Some(Answer::Short) => 1,
            Some(Answer::Zero) => return Ok(0),
            Some(Answer::TooMuch) => return Ok(out.len() + 1),
            Some(Answer::Interrupted) => return Err(ErrorKind::Interrupted.into()),
            Some(Answer::WouldBlock) => return Err(ErrorKind::WouldBlock.into()),
            Some(Answer::Reset) => return Err(ErrorKind::ConnectionReset.into()),
        };
        let outgoing = &mut self.server.transport_mut().outgoing;
        if outgoing.is_empty() { Ok(0) } else { outgoing.read(&mut out[..limit]) }
    }
}

impl Write for Scripted {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        assert!(!bytes.is_empty(), "a write of nothing says nothing");
        let n = match self.next() {
            None => bytes.len(),
            Some(Answer::Short) => 1,
            Some(Answer::Zero) => return Ok(0),
            Some(Answer::TooMuch) => return Ok(bytes.len() + 1),
            Some(Answer::Interrupted) => return Err(ErrorKind::Interrupted.into()),
            Some(Answer::WouldBlock) => return Err(ErrorKind::WouldBlock.into()),
            Some(Answer::Reset) => return Err(ErrorKind::ConnectionReset.into()),
        };
        self.server.transport_mut().incoming.extend(&bytes[..n]);
        self.drive();
        Ok(n)
    }
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

type Client = Stream<'static, Scripted, System<Seeded>>;

fn client(script: impl FnMut(usize) -> Option<Answer> + 'static) -> Client {
    client_with(Scripted::new(script), Buffer::full_size().unwrap())
}

fn client_with(transport: Scripted, receive: Buffer<'static>) -> Client {
    let world = System { rng: Seeded::new(1), clock: fixture::clock() };
    let parts = Parts::new(world, receive, Buffer::full_size().unwrap());
    Stream::client(fixture::client(), fixture::peer(), transport, parts).unwrap()
}

/// Calls again as often as the transport would block, but not for ever.
fn patiently<T>(mut call: impl FnMut() -> io::Result<T>) -> io::Result<T> {
    for _ in 0..100_000 {
        match call() {
            Err(error) if error.kind() == ErrorKind::WouldBlock => {}
            answer => return answer,
        }
    }
    panic!("it blocks for ever");
}

/// A handshake, a message there and back, and an orderly close from our side.
fn session(client: &mut Client, message: &[u8]) -> io::Result<Vec<u8>> {
    patiently(|| client.handshake())?;
    let mut sent = 0;
    while sent < message.len() {
        sent += patiently(|| client.write(&message[sent..]))?;
    }
    patiently(|| client.flush())?;
    let mut back = vec![0; message.len()];
    let mut got = 0;
    while got < back.len() {
        match patiently(|| client.read(&mut back[got..]))? {
            0 => return Err(ErrorKind::UnexpectedEof.into()),
            n => got += n,
        }
    }
    patiently(|| client.close())?;
    Ok(back)
}

fn message() -> Vec<u8> {
    Seeded::new(3).bytes(40_000)
}

#[test]
fn a_message_goes_there_and_back() {
    let mut client = client(|_| None);
    assert_eq!(session(&mut client, &message()).unwrap(), message());
    let facts = client.facts().unwrap();
    assert!(facts.verdict.unwrap().flags.is_empty());
}

#[test]
fn a_transport_that_moves_single_bytes_is_slow_and_nothing_else() {
    let mut client = client(|_| Some(Answer::Short));
    assert_eq!(session(&mut client, &message()[..5000]).unwrap(), &message()[..5000]);
}

#[test]
fn would_block_at_any_call_loses_nothing() {
    for rhythm in [2, 3, 5, 7] {
        let mut client = client(move |call| match call % rhythm {
            0 => None,
            1 => Some(Answer::WouldBlock),
            _ => Some(Answer::Short),
        });
        assert_eq!(session(&mut client, &message()[..3000]).unwrap(), &message()[..3000], "{rhythm}");
    }
}

#[test]
fn interrupted_calls_are_made_again_and_not_for_ever() {
    let mut client_ = client(|call| (call % 3 != 0).then_some(Answer::Interrupted));
    assert_eq!(session(&mut client_, b"hello").unwrap(), b"hello");
    let mut client = client(|_| Some(Answer::Interrupted));
    assert_eq!(client.handshake().unwrap_err().kind(), ErrorKind::Interrupted);
    assert_eq!(client.transport().calls.get(), limits::MAX_INTERRUPTED_RETRIES + 1);
}

#[test]
fn a_bad_answer_at_any_call_is_an_error_within_bounded_calls() {
    for (bad, expected) in BAD {
        let mut at = 1;
        loop {
            let mut client = client(move |call| (call == at).then_some(bad));
            let calls = Rc::clone(&client.transport().calls);
            let outcome = session(&mut client, &message()[..100]);
            if calls.get() < at {
                assert!(outcome.is_ok());
                break;
            }
            let error = outcome.unwrap_err();
            assert!(expected.contains(&error.kind()), "{bad:?} at {at}: {error}");
            if error.kind() == ErrorKind::UnexpectedEof {
                assert_eq!(tls_error(&error), Some(Error::Truncated));
            }
            assert!(calls.get() <= at + 2, "{bad:?} at {at}: {} calls", calls.get());
            at += 1;
        }
        assert!(at > 6, "{at} calls make no session");
    }
}

#[test]
fn a_transport_that_always_answers_badly_ends_each_call() {
    for (bad, _) in BAD {
        let mut client = client(move |_| Some(bad));
        for _ in 0..3 {
            assert!(client.handshake().is_err());
            assert!(client.read(&mut [0; 8]).is_err());
            assert!(client.write(b"x").is_err());
        }
        assert!(client.transport().calls.get() < 40);
    }
}

#[test]
fn the_end_is_zero_only_after_close_notify() {
    let mut stream = client(|_| None);
    stream.handshake().unwrap();
    let error = stream.read(&mut [0; 8]).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::UnexpectedEof);
    assert_eq!(tls_error(&error), Some(Error::Truncated));
    assert!(stream.read(&mut [0; 8]).is_err(), "an end that was cut off stays one");

    let mut client = client(|_| None);
    client.handshake().unwrap();
    client.transport_mut().server.close().unwrap();
    assert_eq!(client.read(&mut [0; 8]).unwrap(), 0);
    assert_eq!(client.read(&mut [0; 8]).unwrap(), 0);
    assert!(client.is_peer_closed());
}

#[test]
fn what_was_sent_before_close_notify_is_read_first() {
    let mut client = client(|_| None);
    client.write_all(b"last words").unwrap();
    client.transport_mut().server.close().unwrap();
    let mut all = Vec::new();
    client.read_to_end(&mut all).unwrap();
    assert_eq!(all, b"last words");
}

#[test]
fn nothing_can_be_sent_after_close() {
    let mut client = client(|_| None);
    client.handshake().unwrap();
    client.close().unwrap();
    let error = client.write(b"x").unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotConnected);
    assert_eq!(client.transport_mut().server.read(&mut [0; 8]).unwrap(), 0, "the peer saw an orderly close");
}

#[test]
fn a_refused_certificate_is_named_and_told_to_the_peer() {
    let transport = Scripted::new(|_| None);
    let parts = Parts::full_size(Seeded::new(1), fixture::clock()).unwrap();
    let mut client =
        Stream::client(fixture::client_without_roots(), fixture::peer(), transport, parts).unwrap();
    let error = client.handshake().unwrap_err();
    let Some(Error::Certificate(flags)) = tls_error(&error) else { panic!("{error}") };
    assert!(flags.contains(Flags::NOT_TRUSTED));
    let told = client.into_inner().outcome.unwrap();
    assert_eq!(tls_error(&told), Some(Error::AlertReceived(AlertDescription::UNKNOWN_CA)));
}

#[test]
fn a_lent_buffer_bounds_the_record_and_the_error_names_the_size() {
    let lent: &'static mut [u8] = vec![0; 2048].leak();
    let mut client = client_with(Scripted::new(|_| None), Buffer::from(lent));
    client.handshake().unwrap();
    client.write_all(&message()[..1000]).unwrap();
    client.read_exact(&mut [0; 1000]).unwrap();
    client.write_all(&message()[..4000]).unwrap();
    let error = client.read(&mut [0; 8]).unwrap_err();
    let Some(Error::RecordTooLarge { needed }) = tls_error(&error) else { panic!("{error}") };
    assert!((4000..4200).contains(&needed), "{needed}");
    client.transport_mut().drive();
    let told = client.into_inner().outcome.unwrap();
    assert_eq!(tls_error(&told), Some(Error::AlertReceived(AlertDescription::RECORD_OVERFLOW)));
}

#[test]
fn each_certificate_is_shown_to_an_observer() {
    struct Count(usize);
    impl CertificateObserver for Count {
        fn on_certificate(&mut self, index: usize, certificate: &x509::Certificate<'_>) {
            assert_eq!(index, self.0);
            assert!(certificate.version3);
            self.0 += 1;
        }
    }
    let (mut client, mut count) = (client(|_| None), Count(0));
    client.handshake_observed(Some(&mut count)).unwrap();
    assert_eq!(count.0, fixture::CHAIN_LEN);
}
