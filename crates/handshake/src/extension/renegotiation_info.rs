//! renegotiation_info (RFC 5746): binds a renegotiation to the handshake before, and says of a first one that this end
//! would notice a spliced one.

use codec::{ExtensionType, Reason, Writer, extension::renegotiation_info::RenegotiationInfo};
use suites::{Extension, ExtensionError, HelloOffer, Negotiated, OnServer, on_server};

fn offer(offer: &HelloOffer<'_>, w: &mut Writer<'_>) -> Result<bool, codec::Error> {
    match &offer.renegotiated {
        Some(before) => RenegotiationInfo { renegotiated_connection: &before.client }.encode(w)?,
        None => RenegotiationInfo::INITIAL.encode(w)?,
    }
    Ok(true)
}

/// Both verify_data in a renegotiation (RFC 5746 section 3.5), empty in a first handshake (section 3.4).
fn on_answer(offer: &HelloOffer<'_>, body: &[u8], negotiated: &mut Negotiated) -> Result<(), ExtensionError> {
    let received = RenegotiationInfo::decode(body)?.renegotiated_connection;
    let right = match &offer.renegotiated {
        Some(before) => received
            .split_at_checked(before.client.len())
            .is_some_and(|(client, server)| same(client, &before.client) && same(server, &before.server)),
        None => received.is_empty(),
    };
    accept(right, negotiated)
}

/// client_verify_data in a renegotiation (RFC 5746 section 3.7), empty in a first handshake (section 3.6).
fn on_offer(offer: &HelloOffer<'_>, body: &[u8], negotiated: &mut Negotiated) -> Result<(), ExtensionError> {
    let received = RenegotiationInfo::decode(body)?.renegotiated_connection;
    let right = match &offer.renegotiated {
        Some(before) => same(received, &before.client),
        None => received.is_empty(),
    };
    accept(right, negotiated)
}

fn same(received: &[u8], expected: &[u8]) -> bool {
    crypto::ct::equal(received, expected)
}

fn accept(right: bool, negotiated: &mut Negotiated) -> Result<(), ExtensionError> {
    if !right {
        return Err(Reason::BadRenegotiationInfo.into());
    }
    negotiated.secure_renegotiation = true;
    Ok(())
}

fn answer(
    offer: &HelloOffer<'_>,
    negotiated: &mut Negotiated,
    w: &mut Writer<'_>,
) -> Result<bool, codec::Error> {
    match &offer.renegotiated {
        Some(before) => w.vec8(|w| {
            w.bytes(&before.client)?;
            w.bytes(&before.server)
        })?,
        None => RenegotiationInfo::INITIAL.encode(w)?,
    }
    Ok(negotiated.secure_renegotiation)
}

/// In a renegotiation its absence ends the handshake (RFC 5746 sections 3.5 and 3.7). In a first one it is tolerated
/// (section 4.1): such a connection is never renegotiated, and its facts tell.
fn required(offer: &HelloOffer<'_>, _: &mut Negotiated) -> Result<(), Reason> {
    if offer.renegotiated.is_some() { Err(Reason::BadRenegotiationInfo) } else { Ok(()) }
}

/// The extension's row.
pub static RENEGOTIATION_INFO: Extension = Extension {
    id: ExtensionType::RENEGOTIATION_INFO,
    name: "renegotiation_info",
    offer,
    on_answer,
    if_unanswered: required,
    server: on_server(OnServer { on_offer, if_missing: required, answer }),
};
