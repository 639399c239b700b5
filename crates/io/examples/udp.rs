//! A client and a server of DTLS over UDP.
//!
//! `cargo run -p embertls-io --all-features --example udp`

#[path = "common/identity.rs"]
mod identity;

use embertls::{
    ClientConfig, Credential, DatagramSettings, Peer, ServerConfig, ServerName, cookie::Cookies,
    crypto::hash::SHA256, registry::profiles::DEFAULT_DATAGRAM,
};
use embertls_io::{
    System,
    clock::Clock,
    os_entropy,
    udp::{Arrival, Connection, Listener, Setup},
};
use identity::Identity;
use std::{
    error::Error,
    net::{SocketAddr, UdpSocket},
    thread,
    time::Duration,
};

pub(crate) fn main() -> Result<(), Box<dyn Error>> {
    let socket = UdpSocket::bind("127.0.0.1:0")?;
    let address = socket.local_addr()?;
    let server = thread::spawn(move || serve(socket, &Identity::load()?));
    let reading = measure("localhost", address, identity::roots()?)?;
    println!("{reading}");
    assert_eq!(reading, "21.5 degrees");
    server.join().map_err(|_| "the server panicked")?.map_err(|error| error.to_string().into())
}

fn measure(
    name: &str,
    address: SocketAddr,
    roots: &[embertls::TrustAnchor<'_>],
) -> Result<String, Box<dyn Error>> {
    let config = ClientConfig::new(&DEFAULT_DATAGRAM, roots);
    let peer = Peer::Named(ServerName::parse(name).ok_or("no host name")?);
    let world = System { rng: os_entropy::seeded(b"udp example")?, clock: Clock::system() };
    let socket = UdpSocket::bind("0.0.0.0:0")?;
    socket.connect(address)?;
    let mut dtls = Connection::client(&config, peer, DatagramSettings::default(), socket, world)?;
    dtls.send(b"temperature?")?;
    let mut answer = [0; 1500];
    let len = dtls.recv(&mut answer)?;
    dtls.close()?;
    Ok(String::from_utf8_lossy(answer.get(..len).unwrap_or_default()).into_owned())
}

fn serve(socket: UdpSocket, Identity { chain, key }: &Identity) -> Result<(), Box<dyn Error + Send + Sync>> {
    let chain: Vec<&[u8]> = chain.iter().map(Vec::as_slice).collect();
    let credentials = [Credential::new(&chain, &**key)];
    let config = ServerConfig::new(&DEFAULT_DATAGRAM, &credentials);
    let mut world = System { rng: os_entropy::seeded(b"udp example")?, clock: Clock::system() };
    let cookies = Cookies::new(&SHA256, world.clock.now(), &mut world.rng)?;
    let mut listener = Listener::new(&config, socket, Setup::default(), Some(cookies), world);
    loop {
        match listener.next(Duration::from_secs(60))? {
            Arrival::Message(address, message) if message == b"temperature?" => {
                listener.send(address, b"21.5 degrees")?;
            }
            Arrival::Ended(..) => return Ok(()), // a real one goes on
            Arrival::Connected(_) | Arrival::Message(..) | Arrival::Moved(..) | Arrival::Nothing => {}
        }
    }
}
