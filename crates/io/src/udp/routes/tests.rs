//! Who a datagram is from, by its connection ID: without sockets, from whatever address a test says.

use super::super::{
    Arrival, Connection, Setup,
    peers::Peers,
    tests::{echo_of, profile, socket, world},
};
use crate::{System, World as _, os_entropy};
use embertls::{
    ClientConfig, DatagramConnection, DatagramSettings, Error, Event, OwnConnectionId, ServerConfig,
    cookie::Cookies,
};
use std::{
    boxed::Box,
    net::{Ipv4Addr, SocketAddr},
    println,
    sync::{Arc, atomic::Ordering},
    time::{Duration, Instant},
    vec,
    vec::Vec,
};
use testkit::credentials::{client_config, server_config, server_name};

fn at(port: u16) -> SocketAddr {
    (Ipv4Addr::LOCALHOST, port).into()
}

fn server_with(own: OwnConnectionId<'static>) -> &'static ServerConfig<'static> {
    let config = ServerConfig { connection_id: own, ..*server_config(profile(), "p256") };
    Box::leak(Box::new(config))
}

fn client_with(own: OwnConnectionId<'static>) -> &'static ClientConfig<'static> {
    let config = ClientConfig { connection_id: own, ..*client_config(profile()) };
    Box::leak(Box::new(config))
}

/// The peers of a server, with what they need.
struct Hall {
    peers: Peers<'static>,
    world: System<os_entropy::OsSeededRng>,
}

impl Hall {
    fn new(own: OwnConnectionId<'static>, setup: Setup) -> Self {
        let mut world = world();
        let cookies = Cookies::new(&crypto::hash::SHA256, world.clock.now(), &mut world.rng).unwrap();
        Self { peers: Peers::new(server_with(own), setup, Some(cookies)), world }
    }

    /// What becomes of a datagram, and where the answers go.
    fn hear(&mut self, from: SocketAddr, datagram: &[u8]) -> (Vec<Arrival>, Vec<(SocketAddr, Vec<u8>)>) {
        self.peers.incoming[..datagram.len()].copy_from_slice(datagram);
        let first = self.peers.on_datagram(&mut self.world.host(), from, datagram.len()).unwrap();
        let mut arrivals: Vec<_> = first.into_iter().collect();
        while let Some(arrival) = self.peers.poll(&mut self.world.host()) {
            arrivals.push(arrival);
        }
        (arrivals, self.peers.queue.drain(..).collect())
    }
}

/// A client without a socket.
struct Device {
    connection: DatagramConnection<'static>,
    world: System<os_entropy::OsSeededRng>,
}

impl Device {
    fn new(own: OwnConnectionId<'static>) -> Self {
        let mut world = world();
        let (name, settings) = (server_name("localhost"), DatagramSettings::default());
        let connection = DatagramConnection::client(client_with(own), name, settings, &mut world.host());
        Self { connection: connection.unwrap(), world }
    }

    fn transmit(&mut self) -> Vec<Vec<u8>> {
        let mut out = vec![0; 2000];
        let mut all = vec![];
        while let len @ 1.. = self.connection.poll_transmit(&mut self.world.host(), &mut out).unwrap() {
            all.push(out[..len].to_vec());
        }
        all
    }

    fn send(&mut self, message: &[u8]) -> Vec<u8> {
        let mut out = vec![0; 2000];
        let len = self.connection.send(&mut self.world.host(), message, &mut out).unwrap();
        out.truncate(len);
        out
    }

    /// Application data in a datagram, if it is.
    fn hear(&mut self, mut datagram: Vec<u8>) -> Option<Vec<u8>> {
        let mut start = 0;
        loop {
            let rest = &mut datagram[start..];
            let is_last = rest.is_empty();
            let received = self.connection.receive(&mut self.world.host(), rest).unwrap();
            if let Event::Data(data) = received.event {
                return Some(datagram[start + data.start..start + data.end].to_vec());
            }
            if is_last && received.event == Event::None {
                return None;
            }
            start += received.used;
        }
    }

    /// Connected from this address.
    fn connected(own: OwnConnectionId<'static>, hall: &mut Hall, from: SocketAddr) -> Self {
        let mut device = Self::new(own);
        let mut connected = false;
        for _ in 0..4 {
            for datagram in device.transmit() {
                let (arrivals, answers) = hall.hear(from, &datagram);
                connected |= matches!(arrivals[..], [Arrival::Connected(address)] if address == from);
                for (to, answer) in answers {
                    assert_eq!(to, from);
                    device.hear(answer);
                }
            }
        }
        assert!(connected && device.connection.is_connected());
        device
    }
}

/// The message that came, and from whom, and where that peer has moved to before.
#[track_caller]
fn message(arrivals: &[Arrival]) -> (Option<(SocketAddr, SocketAddr)>, SocketAddr, &[u8]) {
    match arrivals {
        [Arrival::Message(from, message)] => (None, *from, message),
        [Arrival::Moved(old, new), Arrival::Message(from, message)] => (Some((*old, *new)), *from, message),
        other => panic!("{other:?}"),
    }
}

