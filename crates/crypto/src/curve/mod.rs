//! Elliptic curves: one file for each, with all that the curve is (object identifier, key agreement, ECDSA).
//!
//! `weierstrass`, `ecdh` and `ecdsa` hold what the short Weierstrass curves share, once and generic.

#[cfg(all(feature = "ecdh", any(feature = "secp256r1", feature = "secp384r1", feature = "secp521r1")))]
mod ecdh;
#[cfg(all(feature = "ecdsa", any(feature = "secp256r1", feature = "secp384r1", feature = "secp521r1")))]
mod ecdsa;
#[cfg(feature = "ed25519")]
pub mod ed25519;
#[cfg(feature = "secp256r1")]
pub mod secp256r1;
#[cfg(feature = "secp384r1")]
pub mod secp384r1;
#[cfg(feature = "secp521r1")]
pub mod secp521r1;
#[cfg(all(
    any(feature = "ecdh", feature = "ecdsa"),
    any(feature = "secp256r1", feature = "secp384r1", feature = "secp521r1")
))]
mod weierstrass;
#[cfg(feature = "curve25519")]
pub mod x25519;
