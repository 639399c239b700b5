//! DTLS on a device: a network stack that never blocks, in the shape of `embedded-nal`'s `UdpClientStack`, and one that is
//! awaited, in the shape of `embedded-nal-async`'s `ConnectedUdp`. Nothing here needs `std`; `main` lends a host's socket.
//!
//! `cargo run -p embertls-io --all-features --example udp_device`

use embertls::{
    ClientConfig, Credential, DatagramConnection, DatagramSettings, Error, Event, Host, Instant, Peer, Psk,
    ServerConfig, ServerPsk, registry::profiles::IOT_7925_DATAGRAM,
};
use embertls_io::{
    System, World,
    clock::Clock,
    os_entropy,
    udp::{Arrival, Listener, Setup},
};
use std::{
    fmt,
    io::ErrorKind,
    net::{SocketAddr, UdpSocket},
    thread,
    time::Duration,
};

const IDENTITY: &[u8] = b"meter-7";
const KEY: &[u8] = b"sixteen bytes ..";

/// What a device's network stack has.
trait UdpStack {
    fn send(&mut self, datagram: &[u8]) -> Result<(), Fault>;
    /// None when nothing has come.
    fn receive(&mut self, buffer: &mut [u8]) -> Result<Option<usize>, Fault>;
}

/// The same where it is awaited, with the timer of the executor.
trait AsyncUdpStack {
    async fn send(&mut self, datagram: &[u8]) -> Result<(), Fault>;
    /// None when that time has come before anything else.
    async fn receive_until(
        &mut self,
        buffer: &mut [u8],
        end: Option<Instant>,
    ) -> Result<Option<usize>, Fault>;
}

#[derive(Debug)]
enum Fault {
    Stack,
    Tls(Error),
    Closed,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Stack => f.write_str("the network stack fails"),
            Self::Tls(error) => error.fmt(f),
            Self::Closed => f.write_str("the peer has closed"),
        }
    }
}

impl std::error::Error for Fault {}

impl From<Error> for Fault {
    fn from(error: Error) -> Self {
        Self::Tls(error)
    }
}

/// A connection and its buffers, which are all that it ever uses.
struct Device<'c> {
    dtls: DatagramConnection<'c>,
    datagram: [u8; 1300],
    waiting: core::ops::Range<usize>,
    out: [u8; 1300],
}

impl<'c> Device<'c> {
    fn new(config: &'c ClientConfig<'c>, host: &mut Host<'_>) -> Result<Self, Error> {
        let dtls = DatagramConnection::client(config, Peer::Unnamed, DatagramSettings::default(), host)?;
        Ok(Self { dtls, datagram: [0; 1300], waiting: 0..0, out: [0; 1300] })
    }

    /// One turn of the main loop: sends what is due, takes what has come, and never blocks. Some bytes of application data,
    /// if there are any.
    fn poll(&mut self, stack: &mut impl UdpStack, host: &mut Host<'_>) -> Result<Option<&[u8]>, Fault> {
        if self.waiting.is_empty()
            && let Some(len) = stack.receive(&mut self.datagram)?
        {
            self.waiting = 0..len;
        }
        let outcome = self.take(host);
        loop {
            // An alert goes out also when this end has failed.
            let len = self.dtls.poll_transmit(host, &mut self.out)?;
            if len == 0 {
                break;
            }
            stack.send(self.out.get(..len).unwrap_or_default())?;
        }
        Ok(outcome?.and_then(|range| self.datagram.get(range)))
    }

    fn take(&mut self, host: &mut Host<'_>) -> Result<Option<core::ops::Range<usize>>, Fault> {
        // A radio may sleep until `next_timeout`.
        if self.dtls.next_timeout().is_some_and(|due| host.now >= due) {
            self.dtls.on_timeout(host)?;
        }
        let start = self.waiting.start;
        let record = self.datagram.get_mut(self.waiting.clone()).unwrap_or_default();
        let received = self.dtls.receive(host, record)?;
        self.waiting.start += received.used;
        match received.event {
            Event::Data(range) => Ok(Some(start + range.start..start + range.end)),
            Event::Closed => Err(Fault::Closed),
            // The next turn goes on with it; without `Host::budget` no work is left over.
            Event::None
            | Event::NeedMore(_)
            | Event::Work
            | Event::Request
            | Event::Transmit
            | Event::Connected
            | Event::Warning(_) => Ok(None),
        }
    }

    fn send(&mut self, stack: &mut impl UdpStack, host: &mut Host<'_>, message: &[u8]) -> Result<(), Fault> {
        let len = self.dtls.send(host, message, &mut self.out)?;
        stack.send(self.out.get(..len).unwrap_or_default())
    }

    /// The same for who awaits: a whole message.
    async fn receive(
        &mut self,
        stack: &mut impl AsyncUdpStack,
        world: &mut impl World,
        wants_data: bool,
    ) -> Result<&[u8], Fault> {
        loop {
            let outcome = self.take(&mut world.host());
            loop {
                let len = self.dtls.poll_transmit(&mut world.host(), &mut self.out)?;
                if len == 0 {
                    break;
                }
                stack.send(self.out.get(..len).unwrap_or_default()).await?;
            }
            if let Some(range) = outcome? {
                return Ok(self.datagram.get(range).unwrap_or_default());
            }
            if !wants_data && self.dtls.is_connected() {
                return Ok(&[]);
            }
            if self.waiting.is_empty() {
                let due = self.dtls.next_timeout();
                let len = stack.receive_until(&mut self.datagram, due).await?.unwrap_or_default();
                self.waiting = 0..len;
            }
        }
    }
}

