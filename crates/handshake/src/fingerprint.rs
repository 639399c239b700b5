//! What a session belongs to: a digest over all of a configuration that decides what its connections may be trusted with.
//! A session under another fingerprint is not resumed; the handshake is a full one. A connection that sleeps is not thawed.

use crate::{
    ClientConfig, Credential, Peer, ServerConfig,
    session::{FINGERPRINT_LEN, Fingerprint},
};
use crypto::RunningHash;
use memory::{Box, OutOfMemory};
use suites::{CertificateTypes, Profile};
use x509::{PinRole, Pins, Revocation, ServerName, TrustAnchor};

struct Fields(Box<dyn RunningHash + Send>);

impl Fields {
    /// Under the hash of the profile's first suite; None for a profile without suites.
    fn start(profile: &Profile<'_>, side: &[u8]) -> Result<Option<Self>, OutOfMemory> {
        let Some(suite) = profile.suites.first() else { return Ok(None) };
        let mut fields = Self((suite.prf.start)()?);
        fields.add(side);
        Ok(Some(fields))
    }

    /// A field with its length, so that no two lists of fields are the same bytes.
    fn add(&mut self, field: &[u8]) {
        self.0.update(&(field.len() as u64).to_be_bytes());
        self.0.update(field);
    }

    fn add_all(&mut self, fields: impl ExactSizeIterator<Item: AsRef<[u8]>>) {
        self.0.update(&(fields.len() as u64).to_be_bytes());
        fields.for_each(|field| self.add(field.as_ref()));
    }

    fn add_anchors(&mut self, anchors: &[TrustAnchor<'_>]) {
        self.add_all(anchors.iter().map(|anchor| anchor.subject));
        self.add_all(anchors.iter().map(|anchor| anchor.spki));
        self.add_all(anchors.iter().map(|anchor| anchor.name_constraints.map_or(&[][..], |names| names.0)));
    }

    fn add_revocation(&mut self, revocation: Option<Revocation<'_>>) {
        self.0.update(&[u8::from(revocation.is_some())]);
        if let Some(revocation) = revocation {
            self.0.update(&revocation.settings());
            self.add_all(revocation.signatures());
        }
    }

    /// What certificates may be signed with.
    fn add_certificate_algorithms(&mut self, profile: &Profile<'_>) {
        let algorithms = profile.certificate_algorithms;
        self.add_all(algorithms.iter().map(|algorithm| algorithm.oid));
        self.add_all(algorithms.iter().map(|algorithm| algorithm.parameters.der()));
        self.add_all(profile.curves.iter().map(|curve| curve.oid));
    }

    fn add_pins(&mut self, pins: Option<Pins<'_>>) {
        self.0.update(&[pins.map_or(0, |pins| match pins.role {
            PinRole::Anchor => 1,
            PinRole::Required => 2,
        })]);
        self.add_all(pins.map_or(&[][..], |pins| pins.keys).iter());
    }

    fn add_credentials(&mut self, credentials: &[Credential<'_>]) {
        self.add_all(
            credentials.iter().map(|credential| credential.chain.first().copied().unwrap_or_default()),
        );
    }

    /// What is not X.509 only.
    fn add_certificate_types(&mut self, of_peer: CertificateTypes, credentials: &[Credential<'_>]) {
        let raw = credentials.iter().map(|credential| credential.raw_public_key);
        if of_peer != CertificateTypes::X509 || raw.clone().any(|key| !key.is_empty()) {
            self.add(b"certificate types");
            self.add(&[of_peer as u8]);
            self.add_all(raw);
        }
    }

    fn of_client(mut self, config: &ClientConfig<'_>, peer: &Peer<'_>) -> Fingerprint {
        match peer {
            Peer::Named(ServerName::Dns(name)) => self.add(name.as_bytes()),
            Peer::Named(ServerName::Ip(address)) => self.add(address.octets()),
            Peer::Unnamed => self.add(&[]),
        }
        self.add(&[config.auth_mode as u8]);
        self.add_certificate_algorithms(config.profile);
        self.add_anchors(config.trust_anchors);
        self.add_revocation(config.revocation);
        self.add_pins(config.pins);
        self.add_all(config.alpn.iter());
        self.add_credentials(config.credentials);
        // Not the key, which could be guessed from the fingerprint.
        self.add_all(config.psk.iter().map(|psk| psk.identity));
        if let Some(stapling) = config.stapling {
            self.0.update(&[stapling.settings()]);
            self.add(stapling.fetched());
        }
        self.0.update(config.common_name.settings());
        self.0.update(config.verdict_by.settings());
        self.add_certificate_types(config.server_certificate, config.credentials);
        self.finish()
    }

    fn of_server(mut self, config: &ServerConfig<'_>) -> Fingerprint {
        self.add(&[config.auth_mode as u8]);
        self.add_certificate_algorithms(config.profile);
        self.add_anchors(config.trust_anchors);
        self.add_revocation(config.revocation);
        self.add_all(config.alpn.iter());
        self.add_credentials(config.credentials);
        self.0.update(config.verdict_by.settings());
        if config.pins.is_some() {
            self.add_pins(config.pins);
        }
        self.add_certificate_types(config.client_certificate, config.credentials);
        self.finish()
    }

    fn finish(self) -> Fingerprint {
        let mut fingerprint = [0; FINGERPRINT_LEN];
        for (to, from) in fingerprint.iter_mut().zip(self.0.digest().as_ref()) {
            *to = *from;
        }
        fingerprint
    }
}

/// Of a client's configuration and the server that it means.
#[cfg(feature = "session-resumption")]
pub(crate) fn of_client(
    config: &ClientConfig<'_>,
    peer: &Peer<'_>,
) -> Result<Option<Fingerprint>, OutOfMemory> {
    let fields = Fields::start(config.profile, b"client, stream")?;
    Ok(fields.map(|fields| fields.of_client(config, peer)))
}

/// Of a server's configuration and the name under which the client asked for it.
#[cfg(feature = "session-resumption")]
pub(crate) fn of_server(
    config: &ServerConfig<'_>,
    server_name: Option<&[u8]>,
) -> Result<Option<Fingerprint>, OutOfMemory> {
    let Some(mut fields) = Fields::start(config.profile, b"server, stream")? else { return Ok(None) };
    fields.add(&[u8::from(server_name.is_some())]);
    fields.add(server_name.unwrap_or_default());
    Ok(Some(fields.of_server(config)))
}

/// Of a client's connection that sleeps; never that of a session.
#[cfg(feature = "context-serialization")]
pub(crate) fn of_frozen_client(
    config: &ClientConfig<'_>,
    peer: &Peer<'_>,
    transport: crate::Transport,
) -> Result<Option<Fingerprint>, OutOfMemory> {
    let Some(mut fields) = Fields::start(config.profile, b"client, frozen")? else { return Ok(None) };
    fields.add(&[transport as u8]);
    Ok(Some(fields.of_client(config, peer)))
}

/// Of a server's connection that sleeps, whatever name the client asked for.
#[cfg(feature = "context-serialization")]
pub(crate) fn of_frozen_server(
    config: &ServerConfig<'_>,
    transport: crate::Transport,
) -> Result<Option<Fingerprint>, OutOfMemory> {
    let Some(mut fields) = Fields::start(config.profile, b"server, frozen")? else { return Ok(None) };
    fields.add(&[transport as u8]);
    Ok(Some(fields.of_server(config)))
}
