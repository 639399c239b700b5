//! Hello extensions, one file each: offer, answer, check, what an absence means; each ends in its row.

#[cfg(feature = "alpn")]
mod alpn;
#[cfg(feature = "raw-public-keys")]
mod certificate_types;
#[cfg(feature = "dtls-connection-id")]
mod connection_id;
mod ec_point_formats;
#[cfg(feature = "encrypt-then-mac")]
mod encrypt_then_mac;
#[cfg(feature = "extended-master-secret")]
mod extended_master_secret;
#[cfg(feature = "max-fragment-length")]
mod max_fragment_length;
#[cfg(feature = "record-size-limit")]
mod record_size_limit;
mod renegotiation_info;
#[cfg(feature = "server-name-indication")]
mod server_name;
#[cfg(feature = "session-tickets")]
mod session_ticket;
mod signature_algorithms;
#[cfg(feature = "ocsp-stapling")]
mod status_request;
mod supported_groups;
#[cfg(feature = "dtls-srtp")]
mod use_srtp;

#[cfg(feature = "alpn")]
pub use alpn::APPLICATION_LAYER_PROTOCOL_NEGOTIATION;
#[cfg(feature = "raw-public-keys")]
pub use certificate_types::{CLIENT_CERTIFICATE_TYPE, SERVER_CERTIFICATE_TYPE};
#[cfg(feature = "dtls-connection-id")]
pub use connection_id::CONNECTION_ID;
#[cfg(feature = "dtls-connection-id")]
pub(crate) use connection_id::connection_id_of;
pub use ec_point_formats::EC_POINT_FORMATS;
#[cfg(feature = "encrypt-then-mac")]
pub use encrypt_then_mac::ENCRYPT_THEN_MAC;
#[cfg(feature = "extended-master-secret")]
pub use extended_master_secret::EXTENDED_MASTER_SECRET;
#[cfg(feature = "max-fragment-length")]
pub use max_fragment_length::MAX_FRAGMENT_LENGTH;
#[cfg(feature = "record-size-limit")]
pub use record_size_limit::RECORD_SIZE_LIMIT;
pub use renegotiation_info::RENEGOTIATION_INFO;
#[cfg(feature = "server-name-indication")]
pub use server_name::SERVER_NAME;
#[cfg(all(feature = "server", feature = "server-name-indication"))]
pub(crate) use server_name::server_name_of;
#[cfg(feature = "session-tickets")]
pub use session_ticket::SESSION_TICKET;
pub use signature_algorithms::SIGNATURE_ALGORITHMS;
#[cfg(feature = "ocsp-stapling")]
pub use status_request::STATUS_REQUEST;
pub use supported_groups::SUPPORTED_GROUPS;
#[cfg(feature = "dtls-srtp")]
pub use use_srtp::USE_SRTP;

use codec::Reason;
use suites::{HelloOffer, Negotiated};

/// For extensions whose absence means nothing.
fn absent(_: &HelloOffer<'_>, _: &mut Negotiated) -> Result<(), Reason> {
    Ok(())
}

/// In builds without server_name no name is read.
#[cfg(all(feature = "server", not(feature = "server-name-indication")))]
pub(crate) const fn server_name_of<'m>(_: &codec::message::ClientHello<'m>) -> Option<&'m [u8]> {
    None
}