/// A device that polls.
fn measure(stack: &mut impl UdpStack, world: &mut impl World) -> Result<Vec<u8>, Fault> {
    let config = ClientConfig {
        psk: Some(Psk { identity: IDENTITY, key: KEY }),
        ..ClientConfig::new(&IOT_7925_DATAGRAM, &[])
    };
    let mut device = Device::new(&config, &mut world.host())?;
    let mut asked = false;
    loop {
        let answer = device.poll(stack, &mut world.host())?.map(<[u8]>::to_vec);
        if let Some(answer) = answer {
            device.dtls.close();
            let _ = device.poll(stack, &mut world.host());
            return Ok(answer);
        }
        if device.dtls.is_connected() && !asked {
            device.send(stack, &mut world.host(), b"temperature?")?;
            asked = true;
        }
    }
}

/// A device that awaits.
async fn measure_async(stack: &mut impl AsyncUdpStack, world: &mut impl World) -> Result<Vec<u8>, Fault> {
    let config = ClientConfig {
        psk: Some(Psk { identity: IDENTITY, key: KEY }),
        ..ClientConfig::new(&IOT_7925_DATAGRAM, &[])
    };
    let mut device = Device::new(&config, &mut world.host())?;
    device.receive(stack, world, false).await?;
    let len = device.dtls.send(&mut world.host(), b"temperature?", &mut device.out)?;
    stack.send(device.out.get(..len).unwrap_or_default()).await?;
    let answer = device.receive(stack, world, true).await?.to_vec();
    device.dtls.close();
    let len = device.dtls.poll_transmit(&mut world.host(), &mut device.out)?;
    stack.send(device.out.get(..len).unwrap_or_default()).await?;
    Ok(answer)
}

/// A host's socket as a stack that does not block.
impl UdpStack for UdpSocket {
    fn send(&mut self, datagram: &[u8]) -> Result<(), Fault> {
        UdpSocket::send(self, datagram).map(|_| ()).map_err(|_| Fault::Stack)
    }

    fn receive(&mut self, buffer: &mut [u8]) -> Result<Option<usize>, Fault> {
        match self.recv(buffer) {
            Ok(len) => Ok(Some(len)),
            Err(error) if error.kind() == ErrorKind::WouldBlock => Ok(None),
            Err(_) => Err(Fault::Stack),
        }
    }
}

/// tokio's as one that is awaited.
struct Tokio(tokio::net::UdpSocket, Clock);

impl AsyncUdpStack for Tokio {
    async fn send(&mut self, datagram: &[u8]) -> Result<(), Fault> {
        self.0.send(datagram).await.map(|_| ()).map_err(|_| Fault::Stack)
    }

    async fn receive_until(
        &mut self,
        buffer: &mut [u8],
        end: Option<Instant>,
    ) -> Result<Option<usize>, Fault> {
        let Some(end) = end else { return self.0.recv(buffer).await.map(Some).map_err(|_| Fault::Stack) };
        let left = Duration::from_millis(end.0.saturating_sub(self.1.now().0));
        match tokio::time::timeout(left, self.0.recv(buffer)).await {
            Ok(received) => received.map(Some).map_err(|_| Fault::Stack),
            Err(_) => Ok(None),
        }
    }
}

pub(crate) fn main() -> Result<(), Box<dyn std::error::Error>> {
    let socket = UdpSocket::bind("127.0.0.1:0")?;
    let address = socket.local_addr()?;
    let server = thread::spawn(move || serve(socket, 2));
    let mut world = System { rng: os_entropy::seeded(b"device example")?, clock: Clock::system() };

    let mut stack = connected(address)?;
    let polled = measure(&mut stack, &mut world)?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let awaited = runtime.block_on(async {
        let mut stack = Tokio(tokio::net::UdpSocket::from_std(connected(address)?)?, world.clock);
        Ok::<_, Box<dyn std::error::Error>>(measure_async(&mut stack, &mut world).await?)
    })?;
    println!("{} and {}", String::from_utf8_lossy(&polled), String::from_utf8_lossy(&awaited));
    assert_eq!([polled, awaited], [b"21.5 degrees".to_vec(), b"21.5 degrees".to_vec()]);
    server.join().map_err(|_| "the server panicked")?.map_err(|error| error.to_string().into())
}

fn connected(address: SocketAddr) -> std::io::Result<UdpSocket> {
    let socket = UdpSocket::bind("127.0.0.1:0")?;
    socket.connect(address)?;
    socket.set_nonblocking(true)?;
    Ok(socket)
}

/// Answers until so many peers have ended.
fn serve(socket: UdpSocket, peers: usize) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    let credentials: [Credential<'_>; 0] = [];
    let keys = [Psk { identity: IDENTITY, key: KEY }];
    let config = ServerConfig {
        psk: Some(ServerPsk::new(&keys)),
        ..ServerConfig::new(&IOT_7925_DATAGRAM, &credentials)
    };
    let world = System { rng: os_entropy::seeded(b"device example")?, clock: Clock::system() };
    let mut listener = Listener::new(&config, socket, Setup::default(), None, world);
    let mut ended = 0;
    while ended < peers {
        match listener.next(Duration::from_secs(60))? {
            Arrival::Message(address, message) if message == b"temperature?" => {
                listener.send(address, b"21.5 degrees")?;
            }
            Arrival::Ended(..) => ended += 1,
            Arrival::Connected(_) | Arrival::Message(..) | Arrival::Moved(..) | Arrival::Nothing => {}
        }
    }
    Ok(())
}
