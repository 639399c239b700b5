//! RSA (RFC 8017) on integers of fixed size: no heap but the jobs themselves, a modulus in the next of 2048, 3072 and
//! 4096 bits.

mod finish;
mod integer;
mod pkcs1;
pub mod private;
#[cfg(feature = "pkcs1-v21")]
pub mod pss;
#[cfg(not(feature = "pkcs1-v21"))]
#[path = "pss_off.rs"]
mod pss;
pub mod public;

pub use private::{Components, RsaPrivateKey};
pub use public::{encrypt_pkcs1, verify_pkcs1};
