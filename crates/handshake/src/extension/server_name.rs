//! server_name (RFC 6066 section 3).

use super::{absent, expect_empty};
use codec::{Error, ErrorKind, ExtensionType, Reader, Writer};
use suites::{Extension, ExtensionError, HelloOffer, Negotiated};

/// NameType host_name.
const HOST_NAME: u8 = 0;

/// A DNS name without its trailing dot; addresses are not sent.
fn offer(offer: &HelloOffer<'_>, w: &mut Writer<'_>) -> Result<bool, Error> {
    let Some(name) = offer.server_name else { return Ok(false) };
    let name = name.strip_suffix('.').unwrap_or(name);
    w.vec16(|w| {
        w.u8(HOST_NAME)?;
        w.vec16(|w| w.bytes(name.as_bytes()))
    })?;
    Ok(true)
}

/// The server's answer is empty.
fn on_answer(_: &HelloOffer<'_>, body: &[u8], negotiated: &mut Negotiated) -> Result<(), ExtensionError> {
    expect_empty(body)?;
    negotiated.server_name = true;
    Ok(())
}

/// `ServerName server_name_list<1..2^16-1>` with at most one name of a type.
fn on_offer(_: &HelloOffer<'_>, body: &[u8], negotiated: &mut Negotiated) -> Result<(), ExtensionError> {
    let mut r = Reader::new(body);
    let mut list = r.vec16(1, 0xFFFF)?;
    r.finish()?;
    while !list.is_empty() {
        let name_type = list.u8()?;
        list.vec16(1, 0xFFFF)?;
        if name_type == HOST_NAME && core::mem::replace(&mut negotiated.server_name, true) {
            return Err(list.error(ErrorKind::Duplicate).into());
        }
    }
    Ok(())
}

/// RFC 6066 section 3 asks for an answer when the name was used to choose a certificate; no name is used yet.
fn answer(_: &HelloOffer<'_>, _: &mut Negotiated, _: &mut Writer<'_>) -> Result<bool, Error> {
    Ok(false)
}

/// The extension's row.
pub static SERVER_NAME: Extension = Extension {
    id: ExtensionType::SERVER_NAME,
    name: "server_name",
    offer,
    on_answer,
    if_unanswered: absent,
    on_offer,
    if_missing: absent,
    answer,
};
