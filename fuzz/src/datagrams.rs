//! A whole client or server reads the input as datagrams from its peer, with time passing between them.

use crate::world::SEED;
use crypto::KeyType;
use embertls::{
    ClientConfig, Credential, DatagramSettings, Error, Instant, Misuse, OwnConnectionId, Peer, Profile,
    ServerConfig, ServerName,
    registry::{suites, versions},
};
use std::sync::OnceLock;
use testkit::{
    credentials::{chain, private_key, trust_anchors},
    datagrams::{DatagramPair, End, Fate},
    null,
    pair::{Setup, Side},
};

/// The most bytes of an end's datagrams.
const DATAGRAM_BYTES: usize = 600;
/// A length that says that time passes instead of a datagram.
const TIME_PASSES: u16 = 0xFFFF;
/// Milliseconds that then pass.
const PAUSE_MS: u64 = 1500;

/// A client and a server that understand each other.
pub struct Scenario {
    /// What is special.
    pub name: &'static str,
    client: ClientConfig<'static>,
    server: ServerConfig<'static>,
}

/// The scenarios, in the order of choice.
pub fn scenarios() -> &'static [Scenario] {
    static SCENARIOS: OnceLock<Vec<Scenario>> = OnceLock::new();
    SCENARIOS.get_or_init(|| {
        let null_key: &'static null::Key = const { &null::Key(KeyType::Ec) };
        let null_profile = Profile { versions: versions::MODERN_DATAGRAM, ..null::PROFILE };
        let real = Profile {
            versions: versions::MODERN_DATAGRAM,
            suites: const { &[&suites::TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256] },
            ..embertls::registry::profiles::DEFAULT
        };
        let scenario = |name, profile: Profile<'static>, key, connection_id| {
            let profile: &'static Profile<'static> = Box::leak(Box::new(profile));
            let credentials = Vec::leak(vec![Credential::new(chain("p256"), key)]);
            Scenario {
                name,
                client: ClientConfig { connection_id, ..ClientConfig::new(profile, trust_anchors()) },
                server: ServerConfig { connection_id, ..ServerConfig::new(profile, credentials) },
            }
        };
        let (none, some) = (OwnConnectionId::None, OwnConnectionId::Given(b"id"));
        vec![
            scenario("null", null_profile, null_key, none),
            scenario("GCM", real, private_key("p256"), none),
            scenario("null with connection IDs", null_profile, null_key, some),
            scenario("GCM with connection IDs", real, private_key("p256"), some),
        ]
    })
}

/// The end that reads, in a scenario.
fn end(side: Side, scenario: &'static Scenario) -> End<'static> {
    let settings = DatagramSettings { datagram_bytes: DATAGRAM_BYTES, ..DatagramSettings::default() };
    let setup = Setup::new(SEED);
    match side {
        Side::Client => {
            End::client(&scenario.client, Peer::Named(ServerName::Dns("localhost")), settings, setup)
        }
        Side::Server => End::server(&scenario.server, settings, setup),
    }
}

/// The first byte chooses side and scenario; then come datagrams, each behind two bytes of length.
///
/// # Panics
/// When an end goes on after an error, sends longer datagrams than it may, or has an alert for an error and hides it.
pub fn run(input: &[u8]) {
    play(input);
}

/// As [`run`]; says whether the handshake was completed.
///
/// # Panics
/// As [`run`].
pub fn play(input: &[u8]) -> bool {
    let [choice, stream @ ..] = input else { return false };
    let mut stream = stream;
    let side = if choice & 1 == 0 { Side::Client } else { Side::Server };
    let all = scenarios();
    let mut end = end(side, &all[usize::from(choice >> 1) % all.len()]);
    let check_sent = |end: &mut End<'_>| {
        for datagram in end.transmit() {
            assert!(datagram.len() <= DATAGRAM_BYTES, "a datagram of {} bytes", datagram.len());
        }
    };
    check_sent(&mut end);
    while let [high, low, rest @ ..] = stream {
        let len = u16::from_be_bytes([*high, *low]);
        stream = rest;
        if len == TIME_PASSES {
            end.setup.now = Instant(end.setup.now.0 + PAUSE_MS);
            if let Some(Err(error)) = end.call(|connection, host| connection.on_timeout(host)) {
                end.error.get_or_insert(error);
            }
        } else {
            let (datagram, rest) = stream.split_at(usize::from(len).min(stream.len()));
            stream = rest;
            end.receive(datagram);
        }
        if let Some(error) = end.error {
            let alerts = end.transmit();
            assert_eq!(alerts.len(), usize::from(error.alert().is_some()), "the alert of {error:?}");
            let again = end.call(|connection, host| connection.receive(host, &mut []));
            assert_eq!(again, Some(Err(Error::Misuse(Misuse::Closed))), "goes on after {error:?}");
            break;
        }
        check_sent(&mut end);
    }
    end.facts().is_some()
}

/// What an end hears in a handshake with some data and an end in order, as inputs for it: first the client, then the
/// server.
///
/// # Panics
/// When the handshake fails.
#[must_use]
pub fn recorded(choice: u8) -> [Vec<u8>; 2] {
    let all = scenarios();
    let scenario = &all[usize::from(choice) % all.len()];
    let mut heard = [vec![choice << 1], vec![choice << 1 | 1]];
    let mut pair = DatagramPair::new(
        end(Side::Client, scenario),
        end(Side::Server, scenario),
        |_, from, bytes: &[u8]| {
            let input = &mut heard[usize::from(from == Side::Client)];
            input.extend(u16::try_from(bytes.len()).unwrap_or_default().to_be_bytes());
            input.extend(bytes);
            Fate::Passes
        },
    );
    pair.drive();
    for side in [Side::Client, Side::Server] {
        assert!(pair.end(side).is_connected(), "{}: {:?}", scenario.name, pair.end(side).error);
        let datagram = pair.end(side).send(b"data").expect("a connected end sends");
        pair.post(side, datagram);
        pair.drive();
    }
    pair.client.call(|connection, _| connection.close());
    pair.drive();
    drop(pair);
    heard
}