const ZERO: OwnConnectionId<'static> = OwnConnectionId::Given(&[]);

#[test]
fn only_a_newer_authentic_record_moves_the_address_of_a_peer() {
    let mut hall = Hall::new(OwnConnectionId::Random(6), Setup::default());
    let mut device = Device::connected(ZERO, &mut hall, at(1));
    let late = device.send(b"late");
    let first = device.send(b"first");
    assert_eq!(message(&hall.hear(at(1), &first).0), (None, at(1), &b"first"[..]));
    let second = device.send(b"second");
    let mut forged = second.clone();
    *forged.last_mut().unwrap() ^= 1;
    for (datagram, what) in [(&forged, "forged"), (&first, "replayed")] {
        let (arrivals, answers) = hall.hear(at(2), datagram);
        assert!(arrivals.is_empty() && answers.is_empty(), "{what}: {arrivals:?}");
        assert!(hall.peers.get(at(1)).is_some() && hall.peers.get(at(2)).is_none(), "{what}");
    }
    // What was sent before and comes late is a message, and no news of where the peer is.
    assert_eq!(message(&hall.hear(at(3), &late).0), (None, at(1), &b"late"[..]));
    let moved = hall.hear(at(2), &second).0;
    assert_eq!(message(&moved), (Some((at(1), at(2))), at(2), &b"second"[..]));
    assert!(hall.peers.get(at(1)).is_none());
    assert_eq!(hall.peers.len(), 1);
    // Answers go to the new address, by which the peer is known.
    assert!(hall.peers.send(&mut hall.world.host(), at(1), b"lost").is_err());
    hall.peers.send(&mut hall.world.host(), at(2), b"answer").unwrap();
    let (to, answer) = hall.peers.queue.pop_front().unwrap();
    assert_eq!((to, device.hear(answer).as_deref()), (at(2), Some(&b"answer"[..])));
    // And back again.
    let back = device.send(b"back");
    assert_eq!(message(&hall.hear(at(1), &back).0), (Some((at(2), at(1))), at(1), &b"back"[..]));
}

#[test]
fn a_peer_does_not_move_to_where_another_one_is() {
    let mut hall = Hall::new(OwnConnectionId::Random(4), Setup::default());
    let mut first = Device::connected(ZERO, &mut hall, at(1));
    let mut second = Device::connected(ZERO, &mut hall, at(2));
    let astray = first.send(b"from there");
    assert_eq!(message(&hall.hear(at(2), &astray).0), (None, at(1), &b"from there"[..]));
    let own = second.send(b"still here");
    assert_eq!(message(&hall.hear(at(2), &own).0), (None, at(2), &b"still here"[..]));
    assert_eq!(hall.peers.len(), 2);
}

#[test]
fn a_peer_that_closes_from_another_address_is_told_there() {
    let mut hall = Hall::new(OwnConnectionId::Random(4), Setup::default());
    let mut device = Device::connected(ZERO, &mut hall, at(1));
    device.connection.close();
    let close = device.transmit().remove(0);
    let (arrivals, answers) = hall.hear(at(2), &close);
    assert!(
        matches!(arrivals[..], [Arrival::Moved(_, _), Arrival::Ended(address, _, Ok(()))] if address == at(2)),
        "{arrivals:?}"
    );
    assert_eq!(answers.iter().map(|(to, _)| *to).collect::<Vec<_>>(), [at(2)]);
    assert_eq!(hall.peers.len(), 0);
    // Nothing is left by which it could be found.
    hall.hear(at(2), &close);
    assert_eq!(hall.peers.strays(), 1);
}

#[test]
fn a_finished_from_another_address_completes_the_handshake_there() {
    let mut hall = Hall::new(OwnConnectionId::Random(4), Setup::default());
    let mut device = Device::new(ZERO);
    let pass = |device: &mut Device, hall: &mut Hall| {
        for datagram in device.transmit() {
            for (_, answer) in hall.hear(at(1), &datagram).1 {
                device.hear(answer);
            }
        }
    };
    pass(&mut device, &mut hall);
    pass(&mut device, &mut hall);
    // ClientKeyExchange and ChangeCipherSpec come from where the hellos did, Finished does not.
    let flight = device.transmit().remove(0);
    let at_finished = flight.windows(3).position(|bytes| bytes == [25, 0xFE, 0xFD]).unwrap();
    let (plain, finished) = flight.split_at(at_finished);
    assert!(hall.hear(at(1), plain).0.is_empty());
    let (arrivals, answers) = hall.hear(at(2), finished);
    assert!(
        matches!(arrivals[..], [Arrival::Moved(old, new), Arrival::Connected(address)]
            if (old, new, address) == (at(1), at(2), at(2))),
        "{arrivals:?}"
    );
    assert!(answers.iter().all(|(to, _)| *to == at(2)));
    answers.into_iter().for_each(|(_, answer)| assert_eq!(device.hear(answer), None));
    assert!(device.connection.is_connected());
}

