//! Kinds of private key that can be read from files.

use pki::KeyKind;

/// Every kind of this build.
pub static ALL: &[&KeyKind] = &[
    #[cfg(all(feature = "secp256r1", feature = "ecdsa"))]
    &pki::private_key::SECP256R1,
    #[cfg(all(feature = "secp384r1", feature = "ecdsa"))]
    &pki::private_key::SECP384R1,
    #[cfg(all(feature = "secp521r1", feature = "ecdsa"))]
    &pki::private_key::SECP521R1,
    #[cfg(feature = "ed25519")]
    &pki::private_key::ED25519,
    #[cfg(feature = "rsa")]
    &pki::private_key::RSA,
];
