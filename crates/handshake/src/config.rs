//! What the application decides once: configurations that can be const and sit in flash.

use crypto::PrivateKey;
use suites::Profile;
use x509::{ServerName, TrustAnchor};

/// What a failed verification of the peer's certificate means.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum AuthMode {
    /// The handshake goes on; the result says what was found.
    None,
    /// The handshake goes on; the result says what was found. (On a server, later: a certificate is asked for.)
    Optional,
    /// A refused certificate ends the handshake.
    #[default]
    Required,
}

/// Whom a client means to reach: a name that the certificate must bear, or the explicit word that there is none.
#[derive(Clone, Copy, Debug)]
pub enum Peer<'c> {
    /// The certificate must be valid for this name or address; a DNS name also goes into server_name.
    Named(ServerName<'c>),
    /// Any name will do, as long as the path leads to a trust anchor.
    Unnamed,
}

/// A client's configuration; const-constructible.
#[derive(Clone, Copy)]
pub struct ClientConfig<'c> {
    /// What is offered.
    pub profile: &'c Profile<'c>,
    /// Whom to trust.
    pub trust_anchors: &'c [TrustAnchor<'c>],
    /// Application protocols in order of preference (RFC 7301); none offered when empty.
    pub alpn: &'c [&'c [u8]],
    /// What a failed verification means.
    pub auth_mode: AuthMode,
}

impl<'c> ClientConfig<'c> {
    /// A configuration that demands a verified server.
    #[must_use]
    pub const fn new(profile: &'c Profile<'c>, trust_anchors: &'c [TrustAnchor<'c>]) -> Self {
        Self { profile, trust_anchors, alpn: &[], auth_mode: AuthMode::Required }
    }
}

/// A certificate chain with its private key.
#[derive(Clone, Copy)]
pub struct Credential<'c> {
    /// Certificates in DER, the end entity first.
    pub chain: &'c [&'c [u8]],
    /// The end entity's key, in memory or in a secure element.
    pub key: &'c (dyn PrivateKey + Sync),
}

/// A server's configuration; const-constructible.
#[derive(Clone, Copy)]
pub struct ServerConfig<'c> {
    /// What is accepted, the server's preference first.
    pub profile: &'c Profile<'c>,
    /// Chains and keys; the first that serves the chosen suite is used.
    pub credentials: &'c [Credential<'c>],
    /// Application protocols in order of preference (RFC 7301); the extension is ignored when empty.
    pub alpn: &'c [&'c [u8]],
}

impl<'c> ServerConfig<'c> {
    /// A configuration without application protocols.
    #[must_use]
    pub const fn new(profile: &'c Profile<'c>, credentials: &'c [Credential<'c>]) -> Self {
        Self { profile, credentials, alpn: &[] }
    }
}
