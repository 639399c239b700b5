//! renegotiation_info (RFC 5746): says that this end knows secure renegotiation, and would refuse a spliced one.

use super::absent;
use codec::{ExtensionType, Reason, Writer, extension::renegotiation_info::RenegotiationInfo};
use suites::{Extension, ExtensionError, HelloOffer, Negotiated};

fn offer(_: &HelloOffer<'_>, w: &mut Writer<'_>) -> Result<bool, codec::Error> {
    RenegotiationInfo::INITIAL.encode(w)?;
    Ok(true)
}

/// RFC 5746 sections 3.4 and 3.6: anything but empty ends the handshake.
fn read(_: &HelloOffer<'_>, body: &[u8], negotiated: &mut Negotiated) -> Result<(), ExtensionError> {
    if RenegotiationInfo::decode(body)? != RenegotiationInfo::INITIAL {
        return Err(Reason::BadRenegotiationInfo.into());
    }
    negotiated.secure_renegotiation = true;
    Ok(())
}

fn answer(_: &HelloOffer<'_>, negotiated: &mut Negotiated, w: &mut Writer<'_>) -> Result<bool, codec::Error> {
    RenegotiationInfo::INITIAL.encode(w)?;
    Ok(negotiated.secure_renegotiation)
}

/// The extension's row. Absence is tolerated on both sides, since renegotiation is refused anyway (RFC 5746
/// section 4.1); the connection's facts tell.
pub static RENEGOTIATION_INFO: Extension = Extension {
    id: ExtensionType::RENEGOTIATION_INFO,
    name: "renegotiation_info",
    offer,
    on_answer: read,
    if_unanswered: absent,
    on_offer: read,
    if_missing: absent,
    answer,
};
