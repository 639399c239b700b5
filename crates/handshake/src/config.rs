//! What the application decides once: configurations that can be const and sit in flash.

use crate::{Psk, ServerPsk, VerdictBy};
use crypto::PrivateKey;
use suites::{CertificateTypes, Profile, SizeLimits, SrtpProfile};
use x509::{CommonName, Pins, Revocation, ServerName, Stapling, TrustAnchor};

/// What a failed verification of the peer's certificate means.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum AuthMode {
    /// Client: the handshake goes on; the result says what was found. Server: no certificate is asked for.
    None,
    /// The handshake goes on; the result says what was found. Server: a client may have no certificate.
    Optional,
    /// A refused certificate ends the handshake, and so does a client without one.
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

/// Whether a connection may be negotiated anew (RFC 5746). Without the feature `renegotiation` it is always refused.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Renegotiation {
    /// Refused with no_renegotiation.
    #[default]
    Refused,
    /// Done when both sides know RFC 5746 and use the extended master secret, at most this often in a connection; the
    /// peer must stay the same.
    Allowed(u8),
}

/// Whose order decides among the suites that both sides have.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Preference {
    /// The server's.
    #[default]
    Server,
    /// The client's.
    Client,
}

/// What the peer's records are to have as their connection ID (RFC 9146): with DTLS 1.2 and the feature
/// `dtls-connection-id`, if the peer wants connection IDs too. Its own, which our records then have, is the peer's choice.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum OwnConnectionId<'c> {
    /// Connection IDs are not wanted in either direction.
    #[default]
    None,
    /// These bytes, at most 255; when there is none, the peer's records have no connection ID. They are seen by everybody
    /// on the way.
    Given(&'c [u8]),
    /// So many random bytes, drawn anew for each connection.
    Random(u8),
}

/// A client's configuration; const-constructible.
#[derive(Clone, Copy)]
pub struct ClientConfig<'c> {
    /// What is offered.
    pub profile: &'c Profile<'c>,
    /// Whom to trust.
    pub trust_anchors: &'c [TrustAnchor<'c>],
    /// Lists in which the server's certificates are looked up, and what it means that one is missing; None for no
    /// look-up. Any can be had with the feature `x509-crl-parse` only.
    pub revocation: Option<Revocation<'c>>,
    /// Whether the server is asked to staple an OCSP response, and what is made of it (RFC 6066 section 8); None for not at
    /// all. Any can be had with the feature `ocsp-stapling` only.
    pub stapling: Option<Stapling<'c>>,
    /// Keys of which the path must have one, or which are trusted as the anchors are.
    pub pins: Option<Pins<'c>>,
    /// What the server may show of itself (RFC 7250). A raw public key is trusted if it is pinned as an anchor.
    pub server_certificate: CertificateTypes,
    /// Application protocols in order of preference (RFC 7301); none offered when empty.
    pub alpn: &'c [&'c [u8]],
    /// What a failed verification means.
    pub auth_mode: AuthMode,
    /// Chains and keys for a server that asks for one; the first that serves what it asks for is used.
    pub credentials: &'c [Credential<'c>],
    /// A key that the server has too; the profile's suites with a pre-shared key are offered only with one (RFC 4279).
    pub psk: Option<Psk<'c>>,
    /// How large the server's records may be.
    pub size_limits: SizeLimits,
    /// Protection profiles for SRTP in order of preference (RFC 5764), over datagrams; none offered when empty.
    pub srtp: &'c [&'static SrtpProfile],
    /// Whether the server's records are to have a connection ID, and which.
    pub connection_id: OwnConnectionId<'c>,
    /// Whether to ask for a ticket, when there is a store to keep it in (RFC 5077).
    pub tickets: bool,
    /// This is a second attempt after one with a newer version failed (RFC 7507).
    pub fallback: bool,
    /// Whether the connection may be negotiated anew.
    pub renegotiation: Renegotiation,
    /// Whether the server's certificates can be read afterwards.
    pub keep_peer_chain: bool,
    /// Whether the common name of a certificate without alternative names may be the server's name.
    pub common_name: CommonName,
    /// Who has the last word on the server's certificate.
    pub verdict_by: VerdictBy,
}

impl<'c> ClientConfig<'c> {
    /// A configuration that demands a verified server.
    #[must_use]
    pub const fn new(profile: &'c Profile<'c>, trust_anchors: &'c [TrustAnchor<'c>]) -> Self {
        Self {
            profile,
            trust_anchors,
            revocation: None,
            stapling: None,
            pins: None,
            server_certificate: CertificateTypes::X509,
            alpn: &[],
            auth_mode: AuthMode::Required,
            credentials: &[],
            psk: None,
            size_limits: NO_LIMITS,
            srtp: &[],
            connection_id: OwnConnectionId::None,
            tickets: true,
            fallback: false,
            renegotiation: Renegotiation::Refused,
            keep_peer_chain: false,
            common_name: CommonName::Ignored,
            verdict_by: VerdictBy::EmberTls,
        }
    }
}

