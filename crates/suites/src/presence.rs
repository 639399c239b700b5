//! Which kinds of key exchange are compiled in, as types. A value of one can be had only under its feature; without, the
//! type has no values, and the compiler drops every state and arm that would hold one. No function needs a `cfg` for it.

/// It is compiled in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Present;

/// It is not: there is no value of this type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Absent {}

/// Ephemeral keys on elliptic curves (RFC 8422).
#[cfg(feature = "ecdh")]
pub type Curves = Present;
/// Ephemeral keys on elliptic curves (RFC 8422).
#[cfg(not(feature = "ecdh"))]
pub type Curves = Absent;

/// Ephemeral keys in finite fields (RFC 5246 section 7.4.3, RFC 7919).
#[cfg(feature = "dhm")]
pub type Fields = Present;
/// Ephemeral keys in finite fields (RFC 5246 section 7.4.3, RFC 7919).
#[cfg(not(feature = "dhm"))]
pub type Fields = Absent;

/// Pre-master secrets that are enciphered for the server's key (RFC 5246 section 7.4.7.1).
#[cfg(any(feature = "kx-rsa", feature = "kx-rsa-psk"))]
pub type KeyTransport = Present;
/// Pre-master secrets that are enciphered for the server's key (RFC 5246 section 7.4.7.1).
#[cfg(not(any(feature = "kx-rsa", feature = "kx-rsa-psk")))]
pub type KeyTransport = Absent;

/// Pre-shared keys (RFC 4279).
#[cfg(any(feature = "kx-psk", feature = "kx-dhe-psk", feature = "kx-ecdhe-psk", feature = "kx-rsa-psk"))]
pub type PreSharedKeys = Present;
/// Pre-shared keys (RFC 4279).
#[cfg(not(any(
    feature = "kx-psk",
    feature = "kx-dhe-psk",
    feature = "kx-ecdhe-psk",
    feature = "kx-rsa-psk"
)))]
pub type PreSharedKeys = Absent;

/// A pre-shared key with nothing beside it (RFC 4279 section 2).
#[cfg(feature = "kx-psk")]
pub type PreSharedKeysAlone = Present;
/// A pre-shared key with nothing beside it (RFC 4279 section 2).
#[cfg(not(feature = "kx-psk"))]
pub type PreSharedKeysAlone = Absent;

/// Servers with a certificate.
#[cfg(any(
    feature = "kx-rsa",
    feature = "kx-rsa-psk",
    feature = "kx-dhe-rsa",
    feature = "kx-ecdhe-rsa",
    feature = "ecdhe-ecdsa"
))]
pub type Certificates = Present;
/// Servers with a certificate.
#[cfg(not(any(
    feature = "kx-rsa",
    feature = "kx-rsa-psk",
    feature = "kx-dhe-rsa",
    feature = "kx-ecdhe-rsa",
    feature = "ecdhe-ecdsa"
)))]
pub type Certificates = Absent;
