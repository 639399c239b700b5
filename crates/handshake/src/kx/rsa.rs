//! RSA key transport (RFC 5246 section 7.4.7.1), alone or with a pre-shared key (RFC 4279 section 4).
//!
//! On the server, deciphering must tell nothing: the random substitute is drawn first, [`crypto::PrivateKey::decrypt_or`]
//! chooses in constant time, and the version bytes are overwritten rather than compared, as the RFC recommends. A
//! wrong pre-master secret then shows at Finished only.

use crate::switches::SERVE_KEY_TRANSPORT;
use crypto::KeyType;
use suites::{KeyExchange, Method, presence::Present};

/// RSA key transport.
#[cfg(feature = "kx-rsa")]
pub static RSA: KeyExchange = KeyExchange {
    name: "RSA",
    certificate: Some((Present, KeyType::Rsa)),
    method: Method::KeyTransport(Present, crypto::rsa::encrypt_pkcs1),
    psk: None,
    server: SERVE_KEY_TRANSPORT,
};

/// RSA key transport with a pre-shared key.
#[cfg(feature = "kx-rsa-psk")]
pub static RSA_PSK: KeyExchange = KeyExchange {
    name: "RSA_PSK",
    certificate: Some((Present, KeyType::Rsa)),
    method: Method::KeyTransport(Present, crypto::rsa::encrypt_pkcs1),
    psk: Some((Present, super::psk::mix)),
    server: SERVE_KEY_TRANSPORT,
};
