//! Ephemeral elliptic-curve Diffie-Hellman, signed by the certificate's key (RFC 8422 sections 2.1 and 2.2), or with a
//! pre-shared key and not signed (RFC 5489).
//!
//! The machines drive the agreement through the group's row; what is particular here is the key that signs.

use suites::{KeyExchange, Method};

/// ECDHE, signed by an RSA key.
#[cfg(feature = "kx-ecdhe-rsa")]
pub static ECDHE_RSA: KeyExchange = KeyExchange {
    name: "ECDHE_RSA",
    certificate_key: Some(crypto::KeyType::Rsa),
    method: Method::Ecdhe,
    psk: None,
    server: true,
};

/// ECDHE, signed by an ECDSA key.
#[cfg(feature = "kx-ecdhe-ecdsa")]
pub static ECDHE_ECDSA: KeyExchange = KeyExchange {
    name: "ECDHE_ECDSA",
    certificate_key: Some(crypto::KeyType::Ec),
    method: Method::Ecdhe,
    psk: None,
    server: true,
};

/// ECDHE with a pre-shared key.
#[cfg(feature = "kx-ecdhe-psk")]
pub static ECDHE_PSK: KeyExchange = KeyExchange {
    name: "ECDHE_PSK",
    certificate_key: None,
    method: Method::Ecdhe,
    psk: Some(super::psk::mix),
    server: true,
};
