//! The configurations that inputs choose from, made once. Keys and certificates are those of the tests.

use ::suites::Suite;
use crypto::{KeyType, PrivateKey};
use embertls::registry::{profiles, suites};
use embertls::{AuthMode, ClientConfig, Credential, Peer, Profile, ServerConfig, ServerName};
use std::sync::OnceLock;
use testkit::credentials::{chain, only_suite, private_key, trust_anchors};
use testkit::null;

/// The seed of all randomness: the same in the targets and when seeds are recorded.
pub const SEED: u64 = 0xE3BE;

/// The host name that clients look for.
pub const HOST: &str = "localhost";

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
    }
}

fn scenarios() -> Vec<Scenario> {
    let mut unnamed =
        scenario("null, nobody verified, ALPN", &null::PROFILE, "p256", &null::Key(KeyType::Ec));
    unnamed.client.auth_mode = AuthMode::None;
    unnamed.peer = Peer::Unnamed;
    unnamed.client.alpn = &[b"h2", b"http/1.1"];
    unnamed.server.alpn = &[b"http/1.1"];
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
    ]
}

fn without_extensions(suites: &'static [&'static Suite]) -> &'static Profile<'static> {
    Box::leak(Box::new(Profile { suites, extensions: &[], ..profiles::LEGACY }))
}
