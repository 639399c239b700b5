//! Ephemeral Diffie-Hellman in finite fields, signed by an RSA key (RFC 5246 section 7.4.3, RFC 7919).
//!
//! A server here uses the groups of its profile. A client takes those, and fields that a server brings itself when they
//! are safe primes of enough bits.

use crypto::{KeyType, ffdhe};
use suites::{FiniteFields, KeyExchange, Method};

static FINITE_FIELDS: FiniteFields =
    FiniteFields { check: ffdhe::check, generate: ffdhe::generate, agree: ffdhe::agree };

/// DHE, signed by an RSA key.
pub static DHE_RSA: KeyExchange = KeyExchange {
    name: "DHE_RSA",
    certificate_key: KeyType::Rsa,
    method: Method::Dhe(&FINITE_FIELDS),
    server: true,
};
