//! OpenSSL as the peer of a connection that sleeps, again and again, over TCP and UDP: it notices nothing.
#![expect(clippy::indexing_slicing, clippy::unwrap_used, reason = "a test that fails panics")]

use embertls::{
    Connection, DatagramConnection, DatagramSettings,
    registry::{profiles::LEGACY, suites as rows, versions},
};
use embertls_testkit::{
    credentials::{client_config, server_config, server_name},
    datagrams, pair,
    pair::Setup,
    peers::{Running, Transport, certificate_file, certificates, free_port, key_file},
    sleepers::{Counter, freezer_with},
};
use handshake::{ClientConfig, ServerConfig};
use std::{
    io::{ErrorKind, Read, Write},
    net::{TcpListener, TcpStream, UdpSocket},
    process::Command,
    time::{Duration, Instant},
};
use suites::{Profile, Suite, Version};

const SOON: Duration = Duration::from_secs(20);
const SLICE: Duration = Duration::from_millis(20);

/// Version, suite, OpenSSL's name of it, and whether a counter must be there.
static CASES: &[(&Version, &Suite, &str, bool)] = &[
    (
        &versions::TLS1_2,
        &rows::TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256,
        "ECDHE-ECDSA-AES128-GCM-SHA256",
        false,
    ),
    (
        &versions::TLS1_2,
        &rows::TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256,
        "ECDHE-ECDSA-AES128-GCM-SHA256",
        true,
    ),
    (&versions::TLS1_2, &rows::TLS_ECDHE_ECDSA_WITH_AES_128_CCM_8, "ECDHE-ECDSA-AES128-CCM8", false),
    (&versions::TLS1_2, &rows::TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA384, "ECDHE-ECDSA-AES256-SHA384", false),
    (
        &versions::TLS1_2,
        &rows::TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256,
        "ECDHE-ECDSA-CHACHA20-POLY1305",
        true,
    ),
    (&versions::TLS1_0, &rows::TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA, "ECDHE-ECDSA-AES128-SHA", true),
    (
        &versions::DTLS1_2,
        &rows::TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256,
        "ECDHE-ECDSA-AES128-GCM-SHA256",
        false,
    ),
    (&versions::DTLS1_2, &rows::TLS_ECDHE_ECDSA_WITH_AES_128_CCM_8, "ECDHE-ECDSA-AES128-CCM8", false),
    (&versions::DTLS1_2, &rows::TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA384, "ECDHE-ECDSA-AES256-SHA384", false),
    (
        &versions::DTLS1_2,
        &rows::TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256,
        "ECDHE-ECDSA-CHACHA20-POLY1305",
        true,
    ),
    (&versions::DTLS1_0, &rows::TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA, "ECDHE-ECDSA-AES128-SHA", false),
];

/// OpenSSL's option for a version.
fn option(version: &Version) -> &'static str {
    match version.name {
        _ if version.wire == versions::DTLS1_2.wire => "-dtls1_2",
        _ if version.wire == versions::DTLS1_0.wire => "-dtls1",
        _ if version.wire == versions::TLS1_0.wire => "-tls1",
        _ => "-tls1_2",
    }
}

fn profile(version: &'static Version, suite: &'static Suite) -> &'static Profile<'static> {
    Box::leak(Box::new(Profile {
        versions: Vec::leak(vec![version]),
        suites: Vec::leak(vec![suite]),
        ..LEGACY
    }))
}

