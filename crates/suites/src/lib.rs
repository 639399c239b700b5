//! What a cipher suite, key exchange, bulk cipher, group, signature scheme, version and extension *is*.
//!
//! Row structs of const tables. Their behaviour is `fn` pointers and object-safe traits over the types of `codec`
//! and `crypto`; the rows themselves live where their code is (`record`, `handshake`), and the facade's registry
//! is the one place that lists them. Naming a row links what it points to, and nothing else is linked.
#![no_std]
#![forbid(unsafe_code)]

mod bulk;
#[cfg(feature = "dtls-connection-id")]
mod connection_id;
#[cfg(not(feature = "dtls-connection-id"))]
#[path = "connection_id_off.rs"]
mod connection_id;
mod extension;
mod key_exchange;
pub mod presence;
mod profile;
#[cfg(feature = "server")]
mod server_half;
#[cfg(not(feature = "server"))]
#[path = "server_half_off.rs"]
mod server_half;
mod srtp;
mod suite;
mod version;

pub use bulk::{
    Bulk, Construction, Direction, Mac, Nonces, Protect, Protection, RecordHeader, RecordIv, TrafficKey,
};
#[cfg(feature = "dtls-connection-id")]
pub use connection_id::TLS12_CID;
pub use connection_id::{AdditionalData, RecordConnectionId};
pub use extension::{
    AlpnChoice, CertificateKind, CertificateTypes, Extension, ExtensionError, HelloOffer, Negotiated,
    OnServer, RenegotiatedConnection, SizeLimits,
};
pub use key_exchange::{Encrypt, Ephemeral, FiniteFields, KeyExchange, Method, PskMix};
pub use profile::Profile;
pub use server_half::{ServerHalf, on_server};
pub use srtp::SrtpProfile;
pub use suite::{Group, GroupKind, Scheme, Since, Suite};
pub use version::{Prf, Version};
