//! SessionTicket (RFC 5077 section 3.2).

use super::absent;
use codec::{ExtensionType, Writer, extension::expect_empty};
use suites::{Extension, ExtensionError, HelloOffer, Negotiated, OnServer, on_server};

/// The ticket to show, or nothing to ask for one.
fn offer(offer: &HelloOffer<'_>, w: &mut Writer<'_>) -> Result<bool, codec::Error> {
    let Some(ticket) = offer.ticket else { return Ok(false) };
    w.bytes(ticket)?;
    Ok(true)
}

/// Empty: NewSessionTicket will come.
fn on_answer(_: &HelloOffer<'_>, body: &[u8], negotiated: &mut Negotiated) -> Result<(), ExtensionError> {
    expect_empty(body)?;
    negotiated.session_ticket = true;
    Ok(())
}

/// The ticket itself is read where sessions are looked for; any bytes may be one.
fn on_offer(offer: &HelloOffer<'_>, _: &[u8], negotiated: &mut Negotiated) -> Result<(), ExtensionError> {
    negotiated.session_ticket = offer.ticket.is_some();
    Ok(())
}

/// Empty, when NewSessionTicket will be sent.
fn answer(_: &HelloOffer<'_>, negotiated: &mut Negotiated, _: &mut Writer<'_>) -> Result<bool, codec::Error> {
    Ok(negotiated.session_ticket)
}

/// The extension's row.
pub static SESSION_TICKET: Extension = Extension {
    id: ExtensionType::SESSION_TICKET,
    name: "session_ticket",
    offer,
    on_answer,
    if_unanswered: absent,
    server: on_server(OnServer { on_offer, if_missing: absent, answer }),
};
