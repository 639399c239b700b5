//! Every sequence of messages against `testdata/orders`: each key exchange, version, form of resumption and client
//! authentication, on both sides. Null rows make all messages independent of what came before them.
#![expect(clippy::indexing_slicing, clippy::panic, clippy::unwrap_used, reason = "a test that fails panics")]

use codec::{AlertDescription, HandshakeType, ProtocolVersion, Reason};
use embertls::{Error, registry::versions};
use embertls_testkit::{
    conversation::Sessions,
    credentials::{self, chain, private_key, server_config, server_name, trust_anchors},
    null,
    pair::{End, Pair, Setup, Side},
    tamper,
};
use handshake::{AuthMode, ClientConfig, Credential, Resumption, ServerConfig, ServerPsk, limits};
use std::collections::{BTreeMap, BTreeSet};
use suites::{Group, Prf, Profile, RecordIv, Scheme, Since, Suite, Version};

type KeyExchange = (&'static str, &'static Suite, &'static str);
type Alphabet = BTreeMap<String, Vec<u8>>;

const LONGEST: usize = 12;
const HANDSHAKE: u8 = 22;
const ORDERS: &str = include_str!("../testdata/orders/orders.txt");

static PRF: Prf = Prf { hash: &null::HASH, expand: |_, _, _, out| out.fill(0x5A) };
static TLS1_1: Version = old("tls11", ProtocolVersion::TLS1_1, RecordIv::Explicit);
static TLS1_0: Version = old("tls10", ProtocolVersion::TLS1_0, RecordIv::Chained);
static GROUPS: &[&Group] = &[&null::GROUP, &null::FIELD];
static SCHEMES: &[&Scheme] = &[&null::SCHEME, &null::RSA_SCHEME];
static ECDHE: Suite = Suite { since: Since::Tls1_0, ..null::ECDHE };
static DHE: Suite = Suite { since: Since::Tls1_0, ..null::DHE };
static RSA: Suite = Suite { since: Since::Tls1_0, ..null::RSA };
static PSK: Suite = Suite { since: Since::Tls1_0, ..null::PSK };
static ECDHE_PSK: Suite = Suite { since: Since::Tls1_0, ..null::ECDHE_PSK };
static RSA_PSK: Suite = Suite { since: Since::Tls1_0, ..null::RSA_PSK };
/// Where each key exchange stands in the orders, its suite and the server's certificate.
static KEY_EXCHANGES: [KeyExchange; 6] = [
    ("ephemeral", &ECDHE, "null-p256"),
    ("ephemeral", &DHE, "null-rsa"),
    ("transport", &RSA, "null-rsa"),
    ("psk", &PSK, "null-rsa"),
    ("ephemeral-psk", &ECDHE_PSK, "null-rsa"),
    ("transport-psk", &RSA_PSK, "null-rsa"),
];

const fn old(name: &'static str, wire: ProtocolVersion, record_iv: RecordIv) -> Version {
    Version {
        name,
        display: name,
        wire,
        datagram: false,
        connection_ids: false,
        prf: Some(&PRF),
        record_iv,
        schemes: Some(SCHEMES),
    }
}

/// One setting of all that decides the order.
struct Setting {
    kx: &'static str,
    by: Option<&'static [Resumption]>,
    /// What both ends kept from a first connection, when this one may be resumed.
    kept: Option<Sessions>,
    auth: AuthMode,
    client: &'static ClientConfig<'static>,
    server: &'static ServerConfig<'static>,
}

fn settings(kx: &'static str, suite: &'static Suite, certificate: &str) -> Vec<Setting> {
    let mut all = Vec::new();
    for version in [&versions::TLS1_2, &TLS1_1, &TLS1_0] {
        for by in [None, Some(&[Resumption::SessionId][..]), Some(&[Resumption::Ticket][..])] {
            for auth in [AuthMode::None, AuthMode::Optional, AuthMode::Required] {
                let profile: &'static Profile<'static> = Box::leak(Box::new(Profile {
                    versions: Vec::leak(vec![version]),
                    suites: Vec::leak(vec![suite]),
                    groups: GROUPS,
                    schemes: SCHEMES,
                    ..null::PROFILE
                }));
                let own = Credential::new(chain("p256"), private_key("null-p256"));
                let client = ClientConfig {
                    credentials: Vec::leak(vec![own]),
                    psk: Some(credentials::PSK),
                    ..ClientConfig::new(profile, trust_anchors())
                };
                // With a hint, so that each key exchange with a key has a ServerKeyExchange to show.
                let psk = ServerPsk { identity_hint: b"hint", ..ServerPsk::new(&credentials::PSKS) };
                let server = ServerConfig {
                    psk: Some(psk),
                    auth_mode: auth,
                    trust_anchors: trust_anchors(),
                    ..*server_config(profile, certificate)
                };
                let (client, server) = (Box::leak(Box::new(client)), Box::leak(Box::new(server)));
                let mut setting = Setting { kx, by, kept: None, auth, client, server };
                setting.kept = by.map(|by| setting.first(by));
                all.push(setting);
            }
        }
    }
    all
}

impl Setting {
    fn what(&self, side: Side) -> String {
        let Profile { versions, suites, .. } = self.client.profile;
        format!("{side:?} {} {} {:?} {:?}", suites[0].name, versions[0].name, self.by, self.auth)
    }

    fn pair(&self, [ours, theirs]: [Setup; 2]) -> Pair<'static, 'static> {
        Pair::new(End::client(self.client, server_name("localhost"), ours), End::server(self.server, theirs))
    }

    fn first(&self, by: &'static [Resumption]) -> Sessions {
        let mut sessions = Sessions::new(by);
        let mut first = self.pair(sessions.setups());
        first.drive();
        assert!(first.client.is_connected(), "{:?} {:?}", first.client.error, first.server.error);
        sessions
    }

    /// The ends of a connection that can be resumed when the form says so: the same each time.
    fn start(&self) -> Pair<'static, 'static> {
        let setups = self.kept.as_ref().map(|kept| kept.apart().setups());
        self.pair(setups.unwrap_or_else(|| [Setup::new(1), Setup::new(2)]))
    }

    fn end(&self, side: Side) -> End<'static> {
        let pair = self.start();
        let mut end = if side == Side::Client { pair.client } else { pair.server };
        let _ = end.transmit();
        end
    }

    fn orders(&self, side: Side) -> BTreeSet<Vec<String>> {
        let side = if side == Side::Client { "client" } else { "server" };
        let form = if self.by.is_some() { "resumption" } else { "full" };
        let auth = format!("{:?}", self.auth).to_lowercase();
        let says = [side, self.kx, form, &auth];
        let lines = ORDERS.lines().map(|line| line.split(" | ").collect::<Vec<_>>());
        lines
            .filter(|line| line.iter().zip(says).all(|(cell, says)| *cell == "*" || *cell == says))
            .map(|line| line[4].split(' ').map(str::to_owned).collect())
            .collect()
    }

    /// What may be sent to a side: the peer's own messages, and for the rest of the names those of the side itself.
    fn alphabet(&self, side: Side) -> Alphabet {
        let mut alphabet = self.letters(side.other());
        for (name, record) in self.letters(side) {
            alphabet.entry(name).or_insert(record);
        }
        let certificate = chain("p256")[0];
        let [.., high, middle, low] = certificate.len().to_be_bytes();
        let [.., all_high, all_middle, all_low] = (certificate.len() + 3).to_be_bytes();
        let certificates = [&[all_high, all_middle, all_low, high, middle, low], certificate].concat();
        // ecdsa_sign, and where the version has schemes ecdsa_secp256r1_sha256.
        let request: &[u8] = match self.client.profile.versions[0].names_schemes() {
            true => &[1, 64, 0, 2, 4, 3, 0, 0],
            false => &[1, 64, 0, 0],
        };
        let invented: [(&str, u8, &[u8]); 10] = [
            ("Certificate", 11, &certificates),
            ("CertificateRequest", 13, request),
            ("CertificateVerify", 15, &[4, 3, 0, 1, 1]),
            ("HelloRequest", 0, &[]),
            ("HelloVerifyRequest", 3, &[3, 3, 0]),
            ("NewSessionTicket", 4, &[0, 0, 0, 0, 0, 0]),
            ("Certificate(empty)", 11, &[0, 0, 0]),
            ("ServerKeyExchange", 12, &[3, 0, 23, 4, 2, 3, 4, 5, 4, 3, 0, 1, 1]),
            ("CertificateStatus", 22, &[1, 0, 0, 1, 0]),
            ("unknown", 99, &[]),
        ];
        for (name, message_type, body) in invented {
            let record = tamper::record(HANDSHAKE, &tamper::message(message_type, body));
            alphabet.entry(name.to_owned()).or_insert(record);
        }
        alphabet.insert("[ChangeCipherSpec]".to_owned(), tamper::record(20, &[1]));
        alphabet.insert("data".to_owned(), tamper::record(23, b"data"));
        let [high, low] = self.client.profile.versions[0].wire.0.to_be_bytes();
        for record in alphabet.values_mut() {
            (record[1], record[2]) = (high, low);
        }
        alphabet
    }

    fn letters(&self, from: Side) -> Alphabet {
        let mut alphabet = Alphabet::new();
        let mut add = |name: &str, body: &[u8]| {
            alphabet.entry(name.to_owned()).or_insert_with(|| tamper::record(HANDSHAKE, body));
        };
        // What a full handshake has, with and without a certificate of the client.
        let asks =
            ServerConfig { auth_mode: AuthMode::Required, trust_anchors: trust_anchors(), ..*self.server };
        let asks: &'static ServerConfig<'static> = Box::leak(Box::new(asks));
        for server in [self.server, asks] {
            let mut full = Pair::new(
                self.pair([Setup::new(1), Setup::new(2)]).client,
                End::server(server, Setup::new(77)),
            );
            full.drive();
            collect(full.end(from), "", &mut add);
        }
        if self.by.is_some() {
            let mut fresh = Sessions::new(&[Resumption::Ticket]);
            let mut full = self.pair(fresh.setups());
            full.drive();
            collect(full.end(from), "", &mut add);
            let mut resumed = self.start();
            resumed.drive();
            assert!(resumed.client.facts().unwrap().resumed.is_some());
            collect(resumed.end(from), "(resumed)", &mut add);
        }
        if let Some(resumed) = alphabet.get("ServerHello(resumed)") {
            let mut body = tamper::messages(&resumed[tamper::RECORD_HEADER_BYTES..])[0].split_off(4);
            let lengths = 35 + usize::from(body[34]) + 3;
            let len = u16::from_be_bytes([body[lengths], body[lengths + 1]]) + 4;
            body.splice(lengths..lengths + 2, len.to_be_bytes());
            body.extend([0, 35, 0, 0]);
            let record = tamper::record(HANDSHAKE, &tamper::message(2, &body));
            alphabet.insert("ServerHello(resumed)+ticket".to_owned(), record);
        }
        alphabet
    }
}

