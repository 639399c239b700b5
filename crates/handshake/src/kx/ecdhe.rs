//! Ephemeral elliptic-curve Diffie-Hellman, signed by the certificate's key (RFC 8422 sections 2.1 and 2.2), or with a
//! pre-shared key and not signed (RFC 5489).
//!
//! The machines drive the agreement through the group's row; what is particular here is the key that signs.

use suites::{Ephemeral, KeyExchange, Method, presence::Present};

/// ECDHE, signed by an RSA key.
#[cfg(feature = "kx-ecdhe-rsa")]
pub static ECDHE_RSA: KeyExchange = KeyExchange {
    name: "ECDHE_RSA",
    certificate: Some((Present, crypto::KeyType::Rsa)),
    method: Method::Ephemeral(Ephemeral::Ecdhe(Present)),
    psk: None,
    server: true,
};

/// ECDHE, signed by an ECDSA key.
#[cfg(feature = "ecdhe-ecdsa")]
pub static ECDHE_ECDSA: KeyExchange = KeyExchange {
    name: "ECDHE_ECDSA",
    certificate: Some((Present, crypto::KeyType::Ec)),
    method: Method::Ephemeral(Ephemeral::Ecdhe(Present)),
    psk: None,
    server: true,
};

/// ECDHE with a pre-shared key.
#[cfg(feature = "kx-ecdhe-psk")]
pub static ECDHE_PSK: KeyExchange = KeyExchange {
    name: "ECDHE_PSK",
    certificate: None,
    method: Method::Ephemeral(Ephemeral::Ecdhe(Present)),
    psk: Some((Present, super::psk::mix)),
    server: true,
};
