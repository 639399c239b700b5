//! max_fragment_length (RFC 6066 section 4).

use super::absent;
use codec::{ExtensionType, Reason, Writer, extension::max_fragment_length::MaxFragmentLength};
use suites::{Extension, ExtensionError, HelloOffer, Negotiated, OnServer, on_server};

/// What the configuration asks for; a length that the extension cannot say is not offered.
fn wanted(offer: &HelloOffer<'_>) -> Option<MaxFragmentLength> {
    offer.size_limits.max_fragment_length.and_then(MaxFragmentLength::of_bytes)
}

fn offer(offer: &HelloOffer<'_>, w: &mut Writer<'_>) -> Result<bool, codec::Error> {
    let Some(wanted) = wanted(offer) else { return Ok(false) };
    wanted.encode(w)?;
    Ok(true)
}

/// The answer must be what was asked for; with record_size_limit it must not be there (RFC 8449 section 5).
fn on_answer(offer: &HelloOffer<'_>, body: &[u8], negotiated: &mut Negotiated) -> Result<(), ExtensionError> {
    let answered = MaxFragmentLength::decode(body)?;
    if Some(answered) != wanted(offer) || negotiated.record_size_limit.is_some() {
        return Err(Reason::SizeLimitNotOffered.into());
    }
    negotiated.max_fragment_length = Some(answered.bytes());
    Ok(())
}

/// Ignored next to record_size_limit (RFC 8449 section 5).
fn on_offer(_: &HelloOffer<'_>, body: &[u8], negotiated: &mut Negotiated) -> Result<(), ExtensionError> {
    negotiated.max_fragment_length = Some(MaxFragmentLength::decode(body)?.bytes());
    Ok(())
}

fn answer(_: &HelloOffer<'_>, negotiated: &mut Negotiated, w: &mut Writer<'_>) -> Result<bool, codec::Error> {
    if negotiated.record_size_limit.is_some() {
        negotiated.max_fragment_length = None;
    }
    let agreed = negotiated.max_fragment_length.and_then(MaxFragmentLength::of_bytes);
    let Some(agreed) = agreed else { return Ok(false) };
    agreed.encode(w)?;
    Ok(true)
}

/// The extension's row.
pub static MAX_FRAGMENT_LENGTH: Extension = Extension {
    id: ExtensionType::MAX_FRAGMENT_LENGTH,
    name: "max_fragment_length",
    offer,
    on_answer,
    if_unanswered: absent,
    server: on_server(OnServer { on_offer, if_missing: absent, answer }),
};