/// The messages that an end sent, by name.
fn collect(end: &End<'_>, suffix: &str, add: &mut impl FnMut(&str, &[u8])) {
    for record in tamper::records(&end.sent) {
        if record[0] != HANDSHAKE {
            continue;
        }
        for message in tamper::messages(&record[tamper::RECORD_HEADER_BYTES..]) {
            let name = match message[0] {
                1 => format!("ClientHello{suffix}"),
                2 if message.ends_with(&[0, 35, 0, 0]) || message.windows(4).any(|w| w == [0, 35, 0, 0]) => {
                    format!("ServerHello{suffix}+ticket")
                }
                2 => format!("ServerHello{suffix}"),
                4 => "NewSessionTicket".to_owned(),
                11 => "Certificate".to_owned(),
                12 => "ServerKeyExchange".to_owned(),
                13 => "CertificateRequest".to_owned(),
                14 => "ServerHelloDone".to_owned(),
                15 => "CertificateVerify".to_owned(),
                16 => "ClientKeyExchange".to_owned(),
                20 => "Finished".to_owned(),
                other => panic!("message {other} in a handshake"),
            };
            add(&name, &message);
        }
    }
}

fn feed(end: &mut End<'_>, record: &[u8]) {
    end.wire.extend(record);
    while end.step() {
        let _ = end.transmit();
    }
}

