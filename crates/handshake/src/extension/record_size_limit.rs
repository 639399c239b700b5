//! record_size_limit (RFC 8449): each side says what it wants to receive at the most.

use super::absent;
use codec::{ExtensionType, Reason, Writer, extension::record_size_limit::RecordSizeLimit};
use suites::{Extension, ExtensionError, HelloOffer, Negotiated, OnServer, on_server};

/// What an end without a limit of its own says (RFC 8449 section 4): the protocol's, 2^14.
const PROTOCOL_MAXIMUM: u16 = 1 << 14;

fn offer(offer: &HelloOffer<'_>, w: &mut Writer<'_>) -> Result<bool, codec::Error> {
    let Some(limit) = offer.size_limits.record_size_limit else { return Ok(false) };
    RecordSizeLimit(limit).encode(w)?;
    Ok(true)
}

/// More than the protocol's limit means the protocol's limit; both extensions at once are an error (RFC 8449 sections 4
/// and 5).
fn read(body: &[u8], negotiated: &mut Negotiated) -> Result<(), ExtensionError> {
    negotiated.record_size_limit = Some(RecordSizeLimit::decode(body)?.0.min(PROTOCOL_MAXIMUM));
    Ok(())
}

fn on_answer(_: &HelloOffer<'_>, body: &[u8], negotiated: &mut Negotiated) -> Result<(), ExtensionError> {
    if negotiated.max_fragment_length.is_some() {
        return Err(Reason::SizeLimitNotOffered.into());
    }
    read(body, negotiated)
}

fn on_offer(_: &HelloOffer<'_>, body: &[u8], negotiated: &mut Negotiated) -> Result<(), ExtensionError> {
    read(body, negotiated)
}

fn answer(offer: &HelloOffer<'_>, _: &mut Negotiated, w: &mut Writer<'_>) -> Result<bool, codec::Error> {
    RecordSizeLimit(offer.size_limits.record_size_limit.unwrap_or(PROTOCOL_MAXIMUM)).encode(w)?;
    Ok(true)
}

/// The extension's row. It stands before max_fragment_length in every list, whose answer depends on it.
pub static RECORD_SIZE_LIMIT: Extension = Extension {
    id: ExtensionType::RECORD_SIZE_LIMIT,
    name: "record_size_limit",
    offer,
    on_answer,
    if_unanswered: absent,
    server: on_server(OnServer { on_offer, if_missing: absent, answer }),
};
