//! A relay of UDP that loses, doubles and reorders what a handshake is made of (RFC 6347 section 4.2.4), by a seed.
//!
//! Application data and alerts pass: nothing repeats them, so that nobody could tell a fault of the peer from one of the
//! network. Each direction has its own faults, and the n-th datagram of a handshake has the same one whenever it comes.

use crate::rng::Seeded;
use std::collections::HashMap;
use std::io::{self, ErrorKind};
use std::net::{Ipv4Addr, SocketAddr, UdpSocket};
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

/// What happens to datagrams.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Faults {
    /// Decides all.
    pub seed: u64,
    /// So many of 100 are lost; half as many come twice, and half as many after the next one, or late.
    pub percent: usize,
}

/// What happens to one datagram.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fate {
    Passes,
    IsLost,
    ComesTwice,
    IsLate,
}

/// For what is late and has no successor.
const LATE: Duration = Duration::from_millis(100);
/// How often sockets look whether something is late.
const LOOK: Duration = Duration::from_millis(20);
/// A silence that ends the relay.
const SILENCE: Duration = Duration::from_secs(120);
const DATAGRAM_BYTES: usize = 1 << 16;
const CHANGE_CIPHER_SPEC: u8 = 20;
const HANDSHAKE: u8 = 22;

/// Listens on a port of its own, carries what comes to `target` and back for any number of clients, and says which port.
///
/// # Errors
/// The operating system's.
pub fn start(target: u16, faults: Faults) -> io::Result<u16> {
    let socket = Arc::new(UdpSocket::bind((Ipv4Addr::LOCALHOST, 0))?);
    let port = socket.local_addr()?.port();
    socket.set_read_timeout(Some(LOOK))?;
    thread::spawn(move || forth(&socket, target, faults));
    Ok(port)
}

/// From the clients, each of which has a socket of its own to the target.
fn forth(socket: &Arc<UdpSocket>, target: u16, faults: Faults) -> io::Result<()> {
    let mut clients: HashMap<SocketAddr, (Arc<UdpSocket>, Direction)> = HashMap::new();
    let mut buffer = vec![0; DATAGRAM_BYTES];
    let mut heard = Instant::now();
    while heard.elapsed() < SILENCE {
        match socket.recv_from(&mut buffer) {
            Ok((len, address)) => {
                heard = Instant::now();
                if !clients.contains_key(&address) {
                    let out = Arc::new(UdpSocket::bind((Ipv4Addr::LOCALHOST, 0))?);
                    out.connect((Ipv4Addr::LOCALHOST, target))?;
                    out.set_read_timeout(Some(LOOK))?;
                    let n = u64::try_from(clients.len()).unwrap_or(0);
                    let [there, back] = [2 * n, 2 * n + 1].map(|n| Direction::new(faults, n));
                    let (from, to) = (Arc::clone(&out), Arc::clone(socket));
                    thread::spawn(move || self::back(&from, &to, address, back));
                    clients.insert(address, (out, there));
                }
                if let Some((out, there)) = clients.get_mut(&address) {
                    there.carry(buffer.get(..len).unwrap_or_default(), |datagram| out.send(datagram));
                }
            }
            Err(error) if is_nothing(&error) => {}
            Err(error) => return Err(error),
        }
        for (out, there) in clients.values_mut() {
            there.flush(|datagram| out.send(datagram));
        }
    }
    Ok(())
}

/// From the target to one client.
fn back(from: &UdpSocket, to: &UdpSocket, client: SocketAddr, mut direction: Direction) -> io::Result<()> {
    let mut buffer = vec![0; DATAGRAM_BYTES];
    let mut heard = Instant::now();
    while heard.elapsed() < SILENCE {
        match from.recv(&mut buffer) {
            Ok(len) => {
                heard = Instant::now();
                let datagram = buffer.get(..len).unwrap_or_default();
                direction.carry(datagram, |datagram| to.send_to(datagram, client));
            }
            Err(error) if is_nothing(&error) => {}
            Err(error) => return Err(error),
        }
        direction.flush(|datagram| to.send_to(datagram, client));
    }
    Ok(())
}

/// Nothing came, or nobody is at a port at present.
fn is_nothing(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        ErrorKind::WouldBlock | ErrorKind::TimedOut | ErrorKind::ConnectionRefused | ErrorKind::Interrupted
    )
}

