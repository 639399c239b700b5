//! The suite for streams of `std`, and what only they have.

use super::{Failure, Subject, all_must, fixture, wire::Handle};
use crate::{
    Buffer, Parts, System,
    blocking::{ReadHalf, Stream, WriteHalf},
};
use core::{future::poll_fn, task::Poll};
use embertls::{CertificateObserver, ClientConfig};
use std::{
    boxed::Box,
    io::{self, ErrorKind, Read, Write},
    net::{Ipv4Addr, TcpListener, TcpStream},
    sync::{Condvar, Mutex},
    thread, vec,
};
use testkit::rng::Seeded;

type Client = Stream<'static, Handle, System<Seeded>>;

/// Calls again when it would block, and waits in between.
async fn again<V>(mut call: impl FnMut() -> io::Result<V>) -> Result<V, Failure> {
    poll_fn(|context| match call() {
        Err(error) if error.kind() == ErrorKind::WouldBlock => {
            context.waker().wake_by_ref();
            Poll::Pending
        }
        outcome => Poll::Ready(outcome.map_err(Failure::from)),
    })
    .await
}

impl Subject for Client {
    fn client(config: &'static ClientConfig<'static>, transport: Handle, receive: Buffer<'static>) -> Self {
        let world = System { rng: Seeded::new(1), clock: fixture::clock() };
        let parts = Parts::new(world, receive, Buffer::full_size().unwrap());
        Stream::client(config, fixture::peer(), transport, parts).unwrap()
    }

    async fn handshake(&mut self) -> Result<(), Failure> {
        again(|| Stream::handshake(self)).await
    }

    async fn read(&mut self, out: &mut [u8]) -> Result<usize, Failure> {
        again(|| Read::read(self, out)).await
    }

    async fn write(&mut self, payload: &[u8]) -> Result<usize, Failure> {
        again(|| Write::write(self, payload)).await
    }

    async fn flush(&mut self) -> Result<(), Failure> {
        again(|| Write::flush(self)).await
    }

    async fn close(&mut self) -> Result<(), Failure> {
        again(|| Stream::close(self)).await
    }
}

mod whole {
    use super::*;

    all_must!(alone Client);
}

/// A stream that is taken apart once its handshake has ended.
enum Halves {
    Whole(Box<Client>),
    Split(
        Box<ReadHalf<'static, Handle, Handle, System<Seeded>>>,
        Box<WriteHalf<'static, Handle, System<Seeded>>>,
    ),
    Between,
}

impl Halves {
    fn split(
        &mut self,
    ) -> (
        &mut ReadHalf<'static, Handle, Handle, System<Seeded>>,
        &mut WriteHalf<'static, Handle, System<Seeded>>,
    ) {
        if let Self::Whole(_) = self {
            let Self::Whole(stream) = std::mem::replace(self, Self::Between) else { unreachable!() };
            let (reader, writer) = stream.split_with(|handle| Ok((handle.clone(), handle))).unwrap();
            *self = Self::Split(Box::new(reader), Box::new(writer));
        }
        let Self::Split(reader, writer) = self else { unreachable!() };
        (reader, writer)
    }
}

impl Subject for Halves {
    fn client(config: &'static ClientConfig<'static>, transport: Handle, receive: Buffer<'static>) -> Self {
        Self::Whole(Box::new(<Client as Subject>::client(config, transport, receive)))
    }

    async fn handshake(&mut self) -> Result<(), Failure> {
        match self {
            Self::Whole(stream) => again(|| stream.handshake()).await,
            // Halves have none; a failure shows in every call.
            Self::Split(..) | Self::Between => self.flush().await,
        }
    }

    async fn read(&mut self, out: &mut [u8]) -> Result<usize, Failure> {
        again(|| self.split().0.read(out)).await
    }

    async fn write(&mut self, payload: &[u8]) -> Result<usize, Failure> {
        again(|| self.split().1.write(payload)).await
    }

