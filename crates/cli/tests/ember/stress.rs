//! Two hundred clients at once, of which some are slow and some hostile.

use crate::tool::Server;
use embertls::{AuthMode, ClientConfig, Peer, ServerName, registry::profiles::DEFAULT};
use io::{Parts, System, blocking::Stream, clock::Clock, os_entropy, os_entropy::OsSeededRng};
use std::{
    io::{Read, Write},
    net::{Shutdown, TcpStream},
    sync::Mutex,
    thread,
};

const CLIENTS: usize = 200;

type Tls<'c> = Stream<'c, TcpStream, System<OsSeededRng>>;

/// The kinds of clients, in turn.
const KINDS: [fn(&Stage<'_>, usize); 10] =
    [quick, quick, slow, quick, garbage, quick, slow, half_a_hello, quick, rude];

/// How many of each ten are served to the end.
const GOOD_OF_TEN: usize = 7;

/// What the clients share.
struct Stage<'s> {
    port: u16,
    config: &'s ClientConfig<'s>,
    /// Held until the quick clients are done; the others stay in the way so long.
    curtain: Mutex<()>,
}

impl Stage<'_> {
    fn socket(&self) -> TcpStream {
        TcpStream::connect(("127.0.0.1", self.port)).unwrap()
    }

    fn connect(&self) -> Tls<'_> {
        let peer = Peer::Named(ServerName::parse("localhost").unwrap());
        let parts = Parts::full_size(os_entropy::seeded(b"stress").unwrap(), Clock::system()).unwrap();
        let mut tls = Stream::client(self.config, peer, self.socket(), parts).unwrap();
        tls.handshake().unwrap();
        tls
    }

    fn wait(&self) {
        drop(self.curtain.lock());
    }
}

/// Some bytes are sent, and the same come back.
fn echo(tls: &mut Tls<'_>, len: usize, seed: usize) {
    let sent = testkit::rng::Seeded::new(seed as u64).bytes(len);
    tls.write_all(&sent).unwrap();
    let mut back = vec![0; len];
    tls.read_exact(&mut back).unwrap();
    assert!(back == sent, "client {seed}");
}

fn close(mut tls: Tls<'_>) {
    tls.close().unwrap();
    assert_eq!(tls.read(&mut [0; 8]).unwrap(), 0, "the server closes in order too");
}

fn quick(stage: &Stage<'_>, number: usize) {
    let mut tls = stage.connect();
    echo(&mut tls, 100_000 + 997 * number, number);
    close(tls);
}

/// Byte by byte, then nothing for long.
fn slow(stage: &Stage<'_>, number: usize) {
    let mut tls = stage.connect();
    (0..20).for_each(|more| echo(&mut tls, 1, number + more));
    stage.wait();
    echo(&mut tls, 50_000, number);
    close(tls);
}

/// What is no TLS, some of it like the start of a record; then the connection stays open on our side.
fn garbage(stage: &Stage<'_>, number: usize) {
    let mut socket = stage.socket();
    let mut bytes = testkit::rng::Seeded::new(number as u64).bytes(700);
    if number % 20 < 10 {
        bytes.splice(..5, [22, 3, 1, 2, 0]);
    }
    // It may be refused before it has all arrived.
    let _ = socket.write_all(&bytes);
    stage.wait();
    let _ = socket.read_to_end(&mut Vec::new());
}

/// Half a ClientHello, or nothing, and the end of one direction.
fn half_a_hello(stage: &Stage<'_>, number: usize) {
    let mut socket = stage.socket();
    if number % 20 < 10 {
        socket.write_all(&[22, 3, 1, 1, 0, 1, 0, 0, 252, 3, 3, 7, 7, 7]).unwrap();
    }
    socket.shutdown(Shutdown::Write).unwrap();
    socket.read_to_end(&mut Vec::new()).unwrap();
}

/// Gone without a word in the middle of its data.
fn rude(stage: &Stage<'_>, number: usize) {
    let mut tls = stage.connect();
    echo(&mut tls, 1000, number);
    tls.write_all(&[7; 100_000]).unwrap();
}

#[test]
fn two_hundred_clients_at_once_each_get_their_bytes() {
    let server = Server::start("--echo");
    let config = ClientConfig { auth_mode: AuthMode::None, ..ClientConfig::new(&DEFAULT, &[]) };
    let stage = Stage { port: server.port, config: &config, curtain: Mutex::new(()) };
    thread::scope(|scope| {
        let curtain = stage.curtain.lock().unwrap();
        let started: Vec<_> = (0..CLIENTS)
            .zip(KINDS.iter().cycle())
            .map(|(number, kind)| {
                (
                    *kind,
                    scope.spawn({
                        let stage = &stage;
                        move || kind(stage, number)
                    }),
                )
            })
            .collect();
        let is_quick =
            |kind: fn(&Stage<'_>, usize)| std::ptr::fn_addr_eq(kind, quick as fn(&Stage<'_>, usize));
        let (quick, others): (Vec<_>, Vec<_>) = started.into_iter().partition(|(kind, _)| is_quick(*kind));
        let outcomes: Vec<_> = quick.into_iter().map(|(_, client)| client.join()).collect();
        drop(curtain);
        let outcomes = outcomes.into_iter().chain(others.into_iter().map(|(_, client)| client.join()));
        assert_eq!(outcomes.filter(Result::is_err).count(), 0, "clients that failed");
    });
    let lines: Vec<String> = (0..CLIENTS).map(|_| server.log_line()).collect();
    let closed = lines.iter().filter(|line| line.ends_with(", closed")).count();
    assert_eq!(closed, CLIENTS / 10 * GOOD_OF_TEN, "{lines:#?}");
}
