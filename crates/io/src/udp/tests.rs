//! Clients and a listener over the loopback.

use super::{Arrival, Connection, Listener, Setup};
use crate::{System, clock::Clock, os_entropy};
use embertls::{
    DatagramSettings, Error, Profile, ServerConfig, cookie::Cookies, datagram::Timeouts, registry,
};
use std::{
    boxed::Box,
    io::ErrorKind,
    net::{Ipv4Addr, SocketAddr, UdpSocket},
    println,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::Duration,
    vec,
    vec::Vec,
};
use testkit::credentials::{client_config, server_config, server_name};

pub(super) fn profile() -> &'static Profile<'static> {
    Box::leak(Box::new(Profile {
        versions: registry::versions::MODERN_DATAGRAM,
        ..registry::profiles::DEFAULT
    }))
}

pub(super) fn world() -> System<os_entropy::OsSeededRng> {
    System { rng: os_entropy::seeded(b"tests").unwrap(), clock: Clock::at(testkit::credentials::NOW) }
}

pub(super) fn socket() -> UdpSocket {
    UdpSocket::bind("127.0.0.1:0").unwrap()
}

fn client(
    address: SocketAddr,
    settings: DatagramSettings,
) -> Connection<'static, System<os_entropy::OsSeededRng>> {
    let socket = socket();
    socket.connect(address).unwrap();
    socket.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
    Connection::client(client_config(profile()), server_name("localhost"), settings, socket, world()).unwrap()
}

/// An echo in a thread of its own, until told to stop; how many peers it had at most, and how each ended.
fn echo(
    setup: Setup,
    stop: &Arc<AtomicBool>,
) -> (SocketAddr, thread::JoinHandle<(usize, Vec<Result<(), Error>>)>) {
    echo_of(server_config(profile(), "p256"), setup, stop)
}

/// The same of a configuration.
pub(super) fn echo_of(
    config: &'static ServerConfig<'static>,
    setup: Setup,
    stop: &Arc<AtomicBool>,
) -> (SocketAddr, thread::JoinHandle<(usize, Vec<Result<(), Error>>)>) {
    let (socket, stop) = (socket(), Arc::clone(stop));
    let address = socket.local_addr().unwrap();
    let serve = move || {
        let mut world = world();
        let cookies = Cookies::new(&crypto::hash::SHA256, world.clock.now(), &mut world.rng).unwrap();
        let mut listener = Listener::new(config, socket, setup, Some(cookies), world);
        let (mut most, mut ends) = (0, vec![]);
        loop {
            match listener.next(Duration::from_millis(20)).unwrap() {
                // Only now: what came with the last datagram has been heard.
                Arrival::Nothing if stop.load(Ordering::Relaxed) => break,
                Arrival::Message(address, message) => listener.send(address, &message).unwrap(),
                Arrival::Ended(_, _, outcome) => ends.push(outcome),
                Arrival::Connected(_) | Arrival::Moved(..) | Arrival::Nothing => {}
            }
            most = most.max(listener.len());
        }
        (most, ends)
    };
    (address, thread::spawn(serve))
}

#[test]
fn many_clients_have_their_messages_back() {
    const CLIENTS: u8 = 40;
    let stop = Arc::default();
    let (address, server) = echo(Setup::default(), &stop);
    thread::scope(|scope| {
        for number in 0..CLIENTS {
            scope.spawn(move || {
                let mut client = client(address, DatagramSettings::default());
                client.handshake().unwrap();
                let mut out = vec![0; 2000];
                for len in (1..client.connection().max_payload()).step_by(200) {
                    let message = vec![number; len];
                    client.send(&message).unwrap();
                    let received = client.recv(&mut out).unwrap();
                    assert_eq!(out[..received], message);
                }
                client.close().unwrap();
            });
        }
    });
    stop.store(true, Ordering::Relaxed);
    let (most, ends) = server.join().unwrap();
    println!("{most} peers at once");
    assert_eq!(ends, vec![Ok(()); usize::from(CLIENTS)]);
}

