//! Key exchanges, one file a method; each ends in its rows.

#[cfg(feature = "kx-dhe-rsa")]
mod dhe;
#[cfg(any(feature = "kx-ecdhe-rsa", feature = "kx-ecdhe-ecdsa"))]
mod ecdhe;
#[cfg(feature = "kx-rsa")]
mod rsa;

#[cfg(feature = "kx-dhe-rsa")]
pub use dhe::DHE_RSA;
#[cfg(feature = "kx-ecdhe-ecdsa")]
pub use ecdhe::ECDHE_ECDSA;
#[cfg(feature = "kx-ecdhe-rsa")]
pub use ecdhe::ECDHE_RSA;
#[cfg(feature = "kx-rsa")]
pub use rsa::RSA;
