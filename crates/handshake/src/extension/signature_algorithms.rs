//! signature_algorithms (RFC 5246 section 7.4.1.4.1).

use super::absent;
use codec::{ExtensionType, Reason, Writer, extension::signature_algorithms::SignatureAlgorithms};
use suites::{Extension, ExtensionError, HelloOffer, Negotiated};

fn offer(offer: &HelloOffer<'_>, w: &mut Writer<'_>) -> Result<bool, codec::Error> {
    let schemes = offer.profile.schemes;
    if schemes.is_empty() {
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

/// Nothing to answer.
fn answer(_: &HelloOffer<'_>, _: &mut Negotiated, _: &mut Writer<'_>) -> Result<bool, codec::Error> {
    Ok(false)
}

/// The extension's row. A client that does not send it means SHA-1 (RFC 5246 section 7.4.1.4.1), which no profile
/// has here: no scheme is then in common.
pub static SIGNATURE_ALGORITHMS: Extension = Extension {
    id: ExtensionType::SIGNATURE_ALGORITHMS,
    name: "signature_algorithms",
    offer,
    on_answer,
    if_unanswered: absent,
    on_offer,
    if_missing: absent,
    answer,
};