#[test]
#[cfg(feature = "tokio")]
fn a_listener_of_tokio_loses_nothing_when_its_future_is_dropped() {
    const CLIENTS: usize = 20;
    let (socket, mut world) = (socket(), world());
    let address = socket.local_addr().unwrap();
    socket.set_nonblocking(true).unwrap();
    let cookies = Cookies::new(&crypto::hash::SHA256, world.clock.now(), &mut world.rng).unwrap();
    let config = server_config(profile(), "p256");
    let serve = async move {
        let socket = tokio::net::UdpSocket::from_std(socket).unwrap();
        let mut listener =
            super::tokio::Listener::new(config, socket, Setup::default(), Some(cookies), world);
        let (mut connected, mut ends) = (0, vec![]);
        while ends.len() < CLIENTS {
            let arrival = tokio::select! {
                biased;
                arrival = listener.next() => arrival.unwrap(),
                () = tokio::time::sleep(Duration::from_millis(1)) => continue,
            };
            match arrival {
                Arrival::Connected(_) => connected += 1,
                Arrival::Message(address, message) => listener.send(address, &message).await.unwrap(),
                Arrival::Ended(_, _, outcome) => ends.push(outcome),
                Arrival::Moved(..) | Arrival::Nothing => unreachable!(),
            }
        }
        assert!(listener.is_empty());
        assert_eq!((connected, ends), (CLIENTS, vec![Ok(()); CLIENTS]));
    };
    let server = thread::spawn(|| {
        tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(serve);
    });
    thread::scope(|scope| {
        for _ in 0..CLIENTS {
            scope.spawn(|| {
                let mut client = client(address, DatagramSettings::default());
                let mut out = [0; 1000];
                for _ in 0..20 {
                    client.send(&[7; 1000]).unwrap();
                    assert_eq!(client.recv(&mut out).unwrap(), 1000);
                }
                client.close().unwrap();
            });
        }
    });
    server.join().unwrap();
}

#[test]
fn silent_peers_are_forgotten_and_too_many_are_not_answered() {
    let setup = Setup { max_peers: 2, idle_ms: 1500, ..Setup::default() };
    let stop = Arc::default();
    let (address, server) = echo(setup, &stop);
    let settings =
        DatagramSettings { timeouts: Timeouts { first_ms: 20, last_ms: 40 }, ..DatagramSettings::default() };
    let [mut first, mut second, mut third] = [0; 3].map(|_| client(address, settings));
    first.handshake().unwrap();
    second.handshake().unwrap();
    let refused = third.handshake().unwrap_err();
    assert_eq!(crate::tls_error(&refused), Some(Error::TimedOut));
    // Both are told that it is over.
    let mut out = [0; 10];
    assert_eq!(first.recv(&mut out).unwrap(), 0);
    assert_eq!(second.recv(&mut out).unwrap(), 0);
    client(address, settings).handshake().unwrap();
    stop.store(true, Ordering::Relaxed);
    let (most, ends) = server.join().unwrap();
    assert_eq!((most, &ends[..2]), (2, &[Err(Error::TimedOut); 2][..]));
}

#[test]
fn nobody_at_the_other_end_is_an_error_in_time() {
    let silent = socket();
    let timeouts = Timeouts { first_ms: 5, last_ms: 20 };
    let settings = DatagramSettings { timeouts, ..DatagramSettings::default() };
    let mut client = client(silent.local_addr().unwrap(), settings);
    let error = client.handshake().unwrap_err();
    assert_eq!(crate::tls_error(&error), Some(Error::TimedOut));
    let mut datagram = [0; 2000];
    silent.set_read_timeout(Some(Duration::from_millis(50))).unwrap();
    let hellos = core::iter::from_fn(|| silent.recv(&mut datagram).ok()).count();
    assert_eq!(hellos, 3, "after 0, 5 and 15 milliseconds");
}

#[test]
fn a_closed_port_is_an_error_when_the_flight_is_due() {
    let address = socket().local_addr().unwrap();
    let settings =
        DatagramSettings { timeouts: Timeouts { first_ms: 20, last_ms: 40 }, ..DatagramSettings::default() };
    let error = client(address, settings).handshake().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::ConnectionRefused);
}

#[test]
fn an_alert_that_came_before_the_port_was_closed_is_the_error() {
    // handshake_failure in a record without protection.
    const ALERT: &[u8] = &[21, 0xFE, 0xFD, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 2, 40];
    let server = socket();
    let timeouts = Timeouts { first_ms: 20, last_ms: 40 };
    // A hello of several datagrams: the system tells of the first when the second is sent.
    let settings = DatagramSettings { timeouts, datagram_bytes: 100 };
    let mut client = client(server.local_addr().unwrap(), settings);
    server.send_to(ALERT, client.socket().local_addr().unwrap()).unwrap();
    drop(server);
    let error = client.handshake().unwrap_err();
    assert_eq!(
        crate::tls_error(&error),
        Some(Error::AlertReceived(embertls::AlertDescription::HANDSHAKE_FAILURE))
    );
}

#[test]
fn what_came_before_the_port_was_closed_is_received() {
    let stop = Arc::default();
    let (address, server) = echo(Setup::default(), &stop);
    let mut client = client(address, DatagramSettings::default());
    client.send(b"first").unwrap();
    client.send(b"second").unwrap();
    thread::sleep(Duration::from_millis(200));
    stop.store(true, Ordering::Relaxed);
    server.join().unwrap();
    client.send(b"to nobody").unwrap();
    let mut out = [0; 20];
    assert_eq!(client.recv(&mut out).unwrap(), 5);
    assert_eq!(client.recv(&mut out).unwrap(), 6);
    assert_eq!(client.recv(&mut out).unwrap_err().kind(), ErrorKind::ConnectionRefused);
}

