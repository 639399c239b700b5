//! Ephemeral elliptic-curve Diffie-Hellman, signed by the certificate's key (RFC 8422 sections 2.1 and 2.2).
//!
//! The machines drive the agreement through the group's row; what is particular here is the key that signs.

use crypto::KeyType;
use suites::{KeyExchange, Method};

/// ECDHE, signed by an RSA key.
#[cfg(feature = "kx-ecdhe-rsa")]
pub static ECDHE_RSA: KeyExchange =
    KeyExchange { name: "ECDHE_RSA", certificate_key: KeyType::Rsa, method: Method::Ecdhe, server: true };

/// ECDHE, signed by an ECDSA key.
#[cfg(feature = "kx-ecdhe-ecdsa")]
pub static ECDHE_ECDSA: KeyExchange =
    KeyExchange { name: "ECDHE_ECDSA", certificate_key: KeyType::Ec, method: Method::Ecdhe, server: true };