/// Walks all sequences, with as many HelloRequests as are taken at the most (with one, when the run is not full, as each
/// changes the same nothing); each is accepted just where the orders say so. The count of sequences.
fn walk(setting: &Setting, side: Side, what: &str) -> usize {
    let (alphabet, orders) = (setting.alphabet(side), setting.orders(side));
    assert!(!orders.is_empty());
    let full = std::env::var("EMBERTLS_FULL").is_ok_and(|value| !value.is_empty());
    let repeats = if full { usize::from(limits::MAX_HELLO_REQUESTS) } else { 1 };
    let (mut count, mut complete) = (0, BTreeSet::new());
    let mut beginnings: Vec<Vec<String>> = vec![Vec::new()];
    while let Some(beginning) = beginnings.pop() {
        for name in alphabet.keys() {
            let mut sequence = beginning.clone();
            sequence.push(name.clone());
            let ignored = |name: &&String| side == Side::Client && *name == "HelloRequest";
            let asked = sequence.iter().filter(ignored).count();
            if sequence.len() > LONGEST || asked > repeats {
                continue;
            }
            count += 1;
            let mut end = setting.end(side);
            for name in &sequence {
                feed(&mut end, &alphabet[name]);
            }
            let stripped: Vec<String> = sequence.iter().filter(|name| !ignored(name)).cloned().collect();
            let accepts = orders.iter().any(|order| order.starts_with(&stripped));
            assert_eq!(end.error.is_none(), accepts, "{what}: {sequence:?}: {:?}", end.error);
            assert_eq!(end.is_connected(), orders.contains(&stripped), "{what}: {sequence:?}");
            match end.error {
                None if end.is_connected() => drop(complete.insert(stripped)),
                None => beginnings.push(sequence),
                Some(Error::Violation(Reason::NoClientCertificate)) => {
                    assert_eq!((name.as_str(), setting.auth), ("Certificate(empty)", AuthMode::Required));
                }
                Some(Error::Violation(Reason::NoCertificate)) => {
                    assert_eq!((name.as_str(), side), ("Certificate(empty)", Side::Client));
                }
                Some(error) => {
                    let alert = error.alert();
                    assert_eq!(alert, Some(AlertDescription::UNEXPECTED_MESSAGE), "{what}: {sequence:?}");
                }
            }
        }
    }
    assert_eq!(complete, orders, "{what}");
    count
}

