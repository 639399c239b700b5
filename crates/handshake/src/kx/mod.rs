//! Key exchanges, one file a method; each ends in its rows.

#[cfg(any(feature = "kx-dhe-rsa", feature = "kx-dhe-psk"))]
mod dhe;
#[cfg(any(feature = "kx-ecdhe-rsa", feature = "ecdhe-ecdsa", feature = "kx-ecdhe-psk"))]
mod ecdhe;
#[cfg(any(feature = "kx-psk", feature = "kx-dhe-psk", feature = "kx-ecdhe-psk", feature = "kx-rsa-psk"))]
mod psk;
#[cfg(any(feature = "kx-rsa", feature = "kx-rsa-psk"))]
mod rsa;

#[cfg(feature = "kx-dhe-psk")]
pub use dhe::DHE_PSK;
#[cfg(feature = "kx-dhe-rsa")]
pub use dhe::DHE_RSA;
#[cfg(feature = "ecdhe-ecdsa")]
pub use ecdhe::ECDHE_ECDSA;
#[cfg(feature = "kx-ecdhe-psk")]
pub use ecdhe::ECDHE_PSK;
#[cfg(feature = "kx-ecdhe-rsa")]
pub use ecdhe::ECDHE_RSA;
#[cfg(feature = "kx-psk")]
pub use psk::PSK;
#[cfg(feature = "kx-rsa")]
pub use rsa::RSA;
#[cfg(feature = "kx-rsa-psk")]
pub use rsa::RSA_PSK;
