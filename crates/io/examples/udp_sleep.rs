//! A device that measures, sleeps, and measures again from another address, with one handshake.
//!
//! `cargo run -p embertls-io --all-features --example udp_sleep`

use embertls::{
    ClientConfig, CounterFailed, DatagramSettings, FreezeCounter, Freezer, OwnConnectionId, Peer, Psk,
    ServerConfig, ServerPsk, crypto::cipher::aead::AES_128_GCM, registry::profiles::IOT_7925_DATAGRAM,
};
use embertls_io::{
    System,
    clock::Clock,
    os_entropy,
    udp::{Arrival, Connection, Listener, Setup},
};
use std::{
    error::Error,
    net::{SocketAddr, UdpSocket},
    thread,
    time::Duration,
};

const PSK: Psk<'_> = Psk { identity: b"meter-7", key: b"sixteen bytes .." };

pub(crate) fn main() -> Result<(), Box<dyn Error>> {
    let socket = UdpSocket::bind("127.0.0.1:0")?;
    let address = socket.local_addr()?;
    let server = thread::spawn(move || serve(socket));
    let (device_key, mut counter) = (*b"of this device..", Flash(0));
    let (reading, blob) = before(address, &device_key, &mut counter)?;
    println!("{reading}, then {} bytes of sleep", blob.len());
    let reading = after(address, &device_key, &mut counter, &blob)?;
    println!("{reading}");
    assert_eq!(reading, "21.5 degrees");
    // Nobody goes on from the same blob twice.
    assert!(after(address, &device_key, &mut counter, &blob).is_err());
    let handshakes = server.join().map_err(|_| "the server panicked")?.map_err(|error| error.to_string())?;
    assert_eq!(handshakes, 1);
    Ok(())
}

/// A number in flash that only goes up.
struct Flash(u64);

impl FreezeCounter for Flash {
    fn value(&mut self) -> Result<u64, CounterFailed> {
        Ok(self.0)
    }
    fn step_from(&mut self, value: u64) -> Result<bool, CounterFailed> {
        let moves = self.0 == value;
        self.0 += u64::from(moves);
        Ok(moves)
    }
}

fn config() -> ClientConfig<'static> {
    // Our records have the server's connection ID, the server's have none.
    let connection_id = OwnConnectionId::Given(b"");
    ClientConfig { psk: Some(PSK), connection_id, ..ClientConfig::new(&IOT_7925_DATAGRAM, &[]) }
}

fn socket(address: SocketAddr) -> std::io::Result<UdpSocket> {
    let socket = UdpSocket::bind("127.0.0.1:0")?;
    socket.connect(address)?;
    socket.set_read_timeout(Some(Duration::from_secs(10)))?;
    Ok(socket)
}

fn before(
    address: SocketAddr,
    device_key: &[u8; 16],
    counter: &mut Flash,
) -> Result<(String, Vec<u8>), Box<dyn Error>> {
    let (config, settings) = (config(), DatagramSettings::default());
    let world = System { rng: os_entropy::seeded(b"sleep example")?, clock: Clock::system() };
    let mut dtls = Connection::client(&config, Peer::Unnamed, settings, socket(address)?, world)?;
    dtls.send(b"temperature?")?;
    let mut answer = [0; 1500];
    let len = dtls.recv(&mut answer)?;
    let mut freezer =
        Freezer::new(&AES_128_GCM, device_key).map_err(embertls::Error::from)?.with_counter(counter);
    let blob = dtls.freeze(&mut freezer)?;
    Ok((String::from_utf8_lossy(answer.get(..len).unwrap_or_default()).into_owned(), blob))
}

fn after(
    address: SocketAddr,
    device_key: &[u8; 16],
    counter: &mut Flash,
    blob: &[u8],
) -> Result<String, Box<dyn Error>> {
    let (config, settings) = (config(), DatagramSettings::default());
    let world = System { rng: os_entropy::seeded(b"sleep example")?, clock: Clock::system() };
    let mut freezer =
        Freezer::new(&AES_128_GCM, device_key).map_err(embertls::Error::from)?.with_counter(counter);
    let socket = socket(address)?;
    let mut dtls =
        Connection::thaw_client(&config, Peer::Unnamed, settings, blob, &mut freezer, socket, world)?;
    dtls.send(b"temperature?")?;
    let mut answer = [0; 1500];
    let len = dtls.recv(&mut answer)?;
    dtls.close()?;
    Ok(String::from_utf8_lossy(answer.get(..len).unwrap_or_default()).into_owned())
}

/// Answers until its peer has ended; how many handshakes there were.
fn serve(socket: UdpSocket) -> Result<usize, Box<dyn Error + Send + Sync>> {
    let keys = [PSK];
    let config = ServerConfig {
        psk: Some(ServerPsk::new(&keys)),
        connection_id: OwnConnectionId::Random(8),
        ..ServerConfig::new(&IOT_7925_DATAGRAM, &[])
    };
    let world = System { rng: os_entropy::seeded(b"sleep example")?, clock: Clock::system() };
    let mut listener = Listener::new(&config, socket, Setup::default(), None, world);
    let mut handshakes = 0;
    loop {
        match listener.next(Duration::from_secs(60))? {
            Arrival::Connected(_) => handshakes += 1,
            Arrival::Message(address, message) if message == b"temperature?" => {
                listener.send(address, b"21.5 degrees")?;
            }
            Arrival::Ended(..) => return Ok(handshakes),
            Arrival::Message(..) | Arrival::Moved(..) | Arrival::Nothing => {}
        }
    }
}