#[test]
fn each_peer_has_its_own_and_the_last_ones_have_none() {
    // Of one byte there are 256, and a draw finds a free one more and more seldom.
    let mut hall = Hall::new(OwnConnectionId::Random(1), Setup::default());
    let mut devices: Vec<_> = (0..300).map(|n| Device::connected(ZERO, &mut hall, at(1000 + n))).collect();
    let mut ids: Vec<_> = devices
        .iter()
        .filter_map(|device| device.connection.connection_ids().map(|(_, id)| id.to_vec()))
        .collect();
    let count = ids.len();
    ids.sort();
    ids.dedup();
    println!("{count} of 300 have a connection ID of one byte");
    assert_eq!(ids.len(), count);
    assert!((200..=256).contains(&count), "{count}");
    // All of them are heard where they are, those with a connection ID also elsewhere.
    for (n, device) in (0..).zip(&mut devices) {
        let datagram = device.send(b"here");
        assert_eq!(message(&hall.hear(at(1000 + n), &datagram).0).1, at(1000 + n));
        let datagram = device.send(b"elsewhere");
        let has_one = device.connection.connection_ids().is_some();
        assert_eq!(hall.hear(at(5000 + n), &datagram).0.is_empty(), !has_one);
    }
}

#[test]
fn who_wants_none_has_none_and_leaves_nothing_behind() {
    let mut hall = Hall::new(OwnConnectionId::Random(8), Setup::default());
    let mut device = Device::connected(OwnConnectionId::None, &mut hall, at(1));
    assert_eq!(hall.peers.get(at(1)).unwrap().connection_ids(), None);
    assert!(hall.peers.routes.is_empty());
    let datagram = device.send(b"plain");
    assert_eq!(message(&hall.hear(at(1), &datagram).0), (None, at(1), &b"plain"[..]));
    let with = Device::connected(ZERO, &mut hall, at(2));
    assert!(!hall.peers.routes.is_empty());
    let mut anew = Device::connected(ZERO, &mut hall, at(2));
    assert_ne!(with.connection.connection_ids(), anew.connection.connection_ids());
    anew.connection.close();
    let close = anew.transmit().remove(0);
    hall.hear(at(2), &close);
    assert!(hall.peers.routes.is_empty(), "neither of the one that ended nor of the one before it");
}

#[test]
fn a_spray_of_unknown_connection_ids_costs_nothing() {
    let count = if testkit::rng::full() { 1_000_000 } else { 50_000 };
    let mut hall = Hall::new(OwnConnectionId::Random(8), Setup::default());
    let mut device = Device::connected(ZERO, &mut hall, at(1));
    let template = device.send(b"first");
    hall.hear(at(1), &template);
    let mut rng = testkit::rng::Seeded::new(4);
    let start = Instant::now();
    for n in 0..count {
        let mut datagram = template.clone();
        // A new one each time, as if of whatever epoch and length.
        datagram[3..19].copy_from_slice(&rng.bytes(16));
        let (arrivals, answers) = hall.hear(at(2), &datagram);
        assert!(arrivals.is_empty() && answers.is_empty());
        if n % 1000 == 0 {
            let message_of_it = device.send(b"live");
            assert_eq!(message(&hall.hear(at(1), &message_of_it).0), (None, at(1), &b"live"[..]));
        }
    }
    println!(
        "figure: {count} datagrams with connection IDs that nobody has at a listener: none answered, none seen by a connection, \
         {} ns each",
        start.elapsed().as_nanos() / u128::from(count)
    );
    assert_eq!((hall.peers.strays(), hall.peers.len()), (count, 1), "all dropped, no peer made");
    let rejected = hall.peers.get(at(1)).unwrap().rejected_records();
    assert_eq!(rejected, 0, "no connection has seen one of them");
}

#[test]
fn a_device_that_slept_comes_back_from_another_port() {
    let stop = Arc::default();
    let config = server_with(OwnConnectionId::Random(8));
    let (address, server) = echo_of(config, Setup::default(), &stop);
    let connect = || {
        let socket = socket();
        socket.connect(address).unwrap();
        socket.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
        socket
    };
    let config = client_with(OwnConnectionId::Random(8));
    let settings = DatagramSettings::default();
    let mut client =
        Connection::client(config, server_name("localhost"), settings, connect(), world()).unwrap();
    let mut out = [0; 20];
    for _ in 0..5 {
        client.send(b"awake").unwrap();
        assert_eq!(client.recv(&mut out).unwrap(), 5);
        let old = client.replace_socket(connect()).unwrap();
        assert_ne!(old.local_addr().unwrap(), client.socket().local_addr().unwrap());
    }
    client.close().unwrap();
    stop.store(true, Ordering::Relaxed);
    let (most, ends): (usize, Vec<Result<(), Error>>) = server.join().unwrap();
    assert_eq!((most, ends), (1, vec![Ok(())]), "one handshake, one connection");
}
