//! The configurations that inputs choose from, made once. Keys and certificates are those of the tests.

use ::suites::Suite;
use crypto::{KeyType, PrivateKey};
use embertls::registry::{profiles, suites};
use embertls::{
    AuthMode, ClientConfig, Credential, Instant, Peer, Profile, Renegotiation, ServerConfig, ServerName,
    SessionCache, SessionStore, TicketKeys,
};
use std::{cell::RefCell, rc::Rc, sync::OnceLock};
use testkit::credentials::{chain, only_suite, private_key, trust_anchors};
use testkit::null;
use testkit::pair::{End, Pair, Setup, Shared, Side};
use testkit::rng::Failing;

/// The seed of all randomness: the same in the targets and when seeds are recorded.
pub const SEED: u64 = 0xE3BE;

/// The host name that clients look for.
pub const HOST: &str = "localhost";

/// Renegotiations of a connection, where they are allowed.
pub const MAX_RENEGOTIATIONS: u8 = 2;

/// A client and a server that understand each other.
pub struct Scenario {
    /// What is special.
    pub name: &'static str,
    /// The client.
    pub client: ClientConfig<'static>,
    /// Whom it means to reach.
    pub peer: Peer<'static>,
    /// The server.
    pub server: ServerConfig<'static>,
    /// Whether the client has a session of this server, and the server the key to its ticket.
    pub resumes: bool,
}

/// A client's one session.
pub struct OneSession(pub Vec<u8>);

impl SessionStore for OneSession {
    fn load(&mut self, _: &[u8], found: &mut dyn FnMut(&[u8])) {
        if !self.0.is_empty() {
            found(&self.0);
        }
    }

    fn store(&mut self, _: &[u8], session: &[u8]) {
        self.0 = session.to_vec();
    }
}

impl Scenario {
    /// Gives an end what it keeps of sessions in this scenario; the same for every input.
    pub fn keep_sessions(&self, side: Side, setup: &mut Setup) {
        if !self.resumes {
            return;
        }
        match side {
            Side::Client => setup.sessions = Some(shared(OneSession(session(self).to_vec()))),
            Side::Server => {
                setup.tickets = Some(Shared(Rc::new(RefCell::new(ticket_keys()))));
                setup.sessions = Some(shared(SessionCache::<2>::new()));
            }
        }
    }
}

fn shared(store: impl SessionStore + 'static) -> Shared<dyn SessionStore> {
    Shared(Rc::new(RefCell::new(store)))
}

fn ticket_keys() -> TicketKeys {
    let mut keys = TicketKeys::new(&crypto::cipher::aead::AES_256_GCM);
    keys.rotate(Instant(0), &mut Failing::never(SEED)).expect("a key can be drawn");
    keys
}

/// What the client keeps of a handshake of the resuming scenario.
fn session(scenario: &Scenario) -> &'static [u8] {
    static SESSION: OnceLock<Vec<u8>> = OnceLock::new();
    SESSION.get_or_init(|| {
        let store = Rc::new(RefCell::new(OneSession(Vec::new())));
        let mut client = Setup::new(SEED);
        client.sessions = Some(Shared(store.clone()));
        let mut server = Setup::new(SEED);
        server.tickets = Some(Shared(Rc::new(RefCell::new(ticket_keys()))));
        let client = End::client(&scenario.client, scenario.peer, client);
        let mut pair = Pair::new(client, End::server(&scenario.server, server));
        pair.drive();
        assert!(!store.borrow().0.is_empty(), "no session: {:?}", pair.client.error);
        store.borrow().0.clone()
    })
}

/// Every scenario.
pub struct World(Vec<Scenario>);

impl World {
    /// The scenario that a byte chooses.
    #[must_use]
    pub fn scenario(&self, choice: u8) -> &Scenario {
        &self.0[usize::from(choice) % self.0.len()]
    }

    /// All of them, in the order of choice.
    #[must_use]
    pub fn scenarios(&self) -> &[Scenario] {
        &self.0
    }
}

/// The configurations.
pub fn world() -> &'static World {
    static WORLD: OnceLock<World> = OnceLock::new();
    WORLD.get_or_init(|| World(scenarios()))
}

fn scenario(
    name: &'static str,
    profile: &'static Profile<'static>,
    certificate: &str,
    key: &'static (dyn PrivateKey + Sync),
) -> Scenario {
    let credentials = Vec::leak(vec![Credential::new(chain(certificate), key)]);
    Scenario {
        name,
        client: ClientConfig::new(profile, trust_anchors()),
        peer: Peer::Named(ServerName::Dns(HOST)),
        server: ServerConfig::new(profile, credentials),
        resumes: false,
    }
}

fn scenarios() -> Vec<Scenario> {
    let mut unnamed =
        scenario("null, nobody verified, ALPN", &null::PROFILE, "p256", &null::Key(KeyType::Ec));
    unnamed.client.auth_mode = AuthMode::None;
    unnamed.peer = Peer::Unnamed;
    unnamed.client.alpn = &[b"h2", b"http/1.1"];
    unnamed.server.alpn = &[b"http/1.1"];
    let mut both = scenario("null, both verified", &null::PROFILE, "p256", &null::Key(KeyType::Ec));
    both.client.credentials = both.server.credentials;
    both.server.auth_mode = AuthMode::Optional;
    both.server.trust_anchors = trust_anchors();
    both.client.renegotiation = Renegotiation::Allowed(MAX_RENEGOTIATIONS);
    both.server.renegotiation = Renegotiation::Allowed(MAX_RENEGOTIATIONS);
    both.server.keep_peer_chain = true;
    let mut resumed = scenario("null, resumed", &null::PROFILE, "p256", &null::Key(KeyType::Ec));
    resumed.client.size_limits.record_size_limit = Some(512);
    resumed.client.size_limits.max_fragment_length = Some(512);
    resumed.resumes = true;
    vec![
        scenario("null ECDHE", &null::PROFILE, "p256", &null::Key(KeyType::Ec)),
        scenario("null RSA", &null::PROFILE_RSA, "rsa", &null::Key(KeyType::Rsa)),
        unnamed,
        scenario("null RSA, 12 KiB of certificates", &null::PROFILE_RSA, "long", &null::Key(KeyType::Rsa)),
        scenario(
            "ECDHE-ECDSA, GCM",
            only_suite(&suites::TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256),
            "p256",
            private_key("p256"),
        ),
        scenario(
            "ECDHE-RSA, CBC, encrypt-then-MAC",
            only_suite(&suites::TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA),
            "rsa",
            private_key("rsa"),
        ),
        scenario(
            "RSA, CBC, no extensions",
            without_extensions(const { &[&suites::TLS_RSA_WITH_AES_256_CBC_SHA256] }),
            "rsa",
            private_key("rsa"),
        ),
        scenario("everything", &profiles::LEGACY, "p384", private_key("p384")),
        both,
        resumed,
        scenario(
            "TLS 1.0, DHE",
            tls1_0(const { &[&suites::TLS_DHE_RSA_WITH_AES_128_CBC_SHA] }),
            "rsa",
            private_key("rsa"),
        ),
    ]
}

fn tls1_0(suites: &'static [&'static Suite]) -> &'static Profile<'static> {
    let versions = const { &[&embertls::registry::versions::TLS1_0] };
    Box::leak(Box::new(Profile { suites, versions, ..profiles::LEGACY }))
}

fn without_extensions(suites: &'static [&'static Suite]) -> &'static Profile<'static> {
    Box::leak(Box::new(Profile { suites, extensions: &[], ..profiles::LEGACY }))
}
