//! Key agreements by name (RFC 8422 section 5.10): the rows of the curves, under the names of the groups.
//!
//! Naming a row links that curve's arithmetic and no signature code.

#[cfg(all(feature = "secp256r1", feature = "ecdh"))]
pub use crate::curve::secp256r1::AGREEMENT as SECP256R1;
#[cfg(all(feature = "secp384r1", feature = "ecdh"))]
pub use crate::curve::secp384r1::AGREEMENT as SECP384R1;
#[cfg(all(feature = "secp521r1", feature = "ecdh"))]
pub use crate::curve::secp521r1::AGREEMENT as SECP521R1;
#[cfg(all(feature = "curve25519", feature = "ecdh"))]
pub use crate::curve::x25519::AGREEMENT as X25519;
