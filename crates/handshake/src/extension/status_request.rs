//! status_request (RFC 6066 section 8).

use super::absent;
use codec::{
    Writer,
    extension::{expect_empty, status_request::CertificateStatusRequest},
};
use suites::{Extension, ExtensionError, HelloOffer, Negotiated, OnServer, on_server};

/// Any response will do.
fn offer(offer: &HelloOffer<'_>, w: &mut Writer<'_>) -> Result<bool, codec::Error> {
    if offer.status_request {
        CertificateStatusRequest::ANY.encode(w)?;
    }
    Ok(offer.status_request)
}

/// Empty: CertificateStatus may come after Certificate.
fn on_answer(_: &HelloOffer<'_>, body: &[u8], negotiated: &mut Negotiated) -> Result<(), ExtensionError> {
    expect_empty(body)?;
    negotiated.status_request = true;
    Ok(())
}

/// Whose responses the client trusts is for the CA to know that issued the certificate; a status of another type is not
/// to be had.
fn on_offer(_: &HelloOffer<'_>, body: &[u8], negotiated: &mut Negotiated) -> Result<(), ExtensionError> {
    let request = CertificateStatusRequest::decode(body)?;
    negotiated.status_request = matches!(request, CertificateStatusRequest::Ocsp { .. });
    Ok(())
}

/// Empty, when CertificateStatus will be sent.
fn answer(_: &HelloOffer<'_>, negotiated: &mut Negotiated, _: &mut Writer<'_>) -> Result<bool, codec::Error> {
    Ok(negotiated.status_request)
}

/// The extension's row.
pub static STATUS_REQUEST: Extension = Extension {
    id: codec::ExtensionType::STATUS_REQUEST,
    name: "status_request",
    offer,
    on_answer,
    if_unanswered: absent,
    server: on_server(OnServer { on_offer, if_missing: absent, answer }),
};
