//! The status of our certificate, stapled for a client that asked for it (RFC 6066 section 8).

use super::Server;
use crate::{Credential, Error, negotiate::Choice};
use codec::{HandshakeType as H, message::CertificateStatus};
use suites::{CertificateKind, Negotiated};

/// The extension is answered if there is a response for the certificate that is sent.
pub(super) fn agree(negotiated: &mut Negotiated, choice: &Choice<'_>) {
    // A bare key has no status.
    negotiated.status_request &= negotiated.server_certificate_type != Some(CertificateKind::RawPublicKey);
    negotiated.status_request &=
        choice.credential.is_some_and(|credential| !credential.ocsp_response.is_empty());
}

impl Server<'_> {
    /// After Certificate.
    pub(super) fn send_certificate_status(&mut self, credential: &Credential<'_>) -> Result<(), Error> {
        if !self.cx.negotiated.status_request {
            return Ok(());
        }
        let response = credential.ocsp_response;
        if let Some(flight) = &mut self.cx.flight {
            flight.reserve(response.len() + 8)?;
        }
        self.cx.send(H::CERTIFICATE_STATUS, |w| CertificateStatus { response }.encode(w))
    }
}
