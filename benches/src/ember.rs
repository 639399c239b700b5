//! EmberTLS's client and server joined in memory.

use crate::identity::{HOST, Identity};
use embertls::registry::{extensions, groups, keys, schemes, versions};
use embertls::{
    ClientConfig, Connection, Credential, Event, Host, Instant, Peer, Profile, Rng, ServerConfig, ServerName,
    Time, TrustAnchor,
};
use suites::{Extension, Suite};
use x509::Certificate;

/// The date of the run; the certificates are valid then.
const NOW: Time = Time::Known(1_750_000_000);

/// A record's plaintext of 2^14 bytes with all that can be around it.
pub const BUFFER_BYTES: usize = 18 * 1024;

/// What both sides need for one suite.
pub struct Configs<'c> {
    /// The client's.
    pub client: ClientConfig<'c>,
    /// The server's.
    pub server: ServerConfig<'c>,
}

/// One end with what has arrived for it.
pub struct End<'c> {
    /// The connection.
    pub connection: Connection<'c>,
    arrived: Box<[u8; BUFFER_BYTES]>,
    filled: usize,
}

impl<'c> End<'c> {
    fn new(connection: Connection<'c>) -> Self {
        Self { connection, arrived: Box::new([0; BUFFER_BYTES]), filled: 0 }
    }

    /// Sends what waits to `other`.
    fn transmit(&mut self, host: &mut Host<'_>, other: &mut Self) {
        let room = &mut other.arrived[other.filled..];
        other.filled += self.connection.poll_transmit(host, room).expect("a flight fits the buffer");
    }

    /// Takes in what has arrived.
    fn receive(&mut self, host: &mut Host<'_>) {
        let mut at = 0;
        while at < self.filled {
            let buffer = &mut self.arrived[at..self.filled];
            let received = self.connection.receive(host, buffer).expect("the handshake goes well");
            at += received.used;
            if received.used == 0 && matches!(received.event, Event::NeedMore(_)) {
                break;
            }
        }
        self.arrived.copy_within(at..self.filled, 0);
        self.filled -= at;
    }
}

/// A full handshake in memory.
///
/// # Panics
/// When it fails.
pub fn handshake<'c>(configs: &'c Configs<'c>, rng: &mut dyn Rng) -> (End<'c>, End<'c>) {
    let mut host = Host::new(Instant(0), NOW, rng);
    let name = ServerName::parse(HOST).expect("the name is a DNS name");
    let client = Connection::client(&configs.client, Peer::Named(name), &mut host).expect("a client starts");
    let server = Connection::server(&configs.server, &mut host).expect("a server starts");
    let (mut client, mut server) = (End::new(client), End::new(server));
    while !(client.connection.is_connected() && server.connection.is_connected()) {
        client.transmit(&mut host, &mut server);
        server.receive(&mut host);
        server.transmit(&mut host, &mut client);
        client.receive(&mut host);
    }
    client.transmit(&mut host, &mut server);
    server.transmit(&mut host, &mut client);
    (client, server)
}

/// Both sides' configurations for one suite, as OpenSSL's: P-256, encrypt-then-MAC off; and a random generator seeded
/// by the operating system.
///
/// # Panics
/// When the identity cannot be used.
pub fn with_configs(
    identity: &Identity,
    suite: &'static Suite,
    run: impl FnOnce(&Configs<'_>, &mut dyn Rng),
) {
    let (chain, authority) = (identity.certificate_der(), identity.authority_der());
    let key = pki::private_key(&identity.key_der(), keys::ALL).expect("the key can be read");
    let authority = Certificate::decode(&authority).expect("the authority can be read");
    let (suites, anchors) = ([suite], [TrustAnchor::of(&authority)]);
    let encrypt_then_mac = |extension: &&&Extension| extension.name == "encrypt_then_mac";
    let extensions: Vec<_> = extensions::ALL.iter().filter(|row| !encrypt_then_mac(row)).copied().collect();
    let profile = Profile {
        versions: versions::ALL,
        suites: &suites,
        groups: &[&groups::SECP256R1],
        schemes: &[&schemes::ECDSA_SHA256, &schemes::RSA_PKCS1_SHA256],
        certificate_algorithms: schemes::CERTIFICATE_ALGORITHMS,
        curves: groups::CURVES,
        extensions: &extensions,
    };
    let list: [&[u8]; 1] = [&chain];
    let credentials = [Credential::new(&list, &*key)];
    let configs = Configs {
        client: ClientConfig::new(&profile, &anchors),
        server: ServerConfig::new(&profile, &credentials),
    };
    let mut rng = io::os_entropy::seeded(b"bench").expect("the operating system has entropy");
    run(&configs, &mut rng);
}

/// A host for data after the handshake.
pub fn host(rng: &mut dyn Rng) -> Host<'_> {
    Host::new(Instant(0), NOW, rng)
}
