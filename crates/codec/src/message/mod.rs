//! Handshake messages, one file each (RFC 5246 section 7.4, RFC 8422 section 5): the body after the 4-byte header.
//!
//! `decode` borrows and accepts nothing but the whole body; `encode` writes the same bytes again.

mod certificate;
mod certificate_request;
#[cfg(feature = "ocsp-stapling")]
mod certificate_status;
mod certificate_verify;
mod client_hello;
mod client_key_exchange;
mod digitally_signed;
mod extensions;
mod finished;
mod hello_request;
mod hello_verify_request;
mod new_session_ticket;
mod psk;
mod server_hello;
mod server_hello_done;
mod server_key_exchange;

pub use certificate::Certificate;
pub use certificate_request::CertificateRequest;
#[cfg(feature = "ocsp-stapling")]
pub use certificate_status::CertificateStatus;
pub use certificate_verify::CertificateVerify;
pub use client_hello::ClientHello;
pub use client_key_exchange::{ClientDhPublic, ClientEcdhePublic, EncryptedPreMasterSecret};
pub use digitally_signed::DigitallySigned;
pub use extensions::Extensions;
pub use finished::{Finished, VERIFY_DATA_LEN};
pub use hello_request::HelloRequest;
pub use hello_verify_request::HelloVerifyRequest;
pub use new_session_ticket::NewSessionTicket;
pub use psk::{PskIdentity, PskIdentityHint};
pub use server_hello::ServerHello;
pub use server_hello_done::ServerHelloDone;
pub use server_key_exchange::{ServerDhParams, ServerEcdhParams, ServerKeyExchange};

use crate::{Error, ErrorKind, Writer};

/// The longest session_id, in bytes (RFC 5246 section 7.4.1.2).
pub const MAX_SESSION_ID_LEN: usize = 32;

/// Writes `opaque SessionID<0..32>`.
fn write_session_id(w: &mut Writer<'_>, session_id: &[u8]) -> Result<(), Error> {
    if session_id.len() > MAX_SESSION_ID_LEN {
        return Err(Error::new(ErrorKind::TooLong, w.len()));
    }
    w.vec8(|w| w.bytes(session_id))
}