#[test]
fn a_read_timeout_of_the_socket_is_kept() {
    let stop = Arc::default();
    let (address, server) = echo(Setup::default(), &stop);
    let mut client = client(address, DatagramSettings::default());
    client.handshake().unwrap();
    client.set_read_timeout(Some(Duration::from_millis(30))).unwrap();
    let error = client.recv(&mut [0; 10]).unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut), "{error}");
    client.send(b"still there").unwrap();
    let mut out = [0; 20];
    client.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
    assert_eq!(client.recv(&mut out).unwrap(), 11);
    client.close().unwrap();
    stop.store(true, Ordering::Relaxed);
    server.join().unwrap();
}

#[test]
#[cfg(feature = "dtls-client-port-reuse")]
fn a_client_that_begins_anew_from_its_port_is_let_in() {
    let stop = Arc::default();
    let (address, server) = echo(Setup::default(), &stop);
    let mut out = [0; 20];
    let mut port = 0;
    for life in 0..3 {
        let socket = UdpSocket::bind(("127.0.0.1", port)).unwrap();
        port = socket.local_addr().unwrap().port();
        socket.connect(address).unwrap();
        socket.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
        let settings = DatagramSettings::default();
        let (config, name) = (client_config(profile()), server_name("localhost"));
        let mut client = Connection::client(config, name, settings, socket, world()).unwrap();
        client.send(b"alive").unwrap();
        assert_eq!(client.recv(&mut out).unwrap(), 5, "life {life}");
        // Without a word, as at a loss of power.
        drop(client);
    }
    stop.store(true, Ordering::Relaxed);
    let (most, ends) = server.join().unwrap();
    assert_eq!((most, ends), (1, vec![Err(Error::Truncated); 2]));
}

/// Bytes of this process in memory, by the kernel's count of pages.
fn resident() -> Option<usize> {
    let statm = std::fs::read_to_string("/proc/self/statm").ok()?;
    let pages: usize = statm.split(' ').nth(1)?.parse().ok()?;
    Some(pages * 4096)
}

#[test]
fn a_flood_of_forged_hellos_costs_the_live_peers_nothing() {
    let (peers, hellos) = if testkit::rng::full() { (1000, 100_000) } else { (50, 5000) };
    let stop = Arc::default();
    let (address, server) = echo(Setup::default(), &stop);
    let mut clients: Vec<_> = (0..peers)
        .map(|_| {
            let mut client = client(address, DatagramSettings::default());
            client.handshake().unwrap();
            client
        })
        .collect();
    let before = resident();
    // Each from another port of another address, as forged ones are: none can read its answer.
    let mut rng = testkit::rng::Seeded::new(3);
    let template = {
        let silent = socket();
        silent.set_read_timeout(Some(Duration::from_secs(5))).unwrap();
        let timeouts = Timeouts { first_ms: 1, last_ms: 1 };
        let settings = DatagramSettings { timeouts, ..DatagramSettings::default() };
        let _ = client(silent.local_addr().unwrap(), settings).handshake();
        let mut hello = vec![0; 2000];
        let len = silent.recv(&mut hello).unwrap();
        hello.truncate(len);
        hello
    };
    let sockets: Vec<UdpSocket> =
        (2..52).map(|last| UdpSocket::bind((Ipv4Addr::new(127, 0, 0, last), 0)).unwrap()).collect();
    let start = std::time::Instant::now();
    for (n, socket) in (0..hellos).zip(sockets.iter().cycle()) {
        let mut hello = template.clone();
        hello[27..59].copy_from_slice(&rng.bytes(32));
        socket.send_to(&hello, address).unwrap();
        if n % 64 == 0 {
            // A live peer is heard in the middle of it; what the full socket of the server loses is sent again.
            let at = n % clients.len();
            let client = &mut clients[at];
            client.set_read_timeout(Some(Duration::from_millis(200))).unwrap();
            let mut out = [0; 20];
            let answered = (0..100).any(|_| {
                client.send(b"still here").unwrap();
                matches!(client.recv(&mut out), Ok(10))
            });
            assert!(answered, "peer {at} after {n} hellos");
        }
    }
    let took = start.elapsed();
    let grown = before.zip(resident()).map_or(0, |(before, after)| after.saturating_sub(before) / 1024);
    println!(
        "figure: {hellos} forged hellos at a listener with {peers} live peers in {} ms: no peer more, every live peer heard, \
         {grown} KiB more of resident memory",
        took.as_millis()
    );
    for client in &mut clients {
        client.set_read_timeout(Some(Duration::from_secs(5))).unwrap();
        client.send(b"bye").unwrap();
        let mut out = [0; 20];
        // Answers to what was sent twice may come first.
        while client.recv(&mut out).unwrap() != 3 {}
        client.close().unwrap();
    }
    stop.store(true, Ordering::Relaxed);
    let (most, ends) = server.join().unwrap();
    assert_eq!(most, peers, "no hello without a cookie has made a peer");
    assert_eq!(ends, vec![Ok(()); peers]);
}