/// Our end, over either transport.
enum Ours {
    Stream(TcpStream, Box<pair::End<'static>>),
    Datagrams(UdpSocket, Box<datagrams::End<'static>>),
}

/// Whose configuration ours is.
#[derive(Clone, Copy)]
enum Config {
    Client(&'static ClientConfig<'static>),
    Server(&'static ServerConfig<'static>),
}

impl Ours {
    fn stream(socket: TcpStream, config: Config) -> Self {
        socket.set_read_timeout(Some(SLICE)).unwrap();
        let end = match config {
            Config::Client(config) => pair::End::client(config, server_name("localhost"), Setup::new(1)),
            Config::Server(config) => pair::End::server(config, Setup::new(1)),
        };
        Self::Stream(socket, Box::new(end))
    }

    /// To a socket's only peer.
    fn datagrams(socket: UdpSocket, config: Config) -> Self {
        socket.set_read_timeout(Some(SLICE)).unwrap();
        let settings = DatagramSettings::default();
        let end = match config {
            Config::Client(config) => {
                datagrams::End::client(config, server_name("localhost"), settings, Setup::new(1))
            }
            Config::Server(config) => datagrams::End::server(config, settings, Setup::new(1)),
        };
        Self::Datagrams(socket, Box::new(end))
    }

    /// Sends what waits, and takes in what comes within a moment.
    fn pump(&mut self) {
        let mut buffer = [0; 20_000];
        match self {
            Self::Stream(socket, end) => {
                socket.write_all(&end.transmit()).unwrap();
                match socket.read(&mut buffer) {
                    Ok(len) => end.wire.extend(&buffer[..len]),
                    Err(error) => {
                        assert!(matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut))
                    }
                }
                while end.step() {
                    socket.write_all(&end.transmit()).unwrap();
                }
                assert_eq!(end.error, None);
            }
            Self::Datagrams(socket, end) => {
                for datagram in end.transmit() {
                    socket.send(&datagram).unwrap();
                }
                if let Ok(len) = socket.recv(&mut buffer) {
                    end.receive(&buffer[..len]);
                }
                assert_eq!(end.error, None);
            }
        }
    }

    fn until(&mut self, what: &str, mut done: impl FnMut(&mut Self) -> bool) {
        let start = Instant::now();
        while !done(self) {
            assert!(start.elapsed() < SOON, "{what}");
            self.pump();
        }
    }

    fn is_connected(&self) -> bool {
        match self {
            Self::Stream(_, end) => end.is_connected(),
            Self::Datagrams(_, end) => end.is_connected(),
        }
    }

    fn received(&self) -> Vec<u8> {
        match self {
            Self::Stream(_, end) => end.received.clone(),
            Self::Datagrams(_, end) => end.received.concat(),
        }
    }

    fn send(&mut self, payload: &[u8]) {
        match self {
            Self::Stream(socket, end) => socket.write_all(&end.send(payload).unwrap().0).unwrap(),
            Self::Datagrams(socket, end) => assert!(socket.send(&end.send(payload).unwrap()).unwrap() > 0),
        }
    }

    fn sleep(&mut self, config: Config, counter: &mut Option<Counter>) {
        match self {
            Self::Stream(_, end) => {
                let blob = end
                    .call(|connection, host| connection.freeze(&mut freezer_with(counter.as_mut()), host))
                    .unwrap()
                    .unwrap();
                let mut freezer = freezer_with(counter.as_mut());
                let peer = server_name("localhost");
                end.replace(|host| match config {
                    Config::Client(config) => {
                        Connection::thaw_client(config, peer, &blob, &mut freezer, host)
                    }
                    Config::Server(config) => Connection::thaw_server(config, &blob, &mut freezer, host),
                })
                .unwrap();
            }
            Self::Datagrams(_, end) => {
                let blob = end
                    .call(|connection, host| connection.freeze(&mut freezer_with(counter.as_mut()), host))
                    .unwrap()
                    .unwrap();
                let mut freezer = freezer_with(counter.as_mut());
                let (peer, settings) = (server_name("localhost"), DatagramSettings::default());
                end.replace(|host| match config {
                    Config::Client(config) => {
                        DatagramConnection::thaw_client(config, peer, settings, &blob, &mut freezer, host)
                    }
                    Config::Server(config) => {
                        DatagramConnection::thaw_server(config, settings, &blob, &mut freezer, host)
                    }
                })
                .unwrap();
            }
        }
    }
}

/// Lines both ways, with a sleep before each pair of them.
fn talk(ours: &mut Ours, config: Config, with_counter: bool, openssl: &mut Running, what: &str) {
    let mut counter = with_counter.then(Counter::default);
    ours.until(what, |ours| ours.is_connected());
    ours.pump();
    for round in 0..4 {
        if round > 0 {
            ours.sleep(config, &mut counter);
        }
        let line = format!("to them, {round}\n");
        ours.send(line.as_bytes());
        ours.until(what, |_| String::from_utf8_lossy(&openssl.output()).contains(&line));
        let line = format!("to us, {round}\n");
        openssl.write(line.as_bytes());
        ours.until(what, |ours| ours.received().ends_with(line.as_bytes()));
    }
    assert_eq!(counter.map(|counter| counter.value), with_counter.then_some(3));
}

#[test]
fn openssls_server_goes_on_with_a_client_that_sleeps() {
    for (version, suite, name, with_counter) in CASES {
        let what = format!("{} {name}", version.display);
        let config = Config::Client(client_config(profile(version, suite)));
        let transport = if version.datagram { Transport::Udp } else { Transport::Tcp };
        let port = free_port(transport).unwrap();
        let mut command = Command::new("openssl");
        command.args(["s_server", option(version), "-accept", &format!("127.0.0.1:{port}")]);
        command.arg("-cert").arg(certificate_file("p256", "-chain.pem")).arg("-key").arg(key_file("p256"));
        command.arg("-cert_chain").arg(certificate_file("p256", "-chain.pem"));
        command.args(["-cipher", &format!("{name}:@SECLEVEL=0")]);
        let mut openssl = Running::start(command).unwrap();
        let ready = openssl.wait_until(SOON, |openssl| openssl.last_output().contains("ACCEPT"));
        assert!(ready, "{what}: {}", openssl.errors());
        let address = ("127.0.0.1", port);
        let mut ours = if version.datagram {
            let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
            socket.connect(address).unwrap();
            Ours::datagrams(socket, config)
        } else {
            Ours::stream(TcpStream::connect(address).unwrap(), config)
        };
        talk(&mut ours, config, *with_counter, &mut openssl, &what);
        openssl.end();
    }
}

#[test]
fn openssls_client_goes_on_with_a_server_that_sleeps() {
    for (version, suite, name, with_counter) in CASES {
        let what = format!("{} {name}", version.display);
        let config = Config::Server(server_config(profile(version, suite), "p256"));
        let (tcp, udp) = (TcpListener::bind("127.0.0.1:0").unwrap(), UdpSocket::bind("127.0.0.1:0").unwrap());
        let address = if version.datagram { udp.local_addr() } else { tcp.local_addr() }.unwrap();
        let mut command = Command::new("openssl");
        command.args(["s_client", option(version), "-connect", &address.to_string()]);
        command.arg("-CAfile").arg(certificates().join("roots.pem"));
        command.args(["-cipher", &format!("{name}:@SECLEVEL=0")]);
        let mut openssl = Running::start(command).unwrap();
        let mut ours = if version.datagram {
            udp.set_read_timeout(Some(SOON)).unwrap();
            let (_, from) = udp.peek_from(&mut [0; 2000]).unwrap();
            udp.connect(from).unwrap();
            Ours::datagrams(udp, config)
        } else {
            Ours::stream(tcp.accept().unwrap().0, config)
        };
        talk(&mut ours, config, *with_counter, &mut openssl, &what);
        openssl.end();
    }
}