const NO_LIMITS: SizeLimits = SizeLimits { max_fragment_length: None, record_size_limit: None };

/// A certificate chain with its private key.
#[derive(Clone, Copy)]
pub struct Credential<'c> {
    /// Certificates in DER, the end entity first.
    pub chain: &'c [&'c [u8]],
    /// The end entity's key, in memory or in a secure element.
    pub key: &'c (dyn PrivateKey + Sync),
    /// Server: the DNS names for which it is used, in lower case, `*.` for one label; empty for all that no other
    /// credential names.
    pub server_names: &'c [&'c str],
    /// Server: an OCSP response in DER about the end entity, which is stapled for clients that ask for one, with the feature
    /// `ocsp-stapling` (RFC 6066 section 8); empty for none. To renew it is up to the application.
    pub ocsp_response: &'c [u8],
    /// The key's SubjectPublicKeyInfo in DER, which is shown bare where the peer takes that (RFC 7250), with the feature
    /// `raw-public-keys`; empty for never. With it the chain may be empty.
    pub raw_public_key: &'c [u8],
}

impl<'c> Credential<'c> {
    /// A credential for any name.
    #[must_use]
    pub const fn new(chain: &'c [&'c [u8]], key: &'c (dyn PrivateKey + Sync)) -> Self {
        Self { chain, key, server_names: &[], ocsp_response: &[], raw_public_key: &[] }
    }
}

/// How a server's credential is chosen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum CredentialChoice {
    /// By server_name, then by what the client can verify, in the order of the list.
    #[default]
    Automatic,
    /// The application is asked each time, and may answer later.
    Asked,
}

/// A server's configuration; const-constructible.
#[derive(Clone, Copy)]
pub struct ServerConfig<'c> {
    /// What is accepted, the server's preference first.
    pub profile: &'c Profile<'c>,
    /// Chains and keys.
    pub credentials: &'c [Credential<'c>],
    /// How one of them is chosen.
    pub credential_choice: CredentialChoice,
    /// Keys that clients have too; the profile's suites with a pre-shared key are accepted only with it (RFC 4279). The
    /// key proves the client: under such a suite none is asked for a certificate, whatever `auth_mode` says.
    pub psk: Option<ServerPsk<'c>>,
    /// Application protocols in order of preference (RFC 7301); the extension is ignored when empty.
    pub alpn: &'c [&'c [u8]],
    /// Whether clients are asked for a certificate, and what a failed verification means.
    pub auth_mode: AuthMode,
    /// Whose certificates clients may have; their names go into certificate_authorities.
    pub trust_anchors: &'c [TrustAnchor<'c>],
    /// Lists in which clients' certificates are looked up, and what it means that one is missing; None for no look-up.
    pub revocation: Option<Revocation<'c>>,
    /// What clients may show of themselves (RFC 7250). A raw public key is trusted if it is pinned as an anchor.
    pub client_certificate: CertificateTypes,
    /// Keys of which a client's path must have one, or which are trusted as the anchors are.
    pub pins: Option<Pins<'c>>,
    /// How large the client's records may be.
    pub size_limits: SizeLimits,
    /// Protection profiles for SRTP in order of preference (RFC 5764), over datagrams; the extension is ignored when
    /// empty.
    pub srtp: &'c [&'static SrtpProfile],
    /// Whether clients' records are to have a connection ID, and which.
    pub connection_id: OwnConnectionId<'c>,
    /// Whose order of suites decides.
    pub preference: Preference,
    /// Seconds for which a session can be resumed, by session_id or by ticket.
    pub session_lifetime: u32,
    /// Whether the connection may be negotiated anew.
    pub renegotiation: Renegotiation,
    /// Whether the client's certificates can be read afterwards.
    pub keep_peer_chain: bool,
    /// Who has the last word on a client's certificate.
    pub verdict_by: VerdictBy,
}

impl<'c> ServerConfig<'c> {
    /// A configuration that asks clients for nothing.
    #[must_use]
    pub const fn new(profile: &'c Profile<'c>, credentials: &'c [Credential<'c>]) -> Self {
        Self {
            profile,
            credentials,
            credential_choice: CredentialChoice::Automatic,
            psk: None,
            alpn: &[],
            auth_mode: AuthMode::None,
            trust_anchors: &[],
            revocation: None,
            client_certificate: CertificateTypes::X509,
            pins: None,
            size_limits: NO_LIMITS,
            srtp: &[],
            connection_id: OwnConnectionId::None,
            preference: Preference::Server,
            session_lifetime: crate::limits::SESSION_LIFETIME_SECONDS,
            renegotiation: Renegotiation::Refused,
            keep_peer_chain: false,
            verdict_by: VerdictBy::EmberTls,
        }
    }
}
