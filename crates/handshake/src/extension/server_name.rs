//! server_name (RFC 6066 section 3).

use super::absent;
#[cfg(feature = "server")]
use codec::message::ClientHello;
use codec::{
    Error, ExtensionType, Writer,
    extension::{expect_empty, server_name::ServerNameList},
};
use suites::{Extension, ExtensionError, HelloOffer, Negotiated, OnServer, on_server};

/// A DNS name without its trailing dot; addresses are not sent.
fn offer(offer: &HelloOffer<'_>, w: &mut Writer<'_>) -> Result<bool, Error> {
    let Some(name) = offer.server_name else { return Ok(false) };
    let name = name.strip_suffix('.').unwrap_or(name);
    ServerNameList { host_name: Some(name.as_bytes()) }.encode(w)?;
    Ok(true)
}

/// The server's answer is empty.
fn on_answer(_: &HelloOffer<'_>, body: &[u8], negotiated: &mut Negotiated) -> Result<(), ExtensionError> {
    expect_empty(body)?;
    negotiated.server_name = true;
    Ok(())
}

/// The name is read here for its form, and where credentials are chosen for what it says.
fn on_offer(_: &HelloOffer<'_>, body: &[u8], _: &mut Negotiated) -> Result<(), ExtensionError> {
    ServerNameList::decode(body)?;
    Ok(())
}

/// Empty, when the name was used to choose a certificate (RFC 6066 section 3).
fn answer(_: &HelloOffer<'_>, negotiated: &mut Negotiated, _: &mut Writer<'_>) -> Result<bool, Error> {
    Ok(negotiated.server_name)
}

/// The name that a client asks for.
#[cfg(feature = "server")]
pub(crate) fn server_name_of<'m>(message: &ClientHello<'m>) -> Option<&'m [u8]> {
    let body = message.extensions.find(ExtensionType::SERVER_NAME)?;
    ServerNameList::decode(body).ok()?.host_name
}

/// The extension's row.
pub static SERVER_NAME: Extension = Extension {
    id: ExtensionType::SERVER_NAME,
    name: "server_name",
    offer,
    on_answer,
    if_unanswered: absent,
    server: on_server(OnServer { on_offer, if_missing: absent, answer }),
};
