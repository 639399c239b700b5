//! Raw public keys from the facade alone; also in a build without X.509:
//! `cargo test -p embertls --test raw_public_keys --no-default-features --features
//! client,server,raw-public-keys,ecdhe-ecdsa,secp256r1,aes,ccm,pk-parse,sha256,tls1-2`.
#![expect(clippy::indexing_slicing, clippy::unwrap_used, reason = "a test that fails panics")]

use embertls::{
    CertificateTypes, ClientConfig, Connection, Credential, Error, Event, Flags, Host, Instant, Peer,
    PinRole, Pins, Profile, Rng, ServerConfig, Time, crypto,
    registry::{keys, profiles::DEFAULT, suites},
};

/// Made by `openssl ecparam -genkey -name prime256v1`.
const KEY: &[u8] = include_bytes!("data/raw-key.der");
const PUBLIC_KEY: &[u8] = include_bytes!("data/raw-key-public.der");

static PROFILE: Profile<'static> =
    Profile { suites: &[&suites::TLS_ECDHE_ECDSA_WITH_AES_128_CCM_8], ..DEFAULT };

/// A generator that repeats itself, as no real one may.
struct Counter(u8);

impl Rng for Counter {
    fn fill(&mut self, out: &mut [u8]) -> Result<(), crypto::Error> {
        out.fill_with(|| {
            self.0 = self.0.wrapping_mul(5).wrapping_add(17);
            self.0
        });
        Ok(())
    }
}

/// One end with the bytes that have come for it.
struct End<'c> {
    connection: Connection<'c>,
    rng: Counter,
    waiting: Vec<u8>,
    connected: bool,
    error: Option<Error>,
}

impl<'c> End<'c> {
    fn new(connection: Connection<'c>, rng: Counter) -> Self {
        Self { connection, rng, waiting: Vec::new(), connected: false, error: None }
    }

    /// Takes in all that came, and hands out all that goes to the other end.
    fn step(&mut self) -> Vec<u8> {
        let mut host = Host::new(Instant(0), Time::Unknown, &mut self.rng);
        while self.error.is_none() {
            match self.connection.receive(&mut host, &mut self.waiting) {
                Ok(received) => {
                    self.waiting.drain(..received.used);
                    self.connected |= received.event == Event::Connected;
                    if matches!(received.event, Event::NeedMore(_)) {
                        break;
                    }
                }
                Err(error) => self.error = Some(error),
            }
        }
        let (mut sent, mut out) = (Vec::new(), [0; 4096]);
        while let Ok(len @ 1..) = self.connection.poll_transmit(&mut host, &mut out) {
            sent.extend_from_slice(&out[..len]);
        }
        sent
    }
}

/// What becomes of a client that knows this key.
fn outcome(pin: [u8; 32]) -> (bool, Option<Error>) {
    let key = pki::private_key(KEY, keys::ALL).unwrap();
    let credential = [Credential { raw_public_key: PUBLIC_KEY, ..Credential::new(&[], &*key) }];
    let server = ServerConfig::new(&PROFILE, &credential);
    let pins = [pin];
    let client = ClientConfig {
        server_certificate: CertificateTypes::RawPublicKey,
        pins: Some(Pins { sha256: &crypto::hash::SHA256, keys: &pins, role: PinRole::Anchor }),
        ..ClientConfig::new(&PROFILE, &[])
    };
    let (mut ours, mut theirs) = (Counter(1), Counter(2));
    let connection =
        Connection::client(&client, Peer::Unnamed, &mut Host::new(Instant(0), Time::Unknown, &mut ours));
    let mut client = End::new(connection.unwrap(), ours);
    let connection = Connection::server(&server, &mut Host::new(Instant(0), Time::Unknown, &mut theirs));
    let mut server = End::new(connection.unwrap(), theirs);
    for _ in 0..8 {
        let sent = client.step();
        server.waiting.extend(sent);
        let sent = server.step();
        client.waiting.extend(sent);
    }
    (client.connected && server.connected, client.error)
}

#[test]
fn a_key_that_is_known_connects_and_another_does_not() {
    let digest = (crypto::hash::SHA256.digest)(&[PUBLIC_KEY]);
    let mut pin: [u8; 32] = digest.as_ref().try_into().unwrap();
    assert_eq!(outcome(pin), (true, None));
    pin[31] ^= 1;
    assert_eq!(outcome(pin), (false, Some(Error::Certificate(Flags::NOT_TRUSTED))));
}
