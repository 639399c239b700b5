//! Hello extensions as rows: what is offered, what is answered, what an answer or its absence means.

use crate::{Construction, Profile, RecordIv, ServerHalf, SrtpProfile, Suite};
use codec::{CertificateType, ExtensionType, Reason, Writer};

/// How large the records that an end receives may be; None where it does not matter.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SizeLimits {
    /// Client: asks for records of at most 512, 1024, 2048 or 4096 bytes of plaintext in both directions (RFC 6066
    /// section 4).
    pub max_fragment_length: Option<u16>,
    /// Bytes of plaintext in a protected record that this end wants to receive, 64 to 16384 (RFC 8449).
    pub record_size_limit: Option<u16>,
}

/// verify_data of the handshake before, to which a renegotiation is bound (RFC 5746 section 3.1).
#[derive(Clone, Copy)]
pub struct RenegotiatedConnection {
    /// client_verify_data.
    pub client: [u8; 12],
    /// server_verify_data.
    pub server: [u8; 12],
}

/// What the client's hello is made of, and what the server compares a hello with.
#[derive(Clone, Copy)]
pub struct HelloOffer<'o> {
    /// What the configuration offers.
    pub profile: &'o Profile<'o>,
    /// The DNS name of the server, for server_name; None for addresses and unnamed peers.
    pub server_name: Option<&'o str>,
    /// Application protocols in order of preference.
    pub alpn: &'o [&'o [u8]],
    /// How large records may be.
    pub size_limits: SizeLimits,
    /// Protection profiles for SRTP in order of preference.
    pub srtp: &'o [&'static SrtpProfile],
    /// Client: whether an OCSP response for the server's certificate is wanted.
    pub status_request: bool,
    /// Client: what the server may show.
    pub server_certificate: CertificateTypes,
    /// What the client can show (client), or may (server).
    pub client_certificate: CertificateTypes,
    /// Client: the ticket to show, empty to ask for one, None not to. Server: None where tickets cannot be sealed.
    pub ticket: Option<&'o [u8]>,
    /// What the peer's records are to have as their connection ID; None where connection IDs are not wanted, or the version
    /// has none.
    pub connection_id: Option<&'o [u8]>,
    /// The handshake before, in a renegotiation.
    pub renegotiated: Option<RenegotiatedConnection>,
}

impl<'o> HelloOffer<'o> {
    /// An offer of a profile and nothing else.
    #[must_use]
    pub const fn new(profile: &'o Profile<'o>) -> Self {
        let size_limits = SizeLimits { max_fragment_length: None, record_size_limit: None };
        Self {
            profile,
            server_name: None,
            alpn: &[],
            size_limits,
            srtp: &[],
            status_request: false,
            server_certificate: CertificateTypes::X509,
            client_certificate: CertificateTypes::X509,
            ticket: None,
            connection_id: None,
            renegotiated: None,
        }
    }
}

/// What an end may show in its Certificate message (RFC 7250).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum CertificateTypes {
    /// X.509 certificates.
    #[default]
    X509,
    /// A raw public key, with the feature `raw-public-keys`.
    RawPublicKey,
    /// A raw public key or else X.509 certificates.
    Either,
    /// Nothing.
    None,
}

impl CertificateTypes {
    /// Those of an end that has, or takes, the one and the other.
    #[must_use]
    pub const fn of(x509: bool, raw_public_key: bool) -> Self {
        match (x509, raw_public_key) {
            (true, false) => Self::X509,
            (false, true) => Self::RawPublicKey,
            (true, true) => Self::Either,
            (false, false) => Self::None,
        }
    }

    /// Whether certificates are among them.
    #[must_use]
    pub const fn has_x509(self) -> bool {
        matches!(self, Self::X509 | Self::Either)
    }

    /// Whether raw public keys are among them.
    #[must_use]
    pub const fn has_raw_public_key(self) -> bool {
        matches!(self, Self::RawPublicKey | Self::Either)
    }

    /// What both ends have: a raw public key before certificates.
    #[must_use]
    pub const fn in_common(self, other: Self) -> Option<CertificateKind> {
        if self.has_raw_public_key() && other.has_raw_public_key() {
            Some(CertificateKind::RawPublicKey)
        } else if self.has_x509() && other.has_x509() {
            Some(CertificateKind::X509)
        } else {
            None
        }
    }

    /// The types in their order.
    pub fn iter(self) -> impl Iterator<Item = CertificateKind> {
        let all = [
            (self.has_raw_public_key(), CertificateKind::RawPublicKey),
            (self.has_x509(), CertificateKind::X509),
        ];
        all.into_iter().filter_map(|(has, kind)| has.then_some(kind))
    }
}

/// What a Certificate message holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CertificateKind {
    /// X.509 certificates.
    X509,
    /// A SubjectPublicKeyInfo.
    RawPublicKey,
}

impl CertificateKind {
    /// Its number.
    #[must_use]
    pub const fn certificate_type(self) -> CertificateType {
        match self {
            Self::X509 => CertificateType::X509,
            Self::RawPublicKey => CertificateType::RAW_PUBLIC_KEY,
        }
    }
}

/// Which of the configuration's application protocols was chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AlpnChoice(pub usize);

