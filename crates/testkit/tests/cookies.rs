//! The stateless answer to first datagrams: who gets a cookie, and whom it lets in.
#![expect(clippy::unwrap_used, reason = "a test that fails panics")]

use crypto::hash;
use embertls::{
    DatagramSettings, Host, Instant, Time,
    cookie::{Cookies, FirstDatagram, KEY_LIFETIME_MS},
    registry,
};
use embertls_testkit::{
    credentials::{client_config, server_config, server_name},
    datagrams::{DatagramPair, End, Fate},
    pair::{Setup, Side},
    rng::Seeded,
};
use suites::Profile;

fn profile() -> &'static Profile<'static> {
    Box::leak(Box::new(Profile {
        versions: registry::versions::MODERN_DATAGRAM,
        ..registry::profiles::DEFAULT
    }))
}

fn client() -> End<'static> {
    End::client(
        client_config(profile()),
        server_name("localhost"),
        DatagramSettings::default(),
        Setup::new(1),
    )
}

/// A server's cookies with its clock and randomness.
struct Door {
    cookies: Cookies,
    rng: Seeded,
    now: u64,
}

impl Door {
    fn new() -> Self {
        let mut rng = Seeded::new(9);
        let cookies = Cookies::new(&hash::SHA256, Instant(0), &mut rng).unwrap();
        Self { cookies, rng, now: 0 }
    }

    fn ask(&mut self, address: &str, datagram: &[u8]) -> (FirstDatagram, Vec<u8>) {
        let mut out = vec![0; 100];
        let mut host = Host::new(Instant(self.now), Time::Unknown, &mut self.rng);
        let what = self.cookies.check(&mut host, address.as_bytes(), datagram, &mut out).unwrap();
        match what {
            FirstDatagram::Answer(len) => out.truncate(len),
            FirstDatagram::Accepted | FirstDatagram::Nothing => out.clear(),
        }
        (what, out)
    }
}

/// A client that has its cookie, and its second hello.
fn second_hello(door: &mut Door, address: &str) -> (End<'static>, Vec<u8>) {
    let mut client = client();
    let first = client.transmit().remove(0);
    let (what, answer) = door.ask(address, &first);
    assert_eq!(what, FirstDatagram::Answer(60));
    assert!(answer.len() <= first.len(), "no amplification");
    client.receive(&answer);
    assert_eq!(client.error, None);
    let second = client.transmit().remove(0);
    assert_eq!(second.len(), first.len() + 32);
    (client, second)
}

#[test]
fn a_client_with_its_cookie_is_accepted_and_connects() {
    let mut door = Door::new();
    let (client, second) = second_hello(&mut door, "a:1");
    assert_eq!(door.ask("a:1", &second).0, FirstDatagram::Accepted);
    let settings = DatagramSettings::default();
    let server = End::server(server_config(profile(), "p256"), settings, Setup::new(2));
    let mut pair = DatagramPair::new(client, server, |_, _, _| Fate::Passes);
    pair.post(Side::Client, second);
    pair.drive();
    assert!(pair.client.is_connected(), "{:?}", pair.client.error);
    assert!(pair.server.is_connected(), "{:?}", pair.server.error);
}

#[test]
fn a_cookie_is_for_one_address_one_hello_and_two_lifetimes() {
    let mut door = Door::new();
    let (_, second) = second_hello(&mut door, "a:1");
    assert!(matches!(door.ask("b:1", &second).0, FirstDatagram::Answer(_)));
    // version and random begin behind both headers; the cookie's last byte is 32 behind.
    for at in [13 + 12, 13 + 12 + 2, 13 + 12 + 2 + 32 + 1 + 1 + 31] {
        let mut other = second.clone();
        other[at] ^= 1;
        assert!(matches!(door.ask("a:1", &other).0, FirstDatagram::Answer(_)), "byte {at}");
    }
    for (now, accepted) in [
        (KEY_LIFETIME_MS - 1, true),
        (KEY_LIFETIME_MS, true),
        (2 * KEY_LIFETIME_MS - 1, true),
        (2 * KEY_LIFETIME_MS, false),
    ] {
        door.now = now;
        assert_eq!(door.ask("a:1", &second).0 == FirstDatagram::Accepted, accepted, "at {now}");
    }
    let (_, later) = second_hello(&mut door, "a:1");
    door.now = 100 * KEY_LIFETIME_MS;
    assert!(door.ask("a:1", &later).0 != FirstDatagram::Accepted, "after a long silence");
}

#[test]
fn a_second_hello_may_have_another_session_id_as_mbedtls_with_a_ticket_has_it() {
    const SESSION_ID_LEN: usize = 13 + 12 + 2 + 32;
    let mut door = Door::new();
    let (_, mut second) = second_hello(&mut door, "a:1");
    assert_eq!(second[SESSION_ID_LEN], 0);
    second.splice(SESSION_ID_LEN..=SESSION_ID_LEN, [32].into_iter().chain([7; 32]));
    // The record's length, the message's and the fragment's.
    for low in [12, 16, 24] {
        let len = u16::from_be_bytes([second[low - 1], second[low]]) + 32;
        second[low - 1..=low].copy_from_slice(&len.to_be_bytes());
    }
    assert_eq!(door.ask("a:1", &second).0, FirstDatagram::Accepted);
    second[SESSION_ID_LEN + 33 + 1] ^= 1;
    assert!(matches!(door.ask("a:1", &second).0, FirstDatagram::Answer(_)));
}

#[test]
fn what_is_no_first_hello_is_not_answered() {
    let mut door = Door::new();
    let first = client().transmit().remove(0);
    let changed = |at: usize, value: u8| {
        let mut datagram = first.clone();
        datagram[at] = value;
        datagram
    };
    // Content type, major version, epoch, message type, fragment offset.
    for datagram in [changed(0, 23), changed(1, 3), changed(4, 1), changed(13, 2), changed(21, 1)] {
        assert_eq!(door.ask("a:1", &datagram).0, FirstDatagram::Nothing);
    }
    for len in 0..first.len() {
        assert_eq!(door.ask("a:1", &first[..len]).0, FirstDatagram::Nothing, "{len} bytes");
    }
    let mut rng = Seeded::new(4);
    for _ in 0..2000 {
        let len = rng.below(120);
        let mut noise = rng.bytes(len);
        // Half of them look like a record of epoch 0 at first sight.
        if let Some(start) = noise.get_mut(..13).filter(|_| rng.below(2) == 0) {
            start.copy_from_slice(&[
                22,
                0xFE,
                0xFF,
                0,
                0,
                0,
                0,
                0,
                0,
                0,
                0,
                0,
                u8::try_from(len - 13).unwrap(),
            ]);
        }
        let (what, answer) = door.ask("a:1", &noise);
        assert!(answer.len() <= noise.len(), "{what:?}");
    }
}

#[test]
fn a_first_fragment_that_reaches_to_the_cookie_is_enough() {
    let mut door = Door::new();
    let settings = DatagramSettings { datagram_bytes: 130, ..DatagramSettings::default() };
    let config = client_config(profile());
    let mut client = End::client(config, server_name("localhost"), settings, Setup::new(1));
    let fragments = client.transmit();
    assert!(fragments.len() > 1);
    let (what, answer) = door.ask("a:1", &fragments[0]);
    assert!(matches!(what, FirstDatagram::Answer(_)));
    for later in &fragments[1..] {
        assert_eq!(door.ask("a:1", later).0, FirstDatagram::Nothing);
    }
    client.receive(&answer);
    assert_eq!(door.ask("a:1", &client.transmit()[0]).0, FirstDatagram::Accepted);
}
