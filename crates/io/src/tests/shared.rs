//! Stores and budgets that a world carries.

use super::fixture;
use crate::{Parts, Shared, World, blocking::Stream};
use embertls::{Budget, Resumption, SessionCache, TicketKeys};
use std::{
    io::{Read, Write},
    net::{Ipv4Addr, TcpListener, TcpStream},
    thread,
};
use testkit::rng::Seeded;

/// A connection between two worlds; how each side says that it was resumed.
fn connect(client: impl World, server: impl World + Send + 'static) -> [Option<Resumption>; 2] {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let address = listener.local_addr().unwrap();
    let thread = thread::spawn(move || {
        let (socket, _) = listener.accept().unwrap();
        let mut tls = Stream::server(fixture::server(), socket, Parts::owned(server).unwrap()).unwrap();
        assert_eq!(tls.read(&mut [0; 8]).unwrap(), 2);
        tls.write_all(b"yes").unwrap();
        tls.close().unwrap();
        tls.facts().unwrap().resumed
    });
    let socket = TcpStream::connect(address).unwrap();
    let parts = Parts::owned(client).unwrap();
    let mut tls = Stream::client(fixture::client(), fixture::peer(), socket, parts).unwrap();
    tls.write_all(b"ok").unwrap();
    assert_eq!(tls.read(&mut [0; 8]).unwrap(), 3);
    tls.close().unwrap();
    [tls.facts().unwrap().resumed, thread.join().unwrap()]
}

fn world(seed: u64) -> crate::System<Seeded> {
    crate::System { rng: Seeded::new(seed), clock: fixture::clock() }
}

#[test]
fn a_shared_store_makes_the_second_handshake_short() {
    let (ours, theirs) = (Shared::new(SessionCache::<4>::new()), Shared::new(SessionCache::<4>::new()));
    let mut connections = (1..4)
        .map(|n| connect(world(n).with_sessions(ours.clone()), world(n + 10).with_sessions(theirs.clone())));
    assert_eq!(connections.next(), Some([None; 2]));
    assert_eq!(connections.next(), Some([Some(Resumption::SessionId); 2]));
    assert_eq!(connections.next(), Some([Some(Resumption::SessionId); 2]));
    assert_eq!(theirs.with(|cache| cache.len()), 1);
    assert_eq!(connect(world(5), world(15).with_sessions(theirs)), [None; 2], "a client without a store");
}

#[test]
fn shared_ticket_keys_make_the_second_handshake_short() {
    let ours = Shared::new(SessionCache::<4>::new());
    let mut keys = TicketKeys::new(&crypto::cipher::aead::AES_256_GCM);
    keys.rotate(fixture::clock().now(), &mut Seeded::new(9)).unwrap();
    let theirs = Shared::new(keys);
    let mut connections = (1..3)
        .map(|n| connect(world(n).with_sessions(ours.clone()), world(n + 10).with_tickets(theirs.clone())));
    assert_eq!(connections.next(), Some([None; 2]));
    assert_eq!(connections.next(), Some([Some(Resumption::Ticket); 2]));
}

#[test]
fn a_budget_cuts_the_work_and_the_connection_comes_up_all_the_same() {
    let slices = (world(1).with_budget(Budget(1)), world(2).with_budget(Budget(1)));
    assert_eq!(connect(slices.0, slices.1), [None; 2]);
}