/// What the extensions of a hello came to.
#[derive(Clone, Copy, Default)]
pub struct Negotiated {
    /// The suite, once it is chosen (before a server's answers are written, before a client reads answers).
    pub suite: Option<&'static Suite>,
    /// Where the IV of a block cipher comes from, once the version is chosen.
    pub record_iv: RecordIv,
    /// RFC 7627.
    pub extended_master_secret: bool,
    /// RFC 7366.
    pub encrypt_then_mac: bool,
    /// RFC 5746: the peer knows secure renegotiation.
    pub secure_renegotiation: bool,
    /// RFC 7301: the place in the configuration's list. A vector of 65,535 bytes has fewer names than that.
    pub alpn: Option<u16>,
    /// RFC 6066: the server uses the name (server), or answered the extension (client).
    pub server_name: bool,
    /// RFC 6066: bytes of plaintext in a record that both sides agreed on.
    pub max_fragment_length: Option<u16>,
    /// RFC 8449: bytes of plaintext in a protected record that the peer wants to receive at the most.
    pub record_size_limit: Option<u16>,
    /// RFC 5764: the protection profile.
    pub srtp: Option<&'static SrtpProfile>,
    /// RFC 5077: the client takes tickets (server), or the server will send one (client).
    pub session_ticket: bool,
    /// RFC 6066 section 8: the client wants an OCSP response and there is one (server), or one may come (client).
    pub status_request: bool,
    /// RFC 7250: what the client takes of the server (server, from the offer).
    pub server_certificate: CertificateTypes,
    /// RFC 7250: what the server shows, when the extension is answered.
    pub server_certificate_type: Option<CertificateKind>,
    /// RFC 7250: what the client shows, when the extension is answered.
    pub client_certificate_type: Option<CertificateKind>,
    /// RFC 9146: both sides sent a connection ID.
    pub connection_ids: bool,
    /// Server: whether the client sent ec_point_formats.
    pub point_formats: bool,
    /// Server: whether the client sent supported_groups.
    pub groups_offered: bool,
    /// Server: whether finite fields were among them (RFC 7919 section 4).
    pub finite_fields_offered: bool,
    /// Server: bit n says that group n of the profile is supported by the client.
    pub groups: u32,
    /// Server: bit n says that scheme n of the profile is supported by the client.
    pub schemes: u32,
}

impl Negotiated {
    /// How MAC and cipher are joined.
    #[must_use]
    pub const fn construction(&self) -> Construction {
        Construction { encrypt_then_mac: self.encrypt_then_mac, record_iv: self.record_iv }
    }
}

/// What a server does with an extension.
#[derive(Clone, Copy)]
pub struct OnServer {
    /// Reads the client's offer (before the suite is chosen).
    pub on_offer: fn(&HelloOffer<'_>, body: &[u8], &mut Negotiated) -> Result<(), ExtensionError>,
    /// The client did not send it.
    pub if_missing: fn(&HelloOffer<'_>, &mut Negotiated) -> Result<(), Reason>,
    /// Writes the body of the answer to an offer that was read; false when there is none.
    pub answer: fn(&HelloOffer<'_>, &mut Negotiated, &mut Writer<'_>) -> Result<bool, codec::Error>,
}

/// One extension. The machines walk the profile's list; they name no extension themselves.
pub struct Extension {
    /// Its number.
    pub id: ExtensionType,
    /// Its name in the IANA registry.
    pub name: &'static str,
    /// Client: writes the body of the offer; false when there is nothing to offer (what was written is taken back).
    pub offer: fn(&HelloOffer<'_>, &mut Writer<'_>) -> Result<bool, codec::Error>,
    /// Client: reads the server's answer to what was offered.
    pub on_answer: fn(&HelloOffer<'_>, body: &[u8], &mut Negotiated) -> Result<(), ExtensionError>,
    /// Client: the server did not answer.
    pub if_unanswered: fn(&HelloOffer<'_>, &mut Negotiated) -> Result<(), Reason>,
    /// What a server does with it.
    pub server: ServerHalf,
}

impl Extension {
    /// Writes type, length and the body; when `body` has nothing to say, all of it is taken back.
    ///
    /// # Errors
    /// What `body` returns, or a body over 65535 bytes.
    pub fn write(
        &self,
        w: &mut Writer<'_>,
        body: impl FnOnce(&mut Writer<'_>) -> Result<bool, codec::Error>,
    ) -> Result<bool, codec::Error> {
        let start = w.len();
        let mut written = false;
        w.u16(self.id.0)?;
        w.vec16(|w| {
            written = body(w)?;
            Ok(())
        })?;
        if !written {
            w.truncate(start);
        }
        Ok(written)
    }
}

/// Why an extension was refused: its bytes, or what they say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExtensionError {
    /// The bytes cannot be decoded.
    Decode(codec::Error),
    /// They say what they must not.
    Violation(Reason),
}

impl From<codec::Error> for ExtensionError {
    fn from(error: codec::Error) -> Self {
        Self::Decode(error)
    }
}

impl From<Reason> for ExtensionError {
    fn from(reason: Reason) -> Self {
        Self::Violation(reason)
    }
}