/// One way of one client.
struct Direction {
    rng: Seeded,
    percent: usize,
    late: Option<(Instant, Vec<u8>)>,
}

impl Direction {
    const fn new(faults: Faults, n: u64) -> Self {
        let mut rng = Seeded::new(faults.seed);
        // Another sequence for each direction of each client.
        let rng = Seeded::new(rng.next() ^ n);
        Self { rng, percent: faults.percent, late: None }
    }

    fn fate(&mut self) -> Fate {
        let lot = self.rng.below(200);
        match lot {
            lot if lot < 2 * self.percent => Fate::IsLost,
            lot if lot < 3 * self.percent => Fate::ComesTwice,
            lot if lot < 4 * self.percent => Fate::IsLate,
            _ => Fate::Passes,
        }
    }

    // What cannot be sent is lost, as on any network.
    fn carry(&mut self, datagram: &[u8], send: impl Fn(&[u8]) -> io::Result<usize>) {
        let faulty = matches!(datagram.first(), Some(&(CHANGE_CIPHER_SPEC | HANDSHAKE)));
        let fate = if faulty { self.fate() } else { Fate::Passes };
        let overtaken = self.late.take();
        match fate {
            Fate::IsLost => {}
            Fate::IsLate => self.late = Some((Instant::now(), datagram.to_vec())),
            Fate::Passes | Fate::ComesTwice => {
                let _ = send(datagram);
            }
        }
        if fate == Fate::ComesTwice {
            let _ = send(datagram);
        }
        if let Some((_, datagram)) = overtaken {
            let _ = send(&datagram);
        }
    }

    fn flush(&mut self, send: impl Fn(&[u8]) -> io::Result<usize>) {
        if let Some((_, datagram)) = self.late.take_if(|(since, _)| since.elapsed() >= LATE) {
            let _ = send(&datagram);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::cell::RefCell;

    /// What becomes of so many datagrams, each of which is its number.
    fn carried(faults: Faults, content_type: u8, count: u8) -> Vec<u8> {
        let mut direction = Direction::new(faults, 0);
        let arrived = RefCell::new(Vec::new());
        for n in 0..count {
            direction.carry(&[content_type, n], |datagram| {
                arrived.borrow_mut().extend(datagram.get(1));
                Ok(datagram.len())
            });
        }
        arrived.into_inner()
    }

    #[test]
    fn a_seed_decides_what_is_lost_doubled_and_late() {
        let faults = |seed| Faults { seed, percent: 20 };
        let first = carried(faults(1), HANDSHAKE, 200);
        assert_eq!(first, carried(faults(1), HANDSHAKE, 200));
        assert_ne!(first, carried(faults(2), HANDSHAKE, 200));
        let missing = (0..200).filter(|n| !first.contains(n)).count();
        let twice = (0..200).filter(|n| first.iter().filter(|seen| *seen == n).count() == 2).count();
        let late = first.windows(2).filter(|pair| pair[1] < pair[0]).count();
        assert!((20..60).contains(&missing), "{missing}");
        assert!((8..40).contains(&twice), "{twice}");
        assert!((8..40).contains(&late), "{late}");
    }

    #[test]
    fn data_and_alerts_pass_and_nothing_is_lost_at_0_percent() {
        let all: Vec<u8> = (0..200).collect();
        for content_type in [21, 23] {
            assert_eq!(carried(Faults { seed: 1, percent: 50 }, content_type, 200), all);
        }
        assert_eq!(carried(Faults { seed: 1, percent: 0 }, HANDSHAKE, 200), all);
    }

    #[test]
    fn two_clients_have_their_own_answers() {
        let server = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let relay = start(server.local_addr().unwrap().port(), Faults { seed: 1, percent: 0 }).unwrap();
        let clients = [1_u8, 2].map(|_| UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).unwrap());
        let mut buffer = [0; 10];
        for (client, name) in clients.iter().zip([b"one", b"two"]) {
            client.send_to(name, (Ipv4Addr::LOCALHOST, relay)).unwrap();
            let (len, from) = server.recv_from(&mut buffer).unwrap();
            server.send_to(buffer.get(..len).unwrap(), from).unwrap();
        }
        for (client, name) in clients.iter().zip([b"one", b"two"]) {
            let len = client.recv(&mut buffer).unwrap();
            assert_eq!(buffer.get(..len).unwrap(), name);
        }
    }
}