    async fn flush(&mut self) -> Result<(), Failure> {
        again(|| self.split().1.flush()).await
    }

    async fn close(&mut self) -> Result<(), Failure> {
        again(|| self.split().1.close()).await
    }
}

mod halves {
    use super::*;

    all_must!(Halves);
}

fn client(transport: Handle) -> Client {
    <Client as Subject>::client(fixture::client(), transport, Buffer::full_size().unwrap())
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
    let (mut client, mut count) = (client(Handle::new(|_| None)), Count(0));
    client.handshake_observed(Some(&mut count)).unwrap();
    assert_eq!(count.0, fixture::CHAIN_LEN);
    assert!(client.facts().unwrap().verdict.unwrap().flags.is_empty());
}

#[test]
fn reading_goes_on_while_the_transport_takes_no_bytes() {
    let full = std::rc::Rc::new(core::cell::Cell::new(false));
    let is_full = std::rc::Rc::clone(&full);
    let transport = Handle::new(move |_| is_full.take().then_some(super::wire::Answer::WouldBlock));
    let mut client = client(transport.clone());
    Stream::handshake(&mut client).unwrap();
    transport.wire.borrow_mut().server.write_all(b"meanwhile").unwrap();
    full.set(true);
    assert_eq!(Write::write(&mut client, b"waits").unwrap(), 5);
    assert!(client.is_write_pending());
    full.set(true);
    let mut out = [0; 16];
    assert_eq!(Read::read(&mut client, &mut out).unwrap(), 9);
    assert!(client.is_write_pending());
    assert_eq!(Read::read(&mut client, &mut out).unwrap(), 5, "it was sent, and came back");
    assert!(!client.is_write_pending());
}

/// Two ends of a socket whose handshake is complete.
fn sockets() -> [Stream<'static, TcpStream, System<Seeded>>; 2] {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let near = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
    let (far, _) = listener.accept().unwrap();
    let parts = |seed| Parts::full_size(Seeded::new(seed), fixture::clock()).unwrap();
    let mut client = Stream::client(fixture::client(), fixture::peer(), near, parts(1)).unwrap();
    let mut server = Stream::server(fixture::server(), far, parts(2)).unwrap();
    thread::scope(|scope| {
        scope.spawn(|| client.handshake().unwrap());
        server.handshake().unwrap();
    });
    [client, server]
}

/// More than the buffers of two sockets hold, so that who only writes stands still.
const LONG: usize = 10_000_000;

/// Whoever stops reading while the peer negotiates anew could not write any more: all go on until all have done their part.
fn exchange(streams: [Stream<'static, TcpStream, System<Seeded>>; 2]) {
    let (parts, done) = (Mutex::new(0), Condvar::new());
    let one_is_done = || {
        *parts.lock().unwrap() += 1;
        done.notify_all();
    };
    thread::scope(|scope| {
        for stream in streams {
            let (mut reader, mut writer) = stream.into_split().unwrap();
            let (parts, done, one_is_done) = (&parts, &done, &one_is_done);
            scope.spawn(move || {
                writer.write_all(&vec![7; LONG]).unwrap();
                one_is_done();
                drop(done.wait_while(parts.lock().unwrap(), |parts| *parts < 4).unwrap());
                writer.close().unwrap();
            });
            scope.spawn(move || {
                let mut all = vec![0; LONG];
                reader.read_exact(&mut all).unwrap();
                assert!(all.iter().all(|byte| *byte == 7));
                one_is_done();
                assert_eq!(reader.read(&mut [0; 8]).unwrap(), 0);
            });
        }
    });
}

#[test]
fn two_threads_on_each_side_send_and_receive_at_once() {
    exchange(sockets());
}

#[test]
fn halves_follow_a_peer_that_negotiates_anew() {
    let [client, mut server] = sockets();
    server.renegotiate().unwrap();
    exchange([client, server]);
}
