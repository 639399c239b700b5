//! Key exchanges as rows (RFC 5246 section 7.4.7, RFC 8422 section 2, RFC 4279).

use crate::presence::{Certificates, Curves, Fields, KeyTransport, PreSharedKeys, PreSharedKeysAlone};
use crypto::{BoxedJob, Error, KeyType, PublicKey, Rng};
use memory::Bytes;

/// A key exchange.
pub struct KeyExchange {
    /// As in the suites' names: `ECDHE_RSA`.
    pub name: &'static str,
    /// The type of key that the server's certificate must have; None where there is no certificate, and what is ephemeral
    /// is not signed.
    pub certificate: Option<(Certificates, KeyType)>,
    /// How the pre-master secret comes about; with a pre-shared key, other_secret.
    pub method: Method,
    /// How a pre-shared key goes into the pre-master secret; None without one.
    pub psk: Option<(PreSharedKeys, PskMix)>,
    /// Whether the server's half is compiled in (a server with RSA key transport is an opt-in of its own).
    pub server: bool,
}

/// Makes the pre-master secret of what [`Method`] yields and of the pre-shared key (RFC 4279 section 2).
pub type PskMix = fn(other_secret: &[u8], psk: &[u8]) -> Result<Bytes, Error>;

/// How the pre-master secret comes about.
pub enum Method {
    /// Both sides send ephemeral public values; the server signs its own in ServerKeyExchange. The shared secret is the
    /// pre-master secret.
    Ephemeral(Ephemeral),
    /// The client enciphers a pre-master secret for the certificate's key (RFC 5246 section 7.4.7.1); no
    /// ServerKeyExchange, or one that has nothing but the hint for a pre-shared key.
    KeyTransport(KeyTransport, Encrypt),
    /// Nothing but the pre-shared key (RFC 4279 section 2); a ServerKeyExchange has nothing but the hint.
    PskAlone(PreSharedKeysAlone),
}

/// Enciphers the pre-master secret; the job's result is the ciphertext.
pub type Encrypt =
    fn(key: &PublicKey<'_>, pre_master_secret: &[u8], rng: &mut dyn Rng) -> Result<BoxedJob, Error>;

/// Where ephemeral keys are.
#[derive(Clone, Copy)]
pub enum Ephemeral {
    /// On a named curve (RFC 8422 section 2.2).
    Ecdhe(Curves),
    /// In a finite field, whose prime and generator the server sends (RFC 5246 section 7.4.3, RFC 7919). The shared secret
    /// goes without its leading zeros (RFC 5246 section 8.1.2).
    Dhe(Fields, &'static FiniteFields),
}

/// What a client does with the finite field that a server brings itself.
pub struct FiniteFields {
    /// Checks that the prime is safe and large enough; the job's result is empty.
    pub check: fn(p: &[u8], g: &[u8]) -> Result<BoxedJob, Error>,
    /// Makes a key pair; the job's result is the private value, then the public one of the prime's length.
    pub generate: fn(p: &[u8], g: &[u8], rng: &mut dyn Rng) -> Result<BoxedJob, Error>,
    /// Agrees with the peer's public value, which is validated; the job's result is the shared secret without leading
    /// zeros.
    pub agree: fn(p: &[u8], private: &[u8], peer_public: &[u8]) -> Result<BoxedJob, Error>,
}

impl KeyExchange {
    /// The type of key that the server's certificate must have.
    #[must_use]
    pub const fn certificate_key(&self) -> Option<KeyType> {
        match self.certificate {
            Some((_, key_type)) => Some(key_type),
            None => None,
        }
    }

    /// Where the ephemeral keys are whose public values ServerKeyExchange and ClientKeyExchange carry.
    #[must_use]
    pub const fn ephemeral(&self) -> Option<Ephemeral> {
        match self.method {
            Method::Ephemeral(ephemeral) => Some(ephemeral),
            Method::KeyTransport(..) | Method::PskAlone(_) => None,
        }
    }

    /// Whether its ephemeral keys are on an elliptic curve.
    #[must_use]
    pub const fn uses_curves(&self) -> bool {
        matches!(self.method, Method::Ephemeral(Ephemeral::Ecdhe(_)))
    }

    /// Whether ServerKeyExchange carries an ephemeral public value.
    #[must_use]
    pub const fn is_ephemeral(&self) -> bool {
        self.ephemeral().is_some()
    }

    /// Whether the signature of ServerKeyExchange proves the server.
    #[must_use]
    pub const fn is_signed(&self) -> bool {
        self.is_ephemeral() && self.certificate_key().is_some()
    }
}