fn walk_all((kx, suite, certificate): KeyExchange) {
    let [client, server] = [Side::Client, Side::Server].map(|side| {
        let count: usize =
            settings(kx, suite, certificate).iter().map(|one| walk(one, side, &one.what(side))).sum();
        assert!(count > 1000, "{side:?} {count}");
        count
    });
    println!("figure: {}: {client} sequences to a client, {server} to a server", suite.name);
}

#[test]
fn every_sequence_of_ecdhe_is_taken_or_refused_as_the_rfcs_say() {
    walk_all(KEY_EXCHANGES[0]);
}

#[test]
fn every_sequence_of_dhe_is_taken_or_refused_as_the_rfcs_say() {
    walk_all(KEY_EXCHANGES[1]);
}

#[test]
fn every_sequence_of_key_transport_is_taken_or_refused_as_the_rfcs_say() {
    walk_all(KEY_EXCHANGES[2]);
}

#[test]
fn every_sequence_of_a_pre_shared_key_is_taken_or_refused_as_the_rfcs_say() {
    walk_all(KEY_EXCHANGES[3]);
}

#[test]
fn every_sequence_of_ecdhe_with_a_pre_shared_key_is_taken_or_refused_as_the_rfcs_say() {
    walk_all(KEY_EXCHANGES[4]);
}

#[test]
fn every_sequence_of_key_transport_with_a_pre_shared_key_is_taken_or_refused_as_the_rfcs_say() {
    walk_all(KEY_EXCHANGES[5]);
}

#[test]
fn hello_requests_are_ignored_up_to_the_limit_at_every_place_of_every_order() {
    let most = usize::from(limits::MAX_HELLO_REQUESTS);
    for (kx, suite, certificate) in KEY_EXCHANGES {
        for setting in settings(kx, suite, certificate) {
            let alphabet = setting.alphabet(Side::Client);
            for order in setting.orders(Side::Client) {
                for place in 0..order.len() {
                    let mut end = setting.end(Side::Client);
                    let (before, after) = order.split_at(place);
                    let requests = vec!["HelloRequest".to_owned(); most];
                    for name in before.iter().chain(&requests) {
                        feed(&mut end, &alphabet[name]);
                    }
                    assert_eq!(end.error, None, "{} {order:?} {place}", setting.what(Side::Client));
                    for name in after {
                        feed(&mut end, &alphabet[name]);
                    }
                    assert!(end.is_connected(), "{} {order:?} {place}", setting.what(Side::Client));
                    let mut end = setting.end(Side::Client);
                    for name in before.iter().chain(&requests).chain(&requests[..1]) {
                        feed(&mut end, &alphabet[name]);
                    }
                    let refused = Some(Error::UnexpectedMessage(HandshakeType::HELLO_REQUEST));
                    assert_eq!(end.error, refused, "{} {order:?} {place}", setting.what(Side::Client));
                }
            }
        }
    }
}
