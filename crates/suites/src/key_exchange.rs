//! Key exchanges as rows (RFC 5246 section 7.4.7, RFC 8422 section 2).

use crypto::{BoxedJob, Error, KeyType, PublicKey, Rng};

/// A key exchange.
pub struct KeyExchange {
    /// As in the suites' names: `ECDHE_RSA`.
    pub name: &'static str,
    /// The type of key that the server's certificate must have.
    pub certificate_key: KeyType,
    /// How the pre-master secret comes about.
    pub method: Method,
    /// Whether the server's half is compiled in (a server with RSA key transport is an opt-in of its own).
    pub server: bool,
}

/// How the pre-master secret comes about.
pub enum Method {
    /// Both sides send ephemeral public values of a named group; the server signs its own in ServerKeyExchange
    /// (RFC 8422 section 2.2). The shared secret is the pre-master secret.
    Ephemeral,
    /// The client enciphers a pre-master secret for the certificate's key (RFC 5246 section 7.4.7.1); no
    /// ServerKeyExchange.
    KeyTransport {
        /// Enciphers the pre-master secret; the job's result is the ciphertext.
        encrypt:
            fn(key: &PublicKey<'_>, pre_master_secret: &[u8], rng: &mut dyn Rng) -> Result<BoxedJob, Error>,
    },
}

impl KeyExchange {
    /// Whether ServerKeyExchange is sent and its signature proves the server.
    #[must_use]
    pub const fn is_ephemeral(&self) -> bool {
        matches!(self.method, Method::Ephemeral)
    }
}
