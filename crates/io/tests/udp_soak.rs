//! Many peers at once on one listener: each message must come back byte for byte; and what a peer costs on the heap. `EMBERTLS_FULL=1` is 1,000 peers for a minute.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test that fails panics")]

use embertls::{DatagramSettings, Profile, cookie::Cookies, registry};
use embertls_io::{
    System,
    clock::Clock,
    os_entropy::{self, OsSeededRng},
    udp::{Arrival, Connection, Listener, Setup},
};
use std::{
    net::{SocketAddr, UdpSocket},
    thread,
    time::{Duration, Instant},
};
use testkit::{
    allocator,
    credentials::{client_config, server_config, server_name},
    rng::{self, Seeded},
};

#[global_allocator]
static ALLOCATOR: allocator::Counting = allocator::Counting;

const CLIENT_THREADS: usize = 4;
/// Messages on their way at once from a thread, few enough for the sockets' buffers.
const WINDOW: usize = 10;

type Client = Connection<'static, System<OsSeededRng>>;

fn profile() -> &'static Profile<'static> {
    Box::leak(Box::new(Profile {
        versions: registry::versions::MODERN_DATAGRAM,
        ..registry::profiles::DEFAULT
    }))
}

fn world() -> System<OsSeededRng> {
    System { rng: os_entropy::seeded(b"soak").unwrap(), clock: Clock::at(testkit::credentials::NOW) }
}

fn connect(address: SocketAddr) -> Client {
    let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
    socket.connect(address).unwrap();
    socket.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
    let settings = DatagramSettings::default();
    let (config, name) = (client_config(profile()), server_name("localhost"));
    let mut client = Connection::client(config, name, settings, socket, world()).unwrap();
    client.handshake().unwrap();
    client
}

/// An echo for `peers`; the bytes that each costs on the heap once all are connected.
fn echo(socket: UdpSocket, peers: usize) -> isize {
    let mut world = world();
    let cookies = Cookies::new(&crypto::hash::SHA256, world.clock.now(), &mut world.rng).unwrap();
    let config = server_config(profile(), "p256");
    let mut listener = Listener::new(config, socket, Setup::default(), Some(cookies), world);
    allocator::reset();
    let (mut connected, mut ended, mut heard, mut live) = (0, 0, 0, 0);
    while ended < peers {
        match allocator::watched(|| listener.next(Duration::from_millis(100))).unwrap() {
            Arrival::Connected(_) => connected += 1,
            Arrival::Message(address, message) => {
                heard += 1;
                allocator::watched(|| {
                    listener.send(address, &message).unwrap();
                    drop(message);
                });
                // After a message from each nobody keeps a flight.
                if heard == peers {
                    assert_eq!(connected, peers);
                    live = allocator::counts().live;
                }
            }
            Arrival::Ended(_, _, outcome) => {
                assert_eq!(outcome, Ok(()));
                ended += 1;
            }
            Arrival::Moved(..) | Arrival::Nothing => {}
        }
    }
    assert!(listener.is_empty());
    live / isize::try_from(peers).unwrap()
}

/// A message from each of these, and each back.
fn round(clients: &mut [Client], dice: &mut Seeded) -> usize {
    let mut bytes = 0;
    for window in clients.chunks_mut(WINDOW) {
        let messages: Vec<Vec<u8>> = window
            .iter_mut()
            .map(|client| {
                let len = 1 + dice.below(client.connection().max_payload());
                let message = dice.bytes(len);
                client.send(&message).unwrap();
                message
            })
            .collect();
        for (client, message) in window.iter_mut().zip(messages) {
            let mut out = [0; 2000];
            let received = client.recv(&mut out).unwrap();
            assert!(out[..received] == message, "a message came back as another");
            bytes += received;
        }
    }
    bytes
}

fn in_threads<I: Send, O: Send>(inputs: Vec<I>, work: impl Fn(I) -> O + Sync) -> Vec<O> {
    thread::scope(|scope| {
        let threads: Vec<_> = inputs.into_iter().map(|input| scope.spawn(|| work(input))).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    })
}

#[test]
fn every_message_of_every_peer_comes_back() {
    let (peers, duration) = if rng::full() { (1000, Duration::from_secs(60)) } else { (100, Duration::ZERO) };
    let seed = rng::seed_from_environment(21);
    let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
    let address = socket.local_addr().unwrap();
    // Not in a scope: a client that fails must not wait for it.
    let server = thread::spawn(move || echo(socket, peers));
    let clients = in_threads(vec![peers / CLIENT_THREADS; CLIENT_THREADS], |count| {
        (0..count).map(|_| connect(address)).collect::<Vec<_>>()
    });
    let figures = in_threads(clients.into_iter().zip(seed..).collect(), |(mut clients, seed)| {
        let mut dice = Seeded::new(seed);
        let (mut messages, mut bytes) = (0, 0);
        let begin = Instant::now();
        loop {
            bytes += round(&mut clients, &mut dice);
            messages += clients.len();
            if begin.elapsed() >= duration {
                break;
            }
        }
        (clients, messages, bytes)
    });
    let (mut messages, mut bytes) = (0, 0);
    for (clients, their_messages, their_bytes) in figures {
        messages += their_messages;
        bytes += their_bytes;
        for mut client in clients {
            client.close().unwrap();
        }
    }
    let each = server.join().unwrap();
    println!(
        "figure: {peers} peers at once on a listener for {} seconds: {messages} messages, {bytes} bytes, there and back, byte \
         for byte; {each} bytes of heap for each peer",
        duration.as_secs()
    );
    assert!(each < 2048, "{each} bytes of heap for each peer");
}
