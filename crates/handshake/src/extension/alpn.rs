//! application_layer_protocol_negotiation (RFC 7301).

use super::absent;
use codec::{Error, ErrorKind, ExtensionType, Reason, Writer, extension::alpn::ProtocolNameList};
use suites::{Extension, ExtensionError, HelloOffer, Negotiated, OnServer, on_server};

fn offer(offer: &HelloOffer<'_>, w: &mut Writer<'_>) -> Result<bool, Error> {
    if offer.alpn.is_empty() {
        return Ok(false);
    }
    ProtocolNameList::write(w, offer.alpn)?;
    Ok(true)
}

/// The list must hold exactly one name, and one that was offered (RFC 7301 section 3.1).
fn on_answer(offer: &HelloOffer<'_>, body: &[u8], negotiated: &mut Negotiated) -> Result<(), ExtensionError> {
    let chosen = ProtocolNameList::decode(body)?.only().ok_or(Error::new(ErrorKind::IllegalValue, 0))?;
    let index = offer.alpn.iter().position(|name| *name == chosen).ok_or(Reason::ProtocolNotOffered)?;
    negotiated.alpn = u16::try_from(index).ok();
    Ok(())
}

/// The server's preference decides; nothing in common ends the handshake (RFC 7301 section 3.2).
fn on_offer(offer: &HelloOffer<'_>, body: &[u8], negotiated: &mut Negotiated) -> Result<(), ExtensionError> {
    let ours = |name: &[u8]| offer.alpn.iter().position(|ours| *ours == name);
    let best = ProtocolNameList::decode(body)?.iter().filter_map(ours).min();
    if best.is_none() && !offer.alpn.is_empty() {
        return Err(Reason::NoCommonProtocol.into());
    }
    negotiated.alpn = best.and_then(|index| u16::try_from(index).ok());
    Ok(())
}

fn answer(offer: &HelloOffer<'_>, negotiated: &mut Negotiated, w: &mut Writer<'_>) -> Result<bool, Error> {
    let Some(name) = negotiated.alpn.and_then(|index| offer.alpn.get(usize::from(index))) else {
        return Ok(false);
    };
    ProtocolNameList::write(w, &[name])?;
    Ok(true)
}

/// The extension's row.
pub static APPLICATION_LAYER_PROTOCOL_NEGOTIATION: Extension = Extension {
    id: ExtensionType::APPLICATION_LAYER_PROTOCOL_NEGOTIATION,
    name: "application_layer_protocol_negotiation",
    offer,
    on_answer,
    if_unanswered: absent,
    server: on_server(OnServer { on_offer, if_missing: absent, answer }),
};
