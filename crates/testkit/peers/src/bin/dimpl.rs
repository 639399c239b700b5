//! `dimpl-peer`: the crate `dimpl` (DTLS 1.2 without I/O, cryptography of RustCrypto).

use dimpl::{Config, Dtls, DtlsCertificate, NamedGroup, Output, PskResolver, crypto::Dtls12CipherSuite};
use embertls_peers::{Failure, Options, print, read_input};
use std::{
    io::ErrorKind,
    net::{Ipv4Addr, SocketAddr, UdpSocket},
    sync::{Arc, mpsc},
    time::{Duration, Instant},
};

/// As the manifest has it.
const VERSION: &str = "dimpl 0.9.0";
/// How long a socket is waited for while there may be input.
const PAUSE: Duration = Duration::from_millis(5);

fn main() -> Result<(), Failure> {
    let options = Options::from_arguments(VERSION)?;
    let socket = if options.is_client {
        UdpSocket::bind((Ipv4Addr::LOCALHOST, 0))?
    } else {
        UdpSocket::bind(options.address()?)?
    };
    socket.set_read_timeout(Some(PAUSE))?;
    let peer = if options.is_client { Some(options.address()?) } else { None };
    let expected = options.certificates("expect-cert")?.into_iter().next().map(|der| der.to_vec());
    let mut end = End { dtls: dtls(&options)?, socket, peer, expected, connected: false, closed: false };
    let (send, input) = mpsc::channel();
    read_input(move |piece| send.send(piece).is_ok());
    end.run(&input, options.is_client)
}

fn dtls(options: &Options) -> Result<Dtls, Failure> {
    let mut config = Config::builder()
        .require_client_certificate(options.has("client-auth"))
        .use_server_cookie(options.has("cookie"))
        .handshake_timeout(Duration::from_secs(100))
        .flight_retries(20);
    if let Some(first) = options.first_timeout()? {
        config = config.flight_start_rto(first);
    }
    if let Some(mtu) = options.number("mtu")? {
        config = config.mtu(mtu.try_into()?);
    }
    if let Some(name) = options.get("suite") {
        config = config.dtls12_cipher_suites(&[suite(name)?]);
    }
    if let Some(name) = options.get("group") {
        config = config.kx_groups(&[group(name)?]);
    }
    let now = Instant::now();
    let mut dtls = if let Some(key) = options.psk()? {
        let identity = options.get("psk-identity").unwrap_or_default().as_bytes().to_vec();
        let resolver = Arc::new(OneKey { identity: identity.clone(), key });
        let config = if options.is_client {
            config.with_psk_client(identity, resolver)
        } else {
            config.with_psk_server(None, resolver)
        };
        Dtls::new_12_psk(Arc::new(config.build()?), now)
    } else {
        // It sends one certificate, and has no use for the rest of a chain.
        let chain = options.certificates("cert")?;
        let certificate = chain.first().ok_or("--cert FILE")?.to_vec();
        let private_key = options.key()?.secret_der().to_vec();
        Dtls::new_12(Arc::new(config.build()?), DtlsCertificate { certificate, private_key }, now)
    };
    dtls.set_active(options.is_client);
    Ok(dtls)
}

struct OneKey {
    identity: Vec<u8>,
    key: Vec<u8>,
}

impl PskResolver for OneKey {
    fn resolve(&self, identity: &[u8]) -> Option<Vec<u8>> {
        (identity == self.identity).then(|| self.key.clone())
    }
}

fn suite(name: &str) -> Result<Dtls12CipherSuite, Failure> {
    Ok(match name {
        "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384" => Dtls12CipherSuite::ECDHE_ECDSA_AES256_GCM_SHA384,
        "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256" => Dtls12CipherSuite::ECDHE_ECDSA_AES128_GCM_SHA256,
        "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256" => {
            Dtls12CipherSuite::ECDHE_ECDSA_CHACHA20_POLY1305_SHA256
        }
        "TLS_PSK_WITH_AES_128_CCM_8" => Dtls12CipherSuite::PSK_AES128_CCM_8,
        _ => return Err(format!("no suite {name}").into()),
    })
}

fn group(name: &str) -> Result<NamedGroup, Failure> {
    Ok(match name {
        "secp256r1" => NamedGroup::Secp256r1,
        "secp384r1" => NamedGroup::Secp384r1,
        "x25519" => NamedGroup::X25519,
        _ => return Err(format!("no group {name}").into()),
    })
}

struct End {
    dtls: Dtls,
    socket: UdpSocket,
    /// A server's peer is who comes first.
    peer: Option<SocketAddr>,
    /// It verifies no chain; this is the only certificate that it takes.
    expected: Option<Vec<u8>>,
    connected: bool,
    closed: bool,
}

impl End {
    fn run(&mut self, input: &mpsc::Receiver<Option<Vec<u8>>>, is_client: bool) -> Result<(), Failure> {
        let mut datagram = vec![0; 1 << 16];
        self.dtls.handle_timeout(Instant::now())?;
        loop {
            self.drain()?;
            if self.closed {
                self.dtls.close()?;
                return self.drain();
            }
            if self.connected
                && let Ok(piece) = input.try_recv()
            {
                match piece {
                    Some(piece) => {
                        self.dtls.send_application_data(&piece)?;
                    }
                    None => self.closed = is_client,
                }
                continue;
            }
            match self.socket.recv_from(&mut datagram) {
                Ok((len, from)) if *self.peer.get_or_insert(from) == from => {
                    self.dtls.handle_timeout(Instant::now())?;
                    self.dtls.handle_packet(datagram.get(..len).unwrap_or_default())?;
                }
                Ok(_) => {}
                Err(error) if [ErrorKind::WouldBlock, ErrorKind::TimedOut].contains(&error.kind()) => {
                    self.dtls.handle_timeout(Instant::now())?;
                }
                Err(error) => return Err(error.into()),
            }
        }
    }

    /// Everything that it has to say.
    fn drain(&mut self) -> Result<(), Failure> {
        let mut out = vec![0; 1 << 16];
        loop {
            match self.dtls.poll_output(&mut out) {
                Output::Packet(packet) => {
                    self.socket.send_to(packet, self.peer.ok_or("nobody is there")?)?;
                }
                Output::Timeout(_) => return Ok(()),
                Output::Connected => self.connected = true,
                Output::PeerCert(der) => {
                    if self.expected.as_ref().is_some_and(|expected| expected != der) {
                        return Err("another certificate".into());
                    }
                }
                Output::ApplicationData(bytes) => print(bytes)?,
                Output::CloseNotify => self.closed = true,
                Output::BufferTooSmall { needed } => return Err(format!("{needed} bytes").into()),
                // Keys for SRTP, and what later versions may add.
                _ => {}
            }
        }
    }
}
