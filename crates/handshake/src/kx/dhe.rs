//! Ephemeral Diffie-Hellman in finite fields, signed by an RSA key (RFC 5246 section 7.4.3, RFC 7919), or with a pre-shared
//! key and not signed (RFC 4279 section 3).
//!
//! A server here uses the groups of its profile. A client takes those, and fields that a server brings itself when they
//! are safe primes of enough bits.

use crypto::ffdhe;
use suites::{Ephemeral, FiniteFields, KeyExchange, Method, presence::Present};

static FINITE_FIELDS: FiniteFields =
    FiniteFields { check: ffdhe::check, generate: ffdhe::generate, agree: ffdhe::agree };

/// DHE, signed by an RSA key.
#[cfg(feature = "kx-dhe-rsa")]
pub static DHE_RSA: KeyExchange = KeyExchange {
    name: "DHE_RSA",
    certificate: Some((Present, crypto::KeyType::Rsa)),
    method: Method::Ephemeral(Ephemeral::Dhe(Present, &FINITE_FIELDS)),
    psk: None,
    server: true,
};

/// DHE with a pre-shared key.
#[cfg(feature = "kx-dhe-psk")]
pub static DHE_PSK: KeyExchange = KeyExchange {
    name: "DHE_PSK",
    certificate: None,
    method: Method::Ephemeral(Ephemeral::Dhe(Present, &FINITE_FIELDS)),
    psk: Some((Present, super::psk::mix)),
    server: true,
};
