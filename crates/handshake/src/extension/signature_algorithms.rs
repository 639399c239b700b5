//! signature_algorithms (RFC 5246 section 7.4.1.4.1).

use super::absent;
use codec::{
    ExtensionType, Reason, SignatureScheme, Writer, extension::signature_algorithms::SignatureAlgorithms,
};
use suites::{Extension, ExtensionError, HelloOffer, Negotiated, OnServer, on_server};

fn offer(offer: &HelloOffer<'_>, w: &mut Writer<'_>) -> Result<bool, codec::Error> {
    let schemes = offer.profile.schemes;
    // RFC 5246 section 7.4.1.4.1: not for versions before TLS 1.2.
    if schemes.is_empty() || !offer.profile.versions.iter().any(|version| version.names_schemes()) {
        return Ok(false);
    }
    SignatureAlgorithms::write(w, schemes.iter().map(|scheme| scheme.id))?;
    Ok(true)
}

/// Servers MUST NOT send this extension.
fn on_answer(_: &HelloOffer<'_>, _: &[u8], _: &mut Negotiated) -> Result<(), ExtensionError> {
    Err(Reason::UnsolicitedExtension.into())
}

fn on_offer(offer: &HelloOffer<'_>, body: &[u8], negotiated: &mut Negotiated) -> Result<(), ExtensionError> {
    for id in SignatureAlgorithms::decode(body)?.schemes.iter() {
        for (index, scheme) in offer.profile.schemes.iter().enumerate() {
            if scheme.id == id {
                negotiated.schemes |= crate::negotiate::bit(index);
            }
        }
    }
    Ok(())
}

/// A client that does not send it means SHA-1 with either key (RFC 5246 section 7.4.1.4.1), which few profiles have.
fn if_missing(offer: &HelloOffer<'_>, negotiated: &mut Negotiated) -> Result<(), Reason> {
    for (index, scheme) in offer.profile.schemes.iter().enumerate() {
        if matches!(scheme.id, SignatureScheme::RSA_PKCS1_SHA1 | SignatureScheme::ECDSA_SHA1) {
            negotiated.schemes |= crate::negotiate::bit(index);
        }
    }
    Ok(())
}

/// Nothing to answer.
fn answer(_: &HelloOffer<'_>, _: &mut Negotiated, _: &mut Writer<'_>) -> Result<bool, codec::Error> {
    Ok(false)
}

/// The extension's row.
pub static SIGNATURE_ALGORITHMS: Extension = Extension {
    id: ExtensionType::SIGNATURE_ALGORITHMS,
    name: "signature_algorithms",
    offer,
    on_answer,
    if_unanswered: absent,
    server: on_server(OnServer { on_offer, if_missing, answer }),
};
