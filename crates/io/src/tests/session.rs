//! The six calls against a server on a real socket.

use super::fixture;
use crate::{
    Parts,
    blocking::Stream,
    session::{Session, SessionError, code},
};
use embertls::{AuthMode, ClientConfig, Error, Flags, Misuse, registry::profiles};
use std::{
    io::{Read, Write},
    net::{Ipv4Addr, TcpListener},
    thread::{self, JoinHandle},
    vec,
    vec::Vec,
};
use testkit::rng::Seeded;

/// How a server ends.
#[derive(Clone, Copy, PartialEq, Eq)]
enum End {
    InOrder,
    Cut,
}

/// A server for one client, which sends 3000 bytes back for the first that it reads.
fn server(end: End) -> (u16, JoinHandle<()>) {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let port = listener.local_addr().unwrap().port();
    let thread = thread::spawn(move || {
        let (socket, _) = listener.accept().unwrap();
        let parts = Parts::full_size(Seeded::new(2), fixture::clock()).unwrap();
        let mut tls = Stream::server(fixture::server(), socket, parts).unwrap();
        // A client that refuses the certificate is one of the cases.
        if tls.read(&mut [0; 64]).is_ok() && tls.write_all(&[7; 3000]).is_ok() && end == End::InOrder {
            tls.close().unwrap();
            let mut rest = Vec::new();
            tls.read_to_end(&mut rest).unwrap();
        }
    });
    (port, thread)
}

fn connected<'s>(port: u16, config: &'s ClientConfig<'s>) -> Session<'s> {
    let mut session = Session::new("localhost", port, config);
    session.clock = fixture::clock();
    session.client_init("test").unwrap();
    session.client_context().unwrap();
    session
}

/// Calls again as long as the network has or takes nothing.
fn again(mut call: impl FnMut() -> Result<usize, SessionError>) -> Result<usize, SessionError> {
    loop {
        match call() {
            Err(error) if error.is_want() => thread::yield_now(),
            outcome => return outcome,
        }
    }
}

#[test]
fn six_calls_make_a_session() {
    for nonblocking in [false, true] {
        let (port, thread) = server(End::InOrder);
        let mut session = connected(port, fixture::client());
        session.nonblocking = nonblocking;
        assert_eq!(session.verify_result(), -1);
        assert_eq!(code(again(|| session.client_connect())), 0);
        assert_eq!((session.verify_result(), session.verify_info("")), (0, "".into()));
        assert_eq!(code(again(|| session.client_write(b"request"))), 7);
        let mut all = Vec::new();
        let mut buffer = [0; 1000];
        let end = loop {
            match again(|| session.client_read(&mut buffer)) {
                Ok(n) => all.extend_from_slice(&buffer[..n]),
                Err(error) => break error,
            }
        };
        assert_eq!(all, vec![7; 3000]);
        assert_eq!((end, end.code()), (SessionError::PeerCloseNotify, -0x7880));
        assert_eq!(code(session.client_read(&mut buffer)), 0);
        assert_eq!(code(session.client_close()), 0);
        assert_eq!(code(session.client_close()), 0);
        thread.join().unwrap();
    }
}

#[test]
fn calls_out_of_order_are_refused_and_a_closed_session_begins_anew() {
    let mut session = Session::new("localhost", 1, fixture::client());
    for _ in 0..2 {
        assert_eq!(code(session.client_context()), -0x7100);
        assert_eq!(code(session.client_connect()), -0x7100);
        assert_eq!(code(session.client_write(b"x")), -0x7100);
        assert_eq!(code(session.client_read(&mut [0])), -0x7100);
        assert_eq!(code(session.client_init("test")), 0);
        assert_eq!(code(session.client_init("test")), -0x7100);
        assert_eq!(code(session.client_connect()), -0x7100);
        assert_eq!(code(session.client_context()), 0);
        assert_eq!(code(session.client_close()), 0);
    }
}

#[test]
fn a_bad_certificate_is_refused_by_default_with_its_text() {
    let (port, thread) = server(End::Cut);
    let other = ClientConfig::new(&profiles::DEFAULT, fixture::stranger());
    let mut session = connected(port, &other);
    let outcome = session.client_connect();
    assert_eq!((outcome, code(outcome)), (Err(Error::Certificate(Flags::NOT_TRUSTED).into()), -0x2700));
    assert_eq!(session.verify_result(), 8);
    assert_eq!(session.verify_info("  ! "), "  ! No trusted CA vouches for the certificate\n");
    session.client_close().unwrap();
    thread.join().unwrap();
}

#[test]
fn a_bad_certificate_may_be_accepted_and_is_still_reported() {
    let (port, thread) = server(End::InOrder);
    let config = ClientConfig {
        auth_mode: AuthMode::Optional,
        ..ClientConfig::new(&profiles::DEFAULT, fixture::stranger())
    };
    let mut session = connected(port, &config);
    assert_eq!(code(session.client_connect()), 0);
    assert_eq!(session.verify_result(), 8);
    session.client_write(b"request").unwrap();
    while session.client_read(&mut [0; 1000]).is_ok() {}
    session.client_close().unwrap();
    thread.join().unwrap();
}

#[test]
fn no_roots_no_name_and_no_server_have_their_numbers() {
    let without = ClientConfig::new(&profiles::DEFAULT, &[]);
    let mut session = Session::new("localhost", 1, &without);
    session.client_init("test").unwrap();
    assert_eq!(code(session.client_context()), -0x7680);
    let mut session = Session::new("no name", 1, fixture::client());
    session.client_init("test").unwrap();
    assert_eq!(session.client_context(), Err(Error::Misuse(Misuse::ServerName).into()));
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let port = listener.local_addr().unwrap().port();
    drop(listener);
    assert_eq!(code(connected(port, fixture::client()).client_connect()), -0x0044);
}

#[test]
fn a_record_larger_than_the_buffer_and_a_server_that_goes_away_have_their_numbers() {
    let (port, thread) = server(End::InOrder);
    let mut session = connected(port, fixture::client());
    session.buffer_len = 2000;
    session.client_connect().unwrap();
    session.client_write(b"request").unwrap();
    assert_eq!(code(session.client_read(&mut [0; 64])), -0x7200);
    session.client_close().unwrap();
    assert!(thread.join().is_err(), "the server was told");

    let (port, thread) = server(End::Cut);
    let mut session = connected(port, fixture::client());
    session.client_connect().unwrap();
    session.client_write(b"request").unwrap();
    let mut all = 0;
    let end = loop {
        match session.client_read(&mut [0; 1000]) {
            Ok(n) => all += n,
            Err(error) => break error,
        }
    };
    assert_eq!((all, end.code()), (3000, -0x7280));
    thread.join().unwrap();
}
