//! The suite for streams of `std`, and what only they have.

use super::{Failure, Subject, all_must, fixture, wire::Handle};
use crate::{Buffer, Parts, System, blocking::Stream};
use core::{future::poll_fn, task::Poll};
use embertls::{CertificateObserver, ClientConfig};
use std::io::{self, ErrorKind, Read, Write};
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

all_must!(alone Client);

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
