//! application_layer_protocol_negotiation (RFC 7301).

use super::absent;
use codec::{Error, ErrorKind, ExtensionType, Reader, Reason, Writer};
use suites::{AlpnChoice, Extension, ExtensionError, HelloOffer, Negotiated};

fn offer(offer: &HelloOffer<'_>, w: &mut Writer<'_>) -> Result<bool, Error> {
    w.vec16(|w| offer.alpn.iter().try_for_each(|name| write_name(name, w)))?;
    Ok(!offer.alpn.is_empty())
}

/// `opaque ProtocolName<1..2^8-1>`.
fn write_name(name: &[u8], w: &mut Writer<'_>) -> Result<(), Error> {
    if name.is_empty() {
        return Err(Error::new(ErrorKind::TooShort, w.len()));
    }
    w.vec8(|w| w.bytes(name))
}

/// The list must hold exactly one name, and one that was offered (RFC 7301 section 3.1).
fn on_answer(offer: &HelloOffer<'_>, body: &[u8], negotiated: &mut Negotiated) -> Result<(), ExtensionError> {
    let mut r = Reader::new(body);
    let mut list = r.vec16(2, 0xFFFF)?;
    r.finish()?;
    let chosen = list.vec8(1, 255)?.as_slice();
    list.finish()?;
    let index = offer.alpn.iter().position(|name| *name == chosen).ok_or(Reason::ProtocolNotOffered)?;
    negotiated.alpn = Some(AlpnChoice(index));
    Ok(())
}

/// The server's preference decides; nothing in common ends the handshake (RFC 7301 section 3.2).
fn on_offer(offer: &HelloOffer<'_>, body: &[u8], negotiated: &mut Negotiated) -> Result<(), ExtensionError> {
    let mut r = Reader::new(body);
    let mut list = r.vec16(2, 0xFFFF)?;
    r.finish()?;
    let mut best = None;
    while !list.is_empty() {
        let name = list.vec8(1, 255)?.as_slice();
        if let Some(index) = offer.alpn.iter().position(|ours| *ours == name) {
            best = Some(best.map_or(index, |best: usize| best.min(index)));
        }
    }
    if best.is_none() && !offer.alpn.is_empty() {
        return Err(Reason::NoCommonProtocol.into());
    }
    negotiated.alpn = best.map(AlpnChoice);
    Ok(())
}

fn answer(offer: &HelloOffer<'_>, negotiated: &mut Negotiated, w: &mut Writer<'_>) -> Result<bool, Error> {
    let Some(name) = negotiated.alpn.and_then(|AlpnChoice(index)| offer.alpn.get(index)) else {
        return Ok(false);
    };
    w.vec16(|w| write_name(name, w))?;
    Ok(true)
}

/// The extension's row.
pub static APPLICATION_LAYER_PROTOCOL_NEGOTIATION: Extension = Extension {
    id: ExtensionType::APPLICATION_LAYER_PROTOCOL_NEGOTIATION,
    name: "application_layer_protocol_negotiation",
    offer,
    on_answer,
    if_unanswered: absent,
    on_offer,
    if_missing: absent,
    answer,
};
