//! Bodies of hello extensions, one file each. encrypt_then_mac (RFC 7366) and extended_master_secret (RFC 7627) have
//! an empty body, for which [`expect_empty`] is all there is.

#[cfg(feature = "alpn")]
pub mod alpn;
#[cfg(feature = "raw-public-keys")]
pub mod certificate_types;
#[cfg(feature = "dtls-connection-id")]
pub mod connection_id;
pub mod ec_point_formats;
#[cfg(feature = "max-fragment-length")]
pub mod max_fragment_length;
#[cfg(feature = "record-size-limit")]
pub mod record_size_limit;
pub mod renegotiation_info;
#[cfg(feature = "server-name-indication")]
pub mod server_name;
pub mod signature_algorithms;
#[cfg(feature = "ocsp-stapling")]
pub mod status_request;
pub mod supported_groups;
#[cfg(feature = "dtls-srtp")]
pub mod use_srtp;

use crate::{Error, Reader};

/// For extensions without contents.
///
/// # Errors
/// [`crate::ErrorKind::TrailingBytes`] for any byte.
pub fn expect_empty(body: &[u8]) -> Result<(), Error> {
    Reader::new(body).finish()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ErrorKind;

    #[test]
    fn an_empty_body_is_empty_and_nothing_else() {
        assert_eq!(expect_empty(&[]), Ok(()));
        assert_eq!(expect_empty(&[0]), Err(Error::new(ErrorKind::TrailingBytes, 0)));
    }
}
