//! RSA key transport (RFC 5246 section 7.4.7.1), alone or with a pre-shared key (RFC 4279 section 4).
//!
//! On the server, deciphering must tell nothing: the random substitute is drawn first, [`crypto::PrivateKey::decrypt_or`]
//! chooses in constant time, and the version bytes are overwritten rather than compared, as the RFC recommends. A
//! wrong pre-master secret then shows at Finished only.

use crate::switches::SERVE_KEY_TRANSPORT;
use crypto::{BoxedJob, Error, KeyType, PublicKey, Rng};
use suites::{KeyExchange, Method, presence::Present};

fn encrypt(key: &PublicKey<'_>, pre_master_secret: &[u8], rng: &mut dyn Rng) -> Result<BoxedJob, Error> {
    crypto::rsa::encrypt_pkcs1(key, pre_master_secret, rng)
}

/// RSA key transport.
#[cfg(feature = "kx-rsa")]
pub static RSA: KeyExchange = KeyExchange {
    name: "RSA",
    certificate: Some((Present, KeyType::Rsa)),
    method: Method::KeyTransport(Present, encrypt),
    psk: None,
    server: SERVE_KEY_TRANSPORT,
};

/// RSA key transport with a pre-shared key.
#[cfg(feature = "kx-rsa-psk")]
pub static RSA_PSK: KeyExchange = KeyExchange {
    name: "RSA_PSK",
    certificate: Some((Present, KeyType::Rsa)),
    method: Method::KeyTransport(Present, encrypt),
    psk: Some((Present, super::psk::mix)),
    server: SERVE_KEY_TRANSPORT,
};
